"""The writer: one thread that has the only connection that writes, and commits many units of work at once.

One that fails takes nothing with it: then all is taken back, and each unit runs again under a savepoint of its own.
Most often none fails, and a savepoint makes SQLite copy every page that is touched. Each caller hears only after the
commit is on the disk. Where the commit itself fails, nothing happened for any of them, and all hear that. A caller that
stops waiting changes nothing: its unit runs all the same.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Any

from bot.adapters.store.sqlite import (
    COMMIT,
    KEEP,
    ROLL_BACK,
    SAVE,
    TAKE_BACK,
    SqliteLink,
    begin,
    data_version,
    in_words,
)
from bot.adapters.store.transaction import SqlTransaction
from bot.adapters.store.unit import Unit
from bot.domain.errors import StoreFailed
from bot.domain.run import Run
from bot.ports.store import Committed, Lease, Watching

logger = logging.getLogger(__name__)

GROUP = 64
"""The most units in one commit."""

WAITING = 1024
"""The most units that wait; whoever brings more waits to bring it."""


@dataclass(slots=True, eq=False)
class Job:
    """One unit of work, and who waits for it."""

    work: Callable[[SqlTransaction], Any] | None
    """None only looks whether another process has committed; that needs no transaction."""
    answer: "asyncio.Future[Any]"
    patient: bool = False
    """It may wait a moment for others, to share their commit."""
    result: Any = None
    error: BaseException | None = None
    born: list[Lease] = field(default_factory=list[Lease])
    next_due: datetime | None = None
    moved: list[Run] = field(default_factory=list[Run])

    def forget(self) -> None:
        """Nothing of what it did is left."""
        self.result, self.error, self.born, self.next_due, self.moved = None, None, [], None, []

    def tell(self) -> None:
        """Answer, on the loop."""
        if self.answer.cancelled():
            if self.error is not None:
                logger.warning("A unit of work failed after its caller left", exc_info=self.error)
        elif self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)


A_MOMENT = 0.02
"""Seconds that a patient unit waits for others to share a commit with."""


class Writer:
    """Runs units of work in a thread, in the order they come."""

    def __init__(
        self, connection: sqlite3.Connection, *, busy: timedelta, new_unit: Callable[[SqliteLink], Unit]
    ) -> None:
        self.listener: Committed | None = None
        self.watching = list[Watching]()
        self._busy = busy
        self._connection = connection
        self._link = SqliteLink(connection)
        self._new_unit = new_unit
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Semaphore(WAITING)
        self._jobs = SimpleQueue[Job | None]()
        self._closed = False
        self._seen = data_version(connection)
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[SqlTransaction], Any], *, patient: bool = False) -> Any:
        """What the unit returns, once it is durable."""
        return await self._bring(Job(work, self._loop.create_future(), patient))

    async def changed_elsewhere(self) -> bool:
        """Whether another process has committed since the last time this was asked."""
        changed: bool = await self._bring(Job(None, self._loop.create_future()))
        return changed

    async def _bring(self, job: Job) -> Any:
        await self._room.acquire()
        if self._closed:
            self._room.release()
            raise StoreFailed("The database is closed. Nothing was started.")
        self._jobs.put(job)
        return await job.answer

    async def close(self) -> None:
        """Do what was brought, then stop."""
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    # --- in the thread --------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            group, last = self._take_more(first)
            self._commit([job for job in group if job.work is not None])
            for look in (job for job in group if job.work is None):
                self._look(look)
            with suppress(RuntimeError):  # a loop that is closed has nobody left who waits
                self._loop.call_soon_threadsafe(self._tell, group)
            if last:
                return

    def _take_more(self, first: Job) -> tuple[list[Job], bool]:
        """What else is waiting; and whether that was the last of all."""
        group = [first]
        with suppress(Empty):
            while len(group) < GROUP:
                patient = all(job.patient for job in group)
                job = self._jobs.get(timeout=A_MOMENT) if patient else self._jobs.get_nowait()
                if job is None:
                    return group, True
                group.append(job)
        return group, False

    def _commit(self, group: list[Job]) -> None:
        if not group:
            return
        try:
            begin(self._connection, within=self._busy)
            if not self._run_together(group) and len(group) > 1:
                begin(self._connection, within=self._busy)
                self._run_apart(group)
            if self._connection.in_transaction:
                self._connection.execute(COMMIT)
        except BaseException as error:
            self._give_up(group, error)

    def _run_together(self, group: list[Job]) -> bool:
        """Whether every unit went through; where one did not, nothing of any of them is left."""
        for job in group:
            try:
                self._run(job)
            except BaseException as error:
                job.error = _said(error)
                if self._connection.in_transaction:
                    self._connection.execute(ROLL_BACK)
                return False
        return True

    def _run_apart(self, group: list[Job]) -> None:
        """Run each unit so that it can be taken back alone. Raises where the whole group is lost."""
        for job in group:
            job.forget()
            self._connection.execute(SAVE)
            try:
                self._run(job)
            except BaseException as error:
                job.error = _said(error)
                if not self._connection.in_transaction:
                    raise  # SQLite has taken everything back, the units before this one too: a full disk does that
                self._connection.execute(TAKE_BACK)
            self._connection.execute(KEEP)

    def _run(self, job: Job) -> None:
        transaction = SqlTransaction(self._new_unit(self._link))
        job.result = job.work(transaction) if job.work else None
        job.born, job.next_due, job.moved = transaction.close()

    def _give_up(self, group: list[Job], error: BaseException) -> None:
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute(ROLL_BACK)
        for job in group:
            said = job.error or _said(error)
            job.forget()
            job.error = said

    def _look(self, job: Job) -> None:
        try:
            seen = data_version(self._connection)
        except sqlite3.Error as error:
            job.error = in_words(error)
        else:
            job.result, self._seen = seen != self._seen, seen

    # --- on the loop ----------------------------------------------------------------------------------------------

    def _tell(self, group: list[Job]) -> None:
        leases = tuple(lease for job in group for lease in job.born)
        times = [job.next_due for job in group if job.next_due is not None]
        for job in group:
            self._room.release()
            job.tell()
        if self.listener is not None and (leases or times):
            self.listener(leases, min(times, default=None))
        if self.watching and (moved := [run for job in group for run in job.moved]):
            for watching in self.watching:
                watching(moved)


def _said(error: BaseException) -> BaseException:
    if isinstance(error, sqlite3.Error):
        return in_words(error)
    # A future takes no StopIteration; a bare next() in a unit must not take the others' answers with it.
    return RuntimeError("A unit of work stopped early.") if isinstance(error, StopIteration) else error
