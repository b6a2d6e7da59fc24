"""`conversations.*` that change channels: opened, created, renamed, described, archived."""

import re
from bisect import bisect_right
from collections.abc import Mapping

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.conversations import shown
from bot.workspace.api.finding import joined_channel, seen_channel
from bot.workspace.api.scope import Purpose, allow
from bot.workspace.changes.gathering import archive, create, describe, open_direct, rename, unarchive
from bot.workspace.limit import Tier
from bot.workspace.payload import Json
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.showing import message_json

LONGEST_NAME, LONGEST_TOPIC, MOST_PEOPLE = 80, 250, 8
RESERVED = frozenset({"here", "channel", "everyone", "archive", "archived", "all", "group", "me", "slack"})
"""Names nobody may give to a channel."""

_SPECIAL = re.compile(r"[^\w-]")


def open_conversation(call: Call) -> Json:
    channel, is_new = _resumed(call) if call.arguments.text("channel") else _of_people(call)
    found = _in_full(call, channel) if call.arguments.flag("return_im") else {"id": channel.id}
    return {"no_op": True, "already_open": True, "channel": found} if not is_new else {"channel": found}


def _in_full(call: Call, channel: Channel) -> Json:
    """A direct message with what the bot has not read of it."""
    workspace, read = call.desk.workspace, channel.read.get(call.app.user, "0000000000.000000")
    unread = len(channel.times) - bisect_right(channel.times, read)
    latest = message_json(workspace, channel.messages[channel.times[-1]]) if channel.times else None
    return shown(call, channel) | {
        "last_read": read,
        "latest": latest,
        "unread_count": unread,
        "unread_count_display": unread,
    }


def _resumed(call: Call) -> tuple[Channel, bool]:
    channel = seen_channel(call)
    if not channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    allow(call.app, channel.kind, Purpose.MANAGE)
    return channel, False


def _of_people(call: Call) -> tuple[Channel, bool]:
    """The direct message of the people a call names, and whether it was opened just now."""
    workspace, ids = call.desk.workspace, list(dict.fromkeys(call.arguments.listed("users")))
    if not ids:
        raise SlackError("users_list_not_supplied")
    if len(ids) > MOST_PEOPLE:
        raise SlackError("too_many_users")
    for id in ids:
        _refuse_person(call, id)
    everybody = list(dict.fromkeys([call.app.user, *ids]))
    allow(call.app, ChannelKind.DIRECT if len(everybody) <= 2 else ChannelKind.GROUP_DIRECT, Purpose.MANAGE)
    known = workspace.direct(*everybody)
    if known is None and call.arguments.flag("prevent_creation"):
        raise SlackError("channel_not_found")
    return known or open_direct(workspace, *everybody), known is None


def _refuse_person(call: Call, id: str) -> None:
    person = call.desk.workspace.people.get(id)
    if person is None:
        raise SlackError("user_not_found")
    if person.deleted:
        raise SlackError("user_disabled")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")


def close(call: Call) -> Json:
    """Nothing but an answer: whether a direct message is open is a matter of each person's page."""
    channel = seen_channel(call)
    if not channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    allow(call.app, channel.kind, Purpose.MANAGE)
    return {}


def create_channel(call: Call) -> Json:
    private = call.arguments.flag("is_private")
    allow(call.app, ChannelKind.PRIVATE if private else ChannelKind.PUBLIC, Purpose.MANAGE)
    name = _new_name(call)
    return {"channel": shown(call, create(call.desk.workspace, name, call.app.user, private=private))}


def _new_name(call: Call) -> str:
    name = call.arguments.needed("name", "invalid_name_required").removeprefix("#")
    if len(name) > LONGEST_NAME:
        raise SlackError("invalid_name_maxlength")
    if not name or not name.strip("-_.!?'\",;:"):
        raise SlackError("invalid_name_punctuation")
    if name != name.lower() or _SPECIAL.search(name):
        raise SlackError("invalid_name_specials")
    if name in RESERVED or call.desk.workspace.channel_named(name) is not None:
        raise SlackError("name_taken")
    return name


def _ordinary(call: Call, purpose: Purpose = Purpose.MANAGE) -> Channel:
    """A channel the bot is in that is no direct message."""
    channel = seen_channel(call, purpose)
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    return joined_channel(call)


def rename_channel(call: Call) -> Json:
    channel = _ordinary(call)
    if channel.archived:
        raise SlackError("is_archived")
    if channel.creator != call.app.user:
        raise SlackError("not_authorized")
    rename(call.desk.workspace, channel, call.app.user, _new_name(call))
    return {"channel": shown(call, channel)}


def archive_channel(call: Call) -> Json:
    channel = _ordinary(call)
    if channel.archived:
        raise SlackError("already_archived")
    if channel.general:
        raise SlackError("cant_archive_general")
    archive(call.desk.workspace, channel, call.app.user)
    return {}


def unarchive_channel(call: Call) -> Json:
    channel = seen_channel(call, Purpose.MANAGE)
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if not channel.archived:
        raise SlackError("not_archived")
    unarchive(call.desk.workspace, channel, call.app.user)
    return {}


def set_topic(call: Call) -> Json:
    channel, topic = _described(call, "topic")
    describe(call.desk.workspace, channel, call.app.user, topic=topic)
    return {"channel": shown(call, channel)}


def set_purpose(call: Call) -> Json:
    channel, purpose = _described(call, "purpose")
    describe(call.desk.workspace, channel, call.app.user, purpose=purpose)
    return {"channel": shown(call, channel)}


def _described(call: Call, what: str) -> tuple[Channel, str]:
    channel = joined_channel(call, Purpose.TOPIC)
    if channel.kind is ChannelKind.DIRECT:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    text = call.arguments.given_text(what)
    if len(text) > LONGEST_TOPIC:
        raise SlackError("too_long")
    return channel, text


_MANAGE = Purpose.MANAGE.scopes
_NAME = (
    "invalid_name_required",
    "invalid_name_maxlength",
    "invalid_name_punctuation",
    "invalid_name_specials",
    "name_taken",
)
_KIND = "method_not_supported_for_channel_type"

METHODS: Mapping[str, Method] = {
    "conversations.open": Method(
        do=open_conversation,
        scopes=_MANAGE,
        errors=(
            "channel_not_found", _KIND, "users_list_not_supplied", "too_many_users", "user_not_found", "user_disabled",
            "cannot_dm_bot",
        ),
    ),
    "conversations.close": Method(do=close, tier=Tier.TWO, scopes=_MANAGE, errors=("channel_not_found", _KIND)),
    "conversations.create": Method(do=create_channel, tier=Tier.TWO, scopes=_MANAGE, errors=_NAME),
    "conversations.rename": Method(
        do=rename_channel,
        tier=Tier.TWO,
        scopes=_MANAGE,
        errors=("channel_not_found", _KIND, "not_in_channel", "is_archived", "not_authorized", *_NAME),
    ),
    "conversations.archive": Method(
        do=archive_channel,
        tier=Tier.TWO,
        scopes=_MANAGE,
        errors=("channel_not_found", _KIND, "not_in_channel", "already_archived", "cant_archive_general"),
    ),
    "conversations.unarchive": Method(
        do=unarchive_channel, tier=Tier.TWO, scopes=_MANAGE, errors=("channel_not_found", _KIND, "not_archived")
    ),
    "conversations.setTopic": Method(
        do=set_topic,
        tier=Tier.TWO,
        scopes=Purpose.TOPIC.scopes,
        errors=("channel_not_found", _KIND, "not_in_channel", "is_archived", "too_long"),
    ),
    "conversations.setPurpose": Method(
        do=set_purpose,
        tier=Tier.TWO,
        scopes=Purpose.TOPIC.scopes,
        errors=("channel_not_found", _KIND, "not_in_channel", "is_archived", "too_long"),
    ),
}  # fmt: skip
