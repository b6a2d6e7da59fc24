"""Events about channels: created, renamed, archived, joined, left, files shared in them."""

from collections.abc import Iterator
from typing import assert_never

from bot.workspace.delivery.events.event import Event
from bot.workspace.payload import Json
from bot.workspace.state.change import ChannelChanged, ChannelEvent, FileShared, Joined, Left
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.showing import channel_json
from bot.workspace.state.workspace import Workspace

LETTERS = {ChannelKind.PUBLIC: "C", ChannelKind.PRIVATE: "G", ChannelKind.DIRECT: "D", ChannelKind.GROUP_DIRECT: "G"}
READING = {
    ChannelKind.PUBLIC: "channels:read",
    ChannelKind.PRIVATE: "groups:read",
    ChannelKind.DIRECT: "im:read",
    ChannelKind.GROUP_DIRECT: "mpim:read",
}


def of_changed(workspace: Workspace, change: ChannelChanged) -> Iterator[Event]:
    channel, by = change.channel, change.by
    match change.what:
        case ChannelEvent.CREATED:
            if channel.kind is ChannelKind.PUBLIC:
                shown = channel_json(workspace, channel, for_person="")
                yield _told(workspace, channel, "created", {"channel": shown})
        case ChannelEvent.OPENED:
            yield from _opened(workspace, channel)
        case ChannelEvent.ARCHIVED:
            yield _told(workspace, channel, "archive", {"channel": channel.id, "user": by, "is_moved": 0})
        case ChannelEvent.UNARCHIVED:
            yield _told(workspace, channel, "unarchive", {"channel": channel.id, "user": by})
        case ChannelEvent.RENAMED:
            yield _told(workspace, channel, "rename", {"channel": _named(channel)})
        case ChannelEvent.DESCRIBED:
            return  # the message about it says it all
        case _:
            assert_never(change.what)


def _told(workspace: Workspace, channel: Channel, what: str, more: Json) -> Event:
    """Everybody hears of a public channel, only its members of a private one."""
    public = channel.kind is ChannelKind.PUBLIC
    name = f"{'channel' if public else 'group'}_{what}"
    body = {"type": name, "event_ts": _now(workspace)} | more
    scopes = (READING[channel.kind],)
    return Event(name=name, body=body, scopes=scopes, channel=channel, members_only=not public)


def _named(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_mpim": channel.kind is ChannelKind.GROUP_DIRECT,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": channel.created,
    }


def _opened(workspace: Workspace, channel: Channel) -> Iterator[Event]:
    if channel.kind is not ChannelKind.DIRECT:
        return
    shown = {"id": channel.id, "created": channel.created, "is_im": True, "is_org_shared": False}
    body: Json = {"type": "im_created", "user": channel.creator, "channel": shown, "event_ts": _now(workspace)}
    yield Event(name="im_created", body=body, scopes=("im:read",), channel=channel, members_only=True)


def of_joined(workspace: Workspace, change: Joined) -> Iterator[Event]:
    more = {"inviter": change.inviter} if change.inviter else {}
    yield _membership(workspace, change.channel, change.person, "member_joined_channel", more)


def of_left(workspace: Workspace, change: Left) -> Iterator[Event]:
    """The others hear who left; an app that left itself hears that, though it is no member any more."""
    channel = change.channel
    yield _membership(workspace, channel, change.person, "member_left_channel", {})
    app = workspace.people[change.person].app if change.person in workspace.people else ""
    if app:
        name = "channel_left" if channel.kind is ChannelKind.PUBLIC else "group_left"
        body: Json = {"type": name, "channel": channel.id, "actor_id": change.person, "event_ts": _now(workspace)}
        yield Event(name=name, body=body, scopes=(READING[channel.kind],), channel=channel, app=app)


def _membership(workspace: Workspace, channel: Channel, person: str, name: str, more: Json) -> Event:
    known = workspace.people.get(person)
    body: Json = {
        "type": name,
        "user": person,
        "channel": channel.id,
        "channel_type": LETTERS[channel.kind],
        "team": known.team if known else workspace.team.id,
        "event_ts": _now(workspace),
    }
    scopes = (READING[channel.kind],)
    return Event(name=name, body=body | more, scopes=scopes, channel=channel, members_only=True)


def of_file(workspace: Workspace, change: FileShared) -> Iterator[Event]:
    body: Json = {
        "type": "file_shared",
        "file_id": change.file,
        "user_id": change.person,
        "file": {"id": change.file},
        "channel_id": change.channel.id,
        "event_ts": _now(workspace),
    }
    yield Event(name="file_shared", body=body, scopes=("files:read",), channel=change.channel, members_only=True)


def _now(workspace: Workspace) -> str:
    return workspace.ids.ts(workspace.clock.now())
