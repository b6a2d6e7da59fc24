"""What the clock starts a workflow from: the defaults of its trigger, and the time it was due where it asks for it."""

import types
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Union, get_args, get_origin

from pydantic import AwareDatetime, ValidationError

from bot.domain.brief import Triggers
from bot.domain.cron import last_due
from bot.domain.intent import Fact

SOURCE = "schedule:"
"""How whoever asked for a run is written where it was the clock; the name of the workflow follows."""
_TIMES = (date, datetime)


def key_of(due: datetime) -> str:
    """The same time starts one run, whoever looks, and however often."""
    return f"schedule/{due:%Y-%m-%dT%H:%MZ}"


def due_by(schedule: str, now: datetime) -> datetime | None:
    """The last time it was due; None without a schedule. Any time before it is no longer caught up."""
    return last_due(schedule, now) if schedule else None


def value_by(fact: type[Fact], triggers: Triggers, due: datetime) -> dict[str, object]:
    """What a run starts from, besides its defaults."""
    kind = time_in(fact, triggers.moment) if triggers.moment else None
    if kind is None:
        return {}
    return {triggers.moment: due if kind is datetime else due.date()}


def time_in(fact: type[Fact], name: str) -> type[date] | None:
    """What kind of time a field takes, a day or a moment; None where it is no such field."""
    info = fact.model_fields.get(name)
    found = _kinds(info.annotation) if info is not None else set[object]()
    return next((kind for kind in _TIMES if found == {kind}), None)


def left_open(fact: type[Fact], triggers: Triggers) -> tuple[str, ...]:
    """The fields that nobody would fill in."""
    return tuple(name for name, info in fact.model_fields.items() if info.is_required() and name != triggers.moment)


def unfit(fact: type[Fact], triggers: Triggers, due: datetime) -> str:
    """What is wrong with that value; empty where a run can start from it."""
    try:
        fact.model_validate(value_by(fact, triggers, due))
    except ValidationError as error:
        (first, *_) = error.errors(include_input=False)
        return f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}"
    return ""


def stands_since(schedule: str, said: Iterable[tuple[str, datetime]]) -> datetime | None:
    """Since when a brief has named this schedule, by what its versions named, newest first; None where it does not."""
    since = None
    for named, at in said:
        if named != schedule:
            break
        since = at
    return since


def _kinds(annotation: object) -> set[object]:
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return {one for part in get_args(annotation) for one in _kinds(part)} - {types.NoneType}
    return {datetime if annotation is AwareDatetime else annotation}
