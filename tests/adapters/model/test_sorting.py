"""The rehearsal model sorts by the owner's words: what stands there decides, and what does not is a doubt."""

from enum import Enum, IntEnum
from typing import Literal

import pytest

from bot.domain.intent import Fact
from bot.domain.plain import Plain
from tests.adapters.model.asking import HINTS, Category, Triage, rehearse, triage


@pytest.mark.parametrize(
    ("body", "category"),
    [
        ("You have charged us twice for February.", Category.BILLING),
        ("The invoices of last year are gone, and so is one payment.", Category.BILLING),
        ("Bitte schicken Sie uns die RECHNUNGEN noch einmal.", Category.BILLING),
        ("La dernière facture n'est pas juste.", Category.BILLING),
        ("Whenever I press save it crashes.", Category.BUG),
        ("The export doesn’t work, it does not work at all.", Category.BUG),
        ("Seit heute früh kommt nur noch Fehler 503.", Category.BUG),
        ("How do I add a second shop?", Category.HOW_TO),
        ("Where do I find the list?", Category.HOW_TO),
        ("We offer you a guest post on our casino page.", Category.SPAM),
    ],
)
async def test_a_ticket_is_sorted_by_the_words_that_stand_there(body: str, category: Category) -> None:
    fact, answer = await triage(body)
    assert fact.category is category
    assert answer.confidence is not None
    assert 50 < answer.confidence <= 90
    assert not any("category" in doubt for doubt in answer.doubts)


@pytest.mark.parametrize(
    "body",
    [
        "The colour of the sign in front of the shop has changed.",
        "Same as last time, please do it again.",
        "",
        "…",
        "12345",
        "The discharge was recharged.",
    ],
)
async def test_where_no_word_stands_the_confidence_is_low_and_the_doubt_says_why(body: str) -> None:
    fact, answer = await triage(body)
    assert fact.category is Category.HOW_TO, "what the hints name for this case"
    assert answer.confidence is not None
    assert answer.confidence < 50
    assert "No hint word for category; took how-to." in answer.doubts
    assert not any("charge" in quote for quote in answer.evidence)


async def test_the_quotes_are_the_sentences_that_decided() -> None:
    _, answer = await triage("Good morning. Your update broke nothing. But you charged us twice. See you.")
    assert answer.evidence == ("But you charged us twice.",)


async def test_more_words_make_it_surer_and_words_for_something_else_less_sure() -> None:
    sure = [
        (await triage(body))[1].confidence
        for body in (
            "I see an error.",
            "I see an error, then a crash.",
            "I see an error on the invoice and a crash.",
            "I see an error on the invoice.",
        )
    ]
    one, two, two_to_one, tie = (it or 0 for it in sure)
    assert tie < 50 < two_to_one < one <= two <= 90


async def test_a_tie_is_named_as_a_doubt() -> None:
    _, answer = await triage("I see an error on the invoice.")
    assert any("equally likely" in doubt and "billing" in doubt and "bug" in doubt for doubt in answer.doubts)


async def test_repeating_a_word_does_not_make_it_surer() -> None:
    once, often = (await triage("An error."))[1], (await triage("An error, error, error, errors, ERROR!"))[1]
    assert once.confidence == often.confidence


async def test_the_subject_counts_twice() -> None:
    fact, _ = await triage("There is an error somewhere.", "Refund of a payment")
    assert fact.category is Category.BILLING


async def test_a_word_that_is_denied_does_not_count() -> None:
    fact, _ = await triage("This is not an invoice, it is an error.")
    assert fact.category is Category.BUG


async def test_what_stands_in_older_records_does_not_sort_a_ticket() -> None:
    _, answer = await triage("The sign is blue.")  # the account's last ticket was about an invoice
    assert answer.confidence is not None
    assert answer.confidence < 50


@pytest.mark.parametrize(
    ("body", "urgent", "low"),
    [
        ("Everything is down since noon, an error.", True, False),
        ("Please answer immediately, there is an error.", True, False),
        ("DRINGEND: ein Fehler!", True, False),
        ("There is an error. It is not urgent.", False, False),
        ("There is an error. Answer whenever you have time.", False, False),
        ("There is an error.", False, False),
    ],
)
async def test_yes_and_no_go_by_their_words(body: str, urgent: bool, low: bool) -> None:
    fact, answer = await triage(body)
    assert fact.urgent is urgent
    assert ((answer.confidence or 0) < 50) is low


class Flags(Fact):
    paid: bool
    is_new: bool = True


async def test_a_yes_or_no_without_any_words_is_a_guess() -> None:
    answer = await rehearse(Flags, "The sign is blue.", hints={})
    assert answer.fact == Flags(paid=False, is_new=True)
    assert "No word for paid; took no." in answer.doubts
    assert (answer.confidence or 0) < 50


async def test_a_yes_or_no_goes_by_its_own_name() -> None:
    answer = await rehearse(Flags, "We have paid already. The account is new.", hints={})
    assert answer.fact == Flags(paid=True, is_new=True)
    assert (answer.confidence or 0) > 50


class Colour(Enum):
    RED = "r"
    DEEP_BLUE = "b"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Sign(Fact):
    colour: Colour
    level: Level
    size: Literal["small", "large"]
    country: Literal["only one"]


async def test_members_are_found_by_their_value_or_their_name() -> None:
    answer = await rehearse(Sign, "A large sign in deep blue; the level is 2.", hints={})
    assert answer.fact == Sign(colour=Colour.DEEP_BLUE, level=Level.HIGH, size="large", country="only one")
    assert (answer.confidence or 0) >= 70


@pytest.mark.parametrize("key", ["b", "DEEP_BLUE"])
async def test_hints_may_name_a_member_by_its_value_or_its_name(key: str) -> None:
    hints: dict[str, Plain] = {"colour": {key: ["azure"]}}
    answer = await rehearse(Sign, "Large, high and azure.", hints=hints)
    assert isinstance(answer.fact, Sign)
    assert answer.fact.colour is Colour.DEEP_BLUE


class Optional(Fact):
    colour: Colour | None = None
    level: Level | None
    size: Literal["small", "large"] = "large"


async def test_what_may_stay_empty_stays_empty_where_nothing_speaks_for_it() -> None:
    answer = await rehearse(Optional, "Hello.", hints={})
    assert answer.fact == Optional(colour=None, level=None, size="large")
    assert answer.doubts == ()


class Kind(Fact):
    kind: Literal["wholesale", "other", "retail"]


@pytest.mark.parametrize("hints", [{}, {"kind": "other"}, {"kind": {"otherwise": "other"}}, {"kind": {"retail": []}}])
async def test_without_a_word_the_most_harmless_member_is_taken(hints: dict[str, Plain]) -> None:
    assert (await rehearse(Kind, "The sign is blue.", hints=hints)).fact == Kind(kind="other")


async def test_a_hint_for_the_empty_case_wins_over_the_rules_for_it() -> None:
    assert (await rehearse(Kind, "The sign is blue.", hints={"kind": "retail"})).fact == Kind(kind="retail")


class Topics(Fact):
    topics: tuple[Category, ...]


async def test_a_list_of_members_holds_each_one_that_something_speaks_for() -> None:
    hints: dict[str, Plain] = {"topics": {"billing": "invoice", "bug": ["error"], "spam": "casino"}}
    answer = await rehearse(Topics, "An error on the invoice.", hints=hints)
    assert answer.fact == Topics(topics=(Category.BILLING, Category.BUG))


async def test_an_earlier_answer_under_the_same_name_is_kept() -> None:
    earlier: dict[str, Plain] = {"category": "bug", "summary": "x", "urgent": True}
    answer = await rehearse(Kind, "retail", hints={}, first={"kind": "wholesale"}, triage=earlier)
    assert answer.fact == Kind(kind="wholesale")


async def test_a_reviewers_remark_weighs_more_than_the_text() -> None:
    answer = await rehearse(Triage, "An error on the screen.", hints=HINTS, remark="This is about a payment.")
    assert isinstance(answer.fact, Triage)
    assert answer.fact.category is Category.BILLING


@pytest.mark.parametrize(
    ("body", "category"),
    [
        ("Our bank shows two payments, one of them has to come back as a refund.", Category.BILLING),
        ("Die Zahlung wurde doppelt abgebucht.", Category.BILLING),
        ("Necesitamos un reembolso.", Category.BILLING),
        ("Der Drucker funktioniert nicht mehr.", Category.BUG),
        ("L'étiqueteuse ne marche pas.", Category.BUG),
        ("Desde ayer no funciona la lista.", Category.BUG),
        ("Is there a way to merge two lists?", Category.HOW_TO),
        ("Wie können wir zwei Listen verbinden?", Category.HOW_TO),
        ("Como podemos juntar duas listas?", Category.HOW_TO),
        ("Our experts bring you to page one. To unsubscribe, reply no.", Category.SPAM),
    ],
)
async def test_names_that_every_desk_knows_need_no_hints(body: str, category: Category) -> None:
    fact, answer = await triage(body, hints={"urgent": {"true": []}})
    assert fact.category is category
    assert (answer.confidence or 0) >= 60


async def test_one_word_in_the_text_counts_once_however_many_hints_it_meets() -> None:
    _, plain = await triage("An error.")
    doubled = await rehearse(Triage, "An error.", hints={"category": {"bug": ["err", "erro", "error", "errors"]}})
    assert (plain.confidence or 0) >= (doubled.confidence or 0)


class Paid(Fact):
    paid: bool


async def test_however_many_words_agree_it_is_never_surer_than_ninety() -> None:
    words = [f"word{n}" for n in range(40)]
    answer = await rehearse(Paid, f"paid {' '.join(words)}", hints={"paid": [*words]})
    assert (answer.fact, answer.confidence) == (Paid(paid=True), 90)
