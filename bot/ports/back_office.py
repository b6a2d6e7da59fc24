"""What may be looked at in a back office, by whoever shows it: plain data, and nothing that changes anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

Value: TypeAlias = str | int | float | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One change that was made."""

    n: int
    """Later ones have higher numbers."""
    at: datetime
    desk: str
    record: str
    made: str
    """The record that it brought, or the one it is about."""
    sentence: str
    key: str
    """What the call was made with: by it a run knows its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record in a list."""

    record: str
    title: str
    fields: Mapping[str, Value]
    changed: Happening | None = None
    """Its last change; None where it is as it was in the beginning."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Records of one kind, those that changed last first."""

    title: str
    rows: tuple[Row, ...]
    left_out: int = 0
    """So many more there are."""


@dataclass(frozen=True, slots=True)
class Part:
    """What hangs on a record, oldest first."""

    title: str
    lines: tuple[Mapping[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything about one record: it may stand in several lists, and several times in one."""

    lists: tuple[Listed, ...]
    parts: tuple[Part, ...]
    history: tuple[Happening, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One desk in the list of all."""

    name: str
    title: str
    kinds: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many records of each kind."""
    last: Happening | None = None


class BackOffice(Protocol):
    """A back office, as far as it can be looked at."""

    def company(self) -> str:
        """Whose it is."""
        ...

    def desks(self) -> tuple[DeskLine, ...]: ...

    def desk(self, name: str, words: str) -> tuple[Listed, ...]:
        """What a desk holds; with `words`, the records that have all of them. Unknown where there is no such desk."""
        ...

    def sheet(self, desk: str, record: str) -> Sheet:
        """Unknown where there is no such desk, or no such record at it."""
        ...

    def search(self, words: str) -> Mapping[str, tuple[Listed, ...]]:
        """By desk, the records that have all of these words; desks without one are left out. None for no words."""
        ...

    def changes(self, since: int, *, limit: int) -> tuple[Happening, ...]:
        """The last changes after that one, newest first."""
        ...
