"""How long something took or waits, in the one unit that matters."""

from datetime import datetime, timedelta


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in the one unit that matters."""
    return f"{span(now - then)} ago"


def span(time: timedelta) -> str:
    """A length of time in one unit: `12 s`, `5 min`, `3 h`, `2 d`."""
    seconds = max(0, int(time.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
