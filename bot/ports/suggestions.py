"""Where suggestions wait for a click. They are no record: what comes of one is recorded, not the waiting."""

from datetime import datetime
from typing import Protocol

from bot.domain.suggestion import Suggestion


class Suggestions(Protocol):
    def keep(self, suggestion: Suggestion) -> None:
        """Keep one, in place of what has the same id."""
        ...

    def by_id(self, id: str) -> Suggestion | None: ...

    def drop(self, id: str) -> None: ...

    def drop_due(self, now: datetime) -> int:
        """Forget those whose time is over; how many there were."""
        ...

    def drop_about(self, text: str) -> int:
        """Forget those in which this text stands, whatever its case; how many there were."""
        ...
