"""Channels: created, joined, left, archived, renamed, described; direct messages opened."""

from collections.abc import Mapping

from bot.workspace.changes.posting import post
from bot.workspace.state.change import ChannelChanged, ChannelEvent, Joined, Left
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.message import Message
from bot.workspace.state.workspace import Workspace


def create(workspace: Workspace, name: str, by: str, *, private: bool = False) -> Channel:
    channel = Channel(
        id=workspace.ids.new("C"),
        name=name,
        kind=ChannelKind.PRIVATE if private else ChannelKind.PUBLIC,
        created=int(workspace.clock.now()),
        creator=by,
        people={by: None},
    )
    workspace.channels[channel.id] = channel
    workspace.tell(ChannelChanged(channel, ChannelEvent.CREATED, by))
    return channel


def open_direct(workspace: Workspace, *people: str) -> Channel:
    """The direct message of these people, opened where there is none yet."""
    known = workspace.direct(*people)
    if known is not None:
        return known
    kind = ChannelKind.DIRECT if len(set(people)) <= 2 else ChannelKind.GROUP_DIRECT
    names = "--".join(workspace.people[one].name for one in people)
    channel = Channel(
        id=workspace.ids.new("D" if kind is ChannelKind.DIRECT else "G"),
        name="" if kind is ChannelKind.DIRECT else f"mpdm-{names}-1",
        kind=kind,
        created=int(workspace.clock.now()),
        creator=people[0],
        people=dict.fromkeys(people),
    )
    workspace.channels[channel.id] = channel
    workspace.tell(ChannelChanged(channel, ChannelEvent.OPENED, people[0]))
    return channel


def join(workspace: Workspace, channel: Channel, person: str, *, inviter: str = "") -> bool:
    """Bring somebody into a channel; False where they are in it already."""
    if person in channel.people:
        return False
    channel.people[person] = None
    subtype = "channel_join" if channel.kind is ChannelKind.PUBLIC else "group_join"
    workspace.tell(Joined(channel, person, inviter))
    more = {"inviter": inviter} if inviter else {}
    _note(workspace, channel, person, subtype, "has joined the channel", more)
    return True


def leave(workspace: Workspace, channel: Channel, person: str) -> bool:
    """Take somebody out of a channel; False where they are not in it."""
    if person not in channel.people:
        return False
    del channel.people[person]
    subtype = "channel_leave" if channel.kind is ChannelKind.PUBLIC else "group_leave"
    _note(workspace, channel, person, subtype, "has left the channel")
    workspace.tell(Left(channel, person))
    return True


def archive(workspace: Workspace, channel: Channel, by: str) -> None:
    channel.archived = True
    _note(workspace, channel, by, "channel_archive", "archived the channel")
    workspace.tell(ChannelChanged(channel, ChannelEvent.ARCHIVED, by))


def unarchive(workspace: Workspace, channel: Channel, by: str) -> None:
    channel.archived = False
    _note(workspace, channel, by, "channel_unarchive", "un-archived the channel")
    workspace.tell(ChannelChanged(channel, ChannelEvent.UNARCHIVED, by))


def rename(workspace: Workspace, channel: Channel, by: str, name: str) -> None:
    old, channel.name = channel.name, name
    text = f'has renamed the channel from "{old}" to "{name}"'
    _note(workspace, channel, by, "channel_name", text, {"old_name": old, "name": name})
    workspace.tell(ChannelChanged(channel, ChannelEvent.RENAMED, by))


def describe(
    workspace: Workspace, channel: Channel, by: str, *, topic: str | None = None, purpose: str | None = None
) -> None:
    """Set the topic or the purpose of a channel; an empty one takes it away."""
    what, text = ("topic", topic) if topic is not None else ("purpose", purpose or "")
    setattr(channel, what, text)
    said = f"set the channel {what}: {text}" if text else f"cleared the channel {what}"
    _note(workspace, channel, by, f"channel_{what}", said, {what: text})
    workspace.tell(ChannelChanged(channel, ChannelEvent.DESCRIBED, by))


def _note(
    workspace: Workspace, channel: Channel, by: str, subtype: str, text: str, more: Mapping[str, str] | None = None
) -> None:
    """Slack's own line in a channel about what somebody did with it."""
    said = Message(channel=channel.id, user=by, subtype=subtype, text=f"<@{by}> {text}", more=dict(more or {}))
    post(workspace, said)
