"""How fast a system is called: as its settings say, and no sooner than it asked for."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.domain.errors import Transient

LONGEST_WAIT = 20.0
"""Seconds. Longer than this a call is put off instead, so that nobody is held up."""


class Pace:
    """Lets one call after the other begin."""

    def __init__(
        self,
        seconds: float,
        *,
        now: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._seconds, self._now, self._pause = seconds, now, pause
        self._next = 0.0
        """When the next call may begin."""

    async def turn(self) -> None:
        """Wait until a call may begin. Transient where that is too long from now."""
        now = self._now()
        begins = max(now, self._next)
        if begins - now > LONGEST_WAIT:
            raise Transient("It is called too often now.", retry_after=timedelta(seconds=begins - now))
        self._next = begins + self._seconds
        if begins > now:
            await self._pause(begins - now)

    def hold(self, asked: timedelta) -> None:
        """Let nothing begin for so long: the system asked for it."""
        self._next = max(self._next, self._now() + asked.total_seconds())
