"""Which questions it takes to measure golden cases, and what they may cost, before the first of them is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.application.parts import Parts
from bot.application.pose import pose
from bot.domain.case import Case, missing
from bot.domain.terms import Terms
from bot.ports.model import Question


@dataclass(frozen=True, slots=True)
class Side:
    """One version of a workflow's prompts, under the name it has in the result."""

    name: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Item:
    """One `ask` of one case, to be asked."""

    case: Case
    step: str
    side: Side
    question: Question


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that will be asked."""

    items: tuple[Item, ...]
    left_out: tuple[str, ...]
    """Why something is not measured, one sentence each."""
    most_micros: int | None
    """What it may cost at most; None where no price is known."""


def lay_out(
    parts: Parts, cases: Sequence[Case], sides: Sequence[Side], steps: Sequence[str], *, role: str = ""
) -> Plan:
    """A question for each case that expects an answer of a step, on each side; what lacks an input is left out."""
    items: list[Item] = []
    left_out: list[str] = []
    begun = parts.clock.now().isoformat()
    for case in cases:
        for step in (one for one in steps if one in case.expected):
            lacks = dict.fromkeys(name for side in sides for name in missing(case, side.terms, step))
            if lacks:
                left_out.append(f"{case.name}: “{step}” is not measured, because the case has no {', '.join(lacks)}.")
                continue
            for side in sides:
                key, facts = f"{case.name}/{side.name}/{begun}", case.before(step)
                items.append(Item(case, step, side, pose(parts, side.terms, step, facts, key=key, role=role)))
    return Plan(tuple(items), tuple(left_out), _together(parts.model.estimate_micros(one.question) for one in items))


def _together(costs: Iterator[int | None]) -> int | None:
    known = [*costs]
    return None if None in known else sum(cost or 0 for cost in known)
