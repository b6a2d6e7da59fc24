"""What a run did, thought and cost can be read by whoever has to answer for it."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.application.story import _PHRASES, tell
from bot.domain.audit.entry import EntryKind
from bot.ports.queries import Recorded, RecordedField
from tests.commands.line import OWN, Line
from tests.naughty import SHORT_TEXTS

SURROGATES = re.compile("[\ud800-\udfff]")
HIDDEN = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\u200b]")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def done(line: Line, waiting: str) -> str:
    """A run that was edited, approved by somebody else and carried out."""
    line("decide", waiting, "approve")
    line.well("decide", waiting, "edit", "body=We refund it.", "--as", "@farah")
    line.well("decide", waiting, "approve", "--as", "@tom")
    return waiting


def test_the_head_says_who_what_and_at_which_versions(line: Line, done: str) -> None:
    shown = line.well("show", done).out
    assert shown.startswith(f"Run {done[-7:]} of support_triage is done.\n")
    assert "started by  Sam Okafor, terminal, " in shown
    assert "owner       Olga Petrova" in shown
    assert "versions    workflow " in shown


def test_what_it_was_thinking_stands_beside_what_it_gave(line: Line, done: str) -> None:
    shown = line.well("show", done).out
    triage = shown.partition("triage (ask)")[2].partition("category (decide)")[0]
    assert "saw         ticket, account" in triage
    assert "prompt      triage@" in triage
    assert "given by    the rehearsal model: rules, no AI" in triage
    assert "sure        70 %" in triage
    assert "rests on    “we see two payments" in triage
    assert "category    billing" in triage


def test_doubts_are_shown(line: Line) -> None:
    run = line.start("ambiguous")
    assert "doubt       No hint word" in line.well("show", run).out


def test_the_timeline_tells_who_did_what(line: Line, done: str) -> None:
    story = line.well("show", done).out.partition("What happened (UTC)")[2]
    lines = [" ".join(row.split()[2:]) for row in story.splitlines()]
    for said in (
        "Sam Okafor ticket: started it, at stage approved",
        "Sam Okafor approved: wanted: approve; may not (not-a-reviewer)",
        "Farah Haddad approved: edit (typed by Sam Okafor)",
        "Tom Whitfield approved: approve (typed by Sam Okafor)",
        "the bot sent: about to carry out helpdesk.SendReply on helpdesk:T-1001",
    ):
        assert said in lines
    assert "→ We refund it." in story


def test_calls_to_the_model_are_counted(line: Line, done: str) -> None:
    calls = line.well("show", done).out.partition("Calls to the model")[2].partition("What happened")[0]
    assert [row.split()[0] for row in calls.strip().splitlines()] == ["step", "triage", "draft"]


def test_what_comes_next_has_a_time(line: Line, waiting: str) -> None:
    shown = line.well("show", waiting).out
    assert "Comes next" in shown
    assert "remind, escalate or let it run out “approved”" in shown
    assert "Asked: Farah Haddad, Tom Whitfield." in shown


def test_what_was_carried_out_has_its_number(line: Line, done: str) -> None:
    assert "  helpdesk.SendReply on helpdesk:T-1001: done, R-" in line.well("show", done).out


def test_the_whole_record_has_every_entry(line: Line, done: str) -> None:
    record = line.well("show", done, "--record").out
    kinds = [row.split()[3] for row in record.splitlines() if row[:4].strip().isdigit()]
    assert kinds == line.events(done)
    assert "at_the_keyboard: sample/sam" in record


def test_scripts_read_everything(line: Line, done: str) -> None:
    run = line.show(done)
    assert run.keys() >= {"id", "state", "waiting", "actions", "pins", "steps", "attempts", "timeline", "pending"}
    triage = next(step for step in run["steps"] if step["step"] == "triage")
    assert (triage["verb"], triage["source"], triage["confidence"]) == ("ask", "rehearsal", 70)
    assert triage["prompt"].startswith("triage@")
    assert [entry["seq"] for entry in run["timeline"]] == list(range(1, len(run["timeline"]) + 1))
    assert {attempt["model"] for attempt in run["attempts"]} == {"rehearsal/1"}


def test_a_finding_is_shown(line: Line, done: str) -> None:
    line.well("finding", "add", done, "draft", "The tone is off.", "--as", "@nadia")
    shown = line.well("show", done).out
    assert "Nadia Brandt  " in shown
    assert "draft: found" in shown
    assert "The tone is off." in shown


def test_the_path_is_drawn(line: Line, done: str, tmp_path: Path) -> None:
    answer = line.well("show", done, "--svg", "path.svg")
    assert answer.err == "The picture is in path.svg.\n"
    assert ET.parse(tmp_path / "path.svg").getroot().tag.endswith("svg")
    assert line.well("show", done, "--svg", "-").out == (tmp_path / "path.svg").read_text("utf-8")


@pytest.mark.parametrize("where", ["no/such/folder/x.svg", "", "a\nb/c", "x" * 5000])
def test_a_picture_that_cannot_be_written_is_said(where: str, line: Line, waiting: str) -> None:
    if where:
        answer = line("show", waiting, "--svg", where)
        assert (answer.status, "cannot be written" in answer.err) == (1, True)


def test_the_history_outlives_the_workflow(line: Line) -> None:
    line.workflows = OWN
    run = line.start_ticket("labelling")
    line.workflows = OWN.parents[2] / "workflows"
    shown = line.well("show", run).out
    assert "no more     There is no workflow “labelling”." in shown
    assert "What happened (UTC)" in shown
    assert line.show(run)["waiting"] == []
    assert line("show", run, "--svg", "-").status == 1


def test_no_text_of_a_customer_moves_the_cursor(line: Line) -> None:
    body = "\n".join(text for text in SHORT_TEXTS.values() if not SURROGATES.search(text))
    ticket = {"id": "T-1001", "customer_id": "C-105", "email": "a@b.example", "subject": body[:300], "body": body}
    run = line.well("start", "support_triage", "--input", "-", "--json", stdin=json.dumps(ticket)).json["id"]
    for words in (["show", run], ["show", run, "--record"], ["decide", run], ["runs"]):
        shown = line.well(*words).out
        assert not [letter for letter in shown if letter not in "\n\t" and HIDDEN.match(letter)], words


# --- the words -----------------------------------------------------------------------------------------------------


def entry(
    kind: str,
    *,
    actor_kind: str = "user",
    actor: str = "T1/ana",
    notes: Mapping[str, str | int | bool | None] | None = None,
    fields: tuple[RecordedField, ...] = (),
) -> Recorded:
    return Recorded("run:x", 1, NOON, kind, actor_kind, actor, "approved", 1, notes or {}, fields)


def called(ref: str) -> str:
    return {"T1/ana": "Ana"}.get(ref, ref)


def test_every_kind_of_entry_has_words() -> None:
    assert {kind.value for kind in EntryKind} == {kind.value for kind in _PHRASES}


@pytest.mark.parametrize("kind", sorted(EntryKind))
def test_an_entry_without_notes_is_told_all_the_same(kind: EntryKind) -> None:
    for told in tell((entry(kind.value),), called):
        assert told.what.strip()
        assert "{" not in told.what
        assert "|" not in told.what


def test_a_kind_from_a_later_version_is_told_by_its_name() -> None:
    (told,) = tell((entry("step.imagined"),), called)
    assert told.what == "approved: step.imagined"


def test_what_was_erased_is_said_to_be_gone() -> None:
    fields = (RecordedField("text", None, "pii", "somebody", erased=True),)
    (told,) = tell((entry("gate.remarked", fields=fields),), called)
    assert told.below == ("erased: text",)


@pytest.mark.parametrize(
    ("kind", "actor", "who"),
    [
        ("user", "T1/ana", "Ana"),
        ("user", "T1/bob", "T1/bob"),
        ("policy", "policy:12", "the brief's policy"),
        ("system", "engine", "the bot"),
        ("system", "helpdesk", "helpdesk"),
        ("model", "rehearsal/1", "rehearsal/1"),
    ],
)
def test_whoever_acted_is_called_by_a_name(kind: str, actor: str, who: str) -> None:
    (told,) = tell((entry("gate.decided", actor_kind=kind, actor=actor, notes={"outcome": "approve"}),), called)
    assert told.who == who
