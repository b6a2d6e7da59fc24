"""The file itself: SQLite, held by one workspace at a time."""

import os
import sqlite3
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.workspace.keep.document import Row
from bot.workspace.refusal import CannotStart

APPLICATION = 0x434E5457
"""Stands in the head of our files, and of nobody else's."""
VERSION = 1
_TABLE = """
CREATE TABLE kept (kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, data BLOB, PRIMARY KEY (kind, id))
"""
_PUT = """
INSERT INTO kept (kind, id, body, data) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body, data = excluded.data
"""


@dataclass(slots=True)
class Store:
    """Rows on the disk."""

    path: Path
    connection: sqlite3.Connection

    def rows(self) -> list[Row]:
        """Everything that is kept; nothing in a new file."""
        found = self.connection.execute("SELECT kind, id, body, data FROM kept ORDER BY rowid").fetchall()
        return [Row(*one) for one in found]

    def write(self, rows: Iterable[Row], *, anew: bool = False) -> None:
        """Put rows in or take them away, all or none; `anew` lets go of everything before."""
        with self.connection:
            self.connection.execute("BEGIN IMMEDIATE")
            if anew:
                self.connection.execute("DELETE FROM kept")
            for row in rows:
                if row.body is None:
                    self.connection.execute("DELETE FROM kept WHERE kind = ? AND id = ?", (row.kind, row.id))
                else:
                    self.connection.execute(_PUT, (row.kind, row.id, row.body, row.data))

    def close(self) -> None:
        self.connection.close()


@contextmanager
def opened_store(path: Path, *, fresh: bool = False) -> Generator[Store]:
    """The file at a path, made where there is none; emptied where a `fresh` start is wanted.

    Raises CannotStart where it is no workspace's file, is damaged, or is held by another workspace.
    """
    _make_folder(path.parent)
    try:
        connection = _connected(path)
    except (CannotStart, sqlite3.DatabaseError) as error:
        said = error if isinstance(error, CannotStart) else CannotStart(_worded(path, error))
        if not (fresh and _is_ours(path)) or _is_busy(error):
            raise said from None
        _delete(path)
        connection = _connected(path)
    store = Store(path, connection)
    try:
        if fresh:
            store.write((), anew=True)
        yield store
    finally:
        store.close()


def damaged(path: Path) -> CannotStart:
    return CannotStart(f"{path} is damaged. Put back a copy of it, or begin anew with --fresh: what was in it is lost.")


def _is_ours(path: Path) -> bool:
    """Whether the head of a file says so, whatever comes after it."""
    with path.open("rb") as file:
        return file.read(72)[68:] == APPLICATION.to_bytes(4, "big")


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorname", "") in ("SQLITE_BUSY", "SQLITE_LOCKED")


def _delete(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        said = f"The folder {folder} cannot be made: {error.strerror}. Name another one with --data."
        raise CannotStart(said) from None


def _connected(path: Path) -> sqlite3.Connection:
    _touch(path)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0.5)
    try:
        _claim(connection, path)
    except (sqlite3.DatabaseError, CannotStart):
        connection.close()
        raise
    return connection


def _touch(path: Path) -> None:
    """Nobody else on this machine reads it: it has tokens in it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        said = f"{path} cannot be written: {error.strerror}. Name another folder with --data."
        raise CannotStart(said) from None


def _claim(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN IMMEDIATE")
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application == 0 and tables == 0:
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute(_TABLE)
    elif application != APPLICATION:
        raise CannotStart(f"{path} is a file of something else. Name another folder with --data.")
    elif version != VERSION:
        said = f"{path} was written by another version of the workspace. Begin anew with --fresh, or move it away."
        raise CannotStart(said)
    connection.execute("COMMIT")
    (sound,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if sound != "ok":
        raise damaged(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _worded(path: Path, error: sqlite3.DatabaseError) -> str:
    if _is_busy(error):
        return f"Another workspace uses {path}. Stop it, or name another folder with --data."
    match getattr(error, "sqlite_errorname", ""):
        case "SQLITE_NOTADB" if not _is_ours(path):
            return f"{path} is no workspace's file. Move it away, or name another folder with --data."
        case "SQLITE_CORRUPT" | "SQLITE_NOTADB":
            return str(damaged(path))
        case _:
            return f"{path} cannot be used: {error}. Name another folder with --data."
