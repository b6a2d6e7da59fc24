"""Imports go down only. The contracts stand in pyproject.toml; here they run, and each is shown to bite."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.rules.source import ROOT

CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
]

TRESPASSES = {
    "Imports go down only": ("bot/domain/planted.py", "import bot.ports"),
    "No adapter imports another": ("bot/adapters/terminal/planted.py", "import bot.adapters.store"),
    "Nothing below the adapters does input or output": ("bot/application/planted.py", "import sqlite3"),
    "The domain has no clock, no chance, no loop and no log": ("bot/domain/planted.py", "import time"),
    "Workflows see the words for workflows and nothing else": ("workflows/planted.py", "import bot.wiring"),
    "The bot does not know its workflows": ("bot/wiring.py", "import workflows"),
    "The local workspace imports nothing of the rest": ("bot/workspace/planted.py", "import bot.domain"),
    "Only the machine grants approvals": ("bot/adapters/terminal/planted.py", "import bot.domain.approval"),
    "No circles": ("bot/domain/errors.py", "import bot.domain.planted"),
}
"""One line per contract that must break it."""


@pytest.fixture
def trespassed(tmp_path: Path) -> str:
    """What the contracts say about a copy of the project in which each of them is broken."""
    for folder in ("bot", "workflows"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, line in [*TRESPASSES.values(), ("bot/domain/planted.py", "import bot.domain.errors")]:
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        with path.open("a", encoding="utf-8") as source:
            source.write(f"\n{line}\n")
    return lint(tmp_path).stdout


def lint(project: Path) -> "subprocess.CompletedProcess[str]":
    """What import-linter says of a project. In a process of its own: it silences every log of the one it runs in."""
    run = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    return subprocess.run(
        [sys.executable, "-c", run],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={"COLUMNS": "200"},
    )


def test_imports_go_down_only() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


def test_every_contract_bites(trespassed: str) -> None:
    broken = set(re.findall(r"^(.+?) BROKEN", trespassed, flags=re.MULTILINE))
    assert broken == set(CONTRACTS), trespassed


def test_every_contract_has_its_trespass() -> None:
    assert sorted(CONTRACTS) == sorted(TRESPASSES)
