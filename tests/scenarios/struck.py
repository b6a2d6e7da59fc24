"""A bot that carries out three changes while its database is struck, and what must hold of it whatever happens."""

import sqlite3
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.adapters.store.store import SqliteStore
from bot.application.decide import Wish, decide
from bot.domain.audit.semantics import senseless
from bot.domain.errors import StoreBusy, StoreFailed
from bot.domain.event import Verdict
from bot.domain.intent import Intent, Receipt
from bot.domain.person import Door
from bot.domain.plain import Plain
from bot.domain.run import ActionStatus, Run, RunId, RunState
from bot.ports.store import Delivery, Transaction
from tests.audit.house import MIA, NOON, TEAM, House, opened
from tests.scenarios.crash.verdict import lines

BUSY = timedelta(milliseconds=30)


@asynccontextmanager
async def three_changes(data: Path) -> AsyncGenerator[tuple[House, RunId]]:
    """A bot that impatiently waits for the lock, and three changes that wait for a person."""
    async with opened(data, workflows="tests.audit.workflows") as house:
        assert house.store._writer is not None
        house.store._writer._busy = BUSY
        run = await house.start("three_changes")
        watch(house)
        yield house, run


def watch(house: House) -> None:
    """Hold, at each call, that its intent can be read by everybody."""
    desk: Any = house.desk
    inner = desk.execute

    async def execute(intent: Intent, key: str) -> Receipt:
        with closing(sqlite3.connect(house.store._path)) as db:
            (intended,) = db.execute("SELECT count(*) FROM entry WHERE kind = 'action.intended'").fetchone()
        others = {call.key for call in house.desk.backstage.effects()} - {key}
        assert intended > len(others), "A call left before its intent was durable."
        receipt: Receipt = await inner(intent, key)
        return receipt

    desk.execute = execute


def strike(house: House, fault: Callable[[SqliteStore], AbstractContextManager[None]], at: int) -> list[int]:
    """Let the fault strike the n-th unit of work from now on, and none else; the count of units."""
    store: Any = house.store
    inner, count = store.run, [0]

    async def run(work: Callable[[Transaction], object], *, patient: bool = False) -> object:
        count[0] += 1
        if count[0] != at:
            return await inner(work, patient=patient)
        with fault(house.store):
            return await inner(partial(_with_luggage, work), patient=patient)

    store.run = run
    return count


def _with_luggage(work: Callable[[Transaction], object], tx: Transaction) -> object:
    """The same unit with much to store, so that a full disk has no room for it."""
    body: dict[str, Plain] = {"much": "x" * 200_000}
    tx.inbox.accept(Delivery("luggage", "test", "test", "", TEAM, NOON, body))
    return work(tx)


async def approve(house: House, run: RunId) -> None:
    """A person who tries again, as they are told to."""
    wish = Wish(run, Verdict.APPROVE, MIA, Door.TERMINAL)
    try:
        await decide(house.parts, wish)
    except (StoreBusy, StoreFailed):
        assert house.desk.backstage.effects() == ()
        await decide(house.parts, wish)
    await house.runtime.settle()


async def go_on(house: House, run: RunId) -> Run:
    """Let leases run out and timers come, until the run rests."""
    for _ in range(12):
        found = await house.store.queries.run(run)
        if found.ended or found.state is RunState.PARKED:
            return found
        house.clock.forward(seconds=100)
        await house.runtime.settle()
    return await house.store.queries.run(run)


def violations(house: House, run: Run) -> Iterator[str]:
    calls = house.desk.backstage.effects()
    keys = [call.key for call in calls]
    if len(keys) != len(set(keys)):
        yield f"{len(keys)} effects under {len(set(keys))} keys"
    doubtful = any(action.status is ActionStatus.IN_DOUBT for action in run.actions)
    if run.state is not RunState.DONE and not (run.state is RunState.PARKED and doubtful):
        yield f"it is {run.state} ({run.reason}), neither done nor in doubt"
    if run.state is RunState.DONE and len(keys) != 3:
        yield f"it is done with {len(keys)} effects"
    with closing(sqlite3.connect(house.store._path)) as db:
        yield from senseless(lines(db, run), run)
