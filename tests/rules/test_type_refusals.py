"""The first of three fences: a workflow that skips its gate does not pass the type checkers, line by line."""

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRONG = ROOT / "tests" / "rules" / "refusals" / "wrong_workflows.py"
MARK = "# refuse: "


def marked_lines() -> set[int]:
    lines = WRONG.read_text().splitlines()
    return {n for n, line in enumerate(lines, 1) if MARK in line}


def lines_that_mypy_refuses() -> dict[int, str]:
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--output=json", str(WRONG)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    assert {Path(ROOT, one["file"]) for one in found} == {WRONG}, run.stdout + run.stderr
    return {one["line"]: one["message"] for one in found if one["severity"] == "error"}


def lines_that_basedpyright_refuses(project: Path) -> dict[int, str]:
    """The project's own rules, applied to the one file that the project leaves out."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["basedpyright"]
    rules |= {"include": [str(WRONG)], "exclude": [], "extraPaths": [str(ROOT)], "venvPath": str(ROOT)}
    del rules["executionEnvironments"]
    (project / "pyrightconfig.json").write_text(json.dumps(rules))
    run = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--outputjson", "--project", str(project)],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(run.stdout)
    assert report["summary"]["filesAnalyzed"] == 1, run.stdout + run.stderr
    return {one["range"]["start"]["line"] + 1: one["message"] for one in report["generalDiagnostics"]}


def difference(refused: dict[int, str]) -> str:
    """What was refused without a mark, and what has a mark and passed."""
    lines = WRONG.read_text().splitlines()
    marked = marked_lines()
    too_many = [f"{n}: {lines[n - 1].strip()}: {why}" for n, why in refused.items() if n not in marked]
    passed = [f"{n}: {lines[n - 1].strip()}: passed" for n in sorted(marked - refused.keys())]
    return "\n".join(too_many + passed)


@pytest.mark.timeout(240)
def test_mypy_refuses_every_marked_line_and_no_other() -> None:
    assert difference(lines_that_mypy_refuses()) == ""


@pytest.mark.timeout(240)
def test_basedpyright_refuses_every_marked_line_and_no_other(tmp_path: Path) -> None:
    assert difference(lines_that_basedpyright_refuses(tmp_path)) == ""


def test_each_wrong_workflow_has_exactly_one_wrong_line() -> None:
    marked = marked_lines()
    module = ast.parse(WRONG.read_text())
    workflows = [
        one
        for one in module.body
        if isinstance(one, ast.ClassDef) and any(ast.unparse(base) == "Workflow" for base in one.bases)
    ]
    wrong = [one for one in workflows if one.name != "Right"]
    counts = {one.name: len(marked & set(range(one.lineno, (one.end_lineno or 0) + 1))) for one in wrong}
    assert counts == dict.fromkeys(counts, 1)
    assert len(wrong) == len(marked) >= 14


def test_a_mark_says_what_is_wrong() -> None:
    reasons = [line.partition(MARK)[2] for line in WRONG.read_text().splitlines() if MARK in line]
    assert len(set(reasons)) == len(reasons)
    assert all(len(reason) > 5 for reason in reasons)


def test_a_line_that_passes_and_a_line_too_many_both_show() -> None:
    refused = dict.fromkeys(marked_lines(), "wrong")
    first = min(refused)
    del refused[first]
    shown = difference({**refused, 1: "odd"})
    assert shown.startswith("1: ")
    assert f"{first}: " in shown
    assert shown.count("\n") == 1
