"""The form of an answer is a strict JSON Schema, whatever the fact: closed, complete, in the order it is written."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from bot.adapters.model.engine.form import HOW_SURE, MOST_DOUBTS, MOST_QUOTES, SURENESS, form_of
from bot.adapters.model.engine.judging import judge
from bot.adapters.model.rehearsal import Rehearsal
from bot.domain.errors import Misdeclared
from bot.domain.intent import Fact
from bot.domain.outcome import Outcome
from bot.domain.schema import lint_schema
from bot.ports.model import Answer
from tests.adapters.model.asking import Draft, Triage, question, ticket
from tests.adapters.model.random_fact import facts
from tests.adapters.model.wired import envelope, said

REFUSED_BY_SERVERS = {
    "$ref",
    "$defs",
    "oneOf",
    "allOf",
    "not",
    "if",
    "default",
    "title",
    "discriminator",
    "prefixItems",
}
TICKET = {"ticket": ticket("I was charged twice for order 77, on 2 March.", "Charged twice")}


def parts(schema: object) -> Iterator[Mapping[str, Any]]:
    """Every schema in a schema."""
    if isinstance(schema, dict):
        whole = cast("dict[str, Any]", schema)
        yield whole
        for one in (*whole.get("properties", {}).values(), *whole.get("anyOf", ()), whole.get("items")):
            yield from parts(one)


def fits(form: object, value: Any) -> bool:
    validator: Any = Draft202012Validator(cast("Any", form))
    return bool(validator.is_valid(value))


def test_what_it_rests_on_comes_first_and_how_sure_it_is_comes_last() -> None:
    form: Any = form_of(Triage)
    assert form["required"] == [*form["properties"]] == ["evidence", "answer", "doubts", "confidence"]
    assert form["properties"]["answer"]["required"] == ["category", "urgent", "summary"]


def test_how_sure_it_is_is_asked_in_the_words_of_the_prompt() -> None:
    asked: Any = form_of(Triage, "How sure are you of the category?")["properties"]
    assert asked["confidence"] == {
        "type": "string",
        "enum": [*SURENESS],
        "description": "How sure are you of the category?",
    }
    plain: Any = form_of(Triage)["properties"]
    assert plain["confidence"]["description"] == HOW_SURE
    assert (plain["evidence"]["maxItems"], plain["doubts"]["maxItems"]) == (MOST_QUOTES, MOST_DOUBTS)


@given(facts())
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_fact_the_form_is_strict_or_the_fact_is_refused(fact: type[Fact]) -> None:
    if lint_schema(fact):
        with pytest.raises(Misdeclared):
            form_of(fact)
        return
    form: Any = form_of(fact)
    Draft202012Validator.check_schema(form)
    for one in parts(form):
        assert not REFUSED_BY_SERVERS & one.keys()
        if one.get("type") == "object":
            assert one["required"] == [*one["properties"]]
            assert one["additionalProperties"] is False
    assert [*form["properties"]["answer"]["properties"]] == [*fact.model_fields]
    json.dumps(form)


@given(facts())
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
async def test_a_valid_fact_in_its_envelope_fits_its_form_and_is_taken(fact: type[Fact]) -> None:
    if lint_schema(fact):
        return
    answer = await Rehearsal(monotonic=lambda: 0.0).answer(question(fact, TICKET))
    if not isinstance(answer, Answer):
        return
    text = envelope(answer.fact)
    assert fits(form_of(fact), json.loads(text))
    found = judge(said(text), fact, TICKET)
    assert (found.outcome, found.problems) == (Outcome.ANSWERED, ())
    assert found.fact == answer.fact


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer": {"body": "x"}},
        {"evidence": [], "answer": {"body": "x"}, "doubts": [], "confidence": "very"},
        {"evidence": [], "answer": {"body": 1}, "doubts": [], "confidence": "sure"},
        {"evidence": [], "answer": {"body": "x", "to": "me"}, "doubts": [], "confidence": "sure"},
        {"evidence": [], "answer": {"body": "x"}, "doubts": [], "confidence": "sure", "approved": True},
        {"evidence": "x", "answer": {"body": "x"}, "doubts": [], "confidence": "sure"},
    ],
    ids=repr,
)
def test_what_does_not_fit_the_form_does_not_pass_the_judge(wrong: dict[str, object]) -> None:
    assert not fits(form_of(Draft), wrong)
    assert judge(said(json.dumps(wrong)), Draft, TICKET).outcome is Outcome.INVALID
