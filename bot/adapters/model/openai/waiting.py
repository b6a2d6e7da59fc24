"""How long a server asks us to wait, out of headers of many makes. What makes no sense asks for nothing."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(days=1)
_RESETS = ("requests", "tokens")
_PARTS = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_LONGEST_HEADER = 64


def wait_asked(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long we are asked to wait; None where nobody says. Never longer than a day."""
    said = {name: value.strip() for name, value in headers.items() if len(value) <= _LONGEST_HEADER}
    for seconds in _asked(said, now):
        if seconds is not None and seconds > 0:
            return timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))
    return None


def _asked(headers: Mapping[str, str], now: datetime) -> Iterable[float | None]:
    """Every answer, the most exact first."""
    thousandths = _number(headers.get("retry-after-ms", ""))
    yield thousandths / 1000 if thousandths is not None else None
    after = headers.get("retry-after", "")
    yield _number(after)
    yield _until(after, now)
    yield _reset(headers)


def _reset(headers: Mapping[str, str]) -> float | None:
    """When there is room again: where something is used up, until all of it is back; else the sooner of both."""
    resets = {name: _span(headers.get(f"x-ratelimit-reset-{name}", "")) for name in _RESETS}
    used_up = [name for name in _RESETS if headers.get(f"x-ratelimit-remaining-{name}") == "0"]
    empty = [seconds for name in used_up if (seconds := resets[name]) is not None]
    known = [seconds for seconds in resets.values() if seconds is not None]
    return max(empty) if empty else min(known, default=None)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
        # A date without a zone is one of Greenwich's.
        return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _span(text: str) -> float | None:
    """`6m0s`, `120ms`, `1h2m3.5s`, or plain seconds."""
    parts = _PARTS.findall(text)
    if parts and "".join(f"{number}{unit}" for number, unit in parts) == text:
        return sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return _number(text)
