"""The external systems: what may be read, what may be changed, and how a change survives a crash."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.domain.binding import Binding, Retry
from bot.domain.intent import Fact, Intent, Receipt

__all__ = ["Binding", "Preview", "ReadOnly", "Retry", "System", "Systems"]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would change, read from the system without changing it."""

    sentence: str
    before: Mapping[str, str]
    after: Mapping[str, str]


class ReadOnly(Protocol):
    """A system through a transport that cannot write. Shadow and dry runs get nothing else."""

    async def read(self, lookup: str, about: Fact) -> Fact:
        """One record. Raises Transient, or Broken where there is no such record."""
        ...

    async def preview(self, intent: Intent) -> Preview:
        """What `execute` would change."""
        ...

    async def find(self, intent: Intent, key: str) -> Receipt | None:
        """The effect this key had, where it had one and the system can tell."""
        ...


class System(ReadOnly, Protocol):
    """One external system."""

    name: str
    lookups: frozenset[str]
    """`helpdesk.account_of`, …"""
    bindings: Mapping[str, Binding]

    def read_only(self) -> ReadOnly:
        """The same system through a transport that cannot write."""
        ...

    async def execute(self, intent: Intent, key: str) -> Receipt:
        """Carry it out. Transient: surely nothing happened. Uncertain: it may have. Broken: it never will."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Systems(Protocol):
    """Every connected system."""

    def of(self, name: str) -> System:
        """The system of that name; Broken where it is not connected."""
        ...

    def binding(self, kind: str) -> Binding | None:
        """How intents of that kind are bound."""
        ...
