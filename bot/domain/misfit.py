"""Why a value is not what a fact has to be, said to whoever wrote it; nothing of what they wrote is repeated."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from bot.domain.text import clean_for_model, visible

Place = tuple[int | str, ...]
EMPTY, NO_NUMBER, NO_CHOICE = "Fill this in.", "Write a whole number.", "Choose one of these."
NO_DAY, ODD = "This is no day. Write it like 2026-03-31.", "This is not in the form it has to have."
NOTHING_TO_READ = "There is nothing to read in it."
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Control characters other than tab, newline and carriage return: no text needs them."""


@dataclass(frozen=True, slots=True)
class Written:
    """How a text with a pattern is written, as a sentence; it stands beside the pattern."""

    how: str


def misfits(error: ValidationError, fact: type[BaseModel]) -> Iterator[tuple[Place, str]]:
    """Each place that does not fit, with a sentence."""
    for one in error.errors(include_url=False):
        place, kind = one["loc"], one["type"]
        context: Mapping[str, object] = one.get("ctx", {})
        if kind == "string_pattern_mismatch":
            yield place, _way(fact, place)
        elif kind in _SAID:
            yield place, _SAID[kind](context, one["input"])
        else:
            said = visible(one["msg"]).removeprefix("Value error, ")
            yield place, said if said.endswith((".", "?", "!")) else f"{said}."


def unreadable(text: str, *, needed: bool = False) -> str:
    """Why nobody can read a text, as a sentence; empty where it can be read. A needed one has a visible letter."""
    if found := UNSEEN.search(text):
        return f"It has a character that nobody can see (U+{ord(found[0]):04X}). Take it out."
    return NOTHING_TO_READ if needed and text and not clean_for_model(text, len(text)).strip() else ""


def _way(fact: type[BaseModel], place: Place) -> str:
    info = fact.model_fields.get(str(place[0])) if len(place) == 1 else None
    found: list[object] = [*info.metadata] if info is not None else []
    return next((one.how for one in found if isinstance(one, Written)), ODD)


def _too_long(context: Mapping[str, object], given: object) -> str:
    return f"At most {context['max_length']} characters{_count(given)}."


def _too_short(context: Mapping[str, object], given: object) -> str:
    return EMPTY if given == "" else f"At least {context['min_length']} characters{_count(given)}."


def _count(given: object) -> str:
    if not isinstance(given, str):
        return ""
    return "; this is 1" if len(given) == 1 else f"; these are {len(given)}"


def _choice(context: Mapping[str, object], _given: object) -> str:
    choices = ", ".join(re.findall("'([^']*)'", str(context["expected"])))
    return f"Choose one of these: {choices}."


def _plainly(said: str) -> Callable[[Mapping[str, object], object], str]:
    return lambda _context, _given: said


def _bound(words: str, name: str) -> Callable[[Mapping[str, object], object], str]:
    return lambda context, _given: f"Write a number that is {words} {context[name]}."


_SAID: Mapping[str, Callable[[Mapping[str, object], object], str]] = {
    "missing": _plainly("This is missing."),
    "string_type": _plainly("This has to be a text."),
    "string_too_long": _too_long,
    "string_too_short": _too_short,
    "int_type": _plainly(NO_NUMBER),
    "int_parsing": _plainly(NO_NUMBER),
    "int_from_float": _plainly(NO_NUMBER),
    "bool_type": _plainly("This has to be true or false."),
    "bool_parsing": _plainly("This has to be true or false."),
    "date_type": _plainly(NO_DAY),
    "date_parsing": _plainly(NO_DAY),
    "date_from_datetime_parsing": _plainly(NO_DAY),
    "date_from_datetime_inexact": _plainly(NO_DAY),
    "literal_error": _choice,
    "enum": _choice,
    "greater_than": _bound("more than", "gt"),
    "greater_than_equal": _bound("at least", "ge"),
    "less_than": _bound("less than", "lt"),
    "less_than_equal": _bound("at most", "le"),
    "extra_forbidden": _plainly("There is no such field here."),
}
