"""Just before anything is sent the world is read again; at the end it has to show that it is done."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.authoring import Workflow, act, look_up, propose, review, trigger
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Execute, Purpose, Read
from bot.domain.errors import Broken, Transient
from bot.domain.event import Begun, Delayed, Failed, Problem, ReadBack, Retried
from bot.domain.machine import advance
from bot.domain.person import ENGINE
from bot.domain.run import ActionStatus, GateStatus, RunState, StepStatus
from bot.intents import helpdesk, routes
from tests.made import (
    ACCOUNT,
    ANSWERED,
    INES,
    LEO,
    MIA,
    OLGA,
    OPEN,
    TICKET,
    Idea,
    Watched,
    credit_run,
    terms_of,
    three_run,
    unchanged,
)

FLEET = ACCOUNT.model_copy(update={"plan": "Fleet", "open_invoices": 3})
RENAMED = ACCOUNT.model_copy(update={"name": "Bells Ltd"})


def reading(*accounts: object, **more: Any) -> dict[str, Any]:
    return {"reads": {helpdesk.account_of: [*accounts], helpdesk.state_of: OPEN}, **more}


def witness(played: Watched, step: str, value: Mapping[str, Any]) -> ReadBack:
    return ReadBack(played.now, ENGINE, step, value, Purpose.WITNESS)


def test_an_unmoved_world_lets_what_was_approved_go_out() -> None:
    played = credit_run().approve(MIA)
    assert played.run.state is RunState.DONE
    seen = [entry.step for entry in played.entries if entry.kind is EntryKind.STEP_WITNESSED]
    assert seen == ["ticket", "account"]


def test_where_the_world_moved_nothing_runs_and_the_card_asks_again_with_the_difference() -> None:
    played = credit_run(**reading(ACCOUNT, FLEET)).approve(MIA)
    gate = played.gate
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert (gate.status, gate.version, gate.approvals, gate.shown_at) == (GateStatus.OPEN, 2, (), None)
    assert gate.why == (
        "The world changed after this was approved: account.plan was 'Solo' and is now 'Fleet'; "
        "account.open_invoices was 0 and is now 3."
    )
    assert played.run.value("account") == FLEET.model_dump(mode="json")
    assert played.run.actions == ()


def test_the_difference_stands_in_the_record_where_it_can_be_erased() -> None:
    played = credit_run(**reading(ACCOUNT, FLEET)).approve(MIA)
    (entry,) = [entry for entry in played.entries if entry.kind is EntryKind.STEP_CORRECTED and entry.fields]
    fields = {field.name: field.value for field in entry.fields}
    assert fields == {
        "before.plan": "Solo",
        "after.plan": "Fleet",
        "before.open_invoices": 0,
        "after.open_invoices": 3,
    }
    assert not any("Fleet" in str(entry.notes) for entry in played.entries)


def test_who_approved_before_may_approve_what_the_world_looks_like_now() -> None:
    played = credit_run(**reading(ACCOUNT, FLEET, FLEET)).approve(MIA).approve(MIA)
    assert played.run.state is RunState.DONE
    assert len(played.sent) == 1


def test_a_world_that_moves_again_and_again_is_asked_about_each_time() -> None:
    accounts = [ACCOUNT.model_copy(update={"open_invoices": n}) for n in range(5)]
    played = credit_run(**reading(*accounts))
    for _ in range(4):
        assert not played.approve(MIA).sent
    assert (played.gate.version, played.run.state) == (5, RunState.WAITING)
    assert played.approve(MIA).run.state is RunState.DONE


def test_what_no_decision_rests_on_may_move() -> None:
    played = credit_run(**reading(ACCOUNT, RENAMED)).approve(MIA)
    assert played.run.state is RunState.DONE


def test_the_record_that_started_it_is_read_again_too() -> None:
    other = TICKET.model_copy(update={"body": "It was my mistake, all is well."})
    played = credit_run(reads={helpdesk.ticket_of: other}).approve(MIA)
    assert (played.sent, played.gate.version) == ((), 2)
    assert "ticket.body was 'I was charged twice.' and is now 'It was my mistake, all is well.'" in played.gate.why


# --- a choice of the bot's own ----------------------------------------------------------------------------------------

DESK = routes.route("desk", helpdesk.Ticket)
TO_MIA, TO_LEO = (routes.Route(to=who, rule="All", why=f"{who} takes these.") for who in ("@mia", "@leo"))


def first_tag(ticket: helpdesk.Ticket, route: routes.Route) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag=f"for {route.to}")


def second_tag(ticket: helpdesk.Ticket, route: routes.Route) -> helpdesk.AddTag:
    return helpdesk.AddTag(ticket_id=ticket.id, tag=f"of {route.to}")


class TwoTags(Workflow, version=1):
    """Two gates, whose intents name the one who was chosen."""

    ticket = trigger(helpdesk.Ticket)
    whose = look_up(DESK, ticket)
    first = propose(first_tag, ticket, whose)
    agreed = review(first, by="support")
    tagged = act(agreed)
    second = propose(second_tag, ticket, whose)
    approved = review(second, by="support")
    done = act(approved)


def two_tags(*chosen: routes.Route) -> Watched:
    return Watched(
        terms_of(TwoTags, reads={"routes": ["desk"]}), TICKET, reads={DESK: [*chosen], helpdesk.state_of: OPEN}
    )


def test_what_code_made_of_a_choice_is_made_again_where_it_is_made_anew() -> None:
    played = two_tags(TO_MIA, TO_LEO, TO_LEO).approve(LEO)
    assert (played.gate.version, played.gate.proposals[0].data["tag"], played.sent) == (2, "for @leo", ())
    assert played.gate.why == "The world changed after this was approved: whose.to was '@mia' and is now '@leo'."
    assert [one.tag for one in played.approve(INES).sent if isinstance(one, helpdesk.AddTag)] == ["for @leo"]


def test_what_was_carried_out_for_the_one_before_is_not_done_again_and_people_decide_about_the_rest() -> None:
    played = two_tags(TO_MIA, TO_MIA, TO_LEO, TO_LEO).approve(INES)
    assert [one.tag for one in played.sent if isinstance(one, helpdesk.AddTag)] == ["for @mia"]
    played.approve(INES)
    assert (played.gate.step, played.gate.version, len(played.sent)) == ("approved", 2, 1)
    assert played.gate.proposals[0].data["tag"] == "of @mia"
    assert "whose.to was '@mia' and is now '@leo'" in played.gate.why


def automatic() -> Mapping[str, object]:
    override = {
        "intent": "helpdesk.GrantCredit",
        "evidence": "Three hundred of them, and nobody changed one.",
        "undo": "The credit is withdrawn again within the day.",
        "author": "@olga",
        "approved_by": "@lena",
        "on": "2026-03-01",
    }
    return {
        "stage": "automatic",
        "levels": {"helpdesk.GrantCredit": "execute automatically"},
        "confidence": {"idea": "50 %"},
        "overrides": [override],
        "reviewers": {"support": {"needed": 2}},
    }


def test_what_a_policy_approved_comes_to_people_where_the_world_moved() -> None:
    """And it is they who are named then, as many of them as the brief asks for."""
    played = credit_run(brief=automatic(), **reading(ACCOUNT, FLEET, FLEET))
    assert (played.run.state, played.gate.policy, played.sent) == (RunState.WAITING, "", ())
    played.approve(MIA)
    assert played.run.state is RunState.WAITING
    assert played.approve(LEO).run.state is RunState.DONE
    (intended,) = [entry for entry in played.entries if entry.kind is EntryKind.ACTION_INTENDED]
    assert intended.notes["reviewer"] == f"{MIA.id}, {LEO.id}"


def test_a_world_that_cannot_be_read_again_parks_the_run_until_it_can() -> None:
    played = credit_run(**reading(ACCOUNT, Transient("The desk is down."), ACCOUNT)).approve(MIA)
    assert (played.run.state, played.sent) == (RunState.PARKED, ())
    assert played.run.steps["given"].status is StepStatus.FAILED
    assert "The desk is down." in played.told_to("pager")
    assert played.resume(OLGA).run.state is RunState.DONE
    seen = [entry.step for entry in played.entries if entry.kind is EntryKind.STEP_WITNESSED]
    assert seen == ["ticket", "ticket", "account"]


def test_a_reading_that_nobody_waits_for_changes_nothing() -> None:
    at_gate = credit_run()
    assert unchanged(at_gate, witness(at_gate, "account", FLEET.model_dump()))
    begun = credit_run(slow=True).approve(MIA)
    assert begun.run.actions[0].status is ActionStatus.BEGUN
    assert unchanged(begun, witness(begun, "account", FLEET.model_dump()))
    assert unchanged(begun, witness(begun, "account", ACCOUNT.model_dump()))
    assert unchanged(begun, Failed(begun.now, ENGINE, "account", Problem.UNAVAILABLE, "Too late."))
    done = credit_run().approve(MIA)
    assert unchanged(done, witness(done, "account", FLEET.model_dump()))


def test_the_same_reading_twice_counts_once() -> None:
    played = credit_run(hold=[Read]).let_go()
    played.hold = (Read,)
    played.approve(MIA)
    first = witness(played, "ticket", TICKET.model_dump())
    played.happen(first)
    assert unchanged(played, first)
    moved = advance(played.run, witness(played, "account", ACCOUNT.model_dump()), played.terms)
    assert [effect for effect in moved.effects if isinstance(effect, Execute)] == [Execute("given", 0)]


# --- after a wait -----------------------------------------------------------------------------------------------------


def about_to_act(*accounts: object, **more: Any) -> Watched:
    """Approved, and read again once; the call has not left."""
    return credit_run(hold=[Execute], **reading(*(accounts or (ACCOUNT,)), **more)).approve(MIA)


def delayed(played: Watched) -> Delayed:
    return Delayed(played.now, ENGINE, "Run play-2 is at helpdesk:C-1.")


def seen(played: Watched) -> list[str | None]:
    return [entry.step for entry in played.entries if entry.kind is EntryKind.STEP_WITNESSED]


def test_what_had_to_wait_is_read_once_more_before_it_leaves() -> None:
    played = about_to_act()
    played.happen(delayed(played)).let_go()
    assert seen(played) == ["ticket", "account"] * 2
    assert (played.run.state, len(played.sent)) == (RunState.DONE, 1)


def test_where_the_world_moved_while_it_waited_nothing_runs_and_the_card_asks_again() -> None:
    played = about_to_act(ACCOUNT, ACCOUNT, FLEET)
    played.happen(delayed(played)).let_go()
    assert (played.run.state, played.gate.version, played.sent) == (RunState.WAITING, 2, ())
    assert "account.plan was 'Solo' and is now 'Fleet'" in played.gate.why


def test_the_record_says_once_what_it_waits_for() -> None:
    played = about_to_act()
    played.happen(delayed(played))
    assert unchanged(played, delayed(played))
    (entry,) = [entry for entry in played.entries if entry.kind is EntryKind.ACTION_DELAYED]
    assert [(field.name, field.value) for field in entry.fields] == [("why", "Run play-2 is at helpdesk:C-1.")]
    played.let_go()
    assert unchanged(played, delayed(played))


def test_a_wait_between_two_readings_has_both_of_them_read_again() -> None:
    played = credit_run(hold=[Read]).let_go()
    played.hold = (Read,)
    played.approve(MIA).happen(witness(played, "ticket", TICKET.model_dump()))
    played.happen(delayed(played)).let_go()
    assert seen(played) == ["ticket", "account", "ticket", "account"]
    assert len(played.sent) == 1


def test_what_comes_much_too_late_is_read_once_more() -> None:
    """The bot was down for a day, say, and nobody noticed that it waited."""
    for late, times in ((timedelta(hours=1), 1), (timedelta(hours=1, minutes=6), 2)):
        played = about_to_act()
        played.now += late
        played.let_go()
        assert (seen(played), len(played.sent)) == (["ticket", "account"] * times, 1)


def test_a_further_try_is_not_read_for_again_so_that_tries_stay_bounded() -> None:
    played = credit_run(slow=True).approve(MIA)
    played.happen(Retried(played.now, ENGINE, "given", 1, "Busy.", played.now))
    assert unchanged(played, delayed(played))
    moved = advance(played.run, Begun(played.now, ENGINE, "given", 0), played.terms)
    assert moved.run.actions[0].status is ActionStatus.BEGUN


def test_what_rests_on_no_reading_begins_after_its_wait() -> None:
    played = three_run(hold=[Execute]).approve(MIA)
    played.happen(delayed(played)).let_go()
    assert (played.run.state, len(played.sent)) == (RunState.DONE, 3)


def test_a_delay_of_what_is_not_about_to_leave_changes_nothing() -> None:
    for played in (credit_run(), credit_run().approve(MIA), credit_run(slow=True).approve(MIA)):
        assert unchanged(played, delayed(played))
    stopped = about_to_act().cancel(OLGA)
    assert unchanged(stopped, delayed(stopped))
    undone = about_to_act()
    run = replace(undone.run, undoing=RunState.UNDONE)
    assert advance(run, delayed(undone), undone.terms).run is run


# --- the proof --------------------------------------------------------------------------------------------------------


def proving(*states: object, **script: Any) -> Watched:
    reads = {helpdesk.account_of: ACCOUNT, helpdesk.state_of: [*states]}
    return credit_run(reads=reads, **script).approve(MIA)


def test_a_run_is_done_only_when_the_system_shows_it() -> None:
    played = proving(ANSWERED)
    assert (played.run.state, len(played.sent)) == (RunState.PARKED, 1)
    assert (
        "It was carried out, but helpdesk.state_of does not show it: status is 'answered', not 'open'."
        in played.told_to("owner")
    )


def test_a_proof_that_did_not_hold_is_looked_at_again_on_resuming_and_nothing_is_sent_twice() -> None:
    played = proving(ANSWERED, ANSWERED, OPEN)
    assert played.resume(OLGA).run.state is RunState.PARKED
    assert played.resume(OLGA).run.state is RunState.DONE
    assert len(played.sent) == 1


def test_a_proof_that_cannot_be_read_parks_the_run_for_the_pager() -> None:
    played = proving(Broken("There is no such ticket."), OPEN)
    assert played.run.state is RunState.PARKED
    assert "There is no such ticket." in played.told_to("pager")
    assert played.resume(OLGA).run.state is RunState.DONE


def test_a_proof_is_read_once() -> None:
    played = proving(OPEN)
    late = ReadBack(played.now, ENGINE, "done_when", ANSWERED.model_dump(mode="json"), Purpose.PROOF)
    assert unchanged(played, late)
    assert unchanged(played, Failed(played.now, ENGINE, "done_when", Problem.UNAVAILABLE, "Too late."))


def test_where_nothing_was_done_there_is_nothing_to_prove() -> None:
    played = credit_run(Idea(cents=0)).approve(INES)
    assert (played.run.state, "done_when" in played.run.steps) == (RunState.STOPPED, False)
