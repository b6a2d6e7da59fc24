"""How often an app may call: Slack's tiers, as they are, faster or slower by a factor, or not at all."""

import math
from dataclasses import dataclass, field
from enum import Enum


class Tier(Enum):
    """Calls a minute that a method takes over time; a burst of as many is let through."""

    ONE = 1
    TWO = 20
    THREE = 50
    FOUR = 100
    POSTING = 60
    """One a second in each channel."""
    SPECIAL = 600


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


@dataclass(slots=True)
class Limits:
    """`factor` nought counts nothing; 1 is as Slack does; 10 lets ten times as many through."""

    factor: float = 0.0
    _buckets: dict[tuple[str, str, str], _Bucket] = field(default_factory=dict[tuple[str, str, str], _Bucket])

    def refuse(self, app: str, method: str, tier: Tier, *, now: float, channel: str = "") -> int:
        """Whole seconds to wait before the next try; nought where the call may go through, and then it is counted."""
        if not self.factor:
            return 0
        a_second = tier.value * self.factor / 60
        most = max(1.0, min(tier.value, 5 if tier is Tier.POSTING else tier.value) * self.factor)
        key = (app, method, channel if tier is Tier.POSTING else "")
        bucket = self._buckets.setdefault(key, _Bucket(most, now))
        bucket.tokens = min(most, bucket.tokens + max(0.0, now - bucket.at) * a_second)
        bucket.at = now
        if bucket.tokens < 1:
            return max(1, math.ceil((1 - bucket.tokens) / a_second))
        bucket.tokens -= 1
        return 0

    def forget(self) -> None:
        self._buckets.clear()
