"""What a card says around its action, in parts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.around import noted
from bot.domain.card import Used, card_of
from bot.domain.content import Around, Card, Changed, Line
from bot.domain.effect import Execute
from bot.domain.event import Verdict
from bot.domain.plain import Plain
from bot.domain.run import ActionStatus, Ask, GateStatus, Mode, card_id
from bot.intents import helpdesk
from bot.testing.play import Play
from tests.made import EVE, LEO, MIA, Watched, asking, credit_run, terms_of, three_run, triage_run
from workflows.support_triage import Category, Triage


def card(played: Play, used: Used | None = None) -> Card:
    step = next(iter(played.run.questions), "") or played.gate.step
    found = card_of(played.run, played.terms, step, used)
    assert found is not None
    return found


def around(played: Play, used: Used | None = None) -> Around:
    found = card(played, used).around
    assert found is not None
    return found


def test_an_open_gate_says_who_is_asked_and_until_when() -> None:
    played = credit_run()
    found = around(played)
    assert (found.status, found.ask, found.mode) == (GateStatus.OPEN, None, Mode.EXECUTE)
    assert (found.id, found.group) == (played.gate.id, "support")
    assert found.expires_at == played.gate.expires_at
    assert found.guessed == ("idea",)


def test_a_card_is_known_by_the_same_id_whoever_asks() -> None:
    played = credit_run()
    assert played.gate.id == card_id(played.run.id, "approved")
    asked = Watched(terms_of(asking("support")), reads={})
    assert around(asked).id == card_id(asked.run.id, asked.question.step)
    assert around(asked).ask is Ask.INQUIRE


def test_an_edit_shows_what_was_proposed_beside_what_is_decided_on_now() -> None:
    played = credit_run().edit(MIA, cents=30_00)
    assert card(played).deeds[0].changed == (Changed("cents", "5000 (50.00 EUR)", "3000 (30.00 EUR)"),)
    assert around(played).editors == ("play/mia",)
    assert card(credit_run()).deeds[0].changed == ()


def test_everybody_who_voted_is_named_with_their_words() -> None:
    played = credit_run(brief={"reviewers": {"support": {"needed": 2, "deny": 2}}}).approve(MIA)
    played = played.reject(LEO, "wrong facts", "It was paid back.")
    said = [(one.person, one.did, one.reason, one.text) for one in around(played).votes]
    assert said == [("play/mia", "approved", "", ""), ("play/leo", "rejected", "wrong facts", "It was paid back.")]


def test_a_remark_is_kept_with_who_made_it() -> None:
    found = around(credit_run().decide(Verdict.COMMENT, EVE, text="They called, too."))
    assert [(one.person, one.did, one.text) for one in found.voices] == [("play/eve", "comment", "They called, too.")]


def test_what_is_read_again_before_anything_is_done_comes_first_among_the_key_facts() -> None:
    found = around(triage_run())
    assert [line.name for line in found.key[:3]] == ["plan", "standing", "open_invoices"]
    assert found.key[3:6] == (Line("category", "bug"), Line("urgent", "no"), Line("summary", "They ask."))


def test_what_is_empty_is_no_key_fact() -> None:
    said = Triage(category=Category.BUG, urgent=False, summary="")
    names = [line.name for line in around(triage_run(answers={"triage": [said]})).key]
    assert "urgent" in names
    assert "summary" not in names


def test_the_rules_of_the_brief_stand_with_whether_they_hold() -> None:
    assert around(triage_run()).rules == (
        ("An answer goes to the ticket it was written for.", True),
        ("An answer has no unfilled placeholder.", True),
    )
    rule = {"rule": "No more than 500.", "holds": "is_at_most_500"}
    broken = credit_run(brief={"invariants": [rule]})
    assert around(broken).rules == (("No more than 500.", True),)


def test_the_budget_counts_what_is_about_to_be_done() -> None:
    assert around(credit_run()).budget == ("Actions in this run: 1 of 5",)
    assert around(credit_run().approve(MIA)).budget == ("Actions in this run: 1 of 5",)
    assert around(credit_run(brief={"stage": "assisted"})).budget == ()
    assert around(credit_run().reject(MIA, "wrong facts")).budget == ()
    counted = around(credit_run(brief={"limits": {"cost_per_run": "0.50 USD"}}), Used(today=12, on_record_today=1))
    assert counted.budget == (
        "Actions in this run: 1 of 5",
        "Used today: 12 of 200",
        "On this record today: 1 of 3",
        "Cost: 0.0000 USD of 0.50 USD",
    )


def test_what_was_done_comes_back_with_its_receipt_and_can_be_undone() -> None:
    played = credit_run().approve(MIA)
    found = around(played)
    assert [(one.status, bool(one.id)) for one in found.outcomes] == [(ActionStatus.DONE, True)]
    assert found.undoable
    assert played.run.ended_at is not None
    assert found.undo_until == played.run.ended_at + timedelta(days=90)


def test_what_is_not_done_yet_cannot_be_undone() -> None:
    assert not around(credit_run(hold=[Execute]).approve(MIA)).undoable
    assert not around(triage_run().approve(MIA)).undoable, "The customer has read it."


def test_the_amount_is_typed_before_something_grave_and_the_target_where_there_is_none() -> None:
    credit, reply = card(credit_run()), card(triage_run())
    assert (credit.to_type, reply.to_type) == ("", "")
    money, letter = (replace(one.deeds[0], grave=True) for one in (credit, reply))
    assert replace(credit, deeds=(money,)).to_type == "50.00 EUR"
    assert replace(reply, deeds=(letter,)).to_type == "T-1"
    assert replace(credit, deeds=(letter, credit.deeds[0])).to_type == "T-1"
    assert replace(credit, deeds=(money, letter, money)).to_type == "50.00 EUR 50.00 EUR"


def test_only_what_destroys_or_pays_for_good_is_grave() -> None:
    assert not card(credit_run()).deeds[0].grave
    assert not card(triage_run()).deeds[0].grave
    assert [deed.grave for deed in card(three_run()).deeds] == [False, False, False]


def test_whoever_only_asked_for_the_run_sees_what_they_gave_and_no_more() -> None:
    asked = card(Watched(terms_of(asking("requester")), reads={}))
    assert {one.source for one in asked.evidence} <= {"trigger"}


def test_what_has_to_be_done_by_hand_stands_on_the_card_that_asks_for_it() -> None:
    asked = card(credit_run(brief={"stage": "assisted"}).approve(MIA))
    assert asked.verbs[0] == "done-by-me"
    assert [deed.kind for deed in asked.deeds] == [helpdesk.GrantCredit.kind()]


@pytest.mark.parametrize(
    ("value", "currency", "said"),
    [
        (50_00, "EUR", "50.00 EUR"),
        (5, "EUR", "0.05 EUR"),
        (1234, "KWD", "1.234 KWD"),
        (50, "JPY", ""),
        (50, "XXX", ""),
        (-5, "EUR", ""),
        (True, "EUR", ""),
        (10**40, "EUR", ""),
        ("5", "EUR", ""),
        (5, None, ""),
    ],
)
def test_an_amount_is_said_in_its_currency_where_there_is_no_doubt(value: Plain, currency: Plain, said: str) -> None:
    assert noted("cents", {"cents": value, "currency": currency}) == said
    assert noted("count", {"count": value, "currency": currency}) == ""
