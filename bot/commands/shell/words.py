"""Times, amounts and ids as people read them."""

from datetime import datetime

from bot.domain.lapse import ago as ago
from bot.domain.lapse import span as span
from bot.domain.quantity import dollars

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


def money(micros: int) -> str:
    return dollars(micros) if micros else "–"


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
