"""Channels as people use them, and who may do what."""

import pytest

from bot.workspace.changes.gathering import create
from bot.workspace.state.channel import ChannelKind
from tests.workspace.acts.room import Room, made_room
from tests.workspace.made import ALONE, BOT, GENERAL, GRETA, MIA, OLGA, PIA, SAM, SECRET, SHARED, SUPPORT


@pytest.fixture
def room() -> Room:
    return made_room()


async def test_one_joins_and_leaves_a_public_channel(room: Room) -> None:
    for _ in range(2):
        assert await room.act("join", channel="#alone") == {"ok": True, "channel": ALONE}
    alone = room.workspace.channels[ALONE]
    assert [*alone.people] == [OLGA, MIA]
    assert [message.subtype for message in room.messages(ALONE)] == ["channel_join"]
    for _ in range(2):
        assert await room.act("leave", channel="#alone") == {"ok": True, "channel": ALONE}
    assert [*alone.people] == [OLGA]


async def test_people_and_apps_are_invited(room: Room) -> None:
    assert (await room.act("invite", channel="#secret", guest="sam"))["ok"]
    assert (await room.act("invite", channel="#secret", guest="opsbot"))["ok"]
    assert (await room.act("invite", channel="#support", guest="greta"))["ok"]
    assert (await room.act("invite", channel="#shared", guest="pia"))["ok"]
    assert {SAM, BOT} <= {*room.workspace.channels[SECRET].people}
    assert room.messages(SECRET)[0].more == {"inviter": MIA}


@pytest.mark.parametrize(("name", "private"), [("ops", False), ("#ops-2", True), ("a" * 80, False), ("_", False)])
async def test_a_channel_is_made(room: Room, name: str, private: bool) -> None:
    made = await room.act("create_channel", name=name, private=private)
    channel = room.workspace.channels[made["channel"]]
    assert channel.name == name.removeprefix("#")
    assert channel.kind is (ChannelKind.PRIVATE if private else ChannelKind.PUBLIC)
    assert [*channel.people] == [MIA]


async def test_a_channel_is_named_described_archived_and_opened_again(room: Room) -> None:
    there = {"channel": SUPPORT}
    assert (await room.act("rename_channel", **there, name="help"))["ok"]
    assert (await room.act("rename_channel", **there, name="help"))["ok"]
    assert (await room.act("topic", **there, topic="All well"))["ok"]
    assert (await room.act("archive", **there))["ok"]
    support = room.workspace.channels[SUPPORT]
    assert (support.name, support.topic, support.archived) == ("help", "All well", True)
    assert (await room.act("unarchive", **there))["ok"]
    assert support.archived is False
    assert [message.subtype for message in room.messages()] == [
        "channel_name",
        "channel_topic",
        "channel_archive",
        "channel_unarchive",
    ]


async def test_a_direct_message_is_opened_once(room: Room) -> None:
    first = await room.act("direct", others=["sam"])
    assert await room.act("direct", others=["@sam"]) == first
    assert await room.act("direct", others=["mia", "sam"]) == first
    bot = await room.act("direct", others=["opsbot"])
    assert {*room.workspace.channels[bot["channel"]].people} == {MIA, BOT}
    own = await room.act("direct", others=["mia"])
    assert [*room.workspace.channels[own["channel"]].people] == [MIA]
    several = await room.act("direct", others=["sam", "olga"])
    assert room.workspace.channels[several["channel"]].kind is ChannelKind.GROUP_DIRECT


async def test_a_channel_is_read_up_to_a_message(room: Room) -> None:
    first, second = room.card(), room.card()
    channel = room.workspace.channels[SUPPORT]
    assert (await room.act("read", channel="#support", ts=first.ts))["ok"]
    assert channel.read[MIA] == first.ts
    assert (await room.act("read", channel="#support"))["ok"]
    assert channel.read[MIA] == second.ts
    assert (await room.act("read", channel="#support", ts=first.ts))["ok"]
    assert channel.read[MIA] == second.ts
    assert (await room.act("read", channel="#alone"))["ok"]
    assert MIA not in room.workspace.channels[ALONE].read


REFUSALS: dict[str, tuple[str, dict[str, object], str]] = {
    "join a private channel": ("join", {"person": "sam", "channel": "#secret"}, "There is no channel"),
    "join as a guest": ("join", {"person": "greta", "channel": "#support"}, "There is no channel"),
    "join a conversation": ("join", {"channel": "@sam"}, "not a channel"),
    "leave general": ("leave", {"channel": "#general"}, "Nobody leaves #general"),
    "invite where one is not": ("invite", {"channel": "#alone", "guest": "sam"}, "is not in #alone"),
    "invite somebody deactivated": ("invite", {"channel": "#support", "guest": "dario"}, "is deactivated"),
    "invite nobody": ("invite", {"channel": "#support", "guest": "nobody"}, "Nobody here is called"),
    "invite a stranger": ("invite", {"channel": "#support", "guest": "pia"}, "is not shared with it"),
    "make as a guest": ("create_channel", {"person": "greta", "name": "x"}, "guests do not make channels"),
    "make one that is there": ("create_channel", {"name": "support"}, "There is a channel called #support already"),
    "make one without a name": ("create_channel", {"name": ""}, "A channel's name has"),
    "make one in capitals": ("create_channel", {"name": "Ops"}, "A channel's name has"),
    "make one with a space": ("create_channel", {"name": "o ps"}, "A channel's name has"),
    "make one too long": ("create_channel", {"name": "a" * 81}, "A channel's name has"),
    "rename to one that is there": ("rename_channel", {"channel": "#support", "name": "general"}, "already"),
    "rename where one is not": ("rename_channel", {"channel": "#alone", "name": "x"}, "Join it first"),
    "rename as a stranger": ("rename_channel", {"person": "pia", "channel": "#shared", "name": "x"}, "guests do not"),
    "a topic too long": ("topic", {"channel": "#support", "topic": "x" * 251}, "at most 250"),
    "archive general": ("archive", {"channel": "#general"}, "cannot be archived"),
    "archive where one is not": ("archive", {"channel": "#alone"}, "Join it first"),
    "unarchive what is not archived": ("unarchive", {"channel": "#support"}, "is not archived"),
    "write to somebody deactivated": ("direct", {"others": ["dario"]}, "is deactivated"),
    "write to nobody": ("direct", {"others": ["nobody"]}, "Nobody here"),
    "read up to what is not there": ("read", {"channel": "#support", "ts": "1.2"}, "not in #support any more"),
}


@pytest.mark.parametrize("refusal", [pytest.param(one, id=name) for name, one in REFUSALS.items()])
async def test_what_may_not_be_done_is_refused_in_a_sentence(
    room: Room, refusal: tuple[str, dict[str, object], str]
) -> None:
    act, more, sentence = refusal
    assert sentence in await room.refused(act, **more)


async def test_nobody_comes_or_goes_where_it_is_archived(room: Room) -> None:
    room.workspace.channels[SUPPORT].archived = True
    for act, more in (("join", {}), ("leave", {}), ("invite", {"guest": "greta"}), ("topic", {"topic": "x"})):
        assert "archived" in await room.refused(act, channel="#support", **more)


async def test_too_many_do_not_write_to_each_other_directly(room: Room) -> None:
    names = [person.name for person in room.workspace.people.values()]
    everybody = [*names, *(f"@{name}" for name in names)]
    assert "At most 9 people" in await room.refused("direct", others=everybody)


async def test_a_stranger_stays_in_the_channels_that_are_shared(room: Room) -> None:
    assert PIA in room.workspace.channels[SHARED].people
    create(room.workspace, "new", OLGA)
    assert "no channel" in await room.refused("join", person="pia", channel="#new")
    assert GRETA in room.workspace.channels[GENERAL].people
