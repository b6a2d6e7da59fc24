"""Do routing tables and the cadence fit the steps that use them, and do the tables name people there are?"""

from collections.abc import Iterator
from enum import StrEnum
from types import UnionType
from typing import Union, assert_never, get_args, get_origin

from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.subject import People, Subject
from bot.domain.declared.place import Where
from bot.domain.intent import Fact
from bot.domain.routing.reading import no_such_table
from bot.domain.routing.table import Between, Condition, Filled, Has, InTurn, OfField, OneOf, Rule, Table, Value
from bot.domain.text import hint
from bot.domain.workflow import AnyLookup, AnyStep, LookUp

ROUTES = "routes"
CADENCE = "cadence"


def check_routes(subject: Subject) -> Iterator[Finding]:
    used = [*_lookups(subject, ROUTES)]
    tables = subject.terms.routes
    for step, lookup in used:
        if lookup.name not in tables:
            said = f"“{step.name}” goes by the table “{lookup.name}”, and routes.toml has none."
            yield subject.at(step, Code.WRONG_ROUTE, said, no_such_table(lookup.name, tables))
    for name, table in tables.items():
        yield from _table(subject, name, table, [lookup.takes for _, lookup in used if lookup.name == name])
    if tables:
        yield from _owner(subject)


def _table(subject: Subject, name: str, table: Table, facts: list[type[Fact]]) -> Iterator[Finding]:
    if not facts:
        mend = f'Take it out, or use it: look_up(routes.route("{name}", …), …).'
        yield subject.in_routes((name,), Code.WRONG_ROUTE, f"No step goes by the table “{name}”.", mend)
    for n, rule in enumerate(table):
        for fact in dict.fromkeys(facts):
            yield from _fields(subject, rule, fact, (name, n))
        yield from _people(subject, rule, (name, n))


def _lookups(subject: Subject, system: str) -> Iterator[tuple[AnyStep, AnyLookup]]:
    for step in subject.steps:
        if isinstance(step.node, LookUp) and step.node.lookup.system == system:
            yield step, step.node.lookup


# --- fields -----------------------------------------------------------------------------------------------------


def _fields(subject: Subject, rule: Rule, fact: type[Fact], at: Where) -> Iterator[Finding]:
    for name, condition in rule.when.items():
        fault = _unknown(name, fact) or _misfit(condition, fact, name)
        if fault:
            yield subject.in_routes((*at, "when", name), Code.WRONG_ROUTE, f"“{rule.name}” {fault[0]}.", fault[1])
    if isinstance(rule.to, OfField):
        name = rule.to.field
        fault = _unknown(name, fact)
        if not fault and not _is(fact, name, str):
            fault = f"goes to whoever {name} names, and that is no text", 'Name a field such as "owner".'
        if fault:
            yield subject.in_routes((*at, "to"), Code.WRONG_ROUTE, f"“{rule.name}” {fault[0]}.", fault[1])


Fault = tuple[str, str] | None
"""What is wrong with a rule, to be read after its name, and the mend."""


def _unknown(name: str, fact: type[Fact]) -> Fault:
    if name in fact.model_fields:
        return None
    mend = hint(name, fact.model_fields, f"It has: {', '.join(fact.model_fields)}.")
    return f"goes by “{name}”, which is no field of {fact.__name__}", mend


def _misfit(condition: Condition, fact: type[Fact], name: str) -> Fault:
    match condition:
        case OneOf(values):
            wrong = [str(one) for one in values if not _can_be(fact, name, one)]
            return _never(fact, name, ", ".join(wrong)) if wrong else None
        case Filled():
            said = f"waits for {name} to be filled in, and it always is", "Compare it with a value."
            return said if _is(fact, name, int) and not _may_be_none(fact, name) else None
        case Between():
            said = f"compares {name} with a number, and it is none", f'Write {name} = "…".'
            return None if _is(fact, name, int) and not _is(fact, name, bool) else said
        case Has():
            said = f"looks for words in {name}, which is no text", f"Compare it with a value: {name} = …."
            return None if (_is(fact, name, str) and not _members(fact, name)) or _is_list(fact, name) else said
        case _:
            assert_never(condition)


def _never(fact: type[Fact], name: str, wrong: str) -> Fault:
    members = _members(fact, name)
    if members:
        return f"waits for {name} to be {wrong}, and that cannot be", f"It can be: {', '.join(members)}."
    if _is_list(fact, name):
        return f"compares {name} with a value, and it is a list", f'Write {name} = {{ has = ["…"] }}.'
    return (
        f"waits for {name} to be {wrong}, and that cannot be",
        "Text stands in quotes; numbers, true and false do not.",
    )


def _can_be(fact: type[Fact], name: str, value: Value) -> bool:
    """Whether a field can have that value at all; only what is surely impossible is refused."""
    members = _members(fact, name)
    if members:
        return isinstance(value, str) and value.casefold() in {one.casefold() for one in members}
    kinds = {one.__name__ for one in _kinds(fact, name) if isinstance(one, type)} & {"str", "bool", "int"}
    return type(value).__name__ in kinds if kinds else not _is_list(fact, name)


def _kinds(fact: type[Fact], name: str) -> tuple[object, ...]:
    """What a field holds, without the possibility that it holds nothing."""
    annotation = fact.model_fields[name].annotation
    parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return tuple(one for one in parts if one is not type(None))


def _may_be_none(fact: type[Fact], name: str) -> bool:
    return type(None) in get_args(fact.model_fields[name].annotation)


def _is(fact: type[Fact], name: str, kind: type) -> bool:
    return all(isinstance(one, type) and issubclass(one, kind) for one in _kinds(fact, name))


def _is_list(fact: type[Fact], name: str) -> bool:
    return all(get_origin(one) in (tuple, list) for one in _kinds(fact, name))


def _members(fact: type[Fact], name: str) -> tuple[str, ...]:
    kinds = [one for one in _kinds(fact, name) if isinstance(one, type) and issubclass(one, StrEnum)]
    return tuple(str(member) for one in kinds for member in one)


# --- people -----------------------------------------------------------------------------------------------------


def _people(subject: Subject, rule: Rule, at: Where) -> Iterator[Finding]:
    if subject.people is None or not isinstance(rule.to, InTurn):
        return
    for who in dict.fromkeys(rule.to.colleagues):
        person = subject.people.named(who)
        if person is None or person.handle != who:
            said = f"“{rule.name}” gives work to {who}, whom nobody here knows."
            yield subject.in_routes((*at, "to"), Code.UNKNOWN_PERSON, said, _mend(subject.people, who))
        elif not person.active:
            said = f"“{rule.name}” gives work to {person.name}, whose account is deactivated."
            yield subject.in_routes((*at, "to"), Code.HAS_LEFT, said, "Name somebody else; they are passed over.")


def _mend(people: People, who: str) -> str:
    return hint(who, people.names(), "Mend the name, or add them to the directory.")


def _owner(subject: Subject) -> Iterator[Finding]:
    """What nobody is there for goes to the owner, who has to be one person then."""
    owner = subject.brief.owner
    person = subject.people.named(owner) if subject.people is not None else None
    if person is None and subject.people is not None and subject.people.members(owner):
        said = (
            f"The owner, {owner}, is a group; work for which nobody is there goes to the owner, who is one person then."
        )
        yield subject.in_brief(("owner",), Code.WRONG_ROUTE, said, 'Name a person: owner = "@olga".')


# --- the cadence ------------------------------------------------------------------------------------------------


def check_cadence(subject: Subject) -> Iterator[Finding]:
    used = [*_lookups(subject, CADENCE)]
    if subject.brief.cadence is None:
        for step, _ in used:
            said = f"“{step.name}” asks for the next touch, and the brief has no [cadence]."
            mend = 'Add [cadence] with intervals = ["2d", "5d"] and stop_when = "the customer has answered".'
            yield subject.at(step, Code.WRONG_CADENCE, said, mend)
    elif not used:
        said = "The brief has a [cadence], and no step asks for the next touch."
        mend = "Take it out, or use it: look_up(cadence.next_of(…), …)."
        yield subject.in_brief(("cadence",), Code.WRONG_CADENCE, said, mend)
    for step, lookup in used:
        if fault := _shape(lookup):
            said = f"“{step.name}” asks for the next touch, and {fault}."
            mend = "See crm.Touch and crm.NextTouch for the fields they need."
            yield subject.at(step, Code.WRONG_CADENCE, said, mend)


def _shape(lookup: AnyLookup) -> str:
    takes, gives = lookup.takes, lookup.gives
    if not ("n" in takes.model_fields and _is(takes, "n", int) and "due" in takes.model_fields):
        return f"{takes.__name__} has no whole number `n` and time `due`"
    records = gives.model_fields.get("records")
    if records is None or takes not in get_args(records.annotation):
        return f"{gives.__name__} has no `records` of {takes.__name__}"
    return "" if "why" in gives.model_fields else f"{gives.__name__} has no text `why`"
