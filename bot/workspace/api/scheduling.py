"""`chat.scheduleMessage` and what belongs to it: messages that are posted when their time comes."""

from collections.abc import Mapping

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.chat import new_message
from bot.workspace.api.finding import seen_channel, writable_channel
from bot.workspace.api.paging import page, time_of
from bot.workspace.api.wording import said
from bot.workspace.changes.scheduling import call_off, schedule
from bot.workspace.payload import Json
from bot.workspace.state.scheduled import Scheduled
from bot.workspace.state.showing import message_json

FARTHEST = 120 * 24 * 3600
TOO_LATE = 60
"""Seconds before its time from which on a message can no longer be called off."""
WINDOW, MOST_IN_WINDOW = 300, 30


def schedule_message(call: Call) -> Json:
    channel = writable_channel(call, call.arguments.needed("channel", "channel_not_found"))
    post_at = _time(call)
    message = new_message(call, channel, said(call).wording)
    near = [one for one in _mine(call) if one.message.channel == channel.id and abs(one.post_at - post_at) < WINDOW]
    if len(near) >= MOST_IN_WINDOW:
        raise SlackError("restricted_too_many")
    workspace = call.desk.workspace
    now = int(workspace.clock.now())
    scheduled = Scheduled(id=workspace.ids.new("Q"), app=call.app.id, post_at=post_at, created=now, message=message)
    schedule(workspace, scheduled)
    shown = message_json(workspace, message) | {"type": "delayed_message"}
    del shown["ts"]
    return {"channel": channel.id, "scheduled_message_id": scheduled.id, "post_at": post_at, "message": shown}


def _time(call: Call) -> int:
    call.arguments.needed("post_at", "invalid_time")
    post_at, now = call.arguments.number("post_at", 0, error="invalid_time"), call.desk.workspace.clock.now()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FARTHEST:
        raise SlackError("time_too_far")
    return post_at


def _mine(call: Call) -> list[Scheduled]:
    mine = [one for one in call.desk.workspace.scheduled.values() if one.app == call.app.id]
    return sorted(mine, key=lambda one: (one.post_at, one.id))


def list_scheduled(call: Call) -> Json:
    channel = call.arguments.text("channel")
    if channel and channel not in call.desk.workspace.channels:
        raise SlackError("invalid_channel")
    oldest, latest = (_bound(call, name) for name in ("oldest", "latest"))
    wanted = [
        one
        for one in _mine(call)
        if (not channel or one.message.channel == channel)
        and (oldest is None or one.post_at >= oldest)
        and (latest is None or one.post_at <= latest)
    ]
    found = page(wanted, call.arguments, "next_id", name=lambda one: one.id, default=100)
    return {"scheduled_messages": [_shown(one) for one in found.items], "response_metadata": found.metadata}


def _bound(call: Call, name: str) -> float | None:
    given = call.arguments.text(name)
    return float(time_of(given, "invalid_arguments")) if given else None


def _shown(one: Scheduled) -> Json:
    return {
        "id": one.id,
        "channel_id": one.message.channel,
        "post_at": one.post_at,
        "date_created": one.created,
        "text": one.message.text,
    }


def delete_scheduled(call: Call) -> Json:
    channel = seen_channel(call)
    scheduled = call.desk.workspace.scheduled.get(call.arguments.needed("scheduled_message_id"))
    if scheduled is None or scheduled.app != call.app.id or scheduled.message.channel != channel.id:
        raise SlackError("invalid_scheduled_message_id")
    if scheduled.post_at - call.desk.workspace.clock.now() < TOO_LATE:
        raise SlackError("invalid_scheduled_message_id")
    call_off(call.desk.workspace, scheduled.id)
    return {}


METHODS: Mapping[str, Method] = {
    "chat.scheduleMessage": Method(
        do=schedule_message,
        scopes=("chat:write",),
        errors=(
            "channel_not_found", "not_in_channel", "is_archived", "invalid_time", "time_in_past", "time_too_far",
            "restricted_too_many", "no_text", "msg_too_long", "invalid_blocks", "invalid_blocks_format",
            "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large", "markdown_text_conflict",
            "too_many_attachments",
        ),
    ),
    "chat.scheduledMessages.list": Method(do=list_scheduled, errors=("invalid_channel", "invalid_cursor")),
    "chat.deleteScheduledMessage": Method(
        do=delete_scheduled, scopes=("chat:write",), errors=("channel_not_found", "invalid_scheduled_message_id")
    ),
}  # fmt: skip
