"""How an intent reaches its system, as plain data: what the checks judge and the runtime goes by."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Retry(StrEnum):
    """What may be done again after a crash or an unknown outcome."""

    IDEMPOTENT = "idempotent"
    """The same key again, for as long as the system remembers it."""
    SEARCHABLE = "searchable"
    """Look it up by its marker first, then call."""
    BLIND = "blind"
    """Never again by itself: a person decides."""


@dataclass(frozen=True, slots=True)
class Binding:
    """How one intent reaches one system, as plain data."""

    kind: str
    """`helpdesk.SendReply`"""
    retry: Retry
    remembers: timedelta | None = None
    """How long an idempotent system keeps its keys."""
    sandbox: bool = False
    per_day: int | None = None
    """How many of these the system takes a day."""
    shown: bool = True
    """Whether its system can be asked by the key what came of it; a blind one never can."""
    supervised: bool = False
    """Whether only a person may approve it, whatever a brief says."""

    def can_tell(self) -> bool:
        """Whether `find` can show what was done under a key."""
        return self.shown and self.retry is not Retry.BLIND
