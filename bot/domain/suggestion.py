"""What was understood from plain words, and waits for a click of the one person it was shown to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.person import PersonId
from bot.domain.plain import Plain
from bot.domain.run import RunId

KEPT_FOR = timedelta(days=1)
"""Whoever has not clicked by then says it again."""


@dataclass(frozen=True)
class Sureness:
    """How sure the model was of it."""

    confidence: int | None = None
    """Per cent."""
    doubts: tuple[str, ...] = ()
    rehearsed: bool = False


@dataclass(frozen=True)
class Filling:
    """A workflow, and what its form is filled in with."""

    workflow: str
    values: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    left_out: tuple[str, ...] = ()
    """Fields of which the model said something that the person did not write, or that does not fit."""
    sure: Sureness = Sureness()
    type: Literal["filling"] = "filling"


@dataclass(frozen=True)
class Rewording:
    """A change of one action of a gate, for exactly the version it was made from."""

    card: str
    step: str
    version: int
    text: str
    """What the person wrote."""
    n: int = 0
    """Which action of a plan."""
    values: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    """Empty where nothing can be applied; then `problem` says why."""
    problem: str = ""
    others: bool = False
    """Whether the words were about other actions of the plan as well."""
    sure: Sureness = Sureness()
    type: Literal["rewording"] = "rewording"


@dataclass(frozen=True)
class Suggestion:
    """One of them, for one person and for a time."""

    id: str
    """Unguessable: a button carries it."""
    person: PersonId
    until: datetime
    what: Filling | Rewording
    run: RunId | None = None
