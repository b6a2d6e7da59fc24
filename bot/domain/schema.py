"""What a fact looks like to a model that is held to a strict JSON Schema, and what such a schema cannot say.

Servers that enforce a schema take a small part of JSON Schema: closed objects, every field required, no
defaults, no `oneOf`. What they would refuse, or let through unchecked, is found when a workflow loads.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeGuard

from pydantic import BaseModel, PydanticUserError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from bot.domain.errors import Misdeclared
from bot.domain.intent import Fact
from bot.domain.plain import is_object

MOST_LEVELS = 9
"""Servers take ten; the envelope around every answer is one of them."""
MOST_PROPERTIES = 5_000
MOST_CHOICES = 1_000
MOST_LETTERS = 120_000
MANY_CHOICES = 250
MOST_LETTERS_OF_MANY_CHOICES = 15_000
LONGEST_NAME = 64

FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
_KEPT = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems")
_IN_WORDS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "matching {}",
    "format": "in the format {}",
}


def strict_schema(fact: type[Fact]) -> Mapping[str, object]:
    """The strict JSON Schema of a fact, without references. Raises Misdeclared where none can express it."""
    schema, problems = _convert(fact)
    if problems:
        raise Misdeclared(problems[0].sentence, mend="Run `countersign check`, which shows the file and the line.")
    return schema


def lint_schema(fact: type[Fact]) -> tuple[str, ...]:
    """Why no strict schema can express a fact, one sentence each; none where one can."""
    return tuple(problem.sentence for problem in _convert(fact)[1])


def inexact_fields(fact: type[BaseModel]) -> tuple[str, ...]:
    """The fields, as `Order.total`, whose numbers have fractions that plain data cannot carry."""
    return tuple(problem.path for problem in _convert(fact)[1] if problem.inexact)


@dataclass(frozen=True, slots=True)
class _Problem:
    sentence: str
    path: str = ""
    inexact: bool = False


class _Generator(GenerateJsonSchema):
    """A Decimal is carried as text, so that no digit is lost on the way."""

    def decimal_schema(self, schema: object) -> JsonSchemaValue:
        del schema
        return {"type": "string", "description": "A decimal number, as text."}


@lru_cache(maxsize=512)
def _convert(fact: type[BaseModel]) -> tuple[Mapping[str, object], tuple[_Problem, ...]]:
    try:
        schema: dict[str, object] = fact.model_json_schema(schema_generator=_Generator)
    except PydanticUserError as error:
        return {}, (_Problem(f"{fact.__name__} has no JSON Schema: {error.message}."),)
    definitions = schema.pop("$defs", {})
    converter = _Converter(definitions if is_object(definitions) else {})
    strict = converter.convert(schema, _At(fact.__name__))
    sizes = (*_odd_name(fact.__name__), *_too_large(converter))
    return strict, (*converter.problems, *(_Problem(sentence) for sentence in sizes))


def _odd_name(name: str) -> Iterator[str]:
    if len(name) > LONGEST_NAME or not name.isascii():
        yield f"The name {name} is too much for a server: at most {LONGEST_NAME} plain letters, digits and _."


@dataclass(frozen=True, slots=True)
class _At:
    """Where in a schema the converter is."""

    path: str
    level: int = 0
    within: tuple[str, ...] = ()
    """The definitions this place stands in."""


@dataclass(slots=True)
class _Converter:
    definitions: Mapping[str, object]
    problems: list[_Problem] = field(default_factory=list[_Problem])
    properties: int = 0
    choices: int = 0
    letters: int = 0
    wordy: bool = False
    """One closed set has many members and long ones."""

    def convert(self, schema: Mapping[str, object], at: _At) -> dict[str, object]:
        """The same schema as strict servers take it; what they do not take is noted in `problems`."""
        if "$ref" in schema:
            return self._referred(schema, at)
        options = _options(schema)
        if options:
            return self._nullable(schema, options, at)
        match schema.get("type"):
            case "object":
                return self._object(schema, replace(at, level=at.level + 1))
            case "array":
                return self._array(schema, replace(at, level=at.level + 1))
            case "string" | "integer" | "boolean":
                return self._scalar(schema, at)
            case "number":
                why = "is a number with fractions, which records cannot hold exactly; use int or Decimal"
                return self._refuse(at, why, inexact=True)
            case "null":
                return self._refuse(at, "can only be nothing; leave it out")
            case _:
                return self._refuse(at, "may be anything; give it a type")

    def _refuse(self, at: _At, why: str, *, inexact: bool = False) -> dict[str, object]:
        self.problems.append(_Problem(f"“{at.path}” {why}.", at.path, inexact))
        return {}

    def _referred(self, schema: Mapping[str, object], at: _At) -> dict[str, object]:
        name = str(schema["$ref"]).removeprefix("#/$defs/")
        target = self.definitions.get(name)
        if name in at.within or not is_object(target):
            return self._refuse(at, f"holds itself: {name} within {name}; a model needs an end")
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return self.convert({**target, **beside}, replace(at, within=(*at.within, name)))

    def _nullable(self, schema: Mapping[str, object], options: list[dict[str, object]], at: _At) -> dict[str, object]:
        real = [option for option in options if option.get("type") != "null"]
        if len(real) != 1:
            return self._refuse(at, "may be one of several types; use one type, or two fields that may be null")
        strict = {"anyOf": [self.convert(real[0], at), {"type": "null"}]}
        return strict | _described(schema)

    def _object(self, schema: Mapping[str, object], at: _At) -> dict[str, object]:
        fields = schema.get("properties")
        if schema.get("additionalProperties") or not is_object(fields):
            return self._refuse(at, "has no named fields; give it a fact with a name for each")
        if self.properties > MOST_PROPERTIES:
            return {}  # said already
        self.properties += len(fields)
        self.letters += sum(map(len, fields))
        if at.level > MOST_LEVELS:
            return self._refuse(at, f"is nested more than {MOST_LEVELS} levels deep; flatten it")
        if self.properties > MOST_PROPERTIES:
            return self._refuse(at, f"brings more than {MOST_PROPERTIES:,} fields; ask for less at once")
        strict = {
            name: self.convert(one, replace(at, path=f"{at.path}.{name}"))
            for name, one in fields.items()
            if is_object(one)
        }
        shape = {"type": "object", "properties": strict, "required": [*strict], "additionalProperties": False}
        return shape | _described(schema)

    def _array(self, schema: Mapping[str, object], at: _At) -> dict[str, object]:
        items = schema.get("items")
        if "prefixItems" in schema:
            return self._refuse(at, "is a tuple whose places differ; use a fact with a name for each place")
        if schema.get("uniqueItems"):
            return self._refuse(at, "is a set, and no server keeps its members apart; use tuple[…, ...]")
        if not is_object(items):
            return self._refuse(at, "is a list of anything; say of what")
        if at.level > MOST_LEVELS:
            return self._refuse(at, f"is nested more than {MOST_LEVELS} levels deep; flatten it")
        strict = {"type": "array", "items": self.convert(items, replace(at, path=f"{at.path}[]"))}
        return strict | _kept(schema) | _described(schema)

    def _scalar(self, schema: Mapping[str, object], at: _At) -> dict[str, object]:
        if str(schema.get("format", "")).startswith(("binary", "base64")):
            return self._refuse(at, "is bytes, which a model cannot write; use text")
        choices = [schema["const"]] if "const" in schema else schema.get("enum")
        if not _is_list(choices):
            return {"type": schema["type"]} | _kept(schema) | _described(schema)
        letters = sum(len(str(choice)) for choice in choices)
        self.choices += len(choices)
        self.letters += letters
        self.wordy |= len(choices) > MANY_CHOICES and letters > MOST_LETTERS_OF_MANY_CHOICES
        return {"type": schema["type"], "enum": choices} | _described(schema)


def _too_large(found: _Converter) -> Iterator[str]:
    if found.choices > MOST_CHOICES:
        yield f"Its closed sets have more than {MOST_CHOICES:,} members together, and servers take no more."
    if found.wordy:
        most = f"{MOST_LETTERS_OF_MANY_CHOICES:,}"
        yield f"A closed set of more than {MANY_CHOICES} members may have {most} letters, and one has more."
    if found.letters > MOST_LETTERS:
        yield f"Its names and closed sets have more than {MOST_LETTERS:,} letters together."


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _options(schema: Mapping[str, object]) -> list[dict[str, object]]:
    options = schema.get("anyOf") or schema.get("oneOf")
    return [one for one in options if is_object(one)] if _is_list(options) else []


def _kept(schema: Mapping[str, object]) -> dict[str, object]:
    kept = {name: schema[name] for name in _KEPT if name in schema}
    return kept | ({"format": schema["format"]} if schema.get("format") in FORMATS else {})


def _described(schema: Mapping[str, object]) -> dict[str, object]:
    """The description, with what a server would not enforce put into words for the model."""
    unsaid = {name: schema[name] for name in _IN_WORDS if name in schema and schema[name] not in FORMATS}
    words = ", ".join(_IN_WORDS[name].format(value) for name, value in unsaid.items())
    parts = [" ".join(str(schema.get("description", "")).split()), f"({words})" if words else ""]
    text = " ".join(part for part in parts if part)
    return {"description": text} if text else {}
