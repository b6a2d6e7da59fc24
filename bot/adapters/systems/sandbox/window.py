"""The back office through a window: what its page shows, through a connection that cannot write."""

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.adapters.systems.sandbox import company, schema
from bot.adapters.systems.sandbox.desk import Desk, Shelf
from bot.adapters.systems.sandbox.desks import DESKS
from bot.domain.errors import Transient, Unknown
from bot.domain.text import hint
from bot.ports.back_office import DeskLine, Happening, Listed, Part, Row, Sheet, Value

MOST = 100
"""So many records of a kind are shown at once."""
_HAPPENED = """
    SELECT it.n, it.at, it.record, json_extract(receipt, '$.id') AS made, sentence, coalesce(ledger.key, '') AS key
    FROM activity AS it LEFT JOIN ledger ON ledger.n = it.call"""


class Window:
    """`BackOffice`: the same file, opened for a moment at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def company(self) -> str:
        return company.load().name

    def desks(self) -> tuple[DeskLine, ...]:
        with self._looking() as db:
            return tuple(_line(db, desk) for desk in DESKS.values())

    def desk(self, name: str, words: str) -> tuple[Listed, ...]:
        desk = _named(name)
        with self._looking() as db:
            return tuple(_lists(db, desk, words))

    def sheet(self, desk: str, record: str) -> Sheet:
        at = _named(desk)
        with self._looking() as db:
            return _sheet(db, at, record)

    def search(self, words: str) -> Mapping[str, tuple[Listed, ...]]:
        if not words.split():
            return {}
        with self._looking() as db:
            found = {name: tuple(one for one in _lists(db, desk, words) if one.rows) for name, desk in DESKS.items()}
        return {name: lists for name, lists in found.items() if lists}

    def changes(self, since: int, *, limit: int) -> tuple[Happening, ...]:
        with self._looking() as db:
            rows = db.execute(f"{_HAPPENED} WHERE it.n > ? ORDER BY it.n DESC LIMIT ?", (since, limit))
            return tuple(map(_happening, rows))

    @contextmanager
    def _looking(self) -> Generator[sqlite3.Connection]:
        """One state of the file, whatever is written meanwhile. Transient where it cannot be read."""
        try:
            with closing(schema.connect(self._path, mode="ro")) as db:
                db.execute("BEGIN")
                yield db
        except sqlite3.Error as error:
            raise Transient(f"The back office's file cannot be read now ({error}).") from error


def _named(desk: str) -> Desk:
    if desk not in DESKS:
        known = hint(desk, DESKS, f"There is: {', '.join(DESKS)}.")
        raise Unknown(f"There is no desk {desk[:80]}. {known}")
    return DESKS[desk]


def _line(db: sqlite3.Connection, desk: Desk) -> DeskLine:
    kinds = {shelf.title: _count(db, shelf) for shelf in desk.shelves}
    last = next(_happened(db, desk, limit=1), None)
    return DeskLine(desk.name, desk.title, kinds, last)


def _count(db: sqlite3.Connection, shelf: Shelf) -> int:
    return sum(1 for _ in db.execute(shelf.query))


def _lists(db: sqlite3.Connection, desk: Desk, words: str) -> Iterator[Listed]:
    wanted, changed = words.casefold().split(), _changed(db, desk)
    for shelf in desk.shelves:
        rows = [row for row in _rows(db, shelf, changed) if _has(row, wanted)]
        rows.sort(key=lambda row: -row.changed.n if row.changed else 0)
        yield Listed(shelf.title, tuple(rows[:MOST]), max(0, len(rows) - MOST))


def _rows(db: sqlite3.Connection, shelf: Shelf, changed: Mapping[str, Happening]) -> Iterator[Row]:
    for row in db.execute(shelf.query):
        fields = dict(row)
        whole = Row(str(fields.pop("record")), str(fields.pop("title")), fields)
        latest = [changed[name] for name in _names(whole, shelf) if name in changed]
        yield replace(whole, changed=max(latest, key=lambda one: one.n, default=None))


def _has(row: Row, wanted: Iterable[str]) -> bool:
    text = " ".join(map(str, (row.record, row.title, *row.fields.values()))).casefold()
    return all(word in text for word in wanted)


def _changed(db: sqlite3.Connection, desk: Desk) -> dict[str, Happening]:
    """The last change, by every name that one calls a record by."""
    latest = dict[str, Happening]()
    for one in _happened(db, desk):
        latest.setdefault(one.record, one)
        latest.setdefault(one.made, one)
    return latest


def _sheet(db: sqlite3.Connection, desk: Desk, record: str) -> Sheet:
    changed = _changed(db, desk)
    lists = list[Listed]()
    parts = dict[str, Part]()
    names = {record}
    for shelf in desk.shelves:
        rows = [row for row in _rows(db, shelf, changed) if record in _names(row, shelf)]
        if not rows:
            continue
        lists.append(Listed(shelf.title, tuple(rows)))
        names |= {name for row in rows for name in _names(row, shelf)}
        parts |= {title: Part(title, _lines(db, query, rows[0].record)) for title, query in shelf.parts.items()}
    if not lists:
        raise Unknown(f"The {desk.title} holds nothing called {record[:80]}.")
    history = tuple(one for one in _happened(db, desk) if names & {one.record, one.made})
    return Sheet(tuple(lists), tuple(part for part in parts.values() if part.lines), history)


def _names(row: Row, shelf: Shelf) -> set[str]:
    return {row.record, str(row.fields[shelf.also])} if shelf.also else {row.record}


def _lines(db: sqlite3.Connection, query: str, record: str) -> tuple[Mapping[str, Value], ...]:
    return tuple(dict(row) for row in db.execute(query, (record,)))


def _happened(db: sqlite3.Connection, desk: Desk, *, limit: int = -1) -> Iterator[Happening]:
    """What changed at one desk, newest first."""
    span = (f"{desk.name}:", f"{desk.name};")  # the sign after the colon: every name with that beginning
    rows = db.execute(f"{_HAPPENED} WHERE it.record >= ? AND it.record < ? ORDER BY it.n DESC LIMIT ?", (*span, limit))
    return map(_happening, rows)


def _happening(row: sqlite3.Row) -> Happening:
    desk, _, record = str(row["record"]).partition(":")
    at = datetime.fromisoformat(row["at"])
    return Happening(row["n"], at, desk, record, str(row["made"]), row["sentence"], row["key"])
