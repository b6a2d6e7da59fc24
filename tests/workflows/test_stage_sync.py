"""Stage sync, played: what is won is handed over, what is lost is asked about, and our own changes start nothing."""

from datetime import date
from typing import Any

import pytest

from bot.domain.errors import Broken, NotAllowed, Transient, Uncertain, Unfit
from bot.domain.event import Verdict
from bot.domain.fold import fold, standing_of
from bot.domain.intent import Receipt
from bot.domain.plain import Plain
from bot.domain.run import RunState, Stage
from bot.intents import chat, crm, tasks
from bot.testing import Play
from tests.workflows.shipped import FOLDER, findings, terms_of
from tests.workflows.ways import not_played

HOME = FOLDER / "stage_sync"
SAMPLES = {file.stem: crm.StageChange.model_validate_json(file.read_bytes()) for file in HOME.glob("samples/*.json")}
WON = crm.StageChange(deal_id="D-210", stage=crm.Stage.WON, was=crm.Stage.NEGOTIATION, changed_by="Leo Marchetti")
LOST = WON.model_copy(update={"stage": crm.Stage.LOST})
DEAL = crm.Deal(
    deal_id="D-210",
    name="Fleet plan",
    company_id="C-106",
    company="Harbour Cargo Bikes",
    contact="Dilys Penhale",
    email="dilys@harbour-cargo.example",
    stage=crm.Stage.WON,
    cents=1_788_00,
    currency="EUR",
    owner="@leo",
    next_step="Import of the spreadsheets",
    quiet_since=date(2026, 3, 2),
)
GONE = DEAL.model_copy(update={"stage": crm.Stage.LOST})
HISTORY = crm.History(deal_id="D-210", lines=("Dilys: Signed.",), touches=0, answered=True)
AFTER = HISTORY.model_copy(update={"lines": (*HISTORY.lines, "A note.")})
NOTE = crm.LogNote(deal_id="D-210", text="Won. Handed over: an issue is open in “onboarding”, and #sales knows.")
QUESTION = crm.LogNote(
    deal_id="D-210",
    text="Lost, after it had been “negotiation”. @leo: why? One sentence here helps the next one.",
)
NEWS = chat.PostMessage(
    channel="#sales",
    title="Won: Harbour Cargo Bikes",
    text="@leo won Fleet plan: 1,788.00 EUR. Onboarding takes over.",
)
MADE = [Receipt(id="N-1"), Receipt(id="S-1"), Receipt(id="M-1")]


def play(change: crm.StageChange = WON, *, deal: Any = DEAL, stage: Stage | None = None, **more: Any) -> Play:
    return Play(
        terms_of("stage_sync", stage),
        change,
        reads={crm.deal_of_change: deal, crm.history_of: more.get("history", [HISTORY, AFTER])},
        outcomes={"handed_over": more.get("outcomes", [*MADE]), "asked": more.get("asked", MADE[0])},
        requester=more.get("requester", "@sam"),
    )


def test_nothing_that_check_would_refuse_or_warn_of() -> None:
    assert findings("stage_sync") == []


def test_every_way_that_the_checks_know_is_played_here() -> None:
    lived = [
        play().approve(by="@mia"),
        play().reject(by="@mia", reason="other"),
        play(LOST, deal=GONE).approve(by="@mia"),
        play(LOST, deal=GONE).reject(by="@mia", reason="other"),
        play(WON.model_copy(update={"changed_by": "Countersign"})),
        play(WON.model_copy(update={"was": crm.Stage.WON})),
        play(deal=GONE),
    ]
    assert not_played("stage_sync", *lived) == set()


# --- the way it usually goes -----------------------------------------------------------------------------------------


def test_a_won_deal_opens_its_onboarding_and_tells_sales_once_approved() -> None:
    played = play()
    assert (played.run.state, played.gate.group, played.gate.step) == (RunState.WAITING, "sales", "handover_approved")
    note, issue, news = played.approve(by="@mia").sent
    assert (played.run.state, note, news) == (RunState.DONE, NOTE, NEWS)
    assert isinstance(issue, tasks.OpenIssue)
    assert (issue.project, issue.title) == ("onboarding", "Onboard Harbour Cargo Bikes (D-210)")
    assert "Agreed next: Import of the spreadsheets" in issue.body
    assert fold(played.entries) == standing_of(played.run)


def test_a_lost_deal_gets_a_question_for_the_reason() -> None:
    played = play(LOST, deal=GONE)
    assert played.gate.step == "question_approved"
    assert played.approve(by="@mia").sent == (QUESTION,)
    assert played.run.state is RunState.DONE


def test_what_nobody_wrote_down_is_named_as_missing() -> None:
    bare = DEAL.model_copy(update={"owner": "", "next_step": ""})
    _, issue, news = play(deal=bare).gate.proposals
    assert "nobody is named" in str(issue.data["body"])
    assert "nothing is written down" in str(issue.data["body"])
    assert str(news.data["text"]).startswith("We won")
    (question,) = play(LOST, deal=GONE.model_copy(update={"owner": ""})).gate.proposals
    assert "Whoever had it: why?" in str(question.data["text"])


# --- what is not passed on -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Countersign", "countersign (bot)", " COUNTERSIGN"])
@pytest.mark.parametrize(("change", "deal"), [(WON, DEAL), (LOST, GONE)])
def test_what_we_moved_ourselves_starts_nothing(name: str, change: crm.StageChange, deal: crm.Deal) -> None:
    played = play(change.model_copy(update={"changed_by": name}), deal=deal)
    assert (played.run.state, played.sent, played.run.gates) == (RunState.STOPPED, (), {})
    assert "We moved it ourselves" in played.told_to("requester")


def test_who_is_not_named_is_not_us() -> None:
    assert play(WON.model_copy(update={"changed_by": ""})).run.state is RunState.WAITING


@pytest.mark.parametrize("stage", [crm.Stage.NEW, crm.Stage.QUALIFIED, crm.Stage.PROPOSAL, crm.Stage.NEGOTIATION])
def test_only_what_is_won_or_lost_is_passed_on(stage: crm.Stage) -> None:
    played = play(WON.model_copy(update={"stage": stage}), deal=DEAL.model_copy(update={"stage": stage}))
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())


def test_a_deal_that_was_won_before_is_not_won_again() -> None:
    assert play(WON.model_copy(update={"was": crm.Stage.WON})).run.state is RunState.STOPPED


def test_a_deal_that_has_moved_on_is_left_to_its_next_change() -> None:
    played = play(deal=GONE)
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())
    assert "The deal has moved on since" in played.told_to("requester")


def test_a_deal_that_is_opened_again_while_the_card_waits_is_shown_first() -> None:
    reopened = DEAL.model_copy(update={"stage": crm.Stage.NEGOTIATION})
    played = play(deal=[DEAL, reopened]).approve(by="@mia")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert "stage was 'won' and is now 'negotiation'" in played.gate.why


# --- what a reviewer can do ------------------------------------------------------------------------------------------


def test_the_issue_can_be_completed_before_it_is_opened() -> None:
    played = play().edit_of("issue", "@mia", body="Import first.").approve(by="@leo")
    assert played.sent[1].model_dump()["body"] == "Import first."


@pytest.mark.parametrize(
    ("of", "values", "because"),
    [
        ("note", {"deal_id": "D-9"}, "which record"),
        ("issue", {"project": "shop"}, "which record"),
        ("issue", {"title": "Onboard somebody"}, "names the deal"),
        ("news", {"channel": "#support"}, "which record"),
    ],
)
def test_an_edit_that_breaks_a_rule_changes_nothing(of: str, values: dict[str, Plain], because: str) -> None:
    played = play()
    with pytest.raises(Unfit, match=because):
        played.edit_of(of, "@mia", **values)


def test_a_rejection_passes_nothing_on() -> None:
    played = play().reject(by="@mia", reason="not final yet")
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())


def test_who_is_not_in_sales_does_not_decide() -> None:
    with pytest.raises(NotAllowed):
        play().approve(by="@farah")


def test_whoever_asked_for_it_does_not_approve() -> None:
    with pytest.raises(NotAllowed):
        play(requester="@leo").approve(by="@leo")


# --- what may never happen -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "right", "wrong"),
    [
        ("notes_its_deal", (NOTE, WON), (NOTE.model_copy(update={"deal_id": "D-9"}), WON)),
        ("is_not_our_own", (NOTE, WON), (NOTE, WON.model_copy(update={"changed_by": "Countersign"}))),
        ("tells_sales_alone", (NEWS,), (NEWS.model_copy(update={"channel": "#support"}),)),
    ],
)
def test_what_always_holds(rule: str, right: tuple[object, ...], wrong: tuple[object, ...]) -> None:
    holds = terms_of("stage_sync").invariants[rule]
    assert holds(*right)
    assert not holds(*wrong)


# --- when it goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", range(3))
def test_what_was_done_before_a_refusal_is_taken_back_in_reverse(at: int) -> None:
    played = play(outcomes=[*MADE[:at], Broken("No.")]).approve(by="@mia")
    back = ["crm.DeleteNote", "tasks.CloseIssue"][:at][::-1]
    assert [one.kind() for one in played.taken_back] == back
    assert "No." in played.told_to("owner")


def test_a_call_whose_outcome_nobody_knows_is_not_repeated() -> None:
    played = play(outcomes=[MADE[0], Uncertain("The line went dead.")]).approve(by="@mia")
    assert (played.run.state, played.sent, played.taken_back) == (RunState.PARKED, (NOTE,), ())


def test_a_tracker_that_is_down_is_told_to_the_pager() -> None:
    played = play(outcomes=[MADE[0], Transient("The tracker is down.")]).approve(by="@mia")
    assert "The tracker is down." in played.told_to("pager")


def test_a_deal_that_cannot_be_read_parks_the_run_until_it_can() -> None:
    played = play(deal=[Broken("There is no deal D-210."), DEAL])
    assert (played.run.state, played.run.questions) == (RunState.PARKED, {})
    assert played.resume(by="@olga").gate.step == "handover_approved"


def test_it_is_done_only_when_the_history_has_another_line() -> None:
    played = play(history=HISTORY).approve(by="@mia")
    assert played.run.state is RunState.PARKED
    assert "lines is as it was before" in played.told_to("owner")


def test_a_handover_can_be_undone_whole() -> None:
    played = play().approve(by="@mia").undo(by="@olga")
    assert [one.kind() for one in played.taken_back] == ["chat.DeleteMessage", "tasks.CloseIssue", "crm.DeleteNote"]


# --- stages ----------------------------------------------------------------------------------------------------------


def test_in_shadow_nothing_is_passed_on() -> None:
    played = play(stage=Stage.SHADOW)
    assert (played.sent, len(played.tried)) == ((), 3)


def test_assisted_a_person_hands_it_over_themselves() -> None:
    played = play(stage=Stage.ASSISTED).decide(Verdict.DONE_BY_ME, "@mia")
    assert (played.run.state, played.sent) == (RunState.DONE, ())


def test_raised_to_limited_the_question_goes_by_itself_and_the_handover_asks() -> None:
    assert play(LOST, deal=GONE, stage=Stage.LIMITED).sent == (QUESTION,)
    assert play(stage=Stage.LIMITED).sent == ()


# --- its files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("won", RunState.WAITING),
        ("lost", RunState.WAITING),
        ("ours", RunState.STOPPED),
        ("forward", RunState.STOPPED),
    ],
)
def test_every_sample_goes_its_way(name: str, state: RunState) -> None:
    change = SAMPLES[name]
    deal = DEAL.model_copy(update={"deal_id": change.deal_id, "stage": change.stage})
    assert play(change, deal=deal).run.state is state


def test_no_model_takes_part() -> None:
    assert terms_of("stage_sync").prompts == {}
