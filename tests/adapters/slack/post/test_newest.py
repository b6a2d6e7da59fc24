"""Only the newest of what is wanted while one thing is being done is done next."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from bot.adapters.slack.post.newest import Newest
from bot.domain.errors import Transient


@dataclass
class Works:
    """Work that waits to be let go, and remembers what was done."""

    done: list[int] = field(default_factory=list[int])
    go: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    fails: Exception | None = None

    def work(self, n: int) -> Callable[[], Awaitable[int]]:
        async def do() -> int:
            self.begun.set()
            await self.go.wait()
            if self.fails is not None:
                raise self.fails
            self.done.append(n)
            return n

        return do


async def started(newest: Newest[int], works: Works, *orders: int, key: str = "a") -> list["asyncio.Task[int]"]:
    """Tasks that want something, one after the other; the first is under way."""
    tasks = list[asyncio.Task[int]]()
    for order in orders:
        tasks.append(asyncio.create_task(newest(key, order, works.work(order))))
        await works.begun.wait()
        await asyncio.sleep(0)
    return tasks


async def test_one_after_the_other_each_is_done() -> None:
    newest, works = Newest[int](), Works()
    works.go.set()
    assert [await newest("a", n, works.work(n)) for n in range(3)] == [0, 1, 2]
    assert works.done == [0, 1, 2]


async def test_of_those_that_come_meanwhile_only_the_newest_is_done() -> None:
    newest, works = Newest[int](), Works()
    tasks = await started(newest, works, 1, 2, 5, 3)
    works.go.set()
    assert await asyncio.gather(*tasks) == [1, 5, 5, 5]
    assert works.done == [1, 5]


async def test_other_keys_do_not_wait() -> None:
    newest, works, other = Newest[int](), Works(), Works()
    other.go.set()
    (task,) = await started(newest, works, 1)
    assert await newest("b", 2, other.work(2)) == 2
    works.go.set()
    assert await task == 1


async def test_a_failure_is_everybodys_who_waited_for_it_and_nobody_elses() -> None:
    newest, works = Newest[int](), Works(fails=Transient("Away."))
    tasks = await started(newest, works, 1, 2, 3)
    works.go.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in results] == [Transient] * 3
    works.fails = None
    assert await newest("a", 4, works.work(4)) == 4


@pytest.mark.parametrize("n", [0, 1, 2])
async def test_who_goes_away_holds_nobody_up(n: int) -> None:
    newest, works = Newest[int](), Works()
    tasks = await started(newest, works, 1, 2, 3)
    tasks[n].cancel()
    await asyncio.sleep(0)
    works.go.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[n], asyncio.CancelledError)
    assert all(isinstance(one, int | Transient) for at, one in enumerate(results) if at != n)
    assert await newest("a", 4, works.work(4)) == 4


async def test_what_is_older_than_what_was_done_is_not_done_any_more() -> None:
    newest, works = Newest[int](), Works()
    works.go.set()
    assert [await newest("a", n, works.work(n)) for n in (2, 1, 2, 3)] == [2, 2, 2, 3]
    assert works.done == [2, 2, 3]


async def test_what_failed_does_not_stand_in_the_way_of_what_is_older() -> None:
    newest, works = Newest[int](), Works(fails=Transient("no"))
    works.go.set()
    with pytest.raises(Transient):
        await newest("a", 2, works.work(2))
    works.fails = None
    assert await newest("a", 1, works.work(1)) == 1


async def test_not_everything_is_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.slack.post.newest.REMEMBERED", 1)
    newest, works = Newest[int](), Works()
    works.go.set()
    assert [await newest(key, n, works.work(n)) for key, n in (("a", 2), ("b", 1), ("a", 1))] == [2, 1, 1]
