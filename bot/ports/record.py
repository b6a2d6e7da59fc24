"""The record as it is stored, at one moment, for whoever checks it or hands it out. It is read, never trusted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from bot.domain.audit.keys import Told
from bot.domain.audit.tree import Frontier
from bot.domain.audit.verify import Content, Leaf, Row
from bot.domain.run import Run, RunId


class Stored(NamedTuple):
    """One entry, with what is shown of it."""

    row: Row
    content: Content


class Head(NamedTuple):
    """Where a chain ends, according to the row that its next entry would go by."""

    chain: str
    seq: int
    hash: bytes
    run: Run | None = None
    """The run, where its row was read, too."""
    fault: str = ""
    """What is wrong with that row in itself."""


class Kept(NamedTuple):
    """One checkpoint as stored; what stands there may be anything."""

    size: int
    root: object
    at: object
    note: object


class Event(NamedTuple):
    """An entry about the record itself."""

    seq: int
    kind: str
    at: str
    size: int | None
    digest: str | None
    outcome: str | None


class Loose(NamedTuple):
    """An entry that is not in the tree."""

    chain: str
    seq: int
    kind: str
    at: str
    overtaken: bool
    """Whether entries after it are in the tree."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What is left of a beginning that was taken away."""

    tree: Frontier = field(default_factory=Frontier)
    starts: Mapping[str, tuple[int, bytes]] = field(default_factory=dict[str, tuple[int, bytes]])
    """For each chain that goes on, number and hash of its last entry that is gone."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which entries: those of one run, of a workflow's runs, of runs that started in a time; times as they stand."""

    run: RunId | None = None
    workflow: str | None = None
    since: str | None = None
    until: str | None = None
    others: bool = False
    """Also what concerns no run, of the same time."""


class Record(Protocol):
    def size(self) -> int:
        """About how many entries there are."""
        ...

    def rows(self) -> Iterator[Row]:
        """The sealed part of every entry, by chain and number."""
        ...

    def entries(self) -> Iterator[Stored]:
        """Every entry with its columns and fields, by chain and number."""
        ...

    def heads(self, *, runs: bool) -> Iterator[Head]:
        """Where each chain ends, by chain; with the runs themselves, if asked for."""
        ...

    def leaves(self) -> Iterator[Leaf]:
        """The leaves of the tree, by number."""
        ...

    def sealed(self) -> int:
        """How many leaves there are."""
        ...

    def checkpoints(self) -> Iterator[Kept]:
        """Every checkpoint, by size."""
        ...

    def events(self) -> Iterator[Event]:
        """What was done to the record as a whole: sealed, pruned, restored."""
        ...

    def loose(self) -> Iterator[Loose]:
        """Entries that are not in the tree, oldest first."""
        ...

    def pruned(self) -> Pruned:
        """What is left of the beginning."""
        ...

    def keys(self) -> Told:
        """Which keys its own entries name."""
        ...

    def starts(self, which: Which) -> Iterator[tuple[str, tuple[int, bytes]]]:
        """Of the chosen chains that do not begin at their beginning: number and hash of the entry before."""
        ...

    def chosen(self, which: Which) -> Iterator[Stored]:
        """The chosen entries, by chain and number."""
        ...

    def missing_rules(self) -> tuple[str, ...]:
        """Rules that keep the record append-only and are not as they should be, by name."""
        ...
