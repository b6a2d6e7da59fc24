"""Who performs effects, and when."""

from datetime import datetime
from typing import Protocol

from bot.domain.run import RunId
from bot.ports.store import Transaction


class Runtime(Protocol):
    def wake(self, tx: Transaction, run: RunId, at: datetime | None = None) -> None:
        """A hint that a run has something due. The outbox row is the truth; a lost hint costs seconds, never a run."""
        ...

    async def start(self) -> None: ...

    async def stop(self) -> None:
        """Finish what is under way, lose nothing, begin nothing new."""
        ...
