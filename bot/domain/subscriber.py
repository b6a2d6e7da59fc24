"""Who is told of what becomes of runs; and what follows where they do not take it. Nothing is ever passed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.domain.alert import Alert, AlertKind
from bot.domain.audit.entry import EntryKind
from bot.domain.cloud_event import Happened


class Trouble(StrEnum):
    """Why somebody does not take what they are sent."""

    NONE = ""
    AWAY = "away"
    """They do not answer, or not now."""
    REFUSES = "refuses"
    """They say no, and will say no again until somebody mends something."""
    GONE = "gone"
    """They want nothing any more, and get nothing before the bot begins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Somebody who is told."""

    name: str
    of: tuple[EntryKind, ...]
    workflows: tuple[str, ...] = ()
    """All where it is empty."""
    source: str
    """What this bot is called in the events."""

    def wants(self, workflow: str) -> bool:
        return not self.workflows or workflow in self.workflows


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far somebody was told."""

    name: str
    position: int
    """Of the last entry that they took, or that is nothing to them."""
    trouble: Trouble = Trouble.NONE
    why: str = ""
    tries: int = 0
    since: datetime | None = None
    """Since when they take nothing."""


class Batch(NamedTuple):
    """What comes next for somebody."""

    entries: Sequence[Happened]
    until: int
    """So far in the record there is nothing else for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of sending one event."""

    status: int = 0
    """0 where nothing came back."""
    asked: timedelta | None = None
    """How long they want to be left alone."""
    why: str = ""
    """A sentence of ours; nothing of theirs."""
    barred: bool = False
    """Whether nothing can be sent there as things are set."""


_LATER = frozenset({408, 425, 429})


def trouble_of(answered: Answered) -> Trouble:
    """What is wrong; nothing where they took it."""
    status = answered.status
    if 200 <= status < 300:
        return Trouble.NONE
    if status == 410:
        return Trouble.GONE
    if answered.barred or (status and status < 500 and status not in _LATER):
        return Trouble.REFUSES
    return Trouble.AWAY


class _Pace(NamedTuple):
    first: timedelta
    most: timedelta


_PACES: Mapping[Trouble, _Pace] = {
    Trouble.AWAY: _Pace(timedelta(seconds=5), timedelta(minutes=10)),
    Trouble.REFUSES: _Pace(timedelta(minutes=10), timedelta(hours=1)),
}
LONGEST_ASKED = timedelta(days=1)
"""Longer than that nobody is left alone, whatever they ask for."""


NEVER = timedelta.max
"""It is not tried again before the next start."""


def pause_after(standing: Standing, asked: timedelta | None, *, chance: float) -> timedelta:
    """When it is tried again: twice as long each time, up to a limit, never the same for two.

    `chance` is from 0 to 1. What was asked for is kept to.
    """
    pace = _PACES.get(standing.trouble)
    if pace is None:
        return NEVER
    own = min(pace.first * (1 << min(max(standing.tries - 1, 0), 20)), pace.most) * (0.5 + chance / 2)
    return max(own, min(asked or timedelta(), LONGEST_ASKED))


PATIENCE = timedelta(hours=1)
"""Whoever is away for longer is spoken of; whoever refuses or is gone at once."""


def alerts_of(standings: Sequence[Standing], now: datetime) -> tuple[Alert, ...]:
    """What whoever looks after the machine has to hear of."""
    return tuple(
        Alert(AlertKind.EVENTS, "", one.since, about=f"{one.name} {_HOW[one.trouble]}: {one.why}")
        for one in standings
        if one.since is not None and (one.trouble is not Trouble.AWAY or now - one.since >= PATIENCE)
    )


_HOW: Mapping[Trouble, str] = {
    Trouble.NONE: "",
    Trouble.AWAY: "takes none",
    Trouble.REFUSES: "refuses them",
    Trouble.GONE: "wants no more",
}
