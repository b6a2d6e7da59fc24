"""How often somebody may come: a bucket for each that fills up again, and no more buckets than there is room for."""

from collections import OrderedDict
from collections.abc import Callable

MOST = 10_000


class Pace:
    """So many at once, and then so many a minute."""

    def __init__(self, at_once: int, a_minute: float, *, now: Callable[[], float], most: int = MOST) -> None:
        self._at_once, self._per_second, self._now, self._most = at_once, a_minute / 60, now, most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """By who, what is left and since when; whoever came longest ago goes first where there is no room."""

    def allows(self, who: str) -> bool:
        """Whether they may come now; that counts."""
        now = self._now()
        left, since = self._buckets.pop(who, (float(self._at_once), now))
        left = min(self._at_once, left + max(0.0, now - since) * self._per_second)
        allowed = left >= 1
        self._buckets[who] = (left - 1 if allowed else left, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return allowed
