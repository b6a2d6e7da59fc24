"""How near an answer is to the one that was expected, field by field: by rules, without a second model.

Everything that is not prose is right or wrong. Prose is *close* where it uses much the same words, the same numbers and
the same negations: that finds what was rephrased, and cannot tell whether it means the same.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeGuard

from pydantic import BaseModel

from bot.domain.intent import Fact
from bot.domain.plain import Plain, is_object

LEAST_OVERLAP = 0.6
"""Of the words of both texts, the share they have in common (F1) from which on they say nearly the same."""
SHORTEST_PROSE = 4
"""Fewer words are a name, an id or a label: right or wrong."""

_SPACELESS = r"\u3040-\u30ff\u3400-\u9fff"
_RUN = rf"[^\W_{_SPACELESS}]+"
_WORD = re.compile(rf"[{_SPACELESS}]|{_RUN}(?:[.,:/'-]{_RUN})*")
"""A word with what holds it together (`don't`, `T-1006`, `3.5`); where no spaces are written, each letter."""
_NEGATIONS = frozenset(
    "no not never none nothing nobody without cannot kein keine keinen nicht nie ohne ne pas jamais sans aucun não"
    " nunca sem nenhum sin ningún nada".split()
)


class Match(StrEnum):
    """How a field came out."""

    EXACT = "exact"
    CLOSE = "close"
    WRONG = "wrong"
    DOUBT = "doubt"
    """Not right, and the model said that it was not sure: a person would have looked."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of an answer beside the one that was expected."""

    field: str
    match: Match
    expected: Plain
    came: Plain


def compare(expected: Fact, came: Fact | None, *, doubtful: bool) -> tuple[Compared, ...]:
    """Every field, in the order of the fact. An answer that never came is doubtful: a person is asked then."""
    before, after = expected.model_dump(mode="json"), came.model_dump(mode="json") if came is not None else {}
    return tuple(_fields("", expected, came, before, after, doubtful=doubtful or came is None))


def _fields(
    path: str, expected: BaseModel, came: object, before: object, after: object, *, doubtful: bool
) -> Iterator[Compared]:
    for name in type(expected).model_fields:
        at, one, other = f"{path}{name}", getattr(expected, name), getattr(came, name, None)
        was = before.get(name) if is_object(before) else None
        now = after.get(name) if is_object(after) else None
        if isinstance(one, BaseModel):
            yield from _fields(f"{at}.", one, other, was, now, doubtful=doubtful)
            continue
        match = _match(one, other)
        yield Compared(at, Match.DOUBT if doubtful and match is Match.WRONG else match, _plain(was), _plain(now))


def _plain(value: object) -> Plain:
    """Dumped data is plain but for its type."""
    if value is None or isinstance(value, str | int):
        return value
    if is_object(value):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if _is_row(value) else str(value)


def _is_row(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, list | tuple)


def _match(expected: object, came: object) -> Match:
    if type(expected) is str and type(came) is str:  # a member of a closed set is a text, too, and is no prose
        return _match_text(expected, came)
    if _is_row(expected) and _is_row(came) and len(expected) == len(came):
        each = [_match(one, other) for one, other in zip(expected, came, strict=True)]
        return next((m for m in (Match.WRONG, Match.CLOSE) if m in each), Match.EXACT)
    return Match.EXACT if expected == came and type(expected) is type(came) else Match.WRONG


def _match_text(expected: str, came: str) -> Match:
    if " ".join(expected.split()) == " ".join(came.split()):
        return Match.EXACT
    return Match.CLOSE if says_nearly(expected, came) else Match.WRONG


def says_nearly(expected: str, came: str) -> bool:
    """Whether two texts use much the same words, all the same numbers, and as many negations."""
    one, other = _words(expected), _words(came)
    if len(one) < SHORTEST_PROSE or _numbers(one) != _numbers(other) or _negated(one) != _negated(other):
        return False
    return overlap(one, other) >= LEAST_OVERLAP


def overlap(one: list[str], other: list[str]) -> float:
    """The share of words that two texts have in common, from 0 to 1; how often each stands there counts."""
    total = len(one) + len(other)
    return 2 * (Counter(one) & Counter(other)).total() / total if total else 1.0


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text.replace("’", "'")).casefold())


def _numbers(words: list[str]) -> set[str]:
    return {word for word in words if any(letter.isdigit() for letter in word)}


def _negated(words: list[str]) -> int:
    return sum(word in _NEGATIONS or word.endswith("n't") for word in words)
