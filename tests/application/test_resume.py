"""A parked run goes on by the brief as it stands now: what parked it may be mended there, and only that is freed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.application.steer import Move
from bot.domain.errors import NotAllowed, Refused, Uncertain
from bot.domain.fold import fold, standing_of
from bot.domain.run import ActionStatus, GateStatus, Run, RunId, RunState
from tests.application.conftest import TRIAGED
from tests.application.office import TRIAGE, Office, opened, shelf_of
from tests.made import JONAS, LEO, MIA, OLGA, PRIYA, SAM


async def parked(office: Office, run: RunId) -> Run:
    found = await office.run(run)
    assert found.state is RunState.PARKED, found.reason
    return found


async def resumed(office: Office, run: RunId, by: Any = OLGA, **order: Any) -> Run:
    after = await office.steer(run, Move.RESUME, by, **order)
    assert fold(await office.entries(run)) == standing_of(after)
    return after


async def used_up(office: Office) -> RunId:
    """A run that was approved, and that the limit of the day parks."""
    office.rewrite(limits={"actions_per_day": 1, "actions_per_run": 1})
    await office.decide(await office.start())
    run = await office.start(key="another")
    await office.decide(run)
    await parked(office, run)
    return run


@pytest.fixture
async def noticing(tmp_path: Path) -> AsyncIterator[Office]:
    """One act: a notice that nobody can look up afterwards."""
    async with opened(tmp_path, kind="helpdesk.NotifyPartner") as office:
        yield office


async def in_doubt(office: Office) -> RunId:
    run = await office.start()
    office.wire.after.append(Uncertain("The line broke."))
    assert (await office.decide(run)).actions[0].status is ActionStatus.IN_DOUBT
    return run


# --- what is freed ----------------------------------------------------------------------------------------------------


async def test_a_limit_that_was_raised_frees_what_it_had_parked(office: Office) -> None:
    run = await used_up(office)
    office.rewrite(limits={"actions_per_day": 5})
    assert (await resumed(office, run)).state is RunState.DONE
    assert len(office.effects()) == 2


async def test_an_approval_that_still_holds_is_not_asked_for_again(office: Office) -> None:
    run = await used_up(office)
    office.rewrite(limits={"actions_per_day": 5})
    done = await resumed(office, run)
    assert done.gates["approved"].version == 1
    assert [vote.person for vote in done.gates["approved"].approvals] == [MIA.id]


async def test_the_record_names_both_briefs_and_what_is_different(office: Office) -> None:
    run = await used_up(office)
    before = await office.run(run)
    office.rewrite(limits={"actions_per_day": 5})
    after = await resumed(office, run, text="It was too low.")
    (entry,) = await office.entries(run, "run.resumed")
    (started,) = await office.entries(run, "run.started")
    assert (started.notes["brief"], entry.notes["brief"]) == (before.pins.brief, after.pins.brief)
    assert before.pins.brief != after.pins.brief == office.parts.library.current("one_act").pins.brief
    assert after.pins.policy == office.parts.library.current("one_act").pins.policy
    fields = {field.name: field.value for field in entry.fields}
    assert fields["why"] == "It was too low."
    assert isinstance(changes := fields["changes"], list)
    assert "limits.actions_per_day: 1 → 5" in changes
    assert "→" in str(changes[0])


async def test_the_versions_are_named_as_the_store_counts_them(office: Office) -> None:
    office.rewrite(limits={"actions_per_day": 1, "actions_per_run": 1})
    await office.store.run(lambda tx: shelf_of(office.parts).seed(tx, office.clock.now()))
    await office.decide(await office.start())
    run = await office.start(key="another")
    await office.decide(run)
    office.rewrite(limits={"actions_per_day": 5})
    await office.store.run(lambda tx: shelf_of(office.parts).seed(tx, office.clock.now()))
    await resumed(office, run)
    (entry,) = await office.entries(run, "run.resumed")
    changes = next(field.value for field in entry.fields if field.name == "changes")
    assert isinstance(changes, list)
    assert changes[0] == "brief version 2 → brief version 3"


async def test_a_limit_per_record_is_raised_as_well(office: Office) -> None:
    office.rewrite(limits={"actions_per_target_per_day": 1})
    await office.decide(await office.start())
    run = await office.start(key="another")
    await office.decide(run)
    assert "limits.actions_per_target_per_day" in (await parked(office, run)).reason
    office.rewrite(limits={"actions_per_target_per_day": 9})
    assert (await resumed(office, run)).state is RunState.DONE


@pytest.fixture
async def costly(tmp_path: Path) -> AsyncIterator[Office]:
    """Support triage, whose model costs a cent a question and may cost no more in a run."""
    limits = {"limits": {"cost_per_run": "0.01 USD", "cost_per_day": "0.02 USD"}}
    async with opened(tmp_path, copied=[TRIAGE], answers=TRIAGED, cost_micros=10_000, brief=limits) as office:
        yield office


async def test_a_budget_that_was_raised_lets_the_model_be_asked(costly: Office) -> None:
    run = await costly.start("support_triage")
    stopped = await parked(costly, run)
    assert (
        f"countersign brief set support_triage limits.cost_per_run …`, then `countersign resume {run}`"
        in stopped.reason
    )
    costly.rewrite("support_triage", limits={"cost_per_run": "1.00 USD", "cost_per_day": "1.00 USD"})
    assert (await resumed(costly, run)).state is RunState.WAITING


async def test_a_budget_of_the_day_too(costly: Office) -> None:
    costly.rewrite("support_triage", limits={"cost_per_run": "0.02 USD"})
    await costly.start("support_triage")
    run = await costly.start("support_triage", key="another")
    assert "limits.cost_per_day" in (await parked(costly, run)).reason
    costly.rewrite("support_triage", limits={"cost_per_day": "1.00 USD", "cost_per_run": "0.50 USD"})
    assert (await resumed(costly, run)).state is RunState.WAITING


async def test_others_may_be_asked_once_nobody_has_decided_in_time(office: Office) -> None:
    run = await office.start()
    await office.pass_time(days=4)
    late = await parked(office, run)
    assert "To ask others, change reviewers.support.members with `countersign brief set one_act" in late.reason
    office.rewrite(reviewers={"support": {"members": ["@priya"], "needed": 1}})
    again = await resumed(office, run)
    assert (again.gates["approved"].status, again.gates["approved"].version) == (GateStatus.OPEN, 2)
    with pytest.raises(NotAllowed):
        await office.decide(run, by=MIA)
    assert (await office.decide(run, by=PRIYA)).state is RunState.DONE


async def test_a_gate_that_is_asked_again_asks_as_many_as_the_brief_says_now(office: Office) -> None:
    run = await office.start()
    await office.pass_time(days=4)
    office.rewrite(reviewers={"support": {"needed": 2}})
    await resumed(office, run)
    assert (await office.decide(run, by=MIA)).state is RunState.WAITING
    assert (await office.decide(run, by=LEO)).state is RunState.DONE


# --- what is not ------------------------------------------------------------------------------------------------------


async def test_an_approval_that_does_not_hold_by_the_new_brief_is_asked_for_again(office: Office) -> None:
    run = await used_up(office)
    office.rewrite(limits={"actions_per_day": 5}, reviewers={"support": {"needed": 2}})
    waiting = await resumed(office, run)
    gate = waiting.gates["approved"]
    assert (waiting.state, gate.status, gate.needed, gate.approvals) == (RunState.WAITING, GateStatus.OPEN, 2, ())
    assert waiting.actions == ()
    await office.decide(run, by=MIA)
    assert (await office.decide(run, by=LEO)).state is RunState.DONE


async def test_an_approval_by_somebody_who_may_not_any_more_is_asked_for_again(office: Office) -> None:
    run = await used_up(office)
    office.rewrite(limits={"actions_per_day": 5}, reviewers={"support": {"members": ["@leo"]}})
    assert (await resumed(office, run)).gates["approved"].status is GateStatus.OPEN
    assert len(office.effects()) == 1


async def test_what_the_new_brief_lets_nobody_carry_out_is_shown_and_not_carried_out(office: Office) -> None:
    run = await used_up(office)
    office.rewrite(limits={"actions_per_day": 5}, levels={"helpdesk.AddTag": "recommend"})
    assert (await resumed(office, run)).gates["approved"].status is GateStatus.OPEN
    await office.decide(run)
    assert len(office.effects()) == 1


async def test_what_people_were_asked_is_not_handed_to_a_policy(office: Office) -> None:
    run = await used_up(office)
    office.rewrite(
        limits={"actions_per_day": 5}, stage="automatic", levels={"helpdesk.AddTag": "execute automatically"}
    )
    done = await resumed(office, run)
    assert (done.stage, done.gates["approved"].policy) == ("approved", "")


async def test_an_action_in_doubt_is_seen_to_first(noticing: Office) -> None:
    run = await in_doubt(noticing)
    before = await noticing.run(run)
    noticing.rewrite(limits={"actions_per_day": 5})
    with pytest.raises(Refused, match="First say so: done, or not done"):
        await resumed(noticing, run)
    assert (await noticing.run(run)).pins == before.pins


async def test_steps_that_changed_are_accepted_with_the_same_resume(office: Office) -> None:
    run = await used_up(office)
    office.deploy("one_act", lambda text: text.replace('by="support"', 'by="leads"'))
    office.rewrite(
        limits={"actions_per_day": 5},
        reviewers={"leads": {"channel": "#l", "members": ["@leo"], "evidence": ["ticket"]}},
    )
    waiting = await resumed(office, run)
    assert (waiting.gates["approved"].group, waiting.gates["approved"].status) == ("leads", GateStatus.OPEN)


async def test_a_brief_that_fits_the_steps_no_more_is_left_behind(triage: Office) -> None:
    """The run began with a rule whose function is gone, and with a prompt that wants to see a step that is gone."""
    run = await triage.start("support_triage")
    home = triage.folder / "support_triage"
    for name in ("triage.md", "draft.md", "__init__.py"):
        text = (
            (home / name).read_text("utf-8").replace('"account"', '"customer"').replace("has_no_placeholder", "other")
        )
        text = text.replace("account = look_up", "customer = look_up").replace("(ticket, account", "(ticket, customer")
        (home / name).write_text(text, "utf-8")
    shown = {name: {"evidence": ["ticket", "customer"]} for name in ("support", "finance", "leads")}
    rule = {"rule": "An answer goes to its ticket.", "holds": "goes_to_its_ticket"}
    triage.rewrite("support_triage", reviewers=shown, invariants=[rule])
    with pytest.raises(Refused, match="What this run began with does not load"):
        await triage.decide(run)
    await triage.pass_time(hours=3)
    stopped = await parked(triage, run)
    assert stopped.reason.startswith("What this run began with does not load: ")
    with pytest.raises(Refused):
        await resumed(triage, run, as_begun=True)
    after = await resumed(triage, run)
    assert after.state is RunState.WAITING
    assert after.pins.prompts == triage.parts.library.current("support_triage").pins.prompts


async def test_what_is_parked_may_go_on_as_it_began(office: Office) -> None:
    run = await office.start()
    await office.pass_time(days=4)
    office.rewrite(reviewers={"support": {"members": ["@priya"]}})
    again = await resumed(office, run, as_begun=True)
    (entry,) = await office.entries(run, "run.resumed")
    assert entry.notes.get("brief") is None
    assert again.pins.brief != office.parts.library.current("one_act").pins.brief
    with pytest.raises(NotAllowed):
        await office.decide(run, by=MIA)


async def test_a_paused_run_keeps_the_brief_it_began_with(office: Office) -> None:
    run = await office.start()
    await office.steer(run, Move.PAUSE, OLGA)
    office.rewrite(limits={"actions_per_day": 5})
    before = await office.run(run)
    assert (await resumed(office, run)).pins == before.pins


async def test_a_brief_that_is_the_same_is_no_other(office: Office) -> None:
    run = await office.start()
    await office.pass_time(days=4)
    await resumed(office, run)
    (entry,) = await office.entries(run, "run.resumed")
    assert [field.name for field in entry.fields] == []


async def test_a_group_that_is_gone_leaves_the_run_parked_with_what_to_add(office: Office) -> None:
    """`check` would not let that happen; where it did, the resume is refused and nothing has changed."""
    run = await office.start()
    await office.pass_time(days=4)
    before = await parked(office, run)
    office.deploy("one_act", lambda text: text.replace('by="support"', 'by="leads"'))
    with pytest.raises(Refused, match="Mend that first"):
        await resumed(office, run)
    assert (await office.run(run)).pins == before.pins


# --- who may ----------------------------------------------------------------------------------------------------------


async def test_whoever_owns_it_now_lets_it_go_on(office: Office) -> None:
    run = await used_up(office)
    office.rewrite(limits={"actions_per_day": 5}, owner="@priya", maintainer="@priya")
    for before in (OLGA, JONAS, SAM):
        with pytest.raises(NotAllowed):
            await resumed(office, run, before)
    assert (await resumed(office, run, PRIYA)).state is RunState.DONE


async def test_whoever_owns_it_now_says_what_became_of_an_action_in_doubt(noticing: Office) -> None:
    run = await in_doubt(noticing)
    noticing.rewrite(owner="@priya", maintainer="@priya")
    with pytest.raises(NotAllowed):
        await noticing.steer(run, Move.HAPPENED, OLGA)
    assert (await noticing.steer(run, Move.HAPPENED, PRIYA)).state is RunState.DONE


async def test_the_notices_go_to_the_owner_as_the_brief_it_goes_by_has_them(office: Office) -> None:
    run = await used_up(office)
    office.rewrite(limits={"actions_per_day": 1, "actions_per_run": 1}, owner="@priya")
    await resumed(office, run, PRIYA)
    assert (await parked(office, run)).owner == PRIYA.id
    assert "is parked" in office.chat.told_to(PRIYA.id)
