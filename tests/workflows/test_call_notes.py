"""Call notes, played: only what was said and is new is changed, and only with the words or the number for it."""

from datetime import date
from typing import Any

import pytest

from bot.adapters.library.case import read_cases
from bot.domain.errors import Broken, NotAllowed, Transient, Uncertain, Unfit
from bot.domain.fold import fold, standing_of
from bot.domain.intent import Receipt
from bot.domain.plain import Plain
from bot.domain.run import Ask, RunState, Stage
from bot.intents import crm
from bot.testing import Play, Unsure
from tests.workflows.shipped import FOLDER, findings, rehearse, terms_of
from tests.workflows.ways import not_played
from workflows.call_notes import Said, is_named, is_quoted

HOME = FOLDER / "call_notes"
SAMPLES = {file.stem: crm.Call.model_validate_json(file.read_bytes()) for file in HOME.glob("samples/*.json")}
NOTES = "They asked for an offer for all three stations.\nIt is 3,576.00 EUR a year. Next talk on 4 December 2026."
CALL = crm.Call(deal_id="D-209", notes=NOTES, on=date(2026, 11, 26))
DEAL = crm.Deal(
    deal_id="D-209",
    name="Workshop plan",
    company_id="C-107",
    company="Kettenwerk Nord",
    contact="Maren Voss",
    email="verleih@kettenwerk-nord.example",
    stage=crm.Stage.QUALIFIED,
    cents=1_499_00,
    currency="EUR",
    owner="@leo",
    next_step="Call Maren",
    next_step_on=date(2026, 11, 26),
    quiet_since=date(2026, 11, 20),
)
LATER = DEAL.model_copy(update={"stage": crm.Stage.NEGOTIATION})
HISTORY = crm.History(deal_id="D-209", lines=("Leo called.",), touches=0, answered=True)
AFTER = HISTORY.model_copy(update={"lines": ("Leo called.", "A note.")})
SAID = Said(
    summary="They want an offer.",
    agreed="Send the offer",
    agreed_on=date(2026, 12, 4),
    amount_cents=3_576_00,
    moved_to=crm.Stage.PROPOSAL,
    moved_because="asked for an offer for all three stations",
)
NOTHING = Said(summary="Nobody was there.")
NOTE = crm.LogNote(deal_id="D-209", text="Call of 2026-11-26: They want an offer.")
UPDATE = crm.UpdateDeal(
    deal_id="D-209",
    stage=crm.Stage.PROPOSAL,
    cents=3_576_00,
    next_step="Send the offer",
    next_step_on=date(2026, 12, 4),
)
MADE = Receipt(id="N-1")


def play(said: Any = SAID, *, deal: Any = DEAL, call: crm.Call = CALL, stage: Stage | None = None, **more: Any) -> Play:
    return Play(
        terms_of("call_notes", stage),
        call,
        answers={"said": said},
        reads={crm.deal_of_call: deal, crm.history_of: more.get("history", [HISTORY, AFTER])},
        outcomes={name: more[name] for name in ("updated", "noted") if name in more},
        requester=more.get("requester", "@sam"),
    )


def proposed(said: Said, **script: Any) -> tuple[crm.UpdateDeal, str]:
    """What the card proposes to change, and the note."""
    note, update = play(said, **script).gate.proposals
    return crm.UpdateDeal.model_validate(update.data), str(note.data["text"])


def test_nothing_that_check_would_refuse_or_warn_of() -> None:
    assert findings("call_notes") == []


def test_every_way_that_the_checks_know_is_played_here() -> None:
    lived = [
        play().approve(by="@leo"),
        play().reject(by="@leo", reason="other"),
        play(NOTHING).approve(by="@leo"),
        play(NOTHING).reject(by="@leo", reason="other"),
        play(deal=DEAL.model_copy(update={"stage": crm.Stage.WON})),
    ]
    assert not_played("call_notes", *lived) == set()


# --- the way it usually goes -----------------------------------------------------------------------------------------


def test_what_was_said_changes_the_deal_field_by_field_once_approved() -> None:
    played = play()
    assert (played.run.state, played.gate.step, played.sent) == (RunState.WAITING, "both_approved", ())
    played.approve(by="@leo")
    assert (played.run.state, played.sent) == (RunState.DONE, (NOTE, UPDATE))
    assert fold(played.entries) == standing_of(played.run)


def test_where_nothing_was_decided_a_note_is_enough() -> None:
    played = play(NOTHING)
    assert played.gate.step == "note_approved"
    assert played.approve(by="@leo").sent == (
        NOTE.model_copy(update={"text": "Call of 2026-11-26: Nobody was there."}),
    )
    assert played.run.state is RunState.DONE


@pytest.mark.parametrize("stage", [crm.Stage.WON, crm.Stage.LOST])
def test_a_closed_deal_is_left_alone(stage: crm.Stage) -> None:
    played = play([], deal=DEAL.model_copy(update={"stage": stage}))
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())


# --- what is new, and what the notes have words for ------------------------------------------------------------------


def test_what_is_the_same_as_before_is_not_changed() -> None:
    same = {"agreed": "Call Maren", "agreed_on": date(2026, 11, 26), "amount_cents": 1_499_00, "talk_to": "Maren Voss"}
    update, _ = proposed(SAID.model_copy(update=same))
    assert update.model_dump(exclude_none=True) == {"deal_id": "D-209", "stage": crm.Stage.PROPOSAL}


def test_where_everything_is_as_before_a_note_is_enough() -> None:
    assert play(NOTHING.model_copy(update={"agreed": "Call Maren"})).gate.step == "note_approved"


def test_where_all_that_was_said_has_no_words_in_the_notes_the_note_says_so() -> None:
    played = play(NOTHING.model_copy(update={"moved_to": crm.Stage.WON, "amount_cents": 1}))
    assert played.gate.step == "note_approved"
    assert str(played.gate.proposals[0].data["text"]).count("Not taken over") == 2


@pytest.mark.parametrize("because", [None, "offer", "they love it and want everything"])
def test_a_stage_without_words_of_the_notes_is_left_out_and_the_card_says_so(because: str | None) -> None:
    update, note = proposed(SAID.model_copy(update={"moved_because": because}))
    assert update.stage is None
    assert "Not taken over: stage proposal." in note


def test_an_amount_that_does_not_stand_in_the_notes_is_left_out_and_the_card_says_so() -> None:
    update, note = proposed(SAID.model_copy(update={"amount_cents": 9_999_00}))
    assert update.cents is None
    assert "Not taken over: an amount" in note


def test_a_deal_goes_back_where_the_notes_say_so() -> None:
    update, _ = proposed(SAID, deal=LATER)
    assert update.stage is crm.Stage.PROPOSAL


def test_somebody_else_is_written_down_as_the_contact() -> None:
    update, _ = proposed(NOTHING.model_copy(update={"talk_to": "Ingrid Sol"}))
    assert update.contact == "Ingrid Sol"


@pytest.mark.parametrize(
    ("quote", "holds"),
    [
        ("asked for an offer", True),
        ("  ASKED for\n an offer. ", True),
        ("“all three stations. It is 3,576.00”", True),
        ("offer", False),
        ("asked for a discount", False),
        ("", False),
        (None, False),
    ],
)
def test_a_quote_stands_in_the_notes_word_for_word(quote: str | None, holds: bool) -> None:
    assert is_quoted(quote, NOTES) is holds


@pytest.mark.parametrize(
    ("notes", "cents"),
    [
        ("It is 3,576.00 EUR", 3_576_00),
        ("es sind 3.576,00 Euro", 3_576_00),
        ("It is 3576 a year", 3_576_00),
        ("3 576 EUR", 3_576_00),
        ("3.576 EUR", 3_576_00),
        ("12, 14 or 20", 14_00),
        ("about 12k", 12_000_00),
        ("about 3,5k", 3_500_00),
        ("EUR 0.99", 99),
    ],
)
def test_an_amount_is_read_as_people_write_it(notes: str, cents: int) -> None:
    assert is_named(cents, notes)
    assert not is_named(cents + 1, notes)
    assert not is_named(cents, f"nothing but {'9' * 13} in it")


# --- what a reviewer can do ------------------------------------------------------------------------------------------


def test_each_field_can_be_mended_and_what_is_written_is_what_the_reviewer_made_of_it() -> None:
    played = play().edit_of("update", "@leo", next_step="Send two offers", cents=None).approve(by="@mia")
    assert played.sent[1] == UPDATE.model_copy(update={"next_step": "Send two offers", "cents": None})


def test_whoever_took_the_notes_may_mend_and_approve_them() -> None:
    played = play(requester="@leo").edit_of("note", "@leo", text="They want two offers.").approve(by="@leo")
    assert played.run.state is RunState.DONE


@pytest.mark.parametrize(
    ("deal", "said", "values", "because"),
    [
        (DEAL, SAID, {"deal_id": "D-9"}, "which record"),
        (DEAL, SAID, {"cents": 9_999_00}, "stands in the notes"),
        (DEAL, SAID, {"next_step_on": "2026-11-01"}, "before the call"),
        (LATER, NOTHING.model_copy(update={"agreed": "Wait"}), {"stage": "new"}, "only where the notes have words"),
        (DEAL, NOTHING.model_copy(update={"agreed": "Wait"}), {"stage": "lost"}, "only where the notes have words"),
    ],
)
def test_an_edit_that_breaks_a_rule_changes_nothing(
    deal: crm.Deal, said: Said, values: dict[str, Plain], because: str
) -> None:
    played = play(said, deal=deal)
    with pytest.raises(Unfit, match=because):
        played.edit_of("update", "@mia", **values)


def test_a_deal_goes_forward_without_a_quote_where_a_person_says_so() -> None:
    played = play(NOTHING.model_copy(update={"agreed": "Wait"})).edit_of("update", "@mia", stage="proposal")
    assert played.approve(by="@leo").sent[1].model_dump()["stage"] is crm.Stage.PROPOSAL


def test_a_note_that_is_enough_is_seen_otherwise_by_a_person() -> None:
    played = play(NOTHING).correct(by="@mia", step="said", agreed="Call again")
    assert played.gate.step == "both_approved"
    assert played.approve(by="@leo").sent[1].model_dump()["next_step"] == "Call again"


def test_a_rejection_changes_nothing() -> None:
    played = play().reject(by="@mia", reason="not said like that")
    assert (played.run.state, played.sent) == (RunState.STOPPED, ())


def test_who_is_not_in_sales_does_not_decide() -> None:
    with pytest.raises(NotAllowed):
        play().approve(by="@farah")


# --- what may never happen -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "right", "wrong"),
    [
        ("changes_its_deal", UPDATE, UPDATE.model_copy(update={"deal_id": "D-9"})),
        ("notes_its_deal", NOTE, NOTE.model_copy(update={"deal_id": "D-9"})),
    ],
)
def test_what_changes_is_the_deal_that_was_talked_about(rule: str, right: object, wrong: object) -> None:
    holds = terms_of("call_notes").invariants[rule]
    assert holds(right, CALL)
    assert not holds(wrong, CALL)


def test_a_next_step_before_the_call_never_reaches_a_reviewer() -> None:
    played = play(SAID.model_copy(update={"agreed_on": date(2026, 11, 1)}))
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert "does not lie before the call" in played.told_to("owner")


# --- when it goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [Broken("It makes no sense."), Transient("It does not answer.")])
def test_without_a_model_sales_fill_in_what_was_said(error: Broken | Transient) -> None:
    played = play(error)
    assert (played.question.kind, played.question.group) == (Ask.FILL_IN, "sales")
    played.answer(by="@mia", **SAID.model_dump(mode="json"))
    assert played.approve(by="@leo").sent == (NOTE, UPDATE)


def test_an_unsure_answer_is_checked_before_it_is_proposed() -> None:
    assert play(Unsure(SAID, 59)).question.kind is Ask.FILL_IN
    assert play(Unsure(SAID, 60)).run.questions == {}


def test_where_the_deal_cannot_be_changed_the_note_is_taken_back() -> None:
    played = play(updated=[MADE, Broken("The deal is locked.")]).approve(by="@leo")
    (back,) = played.taken_back
    assert isinstance(back, crm.DeleteNote)
    assert "The deal is locked." in played.told_to("owner")


def test_a_change_that_may_have_been_made_is_not_made_again() -> None:
    played = play(updated=[MADE, Uncertain("The line went dead.")]).approve(by="@leo")
    assert (played.run.state, played.sent) == (RunState.PARKED, (NOTE,))


def test_a_deal_that_somebody_else_changed_meanwhile_is_shown_first() -> None:
    played = play(deal=[DEAL, DEAL.model_copy(update={"cents": 2_000_00})]).approve(by="@leo")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert "cents was 149900 and is now 200000" in played.gate.why


def test_everything_can_be_undone() -> None:
    played = play(updated=[MADE, Receipt(id="U-1")]).approve(by="@leo").undo(by="@olga")
    assert [one.kind() for one in played.taken_back] == ["crm.RestoreDeal", "crm.DeleteNote"]


def test_it_is_done_only_when_the_history_has_another_line() -> None:
    played = play(history=HISTORY).approve(by="@leo")
    assert played.run.state is RunState.PARKED
    assert "lines is as it was before" in played.told_to("owner")


def test_in_shadow_nothing_is_changed() -> None:
    played = play(stage=Stage.SHADOW)
    assert (played.sent, played.tried) == ((), (NOTE, UPDATE))


# --- its files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SAMPLES))
async def test_every_sample_goes_its_way_without_a_model_server(name: str) -> None:
    call = SAMPLES[name]
    deal = DEAL.model_copy(update={"deal_id": call.deal_id})
    played = play(await rehearse("call_notes", "said", {"call": call, "deal": deal}), call=call, deal=deal)
    assert played.gate.step == ("note_approved" if name == "smalltalk" else "both_approved")
    assert played.approve(by="@leo").run.state is RunState.DONE


async def test_the_offline_model_finds_the_words_for_each_stage() -> None:
    moves = {"offer": crm.Stage.PROPOSAL, "terms": crm.Stage.NEGOTIATION, "no": crm.Stage.LOST}
    for case in read_cases(HOME, terms_of("call_notes").definition):
        said = (await rehearse("call_notes", "said", case.given)).fact.model_dump()
        assert said["moved_to"] == moves.get(case.name), case.name


def test_the_expected_answers_are_taken_over_whole() -> None:
    cases = read_cases(HOME, terms_of("call_notes").definition)
    assert 3 <= len(cases) <= 6
    for case in cases:
        call, deal, said = case.given["call"], case.given["deal"], case.expected["said"]
        assert isinstance(call, crm.Call)
        assert call in SAMPLES.values()
        note, *update = play(said, call=call, deal=deal).gate.proposals
        assert "Not taken over" not in str(note.data["text"]), case.name
        expected = said.model_dump(mode="json")
        for one in update:
            pairs = (("stage", "moved_to"), ("cents", "amount_cents"), ("next_step", "agreed"), ("contact", "talk_to"))
            assert all(one.data[field] == expected[name] for field, name in pairs), case.name


def test_what_stands_in_the_notes_is_never_a_part_of_the_instructions() -> None:
    (prompt,) = terms_of("call_notes").prompts.values()
    assert prompt.untrusted == {"call", "deal"}
    assert prompt.confidence.endswith("?")
    assert "{{" not in prompt.body
