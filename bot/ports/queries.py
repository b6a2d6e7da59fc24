"""What can be read of the store: these reads never wait for a writer and change nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.attempt import Attempt
from bot.domain.calibration import Case
from bot.domain.effect import Effect
from bot.domain.person import ChannelId, Door
from bot.domain.plain import Plain
from bot.domain.report import Seen
from bot.domain.run import Run, RunId, RunState
from bot.domain.subscriber import Batch, Standing, Subscriber
from bot.ports.cards import Placed
from bot.ports.judgements import Asked
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
    """The last run of the page before."""
    oldest_first: bool = False


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


@dataclass(frozen=True, slots=True)
class UnderWay:
    """How much of one workflow is under way, and how much of it failed since a moment."""

    workflow: str
    running: int = 0
    asking: int = 0
    """Runs that wait for a person's answer."""
    waiting: int = 0
    """Runs that wait for a time or an event."""
    parked: int = 0
    failed: int = 0

    @property
    def runs(self) -> int:
        """All that have not ended."""
        return self.running + self.asking + self.waiting + self.parked


@dataclass(frozen=True, slots=True)
class Held:
    """A workflow, or everything, that was paused."""

    why: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided on a gate."""

    run: RunId
    step: str
    at: datetime
    outcome: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """Actions that are approved: those that wait to leave, and those that have begun."""

    waiting: int = 0
    begun: int = 0


@dataclass(frozen=True, slots=True)
class Heap:
    """What lies there and waits to be taken: how many, and since when the oldest does."""

    number: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """How far somebody was told, and what waits for them."""

    standing: Standing
    heap: Heap


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the bot itself has still to do. Each is counted up to a limit."""

    effects: Heap
    """Effects that are due and that nobody is at."""
    deliveries: Heap
    """What came in and was not acted on."""
    unsealed: Heap
    """Entries that stand in no checkpoint yet."""
    alerts: int
    """What is wrong that nobody has seen to."""
    doors: Mapping[str, int] = field(default_factory=dict[str, int])
    """What came in and was not acted on, by the door it came through."""
    owed: tuple[Owed, ...] = ()
    """What waits for those who are sent events."""


class Queries(Protocol):
    """Reads that never wait for a writer and change nothing."""

    async def run(self, id: RunId) -> Run: ...

    async def find_run(self, prefix: str, *, typed: str = "") -> RunId:
        """The one run whose id begins or ends like this, or that a form of this reference stands for.

        Unknown, naming what was `typed`, where there is none, or several.
        """
        ...

    async def called(self, part: str, *, limit: int) -> tuple[RunLine, ...]:
        """All runs that may be meant by that, newest first; the one with that very id alone, where one has."""
        ...

    async def runs(self, which: RunFilter) -> tuple[RunLine, ...]: ...

    async def of_actions(self, keys: Collection[str]) -> Mapping[str, RunLine]:
        """By the key with which a system was called, the run that called it; it takes longer than other reads."""
        ...

    async def entries(self, chain: str) -> tuple[Recorded, ...]: ...

    async def attempts(self, run: RunId) -> tuple[AttemptLine, ...]: ...

    async def pending(self, run: RunId) -> tuple[tuple[Effect, datetime, int], ...]:
        """Effects still to do: what, when, and how often it was tried."""
        ...

    async def card_at(self, channel: ChannelId, ts: str) -> Placed | None:
        """The card that stands there, or stood."""
        ...

    async def behind(self, door: Door) -> tuple[RunId, ...]:
        """Runs that have moved on since what follows them was drawn; and those that this door started, and nothing
        follows, while they are under way."""
        ...

    async def counts(self) -> Mapping[str, int]:
        """Runs by state, effects due, deliveries waiting."""
        ...

    async def backlog(self) -> Backlog:
        """What waits for the bot, and for how long."""
        ...

    async def coming(self, who: Subscriber, *, after: int, limit: int) -> Batch:
        """What comes next in the record for somebody who is sent events."""
        ...

    async def asking(self, groups: Collection[str], *, requester: str | None = None, limit: int) -> tuple[Run, ...]:
        """Runs under way that ask one of these groups, oldest first."""
        ...

    async def standing_cards(self, runs: Collection[RunId]) -> tuple[Placed, ...]:
        """Where the cards of some runs stand now."""
        ...

    async def under_way(self, *, failed_since: datetime) -> Mapping[str, UnderWay]:
        """By workflow; one with nothing under way and nothing failed is left out."""
        ...

    async def held(self) -> Mapping[str, Held]:
        """What is paused: by a workflow's name, or `*` for everything."""
        ...

    async def decided_by(self, person: str, *, limit: int) -> tuple[Decision, ...]:
        """What somebody decided lately, newest first."""
        ...

    async def leaving(self, workflow: str | None = None) -> Leaving:
        """Approved actions of a workflow, or of all, that have not been carried out yet."""
        ...

    async def figures(self, workflow: str, since: datetime) -> tuple[Seen, ...]:
        """What the record of the runs that a workflow started since then says, added up where it is alike."""
        ...

    async def judged(self, workflow: str, *, limit: int) -> tuple[Asked, ...]:
        """Whose answers to which questions people have decided, step by step."""
        ...

    async def cases(self, asked: Asked, *, limit: int) -> tuple[Case, ...]:
        """What people decided about such answers lately, in the order in which they did."""
        ...

    async def mended(self, workflow: str, step: str, *, team: str, but: RunId, limit: int) -> tuple[Run, ...]:
        """Runs in which a person left a better answer than the model's, newest first; none that was emptied."""
        ...

    async def precedents(self, workflow: str, about: Collection[str], *, but: RunId, limit: int) -> tuple[Run, ...]:
        """Runs in which people decided about one of these, newest first; none that was emptied."""
        ...

    async def names(self) -> Mapping[str, str]:
        """What people were called when they last acted or were told something, by their ids."""
        ...

    async def version(self, kind: VersionKind, name: str) -> Version | None: ...

    async def history(self, kind: VersionKind, name: str) -> tuple[Version, ...]: ...
