"""SQL written in Core, compiled once, run on whatever holds the transaction.

SQLAlchemy takes longer to run a statement than SQLite does. So a statement is compiled once into its text and the
order of its parameters, and the writer thread hands both to the driver. On Postgres the same statements run through
SQLAlchemy's own connection, behind the same `Link`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from sqlalchemy import ColumnElement, Delete, Insert, Select, Table, Update, bindparam
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Value: TypeAlias = "str | int | bytes | None"
Row: TypeAlias = tuple[Any, ...]
Core: TypeAlias = Select[*tuple[Any, ...]] | Insert | Update | Delete
Rows = Callable[[Core], Awaitable[Sequence[Row]]]
"""How the reader's side runs a statement."""
Pick = Callable[[Mapping[str, Value]], Sequence[Value]]

_SQLITE = sqlite.dialect(paramstyle="qmark")


class Clause(Protocol):
    """Something that is spelled for one dialect."""

    def spelled_for(self, dialect: str) -> Insert:
        """The statement in Core, for `sqlite` or `postgresql`."""
        ...


class Statement:
    """One statement; its parameters are its `bindparam` names."""

    def __init__(self, clause: "Core | Clause") -> None:
        self._clause = clause

    def core(self, dialect: str) -> Core:
        """The statement in Core, for `sqlite` or `postgresql`."""
        if isinstance(self._clause, (Select, Insert, Update, Delete)):
            return self._clause
        return self._clause.spelled_for(dialect)

    @cached_property
    def sqlite(self) -> tuple[str, Pick]:
        """Its text for the driver of SQLite, and how its parameters are put in order."""
        compiled = self.core("sqlite").compile(dialect=_SQLITE)
        assert compiled.positiontup is not None
        fixed = {name: one.value for name, one in compiled.binds.items() if not one.required}
        return compiled.string, _pick(tuple(compiled.positiontup), fixed)


def _pick(names: tuple[str, ...], fixed: Mapping[str, Value]) -> Pick:
    if fixed:
        return lambda given: [given[name] if name in given else fixed[name] for name in names]
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: [given[name] for name in names]


def insert_of(table: Table, *names: str) -> Insert:
    """An insert whose parameters are named like its columns; all columns but a generated key, unless some are named."""
    return table.insert().values({name: bindparam(name) for name in names or _given_names(table)})


def _given_names(table: Table) -> list[str]:
    return [column.name for column in table.columns if column is not table.autoincrement_column]


@dataclass(frozen=True, slots=True)
class Upsert:
    """An insert that says what happens where its key is there already: nothing, or some columns change."""

    table: Table
    keys: tuple[str, ...]
    replace: tuple[str, ...] = ()
    """Columns that take the new value."""
    add: tuple[str, ...] = ()
    """Numbers that the new value is added to."""
    returning: tuple[str, ...] = ()

    def spelled_for(self, dialect: str) -> Insert:
        new = _insert_for(dialect)(self.table).values({name: bindparam(name) for name in _given_names(self.table)})
        columns = self.table.columns
        change: dict[str, ColumnElement[Any]] = {name: new.excluded[name] for name in self.replace}
        change |= {name: columns[name] + new.excluded[name] for name in self.add}
        clause = (
            new.on_conflict_do_update(index_elements=self.keys, set_=change)
            if change
            else new.on_conflict_do_nothing(index_elements=self.keys)
        )
        return clause.returning(*[columns[name] for name in self.returning]) if self.returning else clause


def _insert_for(dialect: str) -> "Callable[[Table], sqlite.Insert | postgresql.Insert]":
    if dialect == "sqlite":
        return sqlite.insert
    from sqlalchemy.dialects import postgresql  # 30 ms that only Postgres has to pay

    return postgresql.insert


class Link(Protocol):
    """What a transaction runs its statements on."""

    def row(self, statement: Statement, **values: Value) -> Row | None:
        """The first row."""
        ...

    def rows(self, statement: Statement, **values: Value) -> list[Row]: ...

    def change(self, statement: Statement, **values: Value) -> int:
        """Run it; how many rows it changed."""
        ...

    def add(self, statement: Statement, values: Mapping[str, Value]) -> int:
        """Insert one row; its generated key."""
        ...

    def add_all(self, statement: Statement, many: Sequence[Mapping[str, Value]]) -> None:
        """Insert many rows."""
        ...
