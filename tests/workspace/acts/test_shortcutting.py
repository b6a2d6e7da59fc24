"""Shortcuts of the workspace and of messages."""

import pytest

from bot.workspace.delivery.courier import NoAnswer
from tests.workspace.acts.room import Room, made_room
from tests.workspace.made import APP, MIA, SECRET, SUPPORT, TEAM


@pytest.fixture
def room() -> Room:
    return made_room()


async def test_of_a_shortcut_of_the_workspace_the_app_is_told_all_that_slack_tells(room: Room) -> None:
    assert await room.act("shortcut", callback_id="start") == {"ok": True}
    assert {*room.heard} == {
        "type", "user", "api_app_id", "token", "team", "enterprise", "is_enterprise_install", "callback_id",
        "trigger_id", "action_ts",
    }  # fmt: skip
    assert (room.heard["type"], room.heard["callback_id"]) == ("shortcut", "start")
    assert room.workspace.triggers[room.heard["trigger_id"]].person == MIA


async def test_of_a_shortcut_of_a_message_the_app_is_told_the_message(room: Room) -> None:
    said = await room.act("say", channel="#support", text="it is down", person="sam")
    assert await room.act("shortcut", callback_id="run_on", channel="#support", ts=said["ts"]) == {"ok": True}
    assert {*room.heard} == {
        "type", "user", "api_app_id", "token", "team", "enterprise", "is_enterprise_install", "callback_id",
        "trigger_id", "action_ts", "channel", "message_ts", "message", "response_url",
    }  # fmt: skip
    assert (room.heard["type"], room.heard["team"]["id"]) == ("message_action", TEAM)
    assert room.heard["channel"] == {"id": SUPPORT, "name": "support"}
    message = room.heard["message"]
    assert (message["text"], message["ts"], room.heard["message_ts"]) == ("it is down", said["ts"], said["ts"])
    assert {"client_msg_id", "blocks", "user", "team", "type"} <= {*message}
    grant = room.right(room.heard["response_url"])
    assert (grant.channel, grant.message_ts) == (SUPPORT, said["ts"])


async def test_a_shortcut_nobody_has_is_told_with_the_nearest_there_is(room: Room) -> None:
    assert await room.refused("shortcut", callback_id="strat") == (
        "There is no shortcut “strat” of the workspace. Did you mean “start”?"
    )
    ts = room.card().ts
    assert "for messages" in await room.refused("shortcut", callback_id="start", channel="#support", ts=ts)
    assert "of the workspace" in await room.refused("shortcut", callback_id="run_on")
    assert "No app is called" in await room.refused("shortcut", callback_id="start", app="nobody")
    room.workspace.apps[APP].revoked = True
    assert "There is no shortcut" in await room.refused("shortcut", callback_id="start")


async def test_a_shortcut_runs_only_on_what_one_sees_and_others_see_too(room: Room) -> None:
    on = {"callback_id": "run_on"}
    assert "not in #support any more" in await room.refused("shortcut", **on, channel="#support", ts="1.2")
    whisper = room.card(only_for=MIA)
    assert "Only you see" in await room.refused("shortcut", **on, channel="#support", ts=whisper.ts)
    secret = room.card(channel=SECRET)
    assert "no channel" in await room.refused("shortcut", **on, channel=SECRET, ts=secret.ts, person="sam")


async def test_the_person_is_told_that_the_app_did_not_answer(room: Room) -> None:
    room.fail(NoAnswer.TIMEOUT)
    outcome = await room.act("shortcut", callback_id="start")
    assert outcome["text"] == "“Start a workflow” failed because opsbot did not answer in time. Try again."
    assert room.troubles() == [outcome["text"]]
