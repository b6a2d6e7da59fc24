"""How what a machine sends becomes what a workflow starts from: each field is taken from its place, and no other.

An event is one JSON value. A CloudEvent is its envelope with the `data` in it, in whichever mode it came, so that a
brief names the same places.
"""

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, TypeGuard, Union, get_args, get_origin

from pydantic import ValidationError

from bot.domain.brief import Brief
from bot.domain.brief.hook import HEADER, Hook
from bot.domain.errors import Unfit
from bot.domain.field import fields_of
from bot.domain.intent import Fact
from bot.domain.misfit import Place, misfits, unreadable
from bot.domain.person import Door
from bot.domain.plain import Plain, is_object
from bot.domain.text import one_line


class NotThere(LookupError):
    """Nothing stands at this place."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came in, after it was known who sent it."""

    body: object
    """JSON, as it was read; of a CloudEvent, the envelope."""
    is_cloud_event: bool = False
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """By small letters."""

    @property
    def fact(self) -> object:
        """What it is about, where no places are named."""
        if not self.is_cloud_event:
            return self.body
        return self.body.get("data") if is_object(self.body) else None


def hooks_of(workflow: str, brief: Brief) -> Mapping[str, Hook]:
    """Each hook by its name. A workflow that is open to webhooks and names none has one under its own name."""
    if Door.WEBHOOK.value not in brief.triggers.doors:
        return {}
    return brief.triggers.hooks or {workflow: Hook()}


def concerns(hook: Hook, sent: Sent) -> bool:
    """Whether an event is for this hook."""
    return all(_said(sent, place) in values for place, values in hook.only.items())


def event_id(hook: Hook, sent: Sent) -> str:
    """Which event it is, as the brief has it; empty where the brief leaves that to the sender's signature.

    Raises Unfit where what the brief names is not there: it could be taken for another event.
    """
    said = _said(sent, hook.event_id) if hook.event_id else ""
    if hook.event_id and not said:
        raise Unfit(f"Which event this is stands nowhere: there is no {hook.event_id}.")
    return said


def value_of(hook: Hook, sent: Sent, fact: type[Fact]) -> dict[str, Plain]:
    """What an event says of a fact, as plain data. Raises Unfit with what is missing or does not fit."""
    given = _taken(hook, sent, fact)
    try:
        value: dict[str, Plain] = fact.model_validate(given).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        raise Unfit(f"This is not a {fact.__name__}: {_problems([*misfits(error, fact)], hook)}") from error
    if wrong := [*_unreadable(value, fact)]:
        raise Unfit(f"This is not a {fact.__name__}: {_problems(wrong, hook)}")
    return value


def _unreadable(value: Mapping[str, Plain], fact: type[Fact]) -> Iterator[tuple[Place, str]]:
    """Each field with a text that nobody can read."""
    needed = {one.name for one in fields_of(fact) if one.shortest}
    for name, inner in value.items():
        said = (unreadable(text, needed=inner is text and name in needed) for text in _texts(inner))
        if why := next(filter(None, said), ""):
            yield (name,), why


def _texts(value: Plain) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _taken(hook: Hook, sent: Sent, fact: type[Fact]) -> dict[str, Plain]:
    if hook.fields:
        found = {name: _at_or_none(sent.body, place) for name, place in hook.fields.items()}
        return {name: _fitted(value, fact, name) for name, value in found.items() if not _is_missing(value, fact, name)}
    if not is_object(sent.fact):
        raise Unfit("This is no JSON object, so it has no fields.")
    return {name: plain(value) for name, value in sent.fact.items()}


def event_for(hook: Hook, value: Mapping[str, Plain], *, id: str) -> dict[str, Plain]:
    """An event that gives such a fact, for somebody who tries a hook."""
    event: dict[str, Plain] = {} if hook.fields else {**value}
    for name, place in hook.fields.items():
        if name in value:
            _put(event, place, value[name])
    for place, allowed in hook.only.items():
        _put(event, place, allowed[0])
    _put(event, hook.event_id, id)
    return event


def _put(event: dict[str, Plain], place: str, value: Plain) -> None:
    """Write something where it is looked for; what is looked for in a header stands there."""
    if not place or place.startswith(HEADER):
        return
    *above, last = place.split(".")
    here = event
    for part in above:
        inner = here.setdefault(part, {})
        here = inner if isinstance(inner, dict) else {}
    here[last] = value


def reach(body: object, place: str) -> object:
    """What stands at a place; a number in it counts the items of a list. Raises NotThere."""
    here = body
    for part in place.split("."):
        if is_object(here) and part in here:
            here = here[part]
        elif is_list(here) and part.isdecimal() and part.isascii() and int(part[:6]) < len(here):
            here = here[int(part[:6])]
        else:
            raise NotThere(place)
    return here


def plain(value: object) -> Plain:
    """Anything JSON holds, as it may be stored: a fraction is kept as its text."""
    if is_object(value):
        return {key: plain(inner) for key, inner in value.items()}
    if is_list(value):
        return [plain(inner) for inner in value]
    return value if isinstance(value, (str, bool, int)) or value is None else str(value)


def is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _at_or_none(body: object, place: str) -> Plain:
    try:
        return plain(reach(body, place))
    except NotThere:
        return None


def _is_missing(value: Plain, fact: type[Fact], name: str) -> bool:
    """Whether a field is left out, so that it gets its default or is said to be missing; some may be nothing."""
    info = fact.model_fields.get(name)
    may_be_nothing = info is not None and info.is_required() and types.NoneType in _kinds(info.annotation)
    return value is None and not may_be_nothing


def _fitted(value: Plain, fact: type[Fact], name: str) -> Plain:
    """Ids are numbers at many senders, and texts here."""
    info = fact.model_fields.get(name)
    kinds = _kinds(info.annotation) if info is not None else set[object]()
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number and str in kinds and not kinds & {int, Decimal} else value


def _kinds(annotation: object) -> set[object]:
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return {kind for one in get_args(annotation) for kind in _kinds(one)}
    return {annotation}


def _said(sent: Sent, place: str) -> str:
    """What stands at a place, or in a header, as a text; empty where it is no simple value."""
    if place.startswith(HEADER):
        return sent.headers.get(place.removeprefix(HEADER).lower(), "")
    value = _at_or_none(sent.body, place)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int)) else ""


def _problems(wrong: Sequence[tuple[Place, str]], hook: Hook) -> str:
    """What does not fit, field by field and with where each was looked for; nothing of what was sent."""
    lines: list[str] = []
    for where, said in wrong[:5]:
        name = ".".join(map(str, where))
        place = hook.fields.get(str(where[0])) if where else None
        lines.append(f"{one_line(name or 'it', 80)}{f' (at {place})' if place else ''}: {said}")
    more = f" And {len(wrong) - 5} more." if len(wrong) > 5 else ""
    return " ".join(lines) + more
