"""The record as stored in one SQLite file, read as one moment of it: beside a running bot, or in a copy far from it.

Rows are streamed as the driver gives them, in the order of the chains; two cursors go along side by side, one over the
entries and one over their fields. What stands in a row may be of any type: whoever changed it did not ask us.
"""

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from bot.adapters.store.guard import append_only_rules, rules_in
from bot.adapters.store.meta import PRUNED, pruned_of
from bot.adapters.store.pens import CURRENT
from bot.adapters.store.record_sql import (
    CHAINS,
    CHECKPOINTS,
    CHOSEN,
    CHOSEN_FIELDS,
    CHOSEN_RUNS,
    ENTRIES,
    FIELDS,
    FIRST,
    HEADS,
    LEAVES,
    LOOSE,
    META_VALUE,
    ROTATIONS,
    ROWS,
    RUN_COLUMNS,
    RUNS,
    SEALED,
    SHOWN,
    SIZE,
    TOLD,
    WINDOW,
)
from bot.adapters.store.runs import chain_of, misleading, run_of
from bot.adapters.store.sqlite import connect_to_read, errors_in_words, in_words
from bot.adapters.store.statement import Statement, Value
from bot.domain.audit.keys import Rotation, Told
from bot.domain.audit.verify import Content, Leaf, Row, StoredField
from bot.domain.run import Run, RunId
from bot.ports.record import Event, Head, Kept, Loose, Pruned, Stored, Which

T = TypeVar("T")

LAST = 2**62
"""After every number."""
LATE = "~"
"""After every time."""


@contextmanager
def reading(path: Path, *, escaped: bool = False) -> Generator["SqliteRecord"]:
    """The record in a file, as it is now. StoreFailed where the file cannot be read.

    Text that is no UTF-8, as only a tamperer or a broken disk leaves it, is an error unless it is `escaped`.
    """
    with errors_in_words(), closing(connect_to_read(path)) as connection:
        if escaped:
            connection.text_factory = _escaped
        yield SqliteRecord(connection)


def _escaped(raw: bytes) -> str:
    return raw.decode(errors="surrogateescape")


def examine(path: Path, work: Callable[["SqliteRecord"], T]) -> T:
    """What somebody finds who looks at the record in a file, whatever was done to it."""
    try:
        with closing(connect_to_read(path)) as connection:
            return work(SqliteRecord(connection))
    except sqlite3.Error as error:
        if "decode" not in str(error):
            raise in_words(error) from error
    with reading(path, escaped=True) as record:  # half as fast, so only where it has to be
        return work(record)


class SqliteRecord:
    """`Record`, in one file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _read(self, statement: Statement, **values: Value) -> sqlite3.Cursor:
        sql, pick = statement.sqlite
        return self._connection.execute(sql, pick(values))

    def _count(self, statement: Statement) -> int:
        count: int = self._read(statement).fetchone()[0]
        return count

    # --- all of it --------------------------------------------------------------------------------------------------

    def size(self) -> int:
        return self._count(SIZE)

    def rows(self) -> Iterator[Row]:
        return map(Row._make, self._read(ROWS))

    def entries(self) -> Iterator[Stored]:
        fields = _Fields(self._read(FIELDS))
        for row in self._read(ENTRIES):
            content = Content(dict(zip(SHOWN, row[8:], strict=True)), row[3], fields.of(row[0]))
            yield Stored(Row._make(row[1:8]), content)

    def heads(self, *, runs: bool) -> Iterator[Head]:
        chains = (Head(str(name), seq, head) for name, seq, head in self._read(CHAINS))
        if runs:
            ends = (_end_of(dict(zip(RUN_COLUMNS, row, strict=True))) for row in self._read(RUNS))
        else:
            ends = (Head(chain_of(id), seq, head) for id, seq, head in self._read(HEADS))
        return merge(chains, ends, key=itemgetter(0))

    def leaves(self) -> Iterator[Leaf]:
        return map(Leaf._make, self._read(LEAVES))

    def sealed(self) -> int:
        return self._count(SEALED)

    def checkpoints(self) -> Iterator[Kept]:
        return map(Kept._make, self._read(CHECKPOINTS))

    def events(self) -> Iterator[Event]:
        return map(Event._make, self._read(TOLD))

    def loose(self) -> Iterator[Loose]:
        return map(Loose._make, self._read(LOOSE))

    def pruned(self) -> Pruned:
        row = self._read(META_VALUE, name=PRUNED).fetchone()
        try:
            return pruned_of(row[0]) if row else Pruned()
        except (KeyError, TypeError, ValueError, AttributeError):
            return Pruned()  # then the entry that speaks of it finds nothing, and says so

    def missing_rules(self) -> tuple[str, ...]:
        wanted = {rule.split(maxsplit=3)[2]: rule for rule in append_only_rules()}
        here = rules_in(self._connection)
        return tuple(sorted(name for name in {*wanted, *here} if wanted.get(name) != here.get(name)))

    def keys(self) -> Told:
        row = self._read(META_VALUE, name=CURRENT).fetchone()
        rotations = tuple(map(Rotation._make, self._read(ROTATIONS)))
        return Told(rotations, str(row[0]) if row else "", self.pruned().tree.size)

    # --- a part of it -----------------------------------------------------------------------------------------------

    def starts(self, which: Which) -> Iterator[tuple[str, tuple[int, bytes]]]:
        for chain, first, _ in self._windows(which):
            row = self._read(FIRST, chain=chain, first=first).fetchone()
            if row is not None and row[0] > 1:
                yield chain, (row[0] - 1, row[1])

    def chosen(self, which: Which) -> Iterator[Stored]:
        for chain, first, last in self._windows(which):
            fields = _Fields(self._read(CHOSEN_FIELDS, chain=chain, first=first, last=last))
            for id, *row in self._read(CHOSEN, chain=chain, first=first, last=last):
                sealed = Row._make(row[:7])
                columns = dict(zip(SHOWN, row[7:], strict=True))
                yield Stored(sealed, Content(columns, sealed.header, fields.of(id)))

    def _windows(self, which: Which) -> Iterator[tuple[str, int, int]]:
        """Each chosen chain with its first and last number; of a run's chain, all of it."""
        runs = ((chain_of(RunId(id)), 0, LAST) for id in self._runs(which))
        return merge(runs, self._others(which), key=itemgetter(0))

    def _runs(self, which: Which) -> Iterator[str]:
        if which.run is not None:
            return iter([which.run])
        since, until = which.since or "", which.until or LATE
        rows = self._read(CHOSEN_RUNS, workflow=which.workflow, since=since, until=until)
        return (id for (id,) in rows)

    def _others(self, which: Which) -> Iterator[tuple[str, int, int]]:
        for chain, *_ in self._read(CHAINS) if which.others else ():
            row = self._read(WINDOW, chain=chain, since=which.since or "", until=which.until or LATE).fetchone()
            if row[0] is not None:
                yield chain, row[0], row[1]


class _Fields:
    """Fields beside their entries: both come in the same order."""

    def __init__(self, rows: sqlite3.Cursor) -> None:
        self._rows = rows
        self._next: tuple[Any, ...] | None = next(rows, None)

    def of(self, entry: int) -> list[StoredField]:
        mine = list[StoredField]()
        while self._next is not None and self._next[0] == entry:
            mine.append(StoredField._make(self._next[1:]))
            self._next = next(self._rows, None)
        return mine


def _end_of(columns: dict[str, Any]) -> Head:
    """Where a run stands by its row, and whether the row is of one piece."""
    chain, seq, head = chain_of(columns["id"]), columns.pop("seq"), columns.pop("head")
    try:
        run: Run = run_of(seq, columns.pop("document"))
        wrong = misleading(run, columns)
    except Exception:  # whatever stands there was not written by us
        return Head(chain, seq, head, None, "cannot be read")
    return Head(chain, seq, head, run, f"shows something else than its run: {wrong}" if wrong else "")
