"""Keeps the messages that follow a run true to it, whoever or whatever moved it.

They are a projection: nothing waits for them, nothing is stored in a run for their sake. Which runs have moved is
heard after each commit; what was missed, while this process or Slack was away, is asked of the store. A message
changes every three seconds at most, so that whatever happens meanwhile costs one change.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial

from bot.adapters.slack.post.pace import Passing
from bot.domain.errors import BotError, Broken, Refused, StoreFailed, Transient
from bot.domain.person import Door
from bot.domain.run import Run, RunId
from bot.domain.whereabouts import whereabouts
from bot.ports.store import Store

logger = logging.getLogger(__name__)

EVERY = 3.0
"""Seconds between two changes of what follows one run."""
LONGEST_PAUSE = 300.0
"""Seconds between two tries while Slack is away."""
AT_ONCE = 8
"""How many runs are brought up to date at the same time; cards and answers go before any of them."""

Bring = Callable[[Run], Awaitable[None]]


class Following:
    """Brings what follows a run up to date, soon after the run has moved."""

    def __init__(self, store: Store, passing: Passing, *, follows: Callable[[Run], bool], bring: Bring) -> None:
        self._store, self._passing, self._follows, self._bring = store, passing, follows, bring
        self._owed: set[RunId] = set()
        self._tasks: dict[RunId, asyncio.Task[None]] = {}
        self._resting: set[RunId] = set()
        """Those that nothing is done for just now."""
        self._failed: set[RunId] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._looking: asyncio.Task[None] | None = None
        self._look_again = False
        self._quiet = asyncio.Event()
        self._stopping = False

    async def start(self) -> None:
        """From now on, follow every run that moves; and see to what lags behind."""
        self._store.watch(self.moved)
        self._look()

    async def stop(self) -> None:
        """Finish what is under way. What is owed then is found by the next process."""
        self._stopping = True
        for run in self._resting & self._tasks.keys():
            self._tasks[run].cancel()
        under_way = [*self._tasks.values(), *([self._looking] if self._looking is not None else [])]
        if under_way:
            await asyncio.wait(under_way)

    async def settle(self) -> None:
        """Return once all that can be shown is shown; what Slack would not take waits for its next try."""
        while self._looking is not None or self._owed - self._failed or self._tasks.keys() - self._resting:
            self._quiet.clear()
            await self._quiet.wait()

    def moved(self, runs: Sequence[Run]) -> None:
        """Hear of runs that have moved; of none where another process has moved some."""
        if not runs:
            self._look()
        self._owe(run.id for run in runs if self._follows(run))

    def placed(self, run: RunId) -> None:
        """Hear of a run whose card stands somewhere new."""
        if run in self._tasks:
            self._owe((run,))

    def _owe(self, runs: Iterable[RunId]) -> None:
        for run in () if self._stopping else runs:
            self._owed.add(run)
            if run not in self._tasks:
                task = self._tasks[run] = asyncio.create_task(self._follow(run))
                task.add_done_callback(partial(self._ended, run))

    async def _follow(self, run: RunId) -> None:
        """Bring one run up to date as long as it moves."""
        tries = 0
        while run in self._owed and not self._stopping:
            self._owed.discard(run)
            failed = await self._try(run)
            tries = tries + 1 if failed is not None else 0
            pause = EVERY if failed is None else max(failed, min(EVERY * 2**tries, LONGEST_PAUSE))
            if failed is not None:
                self._owed.add(run)
                self._failed.add(run)
            self._resting.add(run)
            self._quiet.set()
            await self._passing.sleep(pause)
            self._resting.discard(run)
            self._failed.discard(run)

    async def _try(self, run: RunId) -> float | None:
        """None where there is nothing more to do for it; else how long to wait at least."""
        try:
            async with self._room:
                await self._bring(await self._store.queries.run(run))
        except (Broken, Refused) as error:
            if isinstance(error, StoreFailed):
                return EVERY
            logger.warning("A run cannot be followed: %s", error, extra={"action": "slack.not_followed", "run": run})
        except BotError as error:
            after = error.retry_after if isinstance(error, Transient) else None
            return after.total_seconds() if after is not None else EVERY
        except Exception as error:  # once it has moved, it may go better
            _say_why("A run could not be followed", error)
        return None

    # --- what was missed ---------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """See to whatever lags behind, once more where somebody asks for that meanwhile."""
        self._look_again = True
        if self._looking is None and not self._stopping:
            self._looking = asyncio.create_task(self._catch_up())
            self._looking.add_done_callback(self._looked)

    async def _catch_up(self) -> None:
        while self._look_again and not self._stopping:
            self._look_again = False
            self._owe(await self._store.queries.behind(Door.SLACK))

    def _looked(self, ended: asyncio.Task[None]) -> None:
        self._looking = None
        if not ended.cancelled() and (error := ended.exception()) is not None:
            _say_why("What lags behind could not be looked up", error)
        self._quiet.set()

    def _ended(self, run: RunId, ended: asyncio.Task[None]) -> None:
        del self._tasks[run]
        self._resting.discard(run)
        self._failed.discard(run)
        if run in self._owed and not ended.cancelled():
            self._owe((run,))
        self._quiet.set()


def _say_why(what: str, error: BaseException) -> None:
    logger.error("%s: %s", what, whereabouts(error), extra={"action": "slack.not_followed"})
