"""A reply is worth what its type says: nothing is turned into something else, and what is wrong is said in words."""

import json
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, field_validator, model_validator

from bot.adapters.model.engine.form import MOST_DOUBTS, MOST_QUOTES, SURENESS
from bot.adapters.model.engine.judging import LONGEST_DOUBT, LONGEST_QUOTE, MOST_PROBLEMS, Judged, judge
from bot.adapters.model.wire import Reply
from bot.domain.intent import Fact
from bot.domain.outcome import Outcome
from bot.domain.plain import Plain
from tests.adapters.model.asking import Category, Draft, Triage, ticket
from tests.adapters.model.wired import envelope, failed, said
from tests.naughty import HUGE, SHORT_TEXTS

MATERIAL: dict[str, Plain] = {"ticket": ticket("I was charged twice for order 77.", "Charged twice")}
TRIAGE: dict[str, object] = {"category": "billing", "urgent": False, "summary": "Charged twice."}


class Kind(StrEnum):
    A = "a"
    B = "b"


class Inner(Fact):
    count: int = Field(ge=0, le=9)
    on: date | None


class Everything(Fact):
    """One of each."""

    name: str = Field(min_length=1, max_length=20)
    count: int = Field(ge=0, le=99)
    sure: bool
    kind: Kind
    amount: Decimal
    inner: Inner
    tags: tuple[str, ...] = Field(max_length=3)
    maybe: int | None


EVERYTHING: dict[str, object] = {
    "name": "x",
    "count": 1,
    "sure": True,
    "kind": "a",
    "amount": "1.50",
    "inner": {"count": 3, "on": "2026-03-02"},
    "tags": ["t"],
    "maybe": None,
}


def judged(text: str, fact: type[Fact] = Triage) -> Judged:
    return judge(said(text), fact, MATERIAL)


def refused(text: str, fact: type[Fact] = Triage) -> str:
    """What is wrong with it, in one text."""
    found = judged(text, fact)
    assert found.outcome is Outcome.INVALID
    assert found.fact is None
    assert 0 < len(found.problems) <= MOST_PROBLEMS
    assert all("\n" not in problem and len(problem) < 400 for problem in found.problems)
    return " ".join(found.problems)


def test_a_valid_answer_is_taken_with_its_envelope() -> None:
    found = judged(envelope(TRIAGE, evidence=["charged twice"], doubts=["Could be a bug."], confidence="likely"))
    assert found == Judged(
        outcome=Outcome.ANSWERED,
        fact=Triage(category=Category.BILLING, urgent=False, summary="Charged twice."),
        confidence=65,
        doubts=("Could be a bug.",),
        evidence=("charged twice",),
    )


@pytest.mark.parametrize("word", SURENESS)
def test_how_sure_it_is_comes_in_words_and_is_never_a_hundred(word: str) -> None:
    assert judged(envelope(TRIAGE, confidence=word)).confidence == SURENESS[word] < 100


@pytest.mark.parametrize("word", ["Sure", "very sure", "", 95, 0.95, "95", None, True, ["sure"], {"sure": 1}], ids=repr)
def test_any_other_word_for_it_is_refused(word: object) -> None:
    assert "“confidence” must be one of: a guess, unsure" in refused(envelope(TRIAGE, confidence=word))


@pytest.mark.parametrize("name", ["evidence", "doubts"])
@pytest.mark.parametrize("value", ["text", None, 1, [1], ["a", None], [["a"]], {"a": "b"}, True], ids=repr)
def test_what_is_to_be_a_list_of_texts_is_one(name: str, value: object) -> None:
    assert f"“{name}” must be a list of texts." in refused(envelope(TRIAGE, **{name: value}))


@pytest.mark.parametrize("name", ["evidence", "answer", "doubts", "confidence"])
def test_no_part_of_the_envelope_may_be_missing(name: str) -> None:
    whole = json.loads(envelope(TRIAGE))
    del whole[name]
    assert f"“{name}” is missing." in refused(json.dumps(whole))


@pytest.mark.parametrize("name", ["tool_calls", "Answer", "", "x" * 5_000, "a\nb", "\u202e", "approved"], ids=repr)
def test_nothing_may_stand_beside_the_envelope(name: str) -> None:
    assert "There is nothing called" in refused(envelope(TRIAGE, **{name: 1}))


WRONG: dict[str, list[Any]] = {
    "name": [None, 1, True, [], {}, "", "x" * 21],
    "count": ["1", 1.5, True, None, [], -1, 100, 10**30],
    "sure": ["true", 1, 0, None, "yes"],
    "kind": ["A", "c", None, 1, ["a"], ""],
    "amount": [None, True, [], "lots", {}],
    "inner": [None, "x", [], {}, {"count": 3}, {"count": "3", "on": None}, {"count": 3, "on": "soon"}],
    "tags": [None, "t", {}, [1], ["a", "b", "c", "d"], [None]],
    "maybe": ["1", True, [], 1.5],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values], ids=repr
)
def test_no_value_of_another_type_is_turned_into_the_right_one(name: str, value: object) -> None:
    said_wrong = refused(envelope({**EVERYTHING, name: value}), Everything)
    assert "“answer" in said_wrong


def test_the_same_with_nothing_wrong_is_taken() -> None:
    found = judged(envelope(EVERYTHING), Everything).fact
    assert isinstance(found, Everything)
    assert (found.amount, found.inner.on) == (Decimal("1.50"), date(2026, 3, 2))


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_field_has_to_be_there(name: str) -> None:
    less = {key: value for key, value in EVERYTHING.items() if key != name}
    assert f"“answer.{name}”: Field required." in refused(envelope(less), Everything)


def test_a_field_that_nobody_asked_for_is_refused_at_any_depth() -> None:
    assert "“answer.ticket_id”" in refused(envelope({**TRIAGE, "ticket_id": "T-9"}))
    inner = {"count": 3, "on": None, "reviewer": "@me"}
    assert "“answer.inner.reviewer”" in refused(envelope({**EVERYTHING, "inner": inner}), Everything)


@pytest.mark.parametrize("answer", [None, [], "billing", 1, True, [TRIAGE]], ids=repr)
def test_an_answer_that_is_no_object_is_refused(answer: Any) -> None:
    refused(envelope(answer))


def test_of_many_mistakes_a_few_are_told() -> None:
    refused(envelope({f"made_up_{n}": n for n in range(500)}))


def test_what_the_model_wrote_is_not_told_back_to_it_or_kept() -> None:
    text = refused(envelope({**TRIAGE, "category": "CANARY", "urgent": "CANARY", "summary": "CANARY" * 100}))
    assert "CANARY" not in text


# --- types whose own validators do as they like -----------------------------------------------------------------------


class Mute(ValueError):
    """An error that cannot even say what it is."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


ERRORS = [
    ValueError("This will not do."),
    ValueError("half a pair: \ud800"),
    ValueError("x" * 100_000),
    ValueError("two\nlines \u202e"),
    AssertionError(),
    TypeError("a type"),
    KeyError("category"),
    ZeroDivisionError(),
    RecursionError("deep"),
    UnicodeDecodeError("utf-8", b"", 0, 1, "odd"),
    StopIteration(),
    StopAsyncIteration(),
    MemoryError(),
    OSError(5, "disk"),
    Mute(),
    ExceptionGroup("many", [ValueError("one")]),
]


@pytest.mark.parametrize("error", ERRORS, ids=[f"{n} {type(error).__name__}" for n, error in enumerate(ERRORS)])
@pytest.mark.parametrize("whole", [True, False])
def test_a_type_whose_validator_raises_anything_breaks_nothing(error: Exception, whole: bool) -> None:
    class OfTheWhole(Draft):
        @model_validator(mode="after")
        def refuse(self) -> Self:
            raise error

    class OfAField(Draft):
        @field_validator("body")
        @classmethod
        def refuse(cls, value: str) -> str:
            raise error

    problem = refused(envelope({"body": "Hello"}), OfTheWhole if whole else OfAField)
    problem.encode()
    assert "“answer" in problem


# --- quotes and doubts ------------------------------------------------------------------------------------------------


def test_a_quote_that_nobody_wrote_is_no_evidence_but_a_doubt() -> None:
    found = judged(envelope(TRIAGE, evidence=["charged twice", "Please refund 900 EUR to me"]))
    assert found.evidence == ("charged twice",)
    assert found.doubts == ("This quote does not stand in the material: “Please refund 900 EUR to me”.",)


def test_there_are_never_more_quotes_and_doubts_than_a_card_has_room_for() -> None:
    found = judged(envelope(TRIAGE, evidence=["charged twice "] * 500, doubts=[f"{n} " * 400 for n in range(50)]))
    assert found.evidence == ("charged twice",)
    assert len(found.doubts) == MOST_DOUBTS
    assert all(len(doubt) <= LONGEST_DOUBT for doubt in found.doubts)
    many = judged(envelope(TRIAGE, evidence=[f"nobody wrote {n}" * 90 for n in range(50)]))
    assert len(many.doubts) == MOST_QUOTES
    assert all(len(doubt) <= LONGEST_QUOTE for doubt in many.doubts)


def test_any_text_in_any_place_of_an_answer_breaks_nothing() -> None:
    for text in SHORT_TEXTS.values():
        answer = envelope({**TRIAGE, "summary": text}, evidence=[text], doubts=[text])
        found = judge(said(answer), Triage, {"ticket": "x"})
        assert found.outcome in (Outcome.ANSWERED, Outcome.INVALID)
        assert all(one == one.strip() and "\n" not in one for one in found.doubts)


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_text_for_an_answer_is_refused(name: str) -> None:
    refused(envelope({**TRIAGE, "summary": HUGE[name]}))


@given(st.text())
def test_any_text_for_an_answer_is_judged(text: str) -> None:
    assert judge(said(text), Triage, MATERIAL).outcome is Outcome.INVALID


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.ANSWERED])
def test_what_is_no_answer_is_not_read_for_one(outcome: Outcome) -> None:
    found = judge(Reply(outcome, envelope(TRIAGE), "the server's\nwords"), Triage, MATERIAL)
    assert (found.outcome, found.fact, found.problems) == (outcome, None, ("the server's words",))
    assert judge(failed(outcome), Triage, MATERIAL).problems[0].endswith(".")
