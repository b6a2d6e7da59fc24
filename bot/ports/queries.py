"""What can be read of the store: these reads never wait for a writer and change nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.attempt import Attempt
from bot.domain.effect import Effect
from bot.domain.person import Door
from bot.domain.plain import Plain
from bot.domain.run import Run, RunId, RunState
from bot.ports.version import Version, VersionKind


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs to list."""

    workflow: str | None = None
    states: tuple[RunState, ...] = ()
    requester: str | None = None
    group: str | None = None
    """Runs whose open gate asks this reviewer group."""
    limit: int = 50
    before: RunId | None = None


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in a list."""

    id: RunId
    workflow: str
    state: RunState
    paused: bool
    stage: str
    requester: str
    owner: str
    reason: str
    waiting_for: str
    """The step and group it waits for."""
    started_at: datetime
    changed_at: datetime
    ended_at: datetime | None
    spent_micros: int


@dataclass(frozen=True, slots=True)
class RecordedField:
    """One field of an entry; the value is None once it was erased."""

    name: str
    value: Plain
    kind: str
    subject: str | None
    erased: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """One line of the audit, as read back."""

    chain: str
    seq: int
    at: datetime
    kind: str
    actor_kind: str
    actor: str
    step: str | None
    attempt: int | None
    notes: Mapping[str, str | int | bool | None]
    fields: tuple[RecordedField, ...]


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One call to a model, as read back."""

    step: str
    at: datetime
    attempt: Attempt


class Queries(Protocol):
    """Reads that never wait for a writer and change nothing."""

    async def run(self, id: RunId) -> Run: ...

    async def find_run(self, prefix: str, *, typed: str = "") -> RunId:
        """The one run whose id begins or ends like this; Unknown, naming what was `typed`, where none or several do."""
        ...

    async def runs(self, which: RunFilter) -> tuple[RunLine, ...]: ...

    async def entries(self, chain: str) -> tuple[Recorded, ...]: ...

    async def attempts(self, run: RunId) -> tuple[AttemptLine, ...]: ...

    async def pending(self, run: RunId) -> tuple[tuple[Effect, datetime, int], ...]:
        """Effects still to do: what, when, and how often it was tried."""
        ...

    async def behind(self, door: Door) -> tuple[RunId, ...]:
        """Runs that have moved on since what follows them was drawn; and those that this door started, and nothing
        follows, while they are under way."""
        ...

    async def counts(self) -> Mapping[str, int]:
        """Runs by state, effects due, deliveries waiting."""
        ...

    async def version(self, kind: VersionKind, name: str) -> Version | None: ...

    async def history(self, kind: VersionKind, name: str) -> tuple[Version, ...]: ...
