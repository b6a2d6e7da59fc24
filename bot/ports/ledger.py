"""The record as a whole, within a unit of work: its tree, what may be taken out of it, whether it was put back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.run import RunId


@dataclass(frozen=True, slots=True)
class Unsealed:
    """Entries that wait for their place in the tree."""

    count: int
    """Not less than there are."""
    since: datetime


@dataclass(frozen=True, slots=True)
class Sealing:
    """What one sealing made."""

    size: int
    root: bytes
    leaves: int
    """How many entries were new."""
    note: str
    """The text of the checkpoint."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The last checkpoint, and where else it is kept."""

    size: int
    root: bytes
    note: str
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class Taken:
    """What went when a run was emptied."""

    fields: int = 0
    effects: int = 0
    blobs: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(self.fields + other.fields, self.effects + other.effects, self.blobs + other.blobs)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long the record is kept."""

    before: datetime
    """What concerns no run may go where it was written before then;"""
    ended: Mapping[str, datetime]
    """a run where it ended before then, by workflow."""


@dataclass(frozen=True, slots=True)
class Prunable:
    """How much of the beginning may go: up to a checkpoint, so that what goes is witnessed."""

    size: int
    """In leaves from the very beginning; 0 where nothing may go."""
    stays: str
    """The first that stays, and why."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What pruning took away."""

    size: int
    root: bytes
    entries: int
    runs: int


@dataclass(frozen=True, slots=True)
class NextKey:
    """A key that is to follow the current one, by their marks."""

    old: str
    new: str


class Ledger(Protocol):
    def unsealed(self) -> Unsealed | None:
        """What waits to be sealed; None where nothing does but the last checkpoint's own entry."""
        ...

    def seal(self, *, limit: int, thorough: bool = False) -> Sealing | None:
        """Put entries into the tree, oldest first, and write a checkpoint; None where nothing waits.

        `thorough` looks for entries that were overtaken by others, however far back.
        """
        ...

    def latest(self) -> Latest | None:
        """The last checkpoint; None where nothing was sealed yet."""
        ...

    def anchored(self, size: int, place: str, receipt: str) -> None:
        """Note that the checkpoint of this size is kept elsewhere, too."""
        ...

    def about(self, subject: str) -> tuple[RunId, ...]:
        """Runs that have content about somebody, by pseudonym."""
        ...

    def with_content(self) -> tuple[str, ...]:
        """Workflows, there or gone, of which runs that ended still have content."""
        ...

    def ended_before(self, workflow: str, moment: datetime, *, limit: int) -> tuple[RunId, ...]:
        """Runs that ended before a moment and still have content, oldest first."""
        ...

    def content(self, run: RunId) -> int:
        """How many fields of a run's entries still have a value."""
        ...

    def empty(self, run: RunId, *, by: str) -> Taken:
        """Take away everything a run holds besides its headers: fields, values, effects, texts, attachments.

        `by` is the reference of the entry that says so, which is in the run's own chain.
        """
        ...

    def must_forget(self) -> bool:
        """Whether something was emptied since `Store.forget` was last through: it may still stand in a file."""
        ...

    def prunable(self, keeping: Keeping, *, most: int) -> Prunable:
        """How much may go now, `most` at a time."""
        ...

    def prune(self, size: int) -> Cut:
        """Take the beginning away, up to this size; its subtrees stay, so that the tree can still be verified.

        Only within `Store.run_pruning`.
        """
        ...

    def deliveries_about(self, text: str) -> int:
        """How many deliveries that were kept and not yet acted on mention a text."""
        ...

    def origin(self) -> str:
        """The name of this record, which its checkpoints carry."""
        ...

    def knows(self, size: int, root: bytes) -> bool:
        """Whether this database has had a tree of this size with this root."""
        ...

    def add_key(self) -> NextKey:
        """Make a key and keep it with the others, outside the database. Nothing is sealed with it yet."""
        ...

    def rotate(self, mark: str) -> None:
        """From here on, entries and checkpoints are sealed with this key."""
        ...

    def drop_keys(self) -> int:
        """Let go of the keys that vouch for nothing any more, because all of it was pruned; how many those were."""
        ...

    def restored_at(self) -> datetime | None:
        """When an older copy of this database was last put in its place."""
        ...

    def mark_restored(self, at: datetime) -> None:
        """From now on, what runs from before then have under way may have happened already."""
        ...
