"""When a schedule is due: minute, hour, day, month and weekday, as briefs write it, by the clock of a time zone.

A time that this clock jumps over is due at the first moment after the jump, and one that comes twice is due the first
time. Only where every hour is meant, each hour that passes counts as it comes: that is no time of the day.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "sun mon tue wed thu fri sat".split()
_FIELDS: tuple[tuple[int, int, Sequence[str]], ...] = (
    (0, 59, []), (0, 23, []), (1, 31, []), (1, 12, _MONTHS), (0, 7, _WEEKDAYS),
)  # fmt: skip
"""The lowest and the highest number, and the names of the numbers from the lowest on."""
_PART = re.compile(
    r"(?:\*|(?P<first>[0-9]{1,2}|[a-z]{3})(?:-(?P<last>[0-9]{1,2}|[a-z]{3}))?)(?:/(?P<every>[0-9]{1,2}))?"
)
_LONGEST = 4 * 366 + 1
"""Days to look through: 29 February comes every four years."""
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a brief writes, read."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """0 and 7 are Sunday."""
    either: bool
    """Whether a day of the month or a weekday is enough."""
    zone: ZoneInfo

    @property
    def hourly(self) -> bool:
        return len(self.hours) == 24

    def has(self, day: date) -> bool:
        of_month, of_week = day.day in self.days, bool({day.isoweekday(), day.isoweekday() % 7} & self.weekdays)
        return day.month in self.months and ((of_month or of_week) if self.either else (of_month and of_week))


def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of that name, such as Europe/Berlin; None where there is none."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None


@lru_cache(maxsize=256)
def read_schedule(text: str, time_zone: str = "UTC") -> Schedule | None:
    """What is meant by it; None where it is no schedule, or there is no such time zone."""
    fields, zone = text.lower().split(" "), zone_of(time_zone)
    if zone is None or len(fields) != len(_FIELDS):
        return None
    read = [_numbers(field, *meant) for field, meant in zip(fields, _FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = read
    if not (minutes and hours and days and months and weekdays):
        return None
    either = "*" not in (fields[2][0], fields[4][0])
    return Schedule(minutes, hours, days, months, weekdays, either, zone)


def due_until(schedule: Schedule, until: datetime) -> Iterator[datetime]:
    """The moments until then, itself included, at which it was due: the last one first, in UTC."""
    day = until.astimezone(schedule.zone).date() + _DAY  # around midnight a clock may have shown the next day already
    for _ in range(_LONGEST):
        if schedule.has(day):
            yield from (moment for moment in reversed(_moments(schedule, day)) if moment <= until)
        day -= _DAY


def last_due(schedule: Schedule, until: datetime) -> datetime | None:
    """The last of them; None where it never was."""
    return next(due_until(schedule, until), None)


def next_due(schedule: Schedule, after: datetime) -> datetime | None:
    """The first moment after that at which it is due; None where it never is."""
    day = after.astimezone(schedule.zone).date() - _DAY
    for _ in range(_LONGEST):
        if schedule.has(day):
            found = next((moment for moment in _moments(schedule, day) if moment > after), None)
            if found is not None:
                return found
        day += _DAY
    return None


@lru_cache(maxsize=64)
def _moments(schedule: Schedule, day: date) -> tuple[datetime, ...]:
    """When it is due on that day, in order."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  what a clock on the wall shows
    shown = (midnight + timedelta(hours=hour, minutes=minute) for hour in schedule.hours for minute in schedule.minutes)
    return tuple(sorted({moment for time in shown for moment in _when(time, schedule)}))


def _when(shown: datetime, schedule: Schedule) -> tuple[datetime, ...]:
    """The moments that stand for what a clock shows, or would show if it went on by itself."""
    before, after = (shown.replace(tzinfo=schedule.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if before == after:
        return (before,)
    if before < after:
        return (before, after) if schedule.hourly else (before,)
    return () if schedule.hourly else (_jump(schedule.zone, after, before),)


def _jump(zone: ZoneInfo, earliest: datetime, latest: datetime) -> datetime:
    """The moment between these two at which the clock is put on."""
    ahead = latest.astimezone(zone).utcoffset()
    minutes = range((latest - earliest) // _MINUTE)
    at = bisect_left(minutes, True, key=lambda n: (earliest + n * _MINUTE).astimezone(zone).utcoffset() == ahead)
    return earliest + at * _MINUTE


def _numbers(field: str, low: int, high: int, names: Sequence[str]) -> frozenset[int]:
    """The numbers a field stands for (`*`, `1-5`, `*/10`, `1,15`, `mon-fri`); none where it is no such field."""
    parts = [_span(part, low, high, names) for part in field.split(",")]
    return frozenset(number for part in parts for number in part) if all(parts) else frozenset()


def _span(part: str, low: int, high: int, names: Sequence[str]) -> range:
    """The numbers of one part of a field; none where it is out of range, or nothing of the kind."""
    found = _PART.fullmatch(part)
    if found is None:
        return range(0)
    first, last = (_number(found[name], low, names) for name in ("first", "last"))
    every = int(found["every"] or 1)
    if found["first"] is None:
        first, last = low, high
    elif found["last"] is None:
        last = high if found["every"] else first
    elif found["last"] == "sun" and names is _WEEKDAYS:
        last = high
    return range(first, last + 1, every) if low <= first <= last <= high and 1 <= every <= high else range(0)


def _number(word: str | None, low: int, names: Sequence[str]) -> int:
    """What a number or a name stands for; nothing in any range where it is neither."""
    if word is None or not word.isdigit():
        return names.index(word) + low if word in names else -1
    return int(word)
