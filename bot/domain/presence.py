"""Who is there at a given moment, and who is asked in place of whoever is not.

Whoever is away is stood in for by their delegate, and that one by theirs; the delegate needs the right of their own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.attendance import Absence, Link
from bot.domain.brief import Brief
from bot.domain.event import Verdict
from bot.domain.frozen import replace
from bot.domain.gate import chain_of, may_decide
from bot.domain.person import Person, PersonId, Shift
from bot.domain.run import Gate, Run

Find = Callable[[PersonId], Person | None]
"""The person with an id, as they are known now."""
Absent = Callable[[Person, datetime], Absence | None]
"""Why somebody is not there at a moment."""
Behind = Callable[[str], tuple[Person, ...]]
"""The people of a reviewer group, or of `owner`, or behind an id; also those who are away or have left."""


def absence(person: Person, now: datetime) -> Absence | None:
    """Why somebody is not there now; None where they are."""
    if not person.active:
        return Absence.LEFT
    if person.away:
        return Absence.AWAY
    if person.quiet:
        return Absence.QUIET
    return None if is_at_work(person, now) else Absence.OFF


def is_at_work(person: Person, now: datetime) -> bool:
    """Whether the clock on their wall shows an hour at which they work."""
    here = now.astimezone(person.zone or UTC)
    return not person.shifts or any(_covers(shift, here) for shift in person.shifts)


def _covers(shift: Shift, here: datetime) -> bool:
    hour, today = here.time().replace(tzinfo=None), here.weekday()
    if shift.starts < shift.ends:
        return today in shift.days and shift.starts <= hour < shift.ends
    yesterday = (here.date() - timedelta(days=1)).weekday()
    return (today in shift.days and hour >= shift.starts) or (yesterday in shift.days and hour < shift.ends)


@dataclass(frozen=True, slots=True)
class Seat:
    """Whoever is there for somebody: themselves, or who stands in for them."""

    there: Person | None
    """Nobody, where neither they nor a delegate are."""
    passed: tuple[tuple[Person, Absence], ...] = ()
    """Who was passed over on the way, and why."""


def seat_of(person: Person, find: Find, now: datetime, *, absent: Absent = absence) -> Seat:
    """Who is there for a person now; `absent` says what counts as not being there."""
    passed: list[tuple[Person, Absence]] = []
    one: Person | None = person
    while one is not None and one.id not in {met.id for met, _ in passed}:
        why = absent(one, now)
        if why is None:
            return Seat(one, tuple(passed))
        passed.append((one, why))
        one = find(one.delegate) if one.delegate is not None else None
    return Seat(None, tuple(passed))


def attendance(gate: Gate, run: Run, brief: Brief, behind: Behind, find: Find, now: datetime) -> tuple[Link, ...]:
    """Who could decide at a gate now, link by link: its group first, its owner last."""
    return tuple(link_of(name, behind(name), gate, run, brief, find, now) for name in chain_of(gate.group, brief))


def link_of(name: str, people: Iterable[Person], gate: Gate, run: Run, brief: Brief, find: Find, now: datetime) -> Link:
    """Of some people, and those who stand in for them, who can decide at a gate now were they invited."""
    invited = replace(gate, invited=(*gate.invited, name))
    there: dict[PersonId, Person] = {}
    passed: dict[PersonId, tuple[Person, Absence]] = {}
    for person in people:
        seat = seat_of(person, find, now)
        passed |= {one.id: (one, why) for one, why in seat.passed}
        if seat.there is not None and can_decide(seat.there, invited, run, brief):
            there[seat.there.id] = seat.there
    return Link(name, tuple(there.values()), tuple(passed.values()))


def can_decide(person: Person, gate: Gate, run: Run, brief: Brief) -> bool:
    """Whether somebody's vote would count and is not given yet."""
    voted = any(vote.person == person.id for vote in (*gate.approvals, *gate.denials))
    return not voted and may_decide(person, Verdict.APPROVE, gate, run, brief).allowed
