"""Every verdict on a gate: what it does, what it refuses, and that a refusal changes nothing."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.audit.entry import EntryKind
from bot.domain.effect import AskModel, Show
from bot.domain.ending import done_by, rejected, taken_over
from bot.domain.errors import AlreadyDecided, NotAllowed, OutOfDate, OverLimit, Refused, Unfit, Unknown
from bot.domain.event import Decided, Paused, Resumed, Verdict
from bot.domain.intent import Intent
from bot.domain.machine import advance
from bot.domain.person import Door, Person, person_actor
from bot.domain.plain import Plain
from bot.domain.run import GateStatus, Mode, RunState, StepStatus
from bot.intents import helpdesk
from tests.made import (
    EVE,
    FARAH,
    INES,
    JONAS,
    LENA,
    LEO,
    MIA,
    OLGA,
    SAM,
    TOM,
    Idea,
    Watched,
    actor_of,
    credit_run,
    of_another_team,
    stranger,
    three_run,
    triage_run,
)


def support(**rules: object) -> Mapping[str, object]:
    return {"reviewers": {"support": rules}}


def verdict(played: Watched, by: Person, what: Verdict, **more: Any) -> Decided:
    """A verdict as it comes in, on what waits."""
    return Decided(played.now, actor_of(by), by, what, more.pop("step", "approved"), **more)


def refuses(played: Watched, event: Decided, kind: type[Refused], words: str = "") -> Refused:
    before, entries = played.run, played.entries
    with pytest.raises(kind, match=words or None) as caught:
        played.happen(event)
    assert played.run is before
    assert played.entries is entries
    assert caught.value.message.endswith((".", "?"))
    return caught.value


def cents(played: Watched) -> list[object]:
    return [getattr(intent, "cents", None) for intent in played.sent]


def last(played: Watched, kind: EntryKind) -> Mapping[str, Plain]:
    """The last entry of a kind, its notes and its fields together."""
    entry = [entry for entry in played.entries if entry.kind is kind][-1]
    return {**entry.notes, **{field.name: field.value for field in entry.fields}}


# --- approve ----------------------------------------------------------------------------------------------------------


def test_what_is_approved_is_sent_once_and_the_run_is_done() -> None:
    played = credit_run().approve(MIA)
    assert played.sent == (helpdesk.GrantCredit(customer_id="C-1", cents=50_00),)
    assert played.run.state is RunState.DONE
    told = played.told_to("requester")
    assert told.startswith("Done. ")
    assert all(vote.person in told for gate in played.run.gates.values() for vote in gate.approvals)
    assert all(gate.digest[:8] in told for gate in played.run.gates.values())
    said = last(played, EntryKind.GATE_DECIDED)
    assert (said["outcome"], said["reviewer"], said["standing"]) == ("approve", MIA.id, "approved")


def test_two_of_three_have_to_approve_where_the_brief_says_so() -> None:
    played = credit_run(brief=support(needed=2)).approve(MIA).approve(MIA)
    assert played.run.state is RunState.WAITING
    assert [vote.person for vote in played.gate.approvals] == [MIA.id]
    assert not played.sent
    assert cents(played.approve(LEO)) == [50_00]


def test_one_denial_wins_over_any_number_of_approvals() -> None:
    played = credit_run(brief=support(needed=3)).approve(MIA).approve(LEO).reject(INES, "wrong facts")
    assert (played.run.state, played.gate.status) == (RunState.STOPPED, GateStatus.REJECTED)
    assert not played.sent


def test_as_many_denials_as_the_brief_says_reject() -> None:
    played = credit_run(brief=support(needed=2, deny=2)).reject(MIA, "wrong facts").reject(MIA, "wrong tone")
    assert played.run.state is RunState.WAITING
    assert [vote.reason for vote in played.gate.denials] == ["wrong tone"]
    assert played.reject(LEO, "other").run.state is RunState.STOPPED


def test_whoever_changes_their_mind_has_one_vote_still() -> None:
    played = credit_run(brief=support(needed=2, deny=2)).approve(MIA).reject(MIA, "wrong facts").approve(LEO)
    assert played.run.state is RunState.WAITING
    assert cents(played.approve(MIA)) == [50_00]


def test_a_second_click_is_told_who_was_faster() -> None:
    played = credit_run().approve(MIA)
    refuses(played, verdict(played, LEO, Verdict.APPROVE), AlreadyDecided, rf"approved already, by {MIA.id} at 09:00")
    refuses(played, verdict(played, LEO, Verdict.REJECT, reason="other"), AlreadyDecided)
    rejected = credit_run().reject(MIA, "other")
    refuses(rejected, verdict(rejected, LEO, Verdict.APPROVE), AlreadyDecided, rf"rejected already, by {MIA.id}")


def test_where_nobody_decided_the_words_name_nobody_and_say_what_can_be_done() -> None:
    expired = credit_run().pass_time("8d")
    words = r"^This is expired already, at 09:00 UTC on 09 Mar\. Its owner can open it again\.$"
    refuses(expired, verdict(expired, MIA, Verdict.APPROVE), AlreadyDecided, words)
    gone = credit_run().cancel(OLGA)
    words = r"^This is closed already, at .*\. Cancelled by Olga"
    refuses(gone, verdict(gone, MIA, Verdict.APPROVE), AlreadyDecided, words)


def test_a_gate_that_nobody_decided_says_how_the_run_ended() -> None:
    taken = credit_run().decide(Verdict.TAKE_OVER, MIA)
    refuses(
        taken,
        verdict(taken, LEO, Verdict.APPROVE),
        AlreadyDecided,
        rf"This is closed already, at 09:00 UTC on 02 Mar\. {re.escape(taken.run.reason)}",
    )


def test_whoever_is_asked_without_a_word_is_asked_all_the_same() -> None:
    played = credit_run().decide(Verdict.REASSIGN, MIA, to=LEO)
    assert played.told_to(LEO.id) == "Mia asks you to decide “approved” of run play-1."


def test_a_verdict_on_a_version_that_is_gone_is_refused() -> None:
    played = credit_run().edit(MIA, cents=40_00)
    refuses(played, verdict(played, LEO, Verdict.APPROVE, version=1), OutOfDate, "You saw version 1; version 2")
    assert played.happen(verdict(played, LEO, Verdict.APPROVE, version=2)).run.state is RunState.DONE


@pytest.mark.parametrize("length", [8, 12, 64])
def test_a_fingerprint_of_what_was_seen_holds_the_verdict_to_it(length: int) -> None:
    played = credit_run()
    right = played.gate.digest[:length]
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    refuses(played, verdict(played, MIA, Verdict.APPROVE, digest=wrong), OutOfDate)
    assert played.happen(verdict(played, MIA, Verdict.APPROVE, digest=right)).run.state is RunState.DONE


@pytest.mark.parametrize("length", [0, 1, 7])
def test_too_short_a_fingerprint_says_nothing(length: int) -> None:
    played = credit_run()
    refuses(played, verdict(played, MIA, Verdict.APPROVE, digest=played.gate.digest[:length]), OutOfDate)


def test_a_decision_at_the_very_moment_of_expiry_is_too_late() -> None:
    played = credit_run()
    assert played.gate.expires_at is not None
    late = replace(verdict(played, MIA, Verdict.APPROVE), at=played.gate.expires_at)
    refuses(played, late, OutOfDate, "ran out of time")
    just_in_time = advance(played.run, replace(late, at=late.at - timedelta(microseconds=1)), played.terms)
    assert just_in_time.run.gates["approved"].status is GateStatus.APPROVED


def test_nothing_waits_at_a_step_that_is_none() -> None:
    played = credit_run()
    refuses(played, verdict(played, MIA, Verdict.APPROVE, step="given"), Unknown, "What there is: approved")


def test_who_was_really_at_the_keyboard_stands_beside_the_name() -> None:
    played = credit_run()
    by = person_actor(MIA.id, Door.TERMINAL, on_behalf_of="play/tester")
    played.happen(replace(verdict(played, MIA, Verdict.APPROVE), by=by))
    said = last(played, EntryKind.GATE_DECIDED)
    assert (said["reviewer"], said["at_the_keyboard"], said["door"]) == (MIA.id, "play/tester", "terminal")


def test_what_is_decided_in_a_pause_is_carried_out_after_it() -> None:
    played = credit_run()
    played.happen(Paused(played.now, actor_of(OLGA), OLGA, "Lunch.")).approve(MIA)
    assert (played.gate.status, played.sent) == (GateStatus.APPROVED, ())
    played.happen(Resumed(played.now, actor_of(OLGA), OLGA))
    assert cents(played) == [50_00]


# --- edit -------------------------------------------------------------------------------------------------------------


def test_what_is_sent_is_what_the_reviewer_edited() -> None:
    played = credit_run().edit(MIA, cents=40_00, reason="A gesture").approve(LEO)
    assert played.sent == (helpdesk.GrantCredit(customer_id="C-1", cents=40_00, reason="A gesture"),)


def test_an_edit_is_a_new_version_that_voids_every_vote() -> None:
    played = credit_run(brief=support(needed=2)).approve(MIA)
    before = played.gate
    played.edit(LEO, cents=40_00)
    assert (played.gate.version, played.gate.approvals) == (2, ())
    assert played.gate.digest != before.digest
    assert played.gate.expires_at == before.expires_at
    kinds = [entry.kind for entry in played.entries[-2:]]
    assert kinds == [EntryKind.GATE_VOIDED, EntryKind.GATE_DECIDED]


def test_whoever_edited_it_may_not_approve_it() -> None:
    played = credit_run().edit(MIA, cents=40_00).edit(LEO, cents=30_00)
    assert played.gate.editors == (MIA.id, LEO.id)
    for editor in (MIA, LEO):
        assert refuses(played, verdict(played, editor, Verdict.APPROVE), NotAllowed).reason == "own-edit"
    assert cents(played.approve(INES)) == [30_00]


def test_the_record_has_each_field_before_and_after_even_where_it_was_empty() -> None:
    played = credit_run(Idea(cents=50_00)).decide(Verdict.EDIT, MIA, values={"reason": "Sorry"}, text="Be polite.")
    said = last(played, EntryKind.GATE_DECIDED)
    assert (said["before.reason"], said["after.reason"], said["text"]) == ("", "Sorry", "Be polite.")
    assert "after.cents" not in said
    played.edit(LEO, reason="")
    assert last(played, EntryKind.GATE_DECIDED)["after.reason"] == ""


RULES = [
    {"rule": "A credit goes to whoever wrote.", "holds": "is_for_the_customer"},
    {"rule": "A credit is at most 500 EUR.", "holds": "is_at_most_500"},
]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"customer_id": "C-2"}, "says which record this is about"),
        ({"kind": "x"}, "There is no field “kind” here. What can be changed: cents, currency, reason"),
        ({"cents": 50_00}, "Nothing was changed"),
        ({"cents": "fifty"}, "This does not fit: cents"),
        ({"cents": 0}, "greater than 0"),
        ({"cents": None}, "This does not fit"),
        ({"currency": "eur"}, "This does not fit: currency"),
        ({"reason": "x" * 301}, "at most 300"),
        ({"cents": 500_01}, "break a rule of the brief: A credit is at most 500 EUR"),
        ({}, "Nothing was changed"),
    ],
)
def test_an_edit_that_does_not_fit_says_so_and_changes_nothing(values: dict[str, Plain], words: str) -> None:
    played = credit_run(brief={"invariants": RULES})
    refuses(played, verdict(played, MIA, Verdict.EDIT, values=values), Unfit, words)
    assert cents(played.approve(MIA)) == [50_00]


def test_any_intent_of_a_plan_can_be_edited_by_its_number() -> None:
    played = three_run()
    played.happen(verdict(played, MIA, Verdict.EDIT, proposal=2, values={"text": "Soon."})).approve(LEO)
    assert played.sent[2] == helpdesk.NotifyPartner(ticket_id="T-1", text="Soon.")
    other = three_run()
    refuses(other, verdict(other, MIA, Verdict.EDIT, proposal=3, values={"text": "x"}), Unfit, "there are 3")
    refuses(other, verdict(other, MIA, Verdict.EDIT, proposal=-1, values={"text": "x"}), Unfit, "no proposal 0")
    refuses(other, verdict(other, MIA, Verdict.EDIT, proposal=1, values={"ticket_id": "T-2"}), Unfit, "which record")


THRESHOLD: Mapping[str, object] = {
    "intent": "helpdesk.GrantCredit",
    "field": "cents",
    "above": "100 EUR",
    "reviewers": "finance",
}


def with_threshold(**group: object) -> Mapping[str, object]:
    rules = {"needed": 2, "remind_after": "1h", "expires_after": "1d", **group}
    return {"thresholds": [THRESHOLD], "reviewers": {"finance": rules, "support": {"escalate_to": "leads"}}}


def test_an_edit_over_a_threshold_is_for_other_reviewers_by_their_own_rules() -> None:
    played = credit_run(brief=with_threshold(deny=2))
    played.decide(Verdict.REASSIGN, MIA, to=LEO).decide(Verdict.ESCALATE, LEO, text="Too much?")
    played.pass_time("2h").edit(MIA, cents=150_00)
    gate = played.gate
    assert (gate.group, gate.needed, gate.deny, gate.version) == ("finance", 2, 2, 2)
    assert (gate.holder, gate.invited, gate.escalations) == ("", (), 0)
    assert gate.expires_at == played.now + timedelta(days=1)
    assert gate.why == "helpdesk.GrantCredit has a cents above 100.00 EUR: finance decides."
    assert refuses(played, verdict(played, LEO, Verdict.APPROVE), NotAllowed).reason == "not-a-reviewer"
    assert refuses(played, verdict(played, OLGA, Verdict.APPROVE), NotAllowed).reason == "not-a-reviewer"
    assert cents(played.approve(FARAH).approve(TOM)) == [150_00]


def test_what_has_come_to_other_reviewers_stays_with_them_when_it_is_made_smaller() -> None:
    played = credit_run(brief=with_threshold()).edit(MIA, cents=150_00).edit(FARAH, cents=10_00)
    assert (played.gate.group, played.gate.needed) == ("finance", 2)


def test_an_edit_within_a_group_may_ask_for_more_approvals_and_never_for_fewer() -> None:
    more: Mapping[str, object] = {"thresholds": [{**THRESHOLD, "reviewers": "support", "needed": 2}]}
    played = credit_run(brief=more).edit(MIA, cents=150_00)
    assert (played.gate.group, played.gate.needed) == ("support", 2)
    assert played.edit(LEO, cents=10_00).gate.needed == 2


def test_a_proposal_over_a_threshold_goes_to_its_reviewers_at_once() -> None:
    played = credit_run(Idea(cents=150_00), brief=with_threshold())
    assert (played.gate.group, played.gate.needed) == ("finance", 2)


@pytest.mark.parametrize(("named", "needed"), [(None, 2), (1, 2), (2, 2), (3, 3)])
def test_a_threshold_brings_in_more_people_and_never_fewer(named: int | None, needed: int) -> None:
    crossed = {**THRESHOLD, "needed": named} if named else THRESHOLD
    brief = {**with_threshold(), "thresholds": [crossed]}
    assert credit_run(Idea(cents=150_00), brief=brief).gate.needed == needed
    assert credit_run(brief=brief).edit(MIA, cents=150_00).gate.needed == needed


def test_an_edit_of_a_plan_says_in_the_record_which_intent_it_was() -> None:
    played = three_run()
    played.happen(verdict(played, MIA, Verdict.EDIT, proposal=2, values={"text": "Soon."}))
    said = last(played, EntryKind.GATE_DECIDED)
    assert (said["before.3.text"], said["after.3.text"]) == ("We are at it.", "Soon.")


# --- reject -----------------------------------------------------------------------------------------------------------


def test_a_rejection_gives_its_reason_and_ends_the_run() -> None:
    played = credit_run().reject(MIA, "wrong facts", "They were charged once.")
    assert played.run.state is RunState.STOPPED
    assert played.run.reason == "Rejected by Mia: wrong facts. They were charged once."
    assert played.told_to("requester") == rejected(played.run, played.terms, played.gate.denials)
    said = last(played, EntryKind.GATE_DECIDED)
    assert (said["reason"], said["text"]) == ("wrong facts", "They were charged once.")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("wrong fact", "Did you mean “wrong facts”?"),
        ("not neded", "Did you mean “not needed”?"),
        ("", "with one of: wrong facts, wrong tone"),
        ("xyzzy", r"other\.$"),
    ],
)
def test_a_reason_that_is_none_of_the_list_gets_the_nearest_one_suggested(given: str, words: str) -> None:
    played = credit_run()
    refuses(played, verdict(played, MIA, Verdict.REJECT, reason=given), Unfit, words)


def test_a_brief_may_have_the_owner_look_at_what_was_rejected() -> None:
    played = credit_run(brief=support(on_rejection="park")).reject(MIA, "other", "Ask Olga.")
    assert played.run.state is RunState.PARKED
    assert "Rejected by Mia: other. Ask Olga." in played.told_to("owner")
    played.resume(OLGA)
    assert (played.gate.version, played.gate.status, played.gate.denials) == (2, GateStatus.OPEN, ())
    assert cents(played.approve(MIA)) == [50_00]


def test_a_rejection_with_a_remark_has_it_drafted_again_where_the_brief_says_so() -> None:
    ideas = [Idea(cents=50_00), Idea(cents=10_00), Idea(cents=5_00)]
    played = credit_run([*ideas], brief=support(on_rejection="redraft", redrafts=2))
    played.reject(MIA, "wrong facts", "Less.").reject(LEO, "wrong facts", "Still less.")
    assert (played.gate.version, played.gate.denials, played.gate.redrafts) == (3, (), 2)
    assert [remark.text for remark in played.gate.remarks] == ["Less.", "Still less."]
    assert played.reject(MIA, "other", "Enough of it.").run.state is RunState.STOPPED


def test_a_rejection_without_a_remark_leaves_nothing_to_draft_by() -> None:
    assert credit_run(brief=support(on_rejection="redraft")).reject(MIA, "other").run.state is RunState.STOPPED


def test_what_no_model_drafted_can_be_rejected_all_the_same() -> None:
    played = three_run(brief=support(on_rejection="redraft")).reject(MIA, "other", "Write it again.")
    assert played.run.state is RunState.STOPPED


# --- redraft ----------------------------------------------------------------------------------------------------------


def test_a_redraft_hands_the_remark_to_the_model_and_asks_again_as_a_new_version() -> None:
    played = credit_run([Idea(cents=50_00), Idea(cents=20_00)], hold=[AskModel])
    assert played.held == [AskModel("idea")]
    played.let_go()
    moved = advance(played.run, verdict(played, MIA, Verdict.REDRAFT, text="Only half."), played.terms)
    assert AskModel("idea", "Only half.") in moved.effects
    assert Show("approved", 1) in moved.effects
    assert moved.run.steps["idea"].status is StepStatus.DUE
    assert set(moved.run.steps) == {"ticket", "account", "idea"}
    played.redraft(MIA, "Only half.")
    assert (played.gate.version, played.gate.redrafts) == (2, 1)
    assert cents(played.approve(MIA)) == [20_00]


def test_the_number_of_redrafts_is_bounded() -> None:
    played = credit_run([Idea(cents=n) for n in (3, 2, 1)], brief=support(redrafts=1)).redraft(MIA, "Less.")
    refuses(played, verdict(played, MIA, Verdict.REDRAFT, text="Less."), OverLimit, "redrafted 1 times already")
    none_at_all = credit_run(brief=support(redrafts=0))
    refuses(none_at_all, verdict(none_at_all, MIA, Verdict.REDRAFT, text="Less."), OverLimit)


def test_a_redraft_needs_a_remark_and_something_a_model_wrote() -> None:
    played, by_code = credit_run(), three_run()
    refuses(played, verdict(played, MIA, Verdict.REDRAFT), Unfit, "what should be different")
    refuses(by_code, verdict(by_code, MIA, Verdict.REDRAFT, text="Nicer."), Unfit, "No model wrote this")


def test_a_redraft_stays_within_the_budget_of_the_run() -> None:
    played = credit_run(brief={"limits": {"cost_per_run": "0.01 EUR"}})
    played.run = replace(played.run, spent_micros=10_000)
    refuses(played, verdict(played, MIA, Verdict.REDRAFT, text="Less."), OverLimit, "used its budget")


def test_what_the_model_writes_again_has_no_editor_any_more() -> None:
    played = credit_run([Idea(cents=50_00), Idea(cents=20_00)]).edit(MIA, cents=40_00).redraft(LEO, "Only 20.")
    assert played.gate.editors == ()
    assert cents(played.approve(MIA)) == [20_00]


def test_a_redraft_may_end_elsewhere_than_at_the_gate() -> None:
    played = credit_run([Idea(cents=50_00), Idea(cents=0)]).redraft(MIA, "They get nothing.")
    assert played.question.step == "nothing"
    assert played.approve(MIA).run.state is RunState.STOPPED


# --- escalate and reassign --------------------------------------------------------------------------------------------


def test_escalating_goes_along_the_chain_and_ends_at_the_owner() -> None:
    chain = {"support": {"escalate_to": "finance"}, "finance": {"escalate_to": "leads"}}
    played = credit_run(brief={"reviewers": chain, "owner": "@jonas"})
    for words, invited, told in (
        ("Who knows?", ("finance",), "group:finance"),
        ("And now?", ("finance", "leads"), "group:leads"),
        ("Help.", ("finance", "leads", "owner"), "owner"),
        ("Please.", ("finance", "leads", "owner"), "owner"),
    ):
        played.decide(Verdict.ESCALATE, MIA, text=words)
        assert played.gate.invited == invited
        assert words in played.told_to(told)
    assert played.run.state is RunState.WAITING
    assert cents(played.approve(JONAS)) == [50_00]


def test_escalating_takes_a_few_words_which_can_be_erased_later() -> None:
    played = credit_run()
    refuses(played, verdict(played, MIA, Verdict.ESCALATE), Unfit, "few words why")
    played.decide(Verdict.ESCALATE, MIA, reason="Ana Lima's card", text="It is not mine to see.")
    entry = [entry for entry in played.entries if entry.kind is EntryKind.GATE_ESCALATED][-1]
    assert [(field.name, field.value) for field in entry.fields] == [
        ("text", "Ana Lima's card: It is not mine to see.")
    ]
    assert "Lima" not in str(entry.notes)
    assert played.gate.remarks[-1].kind == "escalate"


def test_whoever_is_invited_still_has_to_be_allowed() -> None:
    played = credit_run(brief=support(escalate_to="finance"), requester="@farah").decide(
        Verdict.ESCALATE, MIA, text="Yours?"
    )
    assert refuses(played, verdict(played, FARAH, Verdict.APPROVE), NotAllowed).reason == "own-request"
    assert refuses(played, verdict(played, EVE, Verdict.APPROVE), NotAllowed).reason == "not-a-reviewer"
    assert cents(played.approve(TOM)) == [50_00]


TO_FINANCE = support(escalate_to="finance")


def test_reassigning_tells_the_new_holder_and_leaves_the_others_their_right() -> None:
    played = credit_run(brief=TO_FINANCE).decide(Verdict.REASSIGN, MIA, to=FARAH, text="Your case.")
    assert (played.gate.holder, played.gate.invited) == (FARAH.id, (FARAH.id,))
    assert played.told_to(FARAH.id) == "Mia asks you to decide “approved” of run play-1. Your case."
    assert played.gate.remarks[-1].kind == "reassign"
    again = credit_run(brief=TO_FINANCE).decide(Verdict.REASSIGN, MIA, to=FARAH)
    assert again.approve(LEO).run.state is RunState.DONE
    assert cents(played.approve(FARAH)) == [50_00]


NOBODY_ELSE = "Ask @mia, @leo or @ines (support), or the owner @olga instead."


@pytest.mark.parametrize(
    ("to", "reason", "words"),
    [
        (EVE, "not-a-reviewer", f"they are not among those who decide it. {NOBODY_ELSE}"),
        (SAM, "not-a-reviewer", f"they are not among those who decide it. {NOBODY_ELSE}"),
        (FARAH, "not-a-reviewer", f"they are not among those who decide it. {NOBODY_ELSE}"),
        (LEO, "own-request", "they asked for it. Ask @mia or @ines (support), or the owner @olga instead."),
        (INES, "own-edit", "they changed it. Ask @mia or @leo (support), or the owner @olga instead."),
        (stranger(MIA, active=False), "inactive", "their account is deactivated. Ask @leo or @ines (support)"),
        (stranger(FARAH, guest=True), "guest", f"they are a guest. {NOBODY_ELSE}"),
        (stranger(MIA, bot=True), "bot", "they are a bot."),
        (stranger(MIA, foreign=True), "foreign", "they are from another organisation."),
        (of_another_team(MIA), "other-team", "they are of another team."),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_nothing_is_reassigned_to_somebody_who_may_not_decide_it(to: Person, reason: str, words: str) -> None:
    played = credit_run(requester="@leo").edit(INES, cents=40_00)
    refusal = refuses(played, verdict(played, MIA, Verdict.REASSIGN, to=to), NotAllowed, re.escape(words))
    assert refusal.message.startswith(f"{to.name} cannot decide this: ")
    assert refusal.reason == reason


@pytest.mark.parametrize(
    ("chain", "to", "words"),
    [
        ({"support": {"escalate_to": "finance"}}, EVE, "@farah, @tom or @lena (finance), or the owner @olga"),
        ({"support": {"escalate_to": "finance"}}, TOM, ""),
        ({"support": {"escalate_to": "leads"}}, TOM, "or @ines (support), @olga (leads), or the owner @olga"),
        ({"support": {"escalate_to": "leads"}, "leads": {"escalate_to": "finance"}}, TOM, ""),
        ({"support": {"specialist": True}}, LEO, "they are no specialist. Ask a specialist among @mia or @ines"),
        ({"support": {"escalate_to": "finance", "specialist": True}}, LENA, ""),
        ({"support": {"members": [], "usergroup": "helpers"}}, EVE, "Ask somebody of helpers (support)"),
        ({"support": {"members": ["@mia"]}}, stranger(MIA, guest=True), "Ask the owner @olga instead."),
    ],
)
def test_it_is_reassigned_along_the_chain_of_its_group_and_nowhere_else(
    chain: Mapping[str, object], to: Person, words: str
) -> None:
    played = credit_run(brief={"reviewers": chain})
    by = stranger(MIA, groups=frozenset({"staff", "helpers"}))
    event = verdict(played, by, Verdict.REASSIGN, to=to)
    if words:
        refuses(played, event, NotAllowed, re.escape(words))
    else:
        assert played.happen(event).gate.holder == to.id


def test_whoever_was_invited_decides_only_as_long_as_they_would_be_invited() -> None:
    played = credit_run(brief=TO_FINANCE).decide(Verdict.REASSIGN, MIA, to=FARAH)
    gone = stranger(FARAH, handle="@elsewhere", groups=frozenset({"staff"}))
    assert refuses(played, verdict(played, gone, Verdict.APPROVE), NotAllowed).reason == "not-a-reviewer"
    later = replace(played.terms, brief=credit_run().terms.brief)
    with pytest.raises(NotAllowed):
        advance(played.run, verdict(played, FARAH, Verdict.APPROVE), later)
    assert cents(played.approve(FARAH)) == [50_00]


def test_the_owner_is_asked_last_and_can_be_asked_at_once() -> None:
    played = credit_run().decide(Verdict.REASSIGN, MIA, to=OLGA)
    assert (played.gate.holder, cents(played.approve(OLGA))) == (OLGA.id, [50_00])


def test_reassigning_needs_a_name() -> None:
    played = credit_run()
    refuses(played, verdict(played, MIA, Verdict.REASSIGN), Unfit, "Say to whom")


# --- take over, done by me, comment -----------------------------------------------------------------------------------


def test_taking_over_ends_the_run_with_nothing_sent() -> None:
    played = credit_run().decide(Verdict.TAKE_OVER, MIA, text="I call them.")
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())
    assert played.gate.status is GateStatus.CLOSED
    assert played.run.reason == "Taken over by Mia. I call them."
    assert played.told_to("requester") == taken_over(played.run, played.terms, "Mia", "I call them.")


def test_done_by_me_is_for_what_the_bot_does_not_do_itself() -> None:
    played = credit_run()
    refuses(played, verdict(played, MIA, Verdict.DONE_BY_ME), Unfit, "take it over")
    shown = credit_run(brief={"stage": "assisted"})
    assert shown.gate.mode is Mode.SHOW
    shown.happen(verdict(shown, MIA, Verdict.DONE_BY_ME, minutes=4, link="https://desk.example/T-1", text="Called."))
    assert (shown.run.state, shown.run.reason, shown.sent) == (RunState.DONE, "Done by Mia.", ())
    said = last(shown, EntryKind.ACTION_OBSERVED)
    assert (said["minutes"], said["link"], said["outcome"]) == (4, "https://desk.example/T-1", "Called.")
    assert shown.told_to("requester") == done_by(shown.run, shown.terms, "Mia", "https://desk.example/T-1")


@pytest.mark.parametrize("minutes", [-1, 60 * 24 * 31])
@pytest.mark.parametrize("what", [Verdict.DONE_BY_ME, Verdict.APPROVE, Verdict.EDIT, Verdict.OBSERVE, Verdict.COMMENT])
def test_minutes_that_cannot_be_are_refused_whatever_somebody_says(what: Verdict, minutes: int) -> None:
    shown = credit_run(brief={"stage": "assisted"})
    event = verdict(shown, MIA, what, minutes=minutes, values={"cents": 1}, text="Hm.")
    refuses(shown, event, Unfit, "how many minutes")


def test_in_assisted_an_approval_hands_the_deed_to_a_person() -> None:
    played = credit_run(brief={"stage": "assisted"}).approve(MIA)
    assert (played.question.step, played.run.state, played.sent) == ("given", RunState.WAITING, ())
    played.happen(verdict(played, LEO, Verdict.DONE_BY_ME, step="given", link="https://desk.example/T-1"))
    assert (played.run.state, played.sent) == (RunState.DONE, ())


def test_anybody_here_may_comment_at_any_time_and_decides_nothing() -> None:
    played = credit_run().decide(Verdict.COMMENT, EVE, text="They called, too.")
    assert (played.gate.version, played.gate.status) == (1, GateStatus.OPEN)
    assert played.gate.remarks[-1].text == "They called, too."
    refuses(played, verdict(played, EVE, Verdict.COMMENT), Unfit, "no comment to keep")
    played.approve(MIA).decide(Verdict.COMMENT, SAM, text="Thank you!")
    assert played.run.state is RunState.DONE


@pytest.mark.parametrize("what", [Verdict.ANSWER])
def test_a_gate_asks_for_a_decision_and_not_for_an_answer(what: Verdict) -> None:
    played = credit_run()
    refuses(played, verdict(played, MIA, what, values={"cents": 1}), Unfit, "asks for a decision")


# --- routes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("category", "group"), [("billing", "finance"), ("bug", "support"), ("how-to", "support")])
def test_a_choice_routes_the_review_to_its_reviewers(category: str, group: str) -> None:
    played = triage_run(category)
    assert played.gate.group == group
    allowed: Person = FARAH if group == "finance" else MIA
    assert (
        refuses(played, verdict(played, LEO if group == "finance" else TOM, Verdict.APPROVE), NotAllowed).reason
        == "not-a-reviewer"
    )
    sent: tuple[Intent, ...] = (helpdesk.SendReply(ticket_id="T-1", body="Hello."),)
    assert played.approve(allowed).sent == sent


def test_only_a_listed_category_of_an_escalation_is_counted_and_the_words_are_kept() -> None:
    for reason, category in (("unclear policy", "unclear policy"), ("Ana is angry", None)):
        played = credit_run().decide(Verdict.ESCALATE, MIA, reason=reason, text="See the ticket.")
        entry = next(one for one in played.entries if one.kind is EntryKind.GATE_ESCALATED)
        assert entry.notes.get("reason") == category
        assert [field.value for field in entry.fields] == [f"{reason}: See the ticket."]
