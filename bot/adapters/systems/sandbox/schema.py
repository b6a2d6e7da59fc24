"""The back office's own file: the tables all desks share, how it is opened, and what one transaction promises."""

import sqlite3
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import Broken, Transient, Uncertain

APPLICATION = 0x43534844
"""Stands in the file's header, so that no other database is ever taken for a back office and emptied."""

VERSION = 3
BUSY_SECONDS = 5.0

TABLES = (
    "CREATE TABLE serial (prefix TEXT PRIMARY KEY, n INTEGER NOT NULL)",
    # What a desk shows of its own past; the marker is what a search finds. Which call it was, the page alone may ask.
    """CREATE TABLE activity (
        n INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, record TEXT NOT NULL, sentence TEXT NOT NULL,
        marker TEXT NOT NULL, receipt TEXT NOT NULL, call INTEGER)""",
    "CREATE INDEX activity_marker ON activity (marker, kind) WHERE marker <> ''",
    # A key without a receipt stands for a failure that the system saved with it.
    """CREATE TABLE remembered (
        key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, receipt TEXT, until TEXT NOT NULL)""",
    "CREATE INDEX remembered_until ON remembered (until)",
    """CREATE TABLE ledger (
        n INTEGER PRIMARY KEY, at TEXT NOT NULL, operation TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
        record TEXT NOT NULL, outcome TEXT NOT NULL, answer TEXT NOT NULL)""",
    "CREATE INDEX ledger_key ON ledger (key)",
    """CREATE TABLE fault (
        n INTEGER PRIMARY KEY, operation TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, fault TEXT NOT NULL,
        remaining INTEGER, wait_ms INTEGER)""",
)


def stamp(at: datetime) -> str:
    """A time as text that sorts as the times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def connect(path: Path, *, mode: str = "rw") -> sqlite3.Connection:
    """A connection in SQLite's own mode: `ro` cannot write, `rw` needs the file, `rwc` makes it."""
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    db.row_factory = sqlite3.Row
    if mode == "ro":
        db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)  # a read-only connection may attach a file to write in it
    else:
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA foreign_keys = ON")
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Generator[None]:
    """All or nothing. Transient where the file surely took nothing, Uncertain where the commit itself failed."""
    try:
        db.execute("BEGIN IMMEDIATE")
        yield
    except BaseException as error:
        _roll_back(db)
        if isinstance(error, sqlite3.OperationalError):
            raise Transient(f"The back office's file cannot be written now ({error}). Nothing changed.") from error
        raise
    try:
        db.execute("COMMIT")
    except sqlite3.Error as error:
        _roll_back(db)
        raise Uncertain(f"The back office's file failed while it was written ({error}).") from error


def _roll_back(db: sqlite3.Connection) -> None:
    if db.in_transaction:
        db.execute("ROLLBACK")


def next_id(db: sqlite3.Connection, prefix: str) -> str:
    """A new id: `T-1011` after `T-1010`."""
    db.execute("INSERT INTO serial VALUES (?, 1) ON CONFLICT DO UPDATE SET n = n + 1", (prefix,))
    (n,) = db.execute("SELECT n FROM serial WHERE prefix = ?", (prefix,)).fetchone()
    return f"{prefix}-{n}"


def make_tables(db: sqlite3.Connection, tables: Iterable[str]) -> None:
    """Make these tables and the shared ones in a file that has none. To be called in a transaction."""
    for statement in (*tables, *TABLES):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute(f"PRAGMA user_version = {VERSION}")


def drop_tables(db: sqlite3.Connection) -> None:
    """Forget everything. To be called in a transaction."""
    db.execute("PRAGMA defer_foreign_keys = ON")
    tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (name,) in reversed(tables):
        db.execute(f'DROP TABLE "{name}"')


def is_empty(db: sqlite3.Connection, path: Path) -> bool:
    """Whether the file has no tables yet. Broken where they are not a back office's."""
    (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    (application,) = db.execute("PRAGMA application_id").fetchone()
    if tables and application != APPLICATION:
        raise Broken(f"{path} is not a sandbox back office and is left alone. Choose another file for the sandbox.")
    return bool(tables == 0)


def is_current(db: sqlite3.Connection) -> bool:
    """Whether the file's tables are those of this version."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return bool(version == VERSION)
