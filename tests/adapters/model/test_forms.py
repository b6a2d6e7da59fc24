"""Whatever type a workflow asks for, the rehearsal model's answer is valid, the same each time, and honest about it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AwareDatetime, Field, NaiveDatetime, create_model, field_validator, model_validator

from bot.adapters.model.rehearsal import Rehearsal
from bot.adapters.model.rehearsal.shape import Kind, form_of
from bot.domain.intent import Fact
from bot.domain.plain import Plain
from bot.ports.model import Answer, NoAnswer
from tests.adapters.model.asking import ACCOUNT, HINTS, Triage, question, rehearse, ticket
from tests.adapters.model.random_fact import Colour, Leaf, Priority, Tree, facts
from tests.naughty import every_text

MODEL = Rehearsal(monotonic=lambda: 0.0)
SOME_TEXT = st.text(max_size=300) | st.sampled_from(
    [
        "Invoice I-2508 over 149.00 EUR is due on 5 March 2026. Is it urgent? We need 3 licences, a@b.example.",
        "Hola, no puedo pagar la factura 12. ¿Qué hago?",
        "billing bug how-to spam red Blue high low none 9",
    ]
)


async def answer(fact: type[Fact], body: str, subject: str = "") -> Answer | NoAnswer:
    material: dict[str, Plain] = {"ticket": ticket(body, subject), "account": dict(ACCOUNT)}
    return await MODEL.answer(question(fact, material))


@given(facts(), SOME_TEXT, SOME_TEXT)
@settings(max_examples=100)
async def test_any_type_and_any_text_give_a_valid_answer_that_is_the_same_each_time(
    fact: type[Fact], subject: str, body: str
) -> None:
    first = await answer(fact, body, subject)
    assert isinstance(first, Answer)
    assert first == await answer(fact, body, subject)
    assert isinstance(first.fact, fact)
    assert fact.model_validate_json(first.fact.model_dump_json()) == first.fact
    assert first.confidence is not None
    assert 0 <= first.confidence <= 90
    assert first.confidence >= 50 or first.doubts, "whoever is unsure says why"


@every_text
async def test_odd_texts_are_answered_like_any_other(text: str) -> None:
    plain = text.encode("utf-8", "replace").decode()
    said = await answer(Triage, f"There is an error on the page.\n\n{plain}", plain[:300])
    assert isinstance(said, Answer)
    assert len(said.evidence) <= 5


# --- kinds of field ---------------------------------------------------------------------------------------------------


class Everything(Fact):
    amount: Decimal = Field(gt=0, max_digits=8, decimal_places=2)
    count: int = Field(ge=3, le=5)
    share: int = Field(gt=10, lt=12)
    dozen: int = Field(multiple_of=12, ge=30)
    code: str = Field(pattern=r"^[A-Z]{3}$")
    slug: str = Field(pattern=r"^[a-z0-9-]+$", max_length=20)
    long: str = Field(min_length=200)
    short: str = Field(max_length=3)
    colour: Colour
    priority: Priority
    one: Literal["only"]
    at: datetime
    leaf: Leaf
    leaves: tuple[Leaf, ...] = Field(min_length=2, max_length=3)
    unique: frozenset[str] = Field(min_length=3)
    pair: tuple[int, str]
    table: dict[str, int]
    either: int | str
    tree: Tree


@pytest.mark.parametrize("body", ["", "Hello.", "An error in EUR 12.50, red, 4 times, on 2026-03-05T10:00."])
async def test_limits_of_every_kind_are_kept(body: str) -> None:
    said = await answer(Everything, body)
    assert isinstance(said, Answer)
    assert isinstance(said.fact, Everything)
    assert (said.fact.share, said.fact.one, said.fact.dozen) == (11, "only", 36)
    assert len(said.fact.leaves) == 2
    assert len(said.fact.unique) == 3


async def test_what_fits_the_limits_is_taken_from_the_text_and_what_does_not_is_left() -> None:
    class Bounded(Fact):
        licences: int = Field(ge=1, le=10)

    fits = await rehearse(Bounded, "We need 4 licences.", hints={})
    beyond = await rehearse(Bounded, "We need 400 licences.", hints={})
    assert fits.fact == Bounded(licences=4)
    assert beyond.fact == Bounded(licences=1), "never the number, cut to the limit"
    assert (beyond.confidence or 0) < 50 < (fits.confidence or 0)


@pytest.mark.parametrize("kind", [AwareDatetime, NaiveDatetime])
async def test_a_time_comes_with_or_without_its_zone_as_the_type_asks(kind: Any) -> None:
    fields: dict[str, Any] = {"at": (kind, ...)}
    said = await answer(create_model("Timed", __base__=Fact, **fields), "It was on 2026-03-05 10:00.")
    assert isinstance(said, Answer)
    assert said.fact.model_dump()["at"].hour == 10


async def test_a_time_in_the_text_is_utc() -> None:
    class Timed(Fact):
        at: datetime

    assert (await rehearse(Timed, "It was on 2026-03-05 10:00.", hints={})).fact == Timed(
        at=datetime(2026, 3, 5, 10, tzinfo=UTC)
    )


async def test_a_spelling_that_the_pattern_wants_is_found() -> None:
    class Coded(Fact):
        currency: str = Field(pattern=r"^[a-z]{3}$")
        reference: str = Field(pattern=r"^[A-Z0-9-]+$")

    said = await rehearse(Coded, "Reference: ab 12\nWe paid 12 EUR.", hints={})
    assert said.fact == Coded(currency="eur", reference="AB-12")


async def test_a_type_with_rules_of_its_own_gets_the_next_best_value() -> None:
    class Even(Fact):
        count: int

        @field_validator("count")
        @classmethod
        def is_even(cls, value: int) -> int:
            if value % 2:
                raise ValueError("odd")
            return value

    assert (await rehearse(Even, "There are 3 of 7 left, or 8.", hints={})).fact == Even(count=8)


async def test_a_type_that_refuses_everything_gets_no_answer_and_a_reason() -> None:
    class Never(Fact):
        name: str

        @model_validator(mode="after")
        def refuse(self) -> "Never":
            raise ValueError("nothing is good enough")

    said = await answer(Never, "Hello.")
    assert isinstance(said, NoAnswer)
    assert (said.wrong, said.transient) == (True, False)
    assert "nothing is good enough" in said.text
    assert (said.attempts[0].outcome, said.attempts[0].model) == ("invalid", "rehearsal/1")


async def test_a_pattern_that_nothing_meets_gives_no_answer() -> None:
    class Odd(Fact):
        code: str = Field(pattern=r"^zebra [αβγ]{7}$")

    said = await answer(Odd, "Hello.")
    assert isinstance(said, NoAnswer)
    assert "code" in said.text


async def test_a_fact_that_must_hold_itself_gives_no_answer() -> None:
    class Endless(Fact):
        within: "Endless"

    said = await answer(Endless, "Hello.")
    assert isinstance(said, NoAnswer)
    assert "holds itself" in said.text


async def test_a_fact_without_fields_is_answered() -> None:
    class Empty(Fact):
        pass

    assert (await rehearse(Empty, "Hello.")).fact == Empty()


async def test_an_alternative_of_two_facts_is_the_one_that_something_speaks_for() -> None:
    class Paid(Fact):
        kind: Literal["paid"] = "paid"
        invoice_id: str

    class Called(Fact):
        kind: Literal["called"] = "called"
        phone: str

    class Report(Fact):
        what: Annotated[Paid | Called, Field(discriminator="kind")]

    said = await rehearse(Report, "Our phone: +49 30 1234567", hints={})
    assert isinstance(said.fact, Report)
    assert isinstance(said.fact.what, Called)


# --- the form itself --------------------------------------------------------------------------------------------------


def test_the_form_keeps_what_json_schema_loses() -> None:
    form = form_of(Everything)
    amount, priority = form.shape.fields["amount"], form.look_up(form.shape.fields["priority"])
    assert (amount.kind, amount.limits.places, amount.limits.digits) == (Kind.DECIMAL, 2, 8)
    assert amount.limits.above == 0
    assert (priority.choices, priority.names) == ((1, 2), ("LOW", "HIGH"))
    assert form.shape.fields["unique"].limits.unique


def test_the_form_of_a_type_is_worked_out_once() -> None:
    assert form_of(Triage) is form_of(Triage)


# --- the contract -----------------------------------------------------------------------------------------------------


async def test_every_answer_is_labelled_a_rehearsal_and_costs_nothing() -> None:
    said = await rehearse(Triage, "An error.")
    (tried,) = said.attempts
    assert (MODEL.name, MODEL.rehearsal, said.rehearsed) == ("rehearsal/1", True, True)
    assert (tried.model, tried.dialect, tried.outcome, tried.finish) == ("rehearsal/1", "rules", "answered", "stop")
    assert (tried.input_tokens, tried.output_tokens, tried.cost_micros) == (None, None, 0)
    assert (tried.prompt, tried.n) == ("triage@a1b2c3d", 1)
    assert MODEL.estimate_micros(question(Triage, {})) == 0


async def test_the_time_it_took_is_measured_with_the_clock_it_was_given() -> None:
    ticks = iter([10.0, 10.25])
    said = await Rehearsal(monotonic=lambda: next(ticks)).answer(question(Triage, {"ticket": ticket("An error.")}))
    assert said.attempts[0].latency_ms == 250


@pytest.mark.parametrize("body", ["An error on the page of invoice I-7.", "Is it down? Refund the payment.", ""])
async def test_every_quote_stands_in_the_material(body: str) -> None:
    said = await rehearse(Triage, body)
    assert not any("does not stand in the material" in doubt for doubt in said.doubts)
    assert all(quote in body for quote in said.evidence)


@pytest.mark.parametrize(
    "material",
    [
        {},
        {"ticket": None},
        {"ticket": "An error on this page, and nobody knows where it comes from."},
        {"ticket": {"parts": [{"body": "An error."}, {"body": "Still."}]}},
        {"ticket": [[["An error."]]]},
        {"ticket": {"body": 12}},
    ],
    ids=["nothing", "null", "text", "parts", "lists", "number"],
)
async def test_material_of_any_shape_can_be_read(material: dict[str, Plain]) -> None:
    assert isinstance(await MODEL.answer(question(Triage, material)), Answer)


@pytest.mark.parametrize("hints", [{}, {"category": 3}, {"category": None}, {"category": {"bug": 7}}, {"urgent": [1]}])
async def test_hints_of_the_wrong_form_do_no_harm(hints: dict[str, Plain]) -> None:
    assert isinstance((await rehearse(Triage, "An error.", hints=hints)).fact, Triage)


async def test_a_sample_gets_no_better_answer_than_a_text_never_seen() -> None:
    seen = await rehearse(Triage, "We see two payments for February, please refund one of them.", hints=HINTS)
    unseen = await rehearse(Triage, "Two payments left our bank for May; we would like a refund.", hints=HINTS)
    assert isinstance(seen.fact, Triage)
    assert isinstance(unseen.fact, Triage)
    assert (seen.fact.category, seen.confidence) == (unseen.fact.category, unseen.confidence)
    assert seen.fact.summary != unseen.fact.summary
