"""Dates and times as people read them, and the tokens by which Slack writes them into a text."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

_TOKEN: Final = re.compile(r"\{(\w+)\}")
# The words of English, whatever language the machine speaks.
_DAYS: Final = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS: Final = "January February March April May June July August September October November December".split()


def time_of(at: datetime) -> str:
    """`9:05 AM`"""
    return f"{at.hour % 12 or 12}:{at.minute:02d} {'AM' if at.hour < 12 else 'PM'}"


def _with_seconds(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02d}:{at.second:02d} {'AM' if at.hour < 12 else 'PM'}"


def ordinal(day: int) -> str:
    """`1st`, `22nd`, `13th`"""
    ending = "th" if day % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def day_of(at: datetime, now: datetime) -> str:
    """`Today`, `Yesterday`, or the day in words; the year where it is another one."""
    near = _near(at, now)
    if near:
        return near.capitalize()
    year = f", {at.year}" if at.year != now.year else ""
    return f"{_DAYS[at.weekday()]}, {_MONTHS[at.month - 1]} {ordinal(at.day)}{year}"


def full_of(at: datetime) -> str:
    """Everything, for whoever wants to know exactly: `Monday, January 4, 2027 at 9:05:07 AM CET`"""
    day = f"{_DAYS[at.weekday()]}, {_MONTHS[at.month - 1]} {at.day}, {at.year}"
    return f"{day} at {_with_seconds(at)} {at.tzname() or ''}".rstrip()


def ago(at: datetime, now: datetime) -> str:
    """`3 minutes ago`, `in 2 hours`"""
    seconds = (now - at).total_seconds()
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count = int(abs(seconds) // size)
        if count:
            words = f"{count} {unit}{'s' if count > 1 else ''}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"


def _near(at: datetime, now: datetime) -> str:
    days = {0: "today", -1: "yesterday", 1: "tomorrow"}
    return days.get((at.date() - now.date()) // timedelta(days=1), "")


def _long(at: datetime) -> str:
    return f"{_DAYS[at.weekday()]}, {_MONTHS[at.month - 1]} {ordinal(at.day)}, {at.year}"


def short_of(at: datetime) -> str:
    """`Jan 4, 2027`"""
    return f"{_MONTHS[at.month - 1][:3]} {at.day}, {at.year}"


def _plain(at: datetime) -> str:
    return f"{_MONTHS[at.month - 1]} {ordinal(at.day)}, {at.year}"


def _pretty(written: Callable[[datetime], str]) -> Callable[[datetime, datetime], str]:
    return lambda at, now: _near(at, now) or written(at)


def _only(written: Callable[[datetime], str]) -> Callable[[datetime, datetime], str]:
    return lambda at, _now: written(at)


_WRITTEN: Final[Mapping[str, Callable[[datetime, datetime], str]]] = {
    "date_num": _only(lambda at: f"{at:%Y-%m-%d}"),
    "date_slash": _only(lambda at: f"{at:%m/%d/%Y}"),
    "date": _only(_plain),
    "date_short": _only(short_of),
    "date_long": _only(_long),
    "date_long_full": _only(lambda at: f"{_MONTHS[at.month - 1]} {at.day}, {at.year}"),
    "date_pretty": _pretty(_plain),
    "date_short_pretty": _pretty(short_of),
    "date_long_pretty": _pretty(_long),
    "day_divider_pretty": day_of,
    "time": _only(time_of),
    "time_secs": _only(_with_seconds),
    "ago": ago,
}


def with_dates(form: str, at: datetime, now: datetime) -> str:
    """A form such as `{date_short_pretty} at {time}`, filled in; what is no token stays as it stands."""

    def fill(found: re.Match[str]) -> str:
        written = _WRITTEN.get(found[1])
        return written(at, now) if written else found[0]

    text = _TOKEN.sub(fill, form)
    # Slack begins a sentence with “Today”, and goes on in it with “today”.
    return text[:1].upper() + text[1:] if form.startswith("{") else text
