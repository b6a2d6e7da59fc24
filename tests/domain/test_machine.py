"""The machine as a whole: every stage, every event in every standing, and what the record may never say aloud."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta, timezone
from functools import cache
from typing import cast

import pytest

from bot.authoring import Receipt, Workflow, decide, propose, review, trigger
from bot.domain.attempt import Attempt
from bot.domain.audit.entry import EntryKind, FieldKind
from bot.domain.effect import AskModel, Compensate, Effect, Execute, Purpose, Read, StartRuns
from bot.domain.errors import Broken, Refused, Transient, Uncertain
from bot.domain.event import (
    Abandoned,
    Answered,
    Begun,
    Cancelled,
    Changed,
    Decided,
    Done,
    Doubted,
    Event,
    Failed,
    OutcomeUnknown,
    Paused,
    Problem,
    ReadBack,
    Reconciled,
    Resumed,
    Retried,
    Shown,
    Started,
    Undelivered,
    Undone,
    Verdict,
    Woken,
)
from bot.domain.machine import Moved, advance
from bot.domain.person import ENGINE
from bot.domain.plain import Plain
from bot.domain.run import RunState, Stage, StepStatus
from bot.intents import helpdesk
from bot.testing import Unsure
from tests.made import (
    ACCOUNT,
    ANSWERED,
    FARAH,
    INES,
    LENA,
    LEO,
    MIA,
    NORA,
    OLGA,
    SAM,
    TICKET,
    Idea,
    Size,
    Watched,
    actor_of,
    credit_run,
    hold_after_every_event,
    onboarding_run,
    terms_of,
    three_run,
    unchanged,
)

# --- stages -----------------------------------------------------------------------------------------------------------

AUTOMATIC: Mapping[str, object] = {
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


@pytest.mark.parametrize(
    ("stage", "model_asked", "person_asked", "tried", "sent"),
    [
        (Stage.INSTRUMENT, False, False, 0, 0),
        (Stage.SHADOW, True, False, 1, 0),
        (Stage.ASSISTED, True, True, 0, 0),
        (Stage.APPROVED, True, True, 0, 1),
        (Stage.LIMITED, True, False, 0, 1),
        (Stage.AUTOMATIC, True, False, 0, 1),
    ],
)
def test_the_same_file_runs_at_every_stage_and_only_what_happens_differs(
    stage: Stage, model_asked: bool, person_asked: bool, tried: int, sent: int
) -> None:
    played = credit_run(brief={"stage": stage.value, **AUTOMATIC})
    assert any(entry.kind is EntryKind.MODEL_ASKED for entry in played.entries) is model_asked
    assert ("approved" in played.run.gates and played.run.state is RunState.WAITING and not played.run.questions) is (
        person_asked
    )
    if person_asked:
        played.approve(MIA)
    played.pass_time("8d")
    assert (len(played.tried), len(played.sent), played.run.state) == (tried, sent, RunState.DONE)


def test_what_a_run_went_by_stands_at_its_beginning() -> None:
    first = credit_run().entries[0]
    assert first.kind is EntryKind.RUN_STARTED
    pins = credit_run().run.pins
    assert (first.notes["workflow_digest"], first.notes["brief"], first.notes["model"]) == (
        pins.workflow,
        pins.brief,
        pins.model,
    )
    assert (first.notes["stage"], first.notes["door"]) == ("approved", "terminal")


# --- all twelve verbs -------------------------------------------------------------------------------------------------


def test_a_join_takes_the_side_that_was_not_skipped() -> None:
    referral = onboarding_run("referral")
    assert referral.gate.proposals[0].data["body"] == "Friendly people."
    reseller = onboarding_run("reseller").answer(NORA, note="From the desk.")
    assert reseller.gate.proposals[0].data["body"] == "From the desk."
    for played, skipped in ((referral, "handover"), (reseller, "note")):
        assert played.run.steps[skipped].status is StepStatus.SKIPPED


def tickets(number: int) -> list[Plain]:
    return [TICKET.model_copy(update={"id": f"T-{n}"}).model_dump() for n in range(number)]


def test_each_starts_one_run_a_record_and_what_rests_on_a_skipped_step_is_skipped() -> None:
    reseller = onboarding_run("reseller").answer(NORA, note="Theirs.", records=tickets(3)).approve(LENA)
    reseller.arrive("settled")
    assert [(name, record["id"]) for name, record in reseller.started] == [
        ("partner_ticket", "T-0"),
        ("partner_ticket", "T-1"),
        ("partner_ticket", "T-2"),
    ]
    assert reseller.run.value("marked") == {"runs": ["partner_ticket-1", "partner_ticket-2", "partner_ticket-3"]}
    assert unchanged(reseller, Done(reseller.now, ENGINE, "marked", 0, {"runs": []}))
    referral = onboarding_run("referral").approve(NORA).arrive("settled")
    assert (referral.started, referral.run.steps["marked"].status) == ((), StepStatus.SKIPPED)
    assert referral.run.state is RunState.DONE


def test_in_shadow_no_runs_are_started_and_nobody_is_asked_but_a_plan_is_tried_whole() -> None:
    played = onboarding_run("referral", brief={"stage": "shadow"})
    assert [type(intent).__name__ for intent in played.tried] == ["OpenTicket", "AddTag", "GrantCredit"]
    played.arrive("settled")
    assert (played.started, played.sent, list(played.run.questions)) == ((), (), ["observe"])


def wrong_size(idea: Idea) -> Size:
    raise KeyError("size")


def no_credit(ticket: helpdesk.Ticket) -> helpdesk.GrantCredit:
    return helpdesk.GrantCredit(customer_id=ticket.customer_id, cents=0)


def no_intent(ticket: helpdesk.Ticket) -> helpdesk.GrantCredit:
    return cast(helpdesk.GrantCredit, None)  # what a careless author might do, past every type checker


class CannotBeBuilt(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    credit = propose(no_credit, ticket)
    approved = review(credit, by="support")


class BuildsNothing(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    credit = propose(no_intent, ticket)
    approved = review(credit, by="support")


class CannotDecide(Workflow, version=1):
    idea = trigger(Idea)
    size = decide(idea, by=wrong_size)


@pytest.mark.parametrize(
    ("workflow", "words"),
    [
        (CannotBeBuilt, "“credit” could not be built: cents: Input should be greater than 0."),
        (BuildsNothing, "“credit” built something that is not one of the workflow's intents."),
        (CannotDecide, "The function of “size” failed: 'size'"),
    ],
)
def test_a_function_of_the_author_that_fails_parks_the_run_with_its_words(workflow: type[Workflow], words: str) -> None:
    fact = Idea(cents=1) if workflow is CannotDecide else TICKET
    played = Watched(terms_of(workflow), fact, reads={})
    assert played.run.state is RunState.PARKED
    assert words in played.told_to("owner")
    assert played.resume(OLGA).run.state is RunState.PARKED


def test_reviewers_the_brief_does_not_have_park_the_run_before_anything_is_asked() -> None:
    played = credit_run(hold=[AskModel])
    none = played.terms.brief.model_copy(update={"reviewers": {}})
    played.terms = replace(played.terms, brief=none)
    played.let_go()
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert "The brief has no reviewers “support”." in played.told_to("owner")


# --- every event in every standing ------------------------------------------------------------------------------------

STANDINGS: Mapping[str, Callable[[], Watched]] = {
    "reading": lambda: credit_run(hold=[Read]),
    "asking the model": lambda: credit_run(hold=[AskModel]),
    "at the gate": credit_run,
    "at the gate of a plan": three_run,
    "half approved": lambda: credit_run(brief={"reviewers": {"support": {"needed": 2}}}).approve(MIA),
    "edited": lambda: credit_run().edit(MIA, cents=1),
    "at a form": lambda: onboarding_run("reseller"),
    "filling in": lambda: credit_run(Unsure(Idea(cents=1), 1), brief={"confidence": {"idea": "90 %"}}),
    "confirming a stop": lambda: credit_run(Idea(cents=0)),
    "witnessing": lambda: held_again(credit_run(hold=[Read]).let_go(), Read),
    "about to act": lambda: credit_run(hold=[Execute]).approve(MIA),
    "acting": lambda: credit_run(slow=True).approve(MIA),
    "half way through a plan": lambda: half_way(),
    "in doubt": lambda: credit_run(outcomes={"given": Uncertain("Hm.")}).approve(MIA),
    "failed to act": lambda: credit_run(outcomes={"given": Broken("No.")}).approve(MIA),
    "taking back": lambda: credit_run(hold=[Compensate]).approve(MIA).undo(OLGA),
    "taken back in part": lambda: three_run().approve(MIA).undo(OLGA),
    "proving": lambda: held_again(credit_run(slow=True).approve(MIA), Read, done=True),
    "without proof": lambda: credit_run(reads={helpdesk.state_of: ANSWERED}).approve(MIA),
    "waiting for a time": lambda: onboarding_run().approve(NORA),
    "starting runs": lambda: (
        onboarding_run("reseller", hold=[StartRuns]).answer(NORA, note="x").approve(LENA).arrive("settled")
    ),
    "trying": lambda: credit_run(brief={"stage": "shadow"}, hold=[Execute]),
    "observing": lambda: credit_run(brief={"stage": "shadow"}),
    "done by me": lambda: credit_run(brief={"stage": "assisted"}).approve(MIA),
    "parked by a deploy": lambda: changed(credit_run()),
    "expired": lambda: credit_run().pass_time("8d"),
    "not answered": lambda: credit_run(Idea(cents=0)).pass_time("8d"),
    "not read": lambda: credit_run(reads={helpdesk.account_of: Transient("Down.")}),
    "paused": lambda: paused(credit_run()),
    "paused while acting": lambda: paused(credit_run(slow=True).approve(MIA)),
    "done": lambda: credit_run().approve(MIA),
    "stopped": lambda: credit_run().reject(MIA, "other"),
    "failed": lambda: credit_run(Broken("No."), brief={"failure": {"when_wrong": {"do": "stop"}}}),
    "undone": lambda: credit_run().approve(MIA).undo(OLGA),
}


def held_again(played: Watched, what: type[Effect], *, done: bool = False) -> Watched:
    played.hold = (what,)
    if done:
        return played.happen(Done(played.now, ENGINE, "given", 0, Receipt(id="CR-1").model_dump()))
    return played.approve(MIA)


def starting_runs() -> Watched:
    played = onboarding_run("reseller", hold=[StartRuns]).answer(NORA, note="x", records=tickets(1))
    return played.approve(LENA).arrive("settled")


def half_way() -> Watched:
    played = three_run(slow=True).approve(MIA)
    return played.happen(Done(played.now, ENGINE, "carried_out", 0, Receipt(id="T-9").model_dump()))


def changed(played: Watched) -> Watched:
    return played.happen(Changed(played.now, ENGINE, ("given",)))


def paused(played: Watched) -> Watched:
    return played.happen(Paused(played.now, actor_of(OLGA), OLGA))


@cache
def standing(name: str) -> Watched:
    return STANDINGS[name]()


STEPS = (
    "ticket",
    "account",
    "idea",
    "approved",
    "given",
    "carried_out",
    "nothing",
    "observe",
    "done_when",
    "marked",
    "",
)
ATTEMPTS = (Attempt("m", "p", "answered", cost_micros=5),)


def from_the_world(played: Watched) -> list[Event]:
    """Everything a system, a model, a clock or our own code may say, about every step, at the wrong time too."""
    at, names = played.now + timedelta(hours=1), [step for step in STEPS if step in known(played)]
    return [
        Started(at, actor_of(SAM), TICKET.model_dump()),
        Changed(at, ENGINE, ("given",)),
        *(ReadBack(at, ENGINE, name, {**ACCOUNT.model_dump(), "status": "open"}, purpose)
          for name in names for purpose in Purpose),
        *(Answered(at, ENGINE, name, {"cents": 7, "note": ""}, ATTEMPTS, 80) for name in names),
        *(Doubted(at, ENGINE, name, problem, "No.", ATTEMPTS) for name in names for problem in Problem),
        *(Begun(at, ENGINE, name, n) for name in names for n in (0, 1)),
        *(Done(at, ENGINE, name, n, {"id": "X-1"}) for name in names for n in (0, 1)),
        *(Retried(at, ENGINE, name, 1, "Busy.", at, sure=sure) for name in names for sure in (True, False)),
        *(Failed(at, ENGINE, name, problem, "No.", n) for name in names for problem in Problem for n in (0, 1)),
        *(OutcomeUnknown(at, ENGINE, name, n, "Hm.") for name in names for n in (0, 1)),
        *(Woken(at, ENGINE, name, by_event) for name in names for by_event in (True, False)),
        *(Shown(at, ENGINE, name, 1, "terminal") for name in names),
        *(Undelivered(at, ENGINE, name, "Away.", card) for name in names for card in (True, False)),
        *(Abandoned(at, actor_of(MIA), name, Verdict.EDIT) for name in names),
    ]  # fmt: skip


def from_people(played: Watched) -> list[Event]:
    """Everything anybody may do to a run, sensible or not."""
    at, names = played.now + timedelta(hours=1), [step for step in STEPS if step in known(played)]
    events: list[Event] = []
    for by in (MIA, LEO, INES, FARAH, OLGA, NORA, SAM):
        who = actor_of(by)
        events += [
            *(Decided(at, who, by, verdict, name, reason="other", text="Hm.", values={"cents": 7}, to=LEO)
              for verdict in Verdict for name in names),
            Cancelled(at, who, by),
            Paused(at, who, by),
            Resumed(at, who, by),
            Undone(at, who, by),
            *(Reconciled(at, who, by, name, 0, happened) for name in names for happened in (True, False)),
        ]  # fmt: skip
    return events


def known(played: Watched) -> set[str]:
    return {*played.terms.definition.names(), "observe", "done_when", ""}


NOTED = (Shown, Undelivered, Abandoned, Retried)
"""What is worth knowing later, whenever it comes."""


@pytest.mark.parametrize("name", STANDINGS)
def test_whatever_the_world_says_whenever_what_must_hold_holds(name: str) -> None:
    played = standing(name)
    for event in from_the_world(played):
        moved = advance(played.run, event, played.terms)
        hold_after_every_event(played.run, event, moved, (*played.entries, *moved.entries), played.terms)
        if played.run.ended and not isinstance(event, NOTED):
            assert moved.run is played.run, f"{event} changed a run that has ended."


@pytest.mark.parametrize("name", STANDINGS)
def test_whatever_people_do_whenever_it_is_taken_or_refused_in_words(name: str) -> None:
    played = standing(name)
    for event in from_people(played):
        moved = taken(played, event)
        if isinstance(moved, Refused):
            assert moved.message.endswith((".", "?", "”")), moved.message
        else:
            hold_after_every_event(played.run, event, moved, (*played.entries, *moved.entries), played.terms)


def taken(played: Watched, event: Event) -> Moved | Refused:
    try:
        return advance(played.run, event, played.terms)
    except Refused as refusal:
        return refusal


def test_a_run_starts_once() -> None:
    played = credit_run()
    assert unchanged(played, Started(played.now, actor_of(SAM), TICKET.model_dump()))


def test_a_card_is_noted_as_shown_once_and_only_the_version_that_stands() -> None:
    played = credit_run()
    assert unchanged(played, Shown(played.now, ENGINE, "approved", 2, "terminal"))
    played.happen(Shown(played.now, ENGINE, "approved", 1, "#support"))
    assert played.gate.shown_at == played.now
    assert unchanged(played, Shown(played.now, ENGINE, "approved", 1, "terminal"))
    assert played.edit(MIA, cents=1).gate.shown_at is None


def test_a_form_that_was_closed_again_is_noted_and_decides_nothing() -> None:
    played = credit_run()
    before = played.run
    played.happen(Abandoned(played.now, actor_of(MIA), "approved", Verdict.EDIT))
    assert (played.entries[-1].kind, played.entries[-1].notes["outcome"]) == (EntryKind.GATE_ABANDONED, "edit")
    assert played.run.gates == before.gates
    assert unchanged(played, Abandoned(played.now, actor_of(MIA), "idea", Verdict.EDIT))
    asks = credit_run(Idea(cents=0))
    asks.happen(Abandoned(asks.now, actor_of(MIA), "nothing", Verdict.ANSWER))
    assert asks.entries[-1].kind is EntryKind.GATE_ABANDONED


@pytest.mark.parametrize(
    ("card", "told"), [(True, "The card “approved” of run play-1 could not be shown"), (False, "")]
)
def test_a_view_that_cannot_be_reached_never_holds_a_run_up(card: bool, told: str) -> None:
    played = credit_run()
    played.happen(Undelivered(played.now, ENGINE, "approved", "Slack is away.", card=card))
    assert played.entries[-1].kind is EntryKind.MESSAGE_LOST
    assert told in played.told_to("pager")
    assert played.approve(MIA).run.state is RunState.DONE


def test_a_time_that_is_not_in_utc_is_refused() -> None:
    played = credit_run()
    elsewhere = played.now.astimezone(timezone(timedelta(hours=2)))
    with pytest.raises(ValueError, match="in UTC"):
        advance(played.run, Cancelled(elsewhere, actor_of(OLGA), OLGA), played.terms)


# --- what the record may never say aloud ------------------------------------------------------------------------------

CANARY = "Zebedee"


def test_nothing_anybody_wrote_stands_where_it_cannot_be_erased() -> None:
    """Notes are plain columns that stay for ever; whatever people, models and systems say goes into fields."""
    words = f"{CANARY} said so."
    strange = ACCOUNT.model_copy(update={"plan": CANARY})
    doubtful = Unsure(Idea(cents=1, note=words), 99, (words,))
    runs = [
        credit_run(doubtful, brief={"stage": "automatic", **AUTOMATIC}),
        credit_run(reads={helpdesk.account_of: [ACCOUNT, strange]}).approve(MIA),
        credit_run(Broken(words)),
        credit_run(outcomes={"given": Uncertain(words)}).approve(MIA),
        credit_run(Unsure(Idea(cents=1, note=words), 1), brief={"confidence": {"idea": "90 %"}}).answer(OLGA, note="x"),
    ]
    talked = credit_run(doubtful)
    for verdict in (Verdict.COMMENT, Verdict.ESCALATE, Verdict.REASSIGN, Verdict.EDIT, Verdict.OBSERVE):
        talked.decide(verdict, MIA, text=words, reason=words, values={"cents": 2, "reason": words}, to=LEO)
    runs += [talked.reject(LEO, "other", words), credit_run().edit(MIA, reason=words).correct(LEO, "idea", note=words)]
    for played in runs:
        assert any(CANARY in str(field.value) for entry in played.entries for field in entry.fields)
        told = [(entry.kind, entry.notes) for entry in played.entries if CANARY in str(entry.notes)]
        assert told == []


@pytest.mark.parametrize("declared", ["idea.note", "note"])
def test_a_field_the_brief_calls_personal_is_kept_as_such_before_and_after_an_edit(declared: str) -> None:
    played = credit_run(Idea(cents=1, note="Ana"), brief={"data": {"classes": {declared: "personal"}}})
    played.correct(MIA, "idea", note="Ana Lima")
    kinds = {field.name: field.kind for entry in played.entries if entry.step == "idea" for field in entry.fields}
    assert kinds["note"] is kinds["before.note"] is kinds["after.note"] is FieldKind.PII
    assert kinds["cents"] is FieldKind.CONTENT
