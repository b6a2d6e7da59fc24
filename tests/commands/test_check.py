"""What is wrong with a workflow is said with its file and line; pictures show it as it stands."""

import shutil
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from bot.wiring import Wall
from tests.commands.line import WORKFLOWS, Line
from tests.naughty import every_bytes


@pytest.fixture
def own(line: Line, tmp_path: Path) -> Path:
    """A copy of the workflows, which a test may spoil; the brief of support triage."""
    line.workflows = tmp_path / "workflows"
    shutil.copytree(WORKFLOWS, line.workflows, ignore=shutil.ignore_patterns("__pycache__"))
    return line.workflows / "support_triage" / "brief.toml"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def look_on(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be looked at on a certain day."""

    def now(_: Wall) -> datetime:
        return datetime.combine(day, time(9), UTC)

    monkeypatch.setattr(Wall, "now", now)


def test_a_brief_that_was_to_be_looked_at_again_is_warned_of(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    look_on(date(2027, 1, 16), monkeypatch)
    answer = line.well("check")
    said = "This brief was to be looked at again by 2027-01-15. Look through it with its owner, then set the next date."
    assert answer.out.endswith(f"/support_triage/brief.toml:11: warn: {said} [doubtful]\n")
    assert "support_triage loads; 1 warning" in line("doctor").out


def test_a_sound_workflow_gets_no_line(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    look_on(date(2027, 1, 15), monkeypatch)
    answer = line.well("check")
    assert (answer.out, answer.err) == ("", "support_triage: nothing to say against it.\n")
    assert not line.data.exists()


def test_a_finding_is_one_line_with_its_place_and_a_mend(line: Line, own: Path) -> None:
    change(own, 'helpdesk = ["SendReply"]', 'helpdesk = ["AddTag"]')
    answer = line("check", "support_triage")
    assert answer.status == 1
    refused = [row for row in answer.out.splitlines() if ": refuse: " in row]
    assert refused
    assert all(row.startswith("workflows/support_triage/") for row in refused)
    place = refused[0].partition(": refuse: ")[0]
    assert place.rpartition(":")[2].isdecimal()
    assert "refusal" in answer.err


def test_warnings_do_not_refuse(line: Line, own: Path) -> None:
    change(own, 'cost_of_a_mistake = "', 'cost_of_a_mistake = "" # "')
    answer = line("check")
    assert answer.status == 0
    assert ": warn: " in answer.out
    assert "1 warning" in answer.err


def test_a_brief_that_does_not_load_is_a_finding(line: Line, own: Path) -> None:
    change(own, 'stage = "approved"', 'stage = "aproved"')
    answer = line("check")
    assert answer.status == 1
    assert answer.out.startswith("workflows/support_triage/brief.toml:10: refuse: `stage` must be one of")
    assert answer.out.rstrip().endswith("[does-not-load]")


def test_people_whom_nobody_knows_are_found(line: Line, own: Path) -> None:
    change(own, '"@leo"', '"@leonie"')
    answer = line("check")
    assert answer.status == 1
    number = next(n for n, row in enumerate(own.read_text("utf-8").splitlines(), 1) if "@leonie" in row)
    place = f"workflows/support_triage/brief.toml:{number}: refuse: "
    said = "`reviewers.support.members[2]` names @leonie, whom nobody here knows. Did you mean @leo?"
    assert answer.out.startswith(f"{place}{said} [unknown-person]")


def test_scripts_get_every_finding(line: Line, own: Path) -> None:
    change(own, '"@leo"', '"@nobody-at-all"')
    answer = line("check", "--json")
    (found,) = answer.json["findings"]
    assert (answer.status, answer.json["refusals"], answer.json["workflows"]) == (1, 1, ["support_triage"])
    assert (found["level"], found["code"], found["workflow"]) == ("refuse", "unknown-person", "support_triage")
    assert found.keys() == {"workflow", "file", "line", "level", "code", "sentence", "mend"}


@every_bytes
def test_a_brief_in_any_bytes_is_refused_with_its_file(raw: bytes, line: Line, own: Path) -> None:
    own.write_bytes(raw)
    answer = line("check", "support_triage")
    assert answer.status == 1
    assert answer.out.startswith("workflows/support_triage/brief.toml:")
    assert "the bot itself failed" not in answer.err


@pytest.mark.parametrize("text", ["def f(:", "raise SystemExit", "import os\nos._exit", "x = 1", "\x00"])
def test_a_workflow_in_any_words_is_refused_with_its_file(text: str, line: Line, own: Path) -> None:
    (own.parent / "__init__.py").write_text(text, encoding="utf-8")
    answer = line("check", "support_triage")
    assert answer.status == 1
    assert answer.out.startswith("workflows/support_triage")
    assert "the bot itself failed" not in answer.err


def test_a_workflow_that_is_not_there_is_said(line: Line) -> None:
    answer = line("check", "suport_triage")
    assert (answer.status, "Did you mean support_triage?" in answer.err) == (1, True)


# --- what the store says -------------------------------------------------------------------------------------------


def test_a_brief_that_an_owner_has_changed_differs_from_its_file(line: Line, waiting: str) -> None:
    line.well("brief", "set", "support_triage", "stage", "assisted", "--why", "careful", "--as", "@olga")
    answer = line.well("check")
    assert "warn: The store has version 2 of the brief “support_triage”, by sample/olga: careful" in answer.out
    assert "[differs]" in answer.out


def test_a_file_that_was_changed_since_is_taken_over_at_the_next_start(line: Line, own: Path) -> None:
    line.start()
    change(own, "runs_per_user_per_hour = 120", "runs_per_user_per_hour = 12")
    assert "[newer-file]" in line.well("check").out
    line.start("outage")
    assert line.well("check").out == ""


def test_what_owners_have_changed_is_checked_as_well(line: Line, own: Path) -> None:
    line.start()
    line.well("brief", "set", "support_triage", "maintainer", "@tom", "--why", "a new one", "--as", "@olga")
    (line.workflows.parent / "countersign.toml").write_text(
        '[people.mia]\nname = "M"\nhandle = "@mia"\n[people.leo]\nname = "L"\nhandle = "@leo"\n', "utf-8"
    )
    answer = line("check")
    assert answer.status == 1
    assert "workflows/support_triage/brief.toml (changed):5: refuse: `maintainer` names @tom" in answer.out


# --- pictures ------------------------------------------------------------------------------------------------------


def test_a_workflow_is_drawn_as_text_and_as_a_picture(line: Line, tmp_path: Path) -> None:
    answer = line.well("draw", "support_triage")
    assert answer.out.startswith("flowchart TD\n")
    assert answer.err == "The picture is in support_triage.svg.\n"
    assert ET.parse(tmp_path / "support_triage.svg").getroot().tag.endswith("svg")


def test_a_picture_goes_where_it_is_told(line: Line, tmp_path: Path) -> None:
    line.well("draw", "support_triage", "--svg", "here.svg")
    alone = line.well("draw", "support_triage", "--svg", "-")
    assert alone.out == (tmp_path / "here.svg").read_text("utf-8")
    assert alone.err == ""


def test_mermaid_alone_writes_no_file(line: Line, tmp_path: Path) -> None:
    assert line.well("draw", "support_triage", "--mermaid").err == ""
    assert [*tmp_path.iterdir()] == []


def test_a_run_is_drawn_with_the_path_it_took(line: Line, waiting: str, tmp_path: Path) -> None:
    answer = line.well("draw", waiting[-7:], "--svg", "run.svg")
    assert "– spam      skipped" in answer.out
    assert "… approved  waiting for finance" in answer.out
    plain = line.well("draw", "support_triage", "--svg", "-").out
    assert (tmp_path / "run.svg").read_text("utf-8") != plain


def test_a_drawing_follows_what_the_owner_has_changed(line: Line, waiting: str) -> None:
    before = line.well("draw", "support_triage", "--mermaid").out
    line.well("brief", "set", "support_triage", "reviewers.support.needed", "2", "--why", "x", "--as", "@olga")
    assert line.well("draw", "support_triage", "--mermaid").out != before


@pytest.mark.parametrize("what", ["suport_triage", "zzz", ""])
def test_what_is_neither_a_workflow_nor_a_run_is_said(what: str, line: Line, waiting: str) -> None:
    answer = line("draw", what)
    assert answer.status == 1
    assert "There is neither a workflow nor a run" in answer.err


def test_one_picture_at_a_time(line: Line) -> None:
    assert line("draw", "support_triage", "--svg", "x", "--mermaid").status == 2
