"""Whether and when something is tried again: bounded in count and in time, never blindly."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.binding import Binding, Retry

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
LOOK_AGAIN = 3
"""How often an effect is looked for before it counts as not having happened: some systems show it late."""
SHOWN_WITHIN = timedelta(seconds=10)
"""How late the slowest of them do: before that, however often it was looked for, it may have happened."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long something is tried: from the brief."""

    retries: int
    within: timedelta


def next_try(
    *, patience: Patience, attempt: int, since: datetime, now: datetime, seed: str, asked: timedelta | None = None
) -> datetime | None:
    """When to try again after the `attempt`-th try failed; None where enough is enough.

    Doubles from a second to five minutes with jitter; never earlier than the other side asked for.
    """
    if attempt > patience.retries:
        return None
    pause = min(FIRST_PAUSE * 2 ** min(attempt - 1, 20), LONGEST_PAUSE)
    pause = max(pause * (0.5 + _share(f"{seed}/{attempt}")), asked or timedelta())
    return now + pause if now + pause <= since + patience.within else None


def _share(seed: str) -> float:
    """Between 0 and 1, the same for the same seed: jitter without randomness."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) / 2**32


class Next(StrEnum):
    """What may be done with an action whose call may or may not have left."""

    CALL = "call"
    """The same key again."""
    LOOK = "look"
    """Ask the system whether it happened."""
    DOUBT = "doubt"
    """Never again by itself: a person looks."""


def after_interruption(binding: Binding, *, reversible: bool, begun_at: datetime, now: datetime) -> Next:
    """What to do first with an action that was begun and not heard of since."""
    match binding.retry:
        case Retry.BLIND:
            return Next.DOUBT
        case Retry.SEARCHABLE:
            return Next.LOOK
        case Retry.IDEMPOTENT:
            return Next.CALL if reversible and remembered(binding, begun_at=begun_at, now=now) else Next.LOOK


def after_looking(binding: Binding, *, reversible: bool, looks: int, begun_at: datetime, now: datetime) -> Next:
    """What to do when the system does not show the effect; what cannot be undone is repeated only under its key."""
    if binding.retry is Retry.IDEMPOTENT:
        return Next.CALL if remembered(binding, begun_at=begun_at, now=now) else Next.DOUBT
    if looks < LOOK_AGAIN or now - begun_at < SHOWN_WITHIN:
        return Next.LOOK
    return Next.CALL if reversible else Next.DOUBT


def recovers(binding: Binding) -> bool:
    """Whether an action that was begun and not called goes on by itself after a crash, whatever it changes."""
    return binding.retry is Retry.IDEMPOTENT and binding.remembers is not None


def remembered(binding: Binding, *, begun_at: datetime, now: datetime) -> bool:
    """Whether the system surely still knows the key. A tenth of the time is kept as a margin."""
    return binding.remembers is not None and now - begun_at < binding.remembers * 0.9
