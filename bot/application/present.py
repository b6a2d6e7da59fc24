"""Who is there: whoever is not is stood in for by their delegate, and that one by theirs."""

from datetime import datetime

from bot.application.parts import Parts
from bot.domain.attendance import Link
from bot.domain.brief import Brief
from bot.domain.gate import OWNER
from bot.domain.person import Person, PersonId
from bot.domain.presence import attendance, can_decide, seat_of
from bot.domain.run import GateStatus, Run
from bot.ports.directory import Directory


def present(person: Person, directory: Directory, now: datetime) -> Person:
    """Whoever acts for a person now; the last one asked, where nobody is there. The delegate needs the right of their
    own."""
    seat = seat_of(person, directory.person, now)
    if seat.there is not None:
        return seat.there
    return next((one for one, _ in reversed(seat.passed) if one.active), person)


def present_links(parts: Parts, run: Run, step: str) -> tuple[Link, ...]:
    """Who could decide at an open gate now, link by link of its chain; nothing where none is open."""
    gate = run.gates.get(step)
    if gate is None or gate.status is not GateStatus.OPEN or run.ended:
        return ()
    brief, directory = parts.terms(run).brief, parts.directory
    return attendance(
        gate, run, brief, lambda name: people_of(name, brief, directory), directory.person, parts.clock.now()
    )


def absent_links(parts: Parts, run: Run, step: str) -> tuple[Link, ...]:
    """The same where nobody of the group that is asked can decide now; nothing as soon as one of them can."""
    gate = run.gates.get(step)
    if gate is None:
        return ()
    brief, find, now = parts.terms(run).brief, parts.directory.person, parts.clock.now()
    for person in people_of(gate.group, brief, parts.directory):
        there = seat_of(person, find, now).there
        if there is not None and can_decide(there, gate, run, brief):
            return ()
    return present_links(parts, run, step)


def people_of(name: str, brief: Brief, directory: Directory) -> tuple[Person, ...]:
    """The people of a reviewer group, or of `owner`, or behind an id; each once, also those who are away."""
    group = brief.reviewers.get(name)
    if group is None:
        return behind(brief.owner if name == OWNER else name, directory)
    named = (*group.members, group.usergroup) if group.usergroup else group.members
    return tuple({one.id: one for who in named for one in behind(who, directory)}.values())


def behind(name: str, directory: Directory) -> tuple[Person, ...]:
    """The people behind an id, a handle or the name of a group."""
    person = directory.person(PersonId(name)) or directory.named(name)
    return (person,) if person is not None else directory.members(name)
