"""A question that was asked when its bot died stands in the record as lost: nobody knows what came, or what it cost."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.model.scripted import Line, unavailable
from bot.application.steer import Move, Order, steer
from bot.domain.attempt import call_key
from bot.domain.outcome import Outcome, in_words
from bot.domain.person import Door
from bot.domain.run import RunId
from bot.ports.model import Question
from bot.ports.store import Lease, Transaction
from tests.application.conftest import TRIAGED
from tests.application.office import LEASE, TRIAGE, Killed, Office, opened
from tests.made import OLGA

CENTS = 10_000
SCOPE = "cost:support_triage"
Tried = list[tuple[str, str]]


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[Office]:
    """Support triage, whose questions cost a cent each and a dollar a day at most."""
    async with opened(tmp_path, copied=[TRIAGE], answers=TRIAGED, cost_micros=CENTS) as office:
        office.rewrite("support_triage", limits={"cost_per_day": "1.00 USD"})
        yield office


async def tried(office: Office, run: RunId) -> Tried:
    return [(line.step, line.attempt.outcome) for line in await office.store.queries.attempts(run)]


async def asking(office: Office) -> tuple[RunId, Lease]:
    """A run whose first question is about to be asked, by whoever has the lease."""
    run = (await office.open("support_triage", key="once")).run
    while True:
        (lease,) = await office.lease()
        if lease.effect.type == "ask model":
            return run, lease
        await office.perform(lease)


async def dying(office: Office, lease: Lease) -> None:
    """Ask, and die before the answer is there."""

    def killed(_question: Question) -> Line:
        raise Killed

    office.model.script = {**TRIAGED, lease.effect.step: killed}
    with pytest.raises(Killed):
        await office.perform(lease)
    office.model.script = TRIAGED


async def test_a_question_that_was_under_way_when_the_bot_died_is_a_row_and_is_asked_again(counted: Office) -> None:
    run, lease = await asking(counted)
    await dying(counted, lease)
    await counted.restart()
    assert await tried(counted, run) == [("triage", "lost"), ("triage", "answered"), ("draft", "answered")]
    assert len(counted.model.asked("triage")) == 2


async def test_what_is_lost_says_so_and_knows_no_cost(counted: Office) -> None:
    run, lease = await asking(counted)
    await dying(counted, lease)
    await counted.restart()
    lost = (await counted.store.queries.attempts(run))[0].attempt
    assert (lost.model, lost.cost_micros, lost.latency_ms) == ("scripted/1", None, None)
    assert lost.error == in_words(Outcome.LOST)
    assert lost.prompt.startswith("triage@")


async def test_what_was_set_aside_for_it_stays_spent(counted: Office) -> None:
    run, lease = await asking(counted)
    await dying(counted, lease)
    assert await counted.counted(SCOPE) == CENTS
    await counted.restart()
    assert await counted.counted(SCOPE) == 3 * CENTS, "Two answers, and the one that nobody heard."
    assert (await counted.run(run)).spent_micros == 2 * CENTS, "Of a run, only what is known."


async def test_its_row_has_the_key_that_the_server_saw_whatever_happened_since(counted: Office) -> None:
    run, lease = await asking(counted)
    await dying(counted, lease)
    assert (await counted.open("support_triage", key="once")).run == run, "The run has moved on: this is in its record."
    await counted.restart()
    first, again = counted.model.asked("triage")
    lost = (await counted.store.queries.attempts(run))[0].attempt
    assert lost.key == call_key(first.key, 1)
    assert again.key == first.key, "A server that honours keys gives the answer it has given."


async def test_a_lease_that_ran_out_is_a_question_that_was_lost(counted: Office) -> None:
    run, lease = await asking(counted)
    await dying(counted, lease)
    counted.clock.at += LEASE + timedelta(seconds=1)
    await counted.settle()
    assert (await tried(counted, run))[0] == ("triage", "lost")


async def test_each_death_is_a_row(counted: Office) -> None:
    run, lease = await asking(counted)
    for _ in range(3):
        await dying(counted, lease)
        counted.clock.at += LEASE + timedelta(seconds=1)
        (lease,) = await counted.lease()
        counted.model.questions.clear()
    await counted.perform(lease)
    assert [outcome for _, outcome in await tried(counted, run)] == ["lost", "lost", "lost", "answered"]


async def test_what_nobody_wants_any_more_was_asked_all_the_same(counted: Office) -> None:
    run, lease = await asking(counted)
    await dying(counted, lease)
    await steer(counted.parts, Order(run, Move.CANCEL, OLGA, Door.TERMINAL))
    await counted.restart()
    assert await tried(counted, run) == [("triage", "lost")]
    assert len(counted.model.asked("triage")) == 1


async def test_a_question_that_is_tried_later_was_not_lost(counted: Office) -> None:
    counted.model.script = {**TRIAGED, "triage": unavailable(transient=True)}
    run = await counted.start("support_triage")
    counted.model.script = TRIAGED
    await counted.pass_time(minutes=5)
    assert [outcome for _, outcome in await tried(counted, run)] == ["connection", "answered", "answered"]


async def test_what_a_bot_gives_back_as_it_stops_was_not_asked(counted: Office) -> None:
    run, _ = await asking(counted)
    await counted.store.run(lambda tx: tx.outbox.release("office"))
    await counted.settle()
    assert await tried(counted, run) == [("triage", "answered"), ("draft", "answered")]


async def test_what_was_held_by_a_pause_was_not_asked(counted: Office) -> None:
    run, lease = await asking(counted)
    await counted.store.run(lambda tx: tx.limits.pause("*", "Holidays."))
    await counted.perform(lease)

    def resumed(tx: Transaction) -> None:
        tx.limits.resume("*")
        tx.outbox.hurry(now=counted.clock.now())

    await counted.store.run(resumed)
    await counted.settle()
    assert await tried(counted, run) == [("triage", "answered"), ("draft", "answered")]


async def test_rules_in_this_process_lose_nothing(counted: Office) -> None:
    counted.model.rehearsal = True
    run, lease = await asking(counted)
    await dying(counted, lease)
    await counted.restart()
    assert ("triage", "lost") not in await tried(counted, run)


async def test_who_has_lost_the_lease_writes_no_row(counted: Office) -> None:
    run, lease = await asking(counted)
    await counted.store.run(lambda tx: tx.outbox.release(None))
    (stale,) = await counted.lease()
    await counted.store.run(lambda tx: tx.outbox.release(None))
    await counted.lease()
    await counted.perform(stale)
    assert await tried(counted, run) == []
    assert stale.interrupted
    assert not lease.interrupted
