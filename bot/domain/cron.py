"""When a schedule was last due: minute, hour, day, month and weekday, as briefs write it, by UTC."""

from datetime import datetime, timedelta

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
LONGEST = 4 * 366
"""Days to look back: 29 February comes every four years."""


def last_due(schedule: str, until: datetime) -> datetime | None:
    """The last time until a moment, itself included, at which this schedule was due; None where it never was."""
    minutes, hours, days, months, weekdays = (
        _numbers(field, *range_) for field, range_ in zip(schedule.split(" "), _RANGES, strict=True)
    )
    day = until.replace(hour=0, minute=0, second=0, microsecond=0)
    either = "*" not in (schedule.split(" ")[2][0], schedule.split(" ")[4][0])
    for _ in range(LONGEST):
        of_month, of_week = day.day in days, bool({day.isoweekday(), day.isoweekday() % 7} & weekdays)
        if day.month in months and ((of_month or of_week) if either else (of_month and of_week)):
            times = (day + timedelta(hours=h, minutes=m) for h in hours for m in minutes)
            found = max((time for time in times if time <= until), default=None)
            if found is not None:
                return found
        day -= timedelta(days=1)
    return None


def _numbers(field: str, low: int, high: int) -> frozenset[int]:
    """The numbers a field stands for: `*`, `1-5`, `*/10`, `1,15`."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, every = part.partition("/")
        first, _, last = span.partition("-")
        begin = low if first == "*" else int(first)
        end = high if first == "*" or (every and not last) else int(last or first)
        found |= set(range(begin, end + 1, int(every or 1)))
    return frozenset(found)
