"""What holds for the answers of every model: quotes are checked, and hashes tell whether two calls were the same."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.model.envelope import (
    attempt,
    check_evidence,
    input_hash,
    output_hash,
    schema_hash,
    texts_of,
)
from bot.domain.intent import Fact
from bot.domain.plain import Plain
from tests.adapters.model.asking import Category, Draft, Triage, question, ticket
from tests.naughty import UNICODE

MATERIAL: dict[str, Plain] = {
    "ticket": ticket("We were charged twice.\nPlease  refund one payment of 149.00 EUR.", "Charged twice"),
    "account": {"name": "Radhaus Ahorn", "open_invoices": 2, "recent_tickets": ["Invoice is missing"]},
}
ASKED = question(Triage, MATERIAL)


@pytest.mark.parametrize(
    "quote",
    [
        "We were charged twice.",
        "we WERE charged",
        "charged twice. Please refund one payment",
        "“refund one payment”",
        "…payment of 149.00 EUR…",
        "Invoice is missing",
        "Radhaus Ahorn",
    ],
)
def test_a_quote_that_stands_in_the_material_is_evidence(quote: str) -> None:
    assert check_evidence([quote], MATERIAL) == ((quote,), ())


@pytest.mark.parametrize("quote", ["We were charged three times.", "refund both payments", "Radhaus  Birke", "T-2"])
def test_a_quote_that_does_not_stand_there_becomes_a_doubt(quote: str) -> None:
    evidence, (doubt,) = check_evidence([quote], MATERIAL)
    assert evidence == ()
    assert "does not stand in the material" in doubt
    assert quote.split()[0] in doubt


@pytest.mark.parametrize("quote", ["", " ", "…", "e", '""', "a "])
def test_a_quote_of_almost_nothing_proves_nothing(quote: str) -> None:
    evidence, doubts = check_evidence([quote], MATERIAL)
    assert (evidence, len(doubts)) == ((), 1)


def test_a_quote_does_not_run_from_one_field_into_the_next() -> None:
    assert check_evidence(["Charged twice We were charged"], MATERIAL)[0] == ()


def test_the_same_quote_counts_once_and_the_order_stays() -> None:
    quotes = ["refund one", "charged twice", "refund one"]
    assert check_evidence(quotes, MATERIAL)[0] == ("refund one", "charged twice")


def test_what_is_hidden_in_a_text_does_not_hide_a_quote() -> None:
    assert check_evidence(["charged twice"], {"ticket": "char\u200bged\u202e twice"})[0] == ("charged twice",)


def test_a_long_invented_quote_makes_a_short_doubt() -> None:
    _, (doubt,) = check_evidence(["nonsense " * 500], MATERIAL)
    assert len(doubt) < 200


def test_numbers_can_be_quoted_as_they_are_written() -> None:
    assert check_evidence(["149"], {"account": {"cents": 14900}})[0] == ("149",)


def test_all_texts_of_plain_data_are_found_at_any_depth() -> None:
    assert list(texts_of({"a": ["x", {"b": "y", "c": None}], "d": 3, "e": True})) == ["x", "y", "3", "True"]


@given(st.text(min_size=4, max_size=60))
def test_a_text_quoted_in_full_is_always_evidence_or_nothing_but_signs(text: str) -> None:
    evidence, doubts = check_evidence([text], {"ticket": text})
    assert len(evidence) + len(doubts) == 1
    if sum(letter.isascii() and letter.isalnum() for letter in text) >= 3 and text.isascii() and text.isprintable():
        assert evidence == (text,)


@pytest.mark.parametrize("text", [t for t in UNICODE.values() if t.isprintable()])
def test_odd_letters_break_no_check(text: str) -> None:
    evidence, doubts = check_evidence([text], {"ticket": f"before {text} after"})
    assert len(evidence) + len(doubts) == 1


# --- hashes ---------------------------------------------------------------------------------------------------------


def test_the_same_question_has_the_same_hash_whatever_run_asks_it() -> None:
    assert input_hash(ASKED) == input_hash(replace(ASKED, key="another run", workflow="other"))


@pytest.mark.parametrize(
    "changed",
    [
        replace(ASKED, instructions="Sort it well."),
        replace(ASKED, prompt="triage@fffffff"),
        replace(ASKED, remark="shorter"),
        replace(ASKED, previous={"category": "bug"}),
        replace(ASKED, previous={}),
        replace(ASKED, material={**MATERIAL, "ticket": "something else"}),
        replace(ASKED, material={"ticket": MATERIAL["ticket"]}),
    ],
    ids=["instructions", "prompt", "remark", "previous", "empty previous", "text", "inputs"],
)
def test_whatever_the_model_reads_changes_the_hash(changed: object) -> None:
    assert isinstance(changed, type(ASKED))
    assert input_hash(changed) != input_hash(ASKED)


def test_the_order_of_the_inputs_does_not_change_the_hash() -> None:
    turned: Mapping[str, Plain] = dict(reversed(MATERIAL.items()))
    assert input_hash(replace(ASKED, material=turned)) == input_hash(ASKED)


class Wider(Fact):
    body: str


def test_the_form_has_a_hash_of_its_own() -> None:
    assert schema_hash(Draft) == schema_hash(Draft)
    assert len({schema_hash(Draft), schema_hash(Triage), schema_hash(Wider)}) == 3


def test_the_answer_has_a_hash_of_its_own() -> None:
    one = Triage(category=Category.BUG, urgent=False, summary="x")
    assert output_hash(one) == output_hash(one.model_copy())
    assert output_hash(one) != output_hash(one.model_copy(update={"urgent": True}))


def test_an_attempt_names_the_prompt_and_all_three_hashes() -> None:
    fact = Triage(category=Category.BUG, urgent=False, summary="x")
    tried = attempt(ASKED, model="m/1", outcome="answered", answer=fact)
    assert (tried.model, tried.prompt, tried.outcome) == ("m/1", "triage@a1b2c3d", "answered")
    assert {len(one) for one in (tried.input_hash, tried.schema_hash, tried.output_hash)} == {64}
    assert (tried.cost_micros, tried.input_tokens) == (None, None), "what nobody said is unknown, not zero"


def test_an_attempt_without_an_answer_has_no_output_hash() -> None:
    assert attempt(ASKED, model="m/1", outcome="unavailable").output_hash == ""
