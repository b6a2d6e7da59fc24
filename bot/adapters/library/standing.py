"""What loads with the texts that count now, what does not, and what to do about it in a sentence or two."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.errors import Misdeclared, Unknown
from bot.domain.terms import Terms


@dataclass(frozen=True, slots=True)
class Standing:
    """What loads with the texts that count now, and what does not."""

    terms: Mapping[str, Terms]
    problems: Mapping[str, Misdeclared]
    ways_back: Mapping[str, Misdeclared]
    """What to type where an earlier version of a text would load; said with the problems, too."""


def shortly(what: str, problem: Unknown | Misdeclared, way: Misdeclared | None = None) -> str:
    """Why something does not load; with how it would, where that is known."""
    if isinstance(problem, Unknown):
        return problem.message
    more = len(problem.problems) - (2 if way else 1)
    rest = f" And {more} more; countersign check says all." if more else ""
    back = f" {way.sentence} {way.mend}" if way else ""
    return f"{what} does not load: {problem.problems[0].message}{rest}{back}"
