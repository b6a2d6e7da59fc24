"""What the fields of a brief may hold, each refused in the words that complete its name."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

from bot.domain.cron import zone_of
from bot.domain.declared.fault import is_list
from bot.domain.declared.word import odd
from bot.domain.quantity import Money, Unclear, parse_money, write_money

LONGEST_LINE = 300
LONGEST_TEXT = 4_000
SHORTEST_REASON = 10


def _line(text: str) -> str:
    if not text.strip():
        raise odd("is empty.")
    if "\n" in text or len(text) > LONGEST_LINE:
        raise odd(f"must be one line of at most {LONGEST_LINE} letters.")
    return text


def _who(text: str) -> str:
    if text != text.strip():
        raise odd("has a space before or after the name.")
    return _line(text)


def _who_if_any(text: str) -> str:
    return _who(text) if text else text


def _text(text: str) -> str:
    if not text.strip():
        raise odd("is empty.")
    if len(text) > LONGEST_TEXT:
        raise odd(f"has {len(text):,} letters; at most {LONGEST_TEXT:,} are read.")
    return text


def _reasoned(text: str) -> str:
    if len(text.strip()) < SHORTEST_REASON:
        raise odd(f"must say more than that: at least {SHORTEST_REASON} letters.")
    return _text(text)


def _plain(value: object) -> object:
    if isinstance(value, (str, int)):
        return value
    raise odd("must be text, a whole number, true or false.")


def _given(value: object) -> object:
    given: tuple[object, ...] = tuple(value) if is_list(value) else (value,)
    if all(isinstance(one, (str, int)) for one in given):
        return given if is_list(value) else value
    raise odd("must be text, a whole number, true or false, or a list of these.")


def _zone(name: str) -> str:
    if zone_of(name) is None:
        raise odd(f"is “{name[:60]}”, which is no time zone. Write it like Europe/Berlin.")
    return name


def _bound(value: object) -> object:
    if isinstance(value, (Money, int)) and not isinstance(value, bool):
        return value
    try:
        return parse_money(str(value))
    except Unclear as unclear:
        raise odd(f"must be an amount or a whole number. {unclear.why}") from None


def _written(value: Money | int | None) -> str | int | None:
    return write_money(value) if isinstance(value, Money) else value


Line = Annotated[str, AfterValidator(_line)]
Words = Annotated[str, AfterValidator(_text)]
Reason = Annotated[str, AfterValidator(_reasoned)]
Who = Annotated[str, AfterValidator(_who)]
"""A handle (`@mia`), an id (`T1/U1`), or the name of a group."""
WhoIfAny = Annotated[str, AfterValidator(_who_if_any)]
Is = Annotated[str | bool | int, BeforeValidator(_plain)]
Given = Annotated[str | bool | int | tuple[str | bool | int, ...], BeforeValidator(_given)]
"""What an owner fills in for a field."""
Zone = Annotated[str, AfterValidator(_zone)]
Bound = Annotated[Money | int, BeforeValidator(_bound), PlainSerializer(_written)]
