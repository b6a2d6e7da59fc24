"""Asking people for facts: a form, a doubtful answer, a stop to confirm, what they did themselves."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.domain.attempt import Attempt
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import AskModel, Show, Tell
from bot.domain.ending import failed, stopped
from bot.domain.errors import BotError, Broken, NotAllowed, Refused, Transient, Unfit, Unknown
from bot.domain.event import Answered, Decided, Doubted, Problem, Resumed, Verdict
from bot.domain.machine import advance
from bot.domain.person import ENGINE, Person
from bot.domain.plain import Plain
from bot.domain.run import Ask, RunState, Source, StepStatus
from bot.intents import helpdesk
from bot.testing import Unsure
from tests.made import (
    ACCOUNT,
    EVE,
    FARAH,
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
    unchanged,
)


def refuses(played: Watched, event: Decided, kind: type[Refused], words: str) -> None:
    before = played.run
    with pytest.raises(kind, match=words):
        played.happen(event)
    assert played.run is before


def says(played: Watched, by: Person, what: Verdict = Verdict.ANSWER, **more: Any) -> Decided:
    return Decided(played.now, actor_of(by), by, what, more.pop("step", next(iter(played.run.questions), "")), **more)


def last(played: Watched, kind: EntryKind) -> Mapping[str, Plain]:
    entry = [entry for entry in played.entries if entry.kind is kind][-1]
    return {**entry.notes, **{field.name: field.value for field in entry.fields}}


# --- a form -----------------------------------------------------------------------------------------------------------


def form(of: str = "support", **brief: object) -> Watched:
    return Watched(terms_of(asking(of), **brief), reads={})


def test_a_form_is_shown_to_whom_the_step_names_and_its_facts_are_typed() -> None:
    played = form()
    assert (played.question.kind, played.question.group) == (Ask.INQUIRE, "support")
    assert played.question.text == "Which colour would you like?"
    played.answer(MIA, colour="green", amount="3")
    assert played.run.state is RunState.DONE
    state = played.run.steps["wish"]
    assert (state.value, state.source, state.by) == ({"colour": "green", "amount": 3}, Source.PERSON, "")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "colour: Field required"),
        ({"colour": ""}, "colour: String should have at least 1 character"),
        ({"colour": "green", "amount": 10}, "amount: "),
        ({"colour": "green", "amount": "many"}, "amount: "),
        ({"colour": "green", "size": "L"}, "size: Extra inputs are not permitted"),
        ({"colour": ["green"]}, "colour: "),
    ],
)
def test_an_answer_that_does_not_fit_says_which_field_and_loses_nothing(values: dict[str, Plain], words: str) -> None:
    played = form()
    refuses(played, says(played, MIA, values=values), Unfit, words)
    assert played.answer(MIA, colour="green").run.state is RunState.DONE


def test_a_form_for_the_requester_is_for_nobody_else_but_the_owner() -> None:
    played = form("requester")
    refuses(played, says(played, MIA, values={"colour": "green"}), NotAllowed, "This question is for requester")
    assert form("requester").answer(SAM, colour="green").run.state is RunState.DONE
    assert form("requester").answer(OLGA, colour="green").run.state is RunState.DONE


@pytest.mark.parametrize("what", [Verdict.APPROVE, Verdict.EDIT, Verdict.REJECT, Verdict.DONE_BY_ME, Verdict.ESCALATE])
def test_a_form_takes_answers_and_nothing_else(what: Verdict) -> None:
    played = form()
    refuses(played, says(played, MIA, what), Unfit, "Answer with the fields it asks for")


def test_in_shadow_nobody_is_asked() -> None:
    assert "wish" not in form(stage="shadow").run.questions


def test_a_question_that_is_closed_takes_no_answer() -> None:
    played = form().answer(MIA, colour="green")
    refuses(played, says(played, LEO, step="wish", values={"colour": "red"}), Unknown, "Nothing waits for a decision")


# --- a doubtful answer ------------------------------------------------------------------------------------------------

CONFIDENT: Mapping[str, object] = {
    "confidence": {"idea": "55 %"},
    "failure": {"when_wrong": {"do": "ask a person", "group": "support"}},
}


def unsure(confidence: int | None, **brief: object) -> Watched:
    return credit_run(Unsure(Idea(cents=50_00, note="For the trouble"), confidence), brief={**CONFIDENT, **brief})


@pytest.mark.parametrize(("confidence", "asks"), [(55, False), (100, False), (54, True), (0, True), (None, True)])
def test_an_answer_the_model_is_not_sure_enough_of_is_handed_to_a_person(confidence: int | None, asks: bool) -> None:
    played = unsure(confidence)
    assert ("idea" in played.run.questions) is asks
    if asks:
        assert (played.question.kind, played.question.group) == (Ask.FILL_IN, "support")
        assert played.question.draft == {"cents": 50_00, "note": "For the trouble"}
        assert played.run.steps["idea"].status is StepStatus.ASKED


def test_a_person_starts_from_the_models_attempt_and_changes_what_is_wrong() -> None:
    played = unsure(20).answer(MIA, cents=10_00)
    assert played.run.value("idea") == {"cents": 10_00, "note": "For the trouble"}
    said = last(played, EntryKind.QUESTION_ANSWERED)
    assert (said["before.cents"], said["cents"], said["records"]) == (50_00, 10_00, "cents")
    assert played.approve(LEO).sent == (helpdesk.GrantCredit(customer_id="C-1", cents=10_00, reason="For the trouble"),)


def test_whoever_wrote_it_in_the_models_place_may_not_approve_it() -> None:
    played = unsure(20).answer(MIA, cents=10_00)
    assert played.gate.editors == (MIA.id,)
    with pytest.raises(NotAllowed, match="You changed this yourself") as caught:
        played.approve(MIA)
    assert caught.value.reason == "own-edit"


def test_whoever_only_agreed_with_the_model_may_approve_it() -> None:
    played = unsure(20).answer(MIA)
    assert (played.run.steps["idea"].by, played.gate.editors) == ("", ())
    assert played.approve(MIA).run.state is RunState.DONE


def test_in_shadow_a_doubtful_answer_goes_on_as_nothing_is_done_anyway() -> None:
    played = unsure(20, stage="shadow")
    assert (played.question.kind, played.tried) == (
        Ask.OBSERVE,
        (helpdesk.GrantCredit(customer_id="C-1", cents=50_00, reason="For the trouble"),),
    )


def test_the_record_of_a_model_has_what_it_said_how_sure_it_was_and_what_it_cost() -> None:
    played = credit_run(hold=[AskModel])
    tried = Attempt("m/1", "idea@abc", "answered", input_tokens=90, output_tokens=9, cost_micros=120, latency_ms=4)
    earlier = Attempt("m/1", "idea@abc", "wrong", cost_micros=80)
    played.happen(
        Answered(played.now, ENGINE, "idea", {"cents": 1, "note": ""}, (earlier, tried), 80, ("Hm.",), ("charged",))
    )
    said = last(played, EntryKind.MODEL_ASKED)
    assert (said["model"], said["prompt"], said["confidence"], said["cost_micros"]) == ("m/1", "idea@abc", 80, 200)
    assert (said["input_tokens"], said["output_tokens"], said["latency_ms"]) == (90, 9, 4)
    assert (said["_doubts"], said["_evidence"], said["cents"]) == (["Hm."], ["charged"], 1)
    assert played.run.spent_micros == 200
    entry = [entry for entry in played.entries if entry.kind is EntryKind.MODEL_ASKED][-1]
    assert (entry.attempt, entry.actor) == (2, "m/1")


def test_an_answer_without_a_row_of_its_own_is_taken_all_the_same() -> None:
    played = credit_run(hold=[AskModel])
    played.happen(Answered(played.now, ENGINE, "idea", {"cents": 1, "note": ""}, ()))
    assert played.gate.step == "approved"


# --- no answer --------------------------------------------------------------------------------------------------------


def failing(do: str, error: BotError, **brief: object) -> Watched:
    recovery = {"do": do, "group": "support"}
    return credit_run(error, brief={"failure": {"when_wrong": recovery, "when_unavailable": recovery}, **brief})


WRONG, AWAY = Broken("It gave no amount."), Transient("The model does not answer.")


@pytest.mark.parametrize(("error", "told"), [(WRONG, "owner"), (AWAY, "pager")], ids=["wrong", "unavailable"])
def test_where_the_model_gives_nothing_a_person_fills_it_in_and_somebody_hears_of_it(
    error: BotError, told: str
) -> None:
    played = failing("ask a person", error)
    assert (played.question.kind, played.question.group, played.question.draft) == (Ask.FILL_IN, "support", None)
    assert error.message in played.question.text
    assert error.message in played.told_to(told)
    played.answer(MIA, cents=20_00)
    assert played.gate.editors == (MIA.id,)
    assert played.approve(LEO).run.state is RunState.DONE


@pytest.mark.parametrize(("error", "told"), [(WRONG, "owner"), (AWAY, "pager")], ids=["wrong", "unavailable"])
@pytest.mark.parametrize("do", ["park", "undo"])
def test_where_nothing_was_done_yet_the_run_is_parked_and_tried_again_on_resuming(
    do: str, error: BotError, told: str
) -> None:
    played = failing(do, error)
    assert (played.run.state, played.run.steps["idea"].status) == (RunState.PARKED, StepStatus.FAILED)
    assert error.message in played.told_to(told)
    moved = advance(played.run, Resumed(played.now, actor_of(OLGA), OLGA), played.terms)
    assert moved.effects == (AskModel("idea"),)


@pytest.mark.parametrize("error", [WRONG, AWAY], ids=["wrong", "unavailable"])
def test_a_brief_may_end_the_run_instead(error: BotError) -> None:
    played = failing("stop", error)
    assert (played.run.state, played.run.reason) == (RunState.FAILED, error.message)
    assert played.told_to("requester") == failed(played.run, played.terms, error.message)


@pytest.mark.parametrize("do", ["ask a person", "stop", "undo", "park"])
def test_over_budget_always_parks_so_that_the_owner_may_raise_it(do: str) -> None:
    recovery = {"do": do, "group": "support"}
    played = credit_run(hold=[AskModel], brief={"failure": {"when_wrong": recovery}})
    played.happen(Doubted(played.now, ENGINE, "idea", Problem.OVER_BUDGET, "The day's budget is used up."))
    assert played.run.state is RunState.PARKED
    assert "The day's budget is used up." in played.told_to("owner")
    kinds = [entry.kind for entry in played.entries]
    assert (EntryKind.BUDGET_HIT in kinds, EntryKind.MODEL_ASKED in kinds) == (True, False)


def test_a_run_that_has_spent_its_budget_asks_no_further_model() -> None:
    played = onboarding_run(brief={"limits": {"cost_per_run": "0.01 EUR"}}, hold=[AskModel])
    attempts = (Attempt("m", "p", "answered", cost_micros=10_000),)
    value = {"kind": "referral", "company": "Bells", "summary": "They sell."}
    played.happen(Answered(played.now, ENGINE, "application", value, attempts, 95))
    assert (played.run.state, played.run.spent_micros) == (RunState.PARKED, 10_000)
    assert "used its budget of 0.01 EUR" in played.told_to("owner")
    assert last(played, EntryKind.BUDGET_HIT)["cost_micros"] == 10_000


def test_what_a_failed_answer_cost_counts_too() -> None:
    played = credit_run(hold=[AskModel])
    attempts = (Attempt("m", "p", "wrong", cost_micros=70),)
    played.happen(Doubted(played.now, ENGINE, "idea", Problem.WRONG, "It gave no amount.", attempts))
    assert played.run.spent_micros == 70
    assert last(played, EntryKind.MODEL_ASKED)["error"] == "It gave no amount."


@pytest.mark.parametrize(
    ("error", "told"),
    [(Transient("The desk is down."), "pager"), (Broken("There is no such customer."), "owner")],
    ids=["unavailable", "refused"],
)
def test_a_record_that_cannot_be_read_is_not_typed_in_whatever_the_brief_says(error: BotError, told: str) -> None:
    """What later changes go by, ids first of all, comes from its system or not at all."""
    recovery = {"do": "ask a person", "group": "support"}
    failure = {"when_unavailable": recovery, "when_wrong": recovery}
    played = credit_run(brief={"failure": failure}, reads={helpdesk.account_of: [error, ACCOUNT]})
    assert (played.run.state, played.run.questions) == (RunState.PARKED, {})
    assert played.run.reason == (
        f"{error.message} What a system has to say is never typed in. Resume to read it again, or cancel."
    )
    assert played.run.reason in played.told_to(told)
    assert played.resume(OLGA).run.steps["account"].source is Source.SYSTEM
    assert played.gate.step == "approved"


def test_where_the_brief_says_what_to_do_instead_a_record_that_cannot_be_read_does_that() -> None:
    for do, state in (("park", RunState.PARKED), ("undo", RunState.PARKED), ("stop", RunState.FAILED)):
        failure = {"when_unavailable": {"do": do}}
        played = credit_run(brief={"failure": failure}, reads={helpdesk.account_of: Transient("The desk is down.")})
        assert (played.run.state, played.run.reason) == (state, "The desk is down.")


def test_a_late_answer_changes_nothing() -> None:
    played = credit_run()
    attempts = (Attempt("m", "p", "answered", cost_micros=9),)
    assert unchanged(played, Answered(played.now, ENGINE, "idea", {"cents": 1}, attempts))
    assert unchanged(played, Doubted(played.now, ENGINE, "idea", Problem.WRONG, "No.", attempts))
    asked = unsure(20)
    assert unchanged(asked, Answered(asked.now, ENGINE, "idea", {"cents": 1}, attempts))


# --- a stop to confirm ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["assisted", "approved"])
@pytest.mark.parametrize("what", [Verdict.APPROVE, Verdict.ANSWER])
def test_a_stop_that_rests_on_a_models_answer_is_confirmed_by_a_person(stage: str, what: Verdict) -> None:
    played = credit_run(Idea(cents=0), brief={"stage": stage})
    assert (played.run.state, played.question.kind, played.question.group) == (RunState.WAITING, Ask.CONFIRM, "support")
    assert "The model's answer would end this here: “There is nothing to credit.”" in played.question.text
    event = says(played, MIA, what)
    assert Show("nothing") in advance(played.run, event, played.terms).effects
    played.happen(event)
    assert (played.run.state, played.run.reason) == (RunState.STOPPED, "There is nothing to credit.")
    assert played.told_to("requester") == stopped(played.run, played.terms, "There is nothing to credit.")


@pytest.mark.parametrize("stage", ["shadow", "limited", "automatic"])
def test_from_limited_on_and_in_shadow_a_stop_needs_nobody(stage: str) -> None:
    assert credit_run(Idea(cents=0), brief={"stage": stage}).run.state is RunState.STOPPED


def test_a_stop_that_rests_on_what_a_person_said_needs_nobody_else() -> None:
    assert unsure(20).answer(MIA, cents=0).run.state is RunState.STOPPED


@pytest.mark.parametrize("what", [Verdict.REJECT, Verdict.EDIT, Verdict.DONE_BY_ME, Verdict.TAKE_OVER])
def test_a_stop_is_confirmed_or_corrected_and_nothing_else(what: Verdict) -> None:
    played = credit_run(Idea(cents=0))
    refuses(played, says(played, MIA, what), Unfit, "Confirm the stop with approve, or correct the fact")


def test_only_those_it_is_for_confirm_a_stop() -> None:
    played = credit_run(Idea(cents=0))
    refuses(played, says(played, FARAH, Verdict.APPROVE), NotAllowed, "This question is for support")


# --- what people did themselves ---------------------------------------------------------------------------------------


def test_in_instrument_no_model_is_asked_and_the_work_by_hand_is_timed() -> None:
    played = credit_run(brief={"stage": "instrument"}, hold=[AskModel])
    assert played.held == []
    assert (played.question.kind, played.run.state, played.run.gates) == (Ask.OBSERVE, RunState.WAITING, {})
    assert {state.status for name, state in played.run.steps.items() if name not in ("ticket", "observe")} == {
        StepStatus.SKIPPED
    }
    played.happen(
        says(played, OLGA, Verdict.DONE_BY_ME, text="Credited 20 EUR.", minutes=14, link="https://d.example/1")
    )
    assert (played.run.state, played.sent) == (RunState.DONE, ())
    said = last(played, EntryKind.ACTION_OBSERVED)
    assert (said["outcome"], said["minutes"], said["link"], said["reviewer"]) == (
        "Credited 20 EUR.",
        14,
        "https://d.example/1",
        OLGA.id,
    )


def test_in_shadow_what_would_have_happened_is_compared_with_what_a_person_did() -> None:
    played = credit_run(brief={"stage": "shadow"})
    assert (played.sent, len(played.tried), played.run.state) == ((), 1, RunState.WAITING)
    assert last(played, EntryKind.ACTION_DRY_RUN)["would"] == "helpdesk.GrantCredit"
    assert played.told == ()
    played.decide(Verdict.OBSERVE, MIA, text="Credited 20 EUR.")
    assert (played.run.state, played.sent) == (RunState.DONE, ())
    assert last(played, EntryKind.ACTION_OBSERVED)["outcome"] == "Credited 20 EUR."


@pytest.mark.parametrize("by", [MIA, FARAH, OLGA, SAM], ids=lambda person: person.name)
def test_reviewers_requester_and_owner_may_say_what_they_did(by: Person) -> None:
    played = credit_run(brief={"stage": "shadow"})
    assert played.decide(Verdict.OBSERVE, by, text="Done.").run.state is RunState.DONE


def test_an_outsider_cannot_say_what_they_did() -> None:
    played = credit_run(brief={"stage": "shadow"})
    refuses(played, says(played, EVE, Verdict.OBSERVE), NotAllowed, "This question is for")


def test_what_somebody_did_can_be_said_at_any_time_and_changes_nothing_else() -> None:
    played = credit_run().decide(Verdict.OBSERVE, MIA, text="I called them as well.")
    assert (played.run.state, played.gate.version) == (RunState.WAITING, 1)
    played.approve(MIA).decide(Verdict.OBSERVE, MIA, text="They are happy.")
    assert (played.run.state, len(played.sent)) == (RunState.DONE, 1)


def test_in_assisted_the_run_closes_with_what_was_done_by_hand() -> None:
    played = credit_run(brief={"stage": "assisted"}).approve(MIA)
    assert (played.question.kind, played.question.group) == (Ask.DONE_BY_ME, "support")
    refuses(played, says(played, MIA, Verdict.APPROVE), Unfit, "Say “done by me”")
    played.happen(says(played, MIA, Verdict.DONE_BY_ME, link="https://d.example/1"))
    assert (played.run.state, played.sent) == (RunState.DONE, ())


def test_a_form_that_is_asked_tells_nobody_twice() -> None:
    played = onboarding_run("reseller")
    assert (played.question.step, played.question.group) == ("handover", "partners")
    moved = advance(played.run, says(played, NORA, values={"note": "Friendly."}), played.terms)
    assert Show("handover") in moved.effects
    assert not [effect for effect in moved.effects if isinstance(effect, Tell)]
