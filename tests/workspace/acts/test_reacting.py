"""Reactions, pins, and ephemeral messages put away."""

import pytest

from bot.workspace.acts.reacting import MOST_REACTIONS
from bot.workspace.payload import Json
from tests.workspace.acts.room import Room, made_room
from tests.workspace.made import ALONE, MIA, SAM, SUPPORT


@pytest.fixture
def room() -> Room:
    return made_room()


def place(room: Room) -> Json:
    return {"channel": "#support", "ts": room.card().ts}


async def test_reactions_come_and_go_and_are_counted_once(room: Room) -> None:
    there = place(room)
    for person in ("mia", "sam", "mia"):
        assert await room.act("react", **there, name=":wave:", person=person) == {"ok": True}
    [message] = room.messages()
    assert message.reactions == {"wave": [MIA, SAM]}
    for _ in range(2):
        assert await room.act("unreact", **there, name="wave") == {"ok": True}
    assert message.reactions == {"wave": [SAM]}
    await room.act("unreact", **there, name="wave", person="sam")
    assert message.reactions == {}


@pytest.mark.parametrize("name", ["+1", "thumbsup::skin-tone-3", ":wave::skin-tone-2:", "e-mail", "o'clock"])
async def test_an_emoji_goes_by_its_name(room: Room, name: str) -> None:
    assert await room.act("react", **place(room), name=name) == {"ok": True}


@pytest.mark.parametrize("name", [":", "::", "no name", "<b>", "a" * 101, "wave::skin-tone-9", "a:b"])
async def test_what_is_no_name_of_an_emoji_is_refused(room: Room, name: str) -> None:
    assert "is no name of an emoji" in await room.refused("react", **place(room), name=name)


async def test_a_message_takes_so_many_kinds_of_reactions(room: Room) -> None:
    there = place(room)
    for n in range(MOST_REACTIONS):
        assert (await room.act("react", **there, name=f"e{n}"))["ok"]
    assert "23 kinds of reactions" in await room.refused("react", **there, name="one-more")
    assert (await room.act("react", **there, name="e0", person="sam"))["ok"]


async def test_a_message_is_pinned_once_and_unpinned(room: Room) -> None:
    there = place(room)
    for _ in range(2):
        assert await room.act("pin", **there) == {"ok": True}
    assert room.workspace.channels[SUPPORT].pins == {there["ts"]: MIA}
    for _ in range(2):
        assert await room.act("unpin", **there) == {"ok": True}
    assert room.workspace.channels[SUPPORT].pins == {}


@pytest.mark.parametrize("act", ["react", "unreact", "pin", "unpin"])
async def test_only_who_is_in_the_channel_marks_what_stands_there(room: Room, act: str) -> None:
    more = {"name": "wave"} if act.endswith("react") else {}
    there = {"channel": "#alone", "ts": room.card(channel=ALONE).ts}
    assert "not in #alone" in await room.refused(act, **there, **more)
    whisper = room.card(only_for=MIA)
    assert "Only you see" in await room.refused(act, channel="#support", ts=whisper.ts, **more)
    assert "not in #support any more" in await room.refused(act, channel="#support", ts="1.2", **more)


async def test_what_only_one_sees_is_put_away_by_them(room: Room) -> None:
    whisper = room.card(only_for=MIA)
    there = {"channel": "#support", "ts": whisper.ts}
    assert "not in #support any more" in await room.refused("dismiss", **there, person="sam")
    assert await room.act("dismiss", **there) == {"ok": True}
    assert room.whispers() == []
    assert "cannot be dismissed" in await room.refused("dismiss", **place(room))
