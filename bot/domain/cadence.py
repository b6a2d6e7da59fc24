"""A cadence: when the next touch is due, as the brief's intervals say."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.brief import Cadence
from bot.domain.plain import Plain
from bot.domain.quantity import write_duration


def next_touch(cadence: Cadence, touch: Mapping[str, Plain], now: datetime) -> dict[str, Plain]:
    """The touch that follows this one, as one record; or none after the last, and why."""
    said = touch.get("n")
    n, last = (said if isinstance(said, int) else 1), len(cadence.intervals) + 1
    if n >= last:
        return {"records": [], "why": f"Touch {n} was the last: the brief has {last} at most."}
    interval = cadence.intervals[n - 1]
    due = now + interval
    why = f"Touch {n + 1} of {last} is due {write_duration(interval)} after touch {n}, unless {cadence.stop_when}."
    return {"records": [{**touch, "n": n + 1, "due": due.isoformat()}], "why": why}
