"""Times, amounts and ids as people read them."""

from datetime import datetime, timedelta

SHORT = 7
"""Letters of a run's id that tell it from its neighbours: its end is chance, its beginning is the time."""


def short(run: str) -> str:
    return run[-SHORT:]


def moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def stamp(at: datetime | None) -> str | None:
    """For scripts: ISO 8601 in UTC."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


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


def money(micros: int) -> str:
    return f"{micros / 1_000_000:.4f}" if micros else "–"


def per_cent(value: int | None) -> str:
    return f"{value} %" if value is not None else "–"


def size(count: int) -> str:
    """A size of data: `12.3 MB`."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1_000:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1_000
    return f"{amount:.1f} TB"


def plural(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
