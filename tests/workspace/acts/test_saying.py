"""What a person writes, edits and deletes, and what keeps them from it."""

import pytest

from bot.workspace.acts.saying import LONGEST
from bot.workspace.changes import gathering
from bot.workspace.state.message import Message
from tests.workspace.acts.room import Room, made_room
from tests.workspace.made import ALONE, APP, BOT, DARIO, GENERAL, MIA, SAM, SECRET, SUPPORT


@pytest.fixture
def room() -> Room:
    return made_room()


async def said(room: Room, text: str = "hello", **more: object) -> str:
    outcome = await room.act("say", **({"channel": "#support"} | more), text=text)
    assert outcome["ok"], outcome
    ts: str = outcome["ts"]
    return ts


async def test_what_is_said_stands_in_the_channel_as_slacks_client_sends_it(room: Room) -> None:
    outcome = await room.act("say", channel="#support", text="  hello @sam  ")
    [message] = room.messages()
    assert outcome == {"ok": True, "channel": SUPPORT, "ts": message.ts}
    assert (message.user, message.text, message.subtype) == (MIA, f"hello <@{SAM}>", "")
    assert message.client_msg_id
    assert message.blocks is not None
    [block] = message.blocks
    assert (block["type"], bool(block["block_id"])) == ("rich_text", True)
    assert room.workspace.channels[SUPPORT].read[MIA] == message.ts


@pytest.mark.parametrize("channel", ["support", "#support", SUPPORT])
async def test_a_channel_goes_by_any_of_its_names(room: Room, channel: str) -> None:
    await said(room, channel=channel)
    assert len(room.messages()) == 1


@pytest.mark.parametrize("name", ["mia", "@mia", MIA])
async def test_a_person_goes_by_any_of_their_names(room: Room, name: str) -> None:
    assert (await room.act("say", person=name, channel="#support", text="x"))["ok"]
    assert room.messages()[0].user == MIA


async def test_a_direct_message_is_opened_by_writing_to_somebody(room: Room) -> None:
    outcome = await room.act("say", channel="@sam", text="psst")
    direct = room.workspace.channels[outcome["channel"]]
    assert {*direct.people} == {MIA, SAM}
    again = await room.act("say", channel="@sam", text="psst again")
    assert again["channel"] == direct.id
    several = await room.act("say", channel="@sam @olga", text="us three")
    assert len(room.workspace.channels[several["channel"]].people) == 3


async def test_a_reply_stands_in_its_thread_whichever_message_of_it_was_named(room: Room) -> None:
    root = await said(room)
    first = await said(room, thread_ts=root)
    second = await said(room, thread_ts=first)
    channel = room.workspace.channels[SUPPORT]
    assert [message.ts for message in channel.thread(root)] == [root, first, second]
    assert channel.times == [root]


async def test_a_reply_may_also_be_told_to_the_channel(room: Room) -> None:
    root = await said(room)
    reply = await said(room, thread_ts=root, broadcast=True)
    channel = room.workspace.channels[SUPPORT]
    assert channel.messages[reply].subtype == "thread_broadcast"
    assert channel.times == [root, reply]
    alone = await said(room, broadcast=True)
    assert channel.messages[alone].subtype == ""


async def test_what_one_does_is_said_of_oneself(room: Room) -> None:
    await said(room, "/me waves at @sam")
    [message] = room.messages()
    assert (message.subtype, message.text, message.blocks) == ("me_message", f"waves at <@{SAM}>", None)


@pytest.mark.parametrize("text", ["/me", " /me  ", "/me\n"])
async def test_who_does_nothing_says_nothing(room: Room, text: str) -> None:
    assert "nothing to send" in await room.refused("say", channel="#support", text=text)


async def test_files_come_with_what_is_said(room: Room) -> None:
    file = (await room.act("upload", name="a.txt", content="YQ=="))["file"]
    await said(room, "look", files=[file])
    [message] = room.messages()
    assert (message.subtype, message.files, message.text) == ("file_share", [file], "look")
    assert room.workspace.files[file].channels == [SUPPORT]
    await said(room, "", files=[file])
    assert len(room.messages()) == 2


async def test_somebody_elses_file_is_not_mine_to_send(room: Room) -> None:
    file = (await room.act("upload", person="sam", name="a.txt", content="YQ=="))["file"]
    for id in (file, "F0NONE0000"):
        assert "not here any more" in await room.refused("say", channel="#support", text="x", files=[id])


REFUSALS: dict[str, tuple[dict[str, object], str]] = {
    "nothing": ({"text": "  \n"}, "nothing to send"),
    "too much": ({"text": "x" * (LONGEST + 1)}, "at most 40,000"),
    "no channel": ({"channel": "#suport"}, "Did you mean “support”?"),
    "a private channel": ({"person": "sam", "channel": "#secret"}, "There is no channel “#secret”."),
    "the id of a private channel": ({"person": "sam", "channel": SECRET}, "There is no channel"),
    "a channel one is not in": ({"channel": "#alone"}, "Mia Lindqvist is not in #alone. Join it first."),
    "a channel a guest does not see": ({"person": "greta"}, "There is no channel “#support”."),
    "a channel a stranger does not see": ({"person": "pia"}, "There is no channel “#support”."),
    "nobody": ({"person": "mai"}, "Nobody here is called “mai”. Did you mean “mia”?"),
    "somebody deactivated": ({"person": "dario"}, "is deactivated"),
    "an app": ({"person": "opsbot"}, "apps act by themselves"),
    "to somebody deactivated": ({"channel": "@dario"}, "is deactivated"),
    "to nobody": ({"channel": "@nobody"}, "Nobody here is called “@nobody”."),
    "a thread that is gone": ({"thread_ts": "1.2"}, "This thread is not in #support any more."),
}


@pytest.mark.parametrize("refusal", [pytest.param(one, id=name) for name, one in REFUSALS.items()])
async def test_what_cannot_be_said_is_refused_in_a_sentence(room: Room, refusal: tuple[dict[str, object], str]) -> None:
    more, sentence = refusal
    assert sentence in await room.refused("say", **({"channel": "#support", "text": "hello"} | more))
    assert all(not channel.messages for channel in room.workspace.channels.values())


async def test_nothing_is_said_in_an_archived_channel(room: Room) -> None:
    ts = await said(room)
    room.workspace.channels[SUPPORT].archived = True
    place = {"channel": "#support", "ts": ts}
    for name, more in (("edit", {"text": "x"}), ("delete", {}), ("react", {"name": "wave"}), ("pin", {})):
        assert "archived" in await room.refused(name, **place, **more)
    assert "archived" in await room.refused("say", channel="#support", text="x")


async def test_an_app_that_takes_no_messages_gets_none(room: Room) -> None:
    room.workspace.apps[APP].messages = False
    assert "opsbot does not take messages" in await room.refused("say", channel="@opsbot", text="hi")


async def test_one_edits_what_one_wrote(room: Room) -> None:
    ts = await said(room)
    assert (await room.act("edit", channel="#support", ts=ts, text="hello *all*"))["ok"]
    [message] = room.messages()
    assert (message.text, message.edited_by) == ("hello *all*", MIA)
    edited = message.edited_ts
    assert (await room.act("edit", channel="#support", ts=ts, text="hello *all*"))["ok"]
    assert message.edited_ts == edited
    assert "Delete it instead" in await room.refused("edit", channel="#support", ts=ts, text=" ")


async def test_one_deletes_what_one_wrote(room: Room) -> None:
    ts = await said(room)
    assert await room.act("delete", channel="#support", ts=ts) == {"ok": True}
    assert room.messages() == []
    assert "deleted a moment ago" in await room.refused("delete", channel="#support", ts=ts)


@pytest.mark.parametrize("act", ["edit", "delete"])
async def test_one_touches_nothing_of_others(room: Room, act: str) -> None:
    more = {"text": "x"} if act == "edit" else {}
    theirs = await said(room, person="sam")
    room.card()
    gathering.join(room.workspace, room.workspace.channels[SUPPORT], DARIO)
    joined = Message(channel=SUPPORT, user=MIA, subtype="channel_join", text=f"<@{MIA}> has joined")
    room.workspace.channels[SUPPORT].put(joined)
    for ts in (theirs, *(message.ts for message in room.messages() if message.user in (BOT, DARIO))):
        assert "only what you wrote yourself" in await room.refused(act, channel="#support", ts=ts, **more)
    whisper = room.card(only_for=MIA)
    assert "Only you see this message" in await room.refused(act, channel="#support", ts=whisper.ts, **more)


async def test_general_and_alone_are_as_they_were_made(room: Room) -> None:
    assert MIA in room.workspace.channels[GENERAL].people
    assert MIA not in room.workspace.channels[ALONE].people
