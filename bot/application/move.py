"""The one way into the machine: whatever happened is redacted first, by the class of each field it carries."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any, TypeVar

from bot.application.parts import Parts
from bot.domain.attempt import Attempt
from bot.domain.event import Decided, Event, Started, Verdict
from bot.domain.machine import Moved, advance
from bot.domain.plain import Plain
from bot.domain.redaction import FieldClass, FieldPolicy, Redactor
from bot.domain.run import Run
from bot.domain.terms import Terms

E = TypeVar("E", bound=Event)

_TEXTS = frozenset({"text", "reason", "instead", "link", "refused", "why"})
_LISTS = frozenset({"doubts", "evidence"})
_VALUES = frozenset({"value", "values"})
_CARRIES = _TEXTS | _LISTS | _VALUES | {"receipt", "attempts"}
"""The fields of events in which something that was said or sent can stand."""

_FOREIGN = ("reported", "finish", "request_id", "error")
"""The fields of a call to a model that the other side has written."""

_OF_SYSTEMS = FieldPolicy(default=FieldClass.PUBLIC)
"""A receipt is needed to take things back: only what opens doors is taken out of it."""


def move(parts: Parts, run: Run, event: Event, terms: Terms) -> Moved:
    """What this event makes of the run. Raises Refused where it may not happen; then nothing changed."""
    return advance(run, storable(parts.redactor, run, event, terms), terms)


def storable(redactor: Redactor, run: Run, event: E, terms: Terms) -> E:
    """The event as it may be stored."""
    kind: Any = type(event)
    given = {name: value for name in _carried(kind) if (value := getattr(event, name))}
    if not given:
        return event
    policy, at = terms.fields.kept(), _place(run, event, terms)
    clean: dict[str, Any] = {}
    for name, value in given.items():
        if name in _TEXTS and isinstance(value, str):
            clean[name] = redactor.clean(value)
        elif name in _LISTS:
            clean[name] = tuple(map(redactor.clean, value))
        elif name in _VALUES:
            clean[name] = _mapping(redactor.redact({**value}, policy, at=at).value)
        elif name == "receipt":
            known = _OF_SYSTEMS if "id" in value else policy
            clean[name] = _mapping(redactor.redact({**value}, known, at=at if known is policy else "").value)
        elif name == "attempts":
            clean[name] = storable_attempts(redactor, value)
    return replace(event, **clean)


@cache
def _carried(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.name in _CARRIES)


def storable_attempts(redactor: Redactor, attempts: Sequence[Attempt]) -> tuple[Attempt, ...]:
    """Calls to a model as they may be stored: a server may say again what it was sent, also in place of a name."""
    return tuple(replace(one, **said) if (said := _said(redactor, one)) else one for one in attempts)


def _said(redactor: Redactor, attempt: Attempt) -> dict[str, Any]:
    """Of what stands there in the words of the other side, that which may not stay."""
    said = {name: text for name in _FOREIGN if (text := getattr(attempt, name))}
    return {name: clean for name, text in said.items() if (clean := redactor.clean(text)) != text}


def _place(run: Run, event: Event, terms: Terms) -> str:
    """The step whose fields an event carries: an edit is of what was proposed, not of the gate."""
    if isinstance(event, Started):
        return terms.definition.trigger.name
    step: str = getattr(event, "step", "")
    if isinstance(event, Decided) and event.verdict is Verdict.EDIT:
        gate = run.gates.get(step)
        proposals = gate.proposals if gate is not None else ()
        return proposals[event.proposal].step if 0 <= event.proposal < len(proposals) else step
    return step


def _mapping(value: Plain) -> Mapping[str, Plain]:
    return value if isinstance(value, dict) else {}
