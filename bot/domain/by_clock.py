"""What the clock starts a workflow from, and what becomes of a time that was missed or came too early."""

import types
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, TypeAlias, Union, get_args, get_origin

from pydantic import AwareDatetime, ValidationError

from bot.domain.brief import Missed, Overlap, Triggers
from bot.domain.cron import Schedule, read_schedule, zone_of
from bot.domain.intent import Fact

SOURCE = "schedule:"
"""How whoever asked for a run is written where it was the clock; the name of the workflow follows."""
GRACE = timedelta(minutes=10)
"""So late a schedule may be."""
MOST_CAUGHT_UP = 24
"""So many of the times that were missed are started at most."""
Clock: TypeAlias = tuple[str, str]
"""What a brief says of it: the schedule, and the time zone."""
_KEY = "schedule/%Y-%m-%dT%H:%MZ"
_TIMES = (date, datetime)


class Turn(StrEnum):
    """What is done about a time that was due."""

    START = "start"
    WAIT = "wait"
    """It starts when the run before has ended."""
    MISSED = "missed"
    """It was too long ago, says the brief."""
    OVERLAP = "overlap"
    """The run before had not ended, and the brief passes the time over then."""
    BEYOND = "beyond"
    """More were missed than are caught up, and this was the last of those before."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A time that was passed over, why, and when that was found."""

    due: datetime
    why: Turn
    at: datetime


def key_of(due: datetime) -> str:
    """The same time starts one run, whoever looks, and however often."""
    return due.astimezone(UTC).strftime(_KEY)


def time_of(key: str) -> datetime:
    """The time that such a key is about."""
    return datetime.strptime(key, _KEY).replace(tzinfo=UTC)


def chain_of(workflow: str) -> str:
    """The chain of the record that says which times were passed over, and why."""
    return f"clock:{workflow}"


def said_of(workflow: str, passed: Passed) -> str:
    """What the log says of a time that was passed over."""
    at = f"{passed.due:%Y-%m-%d %H:%M} UTC"
    match passed.why:
        case Turn.BEYOND:
            return f"{workflow} has missed more than {MOST_CAUGHT_UP} times: those until {at} are not caught up."
        case Turn.OVERLAP:
            return f"{workflow} was not started for {at}: the run before had not ended."
        case _:
            return f"{workflow} was not started for {at}: nobody looked in time."


def schedule_of(triggers: Triggers) -> Schedule | None:
    """When it is due; None without a schedule, or where nobody can read it any more."""
    return read_schedule(triggers.schedule, triggers.time_zone) if triggers.schedule else None


def turn(triggers: Triggers, due: datetime, now: datetime, *, going: bool) -> Turn:
    """What is done about a time; `going`: a run that the clock started has not ended."""
    if triggers.missed is Missed.SKIP and now - due > GRACE:
        return Turn.MISSED
    if not going or triggers.overlap is Overlap.START:
        return Turn.START
    return Turn.OVERLAP if triggers.overlap is Overlap.SKIP else Turn.WAIT


def value_by(fact: type[Fact], triggers: Triggers, due: datetime) -> dict[str, object]:
    """What a run starts from, besides its defaults."""
    value = dict[str, object](triggers.values)
    if triggers.moment and (kind := time_in(fact, triggers.moment)) is not None:
        here = due.astimezone(zone_of(triggers.time_zone))
        value[triggers.moment] = here if kind is datetime else here.date()
    return value


def time_in(fact: type[Fact], name: str) -> type[date] | None:
    """What kind of time a field takes, a day or a moment; None where it is no such field."""
    info = fact.model_fields.get(name)
    found = _kinds(info.annotation) if info is not None else set[object]()
    return next((kind for kind in _TIMES if found == {kind}), None)


def left_open(fact: type[Fact], triggers: Triggers) -> tuple[str, ...]:
    """The fields that nobody would fill in."""
    filled = {triggers.moment, *triggers.values}
    return tuple(name for name, info in fact.model_fields.items() if info.is_required() and name not in filled)


def unfit(fact: type[Fact], triggers: Triggers, due: datetime) -> str:
    """What is wrong with that value; empty where a run can start from it."""
    try:
        fact.model_validate(value_by(fact, triggers, due))
    except ValidationError as error:
        (first, *_) = error.errors(include_input=False)
        return f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}"
    return ""


def stands_since(clock: Clock, said: Iterable[tuple[Clock, datetime]]) -> datetime | None:
    """Since when a brief has named this schedule, by what its versions named, newest first; None where it does not."""
    since = None
    for named, at in said:
        if named != clock:
            break
        since = at
    return since


def _kinds(annotation: object) -> set[object]:
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return {one for part in get_args(annotation) for one in _kinds(part)} - {types.NoneType}
    return {datetime if annotation is AwareDatetime else annotation}
