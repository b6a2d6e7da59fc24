"""A play is the real machine in a scripted world: what it shows is what a run would do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.adapters.library.shelf import Shelf
from bot.domain.errors import Broken, NotAllowed, Refused, Transient, Uncertain, Unfit
from bot.domain.event import Decided, Paused, Reconciled, Verdict
from bot.domain.fold import fold, standing_of
from bot.domain.intent import Receipt
from bot.domain.person import Door, Person, PersonId, person_actor
from bot.domain.plain import Plain
from bot.domain.run import GateStatus, RunState, Stage
from bot.domain.terms import Terms
from bot.domain.workflow import AnyLookup
from bot.intents import helpdesk
from bot.testing import Play, Unsure, person
from bot.testing.world import Found, Outcome, Said, Script
from tests.shelves import shelf_of
from tests.workflows.fixtures.partner_onboarding import Application, Kind, Note

FOLDER = Path(__file__).parents[1] / "workflows" / "fixtures"
TICKET = helpdesk.Ticket(id="T-1", customer_id="C-1", email="a@b.example", subject="Partner?", body="We sell bells.")
ACCOUNT = helpdesk.Account(
    customer_id="C-1", name="Bells", plan="Solo", since="2020-01-01", open_invoices=0, standing="good"
)
STATE = helpdesk.TicketState(
    ticket_id="T-1", status=helpdesk.TicketStatus.OPEN, messages=1, updated_at=datetime(2026, 1, 1, tzinfo=UTC)
)
REFERRAL = Application(kind=Kind.REFERRAL, company="Bells", summary="They sell bells.")
RESELLER = REFERRAL.model_copy(update={"kind": Kind.RESELLER})
NOTE = Note(note="Friendly people.")


@cache
def shelf() -> Shelf:
    return shelf_of(FOLDER, model="play", package="tests.workflows.fixtures")


def terms(stage: Stage = Stage.APPROVED) -> Terms:
    current = shelf().current("partner_onboarding")
    return replace(current, brief=current.brief.model_copy(update={"stage": stage}))


def play(
    application: Said | list[Said] = REFERRAL,
    *,
    note: Said | list[Said] = NOTE,
    account: Found | list[Found] = ACCOUNT,
    state: Found | list[Found] = STATE,
    requester: str = "@requester",
    stage: Stage = Stage.APPROVED,
    **outcomes: Outcome | list[Outcome],
) -> Play:
    reads: dict[AnyLookup, Found | list[Found]] = {helpdesk.account_of: account, helpdesk.state_of: state}
    played = Play(
        terms(stage),
        TICKET,
        answers={"application": application, "note": note},
        reads=reads,
        outcomes={name.replace("undo_", "undo "): outcome for name, outcome in outcomes.items()},
        requester=requester,
    )
    assert fold(played.entries) == standing_of(played.run)
    return played


def names(played: Play) -> list[str]:
    return [type(intent).__name__ for intent in played.sent]


def reconcile(played: Play, n: int, *, happened: bool, **receipt: Plain) -> Play:
    nora = person("@nora")
    actor = person_actor(nora.id, Door.TERMINAL)
    return played.happen(Reconciled(played.now, actor, nora, "ready", n, happened, receipt))


# --- the play itself --------------------------------------------------------------------------------------------------


def test_a_play_goes_to_the_first_wait_by_itself() -> None:
    played = play()
    assert (played.run.state, played.gate.step, played.gate.status) == (RunState.WAITING, "approved", GateStatus.OPEN)
    assert played.until_waiting() is played


def test_everything_a_plan_does_is_sent_in_order_with_the_ids_that_came_back() -> None:
    played = play(ready=[Receipt(id="T-77"), Receipt(id="G-1")]).approve("@nora")
    assert names(played) == ["OpenTicket", "AddTag", "GrantCredit"]
    assert played.sent[1] == helpdesk.AddTag(ticket_id="T-77", tag="partner-referral")


def test_without_a_script_every_action_brings_back_an_id_of_its_own() -> None:
    played = play().approve("@nora")
    ids = [action.receipt["id"] for action in played.run.actions if action.receipt is not None]
    assert len(set(ids)) == 3


def test_time_passes_only_when_it_is_told_to() -> None:
    played = play().approve("@nora")
    before = played.now
    assert played.run.state is RunState.WAITING
    played.pass_time("1d")
    assert (played.now - before, played.run.state) == (timedelta(days=1), RunState.WAITING)
    assert played.pass_time(timedelta(days=1)).run.state is RunState.DONE


def test_timers_on_the_way_go_off_in_their_order_and_at_their_time() -> None:
    played = play(RESELLER).answer("@nora", note="Known.").pass_time("2d")
    reminded = [entry.at for entry in played.entries if entry.kind == "gate.reminded"]
    assert reminded[0] == played.now - timedelta(days=2) + timedelta(hours=4)
    assert reminded == sorted(reminded)


def test_an_event_ends_a_wait_before_its_time() -> None:
    assert play().approve("@nora").arrive("settled").run.state is RunState.DONE


def test_runs_that_would_be_started_are_shown() -> None:
    records: list[Plain] = [TICKET.model_dump(mode="json")]
    played = play(RESELLER).answer("@nora", note="Known.", records=records).approve("@lena").pass_time("2d")
    assert played.started == (("partner_ticket", TICKET.model_dump(mode="json")),)


def test_a_dry_run_is_tried_and_not_sent() -> None:
    played = play(stage=Stage.SHADOW)
    assert ([type(intent).__name__ for intent in played.tried], played.sent) == (
        ["OpenTicket", "AddTag", "GrantCredit"],
        (),
    )


def test_what_people_are_told_can_be_read_by_whom_it_went_to() -> None:
    played = play(Broken("It makes no sense."))
    assert "It makes no sense." in played.told_to("owner")
    assert played.told_to("pager") == ""
    assert {tell.to for tell in played.told} == {"owner", "requester"}


def test_a_list_in_a_script_is_played_line_by_line_and_the_last_line_stays() -> None:
    script = Script("answers", {"a": [1, 2], "b": 3})
    assert [script.next("a") for _ in range(3)] == [1, 2, 2]
    assert [script.next("b") for _ in range(2)] == [3, 3]


def test_a_play_without_a_line_says_what_is_missing() -> None:
    with pytest.raises(LookupError, match=r"account_of.*reads"):
        Play(terms(), TICKET)
    with pytest.raises(LookupError, match=r"application.*answers"):
        Play(terms(), TICKET, reads={helpdesk.account_of: ACCOUNT})


def test_the_trigger_reads_the_same_later_unless_the_script_says_otherwise() -> None:
    assert play().approve("@nora").sent
    changed = TICKET.model_copy(update={"subject": "Never mind"})
    reads: dict[AnyLookup, Found | list[Found]] = {
        helpdesk.account_of: ACCOUNT,
        helpdesk.ticket_of: changed,
        helpdesk.state_of: STATE,
    }
    played = Play(terms(), TICKET, answers={"application": REFERRAL, "note": NOTE}, reads=reads).approve("@nora")
    assert (played.sent, played.gate.version) == ((), 2)
    assert "Never mind" in played.gate.why


def test_somebody_can_be_named_by_handle_or_as_a_person() -> None:
    assert person("@mia", "finance") == Person(PersonId("play/mia"), "Mia", "@mia", frozenset({"finance"}))
    assert play().approve(person("@nora")).run.gates["approved"].approvals[0].person == "play/nora"


def test_a_refusal_changes_nothing() -> None:
    played = play()
    run, entries = played.run, played.entries
    with pytest.raises(NotAllowed):
        played.approve("@nobody")
    assert (played.run, played.entries) == (run, entries)


@pytest.mark.parametrize("error", [Broken("no"), Transient("later"), Uncertain("perhaps")])
def test_an_outcome_may_be_any_error(error: Broken | Transient | Uncertain) -> None:
    played = play(ready=error).approve("@nora")
    assert played.sent == ()
    assert played.run.state in (RunState.PARKED, RunState.FAILED)
    assert fold(played.entries) == standing_of(played.run)


def test_doubts_reach_the_step_they_are_about() -> None:
    doubt = "Could be a wish."
    assert play(Unsure(REFERRAL, 80, (doubt,))).run.steps["application"].doubts == (doubt,)


@pytest.mark.parametrize("stage", Stage)
def test_at_every_stage_the_entries_say_where_the_run_stands(stage: Stage) -> None:
    played = play(stage=stage)
    for _ in range(6):
        played.pass_time("3d")
        assert fold(played.entries) == standing_of(played.run)


# --- what the machine must not forget when something went wrong -------------------------------------------------------


def test_what_failed_after_a_part_was_done_is_taken_back_in_reverse() -> None:
    played = play(ready=[Receipt(id="T-77"), Receipt(id="G-1"), Broken("No credit.")]).approve("@nora")
    assert played.run.state is RunState.FAILED
    assert played.taken_back == (
        helpdesk.DeleteTag(ticket_id="T-77", tag_id="G-1", tag="partner-referral"),
        helpdesk.CloseTicket(ticket_id="T-77"),
    )


def test_a_doubt_about_a_later_action_names_the_record_that_an_earlier_one_made() -> None:
    played = play(ready=[Receipt(id="T-77"), Uncertain("The line went dead.")]).approve("@nora")
    assert "helpdesk:T-77" in played.told_to("owner")
    intended = [entry.notes["records"] for entry in played.entries if entry.kind == "action.intended"]
    assert intended == ["helpdesk:C-1", "helpdesk:T-77"]


def test_a_doubt_that_is_cleared_goes_on_where_it_stopped() -> None:
    played = play(ready=[Receipt(id="T-77"), Uncertain("?"), Receipt(id="X")]).approve("@nora")
    reconcile(played, 1, happened=True)
    assert names(played) == ["OpenTicket", "GrantCredit"]
    assert fold(played.entries) == standing_of(played.run)


def test_what_did_not_happen_is_done_once_more() -> None:
    played = play(ready=[Receipt(id="T-77"), Uncertain("?"), Receipt(id="X")]).approve("@nora")
    reconcile(played, 1, happened=False)
    assert names(played) == ["OpenTicket", "AddTag", "GrantCredit"]


def test_a_record_that_others_build_on_needs_its_id_to_count_as_made() -> None:
    played = play(ready=[Uncertain("?"), Receipt(id="X")]).approve("@nora")
    with pytest.raises(Unfit, match="id"):
        reconcile(played, 0, happened=True)
    reconcile(played, 0, happened=True, id="T-88")
    assert played.sent[0] == helpdesk.AddTag(ticket_id="T-88", tag="partner-referral")


def test_after_a_doubt_the_world_is_read_again_before_anything_is_repeated() -> None:
    overdue = ACCOUNT.model_copy(update={"standing": "overdue"})
    played = play(account=[ACCOUNT, ACCOUNT, overdue], ready=[Uncertain("?"), Receipt(id="X")]).approve("@nora")
    reconcile(played, 0, happened=False)
    assert (played.sent, played.gate.version) == ((), 2)
    assert "overdue" in played.gate.why


def test_after_a_read_that_failed_the_world_is_read_again_too() -> None:
    overdue = ACCOUNT.model_copy(update={"standing": "overdue"})
    played = play(account=[ACCOUNT, Transient("down"), overdue]).approve("@nora")
    assert played.run.state is RunState.PARKED
    played.resume("@nora")
    assert (played.sent, played.gate.version) == ((), 2)


def test_a_run_that_was_taken_back_in_part_does_not_go_on() -> None:
    played = play(undo_ready=[Receipt(id="U"), Broken("It cannot be found."), Receipt(id="V")]).approve("@nora")
    played.arrive("settled").undo("@nora")
    assert played.run.state is RunState.PARKED
    assert [type(intent).__name__ for intent in played.taken_back] == ["WithdrawCredit", "CloseTicket"]
    with pytest.raises(Unfit, match="taken back"):
        played.resume("@nora")
    assert played.cancel("@nora").run.state is RunState.STOPPED


def test_everything_that_can_be_taken_back_is() -> None:
    played = play().approve("@nora").arrive("settled").undo("@nora")
    assert (played.run.state, len(played.taken_back)) == (RunState.UNDONE, 3)
    assert "was undone" in played.told_to("owner")


def test_two_have_to_approve_a_credit_that_became_large() -> None:
    played = play()
    mia = person("@mia")
    actor = person_actor(mia.id, Door.TERMINAL)
    edit = Decided(played.now, actor, mia, Verdict.EDIT, "approved", values={"cents": 190_00}, proposal=2)
    played.happen(edit)
    assert (played.gate.group, played.gate.needed) == ("finance", 2)
    assert played.approve("@lena").sent == ()
    assert names(played.approve("@omar")) == ["OpenTicket", "AddTag", "GrantCredit"]


def test_a_paused_run_takes_decisions_and_acts_on_them_once_it_goes_on() -> None:
    played = play()
    nora = person("@nora")
    played.happen(Paused(played.now, person_actor(nora.id, Door.TERMINAL), nora))
    assert played.approve("@mia").sent == ()
    assert names(played.resume("@nora")) == ["OpenTicket", "AddTag", "GrantCredit"]


def test_nothing_can_be_decided_once_a_run_has_ended() -> None:
    played = play().approve("@nora").arrive("settled")
    for verdict in Verdict:
        if verdict not in (Verdict.COMMENT, Verdict.OBSERVE):
            with pytest.raises(Refused):
                played.decide(verdict, "@mia", step="approved", text="x", reason="other", to=person("@nora"))
    assert len(played.sent) == 3


def test_an_edit_of_a_plan_names_the_step_whose_proposal_it_changes() -> None:
    case, label, _ = play().edit_of("label", "@mia", tag="partner-friend").approve("@nora").sent
    assert isinstance(case, helpdesk.OpenTicket)
    assert getattr(label, "tag", "") == "partner-friend"
