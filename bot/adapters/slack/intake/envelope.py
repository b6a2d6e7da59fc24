"""What a payload is: its kind, who sent it from where, and the identity by which it is known when it comes again.

Nothing here is believed beyond that: what may be done is asked of the directory and of the gate, later. What is looked
at has the type that Slack gives it, or the payload is refused.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeGuard

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
    CERTIFICATE_CHECK = "ssl_check"
    RATE_LIMITED = "app_rate_limited"


_UNTYPED = {"command": Kind.COMMAND, "ssl_check": Kind.CERTIFICATE_CHECK}
"""Old forms of Slack's have no type and are known by a field."""
_TYPED: Mapping[object, Kind] = {kind.value: kind for kind in Kind if kind not in _UNTYPED.values()}
OF_THE_CONNECTION = frozenset({Kind.HANDSHAKE, Kind.CERTIFICATE_CHECK, Kind.RATE_LIMITED})
"""Nobody's act: Slack itself speaks."""

_ID = re.compile(r"[A-Za-z0-9]{1,64}")
_LONGEST_IDENTITY = 500


class Strange(ValueError):
    """A payload of no kind we know, or without what its kind always has; the message is for the log."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload with what is to be known of it before it is kept."""

    kind: Kind
    payload: Payload
    id: str = ""
    """The same whenever Slack delivers this again, over whatever connection."""
    team: str = ""
    enterprise: str = ""
    user: str = ""
    """Empty where a machine speaks: an event that nobody caused."""
    user_team: str = ""
    """The person's own; of a shared channel's other side it is another one than `team`. Empty where it is not said."""


class _Sender(NamedTuple):
    team: str
    user: str
    user_team: str


def enveloped(payload: Payload) -> Envelope:
    """Raises Strange where this is nothing that Slack sends."""
    kind = _kind(payload)
    if kind in OF_THE_CONNECTION:
        return Envelope(kind, payload)
    sender = _sender(kind, payload)
    for name, id in sender._asdict().items():
        if id and not _ID.fullmatch(id):
            raise Strange(f"{kind} with an odd {name}")
    if not sender.team:
        raise Strange(f"{kind} without a team")
    if not sender.user and kind is not Kind.EVENT:
        raise Strange(f"{kind} without a person")
    return Envelope(kind, payload, _identity(kind, payload, sender), sender.team, _enterprise(payload), *sender[1:])


def part(whole: Payload, name: str) -> Payload:
    """An object in a payload; an empty one where there is none. Raises Strange for anything else."""
    value = whole.get(name)
    if value is None:
        return {}
    if not is_object(value):
        raise Strange(f"{name} is no object")
    return value


def text(whole: Payload, name: str) -> str:
    """A text in a payload; empty where there is none. Raises Strange for anything else."""
    value = whole.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Strange(f"{name} is no text")
    return value


def authorization(payload: Payload) -> Payload:
    """For whom an event was sent to us: the installation, and our own user in it."""
    listed = payload.get("authorizations")
    first = listed[0] if is_list(listed) and listed else None
    return first if is_object(first) else {}


def is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _kind(payload: Payload) -> Kind:
    said = payload.get("type")
    if said is None:
        kind = next((kind for field, kind in _UNTYPED.items() if isinstance(payload.get(field), str)), None)
    else:
        kind = _TYPED.get(said) if isinstance(said, str) else None
    if kind is None:
        raise Strange("type")
    return kind


def _sender(kind: Kind, payload: Payload) -> _Sender:
    match kind:
        case Kind.COMMAND:
            return _Sender(text(payload, "team_id"), text(payload, "user_id"), "")
        case Kind.EVENT:
            return _sender_of_event(payload)
        case _:
            user, view = part(payload, "user"), part(payload, "view")
            # What is shown to people of another workspace has theirs as its team; where we are installed stands here.
            team = text(view, "app_installed_team_id") or text(part(payload, "team"), "id") or text(user, "team_id")
            return _Sender(team, text(user, "id"), text(user, "team_id"))


def _sender_of_event(payload: Payload) -> _Sender:
    event = part(payload, "event")
    if not text(event, "type"):
        raise Strange("an event without a type")
    # Of a new member, and of a changed profile, `user` is the whole record.
    user = event.get("user")
    id = text(user, "id") if is_object(user) else text(event, "user")
    # In a shared channel the team beside the event may be the other side's; we are installed in that of the first one.
    team = text(authorization(payload), "team_id") or text(payload, "team_id")
    return _Sender(team, id, text(event, "user_team") or text(event, "team"))


def _enterprise(payload: Payload) -> str:
    whole = text(part(payload, "enterprise"), "id") or text(part(payload, "team"), "enterprise_id")
    return whole or text(payload, "enterprise_id")


def _identity(kind: Kind, payload: Payload, sender: _Sender) -> str:
    """What is told apart. A trigger id is made for one interaction, an event id for one event."""
    if kind is Kind.SUGGESTION:
        return ""
    match kind:
        case Kind.EVENT:
            own = text(payload, "event_id")
        case Kind.CLOSED:
            view = part(payload, "view")
            own = f"{id} {text(view, 'hash')}" if (id := text(view, "id")) else ""
        case _:
            own = text(payload, "trigger_id")
    if not own or len(own) > _LONGEST_IDENTITY:
        raise Strange(f"{kind} without an identity")
    who = "" if kind is Kind.EVENT else sender.user
    told = "\0".join((kind.value, sender.team, who, own))
    return f"slack:{hashlib.sha256(told.encode(errors='backslashreplace')).hexdigest()[:32]}"
