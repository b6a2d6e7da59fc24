"""Writes down what changes in a workspace: in the background, a little later, and all of it when it closes."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bot.workspace.keep.document import Row, message_row, small_rows
from bot.workspace.state.change import Change, Deleted, Edited, Forgotten, Posted, Reacted
from bot.workspace.state.workspace import Workspace

logger = logging.getLogger("workspace")

PAUSE = 0.3
"""Seconds in which changes gather before they are written."""
PAUSE_AFTER_TROUBLE = 5.0


class Disk(Protocol):
    """Where rows go."""

    path: Path

    def write(self, rows: Iterable[Row], *, anew: bool = False) -> None:
        """All of them, or none and an sqlite3.Error."""
        ...


@dataclass
class Keep:
    """Writes down what changes in a workspace."""

    store: Disk
    workspace: Workspace
    notes: dict[str, str] = field(default_factory=dict[str, str])
    """What is to be known at the next start besides."""
    _dirty: dict[tuple[str, str], None] = field(default_factory=dict[tuple[str, str], None])
    """Messages that changed, by channel and time, in that order."""
    _anew: bool = False
    """Whether all that was written before is void."""
    _bodies: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """How everything that is no message was last written."""
    _data: dict[str, int] = field(default_factory=dict[str, int])
    """Which content of each file was written."""
    _something: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def hear(self, change: Change) -> None:
        """Take note of a change; it is written soon."""
        if isinstance(change, (Posted, Edited, Deleted, Reacted)):
            self._dirty[change.message.channel, change.message.ts] = None
        elif isinstance(change, Forgotten):
            self._begin_anew()
        self._something.set()

    def _begin_anew(self) -> None:
        self._anew = True
        self._bodies.clear()
        self._data.clear()
        self._dirty = {
            (channel.id, ts): None for channel in self.workspace.channels.values() for ts in channel.messages
        }

    async def flush(self) -> None:
        """Write down everything that changed so far."""
        async with self._turn:
            anew, rows = self._anew, [*self._rows()]
            try:
                await asyncio.to_thread(self.store.write, rows, anew=anew)
            except sqlite3.Error:
                self._remember_unwritten(rows, anew=anew)
                raise

    def _rows(self) -> Iterator[Row]:
        """What differs from what was written. Taken at one moment, so that what is written fits together."""
        self._something.clear()
        dirty, self._dirty = self._dirty, {}
        for channel, ts in dirty:
            yield message_row(channel, ts, self.workspace.message(channel, ts))
        notes = (Row("note", name, text) for name, text in self.notes.items())
        found = {(row.kind, row.id): row for row in (*small_rows(self.workspace), *notes)}
        for key, row in found.items():
            if self._bodies.get(key) != row.body or self._data.get(row.id) != id(row.data):
                self._bodies[key], self._data[row.id] = row.body or "", id(row.data)
                yield row
        for kind, id_ in [key for key in self._bodies if key not in found]:
            del self._bodies[kind, id_]
            yield Row(kind, id_, None)
        self._anew = False

    def _remember_unwritten(self, rows: list[Row], *, anew: bool) -> None:
        """Nothing of it was written: it is still to be done, with whatever came since."""
        self._anew = self._anew or anew
        for row in rows:
            if row.kind == "message":
                channel, _, ts = row.id.partition("/")
                self._dirty[channel, ts] = None
            else:
                self._bodies.pop((row.kind, row.id), None)

    async def work(self) -> None:
        """Write until it closes."""
        pause = PAUSE
        while not self._closing.is_set():
            await self._something.wait()
            try:
                await asyncio.wait_for(self._closing.wait(), pause)
            except TimeoutError:
                pause = await self._try()
        await self._try()

    async def _try(self) -> float:
        """Write; how long to wait before the next time: a large workspace is written less often."""
        started = time.perf_counter()
        try:
            await self.flush()
        except sqlite3.Error as error:
            logger.warning("The workspace cannot be written to %s: %s. It tries again.", self.store.path, error)
            self._something.set()
            return PAUSE_AFTER_TROUBLE
        return max(PAUSE, 20 * (time.perf_counter() - started))

    def close(self) -> None:
        self._closing.set()
        self._something.set()


@asynccontextmanager
async def keeping(store: Disk, workspace: Workspace, *, new: bool, notes: Mapping[str, str]) -> AsyncGenerator[Keep]:
    """Keep a workspace in a store until the end; then everything is on the disk. A `new` one was not read from it."""
    keep = Keep(store, workspace, {**notes})
    if new:
        keep.hear(Forgotten())
    stop = workspace.listen(keep.hear)
    working = asyncio.create_task(keep.work())
    try:
        yield keep
    finally:
        stop()
        keep.close()
        await working
