"""A fact becomes a schema that strict servers take, or a sentence that says why none can."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import GenericAlias, new_class
from typing import Annotated, Literal, TypeGuard

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from bot.domain.errors import Misdeclared
from bot.domain.intent import Fact
from bot.domain.plain import is_object
from bot.domain.schema import FORMATS, MOST_LEVELS, inexact_fields, lint_schema, strict_schema
from tests.domain.sample import Triage


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Line(Fact):
    """One line of an order."""

    item: str
    count: int = Field(gt=0, le=99)


class Order(Fact):
    """What was ordered."""

    kind: Literal["order"]
    colour: Colour = Field(default=Colour.RED, description="As the customer said it.")
    note: str = Field(default="", min_length=1, max_length=80, pattern="^[a-z]+$")
    total: Decimal
    due: datetime
    day: date | None = None
    lines: tuple[Line, ...] = Field(max_length=3)
    first: Line
    gift: bool = False


def made(name: str, **fields: object) -> type[Fact]:
    """A fact with these fields, each of that type."""
    fact = new_class(name, (Fact,), {}, lambda body: body.update(__annotations__=fields, __module__=__name__))
    assert issubclass(fact, Fact)
    return fact


def is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def part(schema: object, *keys: str) -> object:
    for key in keys:
        assert is_object(schema)
        schema = schema[key]
    return schema


def every_node(schema: object) -> list[dict[str, object]]:
    if is_list(schema):
        return [node for one in schema for node in every_node(one)]
    if not is_object(schema):
        return []
    return [schema, *(node for one in schema.values() for node in every_node(one))]


def test_every_object_is_closed_and_every_field_required() -> None:
    for node in every_node(strict_schema(Order)):
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            properties = node["properties"]
            assert is_object(properties)
            assert node["required"] == list(properties)


def test_what_strict_servers_refuse_is_not_in_it() -> None:
    refused = {"$ref", "$defs", "oneOf", "allOf", "default", "title", "const", "pattern", "maxLength", "prefixItems"}
    schema = strict_schema(Order)
    names = set(Order.model_fields) | set(Line.model_fields)
    assert not refused & {key for node in every_node(schema) for key in node.keys() - names}


def test_what_no_server_enforces_is_said_in_words() -> None:
    assert part(strict_schema(Order), "properties", "note") == {
        "type": "string",
        "description": "(at least 1 characters, at most 80 characters, matching ^[a-z]+$)",
    }


def test_bounds_of_numbers_and_lists_stay() -> None:
    schema = strict_schema(Order)
    count = {"type": "integer", "exclusiveMinimum": 0, "maximum": 99}
    assert part(schema, "properties", "first", "properties", "count") == count
    assert part(schema, "properties", "lines", "maxItems") == 3


def test_closed_sets_times_and_amounts_keep_their_meaning() -> None:
    schema = strict_schema(Order)
    assert part(schema, "properties", "kind") == {"type": "string", "enum": ["order"]}
    assert part(schema, "properties", "colour") == {
        "type": "string",
        "enum": ["red", "blue"],
        "description": "As the customer said it.",
    }
    assert part(schema, "properties", "due") == {"type": "string", "format": "date-time"}
    assert part(schema, "properties", "total", "type") == "string"


def test_a_field_that_may_be_missing_is_a_union_with_null() -> None:
    assert part(strict_schema(Order), "properties", "day", "anyOf") == [
        {"type": "string", "format": "date"},
        {"type": "null"},
    ]


def test_the_docstring_tells_the_model_what_the_fact_is() -> None:
    schema = strict_schema(Order)
    assert part(schema, "description") == "What was ordered."
    assert part(schema, "properties", "lines", "items", "description") == "One line of an order."


def test_the_facts_of_support_triage_pass() -> None:
    assert lint_schema(Triage) == ()


class Itself(Fact):
    child: "Itself | None" = None


class Loose(BaseModel):
    anything: str


class Tagged(Fact):
    kind: Literal["a"]


class Told(Fact):
    kind: Literal["b"]


def with_field(annotation: object) -> type[Fact]:
    return made("Made", it=annotation)


@pytest.mark.parametrize(
    ("annotation", "why"),
    [
        (dict[str, str], "has no named fields"),
        (dict[str, object], "has no named fields"),
        (object, "may be anything"),
        (list[object], "may be anything"),
        (list, "may be anything"),
        (tuple[int, str], "is a tuple whose places differ"),
        (set[str], "is a set"),
        (frozenset[Colour], "is a set"),
        (int | str, "may be one of several types"),
        (Annotated[Tagged | Told, Field(discriminator="kind")], "may be one of several types"),
        (float, "is a number with fractions"),
        (list[float], "is a number with fractions"),
        (bytes, "is bytes"),
        (None, "can only be nothing"),
        (Itself, "holds itself"),
        (Literal[1, "a"], "may be anything"),
        (Callable[[], int], "has no JSON Schema"),
    ],
    ids=str,
)
def test_what_no_strict_schema_can_express_is_named(annotation: object, why: str) -> None:
    (sentence,) = lint_schema(with_field(annotation))
    assert why in sentence
    assert sentence.startswith("“Made.it") or "Made" in sentence
    assert sentence.endswith(".")


def nested(levels: int) -> type[Fact]:
    fact = made("Innermost", text=str)
    for n in range(levels - 1):
        fact = made(f"Level{n}", inner=fact)
    return fact


def test_nine_levels_pass_because_the_envelope_is_the_tenth() -> None:
    assert lint_schema(nested(MOST_LEVELS)) == ()
    (sentence,) = lint_schema(nested(MOST_LEVELS + 1))
    assert "nested more than 9 levels deep" in sentence


def test_a_list_counts_as_a_level() -> None:
    deep = nested(MOST_LEVELS - 1)
    assert "nested more than" in lint_schema(made("Listed", many=GenericAlias(list, deep)))[0]


def test_a_model_that_ignores_what_it_does_not_know_is_closed_for_the_server() -> None:
    schema = strict_schema(with_field(Loose))
    assert part(schema, "properties", "it", "additionalProperties") is False


def with_members(members: int, letters: int = 1) -> type[Fact]:
    names = [f"{n}".zfill(letters) for n in range(members)]
    return with_field(StrEnum("Many", [(f"m{name}", name) for name in names]))


def test_a_closed_set_may_not_be_too_large() -> None:
    assert lint_schema(with_members(1_000)) == ()
    assert "more than 1,000 members" in lint_schema(with_members(1_001))[0]


def test_a_large_closed_set_may_not_be_too_wordy() -> None:
    assert lint_schema(with_members(250, letters=100)) == ()
    assert "may have 15,000 letters" in lint_schema(with_members(251, letters=60))[0]


def test_too_many_fields_are_refused_without_counting_them_all() -> None:
    fact: type[Fact] = Line
    for level in range(7):
        fact = made(f"Wide{level}", **{f"f{n}": fact for n in range(12)})
    sentences = lint_schema(fact)
    assert "more than 5,000 fields" in sentences[0]
    assert len(sentences) < 10


def test_a_name_that_servers_do_not_take_is_named() -> None:
    assert "at most 64 plain letters" in lint_schema(made("M" * 65, it=str))[0]
    assert "at most 64 plain letters" in lint_schema(made("Größe", it=str))[0]


def test_asking_for_the_schema_of_such_a_fact_is_a_mistake_of_the_workflow() -> None:
    with pytest.raises(Misdeclared, match=r"“Made.it” is a set.*countersign check"):
        strict_schema(with_field(set[str]))


def test_numbers_that_records_cannot_hold_are_found_apart() -> None:
    class Reading(Fact):
        place: tuple[int, int]
        value: float
        amount: Decimal

    assert inexact_fields(Reading) == ("Reading.value",)


kinds = st.sampled_from([str, int, bool, Decimal, date, datetime, Colour, Line, str | None, Line | None])
lists = kinds.map(lambda kind: GenericAlias(list, kind))


@given(fields=st.lists(kinds | lists, min_size=1, max_size=6))
@settings(max_examples=60)
def test_whatever_passes_is_a_schema_that_is_strict_through_and_through(fields: list[object]) -> None:
    fact = made("Anything", **{f"f{n}": kind for n, kind in enumerate(fields)})
    assert lint_schema(fact) == ()
    schema = strict_schema(fact)
    jsonschema.Draft202012Validator.check_schema(schema)
    for node in every_node(schema):
        assert node.get("format", "date") in FORMATS
        assert node.get("type") != "object" or node["additionalProperties"] is False


def test_what_the_schema_lets_through_is_a_fact() -> None:
    value = {
        "kind": "order",
        "colour": "blue",
        "note": "abc",
        "total": "12.50",
        "due": "2026-01-02T03:04:05Z",
        "day": None,
        "lines": [{"item": "pen", "count": 2}],
        "first": {"item": "pen", "count": 2},
        "gift": True,
    }
    jsonschema.validate(value, strict_schema(Order))
    assert Order.model_validate(value).total == Decimal("12.50")
