"""Carrying out what was approved: checked again at the last moment, each intent once, failures by the brief."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.authoring import Intent, Promised, Receipt, Risk, Workflow, act, propose, review, trigger
from bot.domain.acting import find, granted
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Execute, Purpose, Read, StartRuns, Tell
from bot.domain.ending import failed
from bot.domain.errors import Broken, NotAllowed, Transient, Uncertain
from bot.domain.event import Begun, Changed, Done, Failed, OutcomeUnknown, Paused, Problem, Resumed, Retried
from bot.domain.intent import digest_of, key_of
from bot.domain.machine import advance
from bot.domain.person import ENGINE
from bot.domain.plain import Plain
from bot.domain.run import Action, ActionStatus, GateStatus, Mode, RunState, Source, StepState, StepStatus
from bot.domain.terms import Terms
from bot.domain.workflow import Act, Place, Step
from bot.intents import helpdesk
from bot.testing import Unsure
from tests.made import (
    ACCOUNT,
    LENA,
    LEO,
    MIA,
    NORA,
    OLGA,
    OPEN,
    TICKET,
    Credit,
    Idea,
    Watched,
    actor_of,
    credit_run,
    onboarding_run,
    terms_of,
    three_run,
    unchanged,
)

RECEIPT: Mapping[str, Plain] = {"id": "CR-1", "link": "https://desk.example/CR-1", "undo": {}}


def action(played: Watched, n: int = 0, step: str = "given") -> Action:
    found = find(played.run, step, n)
    assert found is not None
    return found


def begun(played: Watched, n: int = 0, step: str = "given", **more: Any) -> Begun:
    return Begun(played.now, ENGINE, step, n, **more)


def done(played: Watched, n: int = 0, step: str = "given", **more: Any) -> Done:
    return Done(played.now, ENGINE, step, n, RECEIPT, **more)


def about_to_act(**script: Any) -> Watched:
    """Approved and witnessed; the action has not begun."""
    return credit_run(hold=[Execute], **script).approve(MIA)


def in_the_middle(**script: Any) -> Watched:
    """The action has begun, and nobody has heard of it since."""
    return credit_run(slow=True, **script).approve(MIA)


def entries(played: Watched, kind: EntryKind) -> list[Mapping[str, object]]:
    return [
        {**entry.notes, **{field.name: field.value for field in entry.fields}}
        for entry in played.entries
        if entry.kind is kind
    ]


# --- before it begins -------------------------------------------------------------------------------------------------


def test_the_key_of_an_action_is_derived_so_that_a_restored_backup_repeats_nothing() -> None:
    played = about_to_act()
    digest = digest_of(played.gate.proposals)
    assert action(played).key == key_of(run="play-1", step="given", digest=digest, n=0)
    assert action(about_to_act()).key == action(played).key
    assert action(credit_run(Idea(cents=1), hold=[Execute]).approve(MIA)).key != action(played).key


def test_the_intent_is_durable_before_anything_leaves() -> None:
    played = about_to_act()
    assert played.held == [Execute("given", 0)]
    played.happen(begun(played))
    assert action(played).status is ActionStatus.BEGUN
    (intended,) = entries(played, EntryKind.ACTION_INTENDED)
    assert intended["digest"] == played.gate.digest
    assert (intended["records"], intended["outcome"]) == ("helpdesk:C-1", "helpdesk.GrantCredit")
    assert intended["reviewer"] == MIA.id


def test_beginning_twice_changes_nothing() -> None:
    played = in_the_middle()
    assert unchanged(played, begun(played))
    assert unchanged(played.happen(done(played)), begun(played))


@pytest.mark.parametrize("n", [1, -1, 99])
def test_an_action_there_is_not_does_not_begin(n: int) -> None:
    played = about_to_act()
    assert unchanged(played, begun(played, n))


def test_an_action_does_not_begin_before_what_it_rests_on_was_read_again() -> None:
    played = credit_run(hold=[Read], slow=True)
    played.let_go()
    played.hold = (Read,)
    played.approve(MIA)
    ticket = TICKET.model_dump()
    assert played.held == [
        Read("ticket", "helpdesk.ticket_of", ticket, Purpose.WITNESS),
        Read("account", "helpdesk.account_of", ticket, Purpose.WITNESS),
    ]
    assert unchanged(played, begun(played))
    played.let_go()
    assert action(played).status is ActionStatus.BEGUN


@pytest.mark.parametrize("state", [RunState.PARKED, RunState.WAITING, RunState.DONE, RunState.STOPPED])
def test_an_action_begins_in_a_running_run_only(state: RunState) -> None:
    played = about_to_act()
    assert advance(replace(played.run, state=state), begun(played), played.terms).run.actions == played.run.actions


def test_an_action_does_not_begin_in_a_pause_and_does_after_it() -> None:
    played = about_to_act()
    played.happen(Paused(played.now, actor_of(OLGA), OLGA))
    assert unchanged(played, begun(played))
    played.happen(Resumed(played.now, actor_of(OLGA), OLGA)).let_go()
    assert played.run.state is RunState.DONE


def test_an_action_does_not_begin_while_the_run_is_taken_back() -> None:
    """A call that was held up by a pause comes due when everything is being undone already."""
    played = three_run(hold=[Execute]).approve(MIA)
    run = replace(played.run, undoing=RunState.UNDONE)
    assert advance(run, begun(played, 0, "carried_out"), played.terms).run is run


def test_an_approval_that_ran_out_is_asked_for_again() -> None:
    played = about_to_act()
    assert played.gate.expires_at is not None
    played.now = played.gate.expires_at
    played.happen(begun(played))
    assert (played.run.state, played.gate.version, played.gate.approvals) == (RunState.WAITING, 2, ())
    assert played.gate.why == "Its approval ran out before it was carried out."
    assert played.run.actions == ()
    played.let_go()
    assert played.sent == ()
    assert played.approve(LEO).run.state is RunState.DONE


def test_an_approval_by_somebody_who_lost_the_right_is_asked_for_again() -> None:
    played = about_to_act()
    played.happen(begun(played, lost_rights=(MIA.id,)))
    assert (played.gate.version, played.gate.approvals) == (2, ())
    assert played.gate.why == f"{MIA.id} may no longer approve this."


def test_what_something_beyond_the_run_refuses_parks_it_and_can_be_tried_again() -> None:
    played = about_to_act()
    played.happen(begun(played, refused="The limit of 3 a day is used up."))
    assert (played.run.state, action(played).status) == (RunState.PARKED, ActionStatus.PLANNED)
    assert "The limit of 3 a day is used up." in played.told_to("owner")
    assert entries(played, EntryKind.BUDGET_HIT)[0]["why"] == "The limit of 3 a day is used up."
    assert played.resume(OLGA).let_go().run.state is RunState.DONE


def test_more_actions_than_a_run_may_take_are_not_begun() -> None:
    played = three_run(brief={"limits": {"actions_per_run": 2}}).approve(MIA)
    assert (played.run.state, played.sent) == (RunState.PARKED, ())
    assert "more actions than the brief allows in one run" in played.told_to("owner")
    assert three_run(brief={"limits": {"actions_per_run": 3}}).approve(MIA).run.state is RunState.DONE


# --- forged: the store was tampered with, or a step was skipped -------------------------------------------------------


def forged(played: Watched, **gate: Any) -> Watched:
    """Somebody changed the gate behind the machine's back."""
    changed = replace(played.run.gates["approved"], **gate)
    played.run = replace(played.run, gates={"approved": changed})
    return played


def parked_for(played: Watched, words: str) -> bool:
    """Whether an action that is about to begin does not, and its owner hears why."""
    moved = advance(played.run, begun(played), played.terms)
    assert (moved.run.state, moved.run.actions) == (RunState.PARKED, played.run.actions)
    return any(words in effect.text for effect in moved.effects if isinstance(effect, Tell))


@pytest.mark.parametrize("status", [status for status in GateStatus if status is not GateStatus.APPROVED])
def test_what_is_not_approved_is_never_carried_out(status: GateStatus) -> None:
    assert parked_for(forged(about_to_act(), status=status), "This was not approved.")


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.EXECUTE])
def test_what_is_only_shown_is_never_carried_out(mode: Mode) -> None:
    assert parked_for(forged(about_to_act(), mode=mode), "This was not approved.")


def test_another_proposal_than_the_approved_one_is_never_carried_out() -> None:
    played = about_to_act()
    (proposal,) = played.gate.proposals
    other = replace(proposal, data={**proposal.data, "cents": 1})
    assert parked_for(forged(played, proposals=(other,)), "What was approved is not what would be carried out.")
    both = about_to_act()
    assert parked_for(
        forged(both, proposals=(other,), digest=digest_of((other,))),
        "What was approved is not what would be carried out.",
    )


def test_too_few_approvals_carry_nothing_out() -> None:
    assert parked_for(forged(about_to_act(), needed=2), "Too few people have approved this.")
    assert parked_for(forged(about_to_act(), approvals=()), "Too few people have approved this.")


def test_an_act_without_its_gate_is_never_carried_out() -> None:
    played = about_to_act()
    played.run = replace(played.run, gates={})
    assert parked_for(played, "has no gate before it")


def ticket_only(terms: Terms) -> Terms:
    """The same workflow with an act that hangs on nothing: as if `check` and the type checkers had been silenced."""
    steps = tuple(step for step in terms.definition.steps if step.name in ("ticket", "account", "idea", "credit"))
    bare: Step[Any] = Step(Act(steps[-1]), place=Place("", 0))
    bare.name = "given"
    return replace(terms, definition=replace(terms.definition, steps=(*steps, bare)))


def test_a_workflow_whose_act_skips_the_review_is_parked_at_run_time() -> None:
    played = credit_run()
    bypassed = Watched(
        ticket_only(played.terms),
        answers={"idea": Idea(cents=50_00)},
        reads={helpdesk.account_of: ACCOUNT, helpdesk.state_of: OPEN},
    )
    assert (bypassed.run.state, bypassed.sent) == (RunState.PARKED, ())
    assert "“given” has no gate before it, so it is not carried out." in bypassed.told_to("owner")


def test_a_review_that_somebody_set_to_done_approves_nothing() -> None:
    played = credit_run()
    run = replace(
        played.run,
        state=RunState.RUNNING,
        steps={**played.run.steps, "approved": StepState(StepStatus.DONE, None, Source.CODE)},
    )
    moved = advance(run, Paused(played.now, actor_of(OLGA), OLGA), played.terms)
    resumed = advance(moved.run, Resumed(played.now, actor_of(OLGA), OLGA), played.terms)
    assert (resumed.run.state, resumed.run.actions) == (RunState.PARKED, ())
    assert "This was not approved." in resumed.run.reason


def test_a_value_that_does_not_fit_its_type_any_more_parks_the_run() -> None:
    played = credit_run(hold=[Read])
    forged_value = replace(played.run.steps["ticket"], value={"id": ["not", "text"]})
    played.run = replace(played.run, steps={**played.run.steps, "ticket": forged_value})
    played.let_go()
    assert played.run.state is RunState.PARKED
    assert "does not fit its type any more" in played.told_to("owner")


def test_only_the_machine_says_what_is_granted() -> None:
    played = about_to_act()
    approval = granted(played.run, played.terms.definition.step("given"))
    assert approval.by == (MIA.id,)
    assert approval.proposals == played.gate.proposals
    with pytest.raises(NotAllowed, match="not approved"):
        granted(credit_run().run, played.terms.definition.step("given"))


# --- what the brief forbids, with `check` bypassed --------------------------------------------------------------------


def test_a_read_outside_the_brief_is_refused_at_run_time() -> None:
    played = credit_run(brief={"reads": {"helpdesk": ["state_of", "ticket_of"]}})
    assert played.run.state is RunState.PARKED
    assert "The brief does not allow reading helpdesk.account_of." in played.told_to("owner")


def test_a_change_outside_the_brief_is_refused_before_anybody_is_asked() -> None:
    played = credit_run(brief={"changes": {"helpdesk": ["AddTag"]}})
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert "The brief does not allow helpdesk.GrantCredit." in played.told_to("owner")


def test_a_change_the_brief_forbids_by_now_is_refused_at_the_last_moment() -> None:
    played = about_to_act()
    played.terms = terms_of(Credit, changes={"helpdesk": ["AddTag"]})
    assert parked_for(played, "The brief does not allow helpdesk.GrantCredit.")


class Coordinate(Intent, system="helpdesk", target="id", risk=Risk.INCIDENT, cannot_be_undone="People were called."):
    """Call everybody together."""

    id: str


def call_together(ticket: helpdesk.Ticket) -> Coordinate:
    return Coordinate(id=ticket.id)


class Incident(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    call = propose(call_together, ticket)
    approved = review(call, by="support")
    called = act(approved)


def incident() -> Watched:
    return Watched(terms_of(Incident, changes={"helpdesk": ["Coordinate"]}), reads={helpdesk.state_of: OPEN})


def test_what_only_people_may_do_is_handed_to_them_however_it_is_approved() -> None:
    played = incident().approve(MIA)
    assert (played.question.step, played.sent) == ("called", ())


def test_what_only_people_may_do_never_begins_even_where_its_gate_was_forged() -> None:
    played = incident()
    assert played.gate.mode is Mode.SHOW
    played.run = replace(played.run, gates={"approved": replace(played.gate, mode=Mode.EXECUTE)})
    played.approve(MIA)
    assert (played.run.state, played.sent) == (RunState.PARKED, ())
    assert "Only a person may do helpdesk.Coordinate" in played.told_to("owner")


RULES = [{"rule": "A credit is at most 500 EUR.", "holds": "is_at_most_500"}]


def test_a_broken_rule_parks_the_run_before_anybody_is_asked() -> None:
    played = credit_run(Idea(cents=500_01), brief={"invariants": RULES})
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert "The proposal breaks a rule of the brief: A credit is at most 500 EUR." in played.told_to("owner")


def test_a_rule_is_checked_again_at_the_last_moment() -> None:
    played = about_to_act(idea=Idea(cents=600_00))
    played.terms = terms_of(Credit, invariants=RULES)
    assert parked_for(played, "A credit is at most 500 EUR.")


def test_a_rule_whose_check_fails_counts_as_broken() -> None:
    played = credit_run(brief={"invariants": [{"rule": "It is odd.", "holds": "fails_always"}]})
    assert "It is odd. (its check failed: It divided by zero.)" in played.told_to("owner")


# --- afterwards -------------------------------------------------------------------------------------------------------


def test_what_came_back_is_kept_and_the_plan_goes_on() -> None:
    played = in_the_middle()
    played.happen(done(played, attempt=2, latency_ms=40))
    assert action(played).receipt == RECEIPT
    (noted,) = entries(played, EntryKind.ACTION_DONE)
    assert (noted["ext_ref"], noted["latency_ms"], noted["outcome"]) == ("CR-1", 40, "done")
    assert noted["link"] == "https://desk.example/CR-1"


def test_what_was_found_to_have_happened_is_written_down_as_found() -> None:
    played = in_the_middle()
    played.happen(done(played, found=True))
    assert entries(played, EntryKind.ACTION_DONE)[0]["outcome"] == "found"


@pytest.mark.parametrize("status", [status for status in ActionStatus if status not in ("begun", "undoing")])
def test_an_outcome_of_what_is_not_under_way_changes_nothing(status: ActionStatus) -> None:
    played = in_the_middle()
    other = replace(action(played), status=status, receipt={**RECEIPT})
    played.run = replace(played.run, state=RunState.PARKED, actions=(other,))
    assert unchanged(played, done(played))
    if status is not ActionStatus.PLANNED:
        assert unchanged(played, OutcomeUnknown(played.now, ENGINE, "given", 0, "Who knows."))
    ended = replace(played.run, state=RunState.STOPPED, ended_at=played.now)
    failed = Failed(played.now, ENGINE, "given", Problem.REFUSED, "No.")
    assert advance(ended, failed, played.terms).run is ended


def test_a_plan_is_carried_out_in_order_with_the_ids_that_came_back() -> None:
    played = three_run(outcomes={"carried_out": [Receipt(id="T-9"), Receipt(id="TAG-1"), Receipt(id="N-1")]})
    played.approve(MIA)
    assert [type(intent).__name__ for intent in played.sent] == ["OpenTicket", "AddTag", "NotifyPartner"]
    assert played.sent[1] == helpdesk.AddTag(ticket_id="T-9", tag="second")
    assert played.run.value("carried_out") == Receipt(id="N-1").model_dump()
    assert isinstance(helpdesk.AddTag.model_validate(played.gate.proposals[1].data).ticket_id, Promised)


def test_a_plan_half_done_is_not_lost_when_its_approval_runs_out() -> None:
    """What was begun in time is finished: asking again would carry the first part out a second time."""
    played = three_run(slow=True).approve(MIA)
    played.happen(done(played, 0, "carried_out"))
    assert action(played, 1, "carried_out").status is ActionStatus.BEGUN
    played.happen(Retried(played.now, ENGINE, "carried_out", 1, "Busy.", played.now, n=1))
    played.now += timedelta(days=30)
    played.happen(begun(played, 1, "carried_out"))
    statuses = [one.status for one in played.run.actions]
    assert statuses == [ActionStatus.DONE, ActionStatus.BEGUN, ActionStatus.PLANNED]


def test_a_plan_half_done_is_parked_when_its_approver_may_no_longer_approve() -> None:
    played = three_run(slow=True).approve(MIA)
    played.happen(done(played, 0, "carried_out"))
    played.happen(Retried(played.now, ENGINE, "carried_out", 1, "Busy.", played.now, n=1))
    played.happen(begun(played, 1, "carried_out", lost_rights=(MIA.id,)))
    statuses = [one.status for one in played.run.actions]
    assert (played.run.state, statuses[0]) == (RunState.PARKED, ActionStatus.DONE)
    assert "may no longer approve this" in played.told_to("owner")


def test_what_is_done_in_a_pause_lets_the_plan_go_on_after_it() -> None:
    played = three_run(slow=True).approve(MIA)
    played.happen(Paused(played.now, actor_of(OLGA), OLGA)).happen(done(played, 0, "carried_out"))
    assert [one.status for one in played.run.actions][1] is ActionStatus.PLANNED
    played.slow = False
    played.happen(Resumed(played.now, actor_of(OLGA), OLGA))
    assert played.run.state is RunState.DONE


def test_what_is_done_while_a_run_is_parked_lets_it_go_on_when_it_is_resumed() -> None:
    played = three_run(slow=True).approve(MIA)
    played.happen(Changed(played.now, ENGINE, ("carried_out",))).happen(done(played, 0, "carried_out"))
    assert played.run.state is RunState.PARKED
    played.slow = False
    assert played.resume(OLGA).run.state is RunState.DONE
    assert len(played.sent) == 2


def test_a_try_that_surely_did_nothing_counts_as_not_begun() -> None:
    played = in_the_middle()
    later = played.now + timedelta(seconds=1)
    played.happen(Retried(played.now, ENGINE, "given", 1, "Busy.", later))
    assert action(played).status is ActionStatus.PLANNED
    assert action(played).begun_at == played.now
    assert entries(played, EntryKind.STEP_RETRIED)[0]["until"] == later.isoformat()


def test_a_try_that_may_have_done_something_stays_begun() -> None:
    played = in_the_middle()
    played.happen(Retried(played.now, ENGINE, "given", 1, "Lost.", played.now, sure=False))
    assert action(played).status is ActionStatus.BEGUN


# --- when it fails ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "told"),
    [(Broken("It says no."), "owner"), (Transient("It does not answer."), "pager")],
    ids=["refused", "unavailable"],
)
def test_a_failed_action_parks_the_run_where_the_brief_says_so_and_may_be_tried_again(error: Any, told: str) -> None:
    played = credit_run(outcomes={"given": [error, Receipt(id="CR-2")]}).approve(MIA)
    assert (played.run.state, action(played).status) == (RunState.PARKED, ActionStatus.FAILED)
    assert error.message in played.told_to(told)
    assert action(played.resume(OLGA)).status is ActionStatus.DONE
    assert len(played.sent) == 1


@pytest.mark.parametrize("do", ["undo", "stop"])
def test_a_failed_action_ends_the_run_where_the_brief_says_so(do: str) -> None:
    played = credit_run(outcomes={"given": Broken("It says no.")}, brief={"failure": {"when_wrong": {"do": do}}})
    played.approve(MIA)
    assert (played.run.state, played.run.reason) == (RunState.FAILED, "It says no.")
    assert "failed: It says no." in played.told_to("owner")
    assert played.told_to("requester") == failed(played.run, played.terms, "It says no.")


def test_a_third_part_that_fails_takes_the_others_back_in_reverse_order() -> None:
    receipts = [Receipt(id="T-9"), Receipt(id="TAG-1"), Broken("The partner is gone.")]
    played = three_run(outcomes={"carried_out": receipts}).approve(MIA)
    assert played.run.state is RunState.FAILED
    assert played.taken_back == (
        helpdesk.DeleteTag(ticket_id="T-9", tag_id="TAG-1", tag="second"),
        helpdesk.CloseTicket(ticket_id="T-9"),
    )
    assert [one.status for one in played.run.actions] == [
        ActionStatus.UNDONE,
        ActionStatus.UNDONE,
        ActionStatus.FAILED,
    ]


def test_what_nobody_knows_the_outcome_of_is_parked_with_all_a_person_needs() -> None:
    played = credit_run(outcomes={"given": Uncertain("The line broke.")}).approve(MIA)
    assert (played.run.state, action(played).status) == (RunState.PARKED, ActionStatus.IN_DOUBT)
    told = played.told_to("owner")
    for words in ("helpdesk.GrantCredit", "helpdesk:C-1", action(played).key, "The line broke.", "done, or not done"):
        assert words in told


def test_an_unknown_outcome_of_what_never_began_is_a_failure_of_ours() -> None:
    """The bot itself failed before anything left: that is no doubt, but somebody has to hear of it."""
    played = about_to_act()
    played.happen(OutcomeUnknown(played.now, ENGINE, "given", 0, "Something in the bot failed."))
    assert (played.run.state, action(played).status) == (RunState.PARKED, ActionStatus.PLANNED)
    assert "Something in the bot failed." in played.told_to("pager")
    assert played.resume(OLGA).let_go().run.state is RunState.DONE


OVERRIDE = {
    "intent": "helpdesk.GrantCredit",
    "evidence": "Three hundred of them, and nobody changed one.",
    "undo": "The credit is withdrawn again within the day.",
    "author": "@olga",
    "approved_by": "@lena",
    "on": "2026-03-01",
}
AUTOMATIC: Mapping[str, object] = {
    "stage": "automatic",
    "levels": {"helpdesk.GrantCredit": "execute automatically"},
    "confidence": {"idea": "90 %"},
    "overrides": [OVERRIDE],
}


def test_a_policy_that_approved_is_named_in_the_record() -> None:
    brief = AUTOMATIC
    played = credit_run(brief=brief)
    assert played.run.state is RunState.DONE
    (decided,) = entries(played, EntryKind.GATE_DECIDED)
    (intended,) = entries(played, EntryKind.ACTION_INTENDED)
    assert decided["reviewer"] == intended["reviewer"] == played.gate.policy
    assert played.gate.policy.startswith("policy:")
    unsure = credit_run(Unsure(Idea(cents=50_00), 95, ("Is it theirs?",)), brief=brief)
    assert (unsure.run.state, unsure.gate.policy) == (RunState.WAITING, "")
    assert unsure.gate.why == "There is a doubt: Is it theirs?"


def test_what_a_policy_approved_does_not_stand_for_ever() -> None:
    """Held up for longer than people would have had, it comes to people."""
    brief: Mapping[str, object] = {**AUTOMATIC, "reviewers": {"support": {"expires_after": "2d"}}}
    played = credit_run(brief=brief, hold=[Execute])
    assert played.gate.policy.startswith("policy:")
    played.now += timedelta(days=2)
    played.let_go()
    assert (played.run.state, played.gate.policy, played.sent) == (RunState.WAITING, "", ())
    assert played.gate.why == "Its approval ran out before it was carried out."
    assert len(played.approve(MIA).sent) == 1


@pytest.mark.parametrize(("skipped", "told"), [(0, False), (2, True)])
def test_the_owner_hears_of_runs_that_could_not_be_started(skipped: int, told: bool) -> None:
    """Else records would be left out, and the run would be done."""
    played = onboarding_run("reseller", hold=[StartRuns]).answer(NORA, note="Friendly people.").approve(LENA)
    played.pass_time("2d")
    assert played.held == [StartRuns("marked", "partner_ticket")]
    receipt: Mapping[str, Plain] = {"runs": ["run-2"], "skipped": skipped, "why": "Nothing was started."}
    played.happen(Done(played.now, ENGINE, "marked", 0, receipt))
    words = "could not start 2 of its runs at “marked”: Nothing was started."
    assert (words in played.told_to("owner")) is told
    assert played.run.steps["marked"].status is StepStatus.DONE
