"""What the back office's page shows: the records of each desk, one of them with all that hangs on it, what changed."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.adapters.systems.sandbox.desk import Desk, Shelf
from bot.adapters.systems.sandbox.desks import DESKS
from bot.domain.errors import Unknown

_DONE = """
    SELECT at, kind, record, sentence, coalesce(nullif(marker, ''), (
        SELECT key FROM ledger WHERE outcome = 'applied' AND kind = it.kind AND record = it.record
        AND answer = json_extract(it.receipt, '$.id') ORDER BY n DESC LIMIT 1), '') AS key
    FROM activity AS it %s ORDER BY n DESC LIMIT ?"""


@dataclass(frozen=True, slots=True)
class Done:
    """Something that changed."""

    at: str
    kind: str
    record: str
    """`crm:D-201`"""
    sentence: str
    key: str
    """The key it came under, by which the run is found; empty where no answer says which."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a desk, as it stands."""

    system: str
    shelf: str
    """What kind of record it is: `Deals`."""
    id: str
    title: str
    fields: Mapping[str, str]
    changed_at: str
    """When something last changed it; empty where nothing did since the sample company was filled in."""

    @property
    def name(self) -> str:
        """What intents call it: `crm:D-201`."""
        return f"{self.system}:{self.id}"


@dataclass(frozen=True, slots=True)
class Whole:
    """One record with all that hangs on it, and what changed it, newest first."""

    record: Record
    parts: Mapping[str, tuple[Mapping[str, str], ...]]
    """Every message, note, payment: by their title, oldest first."""
    history: tuple[Done, ...]


def records(db: sqlite3.Connection, desk: Desk) -> tuple[Record, ...]:
    """Every record of a desk: what changed last first, then the others, shelf by shelf."""
    changed = _last_changes(db)
    found = [one for shelf in desk.shelves for one in _on(db, desk, shelf, changed)]
    return tuple(sorted(found, key=lambda one: changed.get(one.name, (0, ""))[0], reverse=True))


def whole(db: sqlite3.Connection, desk: Desk, id: str) -> Whole:
    """One record, with its parts and its history. Unknown where there is none of that number."""
    changed = _last_changes(db)
    for shelf in desk.shelves:
        for record in _on(db, desk, shelf, changed):
            if record.id == id:
                parts = {title: _rows(db.execute(query, (id,))) for title, query in shelf.parts.items()}
                return Whole(record, parts, done(db, 100, record.name))
    raise Unknown(f"The {desk.title} has no record {id}. Look for it on the page of the back office.")


def search(db: sqlite3.Connection, words: str, limit: int) -> tuple[Record, ...]:
    """The records of all desks in which every one of these words stands, those that changed last first."""
    wanted = words.casefold().split()
    found = [
        record
        for desk in DESKS.values()
        for record in records(db, desk)
        if wanted and all(word in _text(record) for word in wanted)
    ]
    return tuple(sorted(found, key=lambda one: one.changed_at, reverse=True)[:limit])


def done(db: sqlite3.Connection, limit: int, record: str = "") -> tuple[Done, ...]:
    """What changed last, everywhere or on one record, newest first."""
    rows = db.execute(_DONE % "WHERE ?1 IN ('', record)", (record, limit))
    return tuple(Done(**{name: row[name] for name in Done.__slots__}) for row in rows)


def _on(db: sqlite3.Connection, desk: Desk, shelf: Shelf, changed: Mapping[str, tuple[int, str]]) -> Iterable[Record]:
    for row in _rows(db.execute(shelf.query)):
        fields = {name: value for name, value in row.items() if name not in ("record", "title")}
        _, at = changed.get(f"{desk.name}:{row['record']}", (0, ""))
        yield Record(desk.name, shelf.title, row["record"], row["title"], fields, at)


def _last_changes(db: sqlite3.Connection) -> dict[str, tuple[int, str]]:
    """When each record was last changed, with the change's number."""
    rows = db.execute("SELECT record, max(n) AS n, at FROM activity GROUP BY record")
    return {row["record"]: (row["n"], row["at"]) for row in rows}


def _rows(found: Iterable[sqlite3.Row]) -> tuple[dict[str, str], ...]:
    return tuple({name: "" if row[name] is None else str(row[name]) for name in row.keys()} for row in found)  # noqa: SIM118  a Row gives its values


def _text(record: Record) -> str:
    return " ".join((record.id, record.title, *record.fields.values())).casefold()
