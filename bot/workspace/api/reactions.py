"""`reactions.*`: emoji on messages."""

import re
from collections.abc import Mapping

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.chat import permalink
from bot.workspace.api.finding import message_of, person_or_self, seen_channel
from bot.workspace.api.paging import counted, page
from bot.workspace.changes.posting import react, unreact
from bot.workspace.limit import Tier
from bot.workspace.payload import Json
from bot.workspace.state.message import Message
from bot.workspace.state.showing import message_json

MOST_EMOJI, MOST_OF_PERSON = 50, 23

_NAME = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


def _message(call: Call) -> Message:
    """The message a call is about, in a channel the bot is in."""
    if not (call.arguments.text("channel") and call.arguments.text("timestamp")):
        raise SlackError("no_item_specified")
    channel = seen_channel(call)
    if call.app.user not in channel.people:
        raise SlackError("not_in_channel")
    return message_of(call, channel, name="timestamp", malformed="bad_timestamp")


def _name(call: Call) -> str:
    name = call.arguments.needed("name", "invalid_name").strip(":")
    if _NAME.fullmatch(name) is None:
        raise SlackError("invalid_name")
    return name


def add(call: Call) -> Json:
    name, message = _name(call), _message(call)
    if call.desk.workspace.channels[message.channel].archived:
        raise SlackError("is_archived")
    if call.app.user in message.reactions.get(name, ()):
        raise SlackError("already_reacted")
    if name not in message.reactions and len(message.reactions) >= MOST_EMOJI:
        raise SlackError("too_many_emoji")
    if sum(call.app.user in people for people in message.reactions.values()) >= MOST_OF_PERSON:
        raise SlackError("too_many_reactions")
    react(call.desk.workspace, message, call.app.user, name)
    return {}


def remove(call: Call) -> Json:
    name, message = _name(call), _message(call)
    if not unreact(call.desk.workspace, message, call.app.user, name):
        raise SlackError("no_reaction")
    return {}


def get(call: Call) -> Json:
    message = _message(call)
    return {"type": "message", "channel": message.channel, "message": _shown(call, message)}


def _shown(call: Call, message: Message) -> Json:
    return message_json(call.desk.workspace, message) | {"permalink": permalink(call, message)}


def list_reactions(call: Call) -> Json:
    """What somebody has reacted to, the newest first, as far as the bot may see it."""
    person = person_or_self(call)
    visible = [one for one in call.desk.workspace.channels.values() if call.app.user in one.people]
    messages = [one for channel in visible for one in channel.messages.values() if _has_reacted(one, person.id)]
    messages.sort(key=lambda one: one.ts, reverse=True)
    if call.arguments.text("cursor") or call.arguments.text("limit"):
        found = page(messages, call.arguments, "message", name=_place, default=100)
        return {"items": [_item(call, one) for one in found.items], "response_metadata": found.metadata}
    items, paging = counted(messages, call.arguments)
    return {"items": [_item(call, one) for one in items], "paging": paging}


def _has_reacted(message: Message, person: str) -> bool:
    return any(person in people for people in message.reactions.values())


def _place(message: Message) -> str:
    return f"{message.channel}:{message.ts}"


def _item(call: Call, message: Message) -> Json:
    return {"type": "message", "channel": message.channel, "message": _shown(call, message)}


_READ, _WRITE = ("reactions:read",), ("reactions:write",)
_ITEM = "no_item_specified", "channel_not_found", "not_in_channel", "bad_timestamp", "message_not_found"

METHODS: Mapping[str, Method] = {
    "reactions.add": Method(
        do=add,
        scopes=_WRITE,
        errors=(*_ITEM, "invalid_name", "already_reacted", "is_archived", "too_many_emoji", "too_many_reactions"),
    ),
    "reactions.remove": Method(do=remove, tier=Tier.TWO, scopes=_WRITE, errors=(*_ITEM, "invalid_name", "no_reaction")),
    "reactions.get": Method(do=get, scopes=_READ, takes_json=False, errors=_ITEM),
    "reactions.list": Method(
        do=list_reactions, tier=Tier.TWO, scopes=_READ, takes_json=False, errors=("user_not_found", "invalid_cursor")
    ),
}
