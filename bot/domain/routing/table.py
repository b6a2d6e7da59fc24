"""A routing table as values: its rules, what each goes by, and which of them fits a fact."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from bot.domain.declared.fault import is_list
from bot.domain.plain import Plain

Value: TypeAlias = str | bool | int


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field is one of these; text is compared without regard to capitals."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """The field holds something."""


@dataclass(frozen=True, slots=True)
class Between:
    """The field is a number above one and below the other; on a side without a number it may be any."""

    above: int | None = None
    below: int | None = None


@dataclass(frozen=True, slots=True)
class Has:
    """One of these words stands in the field, or in one of its texts."""

    words: tuple[str, ...]


Condition: TypeAlias = OneOf | Filled | Between | Has


@dataclass(frozen=True, slots=True)
class InTurn:
    """Colleagues by their handles, each in turn; whoever stands here twice gets twice as much."""

    colleagues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfField:
    """The colleague whom this field of the fact names."""

    field: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a table."""

    name: str
    """What it says, as a sentence for people; no other rule of its table says the same."""
    to: InTurn | OfField
    when: Mapping[str, Condition] = field(default_factory=dict[str, Condition])
    """What must hold, by the fields of the fact."""
    only_at_work: bool = False
    """Whether people are passed over at hours at which they do not work."""


Table: TypeAlias = tuple[Rule, ...]
"""Its last rule always fits."""


def rule_for(table: Table, fact: Mapping[str, Plain]) -> Rule:
    """The first rule that fits; one that goes by a name in a field does so only where a name stands there."""
    return next(rule for rule in table if _fits(rule, fact))


def names_of(rule: Rule, fact: Mapping[str, Plain]) -> tuple[str, ...]:
    """Whom a rule is about, for this fact."""
    match rule.to:
        case InTurn(colleagues):
            return colleagues
        case OfField(name):
            return (str(fact.get(name) or ""),)
        case _:
            assert_never(rule.to)


def _fits(rule: Rule, fact: Mapping[str, Plain]) -> bool:
    return all(names_of(rule, fact)) and all(holds(one, fact.get(name)) for name, one in rule.when.items())


def holds(condition: Condition, value: Plain) -> bool:
    """Whether a condition holds for what stands in its field."""
    match condition:
        case OneOf(values):
            return any(_same(one, value) for one in values)
        case Filled():
            return bool(value.strip() if isinstance(value, str) else value)
        case Between(above, below):
            if isinstance(value, bool) or not isinstance(value, int):
                return False
            return (above is None or value > above) and (below is None or value < below)
        case Has(words):
            return any(_stands_in(word, value) for word in words)
        case _:
            assert_never(condition)


def _same(one: Value, value: Plain) -> bool:
    if isinstance(one, str) and isinstance(value, str):
        return one.strip().casefold() == value.strip().casefold()
    return type(one) is type(value) and one == value


def _stands_in(word: str, value: Plain) -> bool:
    if is_list(value):
        return any(_stands_in(word, one) for one in value if isinstance(one, str))
    whole = rf"(?<!\w){re.escape(word.strip())}(?!\w)"
    return isinstance(value, str) and re.search(whole, value, re.IGNORECASE) is not None
