"""A desk of the back office as plain data: what it holds, answers and takes, and how sure it is of what it did."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.errors import Broken
from bot.domain.intent import Fact, Intent, Promised
from bot.domain.workflow import Lookup
from bot.ports.system import Binding, Retry

REMEMBERS = timedelta(hours=24)
"""How long a desk keeps the keys of what it takes with a key."""

NEW = "-new"

C = TypeVar("C", bound=Intent)
F = TypeVar("F", bound=Fact)
G = TypeVar("G", bound=Fact)


@dataclass(frozen=True, slots=True)
class Books:
    """What a desk works with while it takes a call: the office's tables, and the time."""

    db: sqlite3.Connection
    now: datetime

    def row(self, query: str, *values: object) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self.db.execute(query, values).fetchone()
        return found

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        return self.db.execute(query, values).fetchall()

    def number(self, query: str, *values: object) -> int:
        """One whole number: a count, a sum."""
        (number,) = self.db.execute(query, values).fetchone()
        return int(number)


@dataclass(frozen=True, slots=True)
class Change:
    """One change that a desk could make now."""

    sentence: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    id: str
    """The record it is about, or `R-new`: the next one of a kind."""
    writes: tuple[str, ...] = ()
    """Statements, which may use the fields of the intent, `:id`, `:now` and `values`."""
    values: Mapping[str, object] = field(default_factory=dict[str, object])
    undo: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Way:
    """How a desk takes one kind of intent."""

    binding: Binding
    change: Callable[[Books, Intent], Change]
    """What it would change now. Broken where the desk refuses it."""
    cannot_tell: str = ""
    """Why nobody can find out whether it happened; only for a blind one."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One kind of record, as the back office's page shows it."""

    title: str
    query: str
    """Gives `record`, as intents name it, and `title`; the other columns are shown as they are called."""
    parts: Mapping[str, str] = field(default_factory=dict[str, str])
    """What hangs on a record: a title, and what finds it for `?`, the record."""
    also: str = ""
    """The column with another name by which intents call the record, if there is one."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One system of the back office."""

    name: str
    title: str
    """What it is called in a sentence: `help desk`."""
    tables: tuple[str, ...]
    fill: Callable[[Books], None]
    """Pours the sample company's records into empty tables."""
    answers: Mapping[str, Callable[[Books, Fact], Fact]]
    ways: Mapping[str, Way]
    shelves: tuple[Shelf, ...]

    def answer(self, books: Books, lookup: str, about: Fact) -> Fact:
        """The answer of one lookup. Broken where there is no such lookup or no such record."""
        give = self.answers.get(lookup)
        if give is None:
            raise Broken(f"The sandbox {self.title} has no lookup {lookup}.")
        return give(books, about)

    def way(self, intent: Intent) -> Way:
        """How the desk takes an intent; Broken where it does not."""
        way = self.ways.get(intent.kind())
        if way is None:
            raise Broken(f"The sandbox {self.title} has no way to carry out {intent.kind()}.")
        return way


def answer(
    lookup: Lookup[F, G], takes: type[F], give: Callable[[Books, F], G]
) -> tuple[str, Callable[[Books, Fact], Fact]]:
    """How one lookup is answered; anything but the fact it takes is refused."""

    def checked(books: Books, about: Fact) -> Fact:
        if not isinstance(about, takes):
            raise Broken(f"{lookup.kind} takes a {takes.__name__}, and this is a {type(about).__name__}.")
        return give(books, about)

    return lookup.kind, checked


def idempotent(intent: type[C], change: Callable[[Books, C], Change]) -> tuple[str, Way]:
    """The desk takes it with a key, and does nothing at a second call with the same one for a day."""
    return _bound(intent, change, Retry.IDEMPOTENT, remembers=REMEMBERS)


def searchable(intent: type[C], change: Callable[[Books, C], Change]) -> tuple[str, Way]:
    """The desk does it as often as it is called, and can be asked whether it did."""
    return _bound(intent, change, Retry.SEARCHABLE)


def blind(intent: type[C], change: Callable[[Books, C], Change], *, cannot_tell: str) -> tuple[str, Way]:
    """The desk does it as often as it is called, and nobody can ask whether it did."""
    return _bound(intent, change, Retry.BLIND, cannot_tell=cannot_tell)


def _bound(
    intent: type[C],
    change: Callable[[Books, C], Change],
    retry: Retry,
    *,
    remembers: timedelta | None = None,
    cannot_tell: str = "",
) -> tuple[str, Way]:
    kind = intent.kind()

    def checked(books: Books, asked: Intent) -> Change:
        if not isinstance(asked, intent):
            raise Broken(f"There is no way to carry out {asked.kind()} as {kind}.")
        return change(books, asked)

    return kind, Way(Binding(kind=kind, retry=retry, remembers=remembers, sandbox=True), checked, cannot_tell)


def given(id: str | Promised, what: str) -> str:
    """The id of a record. Broken where an earlier intent of the plan was to bring it and has not."""
    if isinstance(id, Promised):
        raise Broken(f"The {what} that “{id.step}” was to open is not there yet.")
    return id


def money(cents: int, currency: str) -> str:
    return f"{cents // 100}.{cents % 100:02} {currency}"
