"""Events about messages: said, edited, deleted, reacted to, pinned."""

import re
from collections.abc import Iterator

from bot.workspace.delivery.events.event import Event
from bot.workspace.payload import Json
from bot.workspace.state.app import App
from bot.workspace.state.change import Deleted, Edited, Pinned, Posted, Reacted
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.message import Message
from bot.workspace.state.showing import message_json
from bot.workspace.state.workspace import Workspace

SUBSCRIPTIONS = {
    ChannelKind.PUBLIC: ("message.channels", "channels:history"),
    ChannelKind.PRIVATE: ("message.groups", "groups:history"),
    ChannelKind.DIRECT: ("message.im", "im:history"),
    ChannelKind.GROUP_DIRECT: ("message.mpim", "mpim:history"),
}
MENTIONING = ("", "bot_message", "file_share", "me_message", "thread_broadcast")
"""Only what somebody wrote mentions an app: that it has joined a channel names it too."""
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def of_posted(workspace: Workspace, change: Posted) -> Iterator[Event]:
    message, channel = change.message, workspace.channels[change.message.channel]
    said = _said(workspace, message, channel)
    yield _about(channel, said | {"channel_type": channel.kind.value})
    if message.subtype in MENTIONING and channel.kind is not ChannelKind.DIRECT:
        for app in _mentioned(workspace, message):
            body = {key: value for key, value in said.items() if key != "subtype"} | {"type": "app_mention"}
            scopes = ("app_mentions:read",)
            yield Event(name="app_mention", body=body, scopes=scopes, channel=channel, members_only=True, app=app.id)


def _said(workspace: Workspace, message: Message, channel: Channel) -> Json:
    """A message as an event says it: where it stands, and whose thread it is in."""
    said = message_json(workspace, message) | {"channel": channel.id, "event_ts": message.ts}
    root = channel.messages.get(message.thread_ts) if message.is_reply else None
    if root is not None:
        said["parent_user_id"] = root.user
    if root is not None and message.subtype == "thread_broadcast":
        said["root"] = message_json(workspace, root)
    writer = workspace.people.get(message.user)
    if channel.shared_with and writer is not None:
        said |= {"team": writer.team, "user_team": writer.team, "source_team": writer.team}
    return said


def _mentioned(workspace: Workspace, message: Message) -> Iterator[App]:
    users = set(_MENTION.findall(message.text))
    for app in workspace.apps.values():
        if app.user in users and app.id != message.app:
            yield app


def of_edited(workspace: Workspace, change: Edited) -> Iterator[Event]:
    """How often a message was replied to, or how far a stream is, is shown anew and told to nobody."""
    if change.quietly:
        return
    message, channel = change.message, workspace.channels[change.message.channel]
    now = {"message": message_json(workspace, message), "previous_message": change.before}
    yield _about(channel, _hidden("message_changed", channel, message.edited_ts or message.ts) | now)


def of_deleted(workspace: Workspace, change: Deleted) -> Iterator[Event]:
    message, channel = change.message, workspace.channels[change.message.channel]
    gone = {"deleted_ts": message.ts, "previous_message": message_json(workspace, message)}
    yield _about(channel, _hidden("message_deleted", channel, change.ts) | gone)


def _hidden(subtype: str, channel: Channel, ts: str) -> Json:
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.kind.value,
        "ts": ts,
        "event_ts": ts,
    }


def _about(channel: Channel, body: Json) -> Event:
    name, scope = SUBSCRIPTIONS[channel.kind]
    return Event(name=name, body=body, scopes=(scope,), channel=channel, members_only=True)


def of_reacted(workspace: Workspace, change: Reacted) -> Iterator[Event]:
    message, name = change.message, "reaction_added" if change.added else "reaction_removed"
    body: Json = {
        "type": name,
        "user": change.person,
        "reaction": change.name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.user,
        "event_ts": change.ts,
    }
    channel = workspace.channels[message.channel]
    yield Event(name=name, body=body, scopes=("reactions:read",), channel=channel, members_only=True)


def of_pinned(workspace: Workspace, change: Pinned) -> Iterator[Event]:
    message, channel = change.message, workspace.channels[change.message.channel]
    name, now = "pin_added" if change.added else "pin_removed", int(workspace.clock.now())
    body: Json = {
        "type": name,
        "user": change.person,
        "channel_id": channel.id,
        "item": {
            "type": "message",
            "created": now,
            "created_by": change.person,
            "channel": channel.id,
            "message": message_json(workspace, message) | ({"pinned_to": [channel.id]} if change.added else {}),
        },
        "item_user": message.user,
        "pin_count": len(channel.pins),
        "pinned_info": {"channel": channel.id, "pinned_by": change.person, "pinned_ts": now},
        "event_ts": change.ts,
    }
    body |= {} if change.added else {"has_pins": bool(channel.pins)}
    yield Event(name=name, body=body, scopes=("pins:read",), channel=channel, members_only=True)
