"""Two deliveries that are handled at once, step by step in a given order: a step is one look into the store."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import permutations
from typing import Any

import pytest

from bot.adapters.slack.hear.hearing import Hearing
from bot.adapters.store.queries import SqlQueries
from bot.adapters.store.store import SqliteStore
from bot.ports.store import Delivery


class Turns:
    """Whose turn it is. Deliveries are named by the order in which their people are: a, b."""

    def __init__(self) -> None:
        self._left: list[str] = []
        self._names: dict[str, str] = {}
        self._tasks: dict[asyncio.Task[Any], str] = {}
        self._news = asyncio.Condition()
        self.taken: list[str] = []

    def begin(self, order: str, *people: str) -> None:
        """From now on the deliveries of these people take turns as the letters say."""
        self._left, self.taken = [*order], []
        self._names = dict(zip(people, "ab", strict=True))

    async def handle(self, delivery: Delivery, handled: Awaitable[None]) -> None:
        """See to one, in turn."""
        task, name = asyncio.current_task(), self._names.get(delivery.actor.rpartition("/")[2])
        if name is None or task is None:
            return await handled
        self._tasks[task] = name
        try:
            await handled
        finally:
            del self._tasks[task]
            async with self._news:
                self._left = [one for one in self._left if one != name]
                self._news.notify_all()
        return None

    async def step(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """One step of a delivery, in its turn; whoever is no delivery of these does not wait."""
        task = asyncio.current_task()
        name = self._tasks.get(task) if task is not None else None
        if name is None:
            return await work()
        async with self._news:
            await self._news.wait_for(lambda: not self._left or self._left[0] == name)
        try:
            return await work()
        finally:
            self.taken.append(name)
            async with self._news:
                if self._left and self._left[0] == name:
                    self._left.pop(0)
                self._news.notify_all()


def orders(a: int, b: int) -> list[str]:
    """Every order in which so many steps of the one and of the other can come."""
    return sorted({"".join(one) for one in permutations("a" * a + "b" * b)})


@asynccontextmanager
async def in_turns() -> AsyncGenerator[Turns]:
    """All deliveries of every bot that starts meanwhile can be made to take turns."""
    turns = Turns()
    handle, run, read = Hearing.handle, SqliteStore.run, SqlQueries.run

    async def handled(hearing: Hearing, delivery: Delivery) -> None:
        await turns.handle(delivery, handle(hearing, delivery))

    async def stepped(store: SqliteStore, work: Any, *, patient: bool = False) -> Any:
        return await turns.step(lambda: run(store, work, patient=patient))

    async def looked(queries: SqlQueries, id: Any) -> Any:
        return await turns.step(lambda: read(queries, id))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Hearing, "handle", handled)
        patched.setattr(SqliteStore, "run", stepped)
        patched.setattr(SqlQueries, "run", looked)
        yield turns
