"""What others hear of an entry: an envelope as CloudEvents has it, and words of ours alone."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.audit.entry import NOTE_NAMES, EntryKind
from bot.domain.cloud_event import DEFAULT, NOTES, Happened, cloud_event, event_id, written
from bot.domain.person import ActorKind

AT = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
SECRETS = {
    "owner": "T1/olga",
    "reviewer": "T1/mia",
    "records": "helpdesk:T-1001",
    "source": "helpdesk:T-1001",
    "key": "k-1",
    "ext_ref": "re_123",
    "digest": "d" * 64,
    "prompt": "p" * 64,
    "model": "gpt",
    "minutes": 5,
}
"""Plain columns that nobody is told of, whatever the kind."""


def happened(kind: EntryKind = EntryKind.RUN_DONE, **other: Any) -> Happened:
    said: dict[str, Any] = {
        "position": 7,
        "chain": "run:01hz",
        "seq": 3,
        "mark": "ab" * 32,
        "at": AT,
        "by": ActorKind.SYSTEM,
        "run": "01hz",
        "workflow": "support_triage",
        "stage": "approved",
    }
    return Happened(kind=kind, **{**said, **other})


def data(one: Happened) -> dict[str, Any]:
    found = cloud_event(one, source="/countersign/acme")["data"]
    assert isinstance(found, dict)
    return found


def test_the_envelope_is_that_of_a_cloud_event() -> None:
    one, source = happened(notes={"state": "done", "door": "engine"}), "https://bot.example.com"
    event = cloud_event(one, source=source)
    assert event == {
        "specversion": "1.0",
        "id": "run:01hz/3/abababababababab",
        "source": "https://bot.example.com",
        "type": "countersign.run.done",
        "subject": "01hz",
        "time": "2026-03-02T12:00:00.123456Z",
        "datacontenttype": "application/json",
        "data": {
            "run": "01hz",
            "workflow": "support_triage",
            "stage": "approved",
            "by": "system",
            "door": "engine",
            "state": "done",
        },
    }
    assert json.loads(written(event)) == event
    assert written(event) == written(cloud_event(one, source=source))


def test_the_id_tells_an_entry_from_one_that_took_its_place_in_a_copy() -> None:
    assert event_id(happened()) == event_id(happened(position=9))
    others = (happened(seq=4), happened(chain="run:02"), happened(mark="cd" * 32))
    assert len({event_id(one) for one in (happened(), *others)}) == 4


@pytest.mark.parametrize(
    ("kind", "notes", "told"),
    [
        (EntryKind.RUN_STARTED, {"state": "running", "stage": "shadow"}, {"state": "running"}),
        (EntryKind.RUN_PARKED, {"state": "parked", "brief": "b" * 64}, {"state": "parked"}),
        (
            EntryKind.GATE_OPENED,
            {"group": "finance", "version": 2, "gate": "g" * 32},
            {"group": "finance", "version": 2},
        ),
        (
            EntryKind.GATE_DECIDED,
            {"outcome": "reject", "reason": "wrong customer"},
            {"outcome": "reject", "reason": "wrong customer"},
        ),
        (EntryKind.GATE_ESCALATED, {"reason": "no answer", "owner": "#leads"}, {"reason": "no answer"}),
        (EntryKind.QUESTION_ASKED, {"group": "@mia", "reason": "fill_in"}, {"reason": "fill_in"}),
        (EntryKind.QUESTION_MAILED, {"outcome": "in doubt", "n": 1}, {"outcome": "in doubt"}),
        (EntryKind.STEP_DONE, {"standing": "done", "outcome": "billing"}, {"standing": "done"}),
        (EntryKind.STEP_FAILED, {"standing": "failed"}, {"standing": "failed"}),
        (EntryKind.MODEL_ASKED, {"cost_micros": 12, "error": "wrong"}, {"cost_micros": 12}),
        (
            EntryKind.ACTION_INTENDED,
            {"outcome": "billing.RefundPayment", "n": 0},
            {"outcome": "billing.RefundPayment", "n": 0},
        ),
        (EntryKind.ACTION_DONE, {"outcome": "found", "latency_ms": 8}, {"outcome": "found", "latency_ms": 8}),
        (EntryKind.ACTION_FAILED, {"error": "over budget"}, {"error": "over budget"}),
        (EntryKind.COMPENSATION_DONE, {"n": 1, "standing": "undone"}, {"n": 1, "standing": "undone"}),
        (EntryKind.MESSAGE_LOST, {"standing": "lost"}, {}),
        (EntryKind.BUDGET_HIT, {"cost_micros": 5}, {}),
    ],
)
def test_of_each_kind_a_few_plain_columns_are_told(
    kind: EntryKind, notes: dict[str, Any], told: dict[str, Any]
) -> None:
    found = data(happened(kind, by=ActorKind.USER, notes={**notes, **SECRETS, "door": "slack"}, step="deed", attempt=2))
    always = {"run": "01hz", "workflow": "support_triage", "stage": "approved", "by": "user", "door": "slack"}
    assert found == {**always, "step": "deed", "attempt": 2, **told}


@pytest.mark.parametrize(
    "said",
    [
        "@mia",
        "T1/mia",
        "mia@example.com",
        "Ana, 12",
        "a b c d e f g",
        "Mia Lindqvist",
        "x" * 61,
        "",
        "ünfair",
        "a\nb",
        "1 EUR",
    ],
)
def test_a_text_that_is_no_word_of_ours_is_left_out(said: str) -> None:
    assert "reason" not in data(happened(EntryKind.GATE_DECIDED, by=ActorKind.USER, notes={"reason": said}))


def test_what_a_policy_says_in_a_sentence_is_left_out() -> None:
    assert "reason" not in data(happened(EntryKind.GATE_DECIDED, by=ActorKind.POLICY, notes={"reason": "small"}))


def test_nothing_is_told_that_is_no_column_or_whose_kind_is_of_no_run() -> None:
    assert {name for names in NOTES.values() for name in names} <= NOTE_NAMES
    assert not {name for names in NOTES.values() for name in names} & SECRETS.keys()
    assert {*DEFAULT} <= NOTES.keys()
    apart = [EntryKind.RUN_REFUSED, EntryKind.RUN_DUPLICATE, EntryKind.GATE_REFUSED, EntryKind.CONFIG_CHANGED]
    assert not {*apart, EntryKind.AUTH_REFUSED, EntryKind.ALERT_RAISED, EntryKind.BOOT} & NOTES.keys()
