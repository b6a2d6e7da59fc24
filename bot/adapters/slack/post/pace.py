"""Who may call now: as often as Slack takes it, the urgent first, and whoever came first among those.

Buckets fill with time; a call takes one token from each bucket it needs. Slack says how long to wait where it was
too much all the same, and then nobody calls that method before.
"""

import asyncio
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from itertools import count
from time import monotonic
from typing import Protocol

from bot.domain.errors import Transient

MOST_BUCKETS = 2_000
_ALMOST_ONE = 1 - 1e-6
"""What adds up in fractions never quite makes one."""


class Passing(Protocol):
    """Time as it passes; it never goes back."""

    def now(self) -> float:
        """Seconds since some moment."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Loop:
    """The time of the machine."""

    def now(self) -> float:
        return monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Urgency(IntEnum):
    """What goes first."""

    DECIDE = 0
    """Somebody waits for it with a decision in hand: a card, a form."""
    TELL = 1
    PROGRESS = 2


@dataclass(frozen=True, slots=True)
class Need:
    """A bucket that a call takes a token from, and how fast it fills."""

    bucket: str
    a_second: float
    burst: float


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float
    closed_until: float = 0.0


@dataclass(slots=True, order=True)
class Turn:
    """A place in the line. Whoever is sent back keeps it."""

    urgency: Urgency
    n: int
    until: float = field(compare=False)
    needs: Sequence[Need] = field(compare=False)
    come: "asyncio.Future[None] | None" = field(default=None, compare=False)


class Line:
    """Everybody who waits to call."""

    def __init__(self, passing: Passing) -> None:
        self._passing = passing
        self._buckets: dict[str, _Bucket] = {}
        self._waiting: list[Turn] = []
        self._numbers = count()
        self._alarm: asyncio.Task[None] | None = None

    def turn(self, needs: Sequence[Need], *, urgency: Urgency, until: float) -> Turn:
        """A place at the end of the line."""
        return Turn(urgency, next(self._numbers), until, needs)

    async def come(self, turn: Turn) -> None:
        """Return when it is this one's turn. Transient, with how long it takes, where that is too late."""
        turn.come = asyncio.get_running_loop().create_future()
        insort(self._waiting, turn)
        self._serve()
        try:
            await turn.come
        finally:
            if turn in self._waiting:
                self._waiting.remove(turn)

    def close(self, bucket: str, seconds: float) -> None:
        """Nobody takes from this bucket for so long."""
        now = self._passing.now()
        kept = self._buckets.setdefault(bucket, _Bucket(0.0, now))
        kept.closed_until = max(kept.closed_until, now + seconds)

    def _serve(self) -> None:
        """Let everybody go whose turn it is, and look again when it is the next one's."""
        now, pause = self._passing.now(), float("inf")
        for turn in [*self._waiting]:
            wait = max((self._wait(need, now) for need in turn.needs), default=0.0)
            if wait <= 0:
                self._go(turn)
            elif now + wait > turn.until:
                self._send_away(turn, wait)
            else:
                pause = min(pause, wait)
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.create_task(self._ring(pause)) if self._waiting else None

    def _wait(self, need: Need, now: float) -> float:
        bucket = self._buckets.get(need.bucket)
        if bucket is None:
            bucket = self._buckets[need.bucket] = _Bucket(need.burst, now)
            self._forget_full(now)
        bucket.tokens = min(need.burst, bucket.tokens + (now - bucket.at) * need.a_second)
        bucket.at = now
        missing = (1 - bucket.tokens) / need.a_second if bucket.tokens < _ALMOST_ONE else 0.0
        return max(missing, bucket.closed_until - now)

    def _go(self, turn: Turn) -> None:
        for need in turn.needs:
            self._buckets[need.bucket].tokens -= 1
        self._end(turn, None)

    def _send_away(self, turn: Turn, wait: float) -> None:
        words = "Slack takes no more calls of this kind just now; it is tried again."
        self._end(turn, Transient(words, retry_after=timedelta(seconds=wait)))

    def _end(self, turn: Turn, error: Transient | None) -> None:
        self._waiting.remove(turn)
        if turn.come is None or turn.come.done():
            return
        if error is None:
            turn.come.set_result(None)
        else:
            turn.come.set_exception(error)

    async def _ring(self, pause: float) -> None:
        await self._passing.sleep(pause)
        self._alarm = None  # or the next look would call this off
        self._serve()

    def _forget_full(self, now: float) -> None:
        """A bucket that nobody has touched for ten minutes is full again: as good as none."""
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets = {
                name: one for name, one in self._buckets.items() if max(one.at, one.closed_until) > now - 600
            }

    async def stop(self) -> None:
        """Let nobody wait any more."""
        if self._alarm is not None:
            self._alarm.cancel()
        for turn in [*self._waiting]:
            self._end(turn, Transient("The bot is stopping."))
