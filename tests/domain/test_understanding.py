"""What a model is asked about plain words, and what is taken of its answer."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from bot.domain.classified import MARK
from bot.domain.intent import Fact
from bot.domain.plain import Plain
from bot.domain.quantity import MoneyText
from bot.domain.schema import strict_schema
from bot.domain.understanding import NONE_OF_THESE, Sifted, choice_among, of_actions, sift, values_of
from bot.intents import helpdesk
from tests.naughty import every_text


class Colour(StrEnum):
    RED = "red"
    BLUE = "deep blue"


class Order(Fact):
    """A field of every kind."""

    order_id: str
    story: str = Field(max_length=4_000, description="What happened.")
    colour: Colour = Colour.RED
    size: Literal["s", "m"] = "m"
    count: int = Field(default=1, ge=1, lt=100)
    urgent: bool = False
    due: date | None = None
    budget: MoneyText | None = None
    tags: tuple[str, ...] = ()
    account: helpdesk.Account | None = None
    api_key: str = ""


def test_a_choice_takes_what_was_offered_and_nothing_else() -> None:
    choice = choice_among(("tag_ticket", "support_triage"))
    for name in ("tag_ticket", NONE_OF_THESE):
        assert choice.model_validate({"workflow": name}).model_dump() == {"workflow": name}
    assert strict_schema(choice)["properties"] == {
        "workflow": {
            "type": "string",
            "enum": ["tag_ticket", "support_triage", NONE_OF_THESE],
            "description": "what the message asks for",
        }
    }
    for other in ("promise_refund", "", "TAG_TICKET"):
        with pytest.raises(ValidationError):
            choice.model_validate({"workflow": other})


def test_every_field_that_words_can_fill_is_asked_for_and_no_other() -> None:
    values = values_of(Order)
    assert values is not None
    kept = {"order_id", "story", "colour", "size", "count", "urgent", "due", "budget", "tags"}
    assert {*values.model_fields} == kept, "no part with fields of its own, and no secret"
    assert values.model_validate({}).model_dump(exclude_none=True) == {}
    assert strict_schema(values)
    assert values.model_fields["story"].description == "What happened."


def test_identifiers_of_an_intent_are_not_offered() -> None:
    values = values_of(helpdesk.SendReply, but=helpdesk.SendReply.identifiers)
    assert values is not None
    assert {*values.model_fields} == {"body"}
    assert values_of(helpdesk.CloseTicket, but=helpdesk.CloseTicket.identifiers) is None
    with pytest.raises(ValidationError):
        values.model_validate({"ticket_id": "T-2"})


def test_of_a_plan_each_action_has_its_own_fields() -> None:
    one = values_of(helpdesk.AddTag, but=helpdesk.AddTag.identifiers)
    assert one is not None
    both = of_actions({"action_1": one, "action_2": one})
    said = both.model_validate({"action_1": {"tag": "x"}, "action_2": {}})
    assert said.model_dump(exclude_none=True) == {"action_1": {"tag": "x"}, "action_2": {}}
    assert strict_schema(both)


# --- taking ----------------------------------------------------------------------------------------------------------

WRITTEN = "Order T-1001 of 12 pieces, 1,500 in all, for ana@example.com: it broke. Deep blue, by 3 May 2026."


@pytest.mark.parametrize(
    ("given_", "values", "left_out"),
    [
        ({"order_id": "T-1001"}, {"order_id": "T-1001"}, ()),
        ({"order_id": "t-1001"}, {"order_id": "T-1001"}, ()),
        ({"order_id": "T-1002"}, {}, ("order_id",)),
        ({"order_id": "the order of Ana that broke yesterday"}, {}, ("order_id",)),
        ({"count": 12}, {"count": 12}, ()),
        ({"count": 13}, {}, ("count",)),
        ({"count": 1500}, {}, ("count",)),  # it is written, and too many
        ({"story": "It broke, and that is all we know."}, {"story": "It broke, and that is all we know."}, ()),
        ({"story": "It broke, like T-1002 did the week before."}, {}, ("story",)),
        ({"story": "Radhaus Ahorn"}, {}, ("story",)),  # short enough to be a name
        ({"colour": "deep blue", "size": "s"}, {"colour": "deep blue", "size": "s"}, ()),
        ({"colour": "green"}, {}, ("colour",)),
        ({"due": "2026-05-03"}, {"due": "2026-05-03"}, ()),
        ({"due": "tomorrow"}, {}, ("due",)),
        ({"urgent": True}, {"urgent": True}, ()),
        ({"tags": ["pieces"]}, {"tags": ["pieces"]}, ()),
        ({"tags": ["pieces", "VIP"]}, {}, ("tags",)),
        ({"nothing": "x", "order_id": None, "story": "", "tags": []}, {}, ()),
        ({"story": f"It was {MARK} who told us all of it."}, {}, ("story",)),
    ],
)
def test_an_identifier_counts_only_where_the_person_wrote_it(
    given_: Mapping[str, Plain], values: Mapping[str, Plain], left_out: tuple[str, ...]
) -> None:
    assert sift(Order, given_, written=WRITTEN) == Sifted({**values}, left_out)


def test_of_a_change_every_value_counts_that_fits() -> None:
    said: dict[str, Plain] = {"cents": 4000, "currency": "euro", "reason": "We are sorry."}
    found = sift(helpdesk.GrantCredit, said)
    assert found == Sifted({"cents": 4000, "reason": "We are sorry."}, ("currency",))
    assert sift(helpdesk.GrantCredit, {"cents": 99_999_999}) == Sifted({}, ("cents",))


@every_text
def test_any_text_is_taken_or_left_out(text: str) -> None:
    found = sift(Order, {"story": text[:5000], "order_id": text[:200]}, written=text[:5000])
    assert {*found.values, *found.left_out} <= {"story", "order_id"}


@given(st.text(max_size=60), st.text(alphabet="T-0123456789", min_size=4, max_size=9))
def test_no_identifier_comes_out_that_did_not_go_in(message: str, made_up: str) -> None:
    found = sift(Order, {"order_id": made_up}, written=message)
    assert str(found.values.get("order_id", "")) in message
