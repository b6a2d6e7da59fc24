"""Carrying out one intent against a help desk that does all that real ones do: never twice, never lost, never guessed.

What truly happened is counted in the desk's own ledger.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Fault
from bot.application.decide import Wish, decide
from bot.application.steer import Move
from bot.application.switch import EVERYTHING, Flip, switch
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.retrying import LOOK_AGAIN
from bot.domain.run import ActionStatus, Run, RunId, RunState, short
from bot.ports.system import Binding, Retry
from tests.application.conftest import TRIAGED
from tests.application.office import TRIAGE, Killed, Office, opened
from tests.made import LEO, MIA, OLGA

REPLY, CREDIT = "helpdesk.SendReply", "helpdesk.GrantCredit"
TAG, NOTICE = "helpdesk.AddTag", "helpdesk.NotifyPartner"
CLASSES = {
    REPLY: "idempotent, cannot be undone",
    CREDIT: "idempotent, can be undone",
    TAG: "searchable",
    NOTICE: "blind",
}

DONE = (1, RunState.DONE, ActionStatus.DONE)
SURELY_NOT = (0, RunState.PARKED, ActionStatus.FAILED)
IN_DOUBT = (1, RunState.PARKED, ActionStatus.IN_DOUBT)
NOTHING_IN_DOUBT = (0, RunState.PARKED, ActionStatus.IN_DOUBT)
BELIEVED = (0, RunState.DONE, ActionStatus.DONE)

Outcome = tuple[int, RunState, ActionStatus]


@dataclass(frozen=True)
class Trouble:
    """Faults that strike one after the other, and what comes of them by the class of the intent."""

    name: str
    faults: tuple[tuple[Fault, int | None], ...]
    comes_to: Mapping[str, Outcome]


def each(outcome: Outcome, **others: Outcome) -> Mapping[str, Outcome]:
    names = {"reply": REPLY, "credit": CREDIT, "tag": TAG, "notice": NOTICE}
    return dict.fromkeys(CLASSES, outcome) | {names[name]: other for name, other in others.items()}


ALWAYS = None
MANY = {"limits": {"actions_per_target_per_day": 99}}
TROUBLES = (
    Trouble("none", (), each(DONE)),
    Trouble("slow", ((Fault.SLOW, 1),), each(DONE)),
    Trouble("down once", ((Fault.DOWN, 1),), each(DONE)),
    Trouble("down three times", ((Fault.DOWN, 3),), each(DONE)),
    Trouble("down for good", ((Fault.DOWN, ALWAYS),), each(SURELY_NOT)),
    Trouble("rate limited", ((Fault.RATE_LIMIT, 2),), each(DONE)),
    Trouble("error before it did anything", ((Fault.ERROR_BEFORE, 1),), each(DONE)),
    Trouble("refused", ((Fault.REFUSE, 1),), each(SURELY_NOT)),
    Trouble("error after it did it", ((Fault.ERROR_AFTER, 1),), each(DONE, notice=IN_DOUBT)),
    Trouble("lost answer", ((Fault.LOST_ANSWER, 1),), each(DONE, notice=IN_DOUBT)),
    Trouble("answers always lost", ((Fault.LOST_ANSWER, ALWAYS),), each(DONE, credit=IN_DOUBT, notice=IN_DOUBT)),
    Trouble("down, then a lost answer", ((Fault.DOWN, 1), (Fault.LOST_ANSWER, 1)), each(DONE, notice=IN_DOUBT)),
    Trouble(
        "lost answer, then down",
        ((Fault.LOST_ANSWER, 1), (Fault.DOWN, 1)),
        each(DONE, notice=IN_DOUBT),
    ),
    Trouble(
        "lost answer, not shown at once",
        ((Fault.LOST_ANSWER, 1), (Fault.UNSEEN, 1)),
        each(DONE, notice=IN_DOUBT),
    ),
    Trouble(
        "lost answer, shown at the third look",
        ((Fault.LOST_ANSWER, 1), (Fault.UNSEEN, LOOK_AGAIN - 1)),
        each(DONE, notice=IN_DOUBT),
    ),
    Trouble(
        "down twice, then a lost answer that is not shown at once",
        ((Fault.DOWN, 2), (Fault.LOST_ANSWER, 1), (Fault.UNSEEN, 1)),
        each(DONE, notice=IN_DOUBT),
    ),
    Trouble(
        "lost answer, and the key is refused the second time",
        ((Fault.LOST_ANSWER, 1), (Fault.DUPLICATE_REFUSED, 1)),
        each(DONE, notice=IN_DOUBT),
    ),
    Trouble(
        "lost answer, and the key is refused for good",
        ((Fault.LOST_ANSWER, 1), (Fault.DUPLICATE_REFUSED, ALWAYS)),
        each(DONE, credit=IN_DOUBT, notice=IN_DOUBT),
    ),
    Trouble(
        "lost answer, and the second call is refused",
        ((Fault.LOST_ANSWER, 1), (Fault.REFUSE, 1)),
        each(DONE, notice=IN_DOUBT),
    ),
    Trouble(
        "an error kept under the key",
        ((Fault.SAVED_ERROR, 1),),
        each(SURELY_NOT, tag=DONE, notice=NOTHING_IN_DOUBT),
    ),
    Trouble("an empty promise", ((Fault.EMPTY_PROMISE, 1),), each(BELIEVED)),
)


async def one_run(office: Office, number: int) -> RunId:
    """A run about a ticket of its own, approved."""
    return await office.start(key=f"k-{number}")


async def play(office: Office, run: RunId) -> Run:
    """Approve, and let the hours pass in which it is tried again."""
    await office.decide(run)
    await office.pass_time(hours=2)
    return await office.run(run)


async def no_doubt(office: Office, run: Run) -> None:
    """Somebody looked: it happened. Only then may others change that record."""
    if run.actions[0].status is ActionStatus.IN_DOUBT:
        assert (await office.steer(run.id, Move.HAPPENED, OLGA)).state is RunState.DONE


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: CLASSES[kind])
async def test_whatever_the_desk_does_it_happens_once_at_most_and_somebody_knows(tmp_path: Path, kind: str) -> None:
    async with opened(tmp_path, kind=kind, brief=MANY) as office:
        for number, trouble in enumerate(TROUBLES):
            before = len(office.effects())
            run = await one_run(office, number)
            for fault, times in trouble.faults:
                office.desk.backstage.fault(kind, fault, times=times, wait=timedelta(0))
            ended = await play(office, run)
            office.desk.backstage.clear()
            came_to = (len(office.effects()) - before, ended.state, ended.actions[0].status)
            assert came_to == trouble.comes_to[kind], trouble.name
            keys = [call.key for call in office.effects()]
            assert len(keys) == len(set(keys)), trouble.name
            if ended.state is RunState.PARKED:
                assert f"Run {short(run)}" in office.chat.told_to(OLGA.id) + office.chat.told_to("play/priya"), (
                    trouble.name
                )
                assert "execute" not in await office.pending(run), trouble.name
            await no_doubt(office, ended)


@pytest.mark.parametrize(("unseen", "comes_to"), [(LOOK_AGAIN - 1, DONE), (ALWAYS, IN_DOUBT)])
async def test_a_refusal_of_the_second_call_says_nothing_of_the_first(
    office: Office, unseen: int | None, comes_to: Outcome
) -> None:
    """Called a failure, it would be done all the same, and nobody would take it back."""
    run = await office.start()
    for fault, times in ((Fault.LOST_ANSWER, 1), (Fault.UNSEEN, unseen), (Fault.REFUSE, 1)):
        office.desk.backstage.fault(TAG, fault, times=times)
    ended = await play(office, run)
    assert (len(office.effects()), ended.state, ended.actions[0].status) == comes_to
    assert ("An earlier call may have arrived; the next was refused: " in ended.reason) is (comes_to == IN_DOUBT)


async def test_what_failed_is_carried_out_once_its_owner_resumes(office: Office) -> None:
    run = await office.start()
    office.desk.backstage.fault(TAG, Fault.REFUSE)
    assert (await play(office, run)).state is RunState.PARKED
    assert (await office.steer(run, Move.RESUME, OLGA)).state is RunState.DONE
    assert len(office.effects()) == 1


@pytest.mark.parametrize("happened", [True, False])
async def test_what_is_in_doubt_is_done_or_tried_again_as_a_person_says(tmp_path: Path, happened: bool) -> None:
    async with opened(tmp_path, kind=NOTICE) as office:
        run = await office.start()
        office.desk.backstage.fault(NOTICE, Fault.LOST_ANSWER if happened else Fault.SAVED_ERROR)
        assert (await play(office, run)).actions[0].status is ActionStatus.IN_DOUBT
        said = Move.HAPPENED if happened else Move.DID_NOT_HAPPEN
        assert (await office.steer(run, said, OLGA)).state is RunState.DONE
        assert len(office.effects()) == 1


async def test_each_try_is_written_down_with_when_the_next_one_is(office: Office) -> None:
    run = await office.start()
    office.desk.backstage.fault(TAG, Fault.RATE_LIMIT, times=2, wait=timedelta(minutes=7))
    await play(office, run)
    tries = await office.entries(run, "step.retried")
    assert [entry.attempt for entry in tries] == [1, 2]
    assert tries[0].notes["until"] == (tries[0].at + timedelta(minutes=7)).isoformat()
    (done,) = await office.entries(run, "action.done")
    assert (done.attempt, done.at) == (3, tries[0].at + timedelta(minutes=14))


async def test_the_tries_are_bounded_in_number_and_in_time(tmp_path: Path) -> None:
    recovery = {"failure": {"when_unavailable": {"do": "park", "retries": 2, "within": "1h"}}}
    async with opened(tmp_path, brief=recovery) as office:
        run = await office.start()
        office.desk.backstage.fault(TAG, Fault.DOWN, times=None)
        parked = await play(office, run)
        assert (parked.state, len(office.desk.backstage.calls())) == (RunState.PARKED, 3)
        assert [entry.attempt for entry in await office.entries(run, "action.failed")][-1] == 3
        other = await office.start(key="k-2")
        office.desk.backstage.clear()
        office.desk.backstage.fault(TAG, Fault.RATE_LIMIT, times=None, wait=timedelta(minutes=61))
        assert (await play(office, other)).state is RunState.PARKED
        assert [entry.attempt for entry in await office.entries(other, "action.failed")][-1] == 1


# --- a process that dies ----------------------------------------------------------------------------------------------

CRASHES: Mapping[str, Mapping[str, Outcome]] = {
    "before": each(DONE, notice=NOTHING_IN_DOUBT),
    "after": each(DONE, notice=IN_DOUBT),
}


async def approve_and_die(office: Office, run: RunId, *when: str) -> Run:
    """Approve; the process dies around the call, and whoever takes over may die there, too."""
    for moment in when:
        getattr(office.wire, moment).append(Killed())
    with pytest.raises(Killed):
        await office.decide(run)
    assert (await office.run(run)).actions[0].status is ActionStatus.BEGUN, "It was durable before the call left."
    for _ in when:
        with suppress(Killed):
            await office.restart()
            await office.pass_time(hours=2)
    return await office.run(run)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: CLASSES[kind])
async def test_a_process_that_dies_around_the_call_leaves_one_effect_or_a_doubt(tmp_path: Path, kind: str) -> None:
    async with opened(tmp_path, kind=kind, brief=MANY) as office:
        for number, (when, comes_to) in enumerate(CRASHES.items()):
            before = len(office.effects())
            ended = await approve_and_die(office, await one_run(office, number), when)
            assert (len(office.effects()) - before, ended.state, ended.actions[0].status) == comes_to[kind], when
            await no_doubt(office, ended)


@pytest.mark.parametrize("kind", [REPLY, CREDIT, TAG], ids=lambda kind: CLASSES[kind])
async def test_two_deaths_in_a_row_leave_one_effect(tmp_path: Path, kind: str) -> None:
    async with opened(tmp_path, kind=kind, brief=MANY) as office:
        for number, deaths in enumerate(product(CRASHES, repeat=2)):
            office.wire.before.clear()
            office.wire.after.clear()
            ended = await approve_and_die(office, await one_run(office, number), *deaths)
            assert (len(office.effects()), ended.state) == (number + 1, RunState.DONE), deaths


async def test_an_intent_that_was_begun_is_brought_to_its_end_before_a_deploy_is_looked_at(office: Office) -> None:
    """Otherwise nobody would ever ask the desk, and the run could be neither resumed nor cancelled."""
    run = await office.start()
    office.wire.after.append(Killed())
    with pytest.raises(Killed):
        await office.decide(run)
    office.deploy("one_act", lambda text: text.replace('tag="delayed"', 'tag="late"'))
    await office.restart()
    await office.pass_time(hours=1)
    ended = await office.run(run)
    assert (ended.state, ended.actions[0].status, len(office.effects())) == (RunState.DONE, ActionStatus.DONE, 1)


async def test_a_lost_lease_records_nothing(office: Office) -> None:
    run = await office.start()
    office.wire.after.append(Killed())
    with pytest.raises(Killed):
        await office.decide(run)
    office.clock.forward(seconds=91)
    (late,) = await office.lease()
    await office.perform(late)
    before = await office.entries(run)
    await office.perform(late)
    assert await office.entries(run) == before
    assert len(office.effects()) == 1


# --- limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", ["actions_per_day", "actions_per_target_per_day"])
async def test_a_day_has_so_many_actions_and_tomorrow_is_another(tmp_path: Path, limit: str) -> None:
    async with opened(tmp_path, brief={"limits": {limit: 1, "actions_per_run": 1}}) as office:
        first, second = await office.start(key="k-1"), await office.start(key="k-2")
        assert (await office.decide(first)).state is RunState.DONE
        parked = await office.decide(second)
        assert (parked.state, parked.actions[0].status) == (RunState.PARKED, ActionStatus.PLANNED)
        assert f"The limit of 1 a day is used up (limits.{limit})." in office.chat.told_to(OLGA.id)
        assert [entry.step for entry in await office.entries(second, "budget.hit")] == ["sent"]
        assert (await office.steer(second, Move.RESUME, OLGA)).state is RunState.PARKED
        await office.pass_time(days=1)
        assert (await office.steer(second, Move.RESUME, OLGA)).state is RunState.DONE
        assert len(office.effects()) == 2


async def test_a_further_try_of_one_action_uses_up_no_further_part_of_the_limit(tmp_path: Path) -> None:
    async with opened(tmp_path, brief={"limits": {"actions_per_target_per_day": 1}}) as office:
        run = await office.start()
        office.desk.backstage.fault(TAG, Fault.DOWN, times=3)
        assert (await play(office, run)).state is RunState.DONE
        assert await office.counted("actions:one_act") == 1


async def test_a_binding_may_have_a_limit_of_its_own(office: Office) -> None:
    own = Binding(TAG, Retry.SEARCHABLE, sandbox=True, per_day=0)
    office.wire.bindings = {**office.wire.bindings, TAG: own}
    assert (await office.decide(await office.start())).state is RunState.PARKED
    assert "the binding of helpdesk.AddTag" in office.chat.told_to(OLGA.id)


async def test_what_is_connected_to_nothing_is_not_carried_out(office: Office) -> None:
    office.wire.bindings = {}
    assert (await office.decide(await office.start())).state is RunState.PARKED
    assert "helpdesk.AddTag is not connected to any system. The maintainer @jonas can connect it." in (
        office.chat.told_to(OLGA.id)
    )


async def test_what_a_rehearsal_wrote_goes_to_sandbox_systems_only(tmp_path: Path) -> None:
    async with opened(tmp_path, copied=[TRIAGE], answers=TRIAGED, rehearsal=True) as office:
        run = await office.start("support_triage")
        real = {kind: Binding(kind, one.retry, one.remembers) for kind, one in office.wire.bindings.items()}
        sandbox, office.wire.bindings = office.wire.bindings, real
        assert (await office.decide(run)).state is RunState.PARKED
        assert "The rehearsal model may act on sandbox systems only" in office.chat.told_to(OLGA.id)
        office.wire.bindings = sandbox
        assert (await office.steer(run, Move.RESUME, OLGA)).state is RunState.DONE


@pytest.mark.parametrize("recheck", [True, False])
async def test_rights_lost_after_the_approval_count_where_the_brief_asks_for_it(tmp_path: Path, recheck: bool) -> None:
    async with opened(tmp_path, brief={"reviewers": {"support": {"recheck_at_execution": recheck}}}) as office:
        run = await office.start()
        office.desk.backstage.fault(TAG, Fault.DOWN)
        await office.decide(run)
        office.people.change(MIA, active=False)
        await office.pass_time(minutes=10)
        ended = await office.run(run)
        if not recheck:
            assert ended.state is RunState.DONE
            return
        assert (ended.state, ended.gates["approved"].version, office.effects()) == (RunState.WAITING, 2, ())
        assert (await office.decide(run, by=LEO)).state is RunState.DONE


async def test_rights_are_looked_at_again_where_only_the_current_brief_asks_for_it(office: Office) -> None:
    """For authority the stricter of the two briefs counts."""
    run = await office.start()
    office.desk.backstage.fault(TAG, Fault.DOWN)
    await office.decide(run)
    office.rewrite(reviewers={"support": {"recheck_at_execution": True}})
    office.people.change(MIA, active=False)
    await office.pass_time(minutes=10)
    assert ((await office.run(run)).gates["approved"].version, office.effects()) == (2, ())


# --- one record, two runs ---------------------------------------------------------------------------------------------


async def test_two_runs_do_not_change_one_record_at_the_same_time(office: Office) -> None:
    first, second = await office.start(key="k-1"), await office.start(key="k-2")
    office.wire.after.append(Killed())
    with pytest.raises(Killed):
        await office.decide(first)
    await office.decide(second)
    assert (await office.run(second)).actions[0].status is ActionStatus.PLANNED
    assert len(office.effects()) == 1
    await office.restart()
    await office.pass_time(minutes=1)
    for run in (first, second):
        assert (await office.run(run)).state is RunState.DONE
    assert len(office.effects()) == 2


async def test_a_record_that_another_run_does_not_let_go_of_is_not_waited_for_in_silence(tmp_path: Path) -> None:
    patience = {"failure": {"when_unavailable": {"within": "20s"}}}
    async with opened(tmp_path, kind=NOTICE, brief=patience) as office:
        first, second = await office.start(key="k-1"), await office.start(key="k-2")
        office.desk.backstage.fault(NOTICE, Fault.LOST_ANSWER)
        assert (await office.decide(first)).actions[0].status is ActionStatus.IN_DOUBT
        await office.decide(second)
        await office.pass_time(seconds=21)
        parked = await office.run(second)
        assert (parked.state, parked.actions[0].status) == (RunState.PARKED, ActionStatus.PLANNED)
        assert f"Run {first} is at helpdesk:T-1001 and does not let go of it." in office.chat.told_to(OLGA.id)
        await office.steer(first, Move.HAPPENED, OLGA)
        assert (await office.steer(second, Move.RESUME, OLGA)).state is RunState.DONE


async def witnessed(office: Office, run: RunId) -> list[str]:
    """What was read again before it left, and where it had to wait."""
    kinds = ("step.witnessed", "action.delayed", "action.intended")
    return [entry.kind for entry in await office.entries(run) if entry.kind in kinds]


async def test_what_waited_for_another_run_is_read_again_before_it_leaves(triage: Office) -> None:
    """The other run was at this very record: what was read before is the likeliest thing to have changed."""
    first, second = [await triage.start("support_triage", key=key) for key in ("k-1", "k-2")]
    triage.wire.after.append(Killed())
    with pytest.raises(Killed):
        await triage.decide(first)
    await triage.decide(second)
    triage.clock.forward(seconds=2)
    await triage.settle()
    assert await witnessed(triage, second) == ["step.witnessed", "action.delayed"]
    (waits,) = await triage.entries(second, "action.delayed")
    assert [field.value for field in waits.fields] == [f"Run {first} is at helpdesk:T-1001."]
    await triage.restart()
    await triage.pass_time(minutes=1)
    assert (await triage.run(second)).state is RunState.DONE
    assert await witnessed(triage, second) == ["step.witnessed", "action.delayed", "step.witnessed", "action.intended"]


async def about_to_leave(office: Office) -> RunId:
    """A run whose call is the next thing that is due."""
    run = await office.start("support_triage")
    await decide(office.parts, Wish(run, Verdict.APPROVE, MIA, Door.TERMINAL))
    while "execute" not in await office.pending(run):
        for lease in await office.lease():
            await office.perform(lease)
    return run


@pytest.mark.parametrize("everything", [True, False], ids=["everything", "one run"])
async def test_what_was_held_in_a_pause_is_read_again_before_it_leaves_and_counted_once(
    triage: Office, everything: bool
) -> None:
    run = await about_to_leave(triage)
    pauses = Flip(EVERYTHING, True, OLGA, Door.TERMINAL)
    await (switch(triage.parts, pauses) if everything else triage.steer(run, Move.PAUSE, OLGA))
    await triage.settle()
    assert await witnessed(triage, run) == ["step.witnessed", "action.delayed"]
    triage.clock.forward(minutes=10)
    await (switch(triage.parts, replace(pauses, pause=False)) if everything else triage.steer(run, Move.RESUME, OLGA))
    await triage.settle()
    assert (await triage.run(run)).state is RunState.DONE
    assert await witnessed(triage, run) == ["step.witnessed", "action.delayed", "step.witnessed", "action.intended"]
    assert await triage.counted("actions:support_triage") == 1


async def test_what_does_not_begin_uses_up_no_part_of_a_limit(triage: Office) -> None:
    run = await about_to_leave(triage)
    triage.clock.forward(days=3)
    await triage.settle()
    assert (await triage.run(run)).gates["approved"].version == 2, "Its approval had run out."
    assert await triage.counted("actions:support_triage") == 0
    assert (await triage.decide(run, by=LEO)).state is RunState.DONE


async def test_waiting_for_another_run_is_no_try_of_ones_own(office: Office) -> None:
    """Else the first trouble after a long wait would be the last, and a search would be believed too soon."""
    first, second = await office.start(key="k-1"), await office.start(key="k-2")
    office.wire.after.append(Killed())
    with pytest.raises(Killed):
        await office.decide(first)
    await office.decide(second)
    for _ in range(20):
        office.clock.forward(seconds=1)
        await office.settle()
    await office.restart()
    office.desk.backstage.fault(TAG, Fault.DOWN, times=2)
    await office.pass_time(minutes=30)
    assert (await office.run(second)).state is RunState.DONE
    assert [entry.attempt for entry in await office.entries(second, "step.retried")] == [1, 2]
