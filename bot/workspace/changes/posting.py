"""Messages: said, edited, deleted, reacted to, pinned."""

from bisect import insort
from dataclasses import dataclass

from bot.workspace.payload import Json
from bot.workspace.state.change import Deleted, Dismissed, Edited, Pinned, Posted, Reacted, Read, Shown
from bot.workspace.state.channel import Channel
from bot.workspace.state.message import Message
from bot.workspace.state.showing import message_json
from bot.workspace.state.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """All that a message says."""

    text: str = ""
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    metadata: Json | None = None


def post(workspace: Workspace, message: Message) -> Message:
    """Put a message into its channel, now."""
    channel = workspace.channels[message.channel]
    message.ts = workspace.ids.ts(workspace.clock.now())
    channel.put(message)
    channel.read[message.user] = message.ts
    workspace.tell(Posted(message))
    _show_root(workspace, message)
    return message


def edit(workspace: Workspace, message: Message, by: str, now: Wording) -> None:
    """Change what a message says; `by` is whoever edits it."""
    before = message_json(workspace, message)
    _say(message, now)
    message.edited_by, message.edited_ts = by, workspace.ids.ts(workspace.clock.now())
    workspace.tell(Edited(message, before))


def _say(message: Message, now: Wording) -> None:
    message.text, message.blocks, message.attachments = now.text, now.blocks, now.attachments
    message.metadata = now.metadata


def touch(workspace: Workspace, message: Message, before: Json) -> None:
    """Show a message anew that was not edited by anybody: a stream went on, say."""
    workspace.tell(Edited(message, before, quietly=True))


def broadcast(workspace: Workspace, message: Message) -> None:
    """Show a reply in the channel too, where it was said only in its thread."""
    before = message_json(workspace, message)
    message.broadcast, message.subtype = True, "thread_broadcast"
    insort(workspace.channels[message.channel].times, message.ts)
    workspace.tell(Edited(message, before, quietly=True))


def delete(workspace: Workspace, message: Message) -> None:
    channel = workspace.channels[message.channel]
    channel.drop(message)
    channel.pins.pop(message.ts, None)
    workspace.tell(Deleted(message, workspace.ids.ts(workspace.clock.now())))
    _show_root(workspace, message)


def _show_root(workspace: Workspace, reply: Message) -> None:
    """The first message of a thread counts its replies."""
    root = workspace.message(reply.channel, reply.thread_ts) if reply.is_reply else None
    if root is not None:
        touch(workspace, root, message_json(workspace, root))


def whisper(workspace: Workspace, message: Message) -> Message:
    """Show one person a message that nobody else sees and nothing keeps."""
    message.ts = workspace.ids.ts(workspace.clock.now())
    workspace.whispers[message.only_for, message.ts] = message
    workspace.tell(Shown(message))
    return message


def whisper_anew(workspace: Workspace, message: Message, now: Wording) -> None:
    """Put another text in the place of an ephemeral message."""
    _say(message, now)
    workspace.tell(Shown(message))


def dismiss(workspace: Workspace, message: Message) -> None:
    """Take an ephemeral message away."""
    if workspace.whispers.pop((message.only_for, message.ts), None) is not None:
        workspace.tell(Dismissed(message))


def react(workspace: Workspace, message: Message, person: str, name: str) -> bool:
    """Add a reaction; False where it stands already."""
    people = message.reactions.setdefault(name, [])
    if person in people:
        return False
    people.append(person)
    workspace.tell(Reacted(message, person, name, added=True, ts=workspace.ids.ts(workspace.clock.now())))
    return True


def unreact(workspace: Workspace, message: Message, person: str, name: str) -> bool:
    """Take a reaction back; False where there is none."""
    people = message.reactions.get(name, [])
    if person not in people:
        return False
    people.remove(person)
    if not people:
        del message.reactions[name]
    workspace.tell(Reacted(message, person, name, added=False, ts=workspace.ids.ts(workspace.clock.now())))
    return True


def pin(workspace: Workspace, message: Message, person: str) -> bool:
    """Pin a message; False where it is pinned already."""
    channel = workspace.channels[message.channel]
    if message.ts in channel.pins:
        return False
    channel.pins[message.ts] = person
    workspace.tell(Pinned(message, person, added=True, ts=workspace.ids.ts(workspace.clock.now())))
    return True


def unpin(workspace: Workspace, message: Message, person: str) -> bool:
    """Take a pin off; False where there is none."""
    channel = workspace.channels[message.channel]
    if channel.pins.pop(message.ts, None) is None:
        return False
    workspace.tell(Pinned(message, person, added=False, ts=workspace.ids.ts(workspace.clock.now())))
    return True


def mark_read(workspace: Workspace, channel: Channel, person: str, ts: str = "") -> None:
    """Somebody has read a channel, up to a message or all of it."""
    upto = ts or (channel.times[-1] if channel.times else "")
    if upto > channel.read.get(person, ""):
        channel.read[person] = upto
        workspace.tell(Read(channel, person))
