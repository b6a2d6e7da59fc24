"""Digests: what a run pins, so that a change shows, and only a change."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import assert_never
from weakref import WeakKeyDictionary

from pydantic import BaseModel, PydanticUserError

from bot.adapters.library.source import Sources
from bot.domain.errors import Misdeclared
from bot.domain.workflow import (
    Act,
    AnyLookup,
    AnyStep,
    Ask,
    Choose,
    Decide,
    Definition,
    Each,
    Either,
    IdOf,
    Inquire,
    LookUp,
    Node,
    PlanOf,
    Propose,
    Review,
    Stop,
    Trigger,
    Wait,
    fact_type,
    inputs_of,
    members_of,
    verb_of,
)

_write = partial(json.dumps, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digests_of(definition: Definition, *, rules: Iterable[Callable[..., object]], sources: Sources) -> dict[str, str]:
    """A digest for each step. `rules` are the functions that may stand behind the brief's invariants."""
    return _Pinning(definition, rules=[sources.of(rule) for rule in rules], sources=sources).steps()


def workflow_digest(steps: Mapping[str, str]) -> str:
    """The digest of a whole workflow."""
    return digest_of_data(list(steps.items()))


def digest_of_data(data: object) -> str:
    """Of any JSON data, whatever the order of its keys."""
    return hashlib.sha256(_write(data).encode()).hexdigest()


def schema_of(model: type[BaseModel]) -> Mapping[str, object]:
    """The JSON Schema of a fact or intent. Raises Misdeclared where it has none."""
    try:
        schema: Mapping[str, object] = model.model_json_schema()
    except PydanticUserError as error:
        said = f"{model.__name__} has a field that no JSON Schema can express: {error.message}."
        raise Misdeclared(
            said, mend="Use text, whole numbers, true or false, dates, StrEnums, lists and facts."
        ) from None
    return schema


_TYPES: WeakKeyDictionary[type[BaseModel], str] = WeakKeyDictionary()
"""The digests of types, as long as they are there: a changed file is loaded as new types."""


class _Pinning:
    """Describes the steps of one workflow so that two descriptions are equal where nothing changed."""

    def __init__(self, definition: Definition, *, rules: Iterable[str], sources: Sources) -> None:
        self._definition = definition
        self._rules = sorted(rules)
        self._sources = sources

    def steps(self) -> dict[str, str]:
        """A digest for each step."""
        return {step.name: digest_of_data(self._step(step)) for step in self._definition.steps}

    def _step(self, step: AnyStep) -> object:
        guard = step.when
        return {
            "verb": verb_of(step.node),
            "when": guard and [guard.choice.name, sorted(guard.members), list(members_of(guard.choice))],
            "inputs": [[_name(one), self._type(fact_type(one))] for one in inputs_of(step.node)],
            "is": self._node(step.node, step),
        }

    def _node(self, node: Node, step: AnyStep) -> object:
        match node:
            case Trigger() | LookUp() | Ask() | Inquire() | Wait() | Stop() | Each():
                return self._comes_in(node, step)
            case Decide():
                return [self._sources.of(node.by), list(members_of(step))]
            case Propose():
                return [self._sources.of(node.build), self._type(node.intent)]
            case Review():
                return [_reviewers(node.by), self._intents(node.intent)]
            case Act():
                return [self._intents(step), self._before(step), self._rules]
            case PlanOf() | Either() | IdOf():
                return None
            case _:
                assert_never(node)

    def _comes_in(self, node: Trigger | LookUp | Ask | Inquire | Wait | Stop | Each, step: AnyStep) -> object:
        match node:
            case Trigger():
                return [self._type(node.fact), node.again and self._lookup(node.again)]
            case LookUp():
                return self._lookup(node.lookup)
            case Ask():
                return [self._type(node.fact), node.prompt or step.name]
            case Inquire():
                return [self._type(node.fact), node.of]
            case Wait():
                return [node.until, self._type(node.or_on)]
            case Each():
                return [node.start, node.cap]
            case Stop():
                return node.text
            case _:
                assert_never(node)

    def _intents(self, step: AnyStep) -> list[object]:
        """What is decided or carried out here, found by going up to where it was proposed."""
        if isinstance(step.node, Propose):
            return [step.name, self._type(step.node.intent)]
        return [self._intents(one) for one in inputs_of(step.node)]

    def _before(self, step: AnyStep) -> list[str]:
        """The actions that come first: their order matters, and no other digest has it."""
        names = [one.name for one in self._definition.steps if isinstance(one.node, Act)]
        return names[: names.index(step.name)]

    def _lookup(self, lookup: AnyLookup) -> list[object]:
        return [lookup.kind, self._type(lookup.takes), self._type(lookup.gives), sorted(lookup.witnessed)]

    def _type(self, model: type[BaseModel] | None) -> str | None:
        if model is None:
            return None
        if model not in _TYPES:
            _TYPES[model] = digest_of_data([schema_of(model), self._sources.of(model)])
        return _TYPES[model]


def _name(step: AnyStep) -> object:
    """A step by its name; a join by what it joins."""
    return step.name or [type(step.node).__name__, *(_name(one) for one in inputs_of(step.node))]


def _reviewers(by: str | Choose) -> object:
    return by if isinstance(by, str) else [by.choice.name, sorted(by.table.items()), by.otherwise]
