"""What systems say at the end of a run that has changed several things: late, not at all, or while it is held."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Fault, Operation
from bot.application.audit_verify import Status
from bot.application.steer import Move, Order, steer
from bot.domain.audit.entry import EntryKind
from bot.domain.person import Door
from bot.domain.retrying import LOOK_AGAIN, SHOWN_WITHIN
from bot.domain.run import Run, RunState
from tests.workflows.company import Company, company, let_act
from tests.workflows.lives import LIVES
from tests.workflows.shipped import samples_of

POST = "chat.PostMessage"


async def _approved(office: Company, faults: Mapping[Fault, int | None], kind: str = POST) -> Run:
    """An alert and a note of a quiet deal, approved, with the system of one of them at fault when it is asked."""
    await let_act(office.bot, "quiet_deal")
    life = LIVES["quiet_deal"]
    run = await office.start("quiet_deal", samples_of("quiet_deal")[life.sample])
    for fault, times in faults.items():
        office.bot.back_office.backstage.fault(kind, fault, times=times, operation=Operation.FIND)
    return await office.approve(run, *life.by)


async def _resume(office: Company, run: Run) -> Run:
    await steer(office.bot.parts, Order(run.id, Move.RESUME, office.person("@olga"), Door.TERMINAL))
    return await office.at_rest(run.id)


async def _kinds(office: Company, run: Run) -> list[tuple[str, str | None]]:
    found = await office.bot.store.queries.entries(f"run:{run.id}")
    return [(one.kind, one.step) for one in found if (one.step or "").startswith("done_when")]


@pytest.mark.certify
@pytest.mark.asyncio
async def test_what_is_shown_late_is_waited_for_as_after_a_lost_answer(tmp_path: Path) -> None:
    async with company(tmp_path) as office:
        before = office.clock.now()
        run = await _approved(office, {Fault.UNSEEN: LOOK_AGAIN - 1})
        assert run.state is RunState.DONE
        assert office.clock.now() - before >= SHOWN_WITHIN
        assert await _kinds(office, run) == [
            (EntryKind.STEP_DONE, "done_when"),
            (EntryKind.STEP_RETRIED, "done_when[2]"),
            (EntryKind.STEP_RETRIED, "done_when[2]"),
            (EntryKind.STEP_DONE, "done_when[2]"),
        ]
        assert office.verified() is Status.WHOLE


@pytest.mark.asyncio
async def test_what_is_never_shown_parks_for_the_owner_and_is_asked_for_again_once_resumed(tmp_path: Path) -> None:
    async with company(tmp_path) as office:
        run = await _approved(office, {Fault.UNSEEN: LOOK_AGAIN})
        assert run.state is RunState.PARKED
        assert f"It was carried out, but {POST} on chat:" in run.reason
        assert any(run.reason in said for said in office.told)
        done = await _resume(office, run)
        assert done.state is RunState.DONE
        assert (await _kinds(office, done))[-2:] == [
            (EntryKind.STEP_CORRECTED, "done_when[2]"),
            (EntryKind.STEP_DONE, "done_when[2]"),
        ]
        assert len(office.effects()) == 2
        assert office.verified() is Status.WHOLE


@pytest.mark.certify
@pytest.mark.asyncio
async def test_a_system_that_is_down_at_the_end_is_tried_as_long_as_the_brief_says(tmp_path: Path) -> None:
    async with company(tmp_path) as office:
        run = await _approved(office, {Fault.DOWN: 2})
        assert run.state is RunState.DONE
    async with company(tmp_path / "for good") as office:
        run = await _approved(office, {Fault.DOWN: None})
        assert run.state is RunState.PARKED
        assert f"{POST} could not be looked up" in run.reason
        assert any(said.startswith(f"To {office.person('@priya').id}: ") and run.reason in said for said in office.told)
        assert office.verified() is Status.WHOLE


@pytest.mark.asyncio
async def test_a_run_that_is_held_is_not_done_before_it_goes_on(tmp_path: Path) -> None:
    async with company(tmp_path) as office:
        await let_act(office.bot, "quiet_deal")
        run = await office.start("quiet_deal", samples_of("quiet_deal")[LIVES["quiet_deal"].sample])
        office.bot.back_office.backstage.fault(POST, Fault.DOWN, operation=Operation.FIND)
        await office.decide(run, "@mia")
        await office.runtime.settle()
        olga = office.person("@olga")
        await steer(office.bot.parts, Order(run.id, Move.PAUSE, olga, Door.TERMINAL))
        office.clock.forward(seconds=timedelta(minutes=5).total_seconds())
        await office.runtime.settle()
        assert (await office.bot.store.queries.run(run.id)).state is RunState.RUNNING
        assert (await _resume(office, run)).state is RunState.DONE
