"""What is known of each model's confidence, kept for a few minutes: nothing is counted while a question is answered."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.calibration import Calibration
from bot.ports.judgements import Asked

FRESH = timedelta(minutes=5)
MOST = 500


@dataclass(slots=True)
class Maps:
    """By question and model, what was learned, and when. A process that starts knows nothing yet and asks."""

    _known: dict[Asked, tuple[datetime, Calibration]] = field(default_factory=dict[Asked, tuple[datetime, Calibration]])

    def of(self, asked: Asked, now: datetime) -> Calibration | None:
        """What is known; None where nobody has looked lately."""
        known = self._known.get(asked)
        return known[1] if known is not None and now - known[0] < FRESH else None

    def keep(self, asked: Asked, calibration: Calibration, now: datetime) -> None:
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[asked] = now, calibration
