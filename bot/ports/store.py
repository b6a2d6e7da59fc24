"""The store: a unit of work is one plain function over a Transaction; it commits whole or not at all."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NewType, Protocol, TypeVar

from bot.domain.attempt import Attempt
from bot.domain.audit.entry import Entry
from bot.domain.effect import Effect
from bot.domain.machine import Moved
from bot.domain.person import TeamId
from bot.domain.plain import Plain
from bot.domain.run import Run, RunId
from bot.ports.cards import Cards
from bot.ports.judgements import Judgements
from bot.ports.ledger import Ledger
from bot.ports.names import Names
from bot.ports.queries import Queries
from bot.ports.subscribers import Subscribers
from bot.ports.suggestions import Suggestions
from bot.ports.version import Version, VersionKind
from bot.ports.watch import Watch

T = TypeVar("T")
EffectId = NewType("EffectId", int)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to perform one effect, until a time; `token` fences off whoever had it before."""

    id: EffectId
    run: RunId
    effect: Effect
    token: int
    attempt: int
    """1 for the first."""
    created_at: datetime
    seen: Run | None = None
    """The run as it was committed together with this effect, where it was leased at its birth."""
    until: datetime | None = None
    """When somebody else may have it; None where nobody may."""
    interrupted: bool = False
    """Whether somebody had it before and was never heard of again: nobody knows how far they came."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The one trigger envelope, as it came in."""

    id: str
    """Unique delivery identity: the same delivery is accepted once, ever."""
    source: str
    """`terminal`, `slack`, `webhook:NAME`, …"""
    kind: str
    actor: str
    team: TeamId
    received_at: datetime
    body: Mapping[str, Plain]


class Runs(Protocol):
    def load(self, id: RunId) -> Run:
        """The run as last committed, locked for this unit of work. Unknown where there is none."""
        ...

    def started_by(self, workflow: str, key: str) -> RunId | None:
        """The run that this deduplication key already started."""
        ...

    def create(self, moved: Moved) -> Run:
        """Store a new run with its entries and effects. AlreadyDecided where its key has started one."""
        ...

    def save(self, moved: Moved) -> Run:
        """Store what changed, and return the run as it stands then. OutOfDate where somebody else was first."""
        ...

    def started_since(self, workflow: str, requester: str, since: datetime) -> int:
        """How many runs one requester started since then."""
        ...

    def going(self, workflow: str, requester: str) -> RunId | None:
        """The last run of one requester that has not ended."""
        ...

    def open_gates(self, group: str, *, most: int = 10_000) -> int:
        """How many cards a reviewer group has open, counted up to `most`."""
        ...


class Outbox(Protocol):
    def lease(
        self, *, now: datetime, limit: int, owner: str, until: datetime, asks: bool | None = None
    ) -> tuple[Lease, ...]:
        """Take effects that are due and that nobody holds; at most one per run at a time.

        `asks`: questions to a model alone, or everything else.
        """
        ...

    def at_once(self, run: Run, effect: Effect) -> bool:
        """Whether this effect, were it ordered for a run now, would be leased at its birth."""
        ...

    def holds(self, lease: Lease) -> bool:
        """Whether this lease is still the current one."""
        ...

    def lengthen(self, lease: Lease, until: datetime) -> bool:
        """Keep the effect until then. False where the lease was lost: then nothing more may be done about it."""
        ...

    def finish(self, lease: Lease) -> bool:
        """Remove a performed effect. False where the lease was lost: then nothing may be recorded."""
        ...

    def postpone(self, lease: Lease, until: datetime, *, tried: bool = True) -> bool:
        """Give the effect back until then; what was not even tried counts as no try. False where the lease was lost."""
        ...

    def hurry(self, *, now: datetime, run: RunId | None = None, workflow: str | None = None) -> int:
        """Make postponed effects of a run, a workflow or everything due now (after a pause ended)."""
        ...

    def next_due(self, *, after: datetime) -> datetime | None:
        """When the earliest effect comes due that is not due yet."""
        ...

    def release(self, owner: str | None) -> int:
        """Give back the leases of one process; None: of everybody, where all are surely gone."""
        ...

    def drop_wakes(self, run: RunId, step: str | None = None) -> None:
        """Forget the timers of a step, or of the whole run."""
        ...


class Inbox(Protocol):
    def accept(self, delivery: Delivery) -> bool:
        """Keep a delivery. False where it came before: then nothing may run twice."""
        ...

    def finish(self, id: str) -> None: ...

    def is_finished(self, id: str) -> bool:
        """Whether it was acted on: then nothing of it is done again."""
        ...

    def waiting(self, limit: int) -> tuple[Delivery, ...]:
        """Deliveries that were kept and not yet acted on, oldest first."""
        ...

    def pile(self, most: int) -> int:
        """How many wait, counted up to `most`."""
        ...

    def put_back(self, id: str) -> None: ...  # everything that waits now goes before it


class Versions(Protocol):
    def current(self, kind: VersionKind, name: str) -> Version | None: ...

    def add(self, version: Version) -> Version:
        """Store a new version; its `n` is given by the store."""
        ...

    def history(self, kind: VersionKind, name: str) -> tuple[Version, ...]:
        """Newest first."""
        ...

    def by_digest(self, kind: VersionKind, digest: str) -> Version | None: ...


class Limits(Protocol):
    """Counters that reach beyond one run."""

    def count(self, scope: str, day: date) -> int:
        """How much of a scope (`actions:support_triage`, `cost:support_triage`, …) a day has used."""
        ...

    def add(self, scope: str, day: date, amount: int) -> int:
        """Add to a scope (negative gives back); returns the new count."""
        ...

    def forget(self, before: date) -> None:
        """Forget what was counted on days that nothing is compared with any more."""
        ...

    def lock_record(self, record: str, run: RunId) -> RunId | None:
        """Take the lock on one external record; the run that has it, where that is another one."""
        ...

    def unlock_records(self, run: RunId) -> None: ...

    def paused(self, workflow: str) -> str:
        """Why a workflow, or everything, is paused; empty where it is not."""
        ...

    def pause(self, scope: str, why: str) -> None:
        """`scope` is a workflow's name, or `*` for everything."""
        ...

    def resume(self, scope: str) -> None: ...


class Records(Protocol):
    """The append-only record beyond the entries that come with a run."""

    def write(self, chain: str, entries: Sequence[Entry], *, run: Run | None = None) -> None:
        """Append entries to a chain that is no run's (`config`, `auth`, `system`), or to a run's without a move."""
        ...

    def attempts(self, run: RunId, step: str, attempts: Sequence[Attempt]) -> None:
        """One row per call to a model."""
        ...

    def keep_blob(self, data: bytes, *, kind: str, run: RunId) -> str:
        """Keep an attachment by its content; returns its digest. Erasable."""
        ...


class Transaction(Protocol):
    """One unit of work."""

    @property
    def runs(self) -> Runs: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def cards(self) -> Cards: ...
    @property
    def suggestions(self) -> Suggestions: ...
    @property
    def names(self) -> Names: ...
    @property
    def versions(self) -> Versions: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def records(self) -> Records: ...
    @property
    def judgements(self) -> Judgements: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def watch(self) -> Watch: ...
    @property
    def subscribers(self) -> Subscribers: ...


Committed = Callable[[tuple[Lease, ...], datetime | None], None]
"""Told after a commit: the effects that are due now and already leased to us, and when the next one is due."""

Watching = Callable[[Sequence[Run]], None]
"""Told after a commit: the runs that moved, as they stand now; none where another process has moved some."""


class Store(Protocol):
    """Where everything is kept."""

    @property
    def queries(self) -> Queries: ...

    async def run(self, work: Callable[[Transaction], T], *, patient: bool = False) -> T:
        """Run one unit of work; answers only after it is durable. A patient one may wait a moment for company.

        It may be run again after all it did was taken back, so it does nothing but through its transaction.
        Raises StoreBusy or StoreFailed where it could not be; then nothing happened.
        """
        ...

    async def run_pruning(self, work: Callable[[Transaction], T]) -> T:
        """Like `run`, for the one unit of work that may take away the oldest part of the record."""
        ...

    async def forget(self, *, within: timedelta | None = None) -> None:
        """Make sure that what was erased is in no file any more. StoreBusy where a reader keeps it alive; try again.

        `within` is how long other writers may have to wait for that reader.
        """
        ...

    def listen(self, listener: Committed, *, owner: str, length: timedelta = timedelta(seconds=60)) -> None:
        """From now on, effects that are due when they are stored are born leased to `owner`, and it is told of them.

        Also those that waited behind an effect which is finished or given back. `length` is how long a lease holds.
        """
        ...

    def watch(self, watching: Watching) -> None:
        """From now on, one more is told which runs have moved. It is a hint: what was missed is asked for."""
        ...

    def open(self) -> AbstractAsyncContextManager["Store"]: ...
