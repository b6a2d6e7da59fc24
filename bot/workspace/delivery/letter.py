"""A delivery on its way: how often it was tried, and what each try came to."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from bot.workspace.delivery.courier import Answer, Delivery, DeliveryKind, NoAnswer
from bot.workspace.fault import Fault
from bot.workspace.payload import Json


class Reason(StrEnum):
    """Why a delivery is tried again, as `X-Slack-Retry-Reason` says it."""

    TIMEOUT = "http_timeout"
    STATUS = "http_error"
    CONNECTION = "connection_failed"
    REDIRECT = "too_many_redirects"
    UNKNOWN = "unknown_error"


@dataclass(slots=True, kw_only=True)
class Letter:
    """One delivery from its first try to its last."""

    delivery: Delivery
    id: str
    """The same at every try: Socket Mode's `envelope_id`."""
    answered: asyncio.Future[Json]
    """What a socket brings back, be it after the time is up."""
    attempt: int = 0
    reason: Reason | None = None
    """Why the try before this one failed."""
    lost: int = 0
    """How many acknowledgements get lost on their way back, where a fault says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What one try came to."""

    status: str
    """For the log: `200`, `acknowledged`, `no answer in 3 s`."""
    body: Json = field(default_factory=dict[str, Any])
    trouble: NoAnswer | None = None
    reason: Reason = Reason.UNKNOWN
    final: bool = False
    """The app does not want it again, though it failed: `X-Slack-No-Retry`."""

    def answer(self) -> Answer:
        return Answer(body=self.body, trouble=self.trouble, detail=self.status if self.trouble else "")


TIMED_OUT = Reply(status="no answer in 3 s", trouble=NoAnswer.TIMEOUT, reason=Reason.TIMEOUT)


class Transport(Protocol):
    """A way to an app."""

    @property
    def name(self) -> str: ...

    def pauses(self, letter: Letter) -> tuple[float, ...]:
        """How long after each failed try the next one comes."""
        ...

    async def bring(self, letter: Letter) -> Reply:
        """Try once. The caller ends it when the time is up."""
        ...

    async def spoil(self, kind: DeliveryKind, fault: Fault) -> Reply:
        """What comes back where a fault stands between."""
        ...

    def forget(self, letter: Letter) -> None:
        """It will not be tried again."""
        ...
