"""Only the newest counts: whoever comes while the same thing is being done waits, and one round serves all of them.

Whoever comes with something older than what was done already is given what that came to: two who know of different
states may come in any order.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.domain.errors import Transient

T = TypeVar("T")

REMEMBERED = 1_000
"""How many things it is known of how new they are; those that were done last."""
LEFT = "Who did this for several went away; it is tried again."


@dataclass(slots=True)
class _Round(Generic[T]):
    """What is done next, for everybody who waits for it."""

    order: int
    work: Callable[[], Awaitable[T]]
    done: "asyncio.Future[T]"


class Newest(Generic[T]):
    """Does one thing at a time for each key."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Future[T]] = {}
        self._next: dict[str, _Round[T]] = {}
        self._done: OrderedDict[str, tuple[int, T]] = OrderedDict()

    async def __call__(self, key: str, order: int, work: Callable[[], Awaitable[T]]) -> T:
        """What the work gives, or newer work under the same key did; `order` says what is newer."""
        waiting = self._next.get(key)
        if waiting is not None:
            if order >= waiting.order:
                waiting.order, waiting.work = order, work
            return await asyncio.shield(waiting.done)
        new = self._next[key] = _Round(order, work, asyncio.get_running_loop().create_future())
        try:
            while (before := self._under_way.get(key)) is not None:
                await asyncio.wait([before])
        except asyncio.CancelledError:
            _let_go(new, Transient(LEFT))
            raise
        finally:
            del self._next[key]
        self._under_way[key] = new.done
        return await self._do(key, new)

    async def _do(self, key: str, new: _Round[T]) -> T:
        done = self._done.get(key)
        try:
            result = done[1] if done is not None and new.order < done[0] else await new.work()
        except BaseException as error:
            _let_go(new, Transient(LEFT) if isinstance(error, asyncio.CancelledError) else error)
            raise
        else:
            self._remember(key, new.order, result)
            new.done.set_result(result)
            return result
        finally:
            del self._under_way[key]

    def _remember(self, key: str, order: int, result: T) -> None:
        before = self._done.pop(key, None)
        self._done[key] = before if before is not None and before[0] > order else (order, result)
        if len(self._done) > REMEMBERED:
            self._done.popitem(last=False)


def _let_go(new: _Round[T], error: BaseException) -> None:
    new.done.set_exception(error)
    new.done.exception()  # perhaps nobody else waits for it
