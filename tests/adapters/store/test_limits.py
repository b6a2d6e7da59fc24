"""Counters, locks and switches reach beyond one run."""

import asyncio
from datetime import date, timedelta

import pytest

from bot.adapters.store.store import SqliteStore
from bot.domain.run import RunId
from bot.ports.store import Transaction
from tests.adapters.store.made import NOON, opened

TODAY = NOON.date()
ONE, OTHER = RunId("one"), RunId("other")


async def test_a_scope_counts_by_the_day(store: SqliteStore) -> None:
    def work(tx: Transaction) -> list[int]:
        today = [tx.limits.add("actions:a", TODAY, amount) for amount in (1, 2, -1)]
        tomorrow = tx.limits.add("actions:a", TODAY + timedelta(days=1), 5)
        return [*today, tomorrow, tx.limits.add("actions:b", TODAY, 7)]

    assert await store.run(work) == [1, 3, 2, 5, 7]
    assert await store.run(lambda tx: tx.limits.count("actions:a", TODAY)) == 2
    assert await store.run(lambda tx: tx.limits.count("actions:a", date(2020, 1, 1))) == 0


async def test_what_was_counted_on_days_long_ago_is_forgotten(store: SqliteStore) -> None:
    def work(tx: Transaction) -> list[int]:
        for back in (0, 1, 2):
            tx.limits.add("told:x", TODAY - timedelta(days=back), 1)
        tx.limits.forget(TODAY - timedelta(days=1))
        return [tx.limits.count("told:x", TODAY - timedelta(days=back)) for back in (0, 1, 2)]

    assert await store.run(work) == [1, 1, 0]


async def test_no_addition_is_lost_between_two_processes(store: SqliteStore) -> None:
    def add(tx: Transaction) -> int:
        return tx.limits.add("actions:a", TODAY, 1)

    async with opened(store._path) as other:
        await asyncio.gather(*[one.run(add) for _ in range(25) for one in (store, other)])
    assert await store.run(lambda tx: tx.limits.count("actions:a", TODAY)) == 50


async def test_one_run_at_a_time_has_a_record(store: SqliteStore) -> None:
    assert await store.run(lambda tx: tx.limits.lock_record("helpdesk:T-1", ONE)) is None
    assert await store.run(lambda tx: tx.limits.lock_record("helpdesk:T-1", ONE)) is None
    assert await store.run(lambda tx: tx.limits.lock_record("helpdesk:T-1", OTHER)) == ONE
    assert await store.run(lambda tx: tx.limits.lock_record("helpdesk:T-2", OTHER)) is None


async def test_a_run_lets_go_of_all_its_records_and_only_of_them(store: SqliteStore) -> None:
    def lock(tx: Transaction) -> None:
        tx.limits.lock_record("helpdesk:T-1", ONE)
        tx.limits.lock_record("helpdesk:T-2", ONE)
        tx.limits.lock_record("helpdesk:T-3", OTHER)
        tx.limits.unlock_records(ONE)

    await store.run(lock)
    assert await store.run(lambda tx: tx.limits.lock_record("helpdesk:T-1", OTHER)) is None
    assert await store.run(lambda tx: tx.limits.lock_record("helpdesk:T-3", ONE)) == OTHER


async def test_a_workflow_is_paused_until_it_is_resumed(store: SqliteStore) -> None:
    assert await store.run(lambda tx: tx.limits.paused("support_triage")) == ""
    await store.run(lambda tx: tx.limits.pause("support_triage", "Month end."))
    assert await store.run(lambda tx: tx.limits.paused("support_triage")) == "Month end."
    assert await store.run(lambda tx: tx.limits.paused("refunds")) == ""
    await store.run(lambda tx: tx.limits.pause("support_triage", "Still month end."))
    assert await store.run(lambda tx: tx.limits.paused("support_triage")) == "Still month end."
    await store.run(lambda tx: tx.limits.resume("support_triage"))
    assert await store.run(lambda tx: tx.limits.paused("support_triage")) == ""


async def test_everything_can_be_paused_at_once(store: SqliteStore) -> None:
    await store.run(lambda tx: tx.limits.pause("support_triage", "Month end."))
    await store.run(lambda tx: tx.limits.pause("*", "Emergency."))
    assert await store.run(lambda tx: tx.limits.paused("refunds")) == "Emergency."
    assert await store.run(lambda tx: tx.limits.paused("support_triage")) == "Emergency."
    await store.run(lambda tx: tx.limits.resume("*"))
    assert await store.run(lambda tx: tx.limits.paused("support_triage")) == "Month end."
    assert await store.run(lambda tx: tx.limits.paused("refunds")) == ""


@pytest.mark.parametrize("why", ["", "  "])
async def test_a_pause_without_a_reason_pauses_all_the_same(store: SqliteStore, why: str) -> None:
    await store.run(lambda tx: tx.limits.pause("*", why))
    assert await store.run(lambda tx: tx.limits.paused("support_triage"))
