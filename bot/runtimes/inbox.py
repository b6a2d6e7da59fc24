"""The inbox's worker: does what was asked from outside, after it was kept and answered.

What one person asked for is done in the order it came; different people do not wait for each other. What waits is a
row in the store, so a process that ends loses nothing: the next one takes it over.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress

from bot.domain.errors import OverLimit, StoreBusy, StoreFailed
from bot.domain.whereabouts import whereabouts
from bot.ports.store import Delivery, Store

logger = logging.getLogger(__name__)

Handle = Callable[[Delivery], Awaitable[None]]

AT_ONCE = 16
"""How many deliveries are handled at the same time."""
HELD = 1_000
"""How many are held in memory at a time; the others wait in the store until there is room."""
PAUSES = (0.5, 2.0, 8.0, 30.0)
"""Seconds before each new try of what failed. Meanwhile nothing else of the same person is done, or it would be out of
order; nobody else waits."""
LONGEST = 60.0
"""Seconds that one try may take."""
LOOK_ROUND = 60.0
"""Seconds between two looks for what was kept and never told: the task that would have told it was ended."""


class InboxWorker:
    """Handles deliveries; one a database, as the runtime is."""

    def __init__(
        self,
        store: Store,
        handle: Handle,
        *,
        at_once: int = AT_ONCE,
        held: int = HELD,
        pauses: Sequence[float] = PAUSES,
        longest: float = LONGEST,
        look_round: float = LOOK_ROUND,
        given_up: Handle | None = None,
    ) -> None:
        """`handle` may finish the delivery in its own unit of work; where it did not, that is done here.

        What fails comes to it again, be it in the next process: it makes sure itself that nothing is done twice.
        `given_up` tells whoever waits for what could not be done at all.
        """
        self._store = store
        self._handle = handle
        self._room = asyncio.Semaphore(at_once)
        self._most = held
        self._pauses = pauses
        self._longest = longest
        self._look_round = look_round
        self._given_up = given_up
        self._looking: asyncio.Task[None] | None = None
        self._held = 0
        self._lines: dict[str, deque[Delivery]] = {}
        """By person, what is under way and what waits behind it."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._behind = False
        """Whether more waits in the store than is held; then all that is new waits there too, behind it."""
        self._catching_up = False
        self._known: set[str] = set()
        """What is held, and what was finished lately: of that, the store or whoever wakes us may speak once more."""
        self._lately: deque[str] = deque()
        self._put_back: set[str] = set()
        """What a limit holds: it waits in the store, behind everything else, until the next look round."""
        self._stopping = asyncio.Event()
        self._quiet = asyncio.Event()

    async def start(self) -> None:
        """Take over what the last process left behind."""
        self._behind = True
        await self._catch_up()
        self._looking = asyncio.create_task(self._look())

    def woken(self, delivery: Delivery) -> None:
        """Hear of a delivery that was just kept."""
        if self._stopping.is_set():
            return
        if self._behind or self._catching_up or self._held >= self._most:
            self._behind = True
        else:
            self._take(delivery)

    async def settle(self) -> None:
        """Return once nothing waits and nothing is under way."""
        while self._tasks:
            self._quiet.clear()
            await self._quiet.wait()

    async def stop(self) -> None:
        """Finish what is under way, begin nothing new; what waits is taken over by the next process."""
        self._stopping.set()
        await self.settle()
        if self._looking is not None:
            await self._looking

    # --- lines ----------------------------------------------------------------------------------------------------

    def _take(self, delivery: Delivery) -> None:
        if delivery.id in self._known or delivery.id in self._put_back:
            return
        self._known.add(delivery.id)
        self._held += 1
        # What nobody caused has no order to keep.
        name = delivery.actor or delivery.id
        line = self._lines.get(name)
        if line is not None:
            line.append(delivery)
            return
        self._lines[name] = deque((delivery,))
        self._begin(self._work(name))

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not self._tasks:
            self._quiet.set()

    async def _work(self, name: str) -> None:
        """Handle a person's deliveries until none is left."""
        line = self._lines[name]
        while line and not self._stopping.is_set():
            if await self._see_to(line[0]):
                self._let_go(line.popleft())
        del self._lines[name]

    def _let_go(self, delivery: Delivery) -> None:
        self._held -= 1
        if delivery.id in self._put_back:
            self._known.discard(delivery.id)
        else:
            self._lately.append(delivery.id)
        if len(self._lately) > 2 * self._most:
            self._known.discard(self._lately.popleft())
        if self._behind and self._held <= self._most // 2 and not self._stopping.is_set():
            self._begin(self._catch_up())

    # --- one delivery ---------------------------------------------------------------------------------------------

    async def _see_to(self, delivery: Delivery) -> bool:
        """Handle one, again and again if need be. False where it has to wait for the next process."""
        failed = stalled = 0
        while not self._stopping.is_set():
            try:
                # What the last try has done in its own commit, and could not tell of, is not done again.
                if (failed or stalled) and await self._store.run(lambda tx: tx.inbox.is_finished(delivery.id)):
                    return True
                async with self._room, asyncio.timeout(self._longest):
                    await self._handle(delivery)
            except (StoreBusy, StoreFailed) as error:
                # Nothing is given up for that; it could not even be written down.
                stalled += 1
                await self._rest_after(error, stalled)
                continue
            except OverLimit as limit:
                return await self._hold(delivery, limit)
            except Exception as error:
                failed += 1
                given_up = failed > len(self._pauses)
                _log_failure(delivery, error, failed, given_up=given_up)
                if not given_up:
                    await self._rest(failed)
                    continue
                await self._give_up(delivery)
            return await self._finish(delivery)
        return False

    async def _hold(self, delivery: Delivery, limit: OverLimit) -> bool:
        """Leave it in the store: it is taken up again when the limit may be over. Nothing of it is lost."""
        logger.info("A delivery waits: %s", limit, extra={"action": "inbox.held", "delivery": delivery.id})
        with suppress(StoreBusy, StoreFailed):
            await self._store.run(lambda tx: tx.inbox.put_back(delivery.id))
        self._put_back.add(delivery.id)
        return True

    async def _give_up(self, delivery: Delivery) -> None:
        """Tell whoever waits, if they can be told; it is finished with either way."""
        try:
            async with asyncio.timeout(self._longest):
                if self._given_up is not None:
                    await self._given_up(delivery)
        except Exception as error:
            said = "Whoever sent a delivery could not be told that it was given up: %s"
            extra = {"action": "inbox.untold", "delivery": delivery.id}
            logger.error(said, whereabouts(error), extra=extra)

    async def _finish(self, delivery: Delivery) -> bool:
        stalled = 0
        while not (stalled and self._stopping.is_set()):
            try:
                await self._store.run(lambda tx: tx.inbox.finish(delivery.id))
            except (StoreBusy, StoreFailed) as error:
                stalled += 1
                await self._rest_after(error, stalled)
            else:
                return True
        return False

    async def _rest_after(self, error: Exception, tries: int) -> None:
        logger.warning("The store cannot be used: %s", error, extra={"action": "store.failed"})
        await self._rest(tries)

    async def _rest(self, tries: int) -> None:
        await self._sleep(self._pauses[min(tries, len(self._pauses)) - 1])

    async def _sleep(self, seconds: float) -> None:
        """Wait, but not longer than until it is time to stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    # --- catching up ----------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        while not self._stopping.is_set():
            await self._sleep(self._look_round)
            self._behind = True
            self._put_back.clear()
            await self._catch_up()

    async def _catch_up(self) -> None:
        """Take from the store what waits there, as much as there is room for."""
        if self._catching_up:
            return
        self._catching_up, stalled = True, 0
        try:
            while self._behind and self._held < self._most and not self._stopping.is_set():
                try:
                    await self._fetch()
                except (StoreBusy, StoreFailed) as error:
                    self._behind, stalled = True, stalled + 1
                    await self._rest_after(error, stalled)
        finally:
            self._catching_up = False

    async def _fetch(self) -> None:
        self._behind = False
        waiting = await self._store.run(lambda tx: tx.inbox.waiting(self._most))
        before = self._held
        for delivery in waiting:
            self._take(delivery)
        # Where a limit holds all of them, there is nothing else: those that it holds wait behind the others.
        if len(waiting) == self._most and self._held > before:
            self._behind = True


def _log_failure(delivery: Delivery, error: Exception, tries: int, *, given_up: bool) -> None:
    """Of what people wrote nothing is said: not even a trace, whose messages may quote it."""
    extra = {"delivery": delivery.id, "kind": delivery.kind, "tries": tries}
    if given_up:
        said = "A delivery was given up after %d tries: %s"
        logger.critical(said, tries, whereabouts(error), extra={"action": "inbox.given_up", **extra})
    else:
        said = "A delivery could not be handled, try %d: %s"
        logger.error(said, tries, whereabouts(error), extra={"action": "inbox.failed", **extra})
