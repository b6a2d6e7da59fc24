"""Who gets it, by one rule, now: the next in turn who is there, else who stands in for them, else the owner."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.attendance import Absence
from bot.domain.person import Person
from bot.domain.plain import Plain
from bot.domain.presence import Find, is_at_work, seat_of
from bot.domain.routing.table import InTurn, Rule, names_of

STRANGER = "nobody here knows them"


@dataclass(frozen=True, slots=True)
class Staff:
    """Who there is at a moment, and who takes what nobody is there for."""

    named: Callable[[str], Person | None]
    """Somebody by their handle, as they are known now."""
    find: Find
    owner: str
    """The handle of the brief's owner."""
    now: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets it, and how it came to that."""

    to: str
    why: str
    passed_over: tuple[str, ...] = ()
    """`@ines: is away`."""
    turns: int = 0
    """How far the turn of the rule moves on: past whoever took it. 0 where nobody took one."""


def takes_turns(rule: Rule) -> bool:
    """Whether a rule has to know whose turn it is."""
    return isinstance(rule.to, InTurn) and len(rule.to.colleagues) > 1


def absence_for(rule: Rule, person: Person, now: datetime) -> Absence | None:
    """Why somebody cannot take what a rule gives out. Work waits for those who only do not want to be disturbed."""
    if not person.active:
        return Absence.LEFT
    if person.away:
        return Absence.AWAY
    return Absence.OFF if rule.only_at_work and not is_at_work(person, now) else None


def choose(rule: Rule, fact: Mapping[str, Plain], staff: Staff, *, turn: int = 0) -> Choice:
    """Who gets it; `turn` counts how many turns of this rule were taken before."""
    names = names_of(rule, fact)
    first = turn % len(names)
    order = (*names[first:], *names[:first])
    passed: dict[str, str] = {}
    for n, name in enumerate(order, 1):
        person = staff.named(name)
        why_not = absence_for(rule, person, staff.now) if person is not None else STRANGER
        if person is not None and why_not is None:
            turns = n if takes_turns(rule) else 0
            return Choice(person.handle or name, f"{rule.name}: {_taken(rule, name)}", _said(passed), turns)
        passed[name] = str(why_not)
    return _stand_in(rule, order, staff, passed)


def _taken(rule: Rule, name: str) -> str:
    if not isinstance(rule.to, InTurn):
        return f"that is {name} ({rule.to.field})."
    return f"{name} is next in turn." if takes_turns(rule) else f"{name} takes these."


def _stand_in(rule: Rule, order: tuple[str, ...], staff: Staff, passed: Mapping[str, str]) -> Choice:
    """None of them is there: the delegate of the first who has one that is, or else the owner."""
    nobody = f"{rule.name}: {', '.join(dict.fromkeys(order))} cannot take it now"
    for name, person in _seats(rule, order, staff):
        if person.handle:
            return Choice(person.handle, f"{nobody}, so {person.handle} stands in for {name}.", _said(passed))
    return Choice(staff.owner, f"{nobody}, nor can anybody who stands in; it goes to the owner.", _said(passed))


def _seats(rule: Rule, order: tuple[str, ...], staff: Staff) -> Iterator[tuple[str, Person]]:
    for name in order:
        person = staff.named(name)
        if person is None:
            continue
        seat = seat_of(person, staff.find, staff.now, absent=lambda one, now: absence_for(rule, one, now))
        if seat.there is not None:
            yield name, seat.there


def _said(passed: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{name}: {why}" for name, why in passed.items())


def still_stands(rule: Rule, fact: Mapping[str, Plain], staff: Staff, before: Mapping[str, Plain]) -> bool:
    """Whether an earlier choice need not be made again: the same rule fits, and whoever it chose can still take it."""
    to = str(before.get("to"))
    person = staff.named(to)
    if before.get("rule") != rule.name or person is None or absence_for(rule, person, staff.now) is not None:
        return False
    if isinstance(rule.to, InTurn):
        return True
    passed = before.get("passed_over")
    passed_over = [str(one).partition(":")[0] for one in passed] if isinstance(passed, list) else []
    return set(names_of(rule, fact)) <= {to, *passed_over}
