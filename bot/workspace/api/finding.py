"""What a call is about: the channel, the person, the message it names, as far as its app may see them."""

import re

from bot.workspace.api.call import Call, SlackError
from bot.workspace.api.paging import is_name_of_message, time_of
from bot.workspace.api.scope import Purpose, allow
from bot.workspace.changes.gathering import open_direct
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.message import Message
from bot.workspace.state.person import Person

_PERSON = re.compile(r"[UW][A-Z0-9]{2,}")


def seen_channel(call: Call, purpose: Purpose | None = None, *, name: str = "channel") -> Channel:
    """The channel a call names by its id: a public one, or one its bot is in."""
    return _seen(call, call.arguments.needed(name, "channel_not_found"), purpose)


def _seen(call: Call, id: str, purpose: Purpose | None) -> Channel:
    channel = call.desk.workspace.channels.get(id)
    if channel is None:
        raise SlackError("channel_not_found")
    if channel.kind is not ChannelKind.PUBLIC and call.app.user not in channel.people:
        raise SlackError("channel_not_found")
    if purpose is not None:
        allow(call.app, channel.kind, purpose)
    return channel


def joined_channel(call: Call, purpose: Purpose | None = None, *, name: str = "channel") -> Channel:
    """The channel a call names, which its bot must be in."""
    channel = seen_channel(call, purpose, name=name)
    if call.app.user not in channel.people:
        raise SlackError("not_in_channel")
    return channel


def writable_channel(call: Call, given: str) -> Channel:
    """Where a message is to go: a channel by id or name, or a person, whose direct message is opened."""
    channel = _addressed(call, given)
    if channel.kind is ChannelKind.DIRECT and not call.app.messages:
        raise SlackError("messages_tab_disabled")
    if channel.archived:
        raise SlackError("is_archived")
    if call.app.user not in channel.people and not call.app.may("chat:write.public"):
        raise SlackError("not_in_channel")
    return channel


def _addressed(call: Call, given: str) -> Channel:
    workspace = call.desk.workspace
    if given in workspace.channels:
        return _seen(call, given, None)
    if _PERSON.fullmatch(given):
        return _direct(call, given)
    channel = workspace.channel_named(given) if given.removeprefix("#") else None
    if channel is None:
        raise SlackError("channel_not_found")
    return _seen(call, channel.id, None)


def _direct(call: Call, id: str) -> Channel:
    person = call.desk.workspace.people.get(id)
    if person is None or person.deleted or person.is_bot:
        raise SlackError("channel_not_found")
    if not call.app.messages:
        raise SlackError("messages_tab_disabled")
    return open_direct(call.desk.workspace, call.app.user, id)


def person_of(call: Call, name: str = "user", *, error: str = "user_not_found") -> Person:
    person = call.desk.workspace.people.get(call.arguments.needed(name, error))
    if person is None:
        raise SlackError(error)
    return person


def person_or_self(call: Call, name: str = "user") -> Person:
    """Whom a call names, or its own bot."""
    return person_of(call, name) if call.arguments.text(name) else call.desk.workspace.people[call.app.user]


def message_of(call: Call, channel: Channel, *, name: str = "ts", malformed: str = "message_not_found") -> Message:
    """The message a call names by its time."""
    given = call.arguments.needed(name, malformed)
    message = channel.messages.get(given) or channel.messages.get(time_of(given, malformed))
    if message is None:
        raise SlackError("message_not_found")
    return message


def thread_of(channel: Channel, given: str) -> str:
    """The time a reply goes under: the first message of the thread, whichever of the thread was named.

    One that names no message is taken, as Slack takes it: the reply then stands in a thread nobody finds."""
    if not given:
        return ""
    if not is_name_of_message(given):
        said = f"[ERROR] {given[:50]} is not a valid thread_ts"
        raise SlackError("invalid_thread_ts", response_metadata={"messages": [said]})
    root = channel.messages.get(time_of(given, "invalid_thread_ts"))
    return (root.thread_ts or root.ts) if root is not None else time_of(given, "invalid_thread_ts")
