"""A run changes only for whoever saw it as it is, and is found by what people look for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.store.store import SqliteStore
from bot.domain.errors import AlreadyDecided, OutOfDate, Unknown
from bot.domain.machine import Moved
from bot.domain.run import Ask, GateStatus, Question, RunId, RunState
from bot.ports.queries import RunFilter
from bot.ports.store import Transaction
from tests.adapters.store.made import (
    NOON,
    create,
    create_waiting,
    done,
    gate,
    moved,
    opened,
    run_of,
    save,
    started,
    waiting,
)


async def test_a_run_is_read_back_as_it_was_stored(store: SqliteStore) -> None:
    created = await create(store)
    assert created == replace(run_of(), seq=2)
    assert await store.run(lambda tx: tx.runs.load(created.id)) == created
    assert await store.queries.run(created.id) == created


async def test_a_run_is_read_back_by_another_process_as_it_was_stored(store: SqliteStore) -> None:
    run = await create(store)
    saved = await save(store, waiting(run))
    async with opened(store._path) as other:
        assert await other.run(lambda tx: tx.runs.load(run.id)) == saved


async def test_each_entry_counts_in_the_run(store: SqliteStore) -> None:
    run = await create(store)
    saved = await save(store, moved(run, entries=3))
    assert saved.seq == 5
    assert [one.seq for one in await store.queries.entries(f"run:{run.id}")] == [1, 2, 3, 4, 5]


async def test_an_unknown_run_is_refused(store: SqliteStore) -> None:
    with pytest.raises(Unknown, match="There is no run nobody"):
        await store.run(lambda tx: tx.runs.load(RunId("nobody")))
    with pytest.raises(Unknown, match="There is no run nobody"):
        await store.queries.run(RunId("nobody"))


async def test_a_run_that_never_was_created_cannot_be_saved(store: SqliteStore) -> None:
    with pytest.raises(Unknown):
        await save(store, moved(run_of()))


async def test_whoever_saw_an_older_run_changes_nothing(store: SqliteStore) -> None:
    seen = await create(store)
    saved = await save(store, moved(seen, reason="first"))
    with pytest.raises(OutOfDate, match="moved on"):
        await save(store, moved(seen, reason="second"))
    assert await store.queries.run(seen.id) == saved
    assert len(await store.queries.entries(f"run:{seen.id}")) == saved.seq


async def test_a_run_from_the_future_changes_nothing_either(store: SqliteStore) -> None:
    run = await create(store)
    with pytest.raises(OutOfDate):
        await save(store, moved(replace(run, seq=99)))


async def test_a_run_can_be_saved_twice_in_one_unit(store: SqliteStore) -> None:
    run = await create(store)
    saved = await store.run(lambda tx: tx.runs.save(moved(tx.runs.save(moved(run)), reason="twice")))
    assert (saved.seq, saved.reason) == (6, "twice")
    assert await store.queries.run(run.id) == saved


async def test_a_run_can_be_created_and_saved_in_one_unit(store: SqliteStore) -> None:
    saved = await store.run(lambda tx: tx.runs.save(waiting(tx.runs.create(started(run_of())))))
    assert await store.queries.run(saved.id) == saved


async def test_a_key_starts_one_run(store: SqliteStore) -> None:
    first = await create(store, run_of(1))
    again = run_of(2, origin=first.origin)
    with pytest.raises(AlreadyDecided, match="terminal:1"):
        await create(store, again)
    assert await store.run(lambda tx: tx.runs.started_by("support_triage", "terminal:1")) == first.id
    with pytest.raises(Unknown):
        await store.queries.run(again.id)


async def test_a_refused_start_leaves_nothing_even_where_the_refusal_is_caught(store: SqliteStore) -> None:
    first = await create(store, run_of(1))
    again = run_of(2, origin=first.origin)

    def start(tx: Transaction) -> bool:
        try:
            tx.runs.create(started(again))
        except AlreadyDecided:
            return False
        return True

    assert await store.run(start) is False
    assert await store.queries.entries(f"run:{again.id}") == ()
    assert await store.queries.pending(again.id) == ()


async def test_the_same_key_starts_another_workflow_too(store: SqliteStore) -> None:
    first = await create(store, run_of(1))
    await create(store, run_of(2, origin=first.origin, workflow="refunds"))
    assert await store.run(lambda tx: tx.runs.started_by("refunds", "terminal:1")) == run_of(2).id
    assert await store.run(lambda tx: tx.runs.started_by("refunds", "terminal:2")) is None


async def test_a_move_that_is_taken_back_is_forgotten(store: SqliteStore) -> None:
    run = await create(store)

    def fail(tx: Transaction) -> None:
        tx.runs.save(moved(tx.runs.load(run.id), reason="never happened"))
        raise LookupError

    with pytest.raises(LookupError):
        await store.run(fail)
    assert await store.run(lambda tx: tx.runs.load(run.id)) == run


async def test_a_move_without_entries_that_is_taken_back_is_forgotten(store: SqliteStore) -> None:
    run = await create(store)

    def fail(tx: Transaction) -> None:
        tx.runs.save(Moved(replace(tx.runs.load(run.id), reason="never happened"), (), ()))
        raise LookupError

    with pytest.raises(LookupError):
        await store.run(fail)
    assert await store.run(lambda tx: tx.runs.load(run.id)) == run


async def test_what_another_process_wrote_is_seen_at_once(store: SqliteStore) -> None:
    run = await create(store)
    async with opened(store._path) as other:
        saved = await other.run(lambda tx: tx.runs.save(moved(run, reason="elsewhere")))
    assert await store.run(lambda tx: tx.runs.load(run.id)) == saved


async def test_runs_of_one_requester_are_counted_from_a_moment_on(store: SqliteStore) -> None:
    for n in range(4):
        await create(store, run_of(n, started_at=NOON + timedelta(minutes=n)))
    await create(store, run_of(9, started_at=NOON, workflow="refunds"))

    def count(tx: Transaction) -> list[int]:
        moments = [NOON, NOON + timedelta(minutes=2), NOON + timedelta(hours=1)]
        return [tx.runs.started_since("support_triage", "T1/ana", at) for at in moments]

    assert await store.run(count) == [4, 2, 0]
    assert await store.run(lambda tx: tx.runs.started_since("support_triage", "T1/bob", NOON)) == 0


async def test_the_last_run_of_a_requester_that_has_not_ended_is_found(store: SqliteStore) -> None:
    def going(tx: Transaction) -> RunId | None:
        return tx.runs.going("support_triage", "T1/ana")

    assert await store.run(going) is None
    for n in (1, 2, 3):
        await create_waiting(store, n)
    assert await store.run(going) == run_of(3).id
    await store.run(lambda tx: tx.runs.save(done(tx.runs.load(run_of(1).id))))
    await store.run(lambda tx: tx.runs.save(done(tx.runs.load(run_of(3).id))))
    assert await store.run(going) == run_of(2).id
    await store.run(lambda tx: tx.runs.save(done(tx.runs.load(run_of(2).id))))
    assert await store.run(going) is None
    assert await store.run(lambda tx: tx.runs.going("refunds", "T1/ana")) is None


async def test_a_group_has_as_many_open_cards_as_gates_wait_for_it(store: SqliteStore) -> None:
    for n in range(3):
        await create_waiting(store, n)
    assert await store.run(lambda tx: tx.runs.open_gates("support", most=9)) == 3
    assert await store.run(lambda tx: tx.runs.open_gates("support", most=2)) == 2
    await store.run(lambda tx: tx.runs.save(done(tx.runs.load(run_of(1).id))))
    assert await store.run(lambda tx: tx.runs.open_gates("support", most=9)) == 2
    assert await store.run(lambda tx: tx.runs.open_gates("finance", most=9)) == 0


@pytest.mark.parametrize("status", [status for status in GateStatus if status is not GateStatus.OPEN])
async def test_a_gate_that_is_decided_waits_for_nobody(store: SqliteStore, status: GateStatus) -> None:
    gates = {"approved": gate("support", status)}
    await store.run(lambda tx: tx.runs.create(started(run_of(1, gates=gates, state=RunState.PARKED))))
    assert await store.run(lambda tx: tx.runs.open_gates("support")) == 0


async def test_a_question_is_a_card_of_its_group(store: SqliteStore) -> None:
    question = Question("amount", Ask.FILL_IN, "finance", "Which amount?", NOON)
    await create(store, run_of(1, questions={"amount": question}, state=RunState.WAITING))
    assert await store.run(lambda tx: tx.runs.open_gates("finance")) == 1
    (line,) = await store.queries.runs(RunFilter(group="finance"))
    assert line.waiting_for == "amount: finance"


async def test_a_run_that_ended_asks_nobody_whatever_it_left_open(store: SqliteStore) -> None:
    await create(store, run_of(1, gates={"approved": gate()}, state=RunState.STOPPED, ended_at=NOON))
    assert await store.run(lambda tx: tx.runs.open_gates("support")) == 0
