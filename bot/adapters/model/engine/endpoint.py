"""One server, as all questions share it: how fast it is asked, whether it is left alone, and which dialect it knows."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.adapters.model.engine.breaker import Breaker
from bot.adapters.model.engine.pace import Pace
from bot.adapters.model.wire import Dialect, Reply, Request, Wire

AT_ONCE = 8
LONGEST_REST = timedelta(minutes=5)
"""What a server asks for beyond this is an oddity of its own; it is asked again, and may say so again."""


@dataclass(frozen=True, slots=True)
class Busy:
    """No call was made: the server is left alone, or there was no room before the time was up."""

    text: str
    again_in: timedelta


@dataclass(slots=True)
class Endpoint:
    """A server with its manners. Its state is of this process: another one finds out for itself, which does no harm."""

    name: str
    wire: Wire
    pace: Pace = field(default_factory=lambda: Pace(AT_ONCE))
    monotonic: Callable[[], float] = time.monotonic
    breaker: Breaker = field(default_factory=Breaker)
    known: dict[str, Dialect] = field(default_factory=dict[str, Dialect])
    """By model, the dialect that it was last answered in."""
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def dialect(self, model: str) -> Dialect:
        """The dialect to ask a model in."""
        return self.known.get(model, self.wire.dialects[0])

    def step_down(self, model: str, from_: Dialect) -> bool:
        """Speak more plainly to a model from now on; False where nothing plainer is left."""
        dialects = self.wire.dialects
        below = dialects[dialects.index(from_) + 1 :] if from_ in dialects else ()
        if below and self.dialect(model) == from_:
            self.known[model] = below[0]
        return bool(below)

    async def send(self, request: Request, dialect: Dialect, *, until: float) -> Reply | Busy:
        """One call, when it is its turn."""
        busy = await self._turn(until)
        if busy is not None:
            return busy
        now = self.monotonic()
        self.pace.leave(now)
        probe = self.breaker.leave()
        reply: Reply | None = None
        try:
            # What it took to get a place is gone.
            reply = await self.wire.send(replace(request, within=_in(until - now)), dialect)
            return reply
        finally:
            now = self.monotonic()
            asked = reply.retry_after if reply is not None else None
            self.pace.back(not_before=now + min(asked, LONGEST_REST).total_seconds() if asked else None)
            self.breaker.came(reply.outcome if reply is not None else None, now, probe=probe)
            self._wake()

    async def _turn(self, until: float) -> Busy | None:
        """Wait for a place; what no place comes for in time is told how long it will take."""
        while True:
            now = self.monotonic()
            if (pause := self.breaker.wait(now)) > 0:
                return Busy(f"The server “{self.name}” failed several times and is left alone for a while.", _in(pause))
            left, wait = until - now, self.pace.wait(now)
            if wait == 0 and left > 0:
                return None
            if left <= 0 or (wait is not None and wait > left):
                return Busy(f"The server “{self.name}” is asked as often as it may be.", _in(wait or 1.0))
            await self._changed(min(left, wait) if wait is not None else left)

    async def _changed(self, within: float) -> None:
        try:
            async with asyncio.timeout(within):
                await self._moved.wait()
        except TimeoutError:
            pass

    def _wake(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


def _in(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)
