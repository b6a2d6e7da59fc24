"""Waits until something happens: who asks is answered at once when it does, so nobody has to look again and again."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import TypeVar

from bot.workspace.desk import Desk
from bot.workspace.log import Line
from bot.workspace.payload import Json
from bot.workspace.state.change import Change, Forgotten, StatusSet, Troubled

T = TypeVar("T")
KEPT = 200


@dataclass
class Watch:
    """Counts what happens. `version` is higher after every change, and after every line of the log."""

    desk: Desk
    version: int = 0
    notices: deque[Json] = field(default_factory=lambda: deque[Json](maxlen=KEPT))
    """What people were told that stands in no channel."""
    _waiting: set["asyncio.Future[None]"] = field(default_factory=set["asyncio.Future[None]"])
    _closed: bool = False

    def __post_init__(self) -> None:
        self.desk.workspace.listen(self._hear)
        self.desk.log.listeners.append(self._see)

    def _hear(self, change: Change) -> None:
        if isinstance(change, Troubled):
            self.notices.append({"kind": "trouble"} | asdict(change))
        elif isinstance(change, StatusSet):
            status = {"channel": change.channel.id, "thread_ts": change.thread_ts, "text": change.text}
            self.notices.append({"kind": "status", "app": change.app} | status)
        elif isinstance(change, Forgotten):
            self.notices.clear()
        self._tick()

    def _see(self, line: Line) -> None:
        del line
        self._tick()

    def _tick(self) -> None:
        self.version += 1
        for one in self._waiting:
            if not one.done():
                one.set_result(None)

    def close(self) -> None:
        """Answer everybody who waits: nothing happens any more."""
        self._closed = True
        self._tick()

    async def until(self, look: Callable[[], T], good: Callable[[T], bool], *, wait: float) -> T:
        """What `look` finds as soon as that is good; what it finds then once the wait, in real seconds, is over."""
        loop = asyncio.get_running_loop()
        end = loop.time() + wait
        found = look()
        while not good(found) and not self._closed and (left := end - loop.time()) > 0:
            await self._next(left)
            found = look()
        return found

    async def _next(self, seconds: float) -> None:
        one: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(one)
        try:
            await asyncio.wait((one,), timeout=seconds)
        finally:
            self._waiting.discard(one)
