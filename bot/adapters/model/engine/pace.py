"""How fast one server may be asked: so many calls at once, so many a minute, and not before it said."""

from dataclasses import dataclass, field

MINUTE = 60.0


@dataclass(slots=True)
class Pace:
    """Call by call, in the order they come. Says how long to wait and takes no time itself."""

    at_once: int
    per_minute: int | None = None
    under_way: int = 0
    not_before: float = 0.0
    left_at: list[float] = field(default_factory=list[float])
    """When the calls of the last minute left."""

    def wait(self, now: float) -> float | None:
        """Seconds until a call may leave: 0 for at once, None for when another comes back."""
        if now < self.not_before:
            return self.not_before - now
        if self.per_minute is not None:
            self.left_at = [left for left in self.left_at if now - left < MINUTE]
            if len(self.left_at) >= self.per_minute:
                return self.left_at[0] + MINUTE - now
        return 0.0 if self.under_way < self.at_once else None

    def leave(self, now: float) -> None:
        """A call leaves."""
        self.under_way += 1
        if self.per_minute is not None:
            self.left_at.append(now)

    def back(self, *, not_before: float | None = None) -> None:
        """A call is back, and with it perhaps a moment before which no other is welcome."""
        self.under_way -= 1
        if not_before is not None:
            self.not_before = max(self.not_before, not_before)
