"""The one way into the machine: no event brings in a secret, in whatever field of it it stands."""

from collections.abc import Mapping
from dataclasses import Field, fields, replace
from typing import Any, get_args

import pytest

from bot.application.move import storable, storable_attempts
from bot.domain.attempt import Attempt
from bot.domain.event import Answered, Decided, Done, Doubted, Event, Problem, ReadBack, Started, Verdict
from bot.domain.pattern import Kind
from bot.domain.person import ENGINE
from bot.domain.plain import Plain
from bot.domain.redaction import Redactor
from bot.domain.run import Run
from bot.domain.terms import Terms
from tests.made import MIA, Idea, actor_of, credit_run, terms_of, three_run

KEY = "hunter-of-seven-keys"
REDACTOR = Redactor([KEY])
GONE = Kind.SECRET.mark

OURS = frozenset(
    {"step", "place", "what", "digest", "steps", "records", "accept", "lost_rights", "recalled", "delivery"}
)
"""Names and digests that the bot itself made."""

CLASSES: Mapping[str, Plain] = {"classes": {"ticket.subject": "secret", "credit.reason": "secret", "email": "personal"}}


def events() -> tuple[type[Event], ...]:
    groups: tuple[Any, ...] = get_args(Event)
    return tuple(kind for group in groups for kind in (get_args(group) or (group,)))


def full(field: Field[Any]) -> object:
    """A value for a field, with the key wherever something that was said or sent could stand."""
    kind = str(field.type)
    if "Mapping" in kind:
        return {"body": f"It is {KEY}.", "below": [{"of": KEY}]}
    if "Attempt" in kind:
        return (Attempt("m", "p", "wrong", error=f"It said {KEY}."),)
    if "tuple[str" in kind:
        return (f"It is {KEY}.",)
    return f"It is {KEY}." if "str" in kind and "Plain" not in kind else None


@pytest.mark.parametrize("kind", events())
def test_every_text_of_every_event_is_redacted(kind: type[Event]) -> None:
    build: Any = kind
    event: Event = build(**{one.name: full(one) for one in fields(kind)})
    clean = storable(REDACTOR, credit_run().run, event, terms_of())
    said = {one.name: str(getattr(clean, one.name)) for one in fields(kind) if one.name not in OURS}
    assert {name for name, text in said.items() if KEY in text} == set()


def test_the_search_itself_works() -> None:
    assert len(events()) == len({*events()}) > 15
    assert KEY in str([full(one) for kind in (Started, Decided, Doubted) for one in fields(kind)])


def made(run: Run, terms: Terms, event: Event) -> Any:
    return storable(REDACTOR, run, event, terms)


@pytest.mark.parametrize(
    ("step", "stored"),
    [
        ("ticket", {"subject": GONE, "email": "ana@example.com"}),
        ("other", {"subject": "x", "email": "ana@example.com"}),
    ],
)
def test_what_is_read_is_stored_by_the_class_it_has_at_its_step(step: str, stored: Mapping[str, Plain]) -> None:
    event = ReadBack(credit_run().now, ENGINE, step, {"subject": "x", "email": "ana@example.com"})
    assert made(credit_run().run, terms_of(data=CLASSES), event).value == stored


def test_the_trigger_is_stored_by_the_class_it_has_at_its_step() -> None:
    event = Started(credit_run().now, ENGINE, {"subject": "x", "body": "y"})
    assert made(credit_run().run, terms_of(data=CLASSES), event).value == {"subject": GONE, "body": "y"}


def test_an_edit_is_of_the_class_it_has_where_it_was_proposed() -> None:
    played = credit_run(Idea(cents=50_00, note="It was late."))
    event = Decided(played.now, actor_of(MIA), MIA, Verdict.EDIT, "approved", values={"reason": "x", "cents": 1})
    terms = terms_of(data=CLASSES)
    assert made(played.run, terms, event).values == {"reason": GONE, "cents": 1}
    assert made(played.run, terms, replace(event, verdict=Verdict.ANSWER)).values == {"reason": "x", "cents": 1}


@pytest.mark.parametrize("proposal", [-1, 3, 99])
def test_an_edit_of_what_is_not_proposed_breaks_nothing(proposal: int) -> None:
    played = three_run()
    event = Decided(played.now, actor_of(MIA), MIA, Verdict.EDIT, "approved", values={"tag": KEY}, proposal=proposal)
    assert made(played.run, played.terms, event).values == {"tag": GONE}


def test_an_answer_is_stored_with_its_doubts_and_calls_redacted() -> None:
    calls = (Attempt("m", "p", "ok"), Attempt("m", "p", "wrong", error=KEY))
    event = Answered(credit_run().now, ENGINE, "idea", {"note": KEY}, calls, 90, (KEY,), (KEY, "late"))
    clean = made(credit_run().run, terms_of(), event)
    assert (clean.value, clean.doubts, clean.evidence) == ({"note": GONE}, (GONE,), (GONE, "late"))
    assert [one.error for one in clean.attempts] == ["", GONE]
    assert clean.attempts == storable_attempts(REDACTOR, calls)


@pytest.mark.parametrize("field", ["reported", "finish", "request_id", "error"])
def test_a_server_that_says_a_key_again_does_not_get_it_written_down(field: str) -> None:
    said: dict[str, Any] = {field: f"gpt:{KEY}"}
    (kept,) = storable_attempts(REDACTOR, [Attempt("m", "p", "ok", **said)])
    assert getattr(kept, field) == f"gpt:{GONE}"


def test_a_call_without_anything_to_take_out_stays_as_it_is() -> None:
    call = Attempt("m", "p", "answered", reported="gpt-6-luna", finish="stop", request_id="req_7f3")
    assert storable_attempts(REDACTOR, [call])[0] is call


def test_the_receipt_of_a_system_keeps_what_takes_it_back() -> None:
    """An account number in it is the number to pay back to; only what opens doors is taken out."""

    receipt: dict[str, Plain] = {
        "id": "4111 1111 1111 1111",
        "link": f"https://x.example/?key={KEY}",
        "undo": {"a": "b"},
    }
    clean = made(credit_run().run, terms_of(), Done(credit_run().now, ENGINE, "given", 0, receipt))
    assert clean.receipt == {**receipt, "link": f"https://x.example/?key={GONE}"}


def test_what_has_nothing_to_hide_is_the_event_itself() -> None:
    event = Doubted(credit_run().now, ENGINE, "idea", Problem.WRONG, "It gave no category.")
    assert made(credit_run().run, terms_of(), event) == event
    twice = made(credit_run().run, terms_of(), made(credit_run().run, terms_of(), replace(event, text=KEY)))
    assert twice.text == GONE
