"""The fields of a pydantic type, as a form can ask for them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from types import UnionType
from typing import Annotated, Literal, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.domain.intent import Promised
from bot.domain.quantity import Money

MOST_CHOICES = 100
LONGEST_CHOICE = 75
_LONG = 300
"""Texts that may be longer than this get a box of several lines."""


class Kind(StrEnum):
    """How a value is entered."""

    TEXT = "text"
    LONG = "long text"
    LINES = "a text on each line"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes or no"
    DAY = "day"
    PERSON = "person"
    FIXED = "fixed"
    """It is shown and cannot be entered."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a form asks for."""

    name: str
    kind: Kind
    label: str
    hint: str = ""
    needed: bool = True
    nullable: bool = False
    choices: tuple[str, ...] = ()
    shortest: int = 0
    longest: int | None = None
    least: int | None = None
    most: int | None = None


_SPELLED: Mapping[object, str] = {
    Money: "An amount and its currency, such as 40.00 EUR.",
    timedelta: "A duration, such as 4h or 1d 12h.",
    datetime: "A time, such as 2026-03-31T09:00Z.",
    Decimal: "A number, such as 12.50.",
}


def titled(name: str) -> str:
    """A field's name as a heading: `open_invoices` is “Open invoices”."""
    said = name.replace("_", " ").strip()
    return said[:1].upper() + said[1:] if said else name


def fields_of(model: type[BaseModel], *, fixed: Collection[str] = (), edited: bool = False) -> tuple[Field, ...]:
    """Every field of a type. Of one that is edited, a text that may be empty can be emptied."""
    return tuple(_field(name, info, name in fixed, edited) for name, info in model.model_fields.items())


def unfillable(fields: Collection[Field]) -> tuple[str, ...]:
    """The fields that are needed and that no form can ask for."""
    return tuple(one.label for one in fields if one.kind is Kind.FIXED and one.needed)


def _field(name: str, info: FieldInfo, fixed: bool, edited: bool) -> Field:
    options = [one for one in _options(info.annotation) if one is not Promised]
    real = [one for one in options if one is not type(None)] or [type(None)]
    kind, choices = _kind(real[0], info) if len(real) == 1 else (Kind.FIXED, ())
    shortest, longest = _bound(info, "min_length") or 0, _bound(info, "max_length")
    nullable = len(real) < len(options)
    may_be_empty = kind in (Kind.TEXT, Kind.LONG, Kind.LINES) and not shortest and real[0] not in _SPELLED
    return Field(
        name,
        Kind.FIXED if fixed else kind,
        titled(info.title or name),
        " ".join(part for part in (info.description or "", _SPELLED.get(real[0], "")) if part),
        needed=not nullable and (not may_be_empty if edited else info.is_required()),
        nullable=nullable,
        choices=choices,
        shortest=shortest if kind in (Kind.TEXT, Kind.LONG) else 0,
        longest=longest if kind in (Kind.TEXT, Kind.LONG) else None,
        least=_least(info),
        most=_most(info),
    )


def _options(annotation: object) -> list[object]:
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [one for option in get_args(annotation) for one in _options(option)]
    return [annotation]


def _kind(annotation: object, info: FieldInfo) -> tuple[Kind, tuple[str, ...]]:
    choices = tuple(_choices(annotation))
    if choices:
        fits = len(choices) <= MOST_CHOICES and all(0 < len(one) <= LONGEST_CHOICE for one in choices)
        return (Kind.CHOICE, choices) if fits else (Kind.TEXT, ())
    if annotation is bool:
        return Kind.YES_NO, ()
    if annotation is int:
        return Kind.NUMBER, ()
    if annotation is date:
        return Kind.DAY, ()
    if annotation is str:
        return (Kind.LONG if (_bound(info, "max_length") or _LONG + 1) > _LONG else Kind.TEXT), ()
    if get_origin(annotation) in (list, tuple) and get_args(annotation) in ((str,), (str, ...)):
        return Kind.LINES, ()
    return (Kind.TEXT if annotation in _SPELLED else Kind.FIXED), ()


def _choices(annotation: object) -> Iterator[str]:
    if get_origin(annotation) is Literal and all(isinstance(one, str) for one in get_args(annotation)):
        yield from get_args(annotation)
    elif _is_enum(annotation) and all(isinstance(one.value, str) for one in annotation):
        yield from (str(one.value) for one in annotation)


def _is_enum(annotation: object) -> TypeGuard[type[Enum]]:
    return isinstance(annotation, type) and issubclass(annotation, Enum)


def _bound(info: FieldInfo, name: str) -> int | None:
    """A bound that the type declares, whichever annotation brought it."""
    values: list[object] = [getattr(one, name, None) for one in info.metadata]
    return next((value for value in values if isinstance(value, int) and not isinstance(value, bool)), None)


def _least(info: FieldInfo) -> int | None:
    least, above = _bound(info, "ge"), _bound(info, "gt")
    return least if least is not None else None if above is None else above + 1


def _most(info: FieldInfo) -> int | None:
    most, below = _bound(info, "le"), _bound(info, "lt")
    return most if most is not None else None if below is None else below - 1
