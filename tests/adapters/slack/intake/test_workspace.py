"""What people do in a workspace comes into the real inbox, once, over either connection."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.adapters.slack.intake.intake import Checked
from bot.workspace.payload import Json
from bot.workspace.state.app import Reached
from tests.adapters.slack.intake.made import actions
from tests.adapters.slack.intake.room import OPS, Room, card, form, opened
from tests.workspace.made import APP, MIA, PIA, SAM, SHARED, SUPPORT, TEAM


@pytest.fixture(params=[*Reached])
async def room(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Room]:
    async with opened(tmp_path) as room, room.over(request.param):
        yield room


async def posted(room: Room, channel: str = SUPPORT) -> Json:
    """A card of ours, and where its elements are."""
    said = await room.bench.client().chat_postMessage(channel=channel, text="Approve it?", blocks=card())
    return {"channel": channel, "ts": said["ts"], "block_id": "decide"}


async def opened_form(room: Room) -> str:
    """A form that Mia has open."""
    await room.act("command", channel="#support", text=OPS)
    trigger = (await room.inbox())[-1].body["trigger_id"]
    view: Json = (await room.bench.client().views_open(trigger_id=trigger, view=form()))["view"]
    return str(view["id"])


async def kinds(room: Room) -> list[str]:
    await room.bench.carrier.wait_idle()
    return [delivery.kind for delivery in await room.inbox()]


# --- what comes in -----------------------------------------------------------------------------------------------


async def test_a_command_comes_into_the_inbox_and_is_acknowledged(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    outcome = await room.act("command", channel="#support", text=f"{OPS} restart payload-api")
    assert outcome["ok"]
    (delivery,) = await room.inbox()
    assert (delivery.kind, delivery.actor, delivery.team) == ("command", f"{TEAM}/{MIA}", TEAM)
    assert (delivery.body["command"], delivery.body["text"]) == (OPS, "restart payload-api")
    assert room.door.woken == [delivery]
    assert [action for action, _ in actions(caplog) if action.startswith("slack.")] == []


async def test_a_click_comes_into_the_inbox(room: Room) -> None:
    where = await posted(room)
    assert (await room.act("click", **where, action_id="approve"))["ok"]
    (delivery,) = await room.inbox()
    assert delivery.kind == "block_actions"
    body: Json = {**delivery.body}
    assert [(one["action_id"], one["value"]) for one in body["actions"]] == [("approve", "run-1")]


async def test_two_clicks_are_two(room: Room) -> None:
    where = await posted(room)
    for _ in range(2):
        await room.act("click", **where, action_id="approve")
    await room.act("click", "sam", **where, action_id="approve")
    actors = [delivery.actor for delivery in await room.inbox()]
    assert sorted(actors) == sorted([f"{TEAM}/{MIA}", f"{TEAM}/{MIA}", f"{TEAM}/{SAM}"])


async def test_a_form_is_given_back_until_it_is_right_and_then_kept(room: Room) -> None:
    view = await opened_form(room)
    room.door.checked = Checked({"response_action": "errors", "errors": {"reason": "Say more."}}, keep=False)
    refused = await room.act("submit", view=view, entered={"reason": {"typed": "no"}})
    assert (refused["ok"], refused["errors"]) == (False, {"reason": "Say more."})
    assert await kinds(room) == ["command"]
    room.door.checked = Checked()
    assert (await room.act("submit", view=view, entered={"reason": {"typed": "because"}}))["ok"]
    assert await kinds(room) == ["command", "view_submission"]
    assert not room.bench.workspace.modals[APP, MIA]


async def test_a_form_that_was_kept_may_show_another(room: Room) -> None:
    view = await opened_form(room)
    room.door.checked = Checked(
        {"response_action": "update", "view": {**form(), "title": {"type": "plain_text", "text": "Thanks"}}}
    )
    assert (await room.act("submit", view=view, entered={"reason": {"typed": "because"}}))["ok"]
    (shown,) = room.bench.workspace.modals[APP, MIA]
    assert "Thanks" in str(shown)
    assert await kinds(room) == ["command", "view_submission"]


async def test_a_form_that_was_closed_comes_into_the_inbox(room: Room) -> None:
    view = await opened_form(room)
    await room.act("close", view=view, everything=False)
    assert await kinds(room) == ["command", "view_closed"]


async def test_a_menu_is_answered_while_somebody_types(room: Room) -> None:
    where = await posted(room)
    room.door.options = {"options": [{"text": {"type": "plain_text", "text": "Mia"}, "value": MIA}]}
    found = await room.act("suggest", **where, action_id="who", typed="mi")
    assert [one["value"] for one in found["options"]] == [MIA]
    assert await kinds(room) == []


async def test_shortcuts_come_into_the_inbox(room: Room) -> None:
    await room.act("shortcut", callback_id="start")
    where = await posted(room)
    await room.act("shortcut", callback_id="run_on", channel="#support", ts=where["ts"])
    assert await kinds(room) == ["shortcut", "message_action"]


async def test_what_people_say_and_do_comes_into_the_inbox(room: Room) -> None:
    await room.say("a word in the channel")
    await room.act("home", tab="home")
    await room.bench.carrier.wait_idle()
    bodies: list[Json] = [{**delivery.body} for delivery in await room.inbox()]
    assert {body["event"]["type"] for body in bodies} >= {"message", "app_home_opened"}


async def test_what_we_say_ourselves_does_not(room: Room) -> None:
    where = await posted(room)
    await room.bench.client().chat_update(channel=SUPPORT, ts=where["ts"], text="Approved")
    await room.bench.client().reactions_add(channel=SUPPORT, timestamp=where["ts"], name="eyes")
    assert await kinds(room) == []
    assert {line.status for line in room.bench.lines()} == {"ok"}, "all of it was acknowledged"


async def test_an_event_that_nobody_wants_is_acknowledged_and_not_kept(room: Room) -> None:
    room.door.wanted = False
    await room.say()
    assert await kinds(room) == []
    assert {(line.status, line.attempt) for line in room.bench.lines()} == {("ok", 0)}


async def test_a_person_of_another_workspace_is_not_heard(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    where = await posted(room, SHARED)
    await room.act("click", "pia", **where, action_id="approve")
    assert await kinds(room) == []
    assert ("slack.refused", "person") in actions(caplog)
    assert PIA not in caplog.text
