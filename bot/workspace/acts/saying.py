"""What a person writes: a message, an edit, and that it is gone again."""

from bot.workspace.acts.finding import label, seen_channel, standing_message, writable_channel
from bot.workspace.acts.outcome import Outcome, Refused
from bot.workspace.acts.spelling import spelled
from bot.workspace.changes.filing import share
from bot.workspace.changes.posting import Wording, delete, edit, post
from bot.workspace.desk import Desk
from bot.workspace.payload import Json
from bot.workspace.state.channel import Channel
from bot.workspace.state.file import File
from bot.workspace.state.message import Message
from bot.workspace.state.person import Person
from bot.workspace.state.workspace import Workspace

LONGEST = 40_000
OWN = ("", "file_share", "me_message", "thread_broadcast")
"""What somebody wrote, and so may edit; that they joined a channel is Slack's line, not theirs."""
ME = "/me"


def say(
    desk: Desk,
    person: Person,
    channel: str,
    text: str,
    *,
    thread_ts: str = "",
    broadcast: bool = False,
    files: tuple[str, ...] = (),
) -> Outcome:
    """Post what somebody typed. `/me waves` is said of oneself."""
    where = writable_channel(desk, person, channel)
    carried = [_own_file(desk.workspace, person, id) for id in files]
    if not _bare(text) and not carried:
        raise Refused("There is nothing to send yet. Write something, or add a file.")
    message = _message(desk.workspace, person, where, text)
    message.thread_ts = _root(where, thread_ts)
    message.broadcast = broadcast and bool(message.thread_ts)
    if message.broadcast:
        message.subtype = "thread_broadcast"
    if carried:
        share(desk.workspace, message, *carried)
    else:
        post(desk.workspace, message)
    return Outcome(facts={"channel": where.id, "ts": message.ts})


def is_of_oneself(text: str) -> bool:
    """Whether it is what somebody does, not what they say."""
    return text.split(maxsplit=1)[:1] == [ME]


def _bare(text: str) -> str:
    return (text.strip().removeprefix(ME) if is_of_oneself(text) else text).strip()


def _message(workspace: Workspace, person: Person, channel: Channel, text: str) -> Message:
    of_oneself = is_of_oneself(text)
    wording = _wording(workspace, _bare(text))
    return Message(
        channel=channel.id,
        user=person.id,
        text=wording.text,
        blocks=None if of_oneself else wording.blocks,
        subtype="me_message" if of_oneself else "",
        client_msg_id="" if of_oneself else workspace.ids.uuid(),
    )


def _wording(workspace: Workspace, text: str) -> Wording:
    if len(text) > LONGEST:
        raise Refused(f"A message has at most {LONGEST:,} characters; this one has {len(text):,}. Send it in parts.")
    said = spelled(workspace, text)
    block: Json = {"type": "rich_text", "block_id": workspace.ids.block_id(), "elements": said.elements}
    return Wording(text=said.text, blocks=[block] if said.elements else None)


def _root(channel: Channel, thread_ts: str) -> str:
    """The first message of a thread, whichever of it was named."""
    if not thread_ts:
        return ""
    found = channel.messages.get(thread_ts)
    if found is None:
        raise Refused(f"This thread is not in {label(channel)} any more. Write to the channel instead.")
    return found.thread_ts or found.ts


def _own_file(workspace: Workspace, person: Person, id: str) -> File:
    file = workspace.files.get(id)
    if file is None or file.user != person.id or file.data is None:
        raise Refused("One of the files is not here any more. Add it again.")
    return file


def edit_message(desk: Desk, person: Person, channel: str, ts: str, text: str) -> Outcome:
    """Let one of one's own messages say something else."""
    message = _own(desk.workspace, person, channel, ts, "edit")
    if not text.strip() and not message.files:
        raise Refused("There is nothing left of the message. Delete it instead.")
    wording = _wording(desk.workspace, text.strip())
    if wording.text == message.text:
        return Outcome(facts={"channel": message.channel, "ts": message.ts})
    edit(desk.workspace, message, person.id, wording)
    return Outcome(facts={"channel": message.channel, "ts": message.ts})


def delete_message(desk: Desk, person: Person, channel: str, ts: str) -> Outcome:
    """Delete one of one's own messages."""
    delete(desk.workspace, _own(desk.workspace, person, channel, ts, "delete"))
    return Outcome()


def _own(workspace: Workspace, person: Person, channel: str, ts: str, verb: str) -> Message:
    message = standing_message(workspace, person, channel, ts)
    where = seen_channel(workspace, person, channel)
    if message.user != person.id or message.subtype not in OWN:
        raise Refused(f"You can {verb} only what you wrote yourself.")
    if where.archived:
        raise Refused(f"{label(where)} is archived, so nothing in it changes any more. Unarchive it first.")
    return message
