"""The methods of the Web API that the bot calls: how often Slack takes them, and what a lost answer means."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Kind(Enum):
    """What it means when nobody knows whether a call arrived."""

    READS = auto()
    """Nothing: it changes nothing."""
    REPEATABLE = auto()
    """Nothing either: twice is the same as once."""
    ONCE = auto()
    """It may have happened, and a second time would be one too many."""


@dataclass(frozen=True, slots=True)
class Method:
    """One of them."""

    a_minute: int
    kind: Kind
    scopes: tuple[str, ...] = ()
    """What the bot has to be allowed for it."""


_TIER_TWO, _TIER_THREE, _TIER_FOUR = 20, 50, 100
_POSTING: Final = 300
"""Slack takes one message a second in each channel, and “several hundred” a minute in all."""

_POST, _PEOPLE, _ROOMS = ("chat:write",), ("users:read",), ("channels:read", "groups:read")
_FILES = ("files:write",)
_PAST = ("channels:history", "groups:history", "im:history")

METHODS: Mapping[str, Method] = {
    "auth.test": Method(_POSTING, Kind.READS),
    "chat.appendStream": Method(_TIER_FOUR, Kind.ONCE, _POST),
    "chat.delete": Method(_TIER_THREE, Kind.REPEATABLE, _POST),
    "chat.getPermalink": Method(_POSTING, Kind.READS),
    "chat.postEphemeral": Method(_TIER_FOUR, Kind.ONCE, _POST),
    "chat.postMessage": Method(_POSTING, Kind.ONCE, _POST),
    "chat.startStream": Method(_TIER_TWO, Kind.ONCE, _POST),
    "chat.stopStream": Method(_TIER_TWO, Kind.ONCE, _POST),
    "chat.update": Method(_TIER_THREE, Kind.REPEATABLE, _POST),
    "conversations.history": Method(_TIER_THREE, Kind.READS, _PAST),
    "conversations.info": Method(_TIER_THREE, Kind.READS, _ROOMS),
    "conversations.open": Method(_TIER_THREE, Kind.REPEATABLE, ("im:write",)),
    "conversations.replies": Method(_TIER_THREE, Kind.READS, _PAST),
    "dnd.teamInfo": Method(_TIER_TWO, Kind.READS, ("dnd:read",)),
    "files.completeUploadExternal": Method(_TIER_FOUR, Kind.ONCE, _FILES),
    "files.getUploadURLExternal": Method(_TIER_FOUR, Kind.READS, _FILES),
    "usergroups.list": Method(_TIER_TWO, Kind.READS, ("usergroups:read",)),
    "users.conversations": Method(_TIER_THREE, Kind.READS, _ROOMS),
    "users.info": Method(_TIER_FOUR, Kind.READS, _PEOPLE),
    "users.list": Method(_TIER_TWO, Kind.READS, _PEOPLE),
    "views.open": Method(_TIER_FOUR, Kind.ONCE),
    "views.publish": Method(_TIER_FOUR, Kind.REPEATABLE),
    "views.push": Method(_TIER_FOUR, Kind.ONCE),
    "views.update": Method(_TIER_FOUR, Kind.REPEATABLE),
}

_OTHER = Method(_TIER_THREE, Kind.ONCE)


def method_of(name: str) -> Method:
    """One that is not listed is called as carefully as any."""
    return METHODS.get(name, _OTHER)
