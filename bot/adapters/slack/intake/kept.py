"""What is kept of a payload: what its handling needs and nothing else, as plain data.

A message that a button stands on, the profile of whoever clicked and Slack's old verification token are left behind.
"""

from collections.abc import Mapping
from decimal import Decimal

from bot.adapters.slack.intake.envelope import Envelope, Kind, Strange, is_list
from bot.domain.plain import Plain, is_object

_WHERE = "channel container trigger_id response_url"
_KEPT: Mapping[Kind, tuple[str, ...]] = {
    kind: tuple(names.split())
    for kind, names in {
        Kind.COMMAND: "command text channel_id trigger_id response_url",
        Kind.SHORTCUT: "callback_id trigger_id",
        Kind.MESSAGE_SHORTCUT: f"callback_id {_WHERE} message message_ts",
        Kind.CLICK: f"actions {_WHERE} state view message",
        Kind.SUBMITTED: "view trigger_id response_urls",
        Kind.CLOSED: "view is_cleared",
        Kind.EVENT: "event event_time is_ext_shared_channel",
    }.items()
}
_WITHIN: Mapping[str, tuple[str, ...]] = {
    name: tuple(names.split())
    for name, names in {
        "view": "id callback_id private_metadata state hash root_view_id previous_view_id external_id",
        "message": "ts thread_ts text user bot_id metadata",
        "channel": "id name",
    }.items()
}
_LEFT_OUT = "bot_access_token"
"""What an event may carry to act with: no key lies in the inbox."""


def kept(envelope: Envelope) -> dict[str, Plain]:
    """The part of a payload that is stored. Raises Strange for what no JSON holds."""
    payload = envelope.payload
    return {name: _part(name, payload[name]) for name in _KEPT.get(envelope.kind, ()) if name in payload}


def _part(name: str, value: object) -> Plain:
    if not is_object(value):
        return plain(value)
    if name == "event":
        return {key: _of_event(key, inner) for key, inner in value.items() if key != _LEFT_OUT}
    if name in _WITHIN:
        return {key: plain(value[key]) for key in _WITHIN[name] if key in value}
    return plain(value)


def _of_event(name: str, value: object) -> Plain:
    return _part(name, value) if name == "view" else plain(value)


def plain(value: object) -> Plain:
    """Anything JSON holds, as it may be stored: a fraction is kept as its text."""
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if isinstance(value, (float, Decimal)):
        return str(value)
    if is_object(value):
        return {key: plain(inner) for key, inner in value.items()}
    if is_list(value):
        return [plain(inner) for inner in value]
    raise Strange(f"JSON has no {type(value).__name__}")
