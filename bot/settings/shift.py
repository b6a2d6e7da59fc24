"""When somebody works, as a line of text: `mon-fri 09:00-17:30`."""

import re
from datetime import time

from bot.domain.declared.word import odd
from bot.domain.person import Shift

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINE = re.compile(r"(?P<days>[a-z ,-]+) (?P<starts>\d{1,2}:\d\d) ?[-–] ?(?P<ends>\d{1,2}:\d\d)", re.ASCII)
_MIDNIGHT = "24:00"


def shift_of(text: str) -> Shift:
    """The shift that a line says. Raises ValueError with what to write instead."""
    found = _LINE.fullmatch(" ".join(text.lower().split()))
    days = _days(found["days"]) if found is not None else None
    starts, ends = (_time(found[name]) for name in ("starts", "ends")) if found is not None else (None, None)
    if not days or starts is None or ends is None:
        raise odd(f"is “{text[:60]}”, which says no hours. Write them like mon-fri 09:00-17:30.")
    return Shift(days, starts, ends)


def _time(text: str) -> time | None:
    hours, _, minutes = text.partition(":")
    if text == _MIDNIGHT:
        return time(0)
    return time(int(hours), int(minutes)) if int(hours) < 24 and int(minutes) < 60 else None


def _days(text: str) -> frozenset[int] | None:
    """The days that are listed; None where one of them is none."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            return None
        begin, end = DAYS.index(first), DAYS.index(last or first)
        found |= {day % 7 for day in range(begin, end + 1 if begin <= end else end + 8)}
    return frozenset(found)
