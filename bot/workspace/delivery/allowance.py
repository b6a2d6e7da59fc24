"""How many events an app is sent in an hour: Slack's 30,000, and then a word about it each minute instead."""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum

EVENTS_AN_HOUR = 30_000


class Verdict(Enum):
    """What becomes of an event."""

    SEND = "send"
    SAY = "say"
    """It is not sent, and the app is told that this minute's are not."""
    DROP = "drop"


@dataclass(slots=True)
class Allowance:
    """Of one app. Counted by the minute."""

    _minutes: deque[tuple[int, int]] = field(default_factory=deque[tuple[int, int]])
    _sent: int = 0
    _told: int = -1

    def take(self, now: float, factor: float) -> Verdict:
        """Count an event; `factor` nought counts none, 1 is as Slack does."""
        if not factor:
            return Verdict.SEND
        minute = int(now // 60)
        while self._minutes and self._minutes[0][0] <= minute - 60:
            self._sent -= self._minutes.popleft()[1]
        if self._sent < EVENTS_AN_HOUR * factor:
            self._count(minute)
            return Verdict.SEND
        verdict = Verdict.DROP if self._told == minute else Verdict.SAY
        self._told = minute
        return verdict

    def _count(self, minute: int) -> None:
        before = self._minutes.pop()[1] if self._minutes and self._minutes[-1][0] == minute else 0
        self._minutes.append((minute, before + 1))
        self._sent += 1
