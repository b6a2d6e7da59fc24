"""One command keeps what people made of a run as a golden case; the next measurement counts it."""

import json
import shutil
from pathlib import Path

import pytest

from tests.commands.line import WORKFLOWS, Line


@pytest.fixture
def own(line: Line, tmp_path: Path, waiting: str) -> Path:
    """The folder of support triage, as a copy that cases may be written into."""
    line.workflows = tmp_path / "workflows"
    shutil.copytree(WORKFLOWS, line.workflows, ignore=shutil.ignore_patterns("__pycache__"))
    return line.workflows / "support_triage"


def test_an_accepted_edit_becomes_a_case_that_is_checked_and_measured(line: Line, own: Path, waiting: str) -> None:
    answer = line("case", waiting, "--as", "@farah")
    assert (answer.status, answer.err) == (1, "This run is not decided yet. Make the case once it is.\n")
    line.well("decide", waiting, "edit", "body=Hello, we refund one of the two payments.", "--as", "@farah")
    line.well("decide", waiting, "approve", "--as", "@tom")
    answer = line.well("case", waiting, "--name", "refund-twice", "--about", "We say what we do.", "--as", "@farah")
    file = own / "cases" / "refund-twice.json"
    assert answer.out.startswith(f"Written: {file}\n  draft.body was edited\n")
    assert "Made up, in place of what leads to people: ticket.email." in answer.out
    case = json.loads(file.read_text("utf-8"))
    assert case["about"] == "We say what we do."
    assert case["expected"]["draft"] == {"body": "Hello, we refund one of the two payments."}
    assert case["given"]["ticket"]["email"] == "person1@example.com"
    assert "nothing to say against it" in line.well("check", "support_triage").err
    said = line.well("eval", "support_triage", "--json").json
    assert "refund-twice" in {one["case"] for one in said["answers"]}
    again = line("case", waiting, "--name", "refund-twice", "--as", "@farah")
    assert again.err == f"There is a case “refund-twice” already: {file}. Give this one another --name.\n"
    named = line.well("case", waiting, "--as", "@farah", "--json").json
    assert (named["name"], named["changed"]) == (f"run-{waiting[-7:]}", ["draft.body was edited"])
    refused = line("case", waiting, "--name", "other", "--as", "@eve")
    assert refused.status == 1
    assert not (own / "cases" / "other.json").exists()


@pytest.mark.parametrize("name", ["../up", "A b", "x.json", "-x"])
def test_the_name_of_a_case_is_no_path(line: Line, name: str) -> None:
    answer = line("case", "abc", f"--name={name}")
    assert (answer.status, answer.err) == (
        2,
        f"“{name}” is no name of a case. It has small letters, digits and -, such as refund-twice.\n",
    )


def test_a_case_that_does_not_fit_any_more_is_warned_of_and_stops_no_run(line: Line, own: Path) -> None:
    file = own / "cases" / "old.json"
    file.write_text('{"about": "x", "given": {}, "expected": {"triage": {"category": "weather"}}}', encoding="utf-8")
    answer = line.well("check", "support_triage")
    assert "cases/old.json: warn: “triage.category” does not fit Triage" in answer.out
    assert line("eval", "support_triage").status == 1
