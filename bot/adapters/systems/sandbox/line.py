"""One connection to the sandbox's file, used by a thread of its own, so that the loop never waits for a disk."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from bot.adapters.systems.sandbox.schema import connect
from bot.domain.errors import Broken

T = TypeVar("T")


class Line:
    """Work goes down the line one piece after the other. Opened `ro`, it cannot write, whoever asks."""

    def __init__(self, path: Path, *, mode: str) -> None:
        self._db = connect(path, mode=mode)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sandbox")

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do this there. Once begun it goes on to its end, even where the caller is cancelled."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._db)
        except UnicodeEncodeError as error:
            raise Broken("A text holds half a surrogate pair, which cannot be sent. Nothing was done.") from error

    async def close(self) -> None:
        """Finish what is under way, then let go of the file."""
        await self.run(sqlite3.Connection.close)
        self._thread.shutdown(wait=False)
