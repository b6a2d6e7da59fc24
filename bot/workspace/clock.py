"""The time of a workspace: the machine's, or one that a test sets and moves."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True, order=True)
class Timer:
    """Something to do at a time, unless it is called off before."""

    at: float
    n: int
    action: Callable[[], None] = field(compare=False)
    off: bool = field(default=False, compare=False)


class Clock:
    """Seconds since 1970. Timers go off in order, and each sees the time it was set for or a later one."""

    def __init__(self, *, stands_at: float | None = None) -> None:
        """Time passes by itself, unless it `stands_at` a moment until somebody moves it."""
        self._stands_at = stands_at
        self._timers: list[Timer] = []
        self._numbers = itertools.count()
        self._alarm: asyncio.TimerHandle | None = None

    def now(self) -> float:
        return time.time() if self._stands_at is None else self._stands_at

    @property
    def stands(self) -> bool:
        """Whether time passes only when somebody moves it."""
        return self._stands_at is not None

    def at(self, when: float, action: Callable[[], None]) -> Timer:
        """Do something at that time; at the next turn of the loop where the time has passed."""
        timer = Timer(when, next(self._numbers), action)
        heapq.heappush(self._timers, timer)
        self._set_alarm()
        return timer

    async def sleep(self, seconds: float) -> None:
        """Return once so much time has passed on this clock."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        timer = self.at(self.now() + seconds, lambda: None if done.done() else done.set_result(None))
        try:
            await done
        finally:
            timer.off = True

    def set(self, to: float) -> None:
        """Stop at a moment. Timers up to it go off; going back calls none again."""
        self._run_until(to)
        self._stands_at = to
        self._set_alarm()

    def advance(self, seconds: float) -> None:
        """Let time pass at once; it stands afterwards."""
        self.set(self.now() + seconds)

    def release(self) -> None:
        """Follow the machine's time again."""
        self._stands_at = None
        self._set_alarm()

    def _run_until(self, to: float) -> None:
        while self._timers and self._timers[0].at <= to:
            timer = heapq.heappop(self._timers)
            if not timer.off:
                self._stands_at = max(timer.at, self.now())
                timer.action()

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        while self._timers and self._timers[0].off:
            heapq.heappop(self._timers)
        if self._timers and (not self.stands or self._timers[0].at <= self.now()):
            pause = max(0.0, self._timers[0].at - self.now())
            self._alarm = asyncio.get_running_loop().call_later(pause, self._ring)

    def _ring(self) -> None:
        now = self.now()
        while self._timers and self._timers[0].at <= now:
            timer = heapq.heappop(self._timers)
            if not timer.off:
                timer.action()
        self._set_alarm()
