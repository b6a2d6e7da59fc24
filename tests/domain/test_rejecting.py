"""A denial wins until something has begun: whatever holds an approved action up leaves time to say no."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Self, TypeVar

import pytest

from bot.authoring import Receipt, Workflow, act, propose, review, trigger, wait
from bot.domain.audit.entry import EntryKind
from bot.domain.audit.semantics import senseless
from bot.domain.card import card_of
from bot.domain.effect import AskModel, Effect, Execute, Read, Show, Tell
from bot.domain.ending import rejected
from bot.domain.errors import AlreadyDecided, Broken, NotAllowed, OutOfDate, Refused, Uncertain, Unfit
from bot.domain.event import Begun, Changed, Decided, Done, Paused, Reconciled, Resumed, Retried, Undone, Verdict
from bot.domain.machine import Moved, advance
from bot.domain.person import ENGINE, Person
from bot.domain.rejecting import can_be_rejected
from bot.domain.run import ActionStatus, Ask, GateStatus, RunState, StepStatus
from bot.domain.wanted import is_wanted
from bot.intents import helpdesk
from tests.made import (
    EVE,
    FARAH,
    INES,
    LEO,
    MIA,
    OLGA,
    OPEN,
    Idea,
    Watched,
    actor_of,
    begun,
    credit_run,
    open_second,
    tell_partner,
    terms_of,
    three_run,
    unchanged,
)

W = TypeVar("W", bound=Watched)


def support(**rules: object) -> Mapping[str, object]:
    return {"reviewers": {"support": rules}}


def says_no(played: Watched, by: Person = LEO, **more: Any) -> Decided:
    more = {"step": "approved", "reason": "wrong facts", **more}
    return Decided(played.now, actor_of(by), by, Verdict.REJECT, **more)


def reject(played: W, by: Person = LEO, **more: Any) -> W:
    return played.happen(says_no(played, by, **more))


def refuses(played: Watched, event: Decided, kind: type[Refused], words: str) -> None:
    before = played.run
    with pytest.raises(kind, match=words):
        played.happen(event)
    assert played.run is before


def kinds(played: Watched) -> list[EntryKind]:
    return [entry.kind for entry in played.entries]


def ordered(moved: Moved, kind: type[Effect]) -> list[Effect]:
    return [effect for effect in moved.effects if isinstance(effect, kind)]


# --- whatever holds it up -------------------------------------------------------------------------------------------


def waiting_for_a_lock(**script: Any) -> Watched:
    """Approved and read again; the call has not left."""
    return credit_run(hold=[Execute], **script).approve(MIA)


def read_again(**script: Any) -> Watched:
    """Approved; what the decision relied on is still to be read again."""
    played = credit_run(hold=[Read], **script).let_go()
    played.hold = (Read,)
    return played.approve(MIA)


def paused(**script: Any) -> Watched:
    played = credit_run(**script)
    return played.happen(Paused(played.now, actor_of(OLGA), OLGA)).approve(MIA)


def parked_by_a_deploy(**script: Any) -> Watched:
    played = waiting_for_a_lock(**script)
    return played.happen(Changed(played.now, ENGINE, ("given",)))


def over_the_limit(**script: Any) -> Watched:
    played = waiting_for_a_lock(**script)
    return played.happen(Begun(played.now, ENGINE, "given", 0, refused="The limit of 3 a day is used up."))


def tried_in_vain(**script: Any) -> Watched:
    """The first try surely did nothing, and the next one is still to come."""
    played = credit_run(slow=True, **script).approve(MIA)
    return played.happen(Retried(played.now, ENGINE, "given", 1, "Busy.", played.now + timedelta(seconds=9)))


HELD_UP: Mapping[str, Callable[..., Watched]] = {
    "a lock": waiting_for_a_lock,
    "a reading": read_again,
    "a pause": paused,
    "a deploy": parked_by_a_deploy,
    "a limit": over_the_limit,
    "a retry": tried_in_vain,
}
each_way = pytest.mark.parametrize("held_up", HELD_UP.values(), ids=HELD_UP)


@each_way
def test_a_reviewer_can_still_reject_what_was_approved_and_has_not_begun(held_up: Callable[..., Watched]) -> None:
    played = held_up()
    waits = [*played.held]
    assert can_be_rejected(played.run, played.terms, played.gate)
    reject(played, text="They were charged once.")
    assert (played.run.state, played.gate.status) == (RunState.STOPPED, GateStatus.REJECTED)
    assert played.run.reason == "Rejected by Leo: wrong facts. They were charged once."
    assert played.told_to("requester").endswith(rejected(played.run, played.terms, played.gate.denials))
    assert not any(is_wanted(played.run, effect) for effect in waits)
    assert unchanged(played, begun(played, Execute("given", 0)))
    assert played.let_go().sent == ()
    assert EntryKind.ACTION_DONE not in kinds(played)


@each_way
def test_it_goes_the_way_of_the_brief_as_a_rejection_before_the_quorum_would(held_up: Callable[..., Watched]) -> None:
    played = reject(held_up(brief=support(on_rejection="park")), text="Ask Olga.")
    assert (played.run.state, played.run.actions) == (RunState.PARKED, ())
    assert "Rejected by Leo: wrong facts. Ask Olga." in played.told_to("owner")
    assert played.let_go().sent == ()
    if played.run.paused:
        played.resume(OLGA)
    played.resume(OLGA)
    assert (played.gate.version, played.gate.status, played.gate.approvals) == (2, GateStatus.OPEN, ())
    played.slow = False
    assert len(played.approve(INES).sent) == 1


@each_way
def test_a_remark_has_it_drafted_again_where_the_brief_says_so(held_up: Callable[..., Watched]) -> None:
    ideas = [Idea(cents=50_00), Idea(cents=20_00)]
    played = held_up(idea=[*ideas], brief=support(on_rejection="redraft"))
    moved = advance(played.run, says_no(played, text="Less."), played.terms)
    assert ordered(moved, AskModel) == [AskModel("idea", "Less.")]
    reject(played, text="Less.").let_go()
    if played.run.state is RunState.PARKED or played.run.paused:
        played.resume(OLGA)
    assert (played.gate.version, played.gate.status, played.gate.redrafts) == (2, GateStatus.OPEN, 1)
    played.slow = False
    assert [getattr(one, "cents", 0) for one in played.approve(INES).sent] == [20_00]


def test_what_a_plan_has_not_begun_can_be_rejected_as_a_whole() -> None:
    played = three_run(hold=[Execute]).approve(MIA)
    assert [action.status for action in played.run.actions] == [ActionStatus.PLANNED] * 3
    assert reject(played).let_go().sent == ()


def test_a_rejection_says_so_on_the_card_and_in_the_record() -> None:
    played = waiting_for_a_lock()
    moved = advance(played.run, says_no(played), played.terms)
    assert ordered(moved, Show) == [Show("approved", 1)]
    (entry,) = [one for one in moved.entries if one.kind is EntryKind.GATE_DECIDED]
    assert (entry.notes["standing"], entry.notes["version"], entry.notes["reviewer"]) == ("rejected", 1, LEO.id)
    card = card_of(moved.run, played.terms, "approved")
    assert card is not None
    assert card.standing.startswith(f"Rejected by {LEO.id}")
    assert card.verbs == ()


def test_the_record_finds_what_was_begun_after_it_was_rejected() -> None:
    played = reject(waiting_for_a_lock())
    forged = replace(played.entries[-1], kind=EntryKind.ACTION_INTENDED, step="given")
    forged = replace(forged, notes={"digest": played.gate.digest, "key": "k", "n": 0})
    assert list(senseless([*played.entries, forged], None)) == [
        "given: an action was begun without an approval of what it carries out."
    ]


# --- until it has begun ---------------------------------------------------------------------------------------------


def test_what_is_being_carried_out_can_be_rejected_no_more() -> None:
    played = credit_run(slow=True).approve(MIA)
    assert not can_be_rejected(played.run, played.terms, played.gate)
    refuses(played, says_no(played), AlreadyDecided, r"approved already, .* It is being carried out; after that it can")


def test_what_was_carried_out_can_be_rejected_no_more_and_the_words_say_how_it_is_taken_back() -> None:
    played = credit_run().approve(MIA)
    refuses(played, says_no(played), AlreadyDecided, r"by play/mia at 09:00 UTC on 02 Mar\. It can still be undone\.$")
    undone = credit_run().approve(MIA).undo(OLGA)
    refuses(undone, says_no(undone), AlreadyDecided, r"by play/mia at 09:00 UTC on 02 Mar\.$")


def test_a_try_that_may_have_done_something_can_be_rejected_no_more() -> None:
    played = credit_run(slow=True).approve(MIA)
    played.happen(Retried(played.now, ENGINE, "given", 1, "Lost.", played.now, sure=False))
    refuses(played, says_no(played), AlreadyDecided, "being carried out")
    doubtful = credit_run(outcomes={"given": Uncertain("Hm.")}).approve(MIA)
    refuses(doubtful, says_no(doubtful), AlreadyDecided, "approved already")


def test_a_plan_that_has_begun_can_be_rejected_no_more() -> None:
    played = three_run(slow=True).approve(MIA)
    played.happen(Done(played.now, ENGINE, "carried_out", 0, {"id": "T-9", "link": None, "undo": {}}))
    refuses(played, says_no(played), AlreadyDecided, "approved already")
    done = three_run().approve(MIA)
    refuses(done, says_no(done), AlreadyDecided, "It can still be undone")


class Notice(Workflow, version=1):
    """What cannot be undone."""

    ticket = trigger(helpdesk.Ticket)
    notice = propose(tell_partner, ticket)
    approved = review(notice, by="support")
    told = act(approved)


@pytest.mark.parametrize(("slow", "words"), [(True, "is being carried out, and"), (False, "was carried out, and")])
def test_the_words_do_not_promise_to_undo_what_cannot_be(slow: bool, words: str) -> None:
    played = Watched(terms_of(Notice), reads={helpdesk.state_of: OPEN}, slow=slow).approve(MIA)
    refuses(played, says_no(played), AlreadyDecided, f"It {words} cannot be undone")
    held = Watched(terms_of(Notice), reads={helpdesk.state_of: OPEN}, hold=[Execute]).approve(MIA)
    refuses(held, says_no(held, version=7), OutOfDate, "version 7")
    approves = replace(says_no(held), verdict=Verdict.APPROVE)
    refuses(held, approves, AlreadyDecided, r"It can still be rejected until it is carried out\.$")


def test_the_words_promise_nothing_of_what_a_person_does_or_what_was_erased() -> None:
    by_hand = credit_run(brief={"stage": "assisted"}).approve(MIA)
    approves = replace(says_no(by_hand), verdict=Verdict.APPROVE)
    refuses(by_hand, approves, AlreadyDecided, r"It can still be rejected until it is carried out\.$")
    done = credit_run().approve(MIA)
    done.run = replace(done.run, erased_at=done.now)
    refuses(done, says_no(done), AlreadyDecided, r"by play/mia at 09:00 UTC on 02 Mar\.$")


def test_what_is_taken_back_already_is_not_rejected_on_top_of_it() -> None:
    played = approve_second(both(hold=[Execute])).let_go_on("done_first")
    assert [action.status for action in played.run.actions] == [ActionStatus.DONE, ActionStatus.PLANNED]
    played.happen(Undone(played.now, actor_of(OLGA), OLGA))
    assert not can_be_rejected(played.run, played.terms, played.run.gates["second"])
    refuses(played, says_no(played, step="second"), AlreadyDecided, "approved already")


@pytest.mark.parametrize("what", [v for v in Verdict if v not in ("reject", "comment", "correct", "observe")])
def test_nothing_else_is_taken_once_it_is_approved_and_the_words_say_what_still_is(what: Verdict) -> None:
    played = waiting_for_a_lock()
    event = replace(says_no(played, text="Hm.", values={"cents": 1}, to=INES), verdict=what)
    words = r"approved already, by play/mia at .* rejected until it is carried out, and undone after that\.$"
    refuses(played, event, AlreadyDecided, words)


# --- who, and on what they saw --------------------------------------------------------------------------------------


def test_only_who_could_reject_it_before_can_reject_it_now() -> None:
    played = waiting_for_a_lock()
    for who in (EVE, FARAH, OLGA):
        refuses(played, says_no(played, who), NotAllowed, "support")
    refuses(played, says_no(played, reason="because"), Unfit, "Say why")
    assert reject(waiting_for_a_lock(requester="@leo")).run.state is RunState.STOPPED
    edited = credit_run(hold=[Execute]).edit(LEO, cents=40_00).approve(MIA)
    assert reject(edited).run.state is RunState.STOPPED


def test_a_late_rejection_counts_for_what_was_seen() -> None:
    played = credit_run(hold=[Execute]).edit(INES, cents=40_00).approve(MIA)
    refuses(played, says_no(played, version=1), OutOfDate, "You saw version 1; version 2")
    refuses(played, says_no(played, digest="0" * 8), OutOfDate, "changed since")
    assert reject(played, version=2, digest=played.gate.digest[:8]).run.state is RunState.STOPPED


def test_an_approval_that_ran_out_can_be_rejected_as_long_as_it_is_not_asked_about_again() -> None:
    played = waiting_for_a_lock()
    assert played.gate.expires_at is not None
    played.now = played.gate.expires_at
    assert reject(played).run.state is RunState.STOPPED


def test_whoever_approved_may_think_again() -> None:
    assert reject(waiting_for_a_lock(), MIA).run.state is RunState.STOPPED


# --- a policy ---------------------------------------------------------------------------------------------------------

BY_POLICY: Mapping[str, object] = {
    "stage": "automatic",
    "levels": {"helpdesk.GrantCredit": "execute automatically"},
    "confidence": {"idea": "50 %"},
    "overrides": [
        {
            "intent": "helpdesk.GrantCredit",
            "evidence": "Three hundred of them, and nobody changed one.",
            "undo": "The credit is withdrawn again within the day.",
            "author": "@olga",
            "approved_by": "@lena",
            "on": "2026-03-01",
        }
    ],
}


def test_what_a_policy_approved_can_be_rejected_by_a_person_who_may() -> None:
    played = credit_run(brief=BY_POLICY, hold=[Execute])
    assert played.gate.policy.startswith("policy:")
    refuses(played, says_no(played, FARAH), NotAllowed, "support")
    assert (reject(played).run.state, played.let_go().sent) == (RunState.STOPPED, ())


def test_one_who_denies_what_a_policy_approved_hands_it_to_people_where_it_takes_two_to_reject() -> None:
    played = credit_run(brief={**BY_POLICY, **support(deny=2)}, hold=[Execute])
    reject(played, text="Twice?").let_go()
    assert (played.run.state, played.gate.status, played.gate.version) == (RunState.WAITING, GateStatus.OPEN, 2)
    assert (played.gate.policy, played.sent) == ("", ())
    assert played.gate.why == "Leo denies what was approved: wrong facts. Twice?"
    assert played.gate.expires_at is not None
    assert len(played.approve(INES).sent) == 1
    (intended,) = [entry for entry in played.entries if entry.kind is EntryKind.ACTION_INTENDED]
    assert intended.notes["reviewer"] == INES.id


# --- where it takes more than one to reject -------------------------------------------------------------------------


def test_as_many_have_to_deny_it_afterwards_as_before() -> None:
    played = waiting_for_a_lock(brief=support(deny=2))
    reject(played, LEO)
    assert (played.gate.status, [vote.person for vote in played.gate.denials]) == (GateStatus.APPROVED, [LEO.id])
    assert played.run.state is RunState.RUNNING
    assert reject(played, INES).run.state is RunState.STOPPED


def test_one_denial_of_two_does_not_hold_up_what_enough_have_approved() -> None:
    played = reject(waiting_for_a_lock(brief=support(deny=2)), LEO).let_go()
    assert (played.run.state, len(played.sent)) == (RunState.DONE, 1)


def test_an_approver_who_thinks_again_leaves_too_few_and_it_is_asked_about_anew() -> None:
    played = credit_run(brief=support(needed=2, deny=2), hold=[Execute]).approve(MIA).approve(LEO)
    reject(played, MIA).let_go()
    assert (played.run.state, played.gate.status, played.gate.version) == (RunState.WAITING, GateStatus.OPEN, 2)
    assert (played.gate.approvals, played.gate.denials, played.run.actions) == ((), (), ())
    assert played.approve(INES).sent == ()
    assert len(played.approve(LEO).sent) == 1


# --- where a person is to do it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["approved", "given"])
def test_what_a_person_is_to_do_can_be_rejected_until_they_have(step: str) -> None:
    played = credit_run(brief={"stage": "assisted"}).approve(MIA)
    assert played.question.kind is Ask.DONE_BY_ME
    card = card_of(played.run, played.terms, "given")
    assert card is not None
    assert card.verbs == ("done-by-me", "reject")
    refuses(played, says_no(played, FARAH, step=step), NotAllowed, "support")
    moved = advance(played.run, says_no(played, step=step), played.terms)
    assert Show("given") in moved.effects
    reject(played, step=step)
    assert (played.run.state, played.run.questions, played.gate.status) == (RunState.STOPPED, {}, GateStatus.REJECTED)


def test_what_a_person_has_done_is_rejected_no_more() -> None:
    played = credit_run(brief={"stage": "assisted"}).approve(MIA)
    played.happen(replace(says_no(played, MIA, step="given", link="https://d.example/1"), verdict=Verdict.DONE_BY_ME))
    assert played.run.state is RunState.DONE
    refuses(played, says_no(played), AlreadyDecided, "approved already")


# --- the card -------------------------------------------------------------------------------------------------------


def test_the_card_of_what_can_still_be_rejected_says_so() -> None:
    played = waiting_for_a_lock()
    card = card_of(played.run, played.terms, "approved")
    assert card is not None
    assert (card.verbs, card.then) == (("reject", "comment"), "It can still be rejected until it is carried out.")
    done = played.let_go()
    card = card_of(done.run, done.terms, "approved")
    assert card is not None
    assert (card.verbs, card.then) == ((), "")


@pytest.mark.parametrize(("was_shown", "later", "shows"), [(True, 1, True), (True, 0, False), (False, 1, False)])
def test_a_card_that_offers_what_is_possible_no_more_is_brought_up_to_date(
    was_shown: bool, later: int, shows: bool
) -> None:
    """Where it begins with the approval itself, the card never offered it."""
    played = waiting_for_a_lock()
    gate = replace(played.gate, shown_at=played.now if was_shown else None)
    run = replace(played.run, gates={"approved": gate})
    event = Begun(played.now + timedelta(seconds=later), ENGINE, "given", 0)
    moved = advance(run, event, played.terms)
    assert moved.run.actions[0].status is ActionStatus.BEGUN
    assert ordered(moved, Show) == ([Show("approved", 1)] if shows else [])


def test_a_card_is_brought_up_to_date_once_and_not_with_every_try() -> None:
    played = tried_in_vain()
    run = replace(played.run, gates={"approved": replace(played.gate, shown_at=played.now)})
    moved = advance(run, Begun(played.now + timedelta(seconds=9), ENGINE, "given", 0), played.terms)
    assert ordered(moved, Show) == []


# --- two gates ------------------------------------------------------------------------------------------------------


class Both(Workflow, version=1):
    """Two gates before two acts, and a day in between to think about it."""

    ticket = trigger(helpdesk.Ticket)
    case = propose(open_second, ticket)
    notice = propose(tell_partner, ticket)
    first = review(case, by="support")
    second = review(notice, by="support")
    thought = wait("1d", after=second)
    done_first = act(first)
    done_second = act(second)


class Two(Watched):
    def let_go_on(self, step: str) -> Self:
        """Perform what is held for one step, and hold the rest."""
        mine = [effect for effect in self.held if effect.step == step]
        self.held = [effect for effect in self.held if effect.step != step]
        hold, self.hold = self.hold, ()
        for effect in mine:
            self._perform(effect)
        self.hold = hold
        return self.until_waiting()


def both(*, brief: Mapping[str, object] | None = None, think: bool = False, **script: Any) -> Two:
    """A run with two gates, the first one approved and the second still open; without the day unless told so."""
    terms = terms_of(Both, **(brief or {}))
    steps = tuple(step for step in terms.definition.steps if think or step.name != "thought")
    terms = replace(terms, definition=replace(terms.definition, steps=steps))
    return Two(terms, reads={helpdesk.state_of: OPEN}, **script).decide(Verdict.APPROVE, MIA, step="first")


def approve_second(played: Two) -> Two:
    return played.decide(Verdict.APPROVE, LEO, step="second")


def test_what_waits_for_a_second_gate_can_be_rejected_at_the_first() -> None:
    played = both()
    assert played.run.gates["second"].status is GateStatus.OPEN
    moved = advance(played.run, says_no(played, step="first"), played.terms)
    assert {effect.step for effect in ordered(moved, Show)} == {"first", "second"}
    reject(played, step="first")
    gates = {name: gate.status for name, gate in played.run.gates.items()}
    assert gates == {"first": GateStatus.REJECTED, "second": GateStatus.CLOSED}
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())


def test_what_lies_behind_a_gate_that_is_asked_again_is_asked_again_after_it() -> None:
    played = reject(both(brief=support(on_rejection="park")), step="first").resume(OLGA)
    assert {name: gate.status for name, gate in played.run.gates.items()} == {
        "first": GateStatus.OPEN,
        "second": GateStatus.CLOSED,
    }
    played.decide(Verdict.APPROVE, MIA, step="first")
    assert played.run.gates["second"].version == 2
    approve_second(played)
    assert (played.run.state, len(played.sent)) == (RunState.DONE, 2)


def test_a_day_to_think_about_it_is_a_day_to_reject_it() -> None:
    played = approve_second(both(think=True))
    assert played.run.steps["thought"].status is StepStatus.WAITING
    stopped = reject(played, step="second").pass_time("2d")
    assert (stopped.run.state, stopped.sent) == (RunState.STOPPED, ())
    parked = reject(approve_second(both(think=True, brief=support(on_rejection="park"))), step="second")
    parked.pass_time("2d").resume(OLGA)
    assert parked.run.gates["second"].status is GateStatus.OPEN
    approve_second(parked).pass_time("1d")
    assert (parked.run.state, len(parked.sent)) == (RunState.DONE, 2)


def test_what_is_rejected_while_another_action_is_under_way_follows_once_that_is_through() -> None:
    played = approve_second(both(slow=True))
    assert [action.status for action in played.run.actions] == [ActionStatus.BEGUN]
    reject(played, step="second", text="Not today.")
    assert (played.run.state, played.run.gates["second"].status) == (RunState.RUNNING, GateStatus.REJECTED)
    played.happen(Done(played.now, ENGINE, "done_first", 0, {"id": "T-9", "link": None, "undo": {}}))
    assert (played.run.state, len(played.run.actions)) == (RunState.STOPPED, 1)
    assert played.run.reason == f"Rejected by {LEO.id}: wrong facts. Not today."
    assert "was rejected after this had been carried out: helpdesk.OpenTicket." in played.told_to("owner")
    assert played.undo(OLGA).run.state is RunState.UNDONE


def test_where_the_brief_parks_it_the_second_is_asked_again_and_the_first_stays_done() -> None:
    played = approve_second(both(slow=True, brief=support(on_rejection="park")))
    reject(played, step="second")
    played.slow = False
    played.happen(Done(played.now, ENGINE, "done_first", 0, {"id": "T-9", "link": None, "undo": {}}))
    assert played.run.state is RunState.PARKED
    played.resume(OLGA)
    assert played.run.gates["second"].status is GateStatus.OPEN
    approve_second(played)
    assert (played.run.state, [type(one).__name__ for one in played.sent]) == (RunState.DONE, ["NotifyPartner"])


@pytest.mark.parametrize("happened", [True, False])
def test_what_is_rejected_while_another_action_is_in_doubt_follows_once_somebody_looked(happened: bool) -> None:
    played = approve_second(both(outcomes={"done_first": [Uncertain("Hm."), Receipt(id="T-9")]}))
    assert played.run.state is RunState.PARKED
    reject(played, step="second")
    assert played.run.state is RunState.PARKED
    played.happen(Reconciled(played.now, actor_of(OLGA), OLGA, "done_first", 0, happened, {"id": "T-9"}))
    assert (played.run.state, played.run.gates["second"].status) == (RunState.STOPPED, GateStatus.REJECTED)
    assert [action.status for action in played.run.actions] == [ActionStatus.DONE]


def test_what_is_rejected_while_another_action_has_failed_follows_once_that_was_tried_again() -> None:
    played = approve_second(both(outcomes={"done_first": [Broken("No."), Receipt(id="T-9")]}))
    reject(played, step="second").resume(OLGA)
    assert (played.run.state, len(played.sent)) == (RunState.STOPPED, 1)


def test_nobody_thinks_again_while_another_action_is_under_way() -> None:
    played = both(slow=True, brief=support(needed=1, deny=2))
    played.decide(Verdict.APPROVE, LEO, step="second")
    refuses(played, says_no(played, LEO, step="second"), AlreadyDecided, "Another action of this run is on its way")


def test_an_act_that_waits_for_its_turn_is_gone_through_again_with_its_gate() -> None:
    played = approve_second(both(hold=[Execute], brief=support(on_rejection="park")))
    assert [action.step for action in played.run.actions] == ["done_first"]
    reject(played, step="second").resume(OLGA)
    assert (played.run.actions, played.run.gates["second"].version) == ((), 2)
    approve_second(played).let_go()
    assert (played.run.state, len(played.sent)) == (RunState.DONE, 2)


def test_the_owner_hears_what_stands_of_a_run_that_somebody_took_over() -> None:
    class Later(Workflow, version=1):
        ticket = trigger(helpdesk.Ticket)
        case = propose(open_second, ticket)
        first = review(case, by="support")
        done_first = act(first)
        notice = propose(tell_partner, ticket)
        second = review(notice, by="support")
        done_second = act(second)

    for verdict, how in ((Verdict.TAKE_OVER, "taken over"), (Verdict.REJECT, "rejected")):
        played = Watched(terms_of(Later), reads={helpdesk.state_of: OPEN}).approve(MIA)
        played.happen(replace(says_no(played, step="second"), verdict=verdict))
        assert f"was {how} after this had been carried out: helpdesk.OpenTicket." in played.told_to("owner")


def test_a_rejection_before_the_quorum_tells_the_owner_of_nothing_that_stands() -> None:
    moved = advance(credit_run().run, says_no(credit_run()), credit_run().terms)
    assert [effect.to for effect in moved.effects if isinstance(effect, Tell)] == ["requester"]


def test_what_is_resumed_after_a_pause_is_carried_out_where_nobody_rejected_it() -> None:
    played = paused()
    played.happen(Resumed(played.now, actor_of(OLGA), OLGA))
    assert (played.run.state, len(played.sent)) == (RunState.DONE, 1)
