"""What the parts of one unit of work share: where it writes, when it is, and what it has seen and given birth to."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.adapters.store.codec import written
from bot.adapters.store.pens import Pen, Pens
from bot.adapters.store.statement import Link
from bot.domain.run import Run, RunId
from bot.ports.store import EffectId, Lease

REMEMBERED_RUNS = 512


class Memory:
    """Runs as they were last read or written, by the hash of their last entry.

    The hash binds everything that ever happened to a run, so what is remembered under it cannot be out of date:
    not after a unit that was taken back, and not after another process has written.
    """

    def __init__(self) -> None:
        self._runs: OrderedDict[RunId, tuple[bytes, Run]] = OrderedDict()

    def recall(self, id: RunId, head: bytes) -> Run | None:
        known = self._runs.get(id)
        return known[1] if known is not None and known[0] == head else None

    def forget(self, id: RunId) -> None:
        self._runs.pop(id, None)

    def clear(self) -> None:
        self._runs.clear()

    def keep(self, head: bytes, run: Run) -> None:
        self._runs[run.id] = (head, run)
        self._runs.move_to_end(run.id)
        if len(self._runs) > REMEMBERED_RUNS:
            self._runs.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who takes effects at their birth, and for how long."""

    owner: str
    length: timedelta


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the row of a run stands in this unit."""

    seq: int
    head: bytes
    state: str
    ordered: int
    """How many effects it has ordered so far."""


class Last(NamedTuple):
    """The effect that is last in a lane, and until when somebody is at it."""

    id: EffectId
    until: str | None


@dataclass(slots=True)
class Unit:
    """One unit of work on its way."""

    link: Link
    at: datetime
    pens: Pens
    memory: Memory
    holder: Holder | None = None
    now: str = ""
    seen: dict[RunId, Standing] = field(default_factory=dict[RunId, Standing])
    freed: set[RunId] = field(default_factory=set[RunId])
    """Runs with a lane that may have become free."""
    lanes: dict[RunId, dict[str, Last]] = field(default_factory=dict[RunId, dict[str, Last]])
    """What stands last in the lanes of the runs that this unit has looked at."""
    switches: dict[str, str] | None = None
    """Why what is paused, once this unit has looked."""
    born: list[Lease] = field(default_factory=list[Lease])
    moved: list[Run] = field(default_factory=list[Run])
    """Runs as they stand after this unit."""
    next_due: datetime | None = None
    _pen: Pen | None = None

    @property
    def pen(self) -> Pen:
        """What the record is sealed with now: another process may have rotated the key since the last unit."""
        if self._pen is None:
            self._pen = self.pens.current(self.link)
        return self._pen

    def rotate(self, mark: str) -> None:
        """From here on, the record is sealed with another key."""
        self._pen = self.pens.take(mark, self.link)

    def __post_init__(self) -> None:
        self.now = written(self.at)

    def expect(self, due: datetime) -> None:
        """Something will be due then."""
        if self.next_due is None or due < self.next_due:
            self.next_due = due
