"""A life whose system calls are struck, and the files it begins with.

`python -m tests.scenarios.crash.alone STORY DATA` makes the files.
"""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.application.parts import Parts
from bot.domain.run import Run
from tests.scenarios.crash.life import DATABASE, HandClock, Life
from tests.scenarios.crash.story import STORIES


class Struck(Life):
    """A life that may lose its store: what it cannot bring to an end is left to the next one."""

    async def furnish(self) -> None:
        """Make the files, so that what is struck later is the story and not the making."""
        clock, keys = HandClock(self.data / "clock"), KeyFile(self.data / "audit.key")
        inner = SqliteStore(self.data / DATABASE, keys=keys, writer="furnish", clock=clock)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(inner.open())
            desk = self._desk(clock)
            stack.push_async_callback(desk.close)
            await self._parts(inner, desk, keys, clock)

    async def _go_on(self, parts: Parts, run: Run, clock: HandClock) -> bool:
        pending = await parts.store.queries.pending(run.id)
        if any(due <= clock.now() for _, due, _ in pending):
            return False  # it is leased to somebody who could not finish it
        return await super()._go_on(parts, run, clock)


if __name__ == "__main__":
    asyncio.run(Struck(STORIES[sys.argv[1]], Path(sys.argv[2])).furnish())
