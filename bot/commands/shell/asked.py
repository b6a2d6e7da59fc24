"""Who is asked for what in a run, now: its open gates and questions, and the people behind each."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.application.present import present
from bot.domain.brief import Brief
from bot.domain.card import Card, card_of
from bot.domain.event import Verdict
from bot.domain.gate import may_answer, may_decide
from bot.domain.person import Person, PersonId
from bot.domain.rejecting import can_be_rejected
from bot.domain.run import Gate, GateStatus, Question, Run
from bot.domain.terms import Terms
from bot.ports.directory import Directory

_IDS = re.compile(r"\b[\w-]+/[\w-]+\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that waits for people."""

    step: str
    group: str
    people: tuple[Person, ...]
    """Those who may decide it now; the one it was reassigned to first, delegates for whoever is away."""
    card: Card
    gate: Gate | None = None
    question: Question | None = None


def asked(run: Run, terms: Terms, directory: Directory, now: datetime) -> tuple[Asked, ...]:
    """Everything that waits for people in a run."""
    if run.ended:
        return ()
    waits: list[Gate | Question] = [*run.questions.values()]
    waits += [gate for gate in run.gates.values() if gate.status is GateStatus.OPEN]
    return tuple(_asked(one, _card(run, terms, one.step), run, terms, directory, now) for one in waits)


def rejectable(run: Run, terms: Terms, directory: Directory, now: datetime) -> tuple[Asked, ...]:
    """What was approved and can still be rejected, with those who may. A question about it offers that by itself."""
    gates = [gate for gate in run.gates.values() if not run.questions and can_be_rejected(run, terms, gate)]
    return tuple(_asked(gate, _card(run, terms, gate.step), run, terms, directory, now) for gate in gates)


def _card(run: Run, terms: Terms, step: str) -> Card:
    try:
        card = card_of(run, terms, step)
    except (KeyError, ValueError):
        card = None
    return card or Card(f"“{step}” cannot be shown: what it is about has changed.", "Cancel this run.", ())


def _asked(waits: Gate | Question, card: Card, run: Run, terms: Terms, directory: Directory, now: datetime) -> Asked:
    brief = terms.brief
    people = members_of(waits.group, run, brief, directory, now)
    if isinstance(waits, Question):
        allowed = [one for one in people if may_answer(one, waits, run, brief).allowed]
        return Asked(waits.step, waits.group, tuple(allowed), card, question=waits)
    invited = [one for ref in waits.invited for one in _behind(ref, run, brief, directory, now)]
    every = dict.fromkeys((*[one for one in invited if one.id == waits.holder], *people, *invited))
    verdict = Verdict.APPROVE if waits.status is GateStatus.OPEN else Verdict.REJECT
    allowed = [one for one in every if may_decide(one, verdict, waits, run, brief).allowed]
    return Asked(waits.step, waits.group, tuple(allowed), card, gate=waits)


def members_of(group: str, run: Run, brief: Brief, directory: Directory, now: datetime) -> tuple[Person, ...]:
    """The people of a reviewer group, of `owner` or `requester`; a delegate for whoever is away."""
    reviewers = brief.reviewers.get(group)
    if reviewers is None:
        refs = {"requester": run.origin.requester, "owner": brief.owner}
        return _behind(refs.get(group, group), run, brief, directory, now)
    named = [directory.named(who) for who in reviewers.members]
    listed = directory.members(reviewers.usergroup) if reviewers.usergroup else ()
    people = (one for one in (*named, *listed) if one is not None)
    return tuple(dict.fromkeys(present(one, directory, now) for one in people))


def _behind(ref: str, run: Run, brief: Brief, directory: Directory, now: datetime) -> tuple[Person, ...]:
    if ref in brief.reviewers:
        return members_of(ref, run, brief, directory, now)
    person = directory.person(PersonId(ref)) or directory.named(ref)
    return (present(person, directory, now),) if person is not None else ()


def with_names(card: Card, called: Callable[[str], str]) -> Card:
    """The card with people called by their names."""
    return replace(
        card,
        standing=in_names(card.standing, called),
        remarks=tuple(in_names(remark, called) for remark in card.remarks),
    )


def in_names(text: str, called: Callable[[str], str]) -> str:
    """The text with everybody whose id stands in it called by their name."""
    return _IDS.sub(lambda found: called(found[0]), text)
