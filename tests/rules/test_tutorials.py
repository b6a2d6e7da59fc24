"""A tutorial works for whoever follows it: its files are written, its commands typed, what they print is compared."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands import dispatch
from tests.rules.grid import page
from tests.rules.page import Command, blocks, commands
from tests.rules.source import ROOT

EXAMPLE = "kejhhmy"
"""The run that pages speak of; whoever follows them writes the letters of their own."""
FILE = re.compile(r"`(?P<path>workflows/[\w./]+)`:\n\n```\w+\n(?P<text>.*?)```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as somebody has it who follows a tutorial."""
    shutil.copytree(ROOT / "workflows", tmp_path / "workflows")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("COUNTERSIGN_DATA", raising=False)
    return tmp_path


def typed(text: str) -> Iterator[Command]:
    """The commands of a page that are ours, in their order; those of the shell are left to the reader."""
    for block in blocks(text):
        if block.language == "console":
            yield from (one for one in commands(block) if one.text.startswith("countersign "))


def follow(text: str, capsys: pytest.CaptureFixture[str]) -> int:
    """Type every command of a page; how many there were."""
    count = 0
    for command in typed(text):
        count += 1
        words = shlex.split(command.text)[1:]
        own = newest(capsys) if EXAMPLE in words else ""
        status = dispatch([own if word == EXAMPLE else word for word in words])
        printed = "".join(capsys.readouterr())
        where = f"line {command.line}: $ {command.text}\n{printed}"
        assert status == command.status, where
        own = own or newest(capsys)
        assert command.prints(printed.replace(own, EXAMPLE)), f"{where}\nnot\n{command.shown}"
    return count


def newest(capsys: pytest.CaptureFixture[str]) -> str:
    """The last letters of the run that was started last."""
    dispatch(["runs", "--json", "--limit", "1"])
    listed = json.loads(capsys.readouterr().out or '{"runs": []}')["runs"]
    return str(listed[0]["id"][-len(EXAMPLE) :]) if listed else EXAMPLE


@pytest.mark.parametrize("name", ["first-approval.md", "your-first-workflow.md"])
def test_whoever_follows_a_tutorial_sees_what_it_shows(
    name: str, clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = page(f"tutorial/{name}")
    for file in FILE.finditer(text):
        path = clone / file["path"]
        path.parent.mkdir(exist_ok=True)
        path.write_text(file["text"], encoding="utf-8")
    assert follow(text, capsys) > 5


def test_what_a_command_does_not_print_is_noticed(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssertionError, match="line 2"):
        follow("```console\n$ countersign --help\nnothing of the kind\n```\n", capsys)


def test_a_command_that_fails_is_noticed(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssertionError, match="line 2"):
        follow("```console\n$ countersign show me\n```\n", capsys)
