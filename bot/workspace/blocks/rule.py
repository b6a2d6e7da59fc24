"""The words the tables are written in. Each says what a value must be, and finds what is wrong with one.

A value without flaws costs no more than looking at it: pointers are built only on the way out from a flaw.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast

from bot.workspace.blocks.flaw import (
    NO_FLAWS,
    Flaw,
    Flaws,
    failed,
    missing,
    under,
    unsupported,
    wrong_type,
)
from bot.workspace.payload import Json

DEEPEST = 50
"""How deep a free value may nest: deeper ones could not be copied or written out again."""


class Rule(Protocol):
    """What a value must be."""

    def flaws(self, value: object, /) -> Flaws: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a text is spelled, and what is said of one that is not."""

    pattern: re.Pattern[str]
    kind: str
    expected: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A string. Lengths count characters, not bytes."""

    least: int = 0
    most: int | None = None
    among: tuple[str, ...] = ()
    form: Form | None = None

    def flaws(self, value: object, /) -> Flaws:
        if not isinstance(value, str):
            return wrong_type("must provide a string")
        length = len(value)
        if self.among and value not in self.among:
            expected = list(self.among)
            return (failed("enum", "must be a valid enum value", expected=expected, got=value),)
        if self.most is not None and length > self.most:
            return (
                failed("max_length", f"must be less than {self.most + 1} characters", expected=self.most, got=length),
            )
        if length < self.least:
            message = f"must be more than {self.least - 1} characters"
            return (failed("min_length", message, expected=self.least, got=length),)
        if self.form is not None and not self.form.pattern.fullmatch(value):
            return (failed(self.form.kind, self.form.message, expected=self.form.expected, got=value),)
        return NO_FLAWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number; a whole one unless `decimal`."""

    least: int | None = None
    most: int | None = None
    above: int | None = None
    """It must be more than this."""
    decimal: bool = False

    def flaws(self, value: object, /) -> Flaws:
        if isinstance(value, bool) or not isinstance(value, (int, float) if self.decimal else int):
            return wrong_type(f"must provide {'a number' if self.decimal else 'an integer'}")
        if value != value or abs(value) == float("inf"):
            return wrong_type("must provide a number")
        if self.most is not None and value > self.most:
            return (failed("maximum", f"must be less than {self.most}", expected=self.most, got=value),)
        if self.least is not None and value < self.least:
            return (failed("minimum", f"must be greater than {self.least}", expected=self.least, got=value),)
        if self.above is not None and value <= self.above:
            return (failed("minimum", f"must be greater than {self.above}", expected=self.above, got=value),)
        return NO_FLAWS


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def flaws(self, value: object, /) -> Flaws:
        return NO_FLAWS if isinstance(value, bool) else wrong_type("must be a boolean")


@dataclass(frozen=True, slots=True)
class Free:
    """Any object: what is in it is nobody's business, as long as it does not nest without end."""

    def flaws(self, value: object, /) -> Flaws:
        if not isinstance(value, dict):
            return wrong_type("must provide an object")
        return NO_FLAWS if _is_shallow(cast("object", value)) else wrong_type("is nested too deeply")


def _is_shallow(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [part for each in level for part in _parts(each)]
        if not level:
            return True
    return False


def _parts(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(cast("Json", value).values())
    return cast("list[object]", value) if isinstance(value, list) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    of: Rule
    least: int = 0
    most: int | None = None

    def flaws(self, value: object, /) -> Flaws:
        if not isinstance(value, list):
            return wrong_type("must provide an array")
        items = cast("list[object]", value)
        count = len(items)
        if self.most is not None and count > self.most:
            return (failed("max_items", f"no more than {self.most} items allowed", expected=self.most, got=count),)
        if count < self.least:
            message = f"must provide at least {self.least} items"
            return (failed("min_items", message, expected=self.least, got=count),)
        found: list[Flaw] = []
        for at, item in enumerate(items):
            if flaws := self.of.flaws(item):
                found += under(f"/{at}", flaws)
        return found


Check = Callable[[Json], Flaws]
"""Looks at an object whose fields are each as they must be, for what they must be together."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: which fields it needs (their names, with spaces between), which it may have."""

    needs: str
    may: Mapping[str, Rule]
    checks: tuple[Check, ...] = ()
    _needed: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        object.__setattr__(self, "_needed", frozenset(self.needs.split()))

    def flaws(self, value: object, /) -> Flaws:
        if not isinstance(value, dict):
            return wrong_type("must provide an object")
        given = cast("Json", value)
        there = self._needed <= given.keys()
        found = [] if there else [missing(name) for name in self.needs.split() if name not in given]
        for name, part in given.items():
            rule = self.may.get(name)
            if rule is None:
                found.append(failed("additional_properties", f"invalid additional property: {name}", got=name))
            elif flaws := rule.flaws(part):
                found += under(f"/{name}", flaws)
        return found or [flaw for check in self.checks for flaw in check(given)]


def typed(needs: str, may: Mapping[str, Rule], *checks: Check) -> Shape:
    """The shape of one kind of several: its `type` was looked at already."""
    return Shape(needs, {"type": Text(), **may}, checks)


@dataclass(frozen=True, slots=True)
class Kinds:
    """An object that is one of several, as its `type` says."""

    shapes: Mapping[str, Rule]

    def flaws(self, value: object, /) -> Flaws:
        if not isinstance(value, dict):
            return wrong_type("must provide an object")
        given = cast("Json", value)
        kind: object = given.get("type", self)
        if kind is self:
            return (missing("type"),)
        if not isinstance(kind, str):
            return (wrong_type("must provide a string")[0].under("/type"),)
        shape = self.shapes.get(kind)
        return (unsupported(kind, list(self.shapes)),) if shape is None else shape.flaws(given)

    def only(self, *kinds: str) -> "Kinds":
        """Some of them."""
        return Kinds({kind: self.shapes[kind] for kind in kinds})


@dataclass(frozen=True, slots=True)
class Outer:
    """A rule whose flaws Slack announces with a flaw of the value itself."""

    rule: Rule
    kind: str
    message: str

    def flaws(self, value: object, /) -> Flaws:
        found = self.rule.flaws(value)
        return [failed(self.kind, self.message), *found] if found else found


def all_of(rule: Rule) -> Rule:
    """What Slack has as a shape and a limit to it, both of which must hold."""
    return Outer(rule, "all_of", "failed to match all allowed schemas")


def one_of(rule: Rule) -> Rule:
    """What Slack tries one shape after another for. It says no more than that none fits; the rest is ours."""
    return Outer(rule, "one_of", "failed to match exactly one allowed schema")
