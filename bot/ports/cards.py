"""Where in a chat the cards and messages of runs stand. A view, made from runs: nothing is decided by it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

from bot.domain.person import ChannelId
from bot.domain.run import RunId

CardId = NewType("CardId", str)
"""Opaque, and unguessable where it stands on a button: the id of a gate, or run and step of a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One message of ours, as it was last drawn."""

    card: CardId
    run: RunId
    step: str
    channel: ChannelId
    person: str = ""
    """Whom it was brought to directly, besides where it belongs; empty for the card where it belongs."""
    ts: str = ""
    """Empty while it is being posted: then it may stand there, and nobody knows under which name."""
    version: int = 0
    drawn: str = ""
    """A digest of what was drawn last; empty where nobody knows."""
    overflow: int = 0
    """The version whose overflow stands in its thread."""
    since: datetime
    """When posting it began: it is looked for from then on."""
    gone: bool = False
    """Deleted, or left behind: it says nothing that counts any more."""
    seq: int | None = None
    """How far its run had come when it was drawn last, where it follows its run; nothing for what is decided on."""


class Cards(Protocol):
    """Each step has one card at most in a channel; where it stood before is remembered as gone."""

    def of(self, run: RunId, step: str) -> tuple[Placed, ...]:
        """Everywhere the card of a step stands or is being posted: first where it belongs, then with people."""
        ...

    def by_id(self, card: CardId) -> Placed | None:
        """The card with this id, where it belongs if it stands there; one that is gone where nothing else has it."""
        ...

    def at(self, channel: ChannelId, ts: str) -> Placed | None:
        """What stands there, or stood."""
        ...

    def following(self, run: RunId) -> tuple[Placed, ...]:
        """The messages that follow a run."""
        ...

    def put(self, placed: Placed) -> None:
        """Say where the card of a step stands in a channel; what stood or was being posted there before is gone."""
        ...
