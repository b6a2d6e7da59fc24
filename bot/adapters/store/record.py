"""The record as stored in one SQLite file, read as one moment of it: beside a running bot, or in a copy far from it.

Rows are streamed as the driver gives them, in the order of the chains; two cursors go along side by side, one over the
entries and one over their fields. What stands in a row may be of any type: whoever changed it did not ask us.
"""

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import exists, func, or_, select

from bot.adapters.store.guard import append_only_rules, rules_in
from bot.adapters.store.meta import PRUNED, pruned_of
from bot.adapters.store.runs import chain_of, misleading, run_of
from bot.adapters.store.sqlite import connect_to_read, errors_in_words
from bot.adapters.store.statement import Core, Statement
from bot.adapters.store.tables import CHAIN, CHECKPOINT, ENTRY, ENTRY_FIELD, LEAF, META, RUN
from bot.domain.audit.chain import COLUMNS
from bot.domain.audit.entry import NOTE_NAMES, EntryKind
from bot.domain.audit.verify import Content, Leaf, Row, StoredField
from bot.domain.run import Run
from bot.ports.record import Event, Head, Kept, Loose, Pruned, Stored

_E, _F = ENTRY.c, ENTRY_FIELD.c
_SHOWN = (*COLUMNS, *sorted(NOTE_NAMES))
_EVENTS = (EntryKind.CHECKPOINT_SEALED, EntryKind.PRUNE_APPLIED, EntryKind.RESTORE)
_in_order = (_E.chain, _E.seq, _E.id)

_ROWS = select(_E.chain, _E.seq, _E.header, _E.prev, _E.hash, _E.mac).order_by(*_in_order)
_ENTRIES = select(_E.id, _E.header, _E.prev, _E.hash, _E.mac, *[_E[name] for name in _SHOWN]).order_by(*_in_order)
_FIELDS = (
    select(_F.entry, _F.name, _F.kind, _F.subject, _F.salt, _F.value_json, _F.erased_by)
    .join(ENTRY, _E.id == _F.entry)
    .order_by(*_in_order, _F.name)
)
_CHAINS = select(CHAIN.c.name, CHAIN.c.seq, CHAIN.c.head).order_by(CHAIN.c.name)
_HEADS = select(RUN.c.id, RUN.c.seq, RUN.c.head).order_by(RUN.c.id)
_RUNS = select(*[column for column in RUN.c if column.name != "n"]).order_by(RUN.c.id)
_LEAVES = select(LEAF.c.n, _E.hash).join(ENTRY, _E.id == LEAF.c.entry, isouter=True).order_by(LEAF.c.n)
_CHECKPOINTS = select(CHECKPOINT.c.size, CHECKPOINT.c.root, CHECKPOINT.c.note).order_by(CHECKPOINT.c.size)
_TOLD = (
    select(_E.seq, _E.kind, _E.at, _E.size, _E.digest, _E.outcome)
    .where(_E.chain == "system", or_(*[_E.kind == kind.value for kind in _EVENTS]))
    .order_by(_E.seq)
)
_newest = select(func.max(LEAF.c.entry)).scalar_subquery()
_LOOSE = (
    select(_E.chain, _E.seq, _E.kind, _E.at, func.coalesce(_E.id < _newest, 0))
    .where(~exists().where(LEAF.c.entry == _E.id))
    .order_by(_E.id)
)
_PRUNED = select(META.c.value).where(META.c.name == PRUNED)
_SIZE = select(func.count()).select_from(ENTRY)
_SEALED = select(func.count()).select_from(LEAF)


@contextmanager
def reading(path: Path) -> Generator["SqliteRecord"]:
    """The record in a file, as it is now. StoreFailed where the file cannot be read."""
    with errors_in_words(), closing(connect_to_read(path)) as connection:
        yield SqliteRecord(connection)


class SqliteRecord:
    """`Record`, in one file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _read(self, statement: Core) -> sqlite3.Cursor:
        sql, pick = Statement(statement).sqlite
        return self._connection.execute(sql, pick({}))

    def size(self) -> int:
        return self._count(_SIZE)

    def _count(self, statement: Core) -> int:
        count: int = self._read(statement).fetchone()[0]
        return count

    def rows(self) -> Iterator[Row]:
        return map(Row._make, self._read(_ROWS))

    def entries(self) -> Iterator[Stored]:
        fields = self._read(_FIELDS)
        field = next(fields, None)
        for id, header, prev, hashed, mac, *shown in self._read(_ENTRIES):
            mine = list[StoredField]()
            while field is not None and field[0] == id:
                mine.append(StoredField._make(field[1:]))
                field = next(fields, None)
            columns = {name: value for name, value in zip(_SHOWN, shown, strict=True) if value is not None}
            yield Stored(Row(shown[0], shown[1], header, prev, hashed, mac), Content(columns, header, mine))

    def heads(self, *, runs: bool) -> Iterator[Head]:
        chains = (Head(str(name), seq, head) for name, seq, head in self._read(_CHAINS))
        if runs:
            names = tuple(_RUNS.selected_columns.keys())
            ends = (_end_of(dict(zip(names, row, strict=True))) for row in self._read(_RUNS))
        else:
            ends = (Head(chain_of(id), seq, head) for id, seq, head in self._read(_HEADS))
        return merge(chains, ends, key=itemgetter(0))

    def leaves(self) -> Iterator[Leaf]:
        return map(Leaf._make, self._read(_LEAVES))

    def sealed(self) -> int:
        return self._count(_SEALED)

    def checkpoints(self) -> Iterator[Kept]:
        return map(Kept._make, self._read(_CHECKPOINTS))

    def events(self) -> Iterator[Event]:
        return map(Event._make, self._read(_TOLD))

    def loose(self) -> Iterator[Loose]:
        return map(Loose._make, self._read(_LOOSE))

    def pruned(self) -> Pruned:
        row = self._read(_PRUNED).fetchone()
        try:
            return pruned_of(row[0]) if row else Pruned()
        except (KeyError, TypeError, ValueError, AttributeError):
            return Pruned()  # then the entry that speaks of it finds nothing, and says so

    def missing_rules(self) -> tuple[str, ...]:
        wanted = {rule.split(maxsplit=3)[2]: rule for rule in append_only_rules()}
        here = rules_in(self._connection)
        return tuple(sorted(name for name in {*wanted, *here} if wanted.get(name) != here.get(name)))


def _end_of(columns: dict[str, Any]) -> Head:
    """Where a run stands by its row, and whether the row is of one piece."""
    chain, seq, head = chain_of(columns["id"]), columns.pop("seq"), columns.pop("head")
    try:
        run: Run = run_of(seq, columns.pop("document"))
        wrong = misleading(run, columns)
    except Exception:  # whatever stands there was not written by us
        return Head(chain, seq, head, None, "cannot be read")
    return Head(chain, seq, head, run, f"shows something else than its run: {wrong}" if wrong else "")
