"""Effects are handed out one at a time where they would meet, and only the last holder may finish one."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.adapters.store.outbox import lane_of
from bot.adapters.store.store import SqliteStore
from bot.domain.effect import AskModel, Compensate, Effect, Execute, Read, Show, StartRuns, Tell, Wake
from bot.domain.run import Run
from bot.ports.store import Lease, Transaction
from tests.adapters.store.made import NOON, Hand, moved, opened, run_of, started

READ = Read("account", "helpdesk.account_of", {"id": "T-1001"})
ASK = AskModel("draft")
SEND = Execute("sent", 0)
CARD = Show("approved", 1)
NOTE = Tell("owner", "Look here.")
SOON = Wake(NOON + timedelta(hours=1), "approved")


class Ear:
    """Hears what a store tells its listener."""

    def __init__(self) -> None:
        self.leases: list[Lease] = []
        self.due: list[datetime | None] = []

    def __call__(self, leases: tuple[Lease, ...], due: datetime | None) -> None:
        self.leases.extend(leases)
        self.due.append(due)

    def take(self) -> list[Lease]:
        heard, self.leases = self.leases, []
        return heard


@pytest.fixture
def ear(store: SqliteStore) -> Ear:
    ear = Ear()
    store.listen(ear, owner="bot", length=timedelta(seconds=60))
    return ear


async def create(store: SqliteStore, *effects: Effect, n: int = 1) -> Run:
    return await store.run(lambda tx: tx.runs.create(started(run_of(n), *effects)))


async def order(store: SqliteStore, run: Run, *effects: Effect) -> Run:
    return await store.run(lambda tx: tx.runs.save(moved(tx.runs.load(run.id), *effects)))


async def lease(store: SqliteStore, clock: Hand, *, limit: int = 10, owner: str = "bot") -> tuple[Lease, ...]:
    now = clock.now()
    return await store.run(
        lambda tx: tx.outbox.lease(now=now, limit=limit, owner=owner, until=now + timedelta(seconds=60))
    )


async def postpone(store: SqliteStore, lease: Lease, until: datetime) -> bool:
    return await store.run(lambda tx: tx.outbox.postpone(lease, until))


async def finish(store: SqliteStore, lease: Lease) -> bool:
    return await store.run(lambda tx: tx.outbox.finish(lease))


def effects(leases: tuple[Lease, ...] | list[Lease]) -> list[Effect]:
    return [lease.effect for lease in leases]


# --- without a listener -------------------------------------------------------------------------------------------


async def test_an_effect_waits_until_somebody_takes_it(store: SqliteStore, clock: Hand) -> None:
    run = await create(store, READ)
    (taken,) = await lease(store, clock)
    assert (taken.run, taken.effect, taken.token, taken.attempt, taken.created_at) == (run.id, READ, 1, 1, NOON)
    assert await lease(store, clock) == ()


async def test_an_effect_that_is_done_is_gone(store: SqliteStore, clock: Hand) -> None:
    run = await create(store, READ)
    (taken,) = await lease(store, clock)
    assert await store.run(lambda tx: tx.outbox.holds(taken))
    assert await finish(store, taken)
    assert not await finish(store, taken)
    assert not await store.run(lambda tx: tx.outbox.holds(taken))
    assert await store.queries.pending(run.id) == ()


async def test_the_oldest_is_taken_first_and_no_more_than_asked(store: SqliteStore, clock: Hand) -> None:
    for n in range(5):
        await create(store, Tell("owner", f"{n}"), n=n)
        clock.forward(seconds=1)
    assert effects(await lease(store, clock, limit=2)) == [Tell("owner", "0"), Tell("owner", "1")]
    assert effects(await lease(store, clock, limit=2)) == [Tell("owner", "2"), Tell("owner", "3")]


async def test_who_was_too_slow_may_not_finish(store: SqliteStore, clock: Hand) -> None:
    await create(store, SEND)
    (slow,) = await lease(store, clock, owner="slow")
    clock.forward(seconds=61)
    (quick,) = await lease(store, clock, owner="quick")
    assert (quick.id, quick.token) == (slow.id, 2)
    assert not await store.run(lambda tx: tx.outbox.holds(slow))
    assert not await finish(store, slow)
    assert not await postpone(store, slow, clock.now())
    assert await finish(store, quick)


async def test_who_was_slow_may_still_finish_where_nobody_came(store: SqliteStore, clock: Hand) -> None:
    await create(store, SEND)
    (slow,) = await lease(store, clock)
    clock.forward(hours=1)
    assert await finish(store, slow)


async def test_an_effect_given_back_is_tried_again_then(store: SqliteStore, clock: Hand) -> None:
    run = await create(store, READ)
    (first,) = await lease(store, clock)
    assert await postpone(store, first, NOON + timedelta(minutes=5))
    assert not await finish(store, first)
    assert await lease(store, clock) == ()
    assert await store.queries.pending(run.id) == ((READ, NOON + timedelta(minutes=5), 2),)
    clock.forward(minutes=5)
    (second,) = await lease(store, clock)
    assert (second.id, second.attempt, second.token) == (first.id, 2, 2)


async def test_the_id_of_an_effect_never_comes_twice(store: SqliteStore, clock: Hand) -> None:
    run = await create(store, READ)
    (old,) = await lease(store, clock)
    await finish(store, old)
    await order(store, run, READ)
    (new,) = await lease(store, clock)
    assert new.id != old.id
    assert not await finish(store, old)


async def test_a_process_that_is_gone_holds_nothing(store: SqliteStore, clock: Hand) -> None:
    await create(store, READ, n=1)
    await lease(store, clock, owner="gone")
    await create(store, READ, n=2)
    await lease(store, clock, owner="here")
    assert await store.run(lambda tx: tx.outbox.release("gone")) == 1
    (taken,) = await lease(store, clock)
    assert (taken.run, taken.token, taken.attempt) == (run_of(1).id, 2, 1)
    assert await store.run(lambda tx: tx.outbox.release(None)) == 2
    assert len(await lease(store, clock)) == 2


async def test_who_takes_over_from_somebody_who_is_gone_is_told(store: SqliteStore, clock: Hand) -> None:
    await create(store, READ)
    (first,) = await lease(store, clock, owner="gone")
    clock.forward(seconds=61)
    (late,) = await lease(store, clock, owner="late")
    await store.run(lambda tx: tx.outbox.release(None))
    assert not await store.run(lambda tx: tx.outbox.holds(late))
    assert not await finish(store, late)
    (last,) = await lease(store, clock, owner="last")
    assert [one.interrupted for one in (first, late, last)] == [False, True, True]


async def test_what_was_given_back_was_not_interrupted(store: SqliteStore, clock: Hand) -> None:
    await create(store, READ)
    (first,) = await lease(store, clock, owner="first")
    await postpone(store, first, clock.now())
    (second,) = await lease(store, clock, owner="second")
    await store.run(lambda tx: tx.outbox.release("second"))
    (third,) = await lease(store, clock, owner="third")
    assert [one.interrupted for one in (first, second, third)] == [False, False, False]


async def test_who_takes_over_as_a_lane_becomes_free_is_told_as_well(store: SqliteStore, clock: Hand, ear: Ear) -> None:
    run = await create(store, READ)
    (born,) = ear.take()
    await order(store, run, ASK)
    clock.forward(seconds=61)
    assert await finish(store, born)
    (asked,) = ear.take()
    clock.forward(seconds=61)
    await store.run(lambda tx: tx.outbox.hurry(now=clock.now(), run=run.id))
    (again,) = ear.take()
    assert (asked.interrupted, again.interrupted, again.token) == (False, True, 2)


async def test_a_timer_is_a_row_that_comes_due(store: SqliteStore, clock: Hand) -> None:
    await create(store, SOON)
    assert await lease(store, clock) == ()
    assert await store.run(lambda tx: tx.outbox.next_due(after=clock.now())) == SOON.at
    clock.forward(hours=1)
    assert effects(await lease(store, clock)) == [SOON]
    assert await store.run(lambda tx: tx.outbox.next_due(after=clock.now())) is None


async def test_timers_are_forgotten_by_step_or_by_run(store: SqliteStore) -> None:
    other = Wake(SOON.at, "other")
    run = await create(store, SOON, other, NOTE)
    await store.run(lambda tx: tx.outbox.drop_wakes(run.id, "approved"))
    assert [one[0] for one in await store.queries.pending(run.id)] == [NOTE, other]
    await store.run(lambda tx: tx.outbox.drop_wakes(run.id))
    assert [one[0] for one in await store.queries.pending(run.id)] == [NOTE]


# --- lanes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effect", "lane"),
    [
        (READ, "work"),
        (ASK, "work"),
        (SEND, "work"),
        (Compensate("sent", 0), "work"),
        (StartRuns("each", "refunds"), "work"),
        (CARD, "show approved"),
        (NOTE, ""),
        (SOON, ""),
    ],
)
def test_effects_that_would_meet_share_a_lane(effect: Effect, lane: str) -> None:
    assert lane_of(effect) == lane


async def test_one_effect_of_a_lane_is_handed_out_at_a_time(store: SqliteStore, clock: Hand) -> None:
    await create(store, READ, ASK, NOTE, CARD)
    first = await lease(store, clock)
    assert effects(first) == [READ, NOTE, CARD]
    assert await lease(store, clock) == ()
    await finish(store, first[0])
    assert effects(await lease(store, clock)) == [ASK]


async def test_the_lanes_of_different_runs_do_not_meet(store: SqliteStore, clock: Hand) -> None:
    await create(store, READ, n=1)
    await create(store, READ, n=2)
    assert len(await lease(store, clock)) == 2


async def test_an_effect_that_waits_to_be_tried_again_keeps_nobody_waiting(store: SqliteStore, clock: Hand) -> None:
    await create(store, READ, ASK)
    (first,) = await lease(store, clock)
    await postpone(store, first, NOON + timedelta(minutes=5))
    assert effects(await lease(store, clock)) == [ASK]


async def test_a_lane_is_free_again_once_its_holder_is_too_slow(store: SqliteStore, clock: Hand) -> None:
    await create(store, READ, ASK)
    await lease(store, clock)
    clock.forward(seconds=61)
    (again,) = await lease(store, clock)
    assert (again.effect, again.token) == (READ, 2)


# --- cards --------------------------------------------------------------------------------------------------------


async def test_updates_of_a_card_that_nobody_began_become_one(store: SqliteStore) -> None:
    run = await create(store, Show("approved", 1))
    await order(store, run, Show("approved", 2), Show("other", 1))
    await order(store, run, Show("approved", 3))
    shown = [one[0] for one in await store.queries.pending(run.id)]
    assert sorted(shown, key=str) == [Show("approved", 3), Show("other", 1)]


async def test_an_update_of_a_card_that_is_under_way_is_not_lost(store: SqliteStore, clock: Hand) -> None:
    run = await create(store, Show("approved", 1))
    (under_way,) = await lease(store, clock)
    await order(store, run, Show("approved", 2))
    assert await lease(store, clock) == ()
    assert await finish(store, under_way)
    assert effects(await lease(store, clock)) == [Show("approved", 2)]


# --- with a listener ----------------------------------------------------------------------------------------------


async def test_what_is_due_is_born_leased(store: SqliteStore, clock: Hand, ear: Ear) -> None:
    run = await create(store, READ, NOTE, SOON)
    assert [(one.run, one.effect, one.token, one.attempt) for one in ear.leases] == [
        (run.id, READ, 1, 1),
        (run.id, NOTE, 1, 1),
    ]
    assert ear.due == [SOON.at]
    assert await lease(store, clock) == ()
    assert await finish(store, ear.leases[0])


async def test_a_lease_of_birth_runs_out_too(store: SqliteStore, clock: Hand, ear: Ear) -> None:
    await create(store, READ)
    clock.forward(seconds=59)
    assert await lease(store, clock) == ()
    clock.forward(seconds=1)
    (again,) = await lease(store, clock, owner="other")
    assert again.token == 2
    assert not await finish(store, ear.leases[0])


async def test_one_effect_of_a_lane_is_born_leased(store: SqliteStore, ear: Ear) -> None:
    run = await create(store, READ, ASK)
    assert effects(ear.take()) == [READ]
    await order(store, run, SEND)
    assert ear.take() == []


async def test_what_waited_in_a_lane_is_handed_over_by_the_commit_that_frees_it(store: SqliteStore, ear: Ear) -> None:
    await create(store, READ, ASK, SEND)
    for expected in (READ, ASK, SEND):
        (taken,) = ear.take()
        assert taken.effect == expected
        assert await finish(store, taken)
    assert ear.leases == []


async def test_what_waited_in_a_lane_is_handed_over_by_an_effect_given_back(store: SqliteStore, ear: Ear) -> None:
    await create(store, READ, ASK)
    (first,) = ear.take()
    await postpone(store, first, NOON + timedelta(minutes=5))
    assert effects(ear.take()) == [ASK]
    assert ear.due[-1] == NOON + timedelta(minutes=5)


@pytest.mark.parametrize("finish_first", [True, False])
async def test_the_next_effect_is_born_leased_wherever_the_unit_finishes_the_one_before(
    store: SqliteStore, ear: Ear, finish_first: bool
) -> None:
    run = await create(store, READ)
    (first,) = ear.take()

    def conclude(tx: Transaction) -> None:
        if finish_first:
            assert tx.outbox.finish(first)
        tx.runs.save(moved(tx.runs.load(run.id), ASK))
        if not finish_first:
            assert tx.outbox.finish(first)

    await store.run(conclude)
    (second,) = ear.take()
    assert second.effect == ASK
    assert await store.run(lambda tx: tx.outbox.holds(second))
    assert await finish(store, second)


async def test_what_waited_goes_before_what_is_new(store: SqliteStore, ear: Ear) -> None:
    run = await create(store, READ, ASK)
    (first,) = ear.take()

    def conclude(tx: Transaction) -> None:
        tx.outbox.finish(first)
        tx.runs.save(moved(tx.runs.load(run.id), SEND))

    await store.run(conclude)
    assert effects(ear.take()) == [ASK]


async def test_a_unit_that_fails_tells_nobody(store: SqliteStore, clock: Hand, ear: Ear) -> None:
    def fail(tx: Transaction) -> None:
        tx.runs.create(started(run_of(), READ))
        raise LookupError

    with pytest.raises(LookupError):
        await store.run(fail)
    assert (ear.leases, ear.due) == ([], [])
    assert await lease(store, clock) == ()


async def test_the_listener_hears_of_many_units_at_once(store: SqliteStore, ear: Ear) -> None:
    await asyncio.gather(*[create(store, READ, SOON, n=n) for n in range(10)])
    assert sorted(one.run for one in ear.leases) == [run_of(n).id for n in range(10)]
    assert set(ear.due) == {SOON.at}


async def test_a_commit_with_nothing_to_do_tells_nobody(store: SqliteStore, ear: Ear) -> None:
    await create(store)
    assert (ear.leases, ear.due) == ([], [])


async def test_what_another_process_orders_is_taken_by_asking(store: SqliteStore, clock: Hand, ear: Ear) -> None:
    assert not await store.changed_elsewhere()
    async with opened(store._path, clock) as other:
        await other.run(lambda tx: tx.runs.create(started(run_of(), READ)))
    assert await store.changed_elsewhere()
    assert not await store.changed_elsewhere()
    assert ear.leases == []
    assert effects(await lease(store, clock)) == [READ]


async def test_its_own_commits_are_nothing_new_to_a_process(store: SqliteStore) -> None:
    await store.changed_elsewhere()
    await create(store)
    assert not await store.changed_elsewhere()


# --- after a pause ------------------------------------------------------------------------------------------------


async def later(store: SqliteStore, clock: Hand) -> None:
    now = clock.now()
    for one in await lease(store, clock):
        await postpone(store, one, now + timedelta(hours=2))


async def test_what_was_put_off_can_be_hurried(store: SqliteStore, clock: Hand) -> None:
    await create(store, READ, SOON, n=1)
    await store.run(lambda tx: tx.runs.create(started(run_of(2, workflow="refunds"), READ)))
    await create(store, READ, n=3)
    await later(store, clock)
    now = clock.now()
    assert await store.run(lambda tx: tx.outbox.hurry(now=now, run=run_of(3).id)) == 1
    assert [one.run for one in await lease(store, clock)] == [run_of(3).id]
    assert await store.run(lambda tx: tx.outbox.hurry(now=now, workflow="refunds")) == 1
    assert [one.run for one in await lease(store, clock)] == [run_of(2).id]
    assert await store.run(lambda tx: tx.outbox.hurry(now=now)) == 1
    assert effects(await lease(store, clock)) == [READ]


async def test_a_timer_cannot_be_hurried(store: SqliteStore, clock: Hand) -> None:
    await create(store, SOON)
    assert await store.run(lambda tx: tx.outbox.hurry(now=clock.now())) == 0
    assert await lease(store, clock) == ()


async def test_the_listener_hears_that_something_was_hurried(store: SqliteStore, clock: Hand, ear: Ear) -> None:
    run = await create(store, READ, NOTE)
    for one in ear.take():
        await postpone(store, one, NOON + timedelta(hours=2))
    await store.run(lambda tx: tx.outbox.hurry(now=NOON, run=run.id))
    assert effects(ear.take()) == [READ]
    assert ear.due[-1] == NOON
    assert effects(await lease(store, clock)) == [NOTE]


async def test_the_next_time_is_found_among_many_timers(store: SqliteStore, clock: Hand) -> None:
    timers = [Wake(NOON + timedelta(minutes=n), f"s{n}") for n in range(50, 0, -1)]
    await create(store, *timers)
    assert await store.run(lambda tx: tx.outbox.next_due(after=clock.now())) == NOON + timedelta(minutes=1)
    clock.forward(minutes=2)
    assert effects(await lease(store, clock)) == [timers[-1], timers[-2]]
