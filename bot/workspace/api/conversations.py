"""`conversations.*` that look: channels, who is in them, what was said there."""

from collections.abc import Mapping

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.finding import joined_channel, person_or_self, seen_channel
from bot.workspace.api.paging import page, time_of
from bot.workspace.api.scope import Purpose, allow
from bot.workspace.changes.posting import mark_read
from bot.workspace.limit import Tier
from bot.workspace.payload import Json
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.showing import channel_json


def shown(call: Call, channel: Channel, *, counted: bool = False) -> Json:
    """A channel as the calling app's bot sees it."""
    return channel_json(call.desk.workspace, channel, for_person=call.app.user, counted=counted)


def info(call: Call) -> Json:
    channel = seen_channel(call, Purpose.READ)
    found = shown(call, channel, counted=call.arguments.flag("include_num_members"))
    if call.arguments.flag("include_locale"):
        found["locale"] = "en-US"
    return {"channel": found | _read_up_to(call, channel)}


def _read_up_to(call: Call, channel: Channel) -> Json:
    if call.app.user not in channel.people:
        return {}
    return {"last_read": channel.read.get(call.app.user, "0000000000.000000")}


def members(call: Call) -> Json:
    channel = seen_channel(call, Purpose.READ)
    found = page(channel.people, call.arguments, "user", name=str, default=100)
    return {"members": [*found.items], "response_metadata": found.metadata}


def list_channels(call: Call) -> Json:
    kinds = _kinds(call)
    visible = (one for one in call.desk.workspace.channels.values() if _is_visible(call, one))
    return _listed(call, [one for one in visible if one.kind in kinds])


def list_of_person(call: Call) -> Json:
    """`users.conversations`: the channels somebody is in, as far as the app's bot may see them."""
    kinds, person = _kinds(call), person_or_self(call)
    visible = (one for one in call.desk.workspace.channels.values() if _is_visible(call, one))
    found = _listed(call, [one for one in visible if one.kind in kinds and person.id in one.people])
    for channel in found["channels"]:
        channel.pop("is_member", None)
        channel.pop("num_members", None)
    return found


def _is_visible(call: Call, channel: Channel) -> bool:
    return channel.kind is ChannelKind.PUBLIC or call.app.user in channel.people


def _listed(call: Call, channels: list[Channel]) -> Json:
    if call.arguments.flag("exclude_archived"):
        channels = [one for one in channels if not one.archived]
    found = page(channels, call.arguments, "team", name=lambda one: one.id, default=100)
    return {
        "channels": [shown(call, one, counted=not one.is_direct) for one in found.items],
        "response_metadata": found.metadata,
    }


_KIND_OF_TYPE = {
    "public_channel": ChannelKind.PUBLIC,
    "private_channel": ChannelKind.PRIVATE,
    "mpim": ChannelKind.GROUP_DIRECT,
    "im": ChannelKind.DIRECT,
}


def _kinds(call: Call) -> set[ChannelKind]:
    """The kinds of channel a list is to hold, each of which the app must be allowed to read."""
    kinds: set[ChannelKind] = set()
    for name in call.arguments.listed("types") or ["public_channel"]:
        if name not in _KIND_OF_TYPE:
            raise SlackError("invalid_types")
        allow(call.app, _KIND_OF_TYPE[name], Purpose.READ)
        kinds.add(_KIND_OF_TYPE[name])
    return kinds


def mark(call: Call) -> Json:
    channel = joined_channel(call, Purpose.MANAGE)
    ts = call.arguments.needed("ts", "invalid_timestamp")
    mark_read(call.desk.workspace, channel, call.app.user, time_of(ts, "invalid_timestamp"))
    return {}


_READ = Purpose.READ.scopes

METHODS: Mapping[str, Method] = {
    "conversations.info": Method(do=info, scopes=_READ, takes_json=False, errors=("channel_not_found",)),
    "conversations.members": Method(
        do=members,
        tier=Tier.FOUR,
        scopes=_READ,
        takes_json=False,
        errors=("channel_not_found", "invalid_cursor", "invalid_limit"),
    ),
    "conversations.list": Method(
        do=list_channels,
        tier=Tier.TWO,
        scopes=_READ,
        takes_json=False,
        errors=("invalid_types", "invalid_cursor", "invalid_limit"),
    ),
    "users.conversations": Method(
        do=list_of_person,
        scopes=_READ,
        takes_json=False,
        errors=("invalid_types", "invalid_cursor", "invalid_limit", "user_not_found"),
    ),
    "conversations.mark": Method(
        do=mark,
        scopes=Purpose.MANAGE.scopes,
        errors=("channel_not_found", "not_in_channel", "invalid_timestamp"),
    ),
}
