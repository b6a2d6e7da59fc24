"""What waits for one person, among everything that waits: their group's, and what was handed to them by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.brief import Brief
from bot.domain.gate import OWNER, chain_of, is_asked, is_member
from bot.domain.person import Person
from bot.domain.run import GateStatus, Question, Run

REQUESTER = "requester"
"""How a question names whoever started the run."""


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that is up to somebody."""

    step: str
    group: str
    since: datetime
    by_name: bool = False
    """Whether it was handed to them, or they were brought in."""


def groups_of(person: Person, brief: Brief) -> frozenset[str]:
    """The groups whose gates may be up to this person: their own, and those that can hand on to them."""
    own = {name for name, group in brief.reviewers.items() if is_member(person, group)}
    own |= {OWNER} if person.is_(brief.owner) else set()
    through = {name for name in brief.reviewers if own & {*chain_of(name, brief)}}
    return frozenset(own | through)


def waits_for(person: Person, run: Run, brief: Brief) -> tuple[Waits, ...]:
    """What of this run is up to this person now, oldest first."""
    found = (*_gates(person, run, brief), *_questions(person, run, brief))
    return tuple(sorted(found, key=lambda one: one.since))


def _gates(person: Person, run: Run, brief: Brief) -> Iterator[Waits]:
    for gate in run.gates.values():
        if gate.status is GateStatus.OPEN and is_asked(person, gate, brief):
            group = brief.reviewers.get(gate.group)
            outside = group is None or not is_member(person, group)
            by_name = outside or person.id in (gate.holder, *gate.invited)
            yield Waits(gate.step, gate.group, gate.opened_at, by_name)


def _questions(person: Person, run: Run, brief: Brief) -> Iterator[Waits]:
    for question in run.questions.values():
        if _is_for(person, question, run, brief):
            yield Waits(question.step, question.group, question.opened_at)


def _is_for(person: Person, question: Question, run: Run, brief: Brief) -> bool:
    if question.group == REQUESTER:
        return person.id == run.origin.requester
    if question.group == OWNER:
        return person.is_(brief.owner)
    group = brief.reviewers.get(question.group)
    return group is not None and is_member(person, group)
