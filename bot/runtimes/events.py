"""Goes on telling a subscriber: whenever runs have moved, and once more after a while where they did not take it."""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.application.parts import Parts
from bot.application.send_events import send_events
from bot.domain.errors import StoreBusy, StoreFailed
from bot.domain.run import Run
from bot.domain.subscriber import NEVER, Subscriber
from bot.domain.whereabouts import whereabouts
from bot.ports.subscribers import Receiver

logger = logging.getLogger(__name__)

REST = 0.5
"""Seconds between two looks at the record, however much happens meanwhile."""
AFTER_FAILURE = timedelta(seconds=5)
"""When to try again after the store could not be used."""
AFTER_A_BUG = timedelta(minutes=10)
AT_THE_END = 2.0
"""Seconds that a request which is under way still has when the bot stops; if it was taken, it is sent once more."""


class EventSender:
    """Sends to one subscriber, one request at a time."""

    def __init__(
        self,
        parts: Parts,
        who: Subscriber,
        receiver: Receiver,
        *,
        rest: float = REST,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._parts, self._who, self._receiver, self._rest, self._chance = parts, who, receiver, rest, chance
        self._news, self._stop = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """From now on, follow the record; what waits since before goes first."""
        await self._parts.store.run(lambda tx: tx.subscribers.standing(self._who))
        self._parts.store.watch(self.moved)
        self._task = asyncio.create_task(self._follow())

    def moved(self, runs: Sequence[Run]) -> None:
        """Hear of runs that have moved; of none where another process has moved some."""
        if not runs or any(self._who.wants(run.workflow) for run in runs):
            self._news.set()

    async def stop(self) -> None:
        """Begin nothing new. What waits then is sent by the next process."""
        self._stop.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=AT_THE_END)
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._receiver.close()

    async def _follow(self) -> None:
        while not self._stop.is_set():
            self._news.clear()
            pause = await self._try()
            if pause == NEVER:
                return
            if pause is None:
                await self._either(self._news, None)
                pause = timedelta(seconds=self._rest)
            await self._either(self._stop, pause.total_seconds())

    async def _try(self) -> timedelta | None:
        try:
            return await send_events(
                self._parts, self._who, self._receiver, chance=self._chance, ends=self._stop.is_set
            )
        except (StoreBusy, StoreFailed) as error:
            extra = {"action": "store.failed", "subscriber": self._who.name}
            logger.warning("The store cannot be used: %s", error, extra=extra)
            return AFTER_FAILURE
        except Exception as error:
            extra = {"action": "events.failed", "subscriber": self._who.name}
            logger.error("Events could not be sent: %s", whereabouts(error), extra=extra)
            return AFTER_A_BUG

    async def _either(self, event: asyncio.Event, seconds: float | None) -> None:
        """Wait for this, or until the end, or for so long."""
        waits = {asyncio.create_task(one.wait()) for one in {event, self._stop}}
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
