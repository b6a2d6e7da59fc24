"""`conversations.*` about who is in a channel: joined, left, invited, removed."""

from collections.abc import Mapping

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.conversations import shown
from bot.workspace.api.finding import joined_channel, person_of, seen_channel
from bot.workspace.api.scope import Purpose
from bot.workspace.changes.gathering import join, leave
from bot.workspace.payload import Json
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.person import Kind

MOST_INVITED = 100
_ALREADY = "already_in_channel"


def join_channel(call: Call) -> Json:
    channel = seen_channel(call)
    if channel.kind is not ChannelKind.PUBLIC:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    if join(call.desk.workspace, channel, call.app.user):
        return {"channel": shown(call, channel)}
    return {"channel": shown(call, channel), "warning": _ALREADY, "response_metadata": {"warnings": [_ALREADY]}}


def leave_channel(call: Call) -> Json:
    channel = seen_channel(call, Purpose.MANAGE)
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    if channel.general:
        raise SlackError("cant_leave_general")
    if call.app.user not in channel.people:
        return {"not_in_channel": True}
    if len(channel.people) == 1:
        raise SlackError("last_member")
    leave(call.desk.workspace, channel, call.app.user)
    return {}


def invite(call: Call) -> Json:
    """Everybody or nobody, unless the call insists: then those who can be invited are."""
    channel = joined_channel(call, Purpose.INVITE)
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    ids = list(dict.fromkeys(call.arguments.listed("users")))
    if not ids:
        raise SlackError("no_user")
    if len(ids) > MOST_INVITED:
        raise SlackError("too_many_users")
    reasons = {id: _why_not(call, channel, id) for id in ids}
    errors: list[Json] = [{"ok": False, "error": why, "user": id} for id, why in reasons.items() if why]
    welcome = [id for id, why in reasons.items() if not why]
    if errors and not (call.arguments.flag("force") and welcome):
        raise SlackError(errors[0]["error"], errors=errors)
    for id in welcome:
        join(call.desk.workspace, channel, id, inviter=call.app.user)
    return {"channel": shown(call, channel)} | ({"errors": errors} if errors else {})


def _why_not(call: Call, channel: Channel, id: str) -> str:
    """Why somebody cannot be invited; empty where they can."""
    person = call.desk.workspace.people.get(id)
    if person is None:
        return "user_not_found"
    if id == call.app.user:
        return "cant_invite_self"
    if id in channel.people:
        return _ALREADY
    if person.deleted:
        return "cant_invite"
    if person.kind is Kind.STRANGER and channel.shared_with != person.team:
        return "no_external_invite_permission"
    return "ura_max_channels" if person.kind is Kind.SINGLE_CHANNEL_GUEST and _has_a_channel(call, id) else ""


def _has_a_channel(call: Call, id: str) -> bool:
    return any(id in one.people and not one.is_direct for one in call.desk.workspace.channels.values())


def kick(call: Call) -> Json:
    channel = joined_channel(call, Purpose.MANAGE)
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    person = person_of(call)
    if person.id == call.app.user:
        raise SlackError("cant_kick_self")
    if channel.general:
        raise SlackError("cant_kick_from_general")
    if not leave(call.desk.workspace, channel, person.id):
        raise SlackError("not_in_channel")
    return {"errors": {}}


_KIND = "method_not_supported_for_channel_type"

METHODS: Mapping[str, Method] = {
    "conversations.join": Method(
        do=join_channel, scopes=("channels:join",), errors=("channel_not_found", _KIND, "is_archived")
    ),
    "conversations.leave": Method(
        do=leave_channel,
        scopes=Purpose.MANAGE.scopes,
        errors=("channel_not_found", _KIND, "is_archived", "cant_leave_general", "last_member"),
    ),
    "conversations.invite": Method(
        do=invite,
        scopes=Purpose.INVITE.scopes,
        errors=(
            "channel_not_found", _KIND, "is_archived", "not_in_channel", "no_user", "too_many_users", "user_not_found",
            "cant_invite_self", "already_in_channel", "cant_invite", "no_external_invite_permission",
            "ura_max_channels",
        ),
    ),
    "conversations.kick": Method(
        do=kick,
        scopes=Purpose.MANAGE.scopes,
        errors=(
            "channel_not_found", _KIND, "user_not_found", "cant_kick_self", "cant_kick_from_general", "not_in_channel",
        ),
    ),
}  # fmt: skip
