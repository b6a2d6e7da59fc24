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


_TIER_TWO, _TIER_THREE, _TIER_FOUR = 20, 50, 100
_POSTING: Final = 300
"""Slack takes one message a second in each channel, and “several hundred” a minute in all."""

METHODS: Mapping[str, Method] = {
    "auth.test": Method(_POSTING, Kind.READS),
    "chat.appendStream": Method(_TIER_FOUR, Kind.ONCE),
    "chat.delete": Method(_TIER_THREE, Kind.REPEATABLE),
    "chat.getPermalink": Method(_POSTING, Kind.READS),
    "chat.postEphemeral": Method(_TIER_FOUR, Kind.ONCE),
    "chat.postMessage": Method(_POSTING, Kind.ONCE),
    "chat.startStream": Method(_TIER_TWO, Kind.ONCE),
    "chat.stopStream": Method(_TIER_TWO, Kind.ONCE),
    "chat.update": Method(_TIER_THREE, Kind.REPEATABLE),
    "conversations.history": Method(_TIER_THREE, Kind.READS),
    "conversations.info": Method(_TIER_THREE, Kind.READS),
    "conversations.open": Method(_TIER_THREE, Kind.REPEATABLE),
    "conversations.replies": Method(_TIER_THREE, Kind.READS),
    "dnd.teamInfo": Method(_TIER_TWO, Kind.READS),
    "usergroups.list": Method(_TIER_TWO, Kind.READS),
    "users.conversations": Method(_TIER_THREE, Kind.READS),
    "users.info": Method(_TIER_FOUR, Kind.READS),
    "users.list": Method(_TIER_TWO, Kind.READS),
    "views.open": Method(_TIER_FOUR, Kind.ONCE),
    "views.publish": Method(_TIER_FOUR, Kind.REPEATABLE),
    "views.push": Method(_TIER_FOUR, Kind.ONCE),
    "views.update": Method(_TIER_FOUR, Kind.REPEATABLE),
}

_OTHER = Method(_TIER_THREE, Kind.ONCE)


def method_of(name: str) -> Method:
    """One that is not listed is called as carefully as any."""
    return METHODS.get(name, _OTHER)
