"""A workflow that does not load keeps its runs: they are parked with the reason, and go on once it is mended."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.systems.sandbox import sample_tickets
from bot.application.audit_right import demand
from bot.application.finding import Finding, add_finding
from bot.application.steer import Move
from bot.application.switch import EVERYTHING, Flip, switch
from bot.domain.errors import Misdeclared, NotAllowed, Refused, Uncertain
from bot.domain.event import Verdict
from bot.domain.fold import fold, standing_of
from bot.domain.gate import Power
from bot.domain.person import Door
from bot.domain.run import ActionStatus, RunState
from bot.ports.queries import RunFilter
from tests.application.conftest import APPLIED
from tests.application.office import ONBOARDING, PARTNER_TICKET, Office, opened, ticket
from tests.made import ADA, EVE, JONAS, LENA, MIA, NORA, OLGA, PRIYA, SAM

FORBIDDING: Mapping[str, Any] = {"changes": {"helpdesk": ["SendReply"]}}
"""The brief as it stands does not allow what the steps propose."""
ALLOWING: Mapping[str, Any] = {"changes": {"helpdesk": ["AddTag"]}}
SAYS = "one_act does not load: "


def broken(steps: str) -> str:
    return steps + "\ndef (\n"


async def test_nothing_is_started_of_it_through_any_door(office: Office) -> None:
    office.rewrite(**FORBIDDING)
    for by, door in ((SAM, Door.TERMINAL), (None, Door.WEBHOOK)):
        with pytest.raises(Misdeclared, match=r"proposes helpdesk\.AddTag, which the brief does not allow") as refused:
            await office.open(by=by, door=door)
        assert refused.value.line > 0
    assert (await office.store.queries.counts()).get("waiting", 0) == 0


async def test_the_other_workflows_go_on(tmp_path: Path) -> None:
    async with opened(tmp_path, copied=[ONBOARDING, PARTNER_TICKET]) as office:
        run = await office.start("one_act", by=SAM)
        office.deploy("partner_onboarding", broken)
        assert office.parts.library.names() == ("one_act", "partner_ticket")
        assert (await office.decide(run)).state is RunState.DONE


async def test_a_waiting_run_is_parked_for_its_owner_with_file_line_and_mend(office: Office) -> None:
    run = await office.start()
    office.rewrite(**FORBIDDING)
    await office.pass_time(hours=5)
    parked = await office.run(run)
    assert parked.state is RunState.PARKED
    assert parked.reason.startswith(SAYS)
    assert "one_act/__init__.py:" in parked.reason
    assert 'Add it under [changes]: helpdesk = ["AddTag"]' in parked.reason
    assert parked.reason.endswith("Mend that, then resume, or cancel.")
    assert parked.reason in office.chat.told_to(OLGA.id)
    assert SAYS in office.chat.told_to(PRIYA.id)
    assert "is held up. one_act does not load" in office.chat.told_to(SAM.id)
    assert fold(await office.entries(run)) == standing_of(parked)


async def test_it_goes_on_where_it_was_once_that_is_mended(office: Office) -> None:
    run = await office.start()
    office.rewrite(**FORBIDDING)
    await office.pass_time(hours=5)
    with pytest.raises(Refused, match="Mend that first"):
        await office.steer(run, Move.RESUME, OLGA)
    office.rewrite(**ALLOWING)
    await office.steer(run, Move.RESUME, OLGA)
    assert (await office.decide(run)).state is RunState.DONE
    assert len(office.effects()) == 1


async def test_nobody_decides_while_it_does_not_load_and_the_refusal_is_recorded(office: Office) -> None:
    run = await office.start()
    office.rewrite(**FORBIDDING)
    for verdict in (Verdict.APPROVE, Verdict.REJECT):
        with pytest.raises(Refused, match="Until that is mended, nothing can be decided here"):
            await office.decide(run, verdict, reason="other")
    refused = await office.entries(run, "gate.refused")
    assert [entry.notes["outcome"] for entry in refused] == ["approve", "reject"]
    assert (await office.run(run)).state is RunState.WAITING


@pytest.mark.parametrize("spoilt", ["brief", "steps", "gone"])
async def test_its_owner_may_cancel_a_run_whatever_is_left(office: Office, spoilt: str) -> None:
    run = await office.start()
    spoil(office, spoilt)
    with pytest.raises(NotAllowed):
        await office.steer(run, Move.CANCEL, EVE)
    ended = await office.steer(run, Move.CANCEL, OLGA, text="It is not needed any more.")
    assert ended.state is RunState.STOPPED
    assert fold(await office.entries(run)) == standing_of(ended)
    assert await office.pending(run) in ([], ["show"]), "a card that cannot be drawn is tried again for a day"


def spoil(office: Office, what: str) -> None:
    if what == "brief":
        office.rewrite(**FORBIDDING)
    elif what == "steps":
        office.deploy("one_act", broken)
    else:
        shutil.rmtree(office.folder / "one_act")
        office._load()


@pytest.mark.parametrize("spoilt", ["steps", "gone"])
async def test_a_run_of_which_only_its_record_is_left_is_parked_for_its_owner(office: Office, spoilt: str) -> None:
    run = await office.start()
    spoil(office, spoilt)
    await office.pass_time(hours=5)
    parked = await office.run(run)
    assert parked.state is RunState.PARKED
    said = "There is no workflow “one_act”" if spoilt == "gone" else f"{SAYS}{office.folder}/one_act/__init__.py:"
    assert parked.reason.startswith(said)
    assert parked.reason in office.chat.told_to(OLGA.id)
    for move in (Move.RESUME, Move.UNDO, Move.HAPPENED):
        with pytest.raises(Refused, match=r"Mend that first\. The run can be cancelled"):
            await office.steer(run, move, OLGA)


async def test_a_finding_can_be_added_to_it_still(office: Office) -> None:
    run = await office.start()
    office.deploy("one_act", broken)
    await add_finding(office.parts, Finding(run, "Nobody watched this.", ADA, Door.TERMINAL, step="ticket"))
    assert len(await office.entries(run, "finding.added")) == 1


async def test_what_was_under_way_is_finished_with_the_brief_it_began_with(office: Office) -> None:
    run = await office.start()
    office.wire.after.append(Uncertain("The line broke."))
    await office.decide(run)
    assert (await office.run(run)).actions[0].status is ActionStatus.BEGUN
    office.rewrite(**FORBIDDING)
    await office.pass_time(minutes=30)
    after = await office.run(run)
    assert after.actions[0].status is ActionStatus.DONE
    assert after.state is RunState.PARKED
    assert len(office.effects()) == 1
    office.rewrite(**ALLOWING)
    assert (await office.steer(run, Move.RESUME, OLGA)).state is RunState.DONE


async def test_what_was_under_way_waits_where_its_steps_are_gone_and_is_finished_by_itself_later(
    office: Office,
) -> None:
    run = await office.start()
    office.wire.after.append(Uncertain("The line broke."))
    await office.decide(run)
    whole = (office.folder / "one_act" / "__init__.py").read_text("utf-8")
    office.deploy("one_act", broken)
    await office.pass_time(hours=1)
    parked = await office.run(run)
    assert (parked.state, parked.actions[0].status) == (RunState.PARKED, ActionStatus.BEGUN)
    assert len(await office.entries(run, "run.parked")) == 1, "it is said once, however often it is tried"
    office.deploy("one_act", lambda _: whole)
    await office.pass_time(hours=1)
    assert (await office.run(run)).actions[0].status is ActionStatus.DONE
    assert (await office.steer(run, Move.RESUME, OLGA)).state is RunState.DONE
    assert len(office.effects()) == 1


async def test_a_paused_run_is_not_parked_on_top(office: Office) -> None:
    run = await office.start()
    await office.steer(run, Move.PAUSE, OLGA)
    office.rewrite(**FORBIDDING)
    await office.pass_time(hours=3)
    assert (await office.run(run)).paused
    office.rewrite(**ALLOWING)
    await office.steer(run, Move.RESUME, OLGA)


async def test_a_run_that_starts_others_is_parked_while_those_do_not_load(tmp_path: Path) -> None:
    answers = {**APPLIED, "application": {"kind": "reseller", "company": "Bells", "summary": "They sell."}}
    async with opened(tmp_path, copied=[ONBOARDING, PARTNER_TICKET], answers=answers) as office:
        run = await office.start("partner_onboarding", by=NORA, value=sample_tickets()["billing"].model_dump())
        await office.decide(run, Verdict.ANSWER, NORA, values={"note": "Ours.", "records": [ticket()]})
        await office.decide(run, Verdict.APPROVE, LENA)
        whole = (office.folder / "partner_ticket" / "__init__.py").read_text("utf-8")
        office.deploy("partner_ticket", broken)
        await office.pass_time(days=3)
        parked = await office.run(run)
        assert parked.state is RunState.PARKED
        assert parked.reason.startswith("No runs were started: ")
        assert "This is not Python" in parked.reason
        office.deploy("partner_ticket", lambda _: whole)
        await office.steer(run, Move.RESUME, NORA)
        assert len(await office.store.queries.runs(RunFilter(workflow="partner_ticket"))) == 1


# --- who may, where nothing loads -------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoilt", ["brief", "steps", "gone"])
async def test_where_nothing_loads_not_everybody_may_everything(office: Office, spoilt: str) -> None:
    spoil(office, spoilt)
    assert office.parts.library.names() == ()
    for power in (Power.EXPORT, Power.ERASE):
        with pytest.raises(NotAllowed):
            await demand(office.parts, EVE, power, door=Door.TERMINAL)
        await demand(office.parts, ADA, power, door=Door.TERMINAL)
    with pytest.raises(NotAllowed):
        await switch(office.parts, Flip(EVERYTHING, True, EVE, Door.TERMINAL))


@pytest.mark.parametrize("spoilt", ["brief", "steps"])
async def test_its_owner_holds_everything_and_lets_it_go_on_all_the_same(office: Office, spoilt: str) -> None:
    spoil(office, spoilt)
    await switch(office.parts, Flip(EVERYTHING, True, OLGA, Door.TERMINAL))
    await switch(office.parts, Flip(EVERYTHING, False, OLGA, Door.TERMINAL))
    await switch(office.parts, Flip("one_act", True, JONAS, Door.TERMINAL))


async def test_a_reviewer_may_not_hold_it_for_want_of_a_brief(office: Office) -> None:
    office.rewrite(**FORBIDDING)
    with pytest.raises(NotAllowed):
        await switch(office.parts, Flip("one_act", True, replace(MIA, groups=frozenset()), Door.TERMINAL))
