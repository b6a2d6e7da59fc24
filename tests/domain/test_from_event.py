"""An event becomes what a workflow starts from: by the places that its brief names, and by nothing else."""

import contextlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring import Fact, Field
from bot.domain.brief.form import Form
from bot.domain.brief.form import contradictions_of as of_form
from bot.domain.brief.hook import Hook, contradictions_of
from bot.domain.errors import Unfit
from bot.domain.from_event import NotThere, Sent, concerns, event_for, event_id, hooks_of, reach, value_of
from bot.intents import helpdesk
from tests.made import TICKET, brief_of


class Order(Fact):
    """An order, as a shop has it."""

    number: str = Field(min_length=1)
    items: int = 1
    total: Decimal = Decimal(0)
    note: str | None
    paid: bool = False


BODY: dict[str, Any] = {
    "type": "order.created",
    "data": {"order": {"id": 4711, "lines": [{"n": 2}], "total": Decimal("12.50"), "note": None, "paid": True}},
}
ORDER = Hook(
    fields={
        "number": "data.order.id",
        "items": "data.order.lines.0.n",
        "total": "data.order.total",
        "note": "data.note",
    }
)


# --- places ----------------------------------------------------------------------------------------------------------


def test_a_place_leads_through_objects_and_lists() -> None:
    assert reach(BODY, "data.order.lines.0.n") == 2
    assert reach([{"a": 1}], "0.a") == 1
    assert reach({"0": "a name"}, "0") == "a name"


@pytest.mark.parametrize(
    "place", ["data.nothing", "data.order.lines.1", "data.order.lines.-1", "type.x", "data.order.lines.²"]
)
def test_where_nothing_stands_nothing_is_found(place: str) -> None:
    with pytest.raises(NotThere):
        reach(BODY, place)


@settings(max_examples=25)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_whatever_comes_a_place_is_there_or_not(body: object) -> None:
    with contextlib.suppress(NotThere):
        reach(body, "a.0.b")


# --- the fact --------------------------------------------------------------------------------------------------------


def test_each_field_is_taken_from_its_place() -> None:
    value = value_of(ORDER, Sent(BODY), Order)
    assert value == {"number": "4711", "items": 2, "total": "12.50", "note": None}


def test_without_places_what_is_sent_is_the_fact_itself() -> None:
    sent = TICKET.model_dump(mode="json")
    assert value_of(Hook(), Sent(sent), helpdesk.Ticket) == sent


def test_of_a_cloud_event_its_data_is_the_fact_and_places_begin_at_the_envelope() -> None:
    envelope = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/shop",
        "type": "x",
        "data": TICKET.model_dump(mode="json"),
    }
    sent = Sent(envelope, is_cloud_event=True)
    assert value_of(Hook(), sent, helpdesk.Ticket)["id"] == TICKET.id
    named = Hook(fields={name: f"data.{name}" for name in helpdesk.Ticket.model_fields})
    assert value_of(named, sent, helpdesk.Ticket) == envelope["data"]


def test_what_is_missing_is_said_with_the_place_where_it_was_looked_for() -> None:
    with pytest.raises(Unfit) as caught:
        value_of(ORDER, Sent({"data": {"note": "a secret note"}}), Order)
    assert caught.value.message == "This is not a Order: number (at data.order.id): This is missing."


@pytest.mark.parametrize(
    ("number", "note", "said"),
    [
        ("\x00\u202e", "x", "number (at data.order.id): It has a character that nobody can see (U+0000). Take it out."),
        ("7", "hi\x07", "note (at data.note): It has a character that nobody can see (U+0007). Take it out."),
        ("\u202e\u200b", "x", "number (at data.order.id): There is nothing to read in it."),
    ],
)
def test_what_nobody_can_read_is_refused_with_the_name_of_its_field(number: str, note: str, said: str) -> None:
    with pytest.raises(Unfit) as caught:
        value_of(ORDER, Sent({"data": {"order": {"id": number}, "note": note}}), Order)
    assert caught.value.message == f"This is not a Order: {said}"


def test_a_text_of_several_lines_is_taken_as_it_is() -> None:
    sent = Sent({"data": {"order": {"id": "7"}, "note": "one\ttwo\r\nthree"}})
    assert value_of(ORDER, sent, Order)["note"] == "one\ttwo\r\nthree"


@pytest.mark.parametrize("body", [[], "text", 7, None])
def test_what_is_no_object_has_no_fields(body: object) -> None:
    with pytest.raises(Unfit, match="no JSON object"):
        value_of(Hook(), Sent(body), Order)


def test_a_refusal_quotes_nothing_of_what_was_sent() -> None:
    with pytest.raises(Unfit) as caught:
        value_of(Hook(), Sent({**TICKET.model_dump(mode="json"), "email": "no address but a secret"}), helpdesk.Ticket)
    assert "a secret" not in caught.value.message


def test_a_field_with_a_default_may_be_missing_and_a_number_is_no_yes() -> None:
    value = value_of(ORDER, Sent({"data": {"order": {"id": "A-1"}}}), Order)
    assert value == {"number": "A-1", "note": None}, "What it does not say is left open."
    with pytest.raises(Unfit, match=r"number \(at data\.order\.id\)"):
        value_of(ORDER, Sent({"data": {"order": {"id": True}}}), Order)


# --- which events, and which event -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("only", "is_for_it"),
    [
        ({}, True),
        ({"type": ("order.created", "order.paid")}, True),
        ({"type": ("order.paid",)}, False),
        ({"type": ("order.created",), "data.order.paid": ("false",)}, False),
        ({"data.order.paid": ("true",), "data.order.id": ("4711",)}, True),
        ({"data.order": ("x",)}, False),
        ({"header:X-Kind": ("issues",)}, True),
        ({"header:X-Other": ("issues",)}, False),
    ],
)
def test_an_event_is_for_a_hook_where_everything_it_names_stands_there(only: Any, is_for_it: bool) -> None:
    assert concerns(Hook(only=only), Sent(BODY, headers={"x-kind": "issues"})) is is_for_it


def test_which_event_it_is_stands_in_a_header_or_at_a_place() -> None:
    sent = Sent({"id": 7}, headers={"x-event": "e-1"})
    assert event_id(Hook(event_id="header:X-Event"), sent) == "e-1"
    assert event_id(Hook(event_id="id"), sent) == "7"
    assert event_id(Hook(), sent) == ""


@pytest.mark.parametrize("place", ["header:X-Other", "data.id"])
def test_an_event_without_the_id_that_its_brief_names_is_refused(place: str) -> None:
    with pytest.raises(Unfit, match=place):
        event_id(Hook(event_id=place), Sent({"id": 7}))


def test_a_sample_event_gives_the_fact_it_was_made_from() -> None:
    hook = Hook(
        fields={"id": "a.b.id", "subject": "a.title"}, only={"type": ("new",), "header:X": ("y",)}, event_id="event"
    )
    event = event_for(hook, {"id": "T-1", "subject": "Twice", "body": "left out"}, id="e-1")
    assert event == {"a": {"b": {"id": "T-1"}, "title": "Twice"}, "type": "new", "event": "e-1"}
    assert concerns(hook, Sent(event, headers={"x": "y"}))
    assert event_for(Hook(), {"id": "T-1"}, id="e-1") == {"id": "T-1"}


# --- the brief -------------------------------------------------------------------------------------------------------


def test_a_workflow_that_is_open_and_names_no_hook_has_one_under_its_own_name() -> None:
    closed, open_ = brief_of(), brief_of(triggers={"doors": ["webhook"]})
    named = brief_of(triggers={"doors": ["webhook"], "hooks": {"shop": {"signed": "github"}}})
    assert hooks_of("credit", closed) == {}
    assert hooks_of("credit", open_) == {"credit": Hook()}
    assert [*hooks_of("credit", named)] == ["shop"]


@pytest.mark.parametrize(
    ("name", "hook", "said"),
    [
        ("Shop", {}, "“Shop” is no name of a hook"),
        ("shop_old", {}, "“shop_old” is no name of a hook"),
        ("s" * 41, {}, "is no name of a hook"),
        ("shop", {"fields": {"id": "data..id"}}, "names the place “data..id”, which is none"),
        ("shop", {"fields": {"id": "header:X"}}, "names the place “header:X”, which is none"),
        ("shop", {"only": {"type": []}}, "allows nothing"),
        ("shop", {"only": {"a b": ["x"]}}, "names the place “a b”"),
        ("shop", {"event_id": "header:"}, "names no header"),
    ],
)
def test_a_hook_that_cannot_be_meant_like_that_is_refused(name: str, hook: Any, said: str) -> None:
    (problem,) = contradictions_of({name: Hook.model_validate(hook)}, open_=True)
    assert said in problem[1]


def test_a_hook_of_a_workflow_that_is_not_open_is_refused() -> None:
    (problem,) = contradictions_of({"shop": Hook()}, open_=False)
    assert problem[1:] == (
        "`triggers.hooks.shop` is closed: webhook is not one of the doors.",
        'Add "webhook" to triggers.doors.',
    )


def test_words_above_a_form_that_is_not_open_are_refused() -> None:
    (problem,) = of_form(Form(title="Ask us"), open_=False)
    assert problem[1:] == ("`triggers.form` is closed: form is not one of the doors.", 'Add "form" to triggers.doors.')
    assert [*of_form(Form(), open_=False), *of_form(Form(title="Ask us"), open_=True)] == []
