"""The embedded runtime: what is due is done, what waits is a row, and no stop, restart or fault loses any of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NoReturn

import pytest

from bot.adapters.model.scripted import Scripted
from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.application.decide import Wish, decide
from bot.application.start import Request, start
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import AskModel
from bot.domain.errors import StoreBusy, StoreFailed
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.run import ActionStatus, GateStatus, Run, RunId, RunState, StepStatus
from bot.ports.store import Lease
from bot.runtimes.embedded import AFTER_FAILURE, AT_ONCE, LEASE
from bot.wiring import DATABASE
from tests.audit.house import BILLING, FARAH, MIA, NOON, SAM, TEAM, Hand, House, opened, ticket

DAY = timedelta(days=1)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path / "data") as house:
        yield house
        for event in model(house).held.values():
            event.set()  # a test that failed half way leaves nobody waiting


def request(n: int = 1) -> Request:
    return Request("support_triage", ticket(n), Door.TERMINAL, TEAM, SAM, SAM.id)


async def begin(house: House, n: int = 1) -> RunId:
    """Start a run, and leave the rest to the runtime."""
    return (await start(house.parts, request(n))).run


async def at_rest(house: House) -> None:
    """Let the workers end, without looking for anything more."""
    runtime = house.runtime
    async with asyncio.timeout(10):
        while any(line.workers or line.ready for line in runtime._lines):
            runtime._quiet.clear()
            await runtime._quiet.wait()


async def run_of(house: House, run: RunId) -> Run:
    return await house.store.queries.run(run)


async def taken(house: House, owner: str = "another") -> tuple[Lease, ...]:
    """What another process could take now."""
    now = house.clock.now()
    return await house.store.run(lambda tx: tx.outbox.lease(now=now, limit=99, owner=owner, until=now + DAY))


def model(house: House) -> Scripted:
    assert isinstance(house.parts.model, Scripted)
    return house.parts.model


def job(house: House) -> Any:
    """The one timer, as the scheduler has it."""
    scheduler: Any = house.runtime._scheduler
    return scheduler.get_job("next")


# --- what is due is done ---------------------------------------------------------------------------------------------


async def test_what_a_commit_makes_due_is_done_without_looking_for_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def collect() -> NoReturn:
        raise AssertionError("Nobody has to look: it is born leased.")

    monkeypatch.setattr(house.runtime, "collect", collect)
    run = await begin(house)
    await at_rest(house)
    after = await run_of(house, run)
    assert (after.state, [*after.gates]) == (RunState.WAITING, ["approved"])
    await decide(house.parts, Wish(run, Verdict.APPROVE, FARAH, Door.TERMINAL))
    await at_rest(house)
    assert (await run_of(house, run)).state is RunState.DONE
    assert len(house.desk.backstage.effects()) == 1


async def test_many_runs_are_brought_to_their_gates_each_with_its_own_answer(house: House) -> None:
    runs = [await begin(house, n % 6 + 1) for n in range(6)]
    await house.runtime.settle()
    assert len(set(runs)) == 6
    for run in runs:
        assert (await run_of(house, run)).state is RunState.WAITING
    assert len(model(house).asked("triage")) == 6


async def test_settling_with_nothing_to_do_returns_at_once(house: House) -> None:
    async with asyncio.timeout(5):
        await house.runtime.settle()
        await house.runtime.settle()


class Barrier(asyncio.Event):
    """Tells when somebody has come to it."""

    def __init__(self, many: int = 1) -> None:
        super().__init__()
        self.came, self.left, self.reached = 0, many, asyncio.Event()

    async def wait(self) -> Literal[True]:
        self.came += 1
        if self.came >= self.left:
            self.reached.set()
        return await super().wait()


def hold(house: House, step: str, many: int = 1) -> Barrier:
    barrier = Barrier(many)
    model(house).held = {step: barrier}
    return barrier


async def test_no_more_is_under_way_than_so_much_at_once(house: House) -> None:
    barrier = hold(house, "triage", AT_ONCE)
    more = AT_ONCE + 5
    runs = [(await start(house.parts, replace(request(), value=ticket(1, subject=str(n))))).run for n in range(more)]
    async with asyncio.timeout(10):
        await barrier.reached.wait()
    await house.store.run(lambda tx: None)
    assert len(house.runtime._ask_line.workers) == AT_ONCE
    assert barrier.came == AT_ONCE
    barrier.set()
    await house.runtime.settle()
    assert barrier.came == more
    states = {(await run_of(house, run)).state for run in runs}
    assert states == {RunState.WAITING}


async def test_a_model_that_hangs_holds_up_nothing_but_questions(house: House) -> None:
    barrier = hold(house, "triage", AT_ONCE)
    more = AT_ONCE + 5
    runs = [(await start(house.parts, replace(request(), value=ticket(1, subject=str(n))))).run for n in range(more)]
    async with asyncio.timeout(10):
        await barrier.reached.wait()
        while workers := house.runtime._work_line.workers:
            await asyncio.wait(workers)
    assert barrier.came == AT_ONCE
    assert {(await run_of(house, run)).steps["account"].status for run in runs} == {StepStatus.DONE}
    barrier.set()
    await house.runtime.settle()
    assert barrier.came == more


async def test_a_question_that_waited_for_its_turn_keeps_its_lease_until_it_is_answered(house: House) -> None:
    run, barrier = await begin(house), hold(house, "triage")
    house.clock.at += LEASE  # it stood in the line so long
    async with asyncio.timeout(10):
        await barrier.reached.wait()
    house.clock.at += LEASE / 2
    assert not await taken(house)
    barrier.set()
    await house.runtime.settle()
    assert len(model(house).asked("triage")) == 1
    assert (await run_of(house, run)).state is RunState.WAITING


async def test_a_hint_adds_nothing(house: House) -> None:
    before = len(asyncio.all_tasks())

    def hint(tx: Any) -> None:
        house.runtime.wake(tx, RunId("nobody"))

    await house.store.run(hint)
    assert len(asyncio.all_tasks()) == before


# --- time ------------------------------------------------------------------------------------------------------------


async def test_a_timer_is_due_when_the_clock_says_so_and_not_before(house: House) -> None:
    run = await house.start()
    ((_, due, _),) = await house.store.queries.pending(run)
    house.clock.at = due - timedelta(seconds=1)
    house.said.clear()
    await house.runtime.settle()
    assert house.said == []
    house.clock.at = due
    await house.runtime.settle()
    assert any("still waits for you" in text for text in house.said)


async def test_whoever_does_not_decide_lets_it_run_out_and_nothing_is_sent(house: House) -> None:
    run = await house.start()
    for _ in range(10):
        house.clock.forward(days=1)
        await house.runtime.settle()
    after = await run_of(house, run)
    assert (after.state, [gate.status for gate in after.gates.values()]) == (RunState.PARKED, [GateStatus.EXPIRED])
    assert house.desk.backstage.effects() == ()
    assert await house.store.queries.pending(run) == ()


async def test_the_one_timer_is_for_the_earliest(house: House) -> None:
    first = await house.start()
    ((_, due, _),) = await house.store.queries.pending(first)
    house.clock.forward(minutes=30)
    await house.start(id="T-1002")
    assert house.runtime._next == due
    left = job(house).next_run_time - datetime.now(UTC)
    assert abs(left - (due - house.clock.at)) < timedelta(minutes=1)


@pytest.mark.parametrize(("sooner", "moved"), [(timedelta(minutes=-5), True), (timedelta(minutes=5), False)])
async def test_only_an_earlier_time_moves_the_timer(house: House, sooner: timedelta, moved: bool) -> None:
    await house.start()
    set_for, job_for = house.runtime._next, job(house).next_run_time
    assert set_for is not None
    house.runtime._take((), set_for + sooner)
    assert house.runtime._next == (set_for + sooner if moved else set_for)
    assert (job(house).next_run_time < job_for) is moved


async def test_without_anything_to_wait_for_there_is_no_timer(house: House) -> None:
    assert house.runtime._next is None
    assert job(house) is None


# --- other processes -------------------------------------------------------------------------------------------------


async def test_what_another_process_commits_is_noticed_and_done(house: House, tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "data" / "audit.key")
    other = SqliteStore(tmp_path / "data" / DATABASE, keys=keys, writer="other", clock=house.clock)
    await house.runtime._look_round()
    async with other.open():
        run = (await start(replace(house.parts, store=other), request())).run
    await at_rest(house)
    assert model(house).questions == []
    await house.runtime._look_round()
    await at_rest(house)
    assert (await run_of(house, run)).state is RunState.WAITING


async def test_where_nobody_else_committed_nobody_looks(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = list[int]()

    async def collect() -> None:
        looked.append(1)

    await house.runtime._look_round()
    await house.start()
    monkeypatch.setattr(house.runtime, "collect", collect)
    await house.runtime._look_round()
    await house.runtime._look_round()
    assert looked == []


async def test_a_restart_takes_over_what_a_dead_process_holds(tmp_path: Path) -> None:
    async with opened(tmp_path / "data") as house:
        await house.runtime.stop()
        run = await begin(house)
        await house.store.run(lambda tx: tx.outbox.release(None))
        assert {lease.run for lease in await taken(house, "dead")} == {run}
        assert await taken(house) == ()
    async with opened(tmp_path / "data", clock=Hand(NOON + timedelta(minutes=1))) as house:
        await house.runtime.settle()
        assert (await run_of(house, run)).state is RunState.WAITING
        assert (await house.approve(run)).state is RunState.DONE
        assert len(house.desk.backstage.effects()) == 1


async def test_a_restart_knows_the_timers_of_the_life_before(tmp_path: Path) -> None:
    async with opened(tmp_path / "data") as house:
        run = await house.start()
        ((_, due, _),) = await house.store.queries.pending(run)
    async with opened(tmp_path / "data") as house:
        assert house.runtime._next == due


# --- stopping --------------------------------------------------------------------------------------------------------


async def test_a_stop_finishes_what_is_under_way_and_begins_nothing_new(house: House) -> None:
    barrier = hold(house, "triage")
    run = await begin(house)
    async with asyncio.timeout(10):
        await barrier.reached.wait()
    stop = asyncio.create_task(house.runtime.stop())
    late = await begin(house, 2)
    assert not stop.done()
    barrier.set()
    async with asyncio.timeout(10):
        await stop
    assert (await run_of(house, run)).steps["triage"].status is StepStatus.DONE
    assert [question.step for question in model(house).questions] == ["triage"]
    assert {lease.run for lease in await taken(house)} == {run, late}, "Whoever comes next finds both, free."


async def test_a_stopped_runtime_takes_nothing_any_more(house: House) -> None:
    await house.runtime.stop()
    run = await begin(house)
    await at_rest(house)
    await house.runtime.collect()
    assert [line.workers for line in house.runtime._lines] == [set(), set()]
    assert model(house).questions == []
    assert (await run_of(house, run)).state is RunState.RUNNING


async def test_stopping_twice_is_no_mistake(house: House) -> None:
    await house.runtime.stop()
    await house.runtime.stop()
    assert not house.runtime._scheduler.running


async def test_a_stop_seals_the_record(house: House) -> None:
    await house.start()
    await house.runtime.stop()
    waiting = await house.store.run(lambda tx: tx.ledger.unsealed())
    assert waiting is None or waiting.count <= 1, "Only the entry that says so may be left."


# --- the store fails -------------------------------------------------------------------------------------------------


def fail(house: House, error: Exception, *, times: int) -> Callable[[], int]:
    """Let the next units of work fail; how many still will."""
    store: Any = house.store
    inner, left = store.run, [times]

    async def run(work: Any, *, patient: bool = False) -> Any:
        if left[0]:
            left[0] -= 1
            raise error
        return await inner(work, patient=patient)

    store.run = run
    return lambda: left[0]


@pytest.mark.parametrize("error", [StoreBusy(), StoreFailed()])
async def test_a_store_that_fails_is_asked_again_a_moment_later(
    house: House, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    left = fail(house, error, times=1)
    before = house.clock.at
    await house.runtime.collect()
    assert left() == 0
    assert house.runtime._next is not None
    assert timedelta() <= house.runtime._next - before - AFTER_FAILURE < timedelta(seconds=1)
    assert "The store cannot be used" in caplog.text
    run = await house.start()
    assert (await run_of(house, run)).state is RunState.WAITING


async def test_an_effect_whose_outcome_could_not_be_stored_is_taken_up_when_its_lease_is_out(house: House) -> None:
    barrier = hold(house, "triage")
    run = await begin(house)
    async with asyncio.timeout(10):
        await barrier.reached.wait()
    fail(house, StoreBusy(), times=1)
    barrier.set()
    await at_rest(house)
    assert (await run_of(house, run)).steps["triage"].status is StepStatus.DUE
    assert house.runtime._next is not None
    assert house.runtime._next <= house.clock.now() + LEASE
    house.clock.forward(seconds=LEASE.total_seconds() + 1)
    await house.runtime.settle()
    assert (await run_of(house, run)).state is RunState.WAITING
    assert len(model(house).asked("triage")) == 2


async def test_a_stop_does_not_fail_with_its_store(house: House, caplog: pytest.LogCaptureFixture) -> None:
    fail(house, StoreFailed(), times=2)
    await house.runtime.stop()
    assert "The store cannot be used" in caplog.text
    assert "The record was not sealed" in caplog.text


# --- our own code fails ----------------------------------------------------------------------------------------------


async def through_time(house: House, run: RunId, minutes: int = 30) -> Run:
    for _ in range(minutes * 2):
        house.clock.forward(seconds=30)
        await house.runtime.settle()
    return await run_of(house, run)


async def test_an_effect_that_stumbles_once_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    answers = list(BILLING.items())
    stumbled = list[int]()

    def triage(_question: object) -> Any:
        if not stumbled:
            stumbled.append(1)
            raise ZeroDivisionError("It divided by zero.")
        return answers[0][1]

    async with opened(tmp_path / "data", answers={**BILLING, "triage": triage}) as house:
        run = await house.start()
        assert (await run_of(house, run)).steps["triage"].status is StepStatus.DUE
        assert "An effect failed unexpectedly" in caplog.text
        after = await through_time(house, run, minutes=1)
        assert (after.state, [*after.gates]) == (RunState.WAITING, ["approved"])


async def test_an_effect_that_stumbles_again_and_again_is_put_to_people_and_says_where_to_look(tmp_path: Path) -> None:
    def broken(_question: object) -> NoReturn:
        raise ZeroDivisionError("It divided by zero.")

    async with opened(tmp_path / "data", answers={**BILLING, "triage": broken}) as house:
        run = await house.start()
        after = await through_time(house, run)
        assert len(model(house).asked("triage")) == 4, "It is tried again three times, and no more."
        assert (after.state, [*after.questions]) == (RunState.WAITING, ["triage"])
        said = after.questions["triage"].text
        assert "Something in the bot itself failed (ZeroDivisionError); its log says where." in said
        assert "divided by zero" not in said, "What an error says may be anything; it is for the log."


async def test_a_call_that_stumbles_leaves_its_run_parked_in_doubt_and_somebody_told(house: House) -> None:
    run = await house.start()
    desk: Any = house.desk
    calls = list[str]()

    async def execute(_intent: object, key: str) -> NoReturn:
        calls.append(key)
        raise ZeroDivisionError("It divided by zero.")

    async def find(_intent: object, _key: str) -> None:
        return None

    desk.execute, desk.find = execute, find
    house.said.clear()
    await house.approve(run)
    after = await through_time(house, run)
    assert after.state is RunState.PARKED
    assert [action.status for action in after.actions] == [ActionStatus.IN_DOUBT]
    assert any("is parked" in text for text in house.said)
    assert len(set(calls)) == 1
    assert len(calls) <= 4


async def test_one_effect_that_stumbles_keeps_no_other_run_waiting(tmp_path: Path) -> None:
    def picky(question: Any) -> Any:
        if question.material["ticket"]["subject"] == "Broken":
            raise ZeroDivisionError("It divided by zero.")
        return dict(BILLING)["triage"]

    async with opened(tmp_path / "data", answers={**BILLING, "triage": picky}) as house:
        await house.start(subject="Broken")
        fine = await house.start(id="T-1002")
        assert (await run_of(house, fine)).state is RunState.WAITING


async def test_a_card_that_stumbles_holds_nothing_up_and_is_reported(house: House) -> None:
    async def show(*_: object) -> NoReturn:
        raise ZeroDivisionError("It divided by zero.")

    messenger: Any = house.parts.messenger
    messenger.show = show
    run = await house.start()
    after = await through_time(house, run)
    assert after.state is RunState.WAITING
    assert any("could not be shown" in text for text in house.said)
    assert (await house.approve(run)).state is RunState.DONE


async def test_what_cannot_even_be_parked_is_put_aside_and_the_log_is_loud(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    barrier = hold(house, "triage")
    run = await begin(house)
    async with asyncio.timeout(10):
        await barrier.reached.wait()

    def pinned(_run: Run) -> NoReturn:
        raise ZeroDivisionError("It divided by zero.")

    monkeypatch.setattr(house.parts.library, "pinned", pinned)
    barrier.set()
    await at_rest(house)
    assert "An effect was put aside" in caplog.text
    (aside,) = [due for effect, due, _ in await house.store.queries.pending(run) if isinstance(effect, AskModel)]
    assert aside - house.clock.now() > timedelta(days=3000)


async def test_a_record_that_cannot_be_sealed_holds_no_run_up(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def seal_when_due(_parts: object) -> NoReturn:
        raise StoreFailed("The tree does not fit.")

    monkeypatch.setattr("bot.runtimes.embedded.seal_when_due", seal_when_due)
    await house.runtime._seal()
    assert "The record was not sealed: The tree does not fit." in caplog.text
    run = await house.start()
    assert (await house.approve(run)).state is RunState.DONE


async def test_every_outcome_stands_in_the_record_once(house: House) -> None:
    run = await house.start()
    await house.approve(run)
    entries = await house.store.queries.entries(f"run:{run}")
    kinds = [entry.kind for entry in entries]
    assert kinds.count(EntryKind.ACTION_INTENDED.value) == 1
    assert kinds[0] == EntryKind.RUN_STARTED.value
    assert MIA.id not in {entry.actor for entry in entries}
