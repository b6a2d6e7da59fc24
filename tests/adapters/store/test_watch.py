"""What is looked at once a minute: found by few statements over indexes, and kept until it was told."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.adapters.store import runs, waits, watch
from bot.adapters.store.statement import Statement
from bot.adapters.store.store import SqliteStore
from bot.domain.alert import Alert, AlertKind
from bot.domain.audit.entry import Entry, EntryKind
from bot.domain.by_clock import Turn, chain_of, key_of
from bot.domain.person import ActorKind
from bot.domain.run import RunState
from bot.ports.watch import Batch
from tests.adapters.store.made import NOON, create_waiting, moved, run_of, save

LATER = NOON + timedelta(days=3)


async def overdue(store: SqliteStore, *, limit: int = 100) -> tuple[Alert, ...]:
    return await store.run(lambda tx: tx.watch.overdue("support_triage", LATER, limit=limit))


async def follow(store: SqliteStore) -> tuple[str, ...]:
    return await store.run(lambda tx: tx.watch.follow())


async def untold(store: SqliteStore) -> tuple[Batch, ...]:
    return await store.run(lambda tx: tx.watch.untold())


async def raised(store: SqliteStore, *alerts: Alert) -> None:
    await store.run(lambda tx: tx.watch.raise_(alerts))


def alert(n: int = 1, kind: AlertKind = AlertKind.STUCK) -> Alert:
    return Alert(kind, "support_triage", NOON, run_of(n).id)


async def test_what_waits_is_found_by_its_age_the_oldest_first(store: SqliteStore) -> None:
    for n in (1, 2, 3):
        await create_waiting(store, n)
    await follow(store)
    found = await overdue(store)
    assert [one.run for one in found] == [run_of(n).id for n in (1, 2, 3)]
    assert {(one.kind, one.about) for one in found} == {(AlertKind.WAITS, "approved: support")}
    assert len(await overdue(store, limit=2)) == 2
    early = await store.run(lambda tx: tx.watch.overdue("support_triage", NOON - timedelta(1), limit=9))
    other = await store.run(lambda tx: tx.watch.overdue("elsewhere", LATER, limit=9))
    assert (early, other) == ((), ())


async def test_what_waited_before_it_was_followed_is_found_as_well_and_what_comes_after_too(store: SqliteStore) -> None:
    await create_waiting(store, 1)
    await follow(store)
    await create_waiting(store, 2)
    assert [one.run for one in await overdue(store)] == [run_of(1).id]
    await follow(store)
    assert [one.run for one in await overdue(store)] == [run_of(1).id, run_of(2).id]


async def test_a_wait_that_has_ended_is_gone_and_so_is_its_alert(store: SqliteStore) -> None:
    run = await create_waiting(store, 1)
    await follow(store)
    (found,) = await overdue(store)
    await raised(store, found)
    assert await overdue(store) == ()
    await save(store, moved(run, state=RunState.DONE, ended_at=NOON, gates={}))
    assert await follow(store) == (found.key,)
    await store.run(lambda tx: tx.watch.clear([found.key], tell=False))
    assert (await follow(store), await untold(store), await overdue(store)) == ((), (), ())


async def test_a_run_that_is_parked_waits_for_somebody_from_then_on(store: SqliteStore) -> None:
    run = await create_waiting(store, 1)
    await follow(store)
    await save(store, moved(run, state=RunState.PARKED))
    await follow(store)
    (found,) = await overdue(store)
    assert found.about == "parked"


async def test_what_goes_on_waiting_for_the_same_stays_as_old_as_it_is(store: SqliteStore) -> None:
    run = await create_waiting(store, 1)
    await follow(store)
    (before,) = await overdue(store)
    await save(store, moved(run, reason="somebody was reminded"))
    await follow(store)
    assert await overdue(store) == (before,)


async def test_an_alert_is_untold_until_it_was_told_and_open_until_it_is_over(store: SqliteStore) -> None:
    await raised(store, alert(1), alert(2))
    (batch,) = await untold(store)
    assert (len(batch.alerts), batch.is_over, batch.tries) == (2, False, 0)
    await store.run(lambda tx: tx.watch.tried(batch))
    (batch,) = await untold(store)
    assert batch.tries == 1
    assert await store.run(lambda tx: tx.watch.unreached_since()) is not None
    await store.run(lambda tx: tx.watch.told(batch))
    assert await untold(store) == ()
    assert await store.run(lambda tx: tx.watch.unreached_since()) is None
    assert len(await store.run(lambda tx: tx.watch.open_alerts(limit=9))) == 2
    assert [*await store.run(lambda tx: tx.watch.alerts())] == [alert(1).key, alert(2).key]


async def test_the_end_of_what_was_told_is_told_and_then_forgotten(store: SqliteStore) -> None:
    await raised(store, alert())
    (batch,) = await untold(store)
    await store.run(lambda tx: tx.watch.told(batch))
    await store.run(lambda tx: tx.watch.clear([alert().key], tell=True))
    (end,) = await untold(store)
    assert (end.is_over, end.alerts) == (True, (alert(),))
    assert await store.run(lambda tx: tx.watch.open_alerts(limit=9)) == ()
    await store.run(lambda tx: tx.watch.told(end))
    assert await untold(store) == ()


async def test_the_end_of_what_nobody_was_told_is_no_news(store: SqliteStore) -> None:
    await raised(store, alert())
    await store.run(lambda tx: tx.watch.clear([alert().key], tell=True))
    assert await untold(store) == ()


async def test_what_comes_again_before_its_end_was_told_is_told_again(store: SqliteStore) -> None:
    await raised(store, alert())
    (batch,) = await untold(store)
    await store.run(lambda tx: tx.watch.told(batch))
    await store.run(lambda tx: tx.watch.clear([alert().key], tell=True))
    await raised(store, alert())
    (again,) = await untold(store)
    assert not again.is_over


async def test_what_the_clock_passed_over_is_found_the_newest_first_by_workflow(store: SqliteStore) -> None:
    nine = NOON.replace(hour=9, microsecond=0)

    def entry(day: int, why: Turn) -> Entry:
        notes = {"key": key_of(nine + timedelta(day)), "reason": why.value, "workflow": "w"}
        at = nine + timedelta(day, minutes=1)
        return Entry(EntryKind.CLOCK_PASSED_OVER, at, ActorKind.SCHEDULE, "schedule:w", notes=notes)

    await store.run(lambda tx: tx.records.write(chain_of("w"), [entry(1, Turn.BEYOND), entry(2, Turn.OVERLAP)]))
    await store.run(lambda tx: tx.records.write(chain_of("w"), [entry(3, Turn.MISSED)]))
    found = await store.run(lambda tx: tx.watch.passed_over("w"))
    assert [(one.due, one.why) for one in found] == [
        (nine + timedelta(3), Turn.MISSED),
        (nine + timedelta(2), Turn.OVERLAP),
        (nine + timedelta(1), Turn.BEYOND),
    ]
    assert found[0].at == nine + timedelta(3, minutes=1)
    assert await store.run(lambda tx: tx.watch.passed_over("w2")) == ()


def plan(path: Path, statement: Statement, **values: Any) -> str:
    text, pick = statement.sqlite
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", pick(values)))


async def test_no_look_goes_through_all_runs(store: SqliteStore, path: Path) -> None:
    """However many wait: each statement begins at an index, or at a table that holds nothing but what waits."""
    plans = {
        "asked": plan(path, watch._ASKED),
        "overdue": plan(path, watch._OVERDUE, workflow="w", before="2026", limit=9),
        "still": plan(path, watch._STILL, before="2026"),
        "again": plan(path, watch._AGAIN, now="2026", leases=10),
        "late": plan(path, watch._LATE, before="2026", now="2026"),
        "came": plan(path, watch._CAME, before="2026"),
        "scheduled": plan(path, watch._PASSED_OVER, chain="clock:w"),
        "going": plan(path, runs._GOING, workflow="w", requester="schedule:w"),
        "begin": plan(path, waits._BEGIN, last=7),
        "end": plan(path, waits._END, last=7),
        "over": plan(path, waits._OVER, last=7),
        "starts": plan(path, waits._STARTS, last=7),
    }
    assert {name: text for name, text in plans.items() if "SCAN run" in text or "SCAN effect" in text} == {}
    assert "wait_by_age (workflow=? AND since<?)" in plans["overdue"]
    assert "SCAN wait" not in plans["asked"]
    assert "wait_by_standing (workflow=? AND standing=?)" in plans["asked"]
    assert "SCAN entry" not in "".join(plans.values())
    assert "SCAN alert" not in "".join(plans.values())
