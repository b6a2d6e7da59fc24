"""Every way a run of a workflow can go. Branches are finite, so all of them can be walked."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import islice
from typing import NamedTuple, assert_never

from bot.domain.workflow import (
    Act,
    AnyStep,
    Ask,
    Decide,
    Definition,
    Each,
    Either,
    IdOf,
    Inquire,
    LookUp,
    Node,
    PlanOf,
    Propose,
    Review,
    Stop,
    Trigger,
    Wait,
    inputs_of,
    members_of,
)

MOST = 1_000
"""More paths than this nobody can look through: the workflow counts as unbounded."""


class Outcome(StrEnum):
    """How one step of a path comes out."""

    DONE = "done"
    SKIPPED = "skipped"
    CHOSEN = "chosen"
    APPROVED = "approved"
    EDITED = "edited"
    REJECTED = "rejected"
    EXPIRED = "expired"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    ON_TIME = "on time"
    BY_EVENT = "by event"
    STOPPED = "stopped"


LAST = frozenset({Outcome.REJECTED, Outcome.EXPIRED, Outcome.UNANSWERED, Outcome.STOPPED})
"""After these the run stops, or waits for its owner: no further step is reached."""


class Visit(NamedTuple):
    """One step of a path, and how it came out there."""

    step: str
    outcome: Outcome
    member: str = ""
    """What was chosen, where the step is a choice."""


Path = tuple[Visit, ...]


def walk(definition: Definition) -> Iterator[Path]:
    """Every path, one at a time, depth first; each costs as much as it is long, however many there are."""
    todo: list[Path] = [()]
    while todo:
        path = todo.pop()
        if len(path) == len(definition.steps) or (path and path[-1].outcome in LAST):
            yield path
            continue
        step = definition.steps[len(path)]
        todo.extend((*path, visit) for visit in reversed(_ways(step, {visit.step: visit for visit in path})))


def count(definition: Definition) -> int:
    """How many paths there are; never more than one beyond `MOST`."""
    return sum(1 for _ in islice(walk(definition), MOST + 1))


def taken(step: AnyStep, path: Mapping[str, Visit]) -> AnyStep | None:
    """The step whose value this one gives on a path, joins seen through; None where nothing gives one."""
    match step.node:
        case Either(first=first, second=second):
            return taken(first, path) or taken(second, path)
        case IdOf(intent=intent):
            return taken(intent, path) and step
        case _:
            visit = path.get(step.name)
            return step if visit and visit.outcome not in LAST | {Outcome.SKIPPED} else None


def _ways(step: AnyStep, path: Mapping[str, Visit]) -> tuple[Visit, ...]:
    if _is_skipped(step, path):
        return (Visit(step.name, Outcome.SKIPPED),)
    if isinstance(step.node, Decide):
        members = members_of(step) or ("",)  # an open choice is refused elsewhere; its path goes on
        return tuple(Visit(step.name, Outcome.CHOSEN, member) for member in members)
    return tuple(Visit(step.name, outcome) for outcome in _outcomes(step.node))


def _is_skipped(step: AnyStep, path: Mapping[str, Visit]) -> bool:
    if step.when:
        choice = path.get(step.when.choice.name)
        if choice is None or choice.outcome is not Outcome.CHOSEN or choice.member not in step.when.members:
            return True
    if isinstance(step.node, Either):
        return taken(step, path) is None
    return any(taken(one, path) is None for one in inputs_of(step.node))


def _outcomes(node: Node) -> tuple[Outcome, ...]:
    match node:
        case Review():
            return (Outcome.APPROVED, Outcome.EDITED, Outcome.REJECTED, Outcome.EXPIRED)
        case Inquire():
            return (Outcome.ANSWERED, Outcome.UNANSWERED)
        case Wait(or_on=event):
            return (Outcome.ON_TIME, Outcome.BY_EVENT) if event else (Outcome.ON_TIME,)
        case Stop():
            return (Outcome.STOPPED,)
        case Decide():
            return (Outcome.CHOSEN,)
        case Trigger() | LookUp() | Ask() | Propose() | PlanOf() | Act() | Each() | Either() | IdOf():
            return (Outcome.DONE,)
        case _:
            assert_never(node)
