"""Support triage, played: what happens to a ticket on each branch, and what a person can stop on the way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.adapters.library.shelf import Shelf
from bot.adapters.model.rehearsal import MARK, Rehearsal
from bot.adapters.systems.sandbox import sample_tickets
from bot.domain.audit.entry import EntryKind
from bot.domain.errors import AlreadyDecided, Broken, NotAllowed, OutOfDate, OverLimit, Transient, Uncertain, Unfit
from bot.domain.event import Verdict
from bot.domain.fold import fold, standing_of
from bot.domain.plain import Plain
from bot.domain.run import Ask, GateStatus, RunState, Source, Stage, StepStatus
from bot.domain.terms import Terms
from bot.domain.workflow import AnyLookup
from bot.domain.workflow import Ask as AskNode
from bot.intents import helpdesk
from bot.ports.model import Answer, Question
from bot.testing import Play, Unsure, person
from bot.testing.world import Found, Outcome, Said
from tests.shelves import shelf_of
from tests.workflows.ways import not_played
from workflows.support_triage import Category, Draft, Triage

FOLDER = Path(__file__).parents[2] / "workflows"
TICKET = helpdesk.Ticket(
    id="T-1001", customer_id="C-105", email="desk@shop.example", subject="Export", body="How do I export the list?"
)
ACCOUNT = helpdesk.Account(
    customer_id="C-105", name="Brambleside Bikes", plan="Fleet", since="2021-11-15", open_invoices=1, standing="good"
)
OPEN = helpdesk.TicketState(
    ticket_id="T-1001", status=helpdesk.TicketStatus.OPEN, messages=1, updated_at=datetime(2026, 3, 2, tzinfo=UTC)
)
ANSWERED = OPEN.model_copy(update={"status": helpdesk.TicketStatus.ANSWERED, "messages": 2})
HOW_TO = Triage(category=Category.HOW_TO, urgent=False, summary="Wants to export the list.")
BILLING = HOW_TO.model_copy(update={"category": Category.BILLING})
SPAM = HOW_TO.model_copy(update={"category": Category.SPAM})
DRAFT = Draft(body="Under Reports you find Export.")
REPLY = helpdesk.SendReply(ticket_id="T-1001", body=DRAFT.body)


@cache
def shelf() -> Shelf:
    return shelf_of(FOLDER, model="play")


def terms(stage: Stage = Stage.APPROVED) -> Terms:
    current = shelf().current("support_triage")
    return replace(current, brief=current.brief.model_copy(update={"stage": stage}))


def play(
    triage: Said | list[Said] = HOW_TO,
    *,
    draft: Said | list[Said] = DRAFT,
    account: Found | list[Found] = ACCOUNT,
    state: Found | list[Found] = ANSWERED,
    sent: Outcome | None = None,
    stage: Stage = Stage.APPROVED,
    requester: str = "@requester",
) -> Play:
    reads: dict[AnyLookup, Found | list[Found]] = {helpdesk.account_of: account, helpdesk.state_of: state}
    return Play(
        terms(stage),
        TICKET,
        answers={"triage": triage, "draft": draft},
        reads=reads,
        outcomes={} if sent is None else {"sent": sent},
        requester=requester,
    )


def kinds(played: Play) -> list[EntryKind]:
    return [entry.kind for entry in played.entries]


def test_every_way_that_the_checks_know_is_played_here() -> None:
    lived = [
        play().approve(by="@mia"),
        play().reject(by="@mia", reason="other"),
        play(BILLING).approve(by="@farah"),
        play(HOW_TO.model_copy(update={"category": Category.BUG})).approve(by="@mia"),
        play(SPAM).approve(by="@mia"),
    ]
    assert not_played("support_triage", *lived) == set()


# --- the way it usually goes -----------------------------------------------------------------------------------------


def test_a_ticket_is_read_sorted_drafted_approved_and_answered_once() -> None:
    played = play()
    assert (played.run.state, played.gate.group, played.sent) == (RunState.WAITING, "support", ())
    played.approve(by="@mia")
    assert played.run.state is RunState.DONE
    assert played.sent == (REPLY,)
    assert played.told_to("requester").startswith("Done. Send an answer to the customer → helpdesk:T-1")


def test_what_is_sent_goes_to_the_ticket_it_was_written_for() -> None:
    assert play().gate.proposals[0].data == {"ticket_id": "T-1001", "body": DRAFT.body}


def test_the_record_tells_the_whole_story_in_order() -> None:
    told = kinds(play().approve(by="@mia"))
    story = [
        EntryKind.RUN_STARTED,
        EntryKind.MODEL_ASKED,
        EntryKind.GATE_OPENED,
        EntryKind.GATE_DECIDED,
        EntryKind.ACTION_INTENDED,
        EntryKind.ACTION_DONE,
        EntryKind.RUN_DONE,
    ]
    places = [told.index(kind) for kind in story]
    assert places == sorted(places)


def test_the_entries_alone_say_where_the_run_stands() -> None:
    played = play()
    assert fold(played.entries) == standing_of(played.run)
    played.edit(by="@mia", body="Under Reports, top right, you find Export.").approve(by="@leo")
    assert fold(played.entries) == standing_of(played.run)


def test_money_goes_to_finance() -> None:
    played = play(BILLING)
    assert played.gate.group == "finance"
    with pytest.raises(NotAllowed, match="finance"):
        played.approve(by="@mia")
    assert played.sent == ()
    assert played.approve(by="@farah").sent == (REPLY,)


# --- spam ------------------------------------------------------------------------------------------------------------


def test_spam_is_not_answered_but_a_person_confirms_it() -> None:
    played = play(SPAM)
    assert (played.run.state, played.question.kind, played.run.gates) == (RunState.WAITING, Ask.CONFIRM, {})
    assert "Spam: nothing to answer." in played.question.text
    played.approve(by="@mia")
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())
    assert played.told_to("requester").startswith(
        "Your request “Support triage, T-1001” was closed. Spam: nothing to answer. Nothing was carried out."
    )


def test_what_is_no_spam_is_corrected_and_goes_on() -> None:
    played = play(SPAM).correct(by="@mia", step="triage", category="billing")
    assert (played.gate.group, played.run.questions) == ("finance", {})
    assert played.run.steps["triage"].source is Source.PERSON
    assert played.approve(by="@farah").sent == (REPLY,)


def test_at_a_later_stage_spam_ends_without_a_person() -> None:
    assert play(SPAM, stage=Stage.LIMITED).run.state is RunState.STOPPED


def test_what_was_drafted_is_withdrawn_when_it_turns_out_to_be_spam() -> None:
    played = play().correct(by="@mia", step="triage", category="spam")
    assert played.gate.status is GateStatus.CLOSED
    assert played.run.state is RunState.STOPPED, "a person said so, so nobody has to confirm it"
    with pytest.raises(AlreadyDecided):
        played.approve(by="@leo")


# --- what a reviewer can do ------------------------------------------------------------------------------------------


def test_what_is_sent_is_what_the_reviewer_edited() -> None:
    played = play().edit(by="@mia", body="Please look under Reports.").approve(by="@leo")
    assert played.sent == (REPLY.model_copy(update={"body": "Please look under Reports."}),)


def test_whoever_edits_needs_somebody_else_to_approve() -> None:
    played = play().edit(by="@mia", body="Please look under Reports.")
    with pytest.raises(NotAllowed, match="somebody else"):
        played.approve(by="@mia")
    assert played.gate.version == 2


@pytest.mark.parametrize(
    ("values", "because"),
    [
        ({"ticket_id": "T-1"}, "which record"),
        ({"body": ""}, "body"),
        ({"body": "x" * 5000}, "body"),
        ({"body": DRAFT.body}, "Nothing was changed"),
        ({"text": "x"}, "no field"),
        ({"body": "Hello {{ name }}"}, "placeholder"),
        ({"body": "Hello [Name]"}, "placeholder"),
    ],
)
def test_an_edit_that_does_not_fit_changes_nothing(values: dict[str, Plain], because: str) -> None:
    played = play()
    with pytest.raises(Unfit, match=because):
        played.edit("@mia", **values)
    assert (played.gate.version, played.gate.editors) == (1, ())


def test_a_rejection_says_why_and_nothing_is_sent() -> None:
    played = play()
    with pytest.raises(Unfit, match="wrong tone"):
        played.reject(by="@mia", reason="rude")
    played.reject(by="@mia", reason="wrong tone", text="Too curt.")
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())
    assert "The reason: wrong tone. “Too curt.”" in played.told_to("requester")


def test_a_remark_makes_a_new_draft_that_is_approved_anew() -> None:
    second = Draft(body="Gladly! Under Reports you find Export.")
    played = play(draft=[DRAFT, second]).redraft(by="@mia", remark="friendlier")
    assert (played.gate.version, played.gate.redrafts) == (2, 1)
    assert played.approve(by="@mia").sent == (REPLY.model_copy(update={"body": second.body}),)


def test_there_are_only_so_many_redrafts() -> None:
    played = play().redraft(by="@mia", remark="friendlier").redraft(by="@leo", remark="shorter")
    with pytest.raises(OverLimit, match="redrafted 2 times"):
        played.redraft(by="@mia", remark="once more")


def test_whoever_asked_does_not_approve() -> None:
    played = play(requester="@mia")
    with pytest.raises(NotAllowed, match="asked for this yourself"):
        played.approve(by="@mia")
    assert played.approve(by="@leo").sent == (REPLY,)


@pytest.mark.parametrize("stranger", ["@farah", "@jonas", "@nobody"])
def test_who_is_not_asked_cannot_decide(stranger: str) -> None:
    with pytest.raises(NotAllowed):
        play().approve(by=stranger)


def test_a_person_can_take_a_ticket_over() -> None:
    played = play().decide(Verdict.TAKE_OVER, "@ines", text="I know them.")
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())
    assert "Ines has taken over your request" in played.told_to("requester")


def test_a_ticket_can_be_handed_to_a_colleague_who_may_decide_and_to_nobody_else() -> None:
    played = play()
    with pytest.raises(NotAllowed, match="cannot decide"):
        played.decide(Verdict.REASSIGN, "@mia", to=person("@nobody"))
    played.decide(Verdict.REASSIGN, "@mia", to=person("@leo"), text="You know them.")
    assert "Mia asks you to decide" in played.told_to("play/leo")
    assert played.approve(by="@leo").run.state is RunState.DONE


def test_the_requester_can_call_it_off() -> None:
    played = play().cancel(by="@requester")
    assert (played.run.state, played.gate.status) == (RunState.STOPPED, GateStatus.CLOSED)


def test_an_answer_cannot_be_taken_back() -> None:
    played = play().approve(by="@mia")
    with pytest.raises(Unfit, match="The customer has received it"):
        played.undo(by="@olga")


# --- time ------------------------------------------------------------------------------------------------------------


def test_reviewers_are_reminded_then_the_leads_are_called_in() -> None:
    played = play().pass_time("2h")
    assert "still waits for you" in played.told_to("group:support")
    assert played.told_to("group:leads") == ""
    played.pass_time("6h")
    assert "needs you" in played.told_to("group:leads")
    assert played.approve(by="@olga").sent == (REPLY,)


def test_before_they_are_called_in_the_leads_do_not_decide() -> None:
    with pytest.raises(NotAllowed):
        play().approve(by="@olga")


def test_time_never_approves() -> None:
    played = play().pass_time("2d")
    assert (played.run.state, played.gate.status, played.sent) == (RunState.PARKED, GateStatus.EXPIRED, ())
    assert "Nobody decided" in played.told_to("owner")
    with pytest.raises((AlreadyDecided, OutOfDate)):
        played.approve(by="@mia")


def test_what_ran_out_of_time_can_be_asked_again() -> None:
    played = play().pass_time("2d").resume(by="@olga")
    assert (played.run.state, played.gate.version) == (RunState.WAITING, 2)
    assert played.approve(by="@mia").sent == (REPLY,)


def test_nobody_is_told_anything_once_it_is_done() -> None:
    played = play().approve(by="@mia")
    told = played.told
    assert played.pass_time("30d").told == told


# --- when something does not work ------------------------------------------------------------------------------------


def test_an_unsure_sorting_is_checked_by_a_person() -> None:
    played = play(Unsure(HOW_TO, 59))
    assert played.question.kind is Ask.FILL_IN
    assert "59 %" in played.question.text
    played.answer(by="@mia", category="billing")
    assert played.run.value("triage") == {"category": "billing", "urgent": False, "summary": HOW_TO.summary}
    assert played.gate.group == "finance"


def test_a_sure_enough_sorting_is_not() -> None:
    assert play(Unsure(HOW_TO, 60)).run.questions == {}


@pytest.mark.parametrize("error", [Broken("It gave no category."), Transient("It does not answer.")])
def test_without_a_model_a_person_does_its_part(error: Broken | Transient) -> None:
    played = play(error)
    assert played.question.group == "support"
    assert error.message in played.question.text
    with pytest.raises(Unfit):
        played.answer(by="@mia", category="weather")
    played.answer(by="@mia", category="how-to", urgent=False, summary="Export")
    assert played.approve(by="@leo").sent == (REPLY,)


def test_a_draft_with_a_placeholder_never_reaches_a_reviewer() -> None:
    played = play(draft=Draft(body="Dear [customer], hello."))
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert "placeholder" in played.told_to("owner")


def test_an_account_that_cannot_be_read_is_read_again_and_not_typed_in() -> None:
    played = play(account=[Broken("There is no such customer."), ACCOUNT])
    assert (played.run.state, played.run.questions) == (RunState.PARKED, {})
    assert "no such customer" in played.told_to("owner")
    assert played.resume(by="@olga").approve(by="@leo").sent == (REPLY,)


def test_when_the_account_changed_meanwhile_nothing_is_sent_and_people_are_asked_again() -> None:
    played = play(account=[ACCOUNT, ACCOUNT.model_copy(update={"standing": "overdue"})]).approve(by="@mia")
    assert (played.run.state, played.sent, played.gate.version) == (RunState.WAITING, (), 2)
    assert "standing was 'good' and is now 'overdue'" in played.gate.why
    assert played.approve(by="@leo").sent == (REPLY,)


def test_what_decides_nothing_may_change_meanwhile() -> None:
    played = play(account=[ACCOUNT, ACCOUNT.model_copy(update={"recent_tickets": ("T-1",)})])
    assert played.approve(by="@mia").run.state is RunState.DONE


def test_a_desk_that_says_no_is_told_to_the_owner() -> None:
    played = play(sent=Broken("The ticket is closed.")).approve(by="@mia")
    assert (played.run.state, played.sent) == (RunState.PARKED, ())
    assert "The ticket is closed." in played.told_to("owner")


def test_a_desk_that_cannot_be_reached_is_told_to_the_pager_alone() -> None:
    played = play(sent=Transient("The help desk is down.")).approve(by="@mia")
    assert "The help desk is down." in played.told_to("pager")
    assert "The help desk is down." not in played.told_to("owner")


def test_an_answer_that_may_have_been_sent_is_not_sent_again() -> None:
    played = play(sent=Uncertain("The line went dead.")).approve(by="@mia")
    assert (played.run.state, played.sent) == (RunState.PARKED, ())
    assert "helpdesk:T-1001" in played.told_to("owner")
    with pytest.raises(Unfit, match="done, or not done"):
        played.resume(by="@olga")


def test_it_is_done_only_when_the_desk_shows_it() -> None:
    played = play(state=[OPEN, ANSWERED]).approve(by="@mia")
    assert (played.run.state, played.sent) == (RunState.PARKED, (REPLY,))
    assert "'open', not 'answered'" in played.told_to("owner")
    assert played.resume(by="@olga").run.state is RunState.DONE
    assert played.sent == (REPLY,), "checking again does not send again"


# --- stages ----------------------------------------------------------------------------------------------------------


def test_in_shadow_nobody_is_asked_and_nothing_is_sent() -> None:
    played = play(stage=Stage.SHADOW)
    assert (played.sent, played.tried) == ((), (REPLY,))
    assert played.pass_time("7d").run.state is RunState.DONE


def test_assisted_a_person_sends_it_themselves() -> None:
    played = play(stage=Stage.ASSISTED)
    played.decide(Verdict.DONE_BY_ME, "@mia")
    assert (played.run.state, played.sent) == (RunState.DONE, ())


def test_instrumented_no_model_is_asked() -> None:
    played = play([], stage=Stage.INSTRUMENT)
    assert EntryKind.MODEL_ASKED not in kinds(played)
    assert played.run.steps["triage"].status is StepStatus.SKIPPED
    assert played.decide(Verdict.OBSERVE, "@olga", text="Answered by hand.").run.state is RunState.DONE


@pytest.mark.parametrize("stage", [Stage.LIMITED, Stage.AUTOMATIC])
def test_a_message_to_a_customer_asks_a_person_at_every_stage(stage: Stage) -> None:
    played = play(stage=stage)
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert played.approve(by="@mia").sent == (REPLY,)


# --- the rehearsal model and the sample tickets ----------------------------------------------------------------------


async def rehearse(step: str, material: dict[str, Plain]) -> tuple[dict[str, Plain], Unsure]:
    """What the offline model answers with the prompts as they are: as plain data, and for a script."""
    current = terms()
    node, prompt = current.definition.step(step).node, current.prompts[step]
    assert isinstance(node, AskNode)
    asked = Question(
        workflow="support_triage",
        step=step,
        fact=node.fact,
        instructions=prompt.body,
        material={name: material[name] for name in prompt.inputs},
        prompt=prompt.version,
        hints=prompt.rehearsal,
        key="k",
    )
    answer = await Rehearsal().answer(asked)
    assert isinstance(answer, Answer)
    value: dict[str, Plain] = answer.fact.model_dump(mode="json")
    return value, Unsure(answer.fact, answer.confidence, answer.doubts)


async def rehearsed(ticket: helpdesk.Ticket) -> tuple[dict[str, Plain], str, Play]:
    """What the offline model makes of a ticket: how it sorts it, what it writes, and the run up to its first wait."""
    material: dict[str, Plain] = {"ticket": ticket.model_dump(mode="json"), "account": ACCOUNT.model_dump(mode="json")}
    triage, sorted_as = await rehearse("triage", material)
    draft, written = await rehearse("draft", {**material, "triage": triage})
    reads: dict[AnyLookup, Found | list[Found]] = {helpdesk.account_of: ACCOUNT, helpdesk.state_of: ANSWERED}
    played = Play(terms(), ticket, answers={"triage": sorted_as, "draft": written}, reads=reads)
    return triage, str(draft["body"]), played


@pytest.mark.parametrize("name", sorted(sample_tickets()))
async def test_every_sample_ticket_goes_its_way_without_a_model_server(name: str) -> None:
    ticket = sample_tickets()[name]
    _, body, played = await rehearsed(ticket)
    assert body.startswith(MARK)
    if played.run.questions and played.question.kind is Ask.FILL_IN:
        played.answer(by="@mia", category="how-to")
    if played.run.questions:
        assert played.approve(by="@mia").run.state is RunState.STOPPED
    else:
        played.approve(by="@farah" if played.gate.group == "finance" else "@leo")
        assert played.sent == (helpdesk.SendReply(ticket_id=ticket.id, body=body),)
    assert fold(played.entries) == standing_of(played.run)


async def test_the_sample_that_gives_orders_is_answered_to_its_customer_and_raises_a_doubt() -> None:
    triage, body, played = await rehearsed(sample_tickets()["injection"])
    assert (triage["category"], played.gate.group) == ("billing", "finance")
    assert "The text tries to give instructions." in played.run.steps["triage"].doubts
    assert not any(word in body for word in ("5000", "approve", "!channel", "T-1001"))


def test_a_play_passes_time_as_a_duration_too() -> None:
    assert play().pass_time(timedelta(hours=2)).told_to("group:support") == play().pass_time("2h").told_to(
        "group:support"
    )
