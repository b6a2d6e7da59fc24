"""Clicks and choices that act at once: what the app is told of them, and which are refused."""

import asyncio

import pytest

from bot.workspace.changes.posting import Wording, delete, dismiss, edit
from bot.workspace.delivery.courier import Delivery, DeliveryKind, NoAnswer
from bot.workspace.payload import Json
from tests.workspace.acts.room import Room, actions, button, entry, made_room, option, plain, text_entry
from tests.workspace.made import APP, MIA, OTHER_TEAM, SAM, SECRET, SHARED, SUPPORT, TEAM


@pytest.fixture
def room() -> Room:
    return made_room()


STATIC = {"type": "static_select", "action_id": "pick", "options": [option("one"), option("two")]}
GO = {"block_id": "acts", "action_id": "go"}
PICK = {"block_id": "acts", "action_id": "pick"}


def spot(room: Room, *elements: Json, **more: str) -> Json:
    """Where a message with these elements stands."""
    message = room.card(actions(*elements or (button(),)), **more)
    return {"channel": message.channel, "ts": message.ts}


# --- what the app is told -------------------------------------------------------------------------------------------


async def test_of_a_click_in_a_message_the_app_is_told_all_that_slack_tells(room: Room) -> None:
    there = spot(room)
    assert await room.act("click", **there, **GO) == {"ok": True}
    [delivery] = room.courier.deliveries
    assert (delivery.kind, delivery.name, delivery.person) == (DeliveryKind.INTERACTION, "block_actions", MIA)
    heard = dict(room.heard)
    assert {*heard} == {
        "type", "user", "api_app_id", "token", "container", "trigger_id", "team", "enterprise",
        "is_enterprise_install", "channel", "message", "state", "response_url", "actions",
    }  # fmt: skip
    assert heard["user"] == {"id": MIA, "username": "mia", "name": "mia", "team_id": TEAM}
    assert heard["team"] == {"id": TEAM, "domain": "acme"}
    assert (heard["type"], heard["api_app_id"], heard["enterprise"]) == ("block_actions", APP, None)
    assert heard["channel"] == {"id": SUPPORT, "name": "support"}
    assert heard["container"] == {
        "type": "message",
        "message_ts": there["ts"],
        "channel_id": SUPPORT,
        "is_ephemeral": False,
    }
    assert (heard["message"]["ts"], heard["message"]["app_id"]) == (there["ts"], APP)
    assert heard["state"] == {"values": {}}
    [action] = heard["actions"]
    assert action == {
        "type": "button",
        "action_id": "go",
        "block_id": "acts",
        "text": plain("Go"),
        "value": "v1",
        "action_ts": action["action_ts"],
    }


async def test_its_address_answers_for_that_message(room: Room) -> None:
    there = spot(room)
    await room.act("click", **there, **GO)
    grant = room.right(room.heard["response_url"])
    assert (grant.message_ts, grant.ephemeral, grant.person) == (there["ts"], False, MIA)


async def test_of_what_only_one_sees_the_app_is_not_told_the_message(room: Room) -> None:
    await room.act("click", **spot(room, only_for=MIA), **GO)
    assert "message" not in room.heard
    assert room.heard["container"]["is_ephemeral"] is True
    assert {"channel", "response_url", "state"} <= {*room.heard}


async def test_a_click_in_a_thread_says_which(room: Room) -> None:
    root = room.card()
    await room.act("click", **spot(room, thread_ts=root.ts), **GO)
    assert room.heard["container"]["thread_ts"] == root.ts


async def test_a_click_in_an_attachment_says_in_which(room: Room) -> None:
    message = room.card()
    message.attachments = [{"id": 1, "text": "no blocks"}, {"id": 2, "blocks": [actions(button())]}]
    await room.act("click", channel=SUPPORT, ts=message.ts, **GO)
    container = room.heard["container"]
    assert (container["type"], container["attachment_id"], container["is_app_unfurl"]) == (
        "message_attachment",
        2,
        False,
    )


@pytest.mark.parametrize("surface", ["modal", "home"])
async def test_of_a_click_in_a_view_the_app_is_told_the_view(room: Room, surface: str) -> None:
    view = (room.modal if surface == "modal" else room.home)(actions(button()))
    assert await room.act("click", view=view.id, **GO) == {"ok": True}
    assert {*room.heard} == {
        "type", "user", "api_app_id", "token", "container", "trigger_id", "team", "enterprise",
        "is_enterprise_install", "view", "state", "actions",
    }  # fmt: skip
    assert room.heard["container"] == {"type": "view", "view_id": view.id}
    assert (room.heard["view"]["id"], room.heard["view"]["type"]) == (view.id, surface)
    assert room.workspace.triggers[room.heard["trigger_id"]].view == view.id


async def test_private_places_are_not_named(room: Room) -> None:
    await room.act("click", **spot(room, channel=SECRET), **GO)
    assert room.heard["channel"] == {"id": SECRET, "name": "privategroup"}


CHOICES: dict[str, tuple[Json, object, Json]] = {
    "static": (STATIC, "two", {"selected_option": option("two")}),
    "static by the option itself": (STATIC, option("two"), {"selected_option": option("two")}),
    "static emptied": (STATIC, None, {"selected_option": None}),
    "overflow": ({**STATIC, "type": "overflow"}, "one", {"selected_option": option("one")}),
    "radio": ({**STATIC, "type": "radio_buttons"}, "one", {"selected_option": option("one")}),
    "checkboxes": (
        {**STATIC, "type": "checkboxes"},
        ["two", "one"],
        {"selected_options": [option("one"), option("two")]},
    ),
    "external": (
        {"type": "external_select", "action_id": "pick"},
        {"text": plain("Acme"), "value": "c1"},
        {"selected_option": {"text": plain("Acme"), "value": "c1"}},
    ),
    "a person": ({"type": "users_select", "action_id": "pick"}, "sam", {"selected_user": SAM}),
    "a person by id": ({"type": "users_select", "action_id": "pick"}, SAM, {"selected_user": SAM}),
    "a channel": ({"type": "channels_select", "action_id": "pick"}, "#support", {"selected_channel": SUPPORT}),
    "a conversation": (
        {"type": "conversations_select", "action_id": "pick"},
        "secret",
        {"selected_conversation": SECRET},
    ),
    "a date": ({"type": "datepicker", "action_id": "pick"}, "2026-01-31", {"selected_date": "2026-01-31"}),
    "a time": ({"type": "timepicker", "action_id": "pick"}, "09:30", {"selected_time": "09:30"}),
    "a moment": ({"type": "datetimepicker", "action_id": "pick"}, 1_800_000_000, {"selected_date_time": 1_800_000_000}),
}


@pytest.mark.parametrize("choice", [pytest.param(one, id=name) for name, one in CHOICES.items()])
async def test_what_was_chosen_is_told_and_stands_in_the_state(room: Room, choice: tuple[Json, object, Json]) -> None:
    element, value, told = choice
    assert await room.act("click", **spot(room, element), **PICK, value=value) == {"ok": True}
    [action] = room.heard["actions"]
    assert told.items() <= action.items()
    kept = room.heard["state"]["values"].get("acts", {}).get("pick", {})
    assert element["type"] == "overflow" or told.items() <= kept.items()


WRONG: dict[str, tuple[Json, object, str]] = {
    "an option it does not offer": (STATIC, "three", "cannot be chosen here any more"),
    "an overflow without a choice": ({**STATIC, "type": "overflow"}, None, "cannot be chosen here any more"),
    "checkboxes it does not offer": ({**STATIC, "type": "checkboxes"}, ["three"], "cannot be chosen here any more"),
    "a number for an option": (STATIC, 7, "cannot be chosen here any more"),
    "nobody": ({"type": "users_select", "action_id": "pick"}, "nobody", "Nobody here is called “nobody”."),
    "no channel": ({"type": "channels_select", "action_id": "pick"}, "#nowhere", "There is no channel “#nowhere”."),
    "no date": ({"type": "datepicker", "action_id": "pick"}, "2026-13-01", "Enter a date such as 2026-01-31."),
    "no time": ({"type": "timepicker", "action_id": "pick"}, "25:00", "Enter a time such as 09:30."),
    "no moment": ({"type": "datetimepicker", "action_id": "pick"}, "soon", "cannot be chosen here any more"),
    "too many": (
        {"type": "multi_users_select", "action_id": "pick", "max_selected_items": 1},
        ["sam", "mia"],
        "Choose at most 1; 1 are too many.",
    ),
}


@pytest.mark.parametrize("choice", [pytest.param(one, id=name) for name, one in WRONG.items()])
async def test_what_cannot_be_chosen_is_refused(room: Room, choice: tuple[Json, object, str]) -> None:
    element, value, sentence = choice
    block = {"type": "section", "block_id": "acts", "text": plain("x"), "accessory": element}
    message = room.card(block)
    assert sentence in await room.refused("click", channel=SUPPORT, ts=message.ts, **PICK, value=value)
    assert message.chosen == {}


# --- what was chosen beside it --------------------------------------------------------------------------------------


async def test_what_was_chosen_before_goes_with_the_next_click_of_the_same_person(room: Room) -> None:
    there = spot(room, button(), STATIC)
    await room.act("click", **there, **PICK, value="two")
    await room.act("click", **there, **GO)
    assert room.heard["state"]["values"]["acts"]["pick"]["selected_option"] == option("two")
    await room.act("click", **there, **GO, person="sam")
    assert room.heard["state"]["values"]["acts"]["pick"]["selected_option"] is None
    await room.act("click", **there, **GO, entered={"acts": {"pick": "one"}})
    assert room.heard["state"]["values"]["acts"]["pick"]["selected_option"] == option("one")


async def test_what_was_typed_in_a_form_goes_with_a_click_in_it(room: Room) -> None:
    view = room.modal(text_entry(), actions(button()))
    await room.act("click", view=view.id, **GO, entered={"typed": {"in": "so far"}})
    value = {"type": "plain_text_input", "value": "so far"}
    assert room.heard["state"]["values"] == {"typed": {"in": value}}
    assert room.heard["view"]["state"] == room.heard["state"]
    await room.act("click", view=view.id, **GO)
    assert room.heard["state"]["values"] == {"typed": {"in": value}}


async def test_a_field_that_acts_at_once_acts_and_another_does_not(room: Room) -> None:
    field = {"type": "plain_text_input"}
    view = room.modal(entry(field, "now", dispatch_action=True), entry(field, "later"))
    assert await room.act("click", view=view.id, block_id="now", action_id="in", value="typed") == {"ok": True}
    assert room.heard["actions"][0]["value"] == "typed"
    assert "sent with the whole form" in await room.refused(
        "click", view=view.id, block_id="later", action_id="in", value="typed"
    )


@pytest.mark.parametrize("entered", [{"acts": {"pick": {"deep": [1]}}}, {"none": {"x": 1}}, {"acts": {"go": "x"}}])
async def test_nonsense_beside_a_click_is_passed_over(room: Room, entered: Json) -> None:
    assert await room.act("click", **spot(room, button(), STATIC), **GO, entered=entered) == {"ok": True}
    assert room.heard["state"]["values"] == {"acts": {"pick": {"type": "static_select", "selected_option": None}}}


# --- what is not there ----------------------------------------------------------------------------------------------


async def test_what_is_not_there_any_more_cannot_be_clicked(room: Room) -> None:
    message = room.card(actions(button()))
    there = {"channel": SUPPORT, "ts": message.ts}
    for names in ({"block_id": "acts", "action_id": "gone"}, {"block_id": "gone", "action_id": "go"}):
        assert "not there any more" in await room.refused("click", **there, **names)
    edit(room.workspace, message, APP, Wording(text="Done"))
    assert "not there any more" in await room.refused("click", **there, **GO)
    delete(room.workspace, message)
    assert "not in #support any more" in await room.refused("click", **there, **GO)


async def test_a_view_that_is_not_open_cannot_be_clicked(room: Room) -> None:
    view = room.modal(actions(button()))
    room.pushed(actions(button()))
    assert "lies on top" in await room.refused("click", view=view.id, **GO)
    assert "not open any more" in await room.refused("click", view=view.id, **GO, person="sam")
    assert "not open any more" in await room.refused("click", view="V0NONE0000", **GO)


async def test_what_only_some_see_only_they_click(room: Room) -> None:
    there = spot(room, button(visible_to_user_ids=[SAM]))
    assert "not there any more" in await room.refused("click", **there, **GO)
    assert await room.act("click", **there, **GO, person="sam") == {"ok": True}


async def test_nobody_clicks_what_they_do_not_see(room: Room) -> None:
    assert "There is no channel" in await room.refused("click", **spot(room, channel=SECRET), **GO, person="sam")
    whisper = room.card(actions(button()), only_for=SAM)
    assert "not in #support" in await room.refused("click", channel=SUPPORT, ts=whisper.ts, **GO)


async def test_somebody_of_another_team_clicks_in_a_shared_channel(room: Room) -> None:
    assert await room.act("click", **spot(room, channel=SHARED), **GO, person="pia") == {"ok": True}
    assert room.heard["user"]["team_id"] == OTHER_TEAM


async def test_what_a_person_wrote_has_nothing_to_click(room: Room) -> None:
    said = await room.act("say", channel="#support", text="x")
    refusal = await room.refused("click", channel=SUPPORT, ts=said["ts"], **GO)
    assert refusal == "The app that made this is not installed any more, so nothing in it works."


async def test_a_button_of_slacks_own_workflows_starts_none(room: Room) -> None:
    workflow: Json = {"type": "workflow_button", "action_id": "go", "text": plain("Go"), "workflow": {"trigger": {}}}
    assert "there are none here" in await room.refused("click", **spot(room, workflow), **GO)


# --- races and trouble -----------------------------------------------------------------------------------------------


async def test_two_people_click_at_once_and_the_app_hears_both(room: Room) -> None:
    there = spot(room)
    outcomes = await asyncio.gather(
        *(room.act("click", **there, **GO, person=person) for person in ("mia", "sam", "olga"))
    )
    assert outcomes == [{"ok": True}] * 3
    assert len({delivery.payload["trigger_id"] for delivery in room.courier.deliveries}) == 3
    assert len({delivery.payload["actions"][0]["action_ts"] for delivery in room.courier.deliveries}) == 3


async def test_a_message_may_be_gone_before_the_app_has_answered(room: Room) -> None:
    message = room.card(actions(button(), STATIC))

    def meanwhile(_: Delivery) -> None:
        delete(room.workspace, message)

    room.courier.meanwhile = meanwhile
    assert await room.act("click", channel=SUPPORT, ts=message.ts, **PICK, value="one") == {"ok": True}
    room.fail(NoAnswer.TIMEOUT)
    whisper = room.card(actions(button()), only_for=MIA)
    room.courier.meanwhile = lambda _: dismiss(room.workspace, whisper)
    outcome = await room.act("click", channel=SUPPORT, ts=whisper.ts, **GO)
    assert outcome == {"ok": False, "text": "This failed because opsbot did not answer in time. Try again."}
    assert room.troubles() == [outcome["text"]]
