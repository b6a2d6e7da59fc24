"""The first action of a run begins in the commit that orders it, wherever nothing could be lost by that.

Somebody listens here, as a runtime does: what is due is born leased, and performed when a test says so.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.systems.sandbox.ledger import Operation
from bot.application.decide import Wish, decide
from bot.application.steer import Move, Order, steer
from bot.application.switch import EVERYTHING, Flip, switch
from bot.domain.effect import Effect, Execute, Read
from bot.domain.event import Verdict
from bot.domain.person import Door, Person
from bot.domain.run import Action, ActionStatus, Run, RunId, RunState
from bot.ports.store import Lease
from bot.ports.system import Binding, Retry
from tests.application.office import LEASE, THREE_CHANGES, TRIAGE, Killed, Office, opened
from tests.application.test_execute import CREDIT, NOTICE, REPLY, TAG
from tests.made import FARAH, LEO, MIA, OLGA


@dataclass
class Listening:
    """An office with somebody who takes effects at their birth."""

    office: Office
    born: list[Lease] = field(default_factory=list[Lease])

    def take(self, leases: tuple[Lease, ...], due: datetime | None) -> None:
        del due
        self.born += leases

    async def perform(self, lease: Lease | None = None) -> None:
        """Perform what was born, and what that gives birth to; or one lease and nothing else."""
        if lease is not None:
            return await self.office.perform(lease)
        while self.born:
            await self.office.perform(self.born.pop(0))
        return None

    async def at_its_gate(self, workflow: str = "one_act", *, key: str = "") -> RunId:
        run = (await self.office.open(workflow, key=key)).run
        await self.perform()
        return run

    async def approve(self, run: RunId, by: Person = MIA) -> Run:
        await decide(self.office.parts, Wish(run, Verdict.APPROVE, by, Door.TERMINAL))
        return await self.office.run(run)

    def ordered(self, kind: type[Effect] = Execute) -> Lease:
        """The last effect of a kind that was born leased."""
        return [lease for lease in self.born if isinstance(lease.effect, kind)][-1]

    def asked(self) -> list[Operation]:
        """What the desk was asked to change, or whether it did."""
        calls = self.office.desk.backstage.calls()
        return [call.operation for call in calls if call.operation in (Operation.EXECUTE, Operation.FIND)]


@asynccontextmanager
async def listening(folder: Path, kind: str = REPLY, **more: Any) -> AsyncGenerator[Listening]:
    more.setdefault("brief", {"limits": {"actions_per_target_per_day": 99}})
    async with opened(folder, kind=kind, **more) as office:
        whole = Listening(office)
        office.store.listen(whole.take, owner="office", length=LEASE)
        yield whole


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Listening]:
    async with listening(tmp_path) as one:
        yield one


def first(run: Run) -> Action:
    return run.actions[0]


# --- early ------------------------------------------------------------------------------------------------------------


async def test_the_decision_and_the_intent_are_one_commit(one: Listening) -> None:
    run = await one.at_its_gate()
    after = await one.approve(run)
    assert first(after).status is ActionStatus.BEGUN
    kinds = [entry.kind for entry in await one.office.entries(run)]
    assert kinds[-2:] == ["gate.decided", "action.intended"]
    assert one.ordered().seen == after
    assert one.office.effects() == ()


async def test_what_began_early_is_called_once_and_nobody_asks_first(one: Listening) -> None:
    run = await one.at_its_gate()
    await one.approve(run)
    await one.perform()
    after = await one.office.run(run)
    assert (after.state, one.asked()) == (RunState.DONE, [Operation.EXECUTE])
    assert await one.office.pending(run) == []


async def test_the_last_witness_and_the_intent_are_one_commit(tmp_path: Path) -> None:
    answers = {"triage": {"category": "billing", "urgent": False, "summary": "Twice."}, "draft": {"body": "Yes."}}
    async with listening(tmp_path, copied=[TRIAGE], answers=answers, brief={}) as triage:
        run = await triage.at_its_gate("support_triage")
        assert first(await triage.approve(run, FARAH)).status is ActionStatus.PLANNED, "The account is read first."
        await triage.perform(triage.ordered(Read))
        kinds = [entry.kind for entry in await triage.office.entries(run)]
        assert kinds[-2:] == ["step.witnessed", "action.intended"]


async def test_a_record_is_held_from_the_decision_on(one: Listening) -> None:
    run, other = await one.at_its_gate(key="k-1"), await one.at_its_gate(key="k-2")
    await one.approve(run)
    assert first(await one.approve(other)).status is ActionStatus.PLANNED
    await one.perform(one.ordered())
    assert one.office.effects() == (), "The other one waits for the record."
    await one.perform()
    await one.office.pass_time(minutes=5)
    await one.perform()
    assert {(await one.office.run(id)).state for id in (run, other)} == {RunState.DONE}
    assert len(one.office.effects()) == 2


# --- what speaks against it -------------------------------------------------------------------------------------------


async def test_a_limit_that_is_used_up_parks_the_run_with_the_decision(tmp_path: Path) -> None:
    async with listening(tmp_path, brief={"limits": {"actions_per_day": 1, "actions_per_run": 1}}) as one:
        run, second = await one.at_its_gate(key="k-1"), await one.at_its_gate(key="k-2")
        await one.approve(run)
        await one.perform()
        parked = await one.approve(second)
        assert (parked.state, first(parked).status) == (RunState.PARKED, ActionStatus.PLANNED)
        assert "execute" not in await one.office.pending(second)
        await one.perform()
        assert "The limit of 1 a day is used up" in one.office.chat.told_to(OLGA.id)
        assert len(one.office.effects()) == 1
        assert await one.office.counted("actions:one_act") == 1


async def test_what_is_parked_with_its_decision_holds_no_record(tmp_path: Path) -> None:
    async with listening(tmp_path) as one:
        run, other = await one.at_its_gate(key="k-1"), await one.at_its_gate(key="k-2")
        bindings = one.office.wire.bindings
        one.office.wire.bindings = {REPLY: replace(bindings[REPLY], per_day=0)}
        assert (await one.approve(run)).state is RunState.PARKED
        one.office.wire.bindings = bindings
        assert first(await one.approve(other)).status is ActionStatus.BEGUN


async def test_whoever_lost_the_right_meanwhile_has_not_approved(tmp_path: Path) -> None:
    group = {"reviewers": {"support": {"recheck_at_execution": True, "needed": 2}}}
    async with listening(tmp_path, brief=group) as one:
        run = await one.at_its_gate()
        await one.approve(run, MIA)
        one.office.people.change(MIA, active=False)
        after = await one.approve(run, LEO)
        assert (after.state, after.gates["approved"].version, after.actions) == (RunState.WAITING, 2, ())
        await one.perform()
        assert one.office.effects() == ()


# --- not early --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [TAG, NOTICE])
async def test_what_would_be_in_doubt_begins_just_before_its_call(tmp_path: Path, kind: str) -> None:
    """Otherwise a bot that is stopped between the two would leave it to a person, or ask its system in vain."""
    async with listening(tmp_path, kind) as one:
        run = await one.at_its_gate()
        assert first(await one.approve(run)).status is ActionStatus.PLANNED
        await one.perform()
        assert ((await one.office.run(run)).state, one.asked()) == (RunState.DONE, [Operation.EXECUTE])


async def test_what_its_system_remembers_for_no_time_begins_just_before_its_call(one: Listening) -> None:
    one.office.wire.bindings = {REPLY: Binding(REPLY, Retry.IDEMPOTENT, None, sandbox=True)}
    run = await one.at_its_gate()
    assert first(await one.approve(run)).status is ActionStatus.PLANNED


async def test_what_nobody_takes_at_its_birth_begins_when_it_is_taken_up(tmp_path: Path) -> None:
    async with opened(tmp_path, kind=REPLY) as office:
        run = await office.start()
        await decide(office.parts, Wish(run, Verdict.APPROVE, MIA, Door.TERMINAL))
        assert first(await office.run(run)).status is ActionStatus.PLANNED


async def test_nothing_begins_in_a_pause(one: Listening) -> None:
    run = await one.at_its_gate()
    await switch(one.office.parts, Flip(EVERYTHING, True, OLGA, Door.TERMINAL, "Holidays."))
    assert first(await one.approve(run)).status is ActionStatus.PLANNED
    await one.office.settle()
    assert one.office.effects() == ()


async def test_nothing_begins_whose_steps_a_deploy_has_changed(one: Listening) -> None:
    run = await one.at_its_gate()
    one.office.deploy("one_act", lambda text: text.replace("sent = act", "done = act"))
    await one.approve(run)
    await one.perform()
    assert ((await one.office.run(run)).state, one.office.effects()) == (RunState.PARKED, ())


async def test_a_run_from_before_a_restored_copy_asks_first(one: Listening) -> None:
    run = await one.at_its_gate()
    one.office.parts = replace(one.office.parts, restored_at=one.office.clock.now() + timedelta(seconds=1))
    one.office.clock.forward(seconds=2)
    assert first(await one.approve(run)).status is ActionStatus.PLANNED
    await one.perform()
    assert one.asked() == [Operation.FIND, Operation.EXECUTE]


async def test_later_actions_of_a_plan_begin_after_the_outcome_of_the_one_before(tmp_path: Path) -> None:
    """What the first brought back is recorded, whatever is wrong with the second."""
    async with listening(tmp_path, copied=[THREE_CHANGES], brief={}) as plan:
        bindings: Mapping[str, Binding] = plan.office.wire.bindings
        plan.office.wire.bindings = {kind: replace(bindings[CREDIT], kind=kind) for kind in bindings}
        run = await plan.at_its_gate("three_changes")
        assert [a.status.value for a in (await plan.approve(run)).actions] == ["begun", "planned", "planned"]
        await plan.perform(plan.ordered())
        assert [a.status.value for a in (await plan.office.run(run)).actions] == ["done", "planned", "planned"]


# --- between the commit and the call ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [REPLY, CREDIT])
async def test_who_dies_between_the_commit_and_the_call_leaves_one_effect(tmp_path: Path, kind: str) -> None:
    async with listening(tmp_path, kind) as one:
        run = await one.at_its_gate()
        await one.approve(run)
        one.born.clear()
        await one.office.restart()
        await one.perform()
        assert ((await one.office.run(run)).state, len(one.office.effects())) == (RunState.DONE, 1)


async def test_a_lease_that_is_no_longer_fresh_is_looked_at_before_the_call(one: Listening) -> None:
    run = await one.at_its_gate()
    await one.approve(run)
    slow = one.ordered()
    one.office.clock.forward(seconds=91)
    quick = next(lease for lease in await one.office.lease(limit=9) if isinstance(lease.effect, Execute))
    one.office.wire.before.append(Killed())
    with pytest.raises(Killed):
        await one.perform(quick)
    await one.perform(slow)
    assert one.office.effects() == (), "Somebody else has it now."
    await one.office.restart()
    await one.perform()
    assert ((await one.office.run(run)).state, len(one.office.effects())) == (RunState.DONE, 1)


async def test_it_cannot_be_cancelled_once_it_has_begun(one: Listening) -> None:
    run = await one.at_its_gate()
    await one.approve(run)
    with pytest.raises(Exception, match="Something is being carried out right now"):
        await steer(one.office.parts, Order(run, Move.CANCEL, OLGA, Door.TERMINAL))
