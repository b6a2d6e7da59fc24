"""`pins.*`: messages that stand out in their channel."""

from collections.abc import Mapping

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.chat import permalink
from bot.workspace.api.finding import joined_channel, message_of
from bot.workspace.changes.posting import pin, unpin
from bot.workspace.limit import Tier
from bot.workspace.payload import Json
from bot.workspace.state.channel import Channel
from bot.workspace.state.message import Message
from bot.workspace.state.showing import message_json

MOST = 100


def _item(call: Call) -> tuple[Channel, Message]:
    channel = joined_channel(call)
    if not call.arguments.text("timestamp"):
        raise SlackError("no_item_specified")
    return channel, message_of(call, channel, name="timestamp", malformed="bad_timestamp")


def add(call: Call) -> Json:
    channel, message = _item(call)
    if message.ts not in channel.pins and len(channel.pins) >= MOST:
        raise SlackError("too_many_pins")
    if not pin(call.desk.workspace, message, call.app.user):
        raise SlackError("already_pinned")
    return {}


def remove(call: Call) -> Json:
    _, message = _item(call)
    if not unpin(call.desk.workspace, message, call.app.user):
        raise SlackError("no_pin")
    return {}


def list_pins(call: Call) -> Json:
    """The last pinned first."""
    channel = joined_channel(call)
    pinned = [(ts, by) for ts, by in reversed(channel.pins.items()) if ts in channel.messages]
    return {"items": [_shown(call, channel.messages[ts], by) for ts, by in pinned]}


def _shown(call: Call, message: Message, by: str) -> Json:
    said = message_json(call.desk.workspace, message)
    return {
        "type": "message",
        "channel": message.channel,
        "created": int(float(message.ts)),
        "created_by": by,
        "message": said | {"pinned_to": [message.channel], "permalink": permalink(call, message)},
    }


_WRITE = ("pins:write",)
_PLACE = "channel_not_found", "not_in_channel"
_ITEM = *_PLACE, "no_item_specified", "bad_timestamp", "message_not_found"

METHODS: Mapping[str, Method] = {
    "pins.add": Method(do=add, tier=Tier.TWO, scopes=_WRITE, errors=(*_ITEM, "already_pinned", "too_many_pins")),
    "pins.remove": Method(do=remove, tier=Tier.TWO, scopes=_WRITE, errors=(*_ITEM, "no_pin")),
    "pins.list": Method(do=list_pins, tier=Tier.TWO, scopes=("pins:read",), takes_json=False, errors=_PLACE),
}
