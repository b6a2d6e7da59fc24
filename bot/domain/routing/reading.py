"""Routing tables out of their file, each problem with its line and what to write instead."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field, PlainValidator, RootModel

from bot.domain.brief import Part
from bot.domain.brief.field import Line
from bot.domain.declared.fault import is_list
from bot.domain.declared.form import fill_in
from bot.domain.declared.toml import Toml
from bot.domain.declared.word import odd
from bot.domain.errors import Misdeclared
from bot.domain.plain import is_object
from bot.domain.routing.table import Between, Condition, Filled, Has, InTurn, OfField, OneOf, Rule, Table, Value
from bot.domain.text import hint

ANYTHING = "*"
_HANDLE = re.compile(r"@[^\s@]{1,59}")
_FIELD = re.compile(r"[a-z_][a-z0-9_]*")
_MOST_RULES = 100
_WAYS = 'a value, a list of values, "*", { above = 5 }, { below = 5 } or { has = ["bike"] }'


def _condition(given: object) -> Condition:
    if given == ANYTHING:
        return Filled()
    if is_object(given):
        return _compared(given)
    return OneOf(_values(given if is_list(given) else [given]))


def _values(given: list[object]) -> tuple[Value, ...]:
    values = tuple(one for one in given if isinstance(one, (str, bool, int)))
    if not given or len(values) < len(given) or ANYTHING in values:
        raise odd(f"must be {_WAYS}.")
    return values


def _compared(given: Mapping[str, object]) -> Condition:
    if not given or not given.keys() <= {"above", "below", "has"} or (len(given) > 1 and "has" in given):
        raise odd(f"must be {_WAYS}.")
    if "has" in given:
        return Has(_words(given["has"]))
    numbers = {name: value for name, value in given.items() if isinstance(value, int) and not isinstance(value, bool)}
    if len(numbers) < len(given):
        raise odd("compares with what is no whole number: write { above = 5 }.")
    above, below = numbers.get("above"), numbers.get("below")
    if above is not None and below is not None and below - above < 2:
        raise odd(f"can never hold: no whole number is above {above} and below {below}.")
    return Between(above, below)


def _words(given: object) -> tuple[str, ...]:
    every = given if is_list(given) else [given]
    words = tuple(one for one in every if isinstance(one, str) and one.strip())
    if not words or len(words) < len(every):
        raise odd('must name the words to look for: { has = ["bike", "cargo"] }.')
    return words


def _to(given: object) -> InTurn | OfField:
    if isinstance(given, str) and _FIELD.fullmatch(given):
        return OfField(given)
    every = given if is_list(given) else [given]
    colleagues = tuple(one for one in every if isinstance(one, str) and _HANDLE.fullmatch(one))
    if not colleagues or len(colleagues) < len(every):
        raise odd('must be a colleague ("@mia"), several (["@mia", "@leo"]), or a field that names one ("owner").')
    return InTurn(colleagues)


class _Rule(Part):
    rule: Line = Field(description="what it says, in a sentence", examples=['"Everybody else, in turn"'])
    when: Mapping[str, Annotated[Condition, PlainValidator(_condition)]] = Field(
        default={}, examples=['{ language = "de" }']
    )
    to: Annotated[InTurn | OfField, PlainValidator(_to)] = Field(
        description="who gets it", examples=['["@mia", "@leo"]']
    )
    only_at_work: bool = Field(default=False, examples=["true"])


class _File(RootModel[Mapping[str, tuple[_Rule, ...]]]):
    pass


def read_tables(toml: Toml) -> dict[str, Table]:
    """Every table of a `routes.toml`. Raises Misdeclared with every problem at once."""
    every = fill_in(_File, toml).root
    tables = {
        name: tuple(Rule(one.rule, one.to, one.when, one.only_at_work) for one in rules)
        for name, rules in every.items()
    }
    problems = [one for name, table in tables.items() for one in _contradictions(name, table, toml)]
    if problems:
        raise Misdeclared.together(sorted(problems, key=lambda one: one.line))
    return tables


def _contradictions(name: str, table: Table, toml: Toml) -> Iterator[Misdeclared]:
    if not _FIELD.fullmatch(name):
        yield toml.wrong((name,), f"“{name}” is no name for a table.", "Use small letters, digits and _: [[leads]].")
    if not table or len(table) > _MOST_RULES:
        yield toml.wrong(
            (name,), f"A table has 1 to {_MOST_RULES} rules; “{name}” has {len(table)}.", "Write [[leads]]."
        )
        return
    yield from _order(name, table, toml)
    met: set[str] = set()
    for n, rule in enumerate(table):
        if rule.name in met:
            said = f"Two rules of “{name}” say “{rule.name}”; the record could not tell which one chose."
            yield toml.wrong((name, n, "rule"), said, "Say in each what is special about it.")
        met.add(rule.name)


def _order(name: str, table: Table, toml: Toml) -> Iterator[Misdeclared]:
    """Exactly the last rule takes everything: somebody always gets it, and every rule can be reached."""
    last = len(table) - 1
    for n, rule in enumerate(table):
        if n < last and not rule.when and isinstance(rule.to, InTurn):
            said = f"“{rule.name}” has no `when`, so it takes everything, and no rule after it is ever reached."
            yield toml.wrong((name, n), said, "Give it a `when`, or put it last.")
    if table[last].when:
        said = f"The last rule of “{name}” has a `when`: what fits no rule would get nobody."
        mend = 'Add one without: rule = "Everybody else", to = ["@mia"].'
        yield toml.wrong((name, last, "when"), said, mend)
    if isinstance(table[last].to, OfField):
        said = f"The last rule of “{name}” goes by a field, which can be empty: then nobody would get it."
        yield toml.wrong((name, last, "to"), said, 'Name colleagues: to = ["@mia", "@leo"].')


def no_such_table(name: str, tables: Mapping[str, Table]) -> str:
    """What to do about a table that is not there."""
    return hint(name, tables, f'Add it: [[{name}]], with rule = "Everybody", to = ["@mia"].')
