"""A report against entries that were counted by hand, in a real store, after people did what people do."""

from datetime import timedelta
from itertools import count

import pytest

from bot.application.abandon import Left, abandon
from bot.application.report import report
from bot.application.steer import Move
from bot.domain.errors import Unfit, Unknown
from bot.domain.event import Verdict
from bot.domain.person import Door, Person
from bot.domain.report import Cost, Ratio, Report, Spread
from bot.domain.run import RunId
from tests.application.office import Office
from tests.made import INES, LEO, MIA, OLGA, SAM

MONTH = timedelta(days=30)
_keys = count()


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


async def figures(office: Office, workflow: str = "support_triage", since: timedelta = MONTH) -> Report:
    return await report(office.parts, workflow, since=since)


async def begin(office: Office, workflow: str = "support_triage", by: Person = SAM) -> RunId:
    return await office.start(workflow, by=by, key=f"key-{next(_keys)}")


async def test_a_workflow_that_never_ran_has_no_figures(triage: Office) -> None:
    now = triage.clock.now()
    assert await figures(triage) == Report("support_triage", now - MONTH, now)


async def test_every_figure_is_what_was_counted_by_hand(triage: Office) -> None:
    # 1. approved as it was, after two minutes
    one = await begin(triage)
    await triage.pass_time(minutes=2)
    await triage.decide(one)
    # 2. edited after four, approved by another after ten
    two = await begin(triage)
    await triage.pass_time(minutes=4)
    await triage.decide(two, Verdict.EDIT, LEO, values={"body": "We are sorry. It is mended."})
    await triage.pass_time(minutes=6)
    await triage.decide(two, Verdict.APPROVE, INES)
    # 3. rejected after one minute
    three = await begin(triage)
    await triage.pass_time(minutes=1)
    await triage.decide(three, Verdict.REJECT, reason="wrong facts", text="It was a bug.")
    # 4. escalated with a category after three, a form was closed again; it still waits
    four = await begin(triage)
    await triage.pass_time(minutes=3)
    await triage.decide(four, Verdict.ESCALATE, reason="unclear policy", text="May we?")
    await abandon(triage.parts, Left(four, "approved", Verdict.EDIT, LEO, Door.TERMINAL))
    # 5. cancelled after five
    five = await begin(triage)
    await triage.pass_time(minutes=5)
    await triage.steer(five, Move.CANCEL, OLGA)

    found = await figures(triage)
    assert found.started == 5
    assert found.runs == {
        "done": Ratio(2, 5),
        "cancelled": Ratio(1, 5),
        "stopped": Ratio(1, 5),
        "waiting": Ratio(1, 5),
    }
    assert found.acceptance == Ratio(1, 3)
    assert found.corrections == {
        "approved.body": Ratio(1, 5),
        "approved.ticket_id": Ratio(0, 5),
        "draft.body": Ratio(0, 5),
        "triage.category": Ratio(0, 5),
        "triage.summary": Ratio(0, 5),
        "triage.urgent": Ratio(0, 5),
    }
    assert found.rejections == {"wrong facts": Ratio(1, 1)}
    assert (found.escalated, found.escalations) == (Ratio(1, 5), {"unclear policy": Ratio(1, 1)})
    assert found.abandoned == Ratio(1, 5)
    assert found.response == Spread(minutes(2), minutes(4), 4)
    assert found.cycle == Spread(minutes(2), minutes(10), 4)
    assert found.cost == Cost(100_000, 5)
    assert found.incidents == Ratio(0, 5)


async def test_runs_of_before_and_of_other_workflows_are_not_counted(triage: Office) -> None:
    await begin(triage)
    await begin(triage, "one_act")
    await triage.pass_time(days=31)
    assert (await figures(triage)).started == 0
    await begin(triage, by=MIA)
    assert (await figures(triage)).started == 1
    assert (await figures(triage, since=timedelta(days=32))).started == 2
    assert (await figures(triage, "one_act", since=timedelta(days=32))).started == 1


async def test_a_fact_that_was_corrected_counts_as_a_change_of_its_field(triage: Office) -> None:
    run = await begin(triage)
    await triage.decide(run, Verdict.CORRECT, LEO, step="triage", values={"category": "how-to"})
    await triage.decide(run, Verdict.APPROVE, INES)
    found = await figures(triage)
    assert found.corrections["triage.category"] == Ratio(1, 1)
    assert found.corrections["triage.urgent"] == Ratio(0, 1)
    assert found.started == 1


async def test_what_a_policy_approved_is_no_decision_of_people(office: Office) -> None:
    office.rewrite(stage="automatic", levels={"helpdesk.AddTag": "execute automatically"})
    run = await office.start()
    (decided,) = await office.entries(run, "gate.decided")
    assert decided.actor_kind == "policy"
    found = await figures(office, "one_act")
    assert (found.runs, found.acceptance, found.response) == ({"done": Ratio(1, 1)}, None, None)


async def test_an_undone_run_took_as_long_as_it_took_to_be_done(office: Office) -> None:
    run = await office.start()
    await office.pass_time(minutes=7)
    await office.decide(run)
    await office.pass_time(days=2)
    await office.steer(run, Move.UNDO, OLGA)
    found = await figures(office, "one_act")
    assert found.runs == {"undone": Ratio(1, 1)}
    assert found.cycle == Spread(minutes(7), minutes(7), 1)


async def test_an_unknown_workflow_is_asked_about_and_a_time_that_is_none_refused(triage: Office) -> None:
    with pytest.raises(Unknown, match="Did you mean support_triage"):
        await figures(triage, "suport_triage")
    for odd in (timedelta(0), timedelta(days=-1), timedelta(days=40_000)):
        with pytest.raises(Unfit, match="30d"):
            await figures(triage, since=odd)
