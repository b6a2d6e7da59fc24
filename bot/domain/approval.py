"""The one value that lets an action happen. Only the machine grants it; `tests/rules` holds that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from bot.domain.intent import Proposal

X_co = TypeVar("X_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Approved(Generic[X_co]):
    """Exactly these proposals may be carried out, by these people or this policy, until then."""

    run: str
    step: str
    version: int
    digest: str
    proposals: tuple[Proposal, ...]
    by: tuple[str, ...]
    """People, or one `policy:<hash>`."""
    until: datetime | None
