"""What is kept of a payload: what its handling needs and nothing else, as plain data.

A message that a button stands on, the profile of whoever clicked and Slack's old verification token are left behind.
"""

from collections.abc import Mapping
from decimal import Decimal

from bot.adapters.slack.intake.envelope import Envelope, Kind
from bot.domain.plain import Plain, is_object

_COMMAND = "command text channel_id trigger_id response_url"
_WHERE = "channel container trigger_id response_url"
_VIEW = "id callback_id private_metadata state hash root_view_id previous_view_id external_id"
_KEPT: Mapping[Kind, str] = {
    Kind.COMMAND: _COMMAND,
    Kind.SHORTCUT: "callback_id trigger_id",
    Kind.MESSAGE_SHORTCUT: f"callback_id {_WHERE} message message_ts",
    Kind.CLICK: f"actions {_WHERE} state view message",
    Kind.SUBMITTED: "view trigger_id response_urls",
    Kind.CLOSED: "view is_cleared",
    Kind.EVENT: "event event_time is_ext_shared_channel",
}
_WITHIN: Mapping[str, str] = {
    "view": _VIEW,
    "message": "ts thread_ts text user bot_id metadata",
    "channel": "id name",
}


def kept(envelope: Envelope) -> dict[str, Plain]:
    """The part of a payload that is stored."""
    names = _KEPT.get(envelope.kind, "").split()
    return {name: _part(name, envelope.payload[name]) for name in names if name in envelope.payload}


def _part(name: str, value: object) -> Plain:
    if name in _WITHIN and is_object(value):
        return {key: plain(value[key]) for key in _WITHIN[name].split() if key in value}
    return plain(value)


def plain(value: object) -> Plain:
    """Anything JSON holds, as it may be stored: a fraction is kept as its text."""
    if is_object(value):
        return {key: plain(part) for key, part in value.items()}
    match value:
        case list():
            parts: list[object] = value
            return [plain(part) for part in parts]
        case str() | bool() | int() | None:
            return value
        case float() | Decimal():
            return str(value)
        case _:
            raise TypeError(f"JSON has no {type(value).__name__}.")
