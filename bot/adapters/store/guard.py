"""What keeps the record as it was written: triggers in the file, and an authorizer on every connection of ours.

The triggers refuse every program. The authorizer keeps the bot itself from touching the triggers. Without the guard on
inserts, INSERT OR REPLACE would walk past the others.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Final

APPEND_ONLY = ("anchor", "checkpoint", "entry", "leaf", "version")
"""Rows that are never changed and never deleted."""

ERASABLE = "entry_field"
"""Rows whose content may go, once, in the name of an entry that says so."""

ERASED_WITH = ("value_json", "salt", "erased_by")

_HARMLESS = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
        sqlite3.SQLITE_SAVEPOINT,
    }
)
_HARMLESS_PRAGMAS = frozenset({"busy_timeout", "data_version", "integrity_check", "quick_check", "wal_checkpoint"})


def authorize(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    """Whether a connection of the bot may do that."""
    return sqlite3.SQLITE_OK if _allows(action, first or "", second or "") else sqlite3.SQLITE_DENY


def _allows(action: int, first: str, second: str) -> bool:
    """Whatever is not named here is refused: DROP, ALTER, ATTACH, CREATE, and what later versions think of."""
    if action in _HARMLESS:
        return True
    if action == sqlite3.SQLITE_PRAGMA:
        return first in _HARMLESS_PRAGMAS
    if first.startswith("sqlite_"):
        return False
    if action == sqlite3.SQLITE_INSERT:
        return True
    if action == sqlite3.SQLITE_UPDATE:
        return first not in APPEND_ONLY and (first != ERASABLE or second in ERASED_WITH)
    return action == sqlite3.SQLITE_DELETE and first not in APPEND_ONLY and first != ERASABLE


_KEYS: Final[Mapping[str, str]] = {
    "anchor": "size = NEW.size AND place = NEW.place",
    "checkpoint": "size = NEW.size",
    "entry": "id = NEW.id OR (chain = NEW.chain AND seq = NEW.seq)",
    "entry_field": "entry = NEW.entry AND name = NEW.name",
    "leaf": "n = NEW.n OR entry = NEW.entry",
    "version": "kind = NEW.kind AND name = NEW.name AND n = NEW.n",
}

_RIGHTLY_ERASED = """NEW.entry IS OLD.entry AND NEW.name IS OLD.name AND NEW.kind IS OLD.kind
    AND NEW.subject IS OLD.subject AND OLD.erased_by IS NULL AND NEW.erased_by IS NOT NULL
    AND NEW.value_json IS NULL AND NEW.salt IS NULL"""


def append_only_rules(*tables: str) -> Iterator[str]:
    """The triggers that keep the record as it was written, whoever opens the file; for some tables, or all of them."""
    for table in tables or sorted(_KEYS):
        key = _KEYS[table]
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        exists = f"EXISTS (SELECT 1 FROM {table} WHERE {key})"  # noqa: S608  both are ours
        changed = f"WHEN NOT ({_RIGHTLY_ERASED}) " if table == ERASABLE else ""
        yield f"CREATE TRIGGER {table}_is_new BEFORE INSERT ON {table} WHEN {exists} {refuse}"
        yield f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} {refuse}"
        yield f"CREATE TRIGGER {table}_is_final BEFORE UPDATE ON {table} {changed}{refuse}"


def rules_in(connection: sqlite3.Connection) -> dict[str, str]:
    """The triggers of a file, by name."""
    return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
