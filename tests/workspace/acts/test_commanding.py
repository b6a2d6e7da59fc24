"""Slash commands: what the app is told, what becomes of its answer, and which are none."""

import pytest

from bot.workspace.changes.granting import use_trigger
from bot.workspace.delivery.courier import DeliveryKind, NoAnswer
from bot.workspace.state.app import Command
from bot.workspace.state.grant import Trigger
from tests.workspace.acts.room import Room, made_room
from tests.workspace.made import APP, MIA, SAM, SECRET, SUPPORT, TEAM, made_app


@pytest.fixture
def room() -> Room:
    return made_room()


async def run(room: Room, text: str = "/ops start", channel: str = "#support", **more: object) -> dict[str, object]:
    return await room.act("command", channel=channel, text=text, **more)


async def test_the_app_is_told_all_that_slack_tells(room: Room) -> None:
    assert await run(room) == {"ok": True, "channel": SUPPORT}
    [delivery] = room.courier.deliveries
    assert (delivery.kind, delivery.name, delivery.person) == (DeliveryKind.COMMAND, "/ops", MIA)
    assert {key: value for key, value in room.heard.items() if key not in ("response_url", "trigger_id")} == {
        "token": "verification",
        "team_id": TEAM,
        "team_domain": "acme",
        "channel_id": SUPPORT,
        "channel_name": "support",
        "user_id": MIA,
        "user_name": "mia",
        "command": "/ops",
        "text": "start",
        "api_app_id": APP,
        "is_enterprise_install": "false",
    }


async def test_its_trigger_and_its_address_are_good_for_that_person_and_place(room: Room) -> None:
    await run(room)
    trigger = use_trigger(room.workspace, room.heard["trigger_id"], APP)
    assert isinstance(trigger, Trigger)
    assert (trigger.person, trigger.view) == (MIA, "")
    grant = room.right(room.heard["response_url"])
    assert (grant.person, grant.channel, grant.message_ts) == (MIA, SUPPORT, "")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("/ops", ""),
        ("/ops  ", ""),
        ("/ops start", "start"),
        ("  /ops   two  words  ", "two  words"),
        ("/ops\nline one\nline two", "line one\nline two"),
        ("/OPS\tUp", "Up"),
        ("/ops a & <b> @mia #support *x*", "a & <b> @mia #support *x*"),
        ("/ops payload=%7B&text=x", "payload=%7B&text=x"),
    ],
)
async def test_the_text_is_passed_on_as_it_was_typed(room: Room, typed: str, text: str) -> None:
    await run(room, typed)
    assert (room.heard["command"], room.heard["text"]) == ("/ops", text)


async def test_a_command_that_wants_it_gets_names_spelled_out(room: Room) -> None:
    room.workspace.apps[APP].commands = {"/ops": Command(name="/ops", should_escape=True)}
    await run(room, "/ops @sam in #support")
    assert room.heard["text"] == f"<@{SAM}|sam> in <#{SUPPORT}|support>"


@pytest.mark.parametrize(
    ("channel", "person", "name"),
    [("#support", "mia", "support"), ("#secret", "mia", "privategroup"), ("@sam", "mia", "directmessage")],
)
async def test_private_places_are_not_named(room: Room, channel: str, person: str, name: str) -> None:
    await run(room, channel=channel, person=person)
    assert room.heard["channel_name"] == name


async def test_what_is_typed_into_a_channel_and_begins_with_a_slash_is_a_command(room: Room) -> None:
    assert await room.act("say", channel="#support", text="/ops start") == {"ok": True, "channel": SUPPORT}
    assert room.heard["text"] == "start"
    await room.act("say", channel="#support", text=" /ops start")
    assert room.messages()[-1].text == "/ops start"


# --- answers -------------------------------------------------------------------------------------------------------


async def test_an_answer_is_for_the_person_unless_it_is_meant_for_the_channel(room: Room) -> None:
    room.answer(text="Started.")
    await run(room)
    room.answer(text="Started for all.", response_type="in_channel")
    await run(room)
    assert room.whispers() == ["Started."]
    assert [message.text for message in room.messages()] == ["Started for all."]


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"response_type": "in_channel"}, {"blocks": []}])
async def test_an_answer_that_says_nothing_shows_nothing(room: Room, body: dict[str, object]) -> None:
    room.answer(**body)
    assert (await run(room))["ok"]
    assert (room.whispers(), room.messages()) == ([], [])


async def test_an_answer_that_would_replace_something_is_only_said(room: Room) -> None:
    room.answer(text="x", replace_original=True, delete_original=True)
    assert (await run(room))["ok"]
    assert room.whispers() == ["x"]


@pytest.mark.parametrize("body", [{"text": 7}, {"blocks": [{"type": "nonsense"}]}, {"text": "x", "attachments": "y"}])
async def test_an_answer_that_cannot_be_shown_is_told_to_the_person(room: Room, body: dict[str, object]) -> None:
    room.answer(**body)
    outcome = await run(room)
    assert outcome["ok"] is False
    assert str(outcome["text"]).startswith("opsbot answered with what cannot be shown: invalid_")
    assert room.troubles() == [outcome["text"]]
    assert (room.whispers(), room.messages()) == ([], [])


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (NoAnswer.TIMEOUT, "/ops failed because opsbot did not answer in time. Try again."),
        (NoAnswer.REFUSED, "/ops failed because opsbot gave no answer that can be used (HTTP 500). Try again."),
        (NoAnswer.UNREACHABLE, "/ops failed because opsbot cannot be reached: HTTP 500. Start it, then try again."),
    ],
)
async def test_the_person_is_told_that_the_app_did_not_answer(room: Room, trouble: NoAnswer, sentence: str) -> None:
    room.fail(trouble)
    assert await run(room) == {"ok": False, "text": sentence}
    assert room.troubles() == [sentence]


# --- what is no command --------------------------------------------------------------------------------------------


async def test_a_command_nobody_has_is_told_with_the_nearest_there_is(room: Room) -> None:
    room.workspace.apps[APP].commands = {name: Command(name=name) for name in ("/ops", "/triage")}
    assert await room.refused("command", channel="#support", text="/opps x") == (
        "/opps is no command here. Did you mean “/ops”?"
    )
    assert await room.refused("command", channel="#support", text="/zzzzzz") == (
        "/zzzzzz is no command here. There is: /ops, /triage."
    )


@pytest.mark.parametrize("text", ["", "/", "ops start", "/ "])
async def test_what_names_no_command_is_none(room: Room, text: str) -> None:
    assert "is no command here." in await room.refused("command", channel="#support", text=text)


async def test_the_app_that_has_the_command_gets_it_before_one_that_takes_any(room: Room) -> None:
    other = made_app()
    other.id, other.commands = "A0OTHER000", {"/ops": Command(name="/ops")}
    room.workspace.apps[other.id] = other
    await run(room)
    await run(room, "/else")
    assert [delivery.app.id for delivery in room.courier.deliveries] == [other.id, APP]
    other.revoked = True
    await run(room)
    assert room.courier.deliveries[-1].app.id == APP


async def test_somebody_of_another_team_runs_no_command(room: Room) -> None:
    assert await room.refused("command", person="pia", channel="#shared", text="/ops") == (
        "Pia Partner is of another team, and commands of apps here are not theirs to use."
    )
    assert "shortcuts of apps here" in await room.refused("shortcut", person="pia", callback_id="start")
    assert "homes of apps here" in await room.refused("home", person="pia")


async def test_commands_do_not_work_in_threads_or_where_one_may_not_write(room: Room) -> None:
    refusal = await room.refused("command", channel="#support", text="/ops", thread_ts="1.2")
    assert refusal == "/ops does not work in a thread. Run it in the channel."
    assert "not in #alone" in await room.refused("command", channel="#alone", text="/ops")
    assert "no channel" in await room.refused("command", person="sam", channel=SECRET, text="/ops")
    room.workspace.channels[SUPPORT].archived = True
    assert "archived" in await room.refused("command", channel="#support", text="/ops")
