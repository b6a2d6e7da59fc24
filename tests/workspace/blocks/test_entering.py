"""What a person entered, in the forms an app is told it."""

from typing import Any

import pytest

from bot.workspace.blocks.entering import action_of, entered_in, state_values
from bot.workspace.blocks.naming import named
from bot.workspace.blocks.walking import elements
from bot.workspace.ids import Ids
from bot.workspace.payload import Json
from tests.workspace.blocks.made import (
    KINDS_OF_ELEMENTS,
    asking,
    block,
    button,
    card,
    confirm,
    element,
    feedback,
    mrkdwn,
    option,
    plain,
    rich,
    runs,
    said,
)

A, B, C = option("a", "A"), option("b", "B"), option("c", "C")
ABC = [A, B, C]
FILLED = {"text": plain("B") | {"emoji": True}, "value": "b"}
"""B as Slack has it, where it came from an app's answer and not with the blocks."""
GROUPED: Json = {"type": "static_select", "action_id": "a", "option_groups": [{"label": plain(), "options": ABC}]}


def one_value(given: Json, entered: Json | None = None) -> Json:
    """The state of the only element there is."""
    [of_block] = state_values([given], entered or {}).values()
    kept: Json = next(iter(of_block.values()))
    assert len(of_block) == 1
    return kept


EMPTY: dict[str, Json] = {
    "plain_text_input": {"value": None},
    "email_text_input": {"value": None},
    "url_text_input": {"value": None},
    "number_input": {"value": None},
    "rich_text_input": {"rich_text_value": None},
    "file_input": {"files": []},
    "static_select": {"selected_option": None},
    "external_select": {"selected_option": None},
    "radio_buttons": {"selected_option": None},
    "users_select": {"selected_user": None},
    "conversations_select": {"selected_conversation": None},
    "channels_select": {"selected_channel": None},
    "multi_static_select": {"selected_options": []},
    "multi_external_select": {"selected_options": []},
    "checkboxes": {"selected_options": []},
    "multi_users_select": {"selected_users": []},
    "multi_conversations_select": {"selected_conversations": []},
    "multi_channels_select": {"selected_channels": []},
    "datepicker": {"selected_date": None},
    "timepicker": {"selected_time": None},
    "datetimepicker": {"selected_date_time": None},
}
WITHOUT_STATE = {"button", "workflow_button", "overflow", "feedback_buttons", "icon_button"}


def test_every_element_keeps_something_or_is_pressed() -> None:
    assert set(EMPTY) | WITHOUT_STATE == set(KINDS_OF_ELEMENTS)


@pytest.mark.parametrize("kind", EMPTY)
def test_an_input_that_was_not_touched_is_there_and_empty(kind: str) -> None:
    assert one_value(asking(kind)) == {"type": kind} | EMPTY[kind]


@pytest.mark.parametrize("kind", EMPTY)
def test_an_input_that_was_emptied_is_empty(kind: str) -> None:
    initial: Json = {"initial_value": "7", "initial_user": "U1", "initial_users": ["U1"], "initial_date": "2026-01-31"}
    assert one_value(asking(kind, **initial), {"b": {"a": None}}) == {"type": kind} | EMPTY[kind]


INITIAL: list[tuple[str, str, Any, str]] = [
    ("plain_text_input", "initial_value", "words", "value"),
    ("email_text_input", "initial_value", "a@acme.example", "value"),
    ("url_text_input", "initial_value", "https://acme.example", "value"),
    ("number_input", "initial_value", "7", "value"),
    ("rich_text_input", "initial_value", rich(), "rich_text_value"),
    ("static_select", "initial_option", A, "selected_option"),
    ("external_select", "initial_option", A, "selected_option"),
    ("radio_buttons", "initial_option", A, "selected_option"),
    ("users_select", "initial_user", "U1", "selected_user"),
    ("conversations_select", "initial_conversation", "C1", "selected_conversation"),
    ("channels_select", "initial_channel", "C1", "selected_channel"),
    ("multi_static_select", "initial_options", [A], "selected_options"),
    ("multi_external_select", "initial_options", [A], "selected_options"),
    ("checkboxes", "initial_options", [A], "selected_options"),
    ("multi_users_select", "initial_users", ["U1", "U2"], "selected_users"),
    ("multi_conversations_select", "initial_conversations", ["C1"], "selected_conversations"),
    ("multi_channels_select", "initial_channels", ["C1"], "selected_channels"),
    ("datepicker", "initial_date", "2026-01-31", "selected_date"),
    ("timepicker", "initial_time", "09:30", "selected_time"),
    ("datetimepicker", "initial_date_time", 1_800_000_000, "selected_date_time"),
]


@pytest.mark.parametrize(("kind", "initial", "value", "field"), INITIAL, ids=[row[0] for row in INITIAL])
def test_what_stands_there_at_first_is_kept_until_somebody_touches_it(
    kind: str, initial: str, value: Any, field: str
) -> None:
    assert one_value(asking(kind, **{initial: value})) == {"type": kind, field: value}


RICH = rich(runs(said("Hello")))
ENTERED: list[tuple[str, Json, Any, Any]] = [
    ("plain_text_input", {}, "words", "words"),
    ("plain_text_input", {}, "", None),
    ("plain_text_input", {}, 7, "7"),
    ("number_input", {}, "7.5", "7.5"),
    ("number_input", {}, 7.5, "7.5"),
    ("email_text_input", {}, "a@acme.example", "a@acme.example"),
    ("url_text_input", {}, "https://acme.example", "https://acme.example"),
    ("rich_text_input", {}, RICH, RICH),
    ("rich_text_input", {}, "Hello", RICH),
    ("rich_text_input", {}, "", None),
    ("static_select", {"options": ABC}, "b", B),
    ("static_select", {"options": ABC}, B, B),
    ("static_select", {"options": ABC}, {"value": "b"}, B),
    ("external_select", {}, B, FILLED),
    ("external_select", {"initial_option": C}, "c", C),
    ("external_select", {}, "x", {"text": plain("x") | {"emoji": True}, "value": "x"}),
    ("radio_buttons", {"options": ABC}, "c", C),
    ("users_select", {}, "U2", "U2"),
    ("conversations_select", {}, "C2", "C2"),
    ("channels_select", {}, "C2", "C2"),
    ("multi_static_select", {"options": ABC}, ["c", "a"], [C, A]),
    ("multi_static_select", {"options": ABC}, ["c", A, "c"], [C, A]),
    ("multi_static_select", {"options": ABC}, "b", [B]),
    ("multi_external_select", {}, [B, FILLED], [FILLED]),
    ("multi_external_select", {"initial_options": [B]}, ["b"], [B]),
    ("checkboxes", {"options": ABC}, ["c", "a"], [A, C]),
    ("checkboxes", {"options": ABC}, [], []),
    ("multi_users_select", {}, ["U2", "U1", "U2"], ["U2", "U1"]),
    ("multi_conversations_select", {}, "C1", ["C1"]),
    ("multi_channels_select", {}, ["C1"], ["C1"]),
    ("datepicker", {}, "2026-01-31", "2026-01-31"),
    ("timepicker", {}, "09:30", "09:30"),
    ("datetimepicker", {}, 1_800_000_000, 1_800_000_000),
    ("datetimepicker", {}, "1800000000", 1_800_000_000),
    ("file_input", {}, ["F1", {"id": "F2", "name": "a.png"}], [{"id": "F1"}, {"id": "F2", "name": "a.png"}]),
    ("file_input", {}, "F1", [{"id": "F1"}]),
]


@pytest.mark.parametrize(("kind", "more", "entered", "kept"), ENTERED, ids=range(len(ENTERED)))
def test_what_was_entered_is_kept_as_slack_keeps_it(kind: str, more: Json, entered: Any, kept: Any) -> None:
    [field] = EMPTY[kind]
    assert one_value(asking(kind, **more), {"b": {"a": entered}}) == {"type": kind, field: kept}


NOTHING: list[tuple[str, Json, Any]] = [
    ("static_select", {"options": ABC}, "z"),
    ("static_select", {"options": ABC}, 7),
    ("static_select", {"options": ABC}, {"value": ["a"]}),
    ("static_select", {"options": ABC}, ["a"]),
    ("radio_buttons", {"options": ABC}, True),
    ("external_select", {}, {"text": plain()}),
    ("external_select", {}, {"text": plain(), "value": 7}),
    ("plain_text_input", {}, ["words"]),
    ("plain_text_input", {}, True),
    ("users_select", {}, {"id": "U1"}),
    ("datetimepicker", {}, "tomorrow"),
    ("datetimepicker", {}, True),
    ("datetimepicker", {}, "9" * 400),
    ("rich_text_input", {}, {"type": "section"}),
    ("rich_text_input", {}, {"type": "rich_text", "elements": []}),
    ("rich_text_input", {}, {"type": "rich_text", "elements": [{"type": "script"}]}),
    ("rich_text_input", {}, 7),
    ("multi_static_select", {"options": ABC}, ["z", 7, None]),
    ("multi_users_select", {}, [7, None, ""]),
    ("file_input", {}, [7, {}, "", {"id": 7}]),
]


@pytest.mark.parametrize(("kind", "more", "entered"), NOTHING, ids=range(len(NOTHING)))
def test_what_it_could_not_be_is_nothing(kind: str, more: Json, entered: Any) -> None:
    assert one_value(asking(kind, **more), {"b": {"a": entered}}) == {"type": kind} | EMPTY[kind]


def test_options_in_groups_are_found() -> None:
    given = block("section", block_id="b", accessory=GROUPED)
    assert one_value(given, {"b": {"a": "c"}}) == {"type": "static_select", "selected_option": C}


def test_a_time_goes_with_its_zone() -> None:
    given = asking("timepicker", timezone="Europe/Rome", initial_time="09:30")
    assert one_value(given) == {"type": "timepicker", "selected_time": "09:30", "timezone": "Europe/Rome"}


def test_elements_of_every_block_are_in_the_state() -> None:
    blocks = [
        block("section", block_id="s", accessory=element("datepicker", action_id="a")),
        block("section", block_id="none", accessory=button()),
        block("divider", block_id="d"),
        block(
            "actions",
            block_id="row",
            elements=[
                button(),
                element("static_select", action_id="a", options=ABC, initial_option=B),
                element("users_select", action_id="b"),
                element("overflow", action_id="c"),
            ],
        ),
        asking("plain_text_input", "q"),
        block("container", block_id="box", child_blocks=[asking("email_text_input", "boxed")]),
        block("card", block_id="card", actions=[button()]),
    ]
    assert state_values(blocks, {"row": {"b": "U1"}}) == {
        "s": {"a": {"type": "datepicker", "selected_date": None}},
        "row": {
            "a": {"type": "static_select", "selected_option": B},
            "b": {"type": "users_select", "selected_user": "U1"},
        },
        "q": {"a": {"type": "plain_text_input", "value": None}},
        "boxed": {"a": {"type": "email_text_input", "value": None}},
    }


@pytest.mark.parametrize("entered", [{}, {"x": {"a": "y"}}, {"b": {"x": "y"}}, {"b": "words"}, {"b": None}, {"b": []}])
def test_what_belongs_to_nothing_is_left_out(entered: Json) -> None:
    assert state_values([asking("plain_text_input")], entered) == {
        "b": {"a": {"type": "plain_text_input", "value": None}}
    }


@pytest.mark.parametrize(("kind", "more", "entered", "kept"), ENTERED, ids=range(len(ENTERED)))
def test_a_state_gives_the_same_state_again(kind: str, more: Json, entered: Any, kept: Any) -> None:
    blocks = named([asking(kind, **more)], Ids(seed=1))
    values = state_values(blocks, {"b": {"a": entered}})
    assert state_values(blocks, entered_in(values)) == values


# --- actions -----------------------------------------------------------------------------------------------------


def action(given: Json, simple: Any = None) -> Json:
    """The entry for an element in a block, without what every entry has."""
    made = action_of({"type": "actions", "block_id": "row"}, given | {"action_id": "a"}, simple)
    assert (made.pop("block_id"), made.pop("action_id"), made.pop("type")) == ("row", "a", given["type"])
    return made


ACTIONS: list[tuple[Json, Any, Json]] = [
    (
        button(value="1", style="primary"),
        None,
        {"text": plain("Go"), "value": "1", "style": "primary"},
    ),
    (button(url="https://acme.example"), None, {"text": plain("Go"), "url": "https://acme.example"}),
    (button(confirm=confirm()), None, {"text": plain("Go"), "confirm": confirm()}),
    (
        element("icon_button", value="1"),
        None,
        {"text": plain("Delete"), "icon": "trash", "value": "1"},
    ),
    (
        element("workflow_button"),
        None,
        {"text": plain(), "workflow": {"trigger": {"url": "https://slack.com/shortcuts/Ft1/x"}}},
    ),
    (feedback(), "positive_button", {"text": plain("Good"), "value": "yes"}),
    (feedback(), "negative_button", {"text": plain("Bad"), "value": "no"}),
    (feedback(), "no", {"text": plain("Bad"), "value": "no"}),
    (feedback(), None, {"text": plain("Good"), "value": "yes"}),
    (element("overflow", options=ABC), "b", {"selected_option": B}),
    (element("overflow", options=ABC), "z", {"selected_option": None}),
    (
        element("static_select", options=ABC, placeholder=plain("Pick"), initial_option=A),
        "b",
        {"selected_option": B, "placeholder": plain("Pick"), "initial_option": A},
    ),
    (
        element("external_select", min_query_length=2),
        B,
        {"selected_option": FILLED, "min_query_length": 2},
    ),
    (element("multi_static_select", options=ABC), ["a", "b"], {"selected_options": [A, B]}),
    (element("users_select", initial_user="U1"), "U2", {"selected_user": "U2", "initial_user": "U1"}),
    (element("multi_users_select"), ["U1"], {"selected_users": ["U1"]}),
    (element("conversations_select"), "C1", {"selected_conversation": "C1"}),
    (element("channels_select"), "C1", {"selected_channel": "C1"}),
    (
        element("datepicker", initial_date="2026-01-01"),
        "2026-01-31",
        {"selected_date": "2026-01-31", "initial_date": "2026-01-01"},
    ),
    (
        element("timepicker", timezone="Europe/Rome"),
        "09:30",
        {"selected_time": "09:30", "timezone": "Europe/Rome"},
    ),
    (element("datetimepicker"), 1_800_000_000, {"selected_date_time": 1_800_000_000}),
    (element("checkboxes", options=ABC), ["b"], {"selected_options": [B]}),
    (element("checkboxes", options=ABC), None, {"selected_options": []}),
    (element("radio_buttons", options=ABC), "a", {"selected_option": A}),
    (element("plain_text_input"), "words", {"value": "words"}),
    (element("number_input"), "7", {"value": "7"}),
    (element("rich_text_input"), "Hello", {"rich_text_value": RICH}),
]


@pytest.mark.parametrize(("given", "simple", "entry"), ACTIONS, ids=range(len(ACTIONS)))
def test_the_entry_of_an_action_is_as_slack_sends_it(given: Json, simple: Any, entry: Json) -> None:
    assert action(given, simple) == entry


def test_every_kind_of_element_has_an_entry() -> None:
    entered = {given["type"] for given, _, _ in ACTIONS}
    for kind in set(KINDS_OF_ELEMENTS) - entered:
        [field] = EMPTY[kind]
        assert action(element(kind)) == EMPTY[kind], field


def test_an_element_that_was_named_by_slack_has_an_entry_too() -> None:
    blocks = named([block("carousel", elements=[card(actions=[{"type": "button", "text": plain()}])])], Ids(seed=1))
    [(inside, given)] = elements(blocks)
    made = action_of(inside, given, None)
    assert (made["block_id"], made["action_id"]) == (blocks[0]["elements"][0]["block_id"], given["action_id"])


def test_marked_options_stay_marked() -> None:
    marked = {"text": mrkdwn("*Bold*"), "value": "m", "description": plain("why")}
    assert action(element("checkboxes", options=[marked]), ["m"]) == {"selected_options": [marked]}
