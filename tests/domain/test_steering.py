"""Steering a run from outside its steps: cancel, pause, resume, say what happened, a deploy in between."""

from dataclasses import replace
from typing import Any

import pytest

from bot.authoring import Receipt
from bot.domain.attempt import Attempt
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import AskModel, Compensate, Read, Show, Tell
from bot.domain.ending import cancelled as cancelling
from bot.domain.errors import AlreadyDecided, NotAllowed, Refused, Transient, Uncertain, Unfit, Unknown
from bot.domain.event import Answered, Cancelled, Changed, Event, Paused, ReadBack, Reconciled, Resumed, Undone
from bot.domain.machine import advance
from bot.domain.person import ENGINE, Person
from bot.domain.plain import Plain
from bot.domain.run import ActionStatus, GateStatus, RunState, StepStatus
from bot.intents import helpdesk
from tests.made import (
    ACCOUNT,
    EVE,
    JONAS,
    LEO,
    MIA,
    NORA,
    OLGA,
    SAM,
    Idea,
    Watched,
    actor_of,
    asking,
    credit_run,
    onboarding_run,
    terms_of,
    three_run,
    unchanged,
)


def cancelled(played: Watched, by: Person = OLGA) -> Cancelled:
    return Cancelled(played.now, actor_of(by), by, "Not needed.")


def paused(played: Watched, by: Person = OLGA) -> Paused:
    return Paused(played.now, actor_of(by), by, "Lunch.")


def resumed(played: Watched, by: Person = OLGA, **more: Any) -> Resumed:
    return Resumed(played.now, actor_of(by), by, "Go on.", **more)


def refuses(played: Watched, event: Event, kind: type[Refused], words: str) -> None:
    before = played.run
    with pytest.raises(kind, match=words):
        played.happen(event)
    assert played.run is before


# --- cancel -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [OLGA, JONAS, SAM, MIA], ids=lambda person: person.name)
def test_whoever_may_cancel_ends_the_run_with_everything_closed(by: Person) -> None:
    played = credit_run()
    moved = advance(played.run, cancelled(played, by), played.terms)
    assert Show("approved", 1) in moved.effects
    played.happen(cancelled(played, by))
    assert (played.run.state, played.gate.status, played.sent) == (RunState.STOPPED, GateStatus.CLOSED, ())
    assert played.told_to("requester") == cancelling(played.run, played.terms, by.name, "Not needed.")
    with pytest.raises(AlreadyDecided, match="closed already"):
        played.approve(MIA)


def test_an_outsider_cancels_nothing() -> None:
    played = credit_run()
    refuses(played, cancelled(played, EVE), NotAllowed, "You may not cancel here")


def test_a_question_is_closed_with_the_run_and_its_card_brought_up_to_date() -> None:
    played = credit_run(Idea(cents=0))
    moved = advance(played.run, cancelled(played), played.terms)
    assert (moved.run.questions, Show("nothing") in moved.effects) == ({}, True)


def test_what_is_under_way_or_in_doubt_cannot_be_cancelled() -> None:
    begun = credit_run(slow=True).approve(MIA)
    refuses(begun, cancelled(begun), AlreadyDecided, "being carried out right now")
    doubtful = credit_run(outcomes={"given": Uncertain("Hm.")}).approve(MIA)
    refuses(doubtful, cancelled(doubtful), Unfit, "First say so: done, or not done")


def test_the_owner_hears_what_still_stands_of_a_cancelled_run() -> None:
    played = onboarding_run().approve(NORA).cancel(NORA)
    assert played.run.state is RunState.STOPPED
    assert (
        "cancelled after this had been carried out: helpdesk.OpenTicket, helpdesk.AddTag, helpdesk.GrantCredit."
        in played.told_to("owner")
    )


@pytest.mark.parametrize("ended", ["done", "stopped", "undone"])
def test_what_has_ended_can_be_steered_no_more(ended: str) -> None:
    played = credit_run()
    match ended:
        case "done":
            played.approve(MIA)
        case "stopped":
            played.reject(MIA, "other")
        case _:
            played.approve(MIA).undo(OLGA)
    assert played.run.ended
    for event in (cancelled(played), paused(played), resumed(played)):
        refuses(played, event, AlreadyDecided, f"it is {ended}")


def test_what_comes_back_after_a_cancel_changes_nothing() -> None:
    played = credit_run(hold=[AskModel]).cancel(OLGA)
    attempts = (Attempt("m", "p", "answered"),)
    assert unchanged(played, Answered(played.now, ENGINE, "idea", {"cents": 1}, attempts))
    assert unchanged(played, ReadBack(played.now, ENGINE, "account", ACCOUNT.model_dump()))


# --- pause and resume -------------------------------------------------------------------------------------------------


def test_a_pause_holds_up_whatever_would_come_next() -> None:
    played = credit_run(hold=[Read])
    played.happen(paused(played)).let_go()
    assert (played.run.state, played.run.paused, list(played.run.steps)) == (
        RunState.RUNNING,
        True,
        ["ticket", "account"],
    )
    played.happen(resumed(played))
    assert (played.run.state, played.run.paused, played.gate.step) == (RunState.WAITING, False, "approved")


def test_what_comes_back_in_a_pause_is_kept_and_nothing_follows_from_it_yet() -> None:
    played = credit_run(hold=[Read])
    played.happen(paused(played)).happen(ReadBack(played.now, ENGINE, "account", ACCOUNT.model_dump()))
    assert played.run.steps["account"].status is StepStatus.DONE
    assert "idea" not in played.run.steps
    assert played.happen(resumed(played)).gate.step == "approved"


def test_a_pause_is_not_paused_again_and_what_runs_is_not_resumed() -> None:
    played = credit_run()
    refuses(played, resumed(played), AlreadyDecided, "nothing to resume")
    played.happen(paused(played))
    refuses(played, paused(played), AlreadyDecided, "paused already")


@pytest.mark.parametrize("by", [SAM, MIA, LEO, EVE], ids=lambda person: person.name)
def test_only_owner_and_maintainer_resume(by: Person) -> None:
    played = credit_run()
    played.happen(paused(played))
    refuses(played, resumed(played, by), NotAllowed, "You may not resume here")
    assert not played.happen(resumed(played, JONAS)).run.paused


def test_a_paused_run_can_still_be_decided_and_cancelled() -> None:
    played = credit_run()
    played.happen(paused(played)).cancel(OLGA)
    assert (played.run.state, played.run.paused) == (RunState.STOPPED, True)


def test_a_step_that_failed_is_tried_again_on_resuming() -> None:
    accounts = [Transient("The desk is down."), ACCOUNT]
    played = credit_run(reads={helpdesk.account_of: accounts})
    assert (played.run.state, played.run.reason) == (RunState.PARKED, "The desk is down.")
    assert "The desk is down." in played.told_to("pager")
    assert played.resume(OLGA).gate.step == "approved"


# --- a deploy in between ----------------------------------------------------------------------------------------------


def test_a_deploy_that_changed_steps_ahead_parks_the_run_until_its_owner_accepts_it() -> None:
    played = credit_run().happen(Changed(credit_run().now, ENGINE, ("given",)))
    assert (played.run.state, played.gate.status) == (RunState.PARKED, GateStatus.OPEN)
    assert "A new version changed steps this run still has ahead (given)." in played.told_to("owner")
    played.happen(resumed(played, accept={"given": "n" * 64}))
    assert played.run.pins.steps["given"] == "n" * 64
    assert played.run.pins.steps["idea"] == "s" * 64
    assert played.approve(MIA).run.state is RunState.DONE


def test_a_decision_on_a_run_that_a_deploy_parked_counts_once_it_goes_on() -> None:
    played = credit_run().happen(Changed(credit_run().now, ENGINE, ("given",))).approve(MIA)
    assert (played.run.state, played.sent) == (RunState.PARKED, ())
    assert played.resume(OLGA).run.state is RunState.DONE


@pytest.mark.parametrize("stands", ["parked", "ended", "undoing"])
def test_a_deploy_disturbs_nothing_that_stands_or_is_on_its_way_out(stands: str) -> None:
    match stands:
        case "parked":
            played = credit_run(outcomes={"given": Transient("Down.")}).approve(MIA)
        case "ended":
            played = credit_run().approve(MIA)
        case _:
            played = three_run(hold=[Compensate]).approve(MIA)
            played.happen(Undone(played.now, actor_of(OLGA), OLGA))
    assert unchanged(played, Changed(played.now, ENGINE, ("given",)))


def test_a_reading_that_a_deploy_held_up_is_done_after_it() -> None:
    played = credit_run(hold=[AskModel])
    played.happen(Changed(played.now, ENGINE, ("credit",))).let_go()
    assert (played.run.state, played.run.steps["idea"].status) == (RunState.PARKED, StepStatus.DUE)
    assert played.resume(OLGA).gate.step == "approved"


# --- say what happened ------------------------------------------------------------------------------------------------


def in_doubt(**script: Any) -> Watched:
    return credit_run(outcomes={"given": [Uncertain("The line broke."), Receipt(id="CR-2")]}, **script).approve(MIA)


def said(played: Watched, happened: bool, by: Person = OLGA, n: int = 0, **receipt: Plain) -> Reconciled:
    step = played.run.actions[0].step
    return Reconciled(played.now, actor_of(by), by, step, n, happened, receipt, "I looked.")


def test_what_a_person_saw_to_have_happened_is_done_and_not_sent_again() -> None:
    played = in_doubt()
    played.happen(said(played, True, id="CR-1"))
    assert (played.run.state, played.sent) == (RunState.DONE, ())
    assert played.run.actions[0].receipt == Receipt(id="CR-1").model_dump()
    assert played.undo(OLGA).run.state is RunState.UNDONE


def test_what_a_person_saw_not_to_have_happened_is_checked_and_sent_once_under_the_same_key() -> None:
    played = in_doubt()
    key = played.run.actions[0].key
    played.happen(said(played, False))
    assert (played.run.state, len(played.sent), played.run.actions[0].key) == (RunState.DONE, 1, key)
    seen = [entry.step for entry in played.entries if entry.kind is EntryKind.STEP_WITNESSED]
    assert seen == ["ticket", "account"] * 2


def test_an_approval_that_ran_out_meanwhile_is_asked_for_again() -> None:
    played = in_doubt().pass_time("30d")
    played.happen(said(played, False))
    assert (played.run.state, played.gate.version, played.sent) == (RunState.WAITING, 2, ())


def test_an_action_in_doubt_holds_everything_else_up() -> None:
    played = in_doubt()
    refuses(played, resumed(played), Unfit, "First say so: done, or not done")
    assert played.pass_time("30d").run.state is RunState.PARKED


def test_only_what_is_in_doubt_needs_somebody_to_look() -> None:
    played = in_doubt()
    refuses(played, said(played, True, EVE), NotAllowed, "You may not reconcile here")
    refuses(played, said(played, True, MIA), NotAllowed, "Ask the owner")
    refuses(played, said(played, True, n=1), Unknown, "has no action 2")
    played.happen(said(played, True))
    refuses(played, said(played, False), AlreadyDecided, "no doubt about this action: it is done")


def test_a_plan_goes_on_from_what_a_person_saw() -> None:
    outcomes = [Receipt(id="T-9"), Uncertain("The line broke."), Receipt(id="TAG-1"), Receipt(id="N-1")]
    played = three_run(outcomes={"carried_out": outcomes}).approve(MIA)
    assert [action.status for action in played.run.actions] == [
        ActionStatus.DONE,
        ActionStatus.IN_DOUBT,
        ActionStatus.PLANNED,
    ]
    played.happen(said(played, False, n=1))
    assert (played.run.state, [type(intent).__name__ for intent in played.sent]) == (
        RunState.DONE,
        ["OpenTicket", "AddTag", "NotifyPartner"],
    )


def test_a_plan_half_done_is_not_witnessed_again_when_it_goes_on() -> None:
    outcomes = [Receipt(id="T-9"), Uncertain("The line broke."), Receipt(id="TAG-1"), Receipt(id="CR-1")]
    played = onboarding_run(outcomes={"ready": outcomes}).approve(NORA)
    before = sum(entry.kind is EntryKind.STEP_WITNESSED for entry in played.entries)
    played.happen(Reconciled(played.now, actor_of(NORA), NORA, "ready", 1, happened=False))
    assert sum(entry.kind is EntryKind.STEP_WITNESSED for entry in played.entries) == before == 2
    assert len(played.sent) == 3


def test_the_id_that_a_later_part_needs_has_to_be_said() -> None:
    played = three_run(outcomes={"carried_out": [Uncertain("The line broke."), Receipt(id="TAG-1")]}).approve(MIA)
    refuses(played, said(played, True), Unfit, "Say its id, too")
    played.happen(said(played, True, id="T-77"))
    assert getattr(played.sent[0], "ticket_id", "") == "T-77"


def test_what_happened_in_a_pause_is_kept_and_the_plan_goes_on_after_it() -> None:
    outcomes = [Uncertain("The line broke."), Receipt(id="TAG-1")]
    played = three_run(outcomes={"carried_out": outcomes}).approve(MIA)
    played.happen(paused(played)).happen(said(played, True, id="T-77"))
    assert played.sent == ()
    assert played.happen(resumed(played)).run.state is RunState.DONE


# --- nothing in silence -----------------------------------------------------------------------------------------------


def test_a_machine_that_asked_for_a_run_is_told_nothing() -> None:
    played = Watched(terms_of(asking("support")), reads={})
    played.run = replace(played.run, origin=replace(played.run.origin, requester="schedule:daily"))
    moved = advance(played.run, cancelled(played), played.terms)
    assert not [effect for effect in moved.effects if isinstance(effect, Tell)]
