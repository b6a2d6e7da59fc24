"""What a model is asked when somebody said something in plain words, and what is taken of its answer.

The types are made for each question, from what this person may do; what comes back is believed no further than that it
is a proposal to show. An identifier counts only where the person wrote it.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, TypeAdapter, ValidationError, WithJsonSchema, create_model
from pydantic import Field as Declared
from pydantic.fields import FieldInfo

from bot.domain.intent import Fact, Promised
from bot.domain.pattern import Kind
from bot.domain.plain import Plain
from bot.domain.plain_words import stands_in, words_with_digits
from bot.domain.quantity import Money
from bot.domain.redaction import names_a_secret
from bot.domain.schema import lint_schema

NONE_OF_THESE = "none of these"
SENTENCE = 5
"""Words: what is shorter may be a name."""
_PROSE = 200
"""Texts that may be longer than this hold sentences."""
_ASKED = (str, int, bool, date, datetime, timedelta, Decimal, Money)
_IDENTIFYING = frozenset("id ids key number no ref reference code sku email mail phone iban account url link".split())


# --- asking ----------------------------------------------------------------------------------------------------------


def choice_among(names: Collection[str]) -> type[Fact]:
    """A fact whose one field is one of these names, or none of them."""
    members = [*names, NONE_OF_THESE]

    def listed(value: str) -> str:
        if value not in members:
            raise ValueError("is none of those that were offered")
        return value

    kind = Annotated[str, AfterValidator(listed), WithJsonSchema({"type": "string", "enum": members})]
    return create_model("Choice", __base__=Fact, workflow=(kind, Declared(description="what the message asks for")))


@lru_cache(
    maxsize=256
)  # a type takes longer to make than all the rest, and these do not change from message to message
def values_of(model: type[BaseModel], *, but: frozenset[str] = frozenset()) -> type[Fact] | None:
    """A fact that has every field of a type which words can fill, each of them or nothing; None where none can be."""
    asked = {name: _asked(name, info) for name, info in model.model_fields.items() if name not in but}
    fields: dict[str, Any] = {name: one for name, one in asked.items() if one is not None and _fits(name, one)}
    return create_model("Values", __base__=Fact, **fields) if fields else None


def of_actions(several: Mapping[str, type[Fact]]) -> type[Fact]:
    """The same for each action of a plan, under a name of its own."""
    fields: dict[str, Any] = {name: (one, ...) for name, one in several.items()}
    return create_model("Actions", __base__=Fact, **fields)


def _asked(name: str, info: FieldInfo) -> tuple[object, FieldInfo] | None:
    """The plain type of a field, without its limits: one value that does not fit shall not spoil the others."""
    options = [one for one in _options(info.annotation) if one not in (type(None), Promised)]
    if len(options) != 1 or names_a_secret(name) or not _can_be_said(options[0]):
        return None
    kind: Any = options[0]
    declared: Any = Declared(default=None, description=info.description or name.replace("_", " "))
    return kind | None, declared


def _fits(name: str, asked: tuple[object, FieldInfo]) -> bool:
    fields: dict[str, Any] = {name: asked}
    return not lint_schema(create_model("Values", __base__=Fact, **fields))


def _options(annotation: object) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [one for option in get_args(annotation) for one in _options(option)]
    return [annotation]


def _can_be_said(kind: Any) -> bool:
    if get_origin(kind) is Literal:
        return all(isinstance(one, str) for one in get_args(kind))
    if get_origin(kind) is tuple:
        return get_args(kind) == (str, ...)
    return kind in _ASKED or (isinstance(kind, type) and issubclass(kind, Enum))


# --- taking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sifted:
    """What is left of an answer."""

    values: dict[str, Plain] = field(default_factory=dict[str, Plain])
    left_out: tuple[str, ...] = ()
    """Fields of which something was said that does not count."""


def sift(model: type[BaseModel], given: Mapping[str, Plain], *, written: str | None = None) -> Sifted:
    """The values that fit their fields. Where `written` is given, an identifier counts only where it stands there."""
    values: dict[str, Plain] = {}
    left_out: list[str] = []
    for name, value in given.items():
        info = model.model_fields.get(name)
        if info is None or value in (None, "", []):
            continue
        if _has_mark(value):
            left_out.append(name)
            continue
        said = value if written is None else _as_written(name, info, value, written)
        fitting = None if said is None else _fitting(info, said)
        if fitting is None:
            left_out.append(name)
        else:
            values[name] = fitting
    return Sifted(values, tuple(left_out))


def _has_mark(value: Plain) -> bool:
    """Whether it would put a mark where something was hidden from the model."""
    texts = value if isinstance(value, list) else [value]
    return any(kind.mark in one for one in texts if isinstance(one, str) for kind in Kind)


def _fitting(info: FieldInfo, value: Plain) -> Plain:
    """The value as the field keeps it; None where it does not fit."""
    kind: Any = Annotated[info.annotation, info]  # type checkers cannot know what a field holds
    adapter: TypeAdapter[object] = TypeAdapter(kind)
    try:
        fitting: Plain = adapter.dump_python(adapter.validate_python(value), mode="json")
    except ValidationError:
        return None
    return fitting


def _as_written(name: str, info: FieldInfo, value: Plain, text: str) -> Plain:
    """The value as the person wrote it; None where they did not, and it may say which record is meant."""
    if isinstance(value, bool) or _is_closed(info):
        return value
    if isinstance(value, int):
        return value if str(value) in _numbers(text) else None
    if isinstance(value, list):
        found = [stands_in(one, text) for one in value if isinstance(one, str)]
        return [*found] if all(found) else None
    if not isinstance(value, str):
        return None
    if _is_day(info):
        return value
    literal = stands_in(value, text)
    if literal or not _is_prose(name, info):
        return literal or None
    own = all(stands_in(word.strip(".,:/"), text) for word in words_with_digits(value))
    return value if own and len(value.split()) >= SENTENCE else None


def _numbers(text: str) -> Iterator[str]:
    plain = re.sub(r"(?<=\d)[,.' ](?=\d{3}(?!\d))", "", text)
    return (str(int(found)) for found in re.findall(r"(?<![\w.,-])\d{1,30}(?!\w)", plain))


def _is_closed(info: FieldInfo) -> bool:
    kinds = [one for one in _options(info.annotation) if one is not type(None)]
    return all(get_origin(one) is Literal or (isinstance(one, type) and issubclass(one, Enum)) for one in kinds)


def _is_day(info: FieldInfo) -> bool:
    """A day or a time is said in many ways, and names no record."""
    return any(one in (date, datetime, timedelta) for one in _options(info.annotation))


def _is_prose(name: str, info: FieldInfo) -> bool:
    """Whether a text field holds sentences, of which a model may write some."""
    bounds: list[object] = [getattr(one, "max_length", None) for one in info.metadata]
    longest = next((one for one in bounds if isinstance(one, int)), None)
    patterned = any(getattr(one, "pattern", None) for one in info.metadata)
    names = set(re.findall(r"[a-z]+", name.casefold()))
    return not patterned and not names & _IDENTIFYING and (longest is None or longest > _PROSE)
