"""What a payload is: its kind, who sent it from where, and the identity by which it is known when it comes again.

Nothing here is believed beyond that: what may be done is asked of the directory and of the gate, later.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.plain import is_object

Payload = Mapping[str, object]


class Kind(StrEnum):
    """Everything Slack sends to an app that we have a use for."""

    COMMAND = "command"
    SHORTCUT = "shortcut"
    MESSAGE_SHORTCUT = "message_action"
    CLICK = "block_actions"
    SUBMITTED = "view_submission"
    CLOSED = "view_closed"
    SUGGESTION = "block_suggestion"
    EVENT = "event_callback"
    HANDSHAKE = "url_verification"
    RATE_LIMITED = "app_rate_limited"


class Strange(ValueError):
    """A payload of no kind we know, or without what its kind always has; the message is for the log."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload with what is to be known of it before it is kept."""

    kind: Kind
    id: str
    """The same whenever Slack delivers this again, over whatever connection."""
    team: str
    enterprise: str
    user: str
    """Empty where a machine speaks: an event that nobody caused."""
    user_team: str
    """The person's own; of a shared channel's other side it is another one than `team`. Empty where it is not said."""
    payload: Payload


def enveloped(payload: Payload) -> Envelope:
    """Raises Strange where this is nothing that Slack sends."""
    kind = _kind(payload)
    if kind in (Kind.HANDSHAKE, Kind.RATE_LIMITED):
        return Envelope(kind, "", _text(payload, "team_id"), "", "", "", payload)
    team, user, user_team = _senders(kind, payload)
    if not team:
        raise Strange(f"{kind} without a team")
    if not user and kind is not Kind.EVENT:
        raise Strange(f"{kind} without a person")
    identity = hashlib.sha256("\0".join(_identity(kind, payload, team, user)).encode()).hexdigest()[:32]
    return Envelope(kind, f"slack:{identity}", team, _enterprise(payload), user, user_team, payload)


def _kind(payload: Payload) -> Kind:
    said = payload.get("type")
    if said is None and "command" in payload:
        return Kind.COMMAND
    try:
        return Kind(said)
    except ValueError:
        raise Strange("type") from None


def _senders(kind: Kind, payload: Payload) -> tuple[str, str, str]:
    """The team, the person, and the person's own team."""
    match kind:
        case Kind.COMMAND:
            return _text(payload, "team_id"), _text(payload, "user_id"), ""
        case Kind.EVENT:
            event = _part(payload, "event")
            # Of the join of a channel and of some messages `user` is a whole record.
            user = _text(event, "user") or _text(_part(event, "user"), "id")
            return _text(payload, "team_id"), user, _text(event, "user_team")
        case _:
            user = _part(payload, "user")
            team = _text(_part(payload, "team"), "id") or _text(_part(payload, "view"), "app_installed_team_id")
            return team or _text(user, "team_id"), _text(user, "id"), _text(user, "team_id")


def _enterprise(payload: Payload) -> str:
    whole = _text(_part(payload, "enterprise"), "id") or _text(_part(payload, "team"), "enterprise_id")
    return whole or _text(payload, "enterprise_id")


def _identity(kind: Kind, payload: Payload, team: str, user: str) -> tuple[str, ...]:
    """What is told apart. A trigger id is made for one interaction, an event id for one event."""
    match kind:
        case Kind.EVENT:
            own = _text(payload, "event_id")
        case Kind.CLOSED:
            view = _part(payload, "view")
            own = f"{_text(view, 'id')} {_text(view, 'hash')}".strip()
        case _:
            own = _text(payload, "trigger_id")
    if not own and kind is not Kind.SUGGESTION:
        raise Strange(f"{kind} without an identity")
    return (kind.value, team, user if kind is not Kind.EVENT else "", own)


def _part(whole: Payload, name: str) -> Payload:
    part = whole.get(name)
    return part if is_object(part) else {}


def _text(whole: Payload, name: str) -> str:
    text = whole.get(name)
    return text if isinstance(text, str) else ""
