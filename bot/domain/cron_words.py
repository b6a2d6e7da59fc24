"""A schedule as people say it: every weekday at 09:00. What is longer to say than to write stands as it is written."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.brief import Triggers
from bot.domain.by_clock import schedule_of
from bot.domain.cron import Schedule, next_due

_WEEKDAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split()
_MOST_TIMES = 4


def due_words(triggers: Triggers, now: datetime) -> str:
    """When it is due, by which clock, and when next; empty without a schedule."""
    schedule = schedule_of(triggers)
    if schedule is None:
        return ""
    said = f"{_when(schedule) or f'by “{triggers.schedule}”'}, {triggers.time_zone}"
    due = next_due(schedule, now)
    return f"{said}; next at {due.astimezone(schedule.zone):%Y-%m-%d %H:%M}" if due is not None else said


def _when(schedule: Schedule) -> str:
    """Empty where that is too long to say."""
    days, times = _days(schedule), _times(schedule)
    if not days or not times:
        return ""
    if times.startswith("at "):
        return f"{days} {times}"
    return times if days == "every day" else f"{times}, {days}"


def _times(schedule: Schedule) -> str:
    minutes = sorted(schedule.minutes)
    if not schedule.hourly:
        shown = [f"{hour:02}:{minute:02}" for hour in sorted(schedule.hours) for minute in minutes]
        return f"at {_listed(shown)}" if len(shown) <= _MOST_TIMES else ""
    step = 60 // len(minutes)
    if len(minutes) == 1:
        return f"every hour at minute {minutes[0]}"
    if minutes == [*range(0, 60, step)]:
        return "every minute" if step == 1 else f"every {step} minutes"
    return ""


def _days(schedule: Schedule) -> str:
    weekdays = {day % 7 for day in schedule.weekdays}
    if len(schedule.months) < 12 or schedule.either:
        return ""
    if len(weekdays) == 7:
        days = sorted(schedule.days)
        return (
            "every day" if len(days) == 31 else f"every month on {'day' if len(days) == 1 else 'days'} {_listed(days)}"
        )
    if len(schedule.days) < 31:
        return ""
    if weekdays == {1, 2, 3, 4, 5}:
        return "every weekday"
    return f"every {_listed([_WEEKDAYS[day] for day in sorted(weekdays, key=lambda day: day or 7)])}"


def _listed(things: Collection[object]) -> str:
    *first, last = map(str, things)
    return f"{', '.join(first)} and {last}" if first else last
