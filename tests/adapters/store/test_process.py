"""Real processes: what was answered survives a kill, and of many who decide at once one does."""

import asyncio
import os
import random
import signal
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store.store import SqliteStore
from bot.domain.audit.entry import EntryKind
from bot.domain.audit.verify import Row, verify_chain
from bot.domain.effect import Execute
from bot.domain.errors import AlreadyDecided, OutOfDate
from bot.domain.machine import Moved
from bot.domain.run import Run, RunState
from bot.ports.store import Transaction
from tests.adapters.store.made import KEY, accept, create, create_waiting, delivery, entry, moved, opened, run_of

PROCESSES, APPROVALS, ROUND = 4, 100, 20

Way = Callable[[SqliteStore, int, str], Coroutine[Any, Any, None]]


def child_of(work: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """A process that does this; its id."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            asyncio.run(work())
            status = 0
        finally:
            os._exit(status)
    return child


def end_of(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def decided(run: Run, by: str) -> Moved:
    """What the machine makes of an approval."""
    gates = {step: gate for step, gate in run.gates.items() if step != "approved"}
    line = entry(EntryKind.GATE_DECIDED, step="approved", outcome="approve", reviewer=by)
    return Moved(moved(run, state=RunState.RUNNING, gates=gates).run, (line,), (Execute("sent", 0),))


def decide(tx: Transaction, n: int, by: str) -> None:
    run = tx.runs.load(run_of(n).id)
    if "approved" not in run.gates:
        raise AlreadyDecided
    tx.runs.save(decided(run, by))


async def decide_in_one_unit(store: SqliteStore, n: int, by: str) -> None:
    await store.run(lambda tx: decide(tx, n, by))


async def decide_on_what_was_seen_before(store: SqliteStore, n: int, by: str) -> None:
    """As a use case that forgot to load again would do it: the store has to refuse."""
    seen = await store.run(lambda tx: tx.runs.load(run_of(n).id))
    if "approved" not in seen.gates:
        raise AlreadyDecided
    await store.run(lambda tx: tx.runs.save(decided(seen, by)))


async def all_wait(path: Path) -> None:
    async with opened(path) as store:
        for n in range(APPROVALS):
            await create_waiting(store, n)


def race(path: Path, seed: int, way: Way) -> None:
    """Four processes decide the same hundred approvals, each in an order of its own, and begin each round together."""
    asyncio.run(all_wait(path))
    barrier = get_context("fork").Barrier(PROCESSES)

    async def decide_all(who: int) -> None:
        order = list(range(APPROVALS))
        random.Random(seed * PROCESSES + who).shuffle(order)
        async with opened(path, writer=f"process-{who}") as store:
            for start in range(0, APPROVALS, 4):
                if start % ROUND == 0:
                    await asyncio.to_thread(barrier.wait, 30)
                units = [way(store, n, f"T1/p{who}") for n in order[start : start + 4]]
                for answer in await asyncio.gather(*units, return_exceptions=True):
                    assert answer is None or isinstance(answer, (AlreadyDecided, OutOfDate))

    children = [child_of(partial(decide_all, who)) for who in range(PROCESSES)]
    assert [end_of(child) for child in children] == [0] * PROCESSES


def assert_each_was_decided_once(path: Path) -> None:
    decisions = rows(path, "SELECT run, count(*) FROM entry WHERE kind = 'gate.decided' GROUP BY run")
    assert len(decisions) == APPROVALS
    assert {count for _, count in decisions} == {1}
    assert rows(path, "SELECT count(*), count(DISTINCT run) FROM effect WHERE type = 'execute'") == [(APPROVALS,) * 2]
    assert rows(path, "SELECT DISTINCT state, seq FROM run") == [("running", 5)]
    sealed = rows(path, "SELECT chain, seq, header, prev, hash, mac FROM entry ORDER BY chain, seq")
    assert list(verify_chain((Row(*row) for row in sealed), keys=lambda _: KEY)) == []


@pytest.mark.parametrize("way", [decide_in_one_unit, decide_on_what_was_seen_before])
def test_of_four_processes_that_approve_at_once_one_does(path: Path, way: Way) -> None:
    race(path, 1, way)
    assert_each_was_decided_once(path)
    assert len(rows(path, "SELECT DISTINCT writer FROM entry WHERE kind = 'gate.decided'")) > 1


@pytest.mark.certify
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("way", [decide_in_one_unit, decide_on_what_was_seen_before])
def test_of_four_processes_that_approve_at_once_one_does_whatever_the_order(path: Path, way: Way, seed: int) -> None:
    race(path, seed, way)
    assert_each_was_decided_once(path)


@pytest.mark.parametrize("after", [1, 2, 7, 20])
def test_what_was_answered_survives_a_kill(path: Path, after: int) -> None:
    told, tell = os.pipe()

    async def work() -> None:
        async with opened(path) as store:
            for n in range(1000):
                await create(store, n, Execute("sent", 0))
                os.write(tell, b"%6d" % n)
                if n + 1 == after:
                    os.kill(os.getpid(), signal.SIGKILL)

    assert end_of(child_of(work)) == -signal.SIGKILL
    os.close(tell)
    with os.fdopen(told, "rb") as heard:
        answered = len(heard.read()) // 6
    assert answered == after
    assert rows(path, "SELECT count(*) FROM run") == [(after,)]
    assert rows(path, "SELECT count(*) FROM entry") == [(2 * after,)]
    assert rows(path, "SELECT count(*) FROM effect") == [(after,)]


@pytest.mark.parametrize("seed", range(4))
def test_a_kill_at_any_moment_leaves_whole_units(path: Path, seed: int) -> None:
    """Killed from outside, in the midst of groups: each unit is there whole or not at all, and each answer holds."""
    told, tell = os.pipe()

    async def work() -> None:
        async with opened(path) as store:
            numbers = iter(range(100_000))

            async def go_on() -> None:
                for n in numbers:
                    await create(store, n, Execute("sent", 0))
                    os.write(tell, b"%6d" % n)

            await asyncio.gather(*[go_on() for _ in range(8)])

    child = child_of(work)
    os.close(tell)
    with os.fdopen(told, "rb", buffering=0) as heard:
        answers = [heard.read(6) for _ in range(20 + 37 * seed)]
        os.kill(child, signal.SIGKILL)
        while answer := heard.read(6):
            answers.append(answer)
    assert end_of(child) == -signal.SIGKILL
    stored = {row[0] for row in rows(path, "SELECT id FROM run")}
    assert {run_of(int(answer)).id for answer in answers} <= stored
    assert rows(path, "SELECT count(*) FROM entry") == [(2 * len(stored),)]
    assert rows(path, "SELECT count(*) FROM effect") == [(len(stored),)]
    sealed = rows(path, "SELECT chain, seq, header, prev, hash, mac FROM entry ORDER BY chain, seq")
    assert list(verify_chain((Row(*row) for row in sealed), keys=lambda _: KEY)) == []


def test_one_delivery_is_accepted_by_one_process(path: Path) -> None:
    asyncio.run(all_wait(path))
    results, result = os.pipe()

    async def accept_all() -> None:
        async with opened(path) as store:
            for n in range(50):
                if await accept(store, delivery(f"d-{n}")):
                    os.write(result, b"x")

    children = [child_of(accept_all) for _ in range(3)]
    assert [end_of(child) for child in children] == [0] * 3
    os.close(result)
    with os.fdopen(results, "rb") as accepted:
        assert len(accepted.read()) == 50


def test_a_command_gets_its_turn_beside_a_bot_that_writes_and_writes(path: Path) -> None:
    there, here = os.pipe()

    async def write_and_write() -> None:
        async with opened(path) as store:
            numbers = iter(range(1_000, 1_000_000))

            async def go_on() -> None:
                for n in numbers:
                    await create(store, n)
                    os.write(here, b"!")

            await asyncio.gather(*[go_on() for _ in range(20)])

    async def command() -> None:
        async with opened(path) as store:
            for n in range(20):
                await create(store, n)

    bot = child_of(write_and_write)
    try:
        os.read(there, 1)
        asyncio.run(command())
    finally:
        os.kill(bot, signal.SIGKILL)
        os.waitpid(bot, 0)
    assert {run_of(n).id for n in range(20)} <= {row[0] for row in rows(path, "SELECT id FROM run")}
