"""Who is told of what becomes of runs, and how far they were told."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.subscriber import Answered, Standing, Subscriber, Trouble


class Subscribers(Protocol):
    def standing(self, who: Subscriber) -> Standing:
        """How far they were told. Somebody new begins with what happens from now on."""
        ...

    def reached(self, name: str, position: int) -> None:
        """They took everything up to there; whatever was wrong is over."""
        ...

    def stumbled(self, name: str, trouble: Trouble, why: str) -> Standing:
        """They did not take the next one, once more."""
        ...

    def troubled(self) -> tuple[Standing, ...]:
        """Those who do not take what they are sent."""
        ...

    def keep(self, names: Collection[str]) -> None:
        """Forget everybody else: whoever comes back is new."""
        ...


class Receiver(Protocol):
    """Where somebody is told."""

    async def take(self, id: str, event: bytes, *, now: datetime) -> Answered:
        """Send one event, once. It never raises for what the other side does."""
        ...

    async def close(self) -> None: ...
