"""Many units share a commit: each fails alone, each hears only what is durable, and a commit that fails is nobody's."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.adapters.store import writer as writing
from bot.adapters.store.sqlite import COMMIT, SAVE
from bot.adapters.store.store import SqliteStore
from bot.domain.effect import Tell
from bot.domain.errors import StoreFailed
from bot.ports.store import Lease, Transaction
from tests.adapters.store.made import NOON, Hand, key_file, opened, run_of, started

TODAY = NOON.date()


class Gate:
    """Holds the writer inside a unit, so that what comes meanwhile shares the next commit."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self.reached = threading.Event()

    def wait(self, _: Transaction | None = None) -> None:
        self.reached.set()
        assert self._open.wait(10)

    def open(self) -> None:
        self._open.set()


def add(tx: Transaction) -> int:
    return tx.limits.add("a", TODAY, 1)


def add_and_fail(tx: Transaction) -> None:
    tx.limits.add("a", TODAY, 100)
    raise LookupError("this unit fails")


async def together(store: SqliteStore, *works: Callable[[Transaction], Any]) -> list[Any]:
    """Run units in one commit; their answers, errors included."""
    gate = Gate()
    first = asyncio.ensure_future(store.run(gate.wait))
    await asyncio.to_thread(gate.reached.wait, 10)
    rest = [asyncio.ensure_future(store.run(work)) for work in works]
    await asyncio.sleep(0)
    gate.open()
    await first
    return await asyncio.gather(*rest, return_exceptions=True)


def count(store: SqliteStore) -> int:
    """What is durable, as another connection sees it."""
    connection = sqlite3.connect(store._path)
    rows = connection.execute("SELECT n FROM counter WHERE scope = 'a'").fetchall()
    connection.close()
    return rows[0][0] if rows else 0


def spy(store: SqliteStore, monkeypatch: pytest.MonkeyPatch, on: Callable[[str], None]) -> None:
    """Let a test see, and stop, what the writer tells its connection."""
    assert store._writer is not None
    real = store._writer._connection

    class Watched:
        def execute(self, sql: str) -> sqlite3.Cursor:
            on(sql)
            return real.execute(sql)

        @property
        def in_transaction(self) -> bool:
            return real.in_transaction

    monkeypatch.setattr(store._writer, "_connection", Watched())


async def test_a_unit_that_fails_takes_nothing_with_it(store: SqliteStore) -> None:
    answers = await together(store, add, add_and_fail, add)
    assert [type(one) for one in answers] == [int, LookupError, int]
    assert [answers[0], answers[2]] == [1, 2]
    assert count(store) == 2


async def test_a_unit_alone_that_fails_leaves_nothing(store: SqliteStore) -> None:
    with pytest.raises(LookupError, match="this unit fails"):
        await store.run(add_and_fail)
    assert count(store) == 0
    assert await store.run(add) == 1


async def test_every_unit_of_a_group_may_fail(store: SqliteStore) -> None:
    answers = await together(store, add_and_fail, add_and_fail)
    assert [type(one) for one in answers] == [LookupError, LookupError]
    assert count(store) == 0


async def test_a_unit_that_is_run_again_is_what_it_was_the_last_time(store: SqliteStore) -> None:
    """A unit that went through, was taken back with one that failed, and then fails itself."""
    heard, times = list[Lease](), list[int]()

    def listen(leases: tuple[Lease, ...], due: datetime | None) -> None:
        del due
        heard.extend(leases)

    def once(tx: Transaction) -> None:
        tx.runs.create(started(run_of(1), Tell("owner", "Look here.")))
        times.append(len(times))
        if len(times) > 1:
            raise LookupError("only the first time")

    store.listen(listen, owner="bot")
    answers = await together(store, once, add_and_fail, add)
    assert [type(one) for one in answers] == [LookupError, LookupError, int]
    assert (heard, count(store)) == ([], 1)
    assert (await store.queries.counts())["effects due"] == 0


async def test_units_that_go_through_need_no_savepoints(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    spy(store, monkeypatch, said.append)
    await together(store, *[add] * 5)
    assert SAVE not in said
    await together(store, add, add_and_fail)
    assert said.count(SAVE) == 2


async def test_units_that_wait_share_a_commit(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    spy(store, monkeypatch, said.append)
    await together(store, *[add] * 10)
    assert said.count(COMMIT) == 2
    assert count(store) == 10


async def test_a_commit_takes_no_more_than_a_group(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    spy(store, monkeypatch, said.append)
    await together(store, *[add] * (writing.GROUP * 2 + 1))
    assert said.count(COMMIT) == 4


async def test_units_run_in_the_order_they_came(store: SqliteStore) -> None:
    assert await together(store, *[add] * 20) == list(range(1, 21))


@pytest.mark.parametrize("units", [1, 5])
async def test_where_the_commit_fails_nothing_happened_for_anybody(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, units: int
) -> None:
    broken = [False]

    def on(sql: str) -> None:
        if sql == COMMIT and broken[0]:
            raise sqlite3.OperationalError("disk I/O error")

    def fail_soon(tx: Transaction) -> int:
        broken[0] = True
        return add(tx)

    spy(store, monkeypatch, on)
    answers = await together(store, fail_soon, *[add] * (units - 1))
    assert [type(one) for one in answers] == [StoreFailed] * units
    assert count(store) == 0
    broken[0] = False
    assert await store.run(add) == 1


async def test_a_transaction_that_sqlite_took_back_is_lost_for_the_whole_group(store: SqliteStore) -> None:
    def lose(tx: Transaction) -> None:
        vars(tx)["_unit"].link._cursor.execute("ROLLBACK")
        raise sqlite3.OperationalError("database or disk is full")

    answers = await together(store, add, lose, add)
    assert [type(one) for one in answers] == [StoreFailed] * 3
    assert count(store) == 0
    assert await store.run(add) == 1


async def test_an_answer_comes_only_after_the_commit(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, seen = Gate(), list[int]()

    def on(sql: str) -> None:
        if sql == COMMIT:
            gate.wait()

    spy(store, monkeypatch, on)
    answer = asyncio.ensure_future(store.run(add))
    await asyncio.to_thread(gate.reached.wait, 10)
    for _ in range(5):
        await asyncio.sleep(0)
    seen.append(count(store))
    assert not answer.done()
    gate.open()
    assert await answer == 1
    assert seen == [0]
    assert count(store) == 1


async def test_a_caller_that_leaves_stops_nothing(store: SqliteStore) -> None:
    gate = Gate()
    first = asyncio.ensure_future(store.run(gate.wait))
    await asyncio.to_thread(gate.reached.wait, 10)
    leaving = asyncio.ensure_future(store.run(add))
    await asyncio.sleep(0)
    leaving.cancel()
    gate.open()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    await first
    assert await store.run(add) == 2


async def test_an_error_that_nobody_waits_for_is_logged(store: SqliteStore, caplog: pytest.LogCaptureFixture) -> None:
    gate = Gate()
    first = asyncio.ensure_future(store.run(gate.wait))
    await asyncio.to_thread(gate.reached.wait, 10)
    leaving = asyncio.ensure_future(store.run(add_and_fail))
    await asyncio.sleep(0)
    leaving.cancel()
    gate.open()
    with caplog.at_level(logging.WARNING):
        await first
        await store.run(add)
    assert "after its caller left" in caplog.text


async def test_the_loop_goes_on_while_a_unit_runs(store: SqliteStore) -> None:
    gate = Gate()
    waiting = asyncio.ensure_future(store.run(gate.wait))
    await asyncio.to_thread(gate.reached.wait, 10)
    assert await asyncio.wait_for(asyncio.sleep(0, "free"), 1) == "free"
    gate.open()
    await waiting


async def test_a_stray_stop_iteration_is_an_error_of_its_own_unit(store: SqliteStore) -> None:
    answers = await together(store, add, lambda tx: next(iter(())), add)
    assert [type(one) for one in answers] == [int, RuntimeError, int]


async def test_whoever_brings_too_much_waits_to_bring_it(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store._writer is not None
    monkeypatch.setattr(store._writer, "_room", asyncio.Semaphore(3))
    gate = Gate()
    first = asyncio.ensure_future(store.run(gate.wait))
    units = [asyncio.ensure_future(store.run(add)) for _ in range(20)]
    await asyncio.to_thread(gate.reached.wait, 10)
    assert store._writer._jobs.qsize() <= 3
    gate.open()
    await first
    assert await asyncio.gather(*units) == list(range(1, 21))


async def test_what_was_brought_is_done_before_the_store_closes(path: Any) -> None:
    async with opened(path) as store:
        units = [asyncio.ensure_future(store.run(add)) for _ in range(100)]
        await asyncio.sleep(0)
    assert await asyncio.gather(*units) == list(range(1, 101))
    assert count(store) == 100


async def test_a_closed_store_says_so(path: Any) -> None:
    async with opened(path) as store:
        pass
    with pytest.raises(StoreFailed, match="not open"):
        await store.run(add)
    with pytest.raises(StoreFailed, match="not open"):
        await store.changed_elsewhere()


async def test_whoever_waits_to_bring_something_hears_that_the_store_was_closed(
    path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    async with opened(path) as store:
        assert store._writer is not None
        monkeypatch.setattr(store._writer, "_room", asyncio.Semaphore(1))
        first = asyncio.ensure_future(store.run(gate.wait))
        late = asyncio.ensure_future(store.run(add))
        await asyncio.to_thread(gate.reached.wait, 10)
        gate.open()
        await asyncio.sleep(0)
        closing = asyncio.ensure_future(store._writer.close())
        await asyncio.sleep(0)
        await first
        with pytest.raises(StoreFailed, match="closed"):
            await late
        await closing


async def test_a_store_can_be_opened_again(path: Any) -> None:
    store = SqliteStore(path, keys=key_file(path), writer="test", clock=Hand())
    for expected in (1, 2):
        async with store.open():
            assert await store.run(add) == expected


async def test_time_stands_still_within_a_unit(store: SqliteStore, clock: Hand) -> None:
    def work(tx: Transaction) -> None:
        tx.runs.create(started(run_of(1)))
        clock.forward(hours=1)
        tx.runs.create(started(run_of(2)))

    await store.run(work)
    assert store._writer is not None
    changed = store._writer._connection.execute("SELECT DISTINCT changed_at FROM run").fetchall()
    assert changed == [("2026-03-02T12:00:00.123456Z",)]
    assert clock.now() == NOON + timedelta(hours=1)
