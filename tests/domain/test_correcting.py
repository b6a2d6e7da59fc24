"""Correcting a fact that a branch rests on: the run walks on from there, by whoever is asked for that now."""

from dataclasses import replace

import pytest

from bot.domain.audit.entry import EntryKind
from bot.domain.effect import AskModel, Execute, Show
from bot.domain.errors import AlreadyDecided, NotAllowed, OutOfDate, Refused, Unfit, Unknown
from bot.domain.event import Decided, Verdict
from bot.domain.machine import advance
from bot.domain.person import Person
from bot.domain.plain import Plain
from bot.domain.run import GateStatus, RunState, Source, StepStatus
from bot.intents import helpdesk
from tests.made import (
    FARAH,
    INES,
    LEO,
    MIA,
    NORA,
    OLGA,
    TOM,
    Idea,
    Watched,
    actor_of,
    asking,
    credit_run,
    onboarding_run,
    terms_of,
    triage_run,
)


def correction(played: Watched, by: Person, step: str, **values: Plain) -> Decided:
    return Decided(played.now, actor_of(by), by, Verdict.CORRECT, step, values=values)


def refuses(played: Watched, event: Decided, kind: type[Refused], words: str) -> None:
    before = played.run
    with pytest.raises(kind, match=words):
        played.happen(event)
    assert played.run is before


def test_what_the_model_took_for_spam_is_answered_by_those_it_belongs_to() -> None:
    played = triage_run("spam")
    assert played.question.step == "spam"
    played.correct(MIA, "triage", category="billing")
    assert (played.run.questions, played.gate.group, played.run.state) == ({}, "finance", RunState.WAITING)
    assert played.run.steps["spam"].status is StepStatus.SKIPPED
    assert played.approve(FARAH).sent == (helpdesk.SendReply(ticket_id="T-1", body="Hello."),)


def test_the_card_of_a_question_that_is_gone_is_brought_up_to_date() -> None:
    played = triage_run("spam")
    moved = advance(played.run, correction(played, MIA, "triage", category="bug"), played.terms)
    assert Show("spam") in moved.effects


def test_a_correction_at_the_gate_routes_it_anew_and_has_the_rest_written_again() -> None:
    played = triage_run("bug").decide(Verdict.ESCALATE, MIA, text="Hm.").decide(Verdict.REASSIGN, MIA, to=LEO)
    moved = advance(played.run, correction(played, MIA, "triage", category="billing"), played.terms)
    assert [effect for effect in moved.effects if isinstance(effect, AskModel)] == [AskModel("draft")]
    assert Show("approved", 1) in moved.effects
    assert moved.run.gates["approved"].status is GateStatus.CLOSED
    played.correct(MIA, "triage", category="billing")
    gate = played.gate
    assert (gate.group, gate.version, gate.status) == ("finance", 2, GateStatus.OPEN)
    assert (gate.holder, gate.invited, gate.escalations) == ("", (), 0)
    assert refused(played, LEO) == "not-a-reviewer"


def refused(played: Watched, by: Person) -> str:
    with pytest.raises(NotAllowed) as caught:
        played.approve(by)
    return caught.value.reason


def test_whoever_corrected_it_is_an_author_and_may_not_approve_what_comes_of_it() -> None:
    at_gate = triage_run("billing").correct(FARAH, "triage", summary="Charged twice.")
    assert at_gate.gate.editors == (FARAH.id,)
    assert refused(at_gate, FARAH) == "own-edit"
    assert at_gate.approve(TOM).run.state is RunState.DONE
    at_question = triage_run("spam").correct(MIA, "triage", category="bug")
    assert at_question.gate.editors == (MIA.id,)
    assert refused(at_question, MIA) == "own-edit"
    assert at_question.approve(LEO).run.state is RunState.DONE


def test_the_record_has_what_was_corrected_by_whom_before_and_after() -> None:
    played = triage_run("bug").correct(MIA, "triage", category="how-to", urgent=True)
    (entry,) = [one for one in played.entries if one.kind is EntryKind.STEP_CORRECTED and one.fields]
    assert {field.name: field.value for field in entry.fields} == {
        "before.category": "bug",
        "after.category": "how-to",
        "before.urgent": False,
        "after.urgent": True,
    }
    assert (entry.notes["reviewer"], entry.actor) == (MIA.id, MIA.id)
    state = played.run.steps["triage"]
    assert (state.source, state.by, state.confidence) == (Source.PERSON, MIA.id, None)


def test_steps_that_do_not_rest_on_it_stay_as_they_are() -> None:
    played = credit_run()
    account = played.run.steps["account"]
    played.correct(MIA, "idea", cents=10_00)
    assert played.run.steps["account"] is account
    assert played.gate.proposals[0].data["cents"] == 10_00


def test_a_correction_may_end_the_run_without_further_questions() -> None:
    played = credit_run().correct(MIA, "idea", cents=0)
    assert (played.run.state, played.run.reason) == (RunState.STOPPED, "There is nothing to credit.")


def test_a_correction_may_be_corrected_and_both_are_authors() -> None:
    played = credit_run().correct(MIA, "idea", cents=10_00).correct(LEO, "idea", cents=20_00)
    assert played.gate.editors == (MIA.id, LEO.id)
    assert played.gate.version == 3
    assert played.approve(INES).run.state is RunState.DONE


def test_what_a_person_said_in_a_form_can_be_corrected_too() -> None:
    played = onboarding_run("reseller").answer(NORA, note="Friendly people.")
    played.correct("@lena", "handover", note="Very friendly people.")
    assert played.gate.proposals[0].data["body"] == "Very friendly people."


@pytest.mark.parametrize(
    ("step", "values", "words"),
    [
        ("ticket", {"body": "x"}, "records come from their system"),
        ("account", {"plan": "x"}, "records come from their system"),
        ("size", {"size": "x"}, "Only what a model or a person said"),
        ("credit", {"cents": 1}, "Only what a model or a person said"),
        ("approved", {"cents": 1}, "has no value yet"),
        ("given", {"cents": 1}, "has no value yet"),
        ("no such step", {"cents": 1}, "has no value yet"),
        ("idea", {}, "Nothing was changed"),
        ("idea", {"cents": 50_00}, "Nothing was changed"),
        ("idea", {"cents": -1}, "This does not fit: cents"),
        ("idea", {"euros": 1}, "This does not fit: euros"),
    ],
)
def test_a_correction_that_does_not_fit_says_so_and_changes_nothing(
    step: str, values: dict[str, Plain], words: str
) -> None:
    played = credit_run()
    refuses(played, correction(played, MIA, step, **values), Unfit, words)


def test_a_step_that_was_skipped_has_nothing_to_correct() -> None:
    played = onboarding_run("referral")
    refuses(played, correction(played, NORA, "handover", note="x"), Unfit, "has no value yet")


def test_only_those_who_are_asked_may_correct() -> None:
    played = triage_run("bug")
    refuses(played, correction(played, FARAH, "triage", category="billing"), NotAllowed, "support")
    spam = triage_run("spam")
    refuses(spam, correction(spam, TOM, "triage", category="billing"), NotAllowed, "This question is for support")
    assert spam.correct(OLGA, "triage", category="bug").gate.group == "support"


def test_what_has_left_cannot_be_corrected_any_more() -> None:
    begun = credit_run(slow=True).approve(MIA)
    refuses(begun, correction(begun, LEO, "idea", cents=1), AlreadyDecided, "Undo it first")
    done = credit_run().approve(MIA)
    refuses(done, correction(done, LEO, "idea", cents=1), AlreadyDecided, "Undo it first")
    stopped = credit_run().reject(MIA, "other")
    refuses(stopped, correction(stopped, LEO, "idea", cents=1), AlreadyDecided, "has ended")


def test_a_correction_counts_for_what_was_seen() -> None:
    """Else somebody puts right, on an old card, what another one has put right since."""
    played = credit_run().correct(LEO, "idea", cents=20_00)
    stale = replace(correction(played, MIA, "idea", cents=30_00), version=1)
    refuses(played, stale, OutOfDate, "You saw version 1; version 2")
    refuses(played, replace(stale, version=2, digest="0" * 8), OutOfDate, "changed since")
    current = replace(stale, version=2, digest=played.gate.digest[:8])
    assert played.happen(current).gate.proposals[0].data["cents"] == 30_00


def test_where_nobody_is_asked_nobody_corrects() -> None:
    approved = credit_run(hold=[Execute]).approve(MIA)
    refuses(approved, correction(approved, LEO, "idea", cents=1), Unknown, "nothing to correct")
    expired = credit_run().pass_time("8d")
    refuses(expired, correction(expired, MIA, "idea", cents=1), Unknown, "nothing to correct")


def test_a_correction_at_the_very_moment_of_expiry_is_too_late() -> None:
    gate, question = credit_run(), credit_run(Idea(cents=0))
    for played, until in ((gate, gate.gate.expires_at), (question, question.question.expires_at)):
        assert until is not None
        played.now = until
        refuses(played, correction(played, MIA, "idea", cents=1), Unknown, "nothing to correct")


def test_a_correction_in_a_pause_is_walked_on_from_after_it() -> None:
    played = credit_run()
    played.run = replace(played.run, paused=True)
    moved = advance(played.run, correction(played, MIA, "idea", cents=10_00), played.terms)
    assert set(moved.run.steps) == {"ticket", "account", "idea"}
    assert moved.run.gates["approved"].status is GateStatus.CLOSED


def test_the_form_itself_cannot_be_corrected_before_it_is_filled_in() -> None:
    played = Watched(terms_of(asking("support")), reads={})
    refuses(played, correction(played, MIA, "wish", colour="red"), Unfit, "has no value yet")
