"""Taking back: in reverse order, and what cannot be taken back is listed to the owner."""

from dataclasses import replace

import pytest

from bot.authoring import Receipt
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Compensate, StartRuns
from bot.domain.ending import undone
from bot.domain.errors import AlreadyDecided, BotError, Broken, NotAllowed, Refused, Transient, Uncertain, Unfit
from bot.domain.event import Cancelled, Done, Failed, OutcomeUnknown, Paused, Problem, Resumed, Undone
from bot.domain.person import ENGINE, Person
from bot.domain.run import ActionStatus, RunState
from bot.intents import helpdesk
from tests.made import (
    EVE,
    JONAS,
    LENA,
    MIA,
    NORA,
    OLGA,
    Watched,
    actor_of,
    credit_run,
    onboarding_run,
    three_run,
    triage_run,
    unchanged,
)

THIRD_FAILS = [Receipt(id="T-9"), Receipt(id="TAG-1"), Broken("The partner is gone.")]


def undo(played: Watched, by: Person = OLGA) -> Undone:
    return Undone(played.now, actor_of(by), by, "Wrong customer.")


def refuses(played: Watched, kind: type[Refused], words: str, by: Person = OLGA) -> None:
    before = played.run
    with pytest.raises(kind, match=words):
        played.happen(undo(played, by))
    assert played.run is before


def statuses(played: Watched) -> list[ActionStatus]:
    return [action.status for action in played.run.actions]


def test_what_was_done_is_taken_back_with_what_the_receipt_says() -> None:
    played = credit_run(outcomes={"given": Receipt(id="CR-7")}).approve(MIA)
    played.happen(undo(played))
    assert played.taken_back == (helpdesk.WithdrawCredit(customer_id="C-1", credit_id="CR-7", cents=50_00),)
    assert (played.run.state, statuses(played)) == (RunState.UNDONE, [ActionStatus.UNDONE])
    assert played.run.reason == "Taken back for Olga. Wrong customer."
    assert played.told_to("requester").endswith(undone(played.run, played.terms, played.run.reason))


@pytest.mark.parametrize("by", [OLGA, JONAS, MIA], ids=lambda person: person.name)
def test_owner_maintainer_and_reviewers_may_have_it_taken_back(by: Person) -> None:
    assert credit_run().approve(MIA).undo(by).run.state is RunState.UNDONE


def test_an_outsider_may_not_have_it_taken_back() -> None:
    refuses(credit_run().approve(MIA), NotAllowed, "You may not undo here", EVE)


def test_what_cannot_be_taken_back_is_refused_with_the_reason() -> None:
    refuses(triage_run().approve(MIA), Unfit, "The customer has received it")
    refuses(credit_run(), Unfit, "nothing was carried out")
    twice = credit_run().approve(MIA).undo(OLGA)
    refuses(twice, Unfit, "nothing was carried out")


def test_a_plan_is_taken_back_from_its_end_and_what_cannot_be_is_listed() -> None:
    played = three_run().approve(MIA)
    played.happen(undo(played))
    assert [type(intent).__name__ for intent in played.taken_back] == ["DeleteTag", "CloseTicket"]
    assert statuses(played) == [ActionStatus.UNDONE, ActionStatus.UNDONE, ActionStatus.STUCK]
    assert played.run.state is RunState.PARKED
    assert "Not everything could be taken back: helpdesk.NotifyPartner (The partner has been told.)" in played.told_to(
        "owner"
    )


def test_what_was_taken_back_in_part_can_only_be_cancelled() -> None:
    played = three_run().approve(MIA).undo(OLGA)
    with pytest.raises(Unfit, match="taken back already, so it cannot go on"):
        played.resume(OLGA)
    refuses(played, Unfit, "nothing was carried out")
    played.cancel(OLGA)
    assert played.run.state is RunState.STOPPED
    assert "after this had been carried out: helpdesk.NotifyPartner" in played.told_to("owner")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Broken("It is closed."), "helpdesk.AddTag (It is closed.)"),
        (Transient("The desk is down."), "helpdesk.AddTag (The desk is down.)"),
        (Uncertain("The line broke."), "It is not known whether it was taken back. The line broke."),
    ],
    ids=["refused", "unavailable", "unknown"],
)
def test_a_failed_plan_that_cannot_be_taken_back_whole_says_what_still_stands(error: BotError, words: str) -> None:
    outcomes = {"carried_out": THIRD_FAILS, "undo carried_out": [error, Receipt(id="closed")]}
    played = three_run(outcomes=outcomes).approve(MIA)
    assert played.run.state is RunState.FAILED
    assert statuses(played) == [ActionStatus.UNDONE, ActionStatus.STUCK, ActionStatus.FAILED]
    assert played.taken_back == (helpdesk.CloseTicket(ticket_id="T-9"),)
    told = played.told_to("owner")
    assert "failed: The partner is gone. Still standing, because it could not be taken back:" in told
    assert words in told


def test_a_plan_that_fails_at_its_first_part_has_nothing_to_take_back() -> None:
    brief = {"failure": {"when_wrong": {"do": "undo"}}}
    played = three_run(brief=brief, outcomes={"carried_out": Broken("No.")}).approve(MIA)
    assert (played.run.state, played.taken_back) == (RunState.FAILED, ())
    assert statuses(played) == [ActionStatus.FAILED, ActionStatus.PLANNED, ActionStatus.PLANNED]


def test_every_compensation_is_written_down_before_and_after() -> None:
    played = credit_run().approve(MIA).undo(OLGA)
    (done,) = [entry for entry in played.entries if entry.kind is EntryKind.ACTION_DONE]
    around = [entry for entry in played.entries if entry.kind.value.startswith("compensation.")]
    assert [entry.kind for entry in around] == [EntryKind.COMPENSATION_BEGUN, EntryKind.COMPENSATION_DONE]
    assert {entry.notes["key"] for entry in (done, *around)} == {done.notes["key"]}


def test_nothing_is_taken_back_while_something_is_under_way_or_in_doubt() -> None:
    refuses(credit_run(slow=True).approve(MIA), AlreadyDecided, "being carried out right now")
    refuses(credit_run(outcomes={"given": Uncertain("Hm.")}).approve(MIA), Unfit, "First say so: done, or not done")
    half = credit_run(hold=[Compensate]).approve(MIA)
    half.happen(undo(half))
    refuses(half, AlreadyDecided, "being carried out right now")


def test_what_is_being_taken_back_cannot_be_cancelled_half_way() -> None:
    half = three_run(hold=[Compensate]).approve(MIA)
    half.happen(undo(half))
    with pytest.raises(AlreadyDecided):
        half.happen(Cancelled(half.now, actor_of(OLGA), OLGA))


def test_an_outcome_that_comes_twice_takes_nothing_back_twice() -> None:
    played = credit_run().approve(MIA).undo(OLGA)
    assert unchanged(played, Done(played.now, ENGINE, "given", 0, {"id": "again"}))
    assert unchanged(played, OutcomeUnknown(played.now, ENGINE, "given", 0, "Hm."))


def test_a_wait_ends_when_what_came_before_it_is_taken_back() -> None:
    played = onboarding_run().approve(NORA)
    assert played.run.state is RunState.WAITING
    assert played.undo(NORA).run.state is RunState.UNDONE
    assert [type(intent).__name__ for intent in played.taken_back] == ["WithdrawCredit", "DeleteTag", "CloseTicket"]
    assert played.pass_time("9d").run.state is RunState.UNDONE


def test_what_is_undone_in_a_pause_is_taken_back_after_it_and_the_rest_of_the_plan_never_begins() -> None:
    plan = three_run(slow=True).approve(MIA)
    plan.happen(Paused(plan.now, actor_of(OLGA), OLGA))
    plan.happen(Done(plan.now, ENGINE, "carried_out", 0, {"id": "T-9"}))
    plan.happen(undo(plan))
    plan.slow = False
    assert (plan.taken_back, statuses(plan)[0]) == ((), ActionStatus.UNDOING)
    plan.happen(Resumed(plan.now, actor_of(OLGA), OLGA))
    assert (plan.run.state, plan.sent) == (RunState.UNDONE, ())
    assert plan.taken_back == (helpdesk.CloseTicket(ticket_id="T-9"),)


def test_a_run_whose_content_was_erased_cannot_be_taken_back_from_here() -> None:
    played = credit_run().approve(MIA)
    played.run = replace(played.run, erased_at=played.now)
    refuses(played, Unfit, "was erased here")


@pytest.mark.parametrize(
    ("do", "ends", "taken_back"),
    [
        ("undo", RunState.FAILED, ["WithdrawCredit", "DeleteTag", "CloseTicket"]),
        ("stop", RunState.FAILED, ["WithdrawCredit", "DeleteTag", "CloseTicket"]),
        ("park", RunState.PARKED, []),
    ],
)
def test_a_later_step_that_fails_follows_the_brief_about_what_was_done_before(
    do: str, ends: RunState, taken_back: list[str]
) -> None:
    """The plan of partner onboarding is done when the reseller's tickets cannot be started."""
    failure = {"when_wrong": {"do": do}}
    played = onboarding_run("reseller", brief={"failure": failure}, hold=[StartRuns])
    played.answer(NORA, note="Friendly people.", records=[]).approve(LENA).arrive("settled")
    assert played.held == [StartRuns("marked", "partner_ticket", ())]
    played.happen(Failed(played.now, ENGINE, "marked", Problem.WRONG, "There is no such workflow."))
    assert played.run.state is ends
    assert [type(intent).__name__ for intent in played.taken_back] == taken_back
