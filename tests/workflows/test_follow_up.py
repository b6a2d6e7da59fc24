"""Sales follow-up, played: one touch after the other until somebody answers, and everything that ends it before."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.library.case import read_cases
from bot.adapters.model.rehearsal import MARK
from bot.domain.errors import Broken, NotAllowed, Transient, Uncertain, Unfit
from bot.domain.event import Verdict
from bot.domain.fold import fold, standing_of
from bot.domain.intent import Fact
from bot.domain.plain import Plain
from bot.domain.run import Ask, RunState, Stage
from bot.intents import cadence, crm
from bot.testing import Play
from tests.workflows.shipped import FOLDER, findings, rehearse, terms_of
from tests.workflows.ways import not_played
from workflows.follow_up import Draft

HOME = FOLDER / "follow_up"
SAMPLES = {file.stem: crm.Touch.model_validate_json(file.read_bytes()) for file in HOME.glob("samples/*.json")}
TOUCH = crm.Touch(deal_id="D-201")
DEAL = crm.Deal(
    deal_id="D-201",
    name="Fleet plan",
    company_id="C-106",
    company="Harbour Cargo Bikes",
    contact="Nils Aden",
    email="office@harbour-cargo.example",
    stage=crm.Stage.PROPOSAL,
    cents=1_788_00,
    currency="EUR",
    owner="@leo",
    quiet_since=date(2026, 2, 12),
)
SILENT = crm.History(deal_id="D-201", lines=("Leo sent the proposal.",), touches=1, answered=False)
WRITTEN = SILENT.model_copy(update={"touches": 2, "lines": (*SILENT.lines, "Leo wrote.")})
ANSWERED = SILENT.model_copy(update={"answered": True, "touches": 0})
DRAFT = Draft(subject="Two stations", body="Hello Nils,\n\nshall I set it up for you?")
MESSAGE = crm.SendFollowUp(deal_id="D-201", subject=DRAFT.subject, body=f"{DRAFT.body}\n\nLeo\nHubwheel")
SECOND = crm.Touch(deal_id="D-201", n=2, due=datetime(2026, 3, 5, 9, tzinfo=UTC))
NEXT = cadence.next_of(crm.Touch, crm.NextTouch)
GOES_ON = crm.NextTouch(records=(SECOND,), why="The second of four, in three days.")
WAS_LAST = crm.NextTouch(why="That was the last one.")


def play(touch: crm.Touch = TOUCH, *, stage: Stage | None = None, **script: Any) -> Play:
    return Play(
        terms_of("follow_up", stage),
        touch,
        answers={"draft": script.get("draft", DRAFT)},
        reads={
            crm.deal_of_touch: script.get("deal", DEAL),
            crm.history_of: script.get("history", [SILENT, SILENT, WRITTEN]),
            NEXT: script.get("following", GOES_ON),
        },
        outcomes={} if "sent" not in script else {"sent": script["sent"]},
    )


def test_nothing_that_check_would_refuse_or_warn_of() -> None:
    assert findings("follow_up") == []


def test_every_way_that_the_checks_know_is_played_here() -> None:
    lived = [
        play().approve(by="@mia"),
        play().reject(by="@mia", reason="no further messages"),
        play(SECOND, history=ANSWERED).arrive("due"),
        play(deal=DEAL.model_copy(update={"stage": crm.Stage.WON})),
        play(history=SILENT.model_copy(update={"touches": 5})),
    ]
    assert not_played("follow_up", *lived) == set()


# --- the way it usually goes -----------------------------------------------------------------------------------------


def test_a_touch_that_names_no_time_is_drafted_approved_and_sent_at_once() -> None:
    played = play()
    assert (played.run.state, played.gate.group, played.sent) == (RunState.WAITING, "sales", ())
    played.approve(by="@mia")
    assert (played.run.state, played.sent) == (RunState.DONE, (MESSAGE,))
    assert fold(played.entries) == standing_of(played.run)


def test_the_end_of_one_touch_starts_the_next_with_its_own_time() -> None:
    played = play().approve(by="@mia")
    assert played.started == (("follow_up", SECOND.model_dump(mode="json")),)


def test_after_the_last_touch_nothing_is_started() -> None:
    played = play(following=WAS_LAST).approve(by="@mia")
    assert (played.run.state, played.started) == (RunState.DONE, ())


def test_a_touch_waits_until_it_is_due_and_reads_the_deal_only_then() -> None:
    played = play(SECOND)
    assert (played.run.state, played.run.gates) == (RunState.WAITING, {})
    assert played.run.value("deal") is None
    played.pass_time("3d")
    assert played.gate.group == "sales"
    assert played.approve(by="@mia").sent == (MESSAGE,)


@pytest.mark.parametrize("history", [ANSWERED, SILENT], ids=["the CRM has it", "the CRM does not have it yet"])
def test_a_reply_ends_the_wait_and_the_cadence(history: crm.History) -> None:
    played = play(SECOND, history=history).arrive("due")
    assert (played.run.state, played.sent, played.started) == (RunState.STOPPED, (), ())
    assert "The customer has answered" in played.told_to("requester")


def test_a_chain_of_touches_goes_on_until_the_customer_answers() -> None:
    first = play().approve(by="@mia")
    ((name, record),) = first.started
    second = play(crm.Touch.model_validate(record), history=[WRITTEN, WRITTEN, ANSWERED], following=GOES_ON)
    assert name == second.run.workflow
    assert second.pass_time("3d").approve(by="@mia").started != ()
    third = play(SECOND.model_copy(update={"n": 3}), history=ANSWERED).pass_time("3d")
    assert (third.run.state, third.started) == (RunState.STOPPED, ())


# --- when nobody is to be written to ---------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [crm.Stage.WON, crm.Stage.LOST])
def test_a_closed_deal_is_not_followed_up(stage: crm.Stage) -> None:
    played = play(deal=DEAL.model_copy(update={"stage": stage}))
    assert (played.run.state, played.started) == (RunState.STOPPED, ())
    assert "The deal is closed" in played.told_to("requester")


def test_who_has_not_answered_five_times_is_left_alone() -> None:
    assert play(history=SILENT.model_copy(update={"touches": 4})).run.state is RunState.WAITING
    played = play(history=SILENT.model_copy(update={"touches": 5}))
    assert (played.run.state, played.started) == (RunState.STOPPED, ())


def test_a_rejection_ends_the_cadence() -> None:
    played = play().reject(by="@mia", reason="no further messages")
    assert (played.run.state, played.sent, played.started) == (RunState.STOPPED, (), ())


def test_an_answer_that_comes_while_the_card_waits_stops_the_message() -> None:
    played = play(history=[SILENT, ANSWERED]).approve(by="@mia")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert "answered was False and is now True" in played.gate.why


def test_a_deal_that_is_won_while_the_card_waits_stops_the_message() -> None:
    played = play(deal=[DEAL, DEAL.model_copy(update={"stage": crm.Stage.WON})]).approve(by="@mia")
    assert (played.run.state, played.sent) == (RunState.WAITING, ())
    assert "stage was 'proposal' and is now 'won'" in played.gate.why


# --- what a reviewer can do ------------------------------------------------------------------------------------------


def test_what_is_sent_is_what_the_reviewer_wrote() -> None:
    body = "Hello Nils,\n\nmay I call?\n\nLeo\nHubwheel"
    played = play().edit(by="@mia", body=body).approve(by="@leo")
    assert played.sent == (MESSAGE.model_copy(update={"body": body}),)


@pytest.mark.parametrize(
    ("values", "because"),
    [
        ({"deal_id": "D-9"}, "which record"),
        ({"body": "Yours for 99 EUR.\n\nLeo\nHubwheel"}, "no amount"),
        ({"subject": "10 % off"}, "no amount"),
        ({"body": "Hello [name],\n\nLeo\nHubwheel"}, "placeholder"),
        ({"body": "Hello Nils,\n\nMia\nHubwheel"}, "signed by whoever has the deal"),
    ],
)
def test_an_edit_that_breaks_a_rule_changes_nothing(values: dict[str, Plain], because: str) -> None:
    played = play()
    with pytest.raises(Unfit, match=because):
        played.edit("@mia", **values)


def test_a_remark_makes_a_new_draft() -> None:
    second = Draft(subject="A question", body="Hello Nils,\n\nwhat is missing?")
    played = play(draft=[DRAFT, second]).redraft(by="@mia", remark="shorter").approve(by="@mia")
    assert played.sent[0].model_dump()["subject"] == "A question"


def test_who_is_not_in_sales_does_not_decide() -> None:
    with pytest.raises(NotAllowed):
        play().approve(by="@farah")


# --- what may never happen -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "because"), [("It is 10 % cheaper today.", "no amount"), ("Hello {{ contact }},", "placeholder")]
)
def test_a_draft_that_breaks_a_rule_never_reaches_a_reviewer(body: str, because: str) -> None:
    played = play(draft=Draft(subject="Hello", body=body))
    assert (played.run.state, played.run.gates) == (RunState.PARKED, {})
    assert because in played.told_to("owner")


def test_a_message_goes_to_the_deal_of_its_touch() -> None:
    holds = terms_of("follow_up").invariants["goes_to_its_deal"]
    assert holds(MESSAGE, TOUCH)
    assert not holds(MESSAGE, crm.Touch(deal_id="D-9"))


def test_a_deal_that_nobody_has_is_signed_by_the_house() -> None:
    played = play(deal=DEAL.model_copy(update={"owner": ""})).approve(by="@mia")
    assert played.sent[0].model_dump()["body"] == f"{DRAFT.body}\n\nHubwheel"


# --- when it goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [Broken("It makes no sense."), Transient("It does not answer.")])
def test_without_a_model_sales_write_it_themselves(error: Broken | Transient) -> None:
    played = play(draft=error)
    assert (played.question.kind, played.question.group) == (Ask.FILL_IN, "sales")
    played.answer(by="@mia", **DRAFT.model_dump())
    assert played.approve(by="@leo").sent == (MESSAGE,)


def test_a_message_that_may_have_gone_out_is_not_sent_again_and_starts_nothing() -> None:
    played = play(sent=Uncertain("The line went dead.")).approve(by="@mia")
    assert (played.run.state, played.sent, played.started) == (RunState.PARKED, (), ())
    with pytest.raises(Unfit, match="done, or not done"):
        played.resume(by="@olga")


def test_a_refused_message_is_told_to_the_owner_and_starts_nothing() -> None:
    played = play(sent=Broken("The deal is closed.")).approve(by="@mia")
    assert (played.run.state, played.started) == (RunState.PARKED, ())
    assert "The deal is closed." in played.told_to("owner")


def test_a_crm_that_is_down_is_told_to_the_pager_alone() -> None:
    played = play(sent=Transient("The CRM is down.")).approve(by="@mia")
    assert "The CRM is down." in played.told_to("pager")
    assert "The CRM is down." not in played.told_to("owner")


def test_a_deal_that_cannot_be_read_is_read_again_and_never_typed_in() -> None:
    played = play(deal=[Broken("There is no deal D-201."), DEAL])
    assert (played.run.state, played.run.questions) == (RunState.PARKED, {})
    assert played.resume(by="@olga").approve(by="@mia").sent == (MESSAGE,)


def test_it_is_done_only_when_the_history_counts_the_message() -> None:
    played = play(history=SILENT).approve(by="@mia")
    assert played.run.state is RunState.PARKED
    assert "touches is as it was before" in played.told_to("owner")
    assert len(played.sent) == 1


def test_nobody_decides_for_three_days_and_nothing_is_sent() -> None:
    played = play().pass_time("3d")
    assert (played.run.state, played.sent, played.started) == (RunState.PARKED, (), ())


# --- stages ----------------------------------------------------------------------------------------------------------


def test_in_shadow_nothing_is_sent_and_no_touch_follows() -> None:
    played = play(stage=Stage.SHADOW).pass_time("7d")
    assert (played.sent, played.tried, played.started) == ((), (MESSAGE,), ())


def test_assisted_whoever_sends_it_themselves_also_keeps_the_time_themselves() -> None:
    played = play(stage=Stage.ASSISTED).decide(Verdict.DONE_BY_ME, "@mia")
    assert (played.run.state, played.sent, played.started) == (RunState.DONE, (), ())


# --- its files -------------------------------------------------------------------------------------------------------


def test_the_brief_says_how_far_apart_the_touches_are_and_when_they_stop() -> None:
    rhythm = terms_of("follow_up").brief.cadence
    assert rhythm is not None
    assert rhythm.intervals == (timedelta(days=3), timedelta(days=7), timedelta(days=14))
    assert "answered" in rhythm.stop_when


@pytest.mark.parametrize("name", sorted(SAMPLES))
async def test_every_sample_goes_its_way_without_a_model_server(name: str) -> None:
    touch = SAMPLES[name]
    deal = DEAL.model_copy(update={"deal_id": touch.deal_id})
    facts: dict[str, Fact] = {"touch": touch, "deal": deal, "history": SILENT}
    written = await rehearse("follow_up", "draft", facts)
    body = str(written.fact.model_dump()["body"])
    assert body.startswith(f"{MARK} Hello Nils Aden")
    played = play(touch, deal=deal, draft=written)
    if touch.due:
        played.pass_time(touch.due - played.now)
    assert played.approve(by="@mia").run.state is RunState.DONE


def test_the_expected_messages_keep_the_rules() -> None:
    cases = read_cases(HOME, terms_of("follow_up").definition)
    assert 3 <= len(cases) <= 6
    for case in cases:
        touch, history = case.given["touch"], case.given["history"]
        assert isinstance(touch, crm.Touch)
        assert touch in SAMPLES.values()
        played = play(touch, deal=case.given["deal"], history=history, draft=case.expected["draft"])
        assert played.gate.group == "sales", case.name
        assert len(str(case.expected["draft"].model_dump()["body"]).split()) <= 90


def test_what_stands_in_the_crm_is_never_a_part_of_the_instructions() -> None:
    (prompt,) = terms_of("follow_up").prompts.values()
    assert {"touch", "deal", "history"} == prompt.untrusted
    assert prompt.confidence.endswith("?")
    assert "{{" not in prompt.body
