"""An answer is exact, close or wrong by rules anybody can check; a wrong one that was doubted is a doubt."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from bot.domain.comparing import Match, compare, says_nearly
from bot.domain.intent import Fact


class Kind(StrEnum):
    BILLING = "billing"
    SPAM = "spam"


class Part(Fact):
    cents: int
    why: str


class Whole(Fact):
    kind: Kind = Kind.BILLING
    urgent: bool = False
    id: str = "T-1006"
    due: date = date(2026, 3, 31)
    amount: Decimal = Decimal("12.50")
    way: Literal["as it was asked for", "not at all"] = "as it was asked for"
    summary: str = "The customer was charged twice for May."
    tags: tuple[str, ...] = ("a", "b")
    part: Part | None = None
    note: str | None = None
    parts: tuple[Part, ...] = Field(default=())


def match(**changed: object) -> dict[str, Match]:
    """What differs of the fields, when the answer differs like this."""
    found = compare(Whole(), Whole.model_validate(changed), doubtful=False)
    return {one.field: one.match for one in found if one.match is not Match.EXACT}


def test_the_same_answer_is_exact_in_every_field() -> None:
    found = compare(Whole(), Whole(), doubtful=True)
    assert [one.field for one in found] == [*Whole.model_fields]
    assert {one.match for one in found} == {Match.EXACT}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "spam"),
        ("urgent", True),
        ("id", "T-1007"),
        ("due", "2026-03-30"),
        ("amount", "12.51"),
        ("way", "not at all"),
        ("summary", "Somebody wants to merge two accounts."),
        ("tags", ["a"]),
        ("tags", ["b", "a"]),
        ("note", "Something."),
        ("part", {"cents": 1, "why": "x"}),
        ("parts", [{"cents": 1, "why": "x"}]),
    ],
)
def test_what_is_not_prose_is_right_or_wrong(field: str, value: object) -> None:
    assert match(**{field: value}) == {field: Match.WRONG}


@pytest.mark.parametrize(
    "text",
    [
        "The customer was charged twice for  May .",
        "the customer was charged twice, for May",
        "The customer has been charged twice for May.",
        "For May the customer was charged twice.",
    ],
)
def test_prose_in_much_the_same_words_is_close(text: str) -> None:
    assert match(summary=text) == {"summary": Match.CLOSE}


def test_a_line_broken_elsewhere_is_no_difference() -> None:
    assert match(summary="The customer was\ncharged  twice for May.") == {}


def test_a_fact_within_a_fact_is_compared_by_its_fields() -> None:
    expected = Whole(part=Part(cents=1, why="It was charged twice."))
    came = Whole(part=Part(cents=2, why="It was charged twice!"))
    found = {one.field: (one.match, one.expected, one.came) for one in compare(expected, came, doubtful=False)}
    assert found["part.cents"] == (Match.WRONG, 1, 2)
    assert found["part.why"][0] is Match.CLOSE
    gone = {one.field: (one.match, one.came) for one in compare(expected, Whole(), doubtful=False)}
    assert gone["part.cents"] == (Match.WRONG, None)


def test_a_list_is_as_near_as_the_farthest_of_its_members() -> None:
    class Listed(Fact):
        lines: tuple[str, ...]

    def of(*lines: str) -> Match:
        expected = Listed(lines=("The customer was charged twice.", "Send the receipt."))
        return compare(expected, Listed(lines=lines), doubtful=False)[0].match

    assert of("The customer was charged twice.", "Send the receipt.") is Match.EXACT
    assert of("The customer was twice charged.", "Send the receipt.") is Match.CLOSE
    assert of("The customer was twice charged.", "Send the invoice.") is Match.WRONG


def test_a_wrong_answer_that_was_doubted_is_a_doubt_and_a_right_one_stays_right() -> None:
    found = compare(Whole(), Whole(kind=Kind.SPAM, summary="The customer was twice charged for May."), doubtful=True)
    assert {one.field: one.match for one in found if one.match is not Match.EXACT} == {
        "kind": Match.DOUBT,
        "summary": Match.CLOSE,
    }


def test_an_answer_that_never_came_is_a_doubt_in_every_field() -> None:
    found = compare(Whole(part=Part(cents=1, why="x")), None, doubtful=False)
    assert {one.match for one in found if one.field != "note"} == {Match.DOUBT}
    assert all(one.came is None for one in found)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("We refund 12 EUR to your account today.", "We refund 1250 EUR to your account today.", False),
        ("We refund 12 EUR to your account today.", "We refund EUR 12 to your account today.", True),
        ("It is done within 48 hours, we promise.", "It is done within some hours, we promise.", False),
        ("You can merge the two accounts yourself.", "You can not merge the two accounts yourself.", False),
        ("We don't refund this to your account.", "We do refund this to your account.", False),
        ("Das ist bei uns nicht möglich.", "Das ist bei uns leider möglich.", False),
        ("請求書を二度送りました", "請求書を二度送信しました", True),
        ("請求書を二度送りました", "解約したいです、お願いします", False),
        ("Ça marche très bien chez nous", "C\u0327a marche tre\u0300s bien chez nous", True),
        ("Version 3.5 is out since today.", "Version 3.6 is out since today.", False),
        ("billing question", "billing question!", False),
        ("", "", False),
    ],
)
def test_texts_say_nearly_the_same_only_with_the_same_numbers_and_negations(one: str, other: str, near: bool) -> None:
    assert says_nearly(one, other) is near
    assert says_nearly(other, one) is near


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    class Said(Fact):
        text: str

    (found,) = compare(Said(text=one), Said(text=other), doubtful=False)
    if " ".join(one.split()) == " ".join(other.split()):
        assert found.match is Match.EXACT
    else:
        assert found.match in (Match.CLOSE, Match.WRONG)
