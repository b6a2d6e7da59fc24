"""What is checked: a workflow on its terms, and where each part of it stands in the author's files."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.domain.binding import Binding
from bot.domain.brief import Brief
from bot.domain.checks.finding import Code, Finding
from bot.domain.declared.place import Where
from bot.domain.declared.toml import Toml
from bot.domain.intent import Intent
from bot.domain.person import Person
from bot.domain.terms import Terms
from bot.domain.workflow import AnyStep, Definition, Either, PlanOf, Propose, Review, inputs_of


class People(Protocol):
    """Who there is, as a directory knows it."""

    def named(self, name: str) -> Person | None: ...

    def members(self, group: str) -> tuple[Person, ...]: ...

    def names(self) -> tuple[str, ...]:
        """What a brief can write, people and groups, for "did you mean"."""
        ...


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything the checks may look at."""

    terms: Terms
    bindings: Mapping[str, Binding]
    known: Collection[str] = ()
    """The names of all workflows."""
    toml: Toml | None = None
    """The brief's text, which knows its lines."""
    today: date | None = None
    people: People | None = None
    routes: Toml | None = None
    """The text of the routing tables."""

    @property
    def definition(self) -> Definition:
        return self.terms.definition

    @property
    def steps(self) -> tuple[AnyStep, ...]:
        return self.terms.definition.steps

    @property
    def brief(self) -> Brief:
        return self.terms.brief

    def named(self, name: str) -> AnyStep | None:
        """The step of that name."""
        return next((step for step in self.steps if step.name == name), None)

    def is_own(self, where: Where) -> bool:
        """Whether the brief itself says this. What does not stand in it, it has from the house."""
        return self.toml is None or where in self.toml.spans.keys

    def at(self, step: AnyStep, code: Code, sentence: str, mend: str) -> Finding:
        """A finding in the workflow file."""
        return Finding(code, self.definition.name, step.place.file, step.place.line, sentence, mend)

    def in_brief(self, where: Where, code: Code, sentence: str, mend: str) -> Finding:
        """A finding in the brief, at that setting or the section it would stand in."""
        return self._in_text(self.toml, "brief.toml", where, code, sentence, mend)

    def in_routes(self, where: Where, code: Code, sentence: str, mend: str) -> Finding:
        """A finding in the routing tables."""
        return self._in_text(self.routes, "routes.toml", where, code, sentence, mend)

    def _in_text(self, toml: Toml | None, name: str, where: Where, code: Code, sentence: str, mend: str) -> Finding:
        if toml is not None:
            return Finding(code, self.definition.name, toml.file, toml.line(where), sentence, mend)
        folder = (self.steps[0].place.file if self.steps else "").rpartition("/")[0]
        return Finding(code, self.definition.name, f"{folder}/{name}" if folder else name, 1, sentence, mend)


def alternatives(step: AnyStep) -> Iterator[AnyStep]:
    """A step, or each side of a join."""
    if isinstance(step.node, Either):
        yield from alternatives(step.node.first)
        yield from alternatives(step.node.second)
    else:
        yield step


def reaches(step: AnyStep) -> Iterator[AnyStep]:
    """Every step that this one uses itself: inputs and guard, joins and what they join."""
    todo = [*inputs_of(step.node), *((step.when.choice,) if step.when else ())]
    for one in todo:
        yield one
        if not one.name:
            yield from reaches(one)


def proposals(review: Review) -> tuple[AnyStep, ...]:
    """The steps whose intents a gate decides on, in order."""
    inner = review.intent.node
    return inner.intents if isinstance(inner, PlanOf) else (review.intent,)


def intents_of(review: Review) -> tuple[type[Intent], ...]:
    """The types of intent a gate decides on."""
    nodes = (step.node for step in proposals(review))
    return tuple(node.intent for node in nodes if isinstance(node, Propose) and node.intent)


def reviews(subject: Subject) -> Iterator[tuple[AnyStep, Review]]:
    for step in subject.steps:
        if isinstance(step.node, Review):
            yield step, step.node
