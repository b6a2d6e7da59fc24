"""Quiet deals, played: the sweep that finds them, and what rules decide for each of them."""

from datetime import date
from typing import Any

import pytest

from bot.adapters.library.case import read_cases
from bot.adapters.model.rehearsal import MARK
from bot.domain.errors import Broken, NotAllowed, Transient, Uncertain, Unfit
from bot.domain.fold import fold, standing_of
from bot.domain.intent import Receipt
from bot.domain.plain import Plain
from bot.domain.run import Ask, RunState, Stage
from bot.intents import chat, crm
from bot.testing import Play
from tests.workflows.shipped import FOLDER, findings, rehearse, terms_of
from tests.workflows.ways import not_played
from workflows.quiet_deal import Draft

HOME = FOLDER / "quiet_deal"
SAMPLES = {file.stem: crm.Quiet.model_validate_json(file.read_bytes()) for file in HOME.glob("samples/*.json")}
QUIET = crm.Quiet(deal_id="D-205", quiet_since=date(2026, 2, 12))
SMALL = crm.Deal(
    deal_id="D-205",
    name="Workshop plan",
    company_id="C-111",
    company="Pedals & Pines",
    contact="Rory Blackwood",
    email="rory@pedals-and-pines.example",
    stage=crm.Stage.QUALIFIED,
    cents=588_00,
    currency="EUR",
    owner="@mia",
    quiet_since=QUIET.quiet_since,
)
BIG = SMALL.model_copy(update={"cents": 12_345_60, "next_step": "Talk to the board"})
LATE = SMALL.model_copy(update={"stage": crm.Stage.NEGOTIATION})
SILENT = crm.History(deal_id="D-205", lines=("Rory asked about repairs.", "Mia wrote."), touches=1, answered=False)
AFTER = SILENT.model_copy(update={"lines": (*SILENT.lines, "A note.")})
IN_VAIN = SILENT.model_copy(update={"touches": 4})
WAITING = SILENT.model_copy(update={"answered": True, "touches": 0})
DRAFT = Draft(subject="Repairs", body="Hello Rory,\n\nshall I show it to you?")
NOTE = crm.LogNote(deal_id="D-205", text="Quiet since 2026-02-12. We wrote once since they last did.")
NUDGE = crm.SendFollowUp(deal_id="D-205", subject="Repairs", body=f"{DRAFT.body}\n\nMia\nHubwheel")
LOST = crm.UpdateDeal(deal_id="D-205", stage=crm.Stage.LOST)
ALERT = chat.PostMessage(
    channel="#sales",
    title="Quiet for long: Workshop plan (D-205)",
    text=(
        "Pedals & Pines, 12,345.60 EUR, qualified. @mia has it.\n"
        "Quiet since 2026-02-12. We wrote once since they last did.\n"
        "Next step: Talk to the board.\n"
        "Last: Mia wrote."
    ),
)
MADE = Receipt(id="N-1")


def play(deal: Any = SMALL, history: Any = None, *, stage: Stage | None = None, **script: Any) -> Play:
    return Play(
        terms_of("quiet_deal", stage),
        script.get("quiet", QUIET),
        answers={"draft": script.get("draft", DRAFT)},
        reads={crm.deal_of_quiet: deal, crm.history_of: history or [SILENT, SILENT, AFTER]},
        outcomes={name: script[name] for name in ("nudged", "alerted", "lost") if name in script},
    )


def then(history: crm.History, *more: crm.History) -> list[crm.History]:
    """A history as it reads before and while it is decided, and with one line more at the end."""
    return [history, *(more or (history,)), history.model_copy(update={"lines": (*history.lines, "A note.")})]


def test_nothing_that_check_would_refuse_or_warn_of() -> None:
    assert findings("quiet_deal") == []
    assert findings("stalled_deals") == []


def test_every_way_that_the_checks_know_is_played_here() -> None:
    lived = [play(SMALL.model_copy(update={"stage": crm.Stage.WON}))]
    for deal, history in ((SMALL, SILENT), (BIG, SILENT), (SMALL, IN_VAIN)):
        lived += [play(deal, then(history)).approve(by="@leo")]
        lived += [play(deal, then(history)).reject(by="@leo", reason="other")]
    assert not_played("quiet_deal", *lived) == set()
    assert not_played("stalled_deals", sweep()) == set()


# --- the sweep -------------------------------------------------------------------------------------------------------


def sweep(stage: Stage | None = None, **found: Any) -> Play:
    deals = crm.QuietDeals(records=(QUIET, crm.Quiet(deal_id="D-206", quiet_since=date(2026, 2, 1))))
    sweep_of = crm.Sweep(day=date(2026, 3, 2))
    return Play(terms_of("stalled_deals", stage), sweep_of, reads={crm.quiet_deals: found.get("found", deals)})


def test_each_quiet_deal_starts_a_run_of_its_own() -> None:
    played = sweep()
    assert played.run.state is RunState.DONE
    assert [(name, record["deal_id"]) for name, record in played.started] == [
        ("quiet_deal", "D-205"),
        ("quiet_deal", "D-206"),
    ]


def test_what_the_sweep_starts_is_what_a_quiet_deal_begins_with() -> None:
    for name, record in sweep().started:
        assert terms_of(name).brief.triggers.identity == ("deal_id", "quiet_since")
        assert crm.Quiet.model_validate(record).deal_id.startswith("D-")


def test_where_everything_moves_nothing_is_started() -> None:
    played = sweep(found=crm.QuietDeals())
    assert (played.run.state, played.started) == (RunState.DONE, ())


def test_a_crm_that_cannot_be_asked_parks_the_sweep_until_it_can() -> None:
    played = sweep(found=[Broken("It makes no sense."), crm.QuietDeals(records=(QUIET,))])
    assert (played.run.state, played.started) == (RunState.PARKED, ())
    assert len(played.resume(by="@olga").started) == 1


def test_in_shadow_the_sweep_starts_nothing() -> None:
    assert sweep(Stage.SHADOW).started == ()


def test_the_sweep_goes_by_the_clock_on_working_days() -> None:
    triggers = terms_of("stalled_deals").brief.triggers
    assert (triggers.schedule, triggers.moment) == ("0 7 * * 1-5", "day")
    for file in (FOLDER / "stalled_deals").glob("samples/*.json"):
        assert crm.Sweep.model_validate_json(file.read_bytes()).quiet_days >= 14


# --- a nudge ---------------------------------------------------------------------------------------------------------


def test_a_small_deal_is_nudged_once_a_person_has_approved_it() -> None:
    played = play()
    assert (played.run.state, played.gate.group, played.gate.step) == (RunState.WAITING, "sales", "nudge_approved")
    played.approve(by="@leo")
    assert (played.run.state, played.sent) == (RunState.DONE, (NOTE, NUDGE))
    assert fold(played.entries) == standing_of(played.run)


def test_who_wrote_last_and_waits_is_answered_and_never_given_up() -> None:
    played = play(history=then(WAITING.model_copy(update={"touches": 9})))
    assert played.gate.step == "nudge_approved"
    note, _ = played.approve(by="@leo").sent
    assert "The customer wrote last and waits for us." in note.model_dump()["text"]


# --- an alert --------------------------------------------------------------------------------------------------------


def test_a_big_deal_is_an_alert_to_sales_and_no_message_is_written() -> None:
    played = play(BIG, draft=[])
    assert played.gate.step == "alert_approved"
    played.approve(by="@leo")
    assert (played.run.state, played.sent) == (RunState.DONE, (NOTE, ALERT))


def test_a_late_deal_is_an_alert_however_small() -> None:
    assert play(LATE, then(IN_VAIN), draft=[]).gate.step == "alert_approved"


def test_an_alert_names_what_is_missing() -> None:
    bare = BIG.model_copy(update={"owner": "", "next_step": ""})
    text = str(play(bare, then(SILENT.model_copy(update={"lines": ()}))).gate.proposals[1].data["text"])
    assert "Nobody has it." in text
    assert "Next step: none is written down." in text
    assert "Last:" not in text


def test_raised_to_limited_alerts_go_by_themselves_and_nothing_else_does() -> None:
    assert play(BIG, stage=Stage.LIMITED).sent == (NOTE, ALERT)
    assert play(stage=Stage.LIMITED).sent == ()
    assert play(history=then(IN_VAIN), stage=Stage.LIMITED).sent == ()


# --- an end ----------------------------------------------------------------------------------------------------------


def test_after_four_messages_in_vain_it_is_proposed_to_give_up() -> None:
    played = play(history=then(IN_VAIN), draft=[])
    assert played.gate.step == "loss_approved"
    note, loss = played.approve(by="@leo").sent
    assert (played.run.state, loss) == (RunState.DONE, LOST)
    assert "We wrote 4 times" in note.model_dump()["text"]


def test_who_writes_while_it_is_decided_is_not_given_up() -> None:
    played = play(history=then(IN_VAIN, WAITING)).approve(by="@leo")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert "answered was False and is now True" in played.gate.why


@pytest.mark.parametrize("stage", [crm.Stage.WON, crm.Stage.LOST])
def test_a_closed_deal_is_left_alone(stage: crm.Stage) -> None:
    played = play(SMALL.model_copy(update={"stage": stage}))
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())


# --- what a reviewer can do ------------------------------------------------------------------------------------------


def test_what_is_sent_is_what_the_reviewer_wrote() -> None:
    body = "Hello Rory,\n\nmay I call?\n\nMia\nHubwheel"
    played = play().edit_of("nudge", "@mia", body=body).approve(by="@leo")
    assert played.sent[1] == NUDGE.model_copy(update={"body": body})


def test_a_rejection_leaves_the_deal_as_it_is() -> None:
    played = play(history=then(IN_VAIN)).reject(by="@mia", reason="I see to it myself")
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())


def test_who_is_not_in_sales_does_not_decide() -> None:
    with pytest.raises(NotAllowed):
        play().approve(by="@farah")


@pytest.mark.parametrize(
    ("of", "deal", "history", "values", "because"),
    [
        ("nudge", SMALL, SILENT, {"body": "For 99 EUR.\n\nMia\nHubwheel"}, "no amount"),
        ("nudge", SMALL, SILENT, {"subject": "10 % off"}, "no amount"),
        ("nudge", SMALL, SILENT, {"body": "Hello [name],\n\nMia\nHubwheel"}, "placeholder"),
        ("nudge", SMALL, SILENT, {"body": "Hello,\n\nLeo\nHubwheel"}, "signed by whoever has the deal"),
        ("nudge", SMALL, SILENT, {"deal_id": "D-9"}, "which record"),
        ("alert", BIG, SILENT, {"channel": "#support"}, "which record"),
        ("loss", SMALL, IN_VAIN, {"stage": "won"}, "closes it as lost"),
        ("loss", SMALL, IN_VAIN, {"cents": 1}, "changes nothing else"),
    ],
)
def test_an_edit_that_breaks_a_rule_changes_nothing(
    of: str, deal: crm.Deal, history: crm.History, values: dict[str, Plain], because: str
) -> None:
    played = play(deal, then(history))
    with pytest.raises(Unfit, match=because):
        played.edit_of(of, "@mia", **values)


# --- what may never happen -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "because"), [("It is 10 % cheaper.", "no amount"), ("Hello {{ contact }},", "placeholder")]
)
def test_a_draft_that_breaks_a_rule_never_reaches_a_reviewer(body: str, because: str) -> None:
    played = play(draft=Draft(subject="Hello", body=body))
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert because in played.told_to("owner")


@pytest.mark.parametrize(
    ("rule", "right", "wrong", "about"),
    [
        ("goes_to_its_deal", NUDGE, NUDGE.model_copy(update={"deal_id": "D-9"}), (QUIET,)),
        ("alerts_sales_alone", ALERT, ALERT.model_copy(update={"channel": "#support"}), ()),
        ("closes_and_no_more", LOST, LOST.model_copy(update={"cents": 1}), ()),
    ],
)
def test_what_always_holds(rule: str, right: object, wrong: object, about: tuple[object, ...]) -> None:
    holds = terms_of("quiet_deal").invariants[rule]
    assert holds(right, *about)
    assert not holds(wrong, *about)


def test_a_deal_is_not_given_up_before_it_was_asked_often_enough() -> None:
    holds = terms_of("quiet_deal").invariants["was_asked_often_enough"]
    assert holds(LOST, IN_VAIN)
    assert not holds(LOST, SILENT)
    assert not holds(LOST, WAITING.model_copy(update={"touches": 9}))


# --- when it goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [Broken("It makes no sense."), Transient("It does not answer.")])
def test_without_a_model_sales_write_it_themselves(error: Broken | Transient) -> None:
    played = play(draft=error)
    assert (played.question.kind, played.question.group) == (Ask.FILL_IN, "sales")
    played.answer(by="@mia", **DRAFT.model_dump())
    assert played.approve(by="@leo").sent == (NOTE, NUDGE)


@pytest.mark.parametrize(
    ("deal", "history", "act"), [(SMALL, SILENT, "nudged"), (BIG, SILENT, "alerted"), (SMALL, IN_VAIN, "lost")]
)
def test_where_the_second_change_fails_the_note_is_taken_back(deal: crm.Deal, history: crm.History, act: str) -> None:
    failing: dict[str, Any] = {act: [MADE, Broken("No.")]}
    played = play(deal, then(history), **failing).approve(by="@leo")
    (back,) = played.taken_back
    assert isinstance(back, crm.DeleteNote)
    assert back.note_id == "N-1"
    assert "No." in played.told_to("owner")


def test_a_message_that_may_have_gone_out_is_not_sent_again() -> None:
    played = play(nudged=[MADE, Uncertain("The line went dead.")]).approve(by="@leo")
    assert (played.run.state, played.sent, played.taken_back) == (RunState.PARKED, (NOTE,), ())


def test_it_is_done_only_when_the_history_has_another_line() -> None:
    played = play(history=SILENT).approve(by="@leo")
    assert played.run.state is RunState.PARKED
    assert "lines is as it was before" in played.told_to("owner")


def test_a_deal_that_moves_while_the_card_waits_is_shown_as_it_is_now() -> None:
    played = play([SMALL, SMALL.model_copy(update={"quiet_since": date(2026, 3, 1)})]).approve(by="@leo")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert "quiet_since was '2026-02-12' and is now '2026-03-01'" in played.gate.why


def test_giving_up_can_be_undone() -> None:
    played = play(history=then(IN_VAIN), lost=[MADE, Receipt(id="U-1")]).approve(by="@leo").undo(by="@olga")
    assert played.taken_back[0] == crm.RestoreDeal(deal_id="D-205", change_id="U-1")


def test_in_shadow_nothing_happens() -> None:
    for deal, history in ((SMALL, SILENT), (BIG, SILENT), (SMALL, IN_VAIN)):
        played = play(deal, then(history), stage=Stage.SHADOW)
        assert (played.sent, len(played.tried)) == ((), 2)


# --- its files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SAMPLES))
async def test_every_sample_is_nudged_without_a_model_server(name: str) -> None:
    quiet = SAMPLES[name]
    deal = SMALL.model_copy(update={"deal_id": quiet.deal_id})
    written = await rehearse("quiet_deal", "draft", {"deal": deal, "history": SILENT})
    assert str(written.fact.model_dump()["body"]).startswith(f"{MARK} Hello Rory Blackwood")
    played = play(deal, quiet=quiet, draft=written).approve(by="@leo")
    assert played.run.state is RunState.DONE


def test_the_expected_messages_keep_the_rules() -> None:
    cases = read_cases(HOME, terms_of("quiet_deal").definition)
    assert 3 <= len(cases) <= 6
    for case in cases:
        script: dict[str, Any] = {"quiet": case.given["quiet"], "draft": case.expected["draft"]}
        assert play(case.given["deal"], case.given["history"], **script).gate.step == "nudge_approved", case.name
        assert len(str(case.expected["draft"].model_dump()["body"]).split()) <= 80


def test_what_stands_in_the_crm_is_never_a_part_of_the_instructions() -> None:
    (prompt,) = terms_of("quiet_deal").prompts.values()
    assert prompt.untrusted == {"deal", "history"}
    assert prompt.confidence.endswith("?")
    assert "{{" not in prompt.body
