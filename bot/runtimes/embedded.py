"""The embedded runtime: one process, an asyncio loop over the outbox.

Nothing waits in memory. A waiting run is a row, a timer is a row that comes due, and APScheduler holds one job for the
earliest of them, and one that looks with each minute what is due by the clock. What a commit makes due is born leased
to this process and handed over by the store; what another process commits is noticed by SQLite's change counter.
"""

import asyncio
import gc
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.application.audit_erase import expire
from bot.application.chase import chase
from bot.application.parts import Parts
from bot.application.perform import perform
from bot.application.seal import seal, seal_when_due
from bot.application.start_by_clock import start_by_clock
from bot.application.stumble import stumble
from bot.domain.effect import AskModel
from bot.domain.errors import StoreBusy, StoreFailed
from bot.domain.run import RunId
from bot.ports.store import Lease, Transaction

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
AT_ONCE = 32
"""How many effects are performed at the same time; besides, as many questions may be with the model."""
AT_A_TIME = 2 * AT_ONCE
"""How many are taken from the outbox at a time."""
LOOK_ROUND = 0.5
"""Seconds between two looks for what another process committed."""
SEAL_ROUND = 5.0
"""Seconds between two looks whether the record has to be sealed."""
CHASE_ROUND = 60.0
"""Seconds between two looks whether anything waits unwatched."""
EXPIRE_ROUND = 3600.0
"""Seconds between two looks whether the time of some content has passed."""
EXPIRE_AFTER = timedelta(minutes=1)
"""After the start: a command that is soon through leaves it to a bot that runs."""
AFTER_FAILURE = timedelta(seconds=5)
"""When to try again after the store could not be used."""


class Scheduler(Protocol):
    """What we use of APScheduler, which says nothing of its types."""

    @property
    def running(self) -> bool: ...
    def start(self) -> None: ...
    def shutdown(self, wait: bool = True) -> None: ...
    def add_job(self, func: Callable[[], Awaitable[None]], trigger: str, **options: Any) -> object: ...


@dataclass(slots=True, eq=False)
class Line:
    """Effects that wait for a worker, and their workers. Questions to a model have their own: it may hang."""

    asks: bool
    ready: deque[Lease] = field(default_factory=deque[Lease])
    workers: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    more: bool = False
    """Whether more was due than was taken."""

    @property
    def room(self) -> int:
        """How many more may be taken from the outbox."""
        return max(0, AT_A_TIME - len(self.ready))


class Embedded:
    """Performs effects in this process; one a database, which a file lock holds."""

    def __init__(self, parts: Parts, *, owner: str, changed_elsewhere: Callable[[], Awaitable[bool]]) -> None:
        self._parts = parts
        self._owner = owner
        self._changed_elsewhere = changed_elsewhere
        self._scheduler: Scheduler = AsyncIOScheduler(timezone="UTC")
        self._work_line, self._ask_line = Line(asks=False), Line(asks=True)
        self._next: datetime | None = None
        self._stopping = False
        self._quiet = asyncio.Event()

    def wake(self, tx: Transaction, run: RunId, at: datetime | None = None) -> None:
        """A hint; here the commit itself tells us, so there is nothing to add."""
        del tx, run, at

    async def start(self) -> None:
        """Take over what the last process left behind, and go on."""
        self._parts.store.listen(self._take, owner=self._owner, length=LEASE)
        await self._parts.store.run(lambda tx: tx.outbox.release(None))
        self._scheduler.start()
        self._scheduler.add_job(
            self._until_stopped(self._look_round), "interval", seconds=LOOK_ROUND, id="look round", max_instances=1
        )
        self._scheduler.add_job(
            self._until_stopped(self._seal), "interval", seconds=SEAL_ROUND, id="seal", max_instances=1
        )
        self._scheduler.add_job(
            self._until_stopped(self._by_clock),
            "cron",
            second=0,
            id="clock",
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        self._scheduler.add_job(
            self._until_stopped(self._chase), "interval", seconds=CHASE_ROUND, id="chase", max_instances=1
        )
        first = datetime.now(UTC) + EXPIRE_AFTER
        self._scheduler.add_job(
            self._until_stopped(self._expire),
            "interval",
            seconds=EXPIRE_ROUND,
            id="expire",
            max_instances=1,
            next_run_time=first,
        )
        await self.collect()
        gc.freeze()  # what is loaded by now stays; looking through it again and again costs a twentieth of the time

    async def stop(self) -> None:
        """Finish what is under way, lose nothing, begin nothing new."""
        self._stopping = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if at_work := self._work_line.workers | self._ask_line.workers:
            await asyncio.wait(at_work)
        try:
            await self._parts.store.run(lambda tx: tx.outbox.release(self._owner))
        except (StoreBusy, StoreFailed) as error:
            # Whoever starts next on this data takes everything over anyway.
            logger.warning("The store cannot be used: %s", error, extra={"action": "store.failed"})
        await self._seal(at_once=True)

    async def settle(self) -> None:
        """Return once nothing is due and nothing is under way."""
        await self.collect()
        while any(line.workers or line.ready for line in self._lines):
            self._quiet.clear()
            await self._quiet.wait()

    @property
    def _lines(self) -> tuple[Line, Line]:
        return self._work_line, self._ask_line

    async def collect(self) -> None:
        """Take everything that is due and that nobody is at, and set the one timer for what comes next."""
        now = self._parts.clock.now()

        def work(tx: Transaction) -> tuple[list[tuple[Lease, ...]], datetime | None]:
            taken = [
                tx.outbox.lease(now=now, limit=line.room, owner=self._owner, until=now + LEASE, asks=line.asks)
                for line in self._lines
            ]
            return taken, tx.outbox.next_due(after=now)

        try:
            taken, due = await self._parts.store.run(work)
        except (StoreBusy, StoreFailed) as error:
            logger.warning("The store cannot be used: %s", error, extra={"action": "store.failed"})
            taken, due = [(), ()], now + AFTER_FAILURE
        self._next = None
        for line, leases in zip(self._lines, taken, strict=True):
            line.more = 0 < line.room == len(leases)
        self._take((*taken[0], *taken[1]), due)

    def _take(self, leases: tuple[Lease, ...], due: datetime | None) -> None:
        if self._stopping:
            return
        if leases:
            for lease in leases:
                (self._ask_line if isinstance(lease.effect, AskModel) else self._work_line).ready.append(lease)
            # Whoever hears of the same commit is through with an effect, and takes the next one before more are needed.
            asyncio.get_running_loop().call_soon(self._hire)
        if due is not None and (self._next is None or due < self._next):
            self._next = due
            self._set_timer(due - self._parts.clock.now())

    def _hire(self) -> None:
        for line in self._lines:
            for _ in range(min(len(line.ready), AT_ONCE - len(line.workers))):
                worker = asyncio.create_task(self._work(line))
                line.workers.add(worker)
                worker.add_done_callback(self._done)

    def _set_timer(self, pause: timedelta) -> None:
        at = datetime.now(UTC) + pause
        self._scheduler.add_job(
            self.collect,
            "date",
            run_date=at,
            id="next",
            replace_existing=True,
            misfire_grace_time=None,
            max_instances=AT_ONCE,  # a timer that is due when it is set goes off before its setter is through
        )

    async def _work(self, line: Line) -> None:
        """Perform leases one after the other until none is left."""
        while not self._stopping:
            if not line.ready:
                if not line.more:
                    return
                await self.collect()
                continue
            lease = line.ready.popleft()
            try:
                await perform(self._parts, lease)
            except (StoreBusy, StoreFailed) as error:
                # Nothing was recorded; the lease runs out and the effect is taken up again.
                logger.warning("The store cannot be used: %s", error, extra={"action": "store.failed"})
                self._take((), self._parts.clock.now() + LEASE)
            except Exception as error:
                await self._stumble(lease, error)

    async def _stumble(self, lease: Lease, error: Exception) -> None:
        try:
            await stumble(self._parts, lease, error)
        except (StoreBusy, StoreFailed) as failed:
            logger.warning("The store cannot be used: %s", failed, extra={"action": "store.failed"})

    def _done(self, worker: asyncio.Task[None]) -> None:
        for line in self._lines:
            line.workers.discard(worker)
        if not any(line.workers for line in self._lines):
            self._quiet.set()

    def _until_stopped(self, round_: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """A look that may be broken off by the stop, which is no fault to be logged."""

        async def look() -> None:
            try:
                await round_()
            except asyncio.CancelledError:
                if not self._stopping:
                    raise

        return look

    async def _look_round(self) -> None:
        if await self._changed_elsewhere():
            await self.collect()

    async def _seal(self, *, at_once: bool = False) -> None:
        """A record that cannot be sealed holds no run up; `audit verify` says what is wrong with it."""
        try:
            await (seal(self._parts) if at_once else seal_when_due(self._parts))
        except (StoreBusy, StoreFailed) as error:
            logger.error("The record was not sealed: %s", error, extra={"action": "audit.not_sealed"})

    async def _chase(self) -> None:
        """What is not found now is found in the next round."""
        try:
            await chase(self._parts)
        except (StoreBusy, StoreFailed) as error:
            logger.warning("It was not looked what waits: %s", error, extra={"action": "alert.not_looked"})

    async def _by_clock(self) -> None:
        """At the beginning of each minute. What is not started now is started by the next look."""
        try:
            await start_by_clock(self._parts)
        except (StoreBusy, StoreFailed) as error:
            logger.warning("Nothing was started by the clock: %s", error, extra={"action": "clock.not_looked"})

    async def _expire(self) -> None:
        """What cannot be emptied now is emptied in the next round; it holds no run up either."""
        try:
            await expire(self._parts)
        except (StoreBusy, StoreFailed) as error:
            logger.warning("Content is kept longer: %s", error, extra={"action": "content.kept"})
