"""What waits for one person, among everything that waits: their group's, and what was handed to them by name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.brief import Brief
from bot.domain.event import Verdict
from bot.domain.gate import OWNER, is_member, may_answer, may_decide
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
    expires_at: datetime | None = None
    by_name: bool = False
    """Whether it was handed to them, or they were brought in."""


def waits_for(person: Person, run: Run, *briefs: Brief) -> tuple[Waits, ...]:
    """What of this run is up to this person now, by each of these briefs, oldest first: what they could say yes to."""
    found = (*_gates(person, run, briefs), *_questions(person, run, briefs))
    return tuple(sorted(found, key=lambda one: one.since))


def _gates(person: Person, run: Run, briefs: Sequence[Brief]) -> Iterator[Waits]:
    for gate in run.gates.values():
        may_approve = (may_decide(person, Verdict.APPROVE, gate, run, brief).allowed for brief in briefs)
        if gate.status is GateStatus.OPEN and all(may_approve):
            group = briefs[0].reviewers.get(gate.group)
            outside = group is None or not is_member(person, group)
            by_name = outside or person.id in (gate.holder, *gate.invited)
            yield Waits(gate.step, gate.group, gate.opened_at, gate.expires_at, by_name)


def _questions(person: Person, run: Run, briefs: Sequence[Brief]) -> Iterator[Waits]:
    for question in run.questions.values():
        if all(_is_for(person, question, run, brief) for brief in briefs):
            yield Waits(question.step, question.group, question.opened_at, question.expires_at)


def _is_for(person: Person, question: Question, run: Run, brief: Brief) -> bool:
    """Whether it asks this person; the owner may answer any, and is asked by their own alone."""
    if not may_answer(person, question, run, brief).allowed:
        return False
    if question.group == REQUESTER:
        return person.id == run.origin.requester
    if question.group == OWNER:
        return person.is_(brief.owner)
    group = brief.reviewers.get(question.group)
    return group is not None and is_member(person, group)
