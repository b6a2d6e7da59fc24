"""Leave a server alone that fails again and again, and try it with one call before all others come back."""

from dataclasses import dataclass

from bot.domain.outcome import Outcome

MOST_FAILURES = 5
"""In a row; then it is left alone."""
FIRST_PAUSE = 10.0
LONGEST_PAUSE = 300.0

FAILURES = frozenset(
    {Outcome.OVERLOADED, Outcome.TIMEOUT, Outcome.CONNECTION, Outcome.GARBAGE, Outcome.AUTH, Outcome.QUOTA}
)
"""What says that the server is not well. That it asks us to slow down, or answers badly, does not."""


@dataclass(slots=True)
class Breaker:
    """Closed: calls go through. Open: none does. Half open, after the pause: one does, and decides."""

    failures: int = 0
    open_until: float | None = None
    pause: float = FIRST_PAUSE
    probing: bool = False

    def wait(self, now: float) -> float:
        """How many seconds no call may leave; 0 where one may. While a call tries whether it works, others wait."""
        if self.open_until is None:
            return 0.0
        if now < self.open_until:
            return self.open_until - now
        return 1.0 if self.probing else 0.0

    def leave(self) -> bool:
        """A call leaves. True where it is the one that tries; whoever sends it says so again when it comes back."""
        self.probing = self.open_until is not None
        return self.probing

    def came(self, outcome: Outcome | None, now: float, *, probe: bool) -> None:
        """How it ended; None where it was given up before anybody could know, which proves nothing."""
        if probe:  # one that left long before and comes back in the meantime does not end the trial
            self.probing = False
        if outcome is None:
            return
        if outcome not in FAILURES:
            self.failures, self.open_until, self.pause = 0, None, FIRST_PAUSE
            return
        self.failures += 1
        if probe:
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        if probe or self.failures >= MOST_FAILURES:
            self.open_until = now + self.pause
