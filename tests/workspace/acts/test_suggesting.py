"""What an app offers to choose from while somebody types."""

import pytest

from bot.workspace.delivery.courier import NoAnswer
from bot.workspace.payload import Json
from tests.workspace.acts.room import Room, actions, entry, made_room, option, plain
from tests.workspace.made import SUPPORT


@pytest.fixture
def room() -> Room:
    return made_room()


SELECT: Json = {"type": "external_select", "action_id": "in"}


def spot(room: Room, **more: object) -> Json:
    view = room.modal(entry(SELECT | more, "who"))
    return {"view": view.id, "block_id": "who", "action_id": "in"}


async def test_of_a_form_the_app_is_told_all_that_slack_tells(room: Room) -> None:
    there = spot(room)
    room.answer(options=[option("acme")])
    assert await room.act("suggest", **there, typed="acm") == {"ok": True, "options": [option("acme")]}
    [delivery] = room.courier.deliveries
    assert (delivery.name, delivery.wants_options) == ("block_suggestion", True)
    assert {*room.heard} == {
        "type", "user", "api_app_id", "token", "team", "enterprise", "is_enterprise_install", "action_id", "block_id",
        "value", "container", "view",
    }  # fmt: skip
    assert (room.heard["type"], room.heard["action_id"], room.heard["block_id"]) == ("block_suggestion", "in", "who")
    assert room.heard["value"] == "acm"


async def test_of_a_message_the_app_is_told_the_message(room: Room) -> None:
    message = room.card(actions({**SELECT, "type": "multi_external_select"}))
    room.answer(options=[])
    place = {"channel": SUPPORT, "ts": message.ts, "block_id": "acts", "action_id": "in"}
    assert await room.act("suggest", **place, typed="acm") == {"ok": True}
    assert room.heard["container"]["message_ts"] == message.ts
    assert room.heard["message"]["ts"] == message.ts
    assert room.heard["channel"]["id"] == SUPPORT


async def test_groups_of_options_are_options_too(room: Room) -> None:
    group = {"label": plain("Customers"), "options": [option("acme")]}
    room.answer(option_groups=[group])
    assert (await room.act("suggest", **spot(room), typed="acm"))["options"] == [group]


@pytest.mark.parametrize(
    ("least", "typed", "asked"), [(None, "ab", False), (None, "abc", True), (0, "", True), (1, "", False)]
)
async def test_the_app_is_asked_once_enough_is_typed(room: Room, least: int | None, typed: str, asked: bool) -> None:
    there = spot(room, **({} if least is None else {"min_query_length": least}))
    room.answer(options=[])
    assert await room.act("suggest", **there, typed=typed) == {"ok": True}
    assert bool(room.courier.deliveries) is asked


BAD: dict[str, Json] = {
    "nothing": {},
    "text": {"text": "OK"},
    "no list": {"options": "acme"},
    "no options": {"options": [7]},
    "an option without a value": {"options": [{"text": plain("Acme")}]},
    "an option too long": {"options": [{"text": plain("x" * 76), "value": "x"}]},
    "too many": {"options": [option(f"o{n}") for n in range(101)]},
    "groups that are none": {"option_groups": [{"label": plain("x")}]},
}


@pytest.mark.parametrize("body", [pytest.param(one, id=name) for name, one in BAD.items()])
async def test_what_cannot_be_offered_is_told(room: Room, body: Json) -> None:
    room.answer(**body)
    outcome = await room.act("suggest", **spot(room), typed="acm")
    assert outcome["ok"] is False
    assert outcome["text"].startswith("opsbot offered what cannot be shown: ")


async def test_an_app_that_does_not_answer_is_told_of(room: Room) -> None:
    room.fail(NoAnswer.TIMEOUT)
    outcome = await room.act("suggest", **spot(room), typed="acm")
    assert outcome == {"ok": False, "text": "The search failed because opsbot did not answer in time. Try again."}


async def test_no_app_is_asked_for_what_stands_there_already(room: Room) -> None:
    view = room.modal(entry({"type": "static_select", "options": [option("one")]}, "who"))
    refusal = await room.refused("suggest", view=view.id, block_id="who", action_id="in", typed="abc")
    assert refusal == "No app is asked what can be chosen here. Choose from what there is."
