"""Putting a copy of the database in its place: first made ready beside it, then swapped in by a rename."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.adapters.store.sqlite import backup, in_words
from bot.domain.errors import StoreBusy, StoreFailed

READY = ".restoring.sqlite3"
"""The copy that is to come, in the folder of the database. Where only this is left, a restore was interrupted."""

_PARTS = ("", "-wal", "-shm")


def refuse_half_restored(database: Path) -> None:
    """Raise StoreFailed where a restore took the database away and was killed before it put the copy there."""
    if database.with_name(READY).exists() and not database.exists():
        raise StoreFailed(
            "A restore was interrupted: the old database is set aside, and the copy is not in its place yet. "
            "Run `countersign restore` again."
        )


def make_ready(copy: Path, database: Path) -> Path:
    """A checked copy of a backup, beside the database."""
    if not copy.is_file():
        raise StoreFailed(f"There is no file {copy}. Name a copy that `countersign backup` has made.")
    ready = database.with_name(READY)
    for part in _PARTS:
        ready.with_name(ready.name + part).unlink(missing_ok=True)
    backup(copy, ready)
    return ready


def swap(ready: Path, database: Path, *, now: datetime) -> Path:
    """Put the copy in place of the database; the folder in which everything that was there before is kept."""
    if database.exists():
        _let_go(database)
    aside = database.with_name(f"before-restore-{now:%Y%m%dT%H%M%SZ}")
    aside.mkdir(mode=0o700)
    for part in _PARTS:
        old = database.with_name(database.name + part)
        if old.exists():
            old.rename(aside / old.name)
    ready.rename(database)
    handle = os.open(database.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return aside


def _let_go(database: Path) -> None:
    """Make the old database one file, and be sure that nobody else is at it. A damaged one is moved as it is."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.DatabaseError as error:
            if isinstance(in_words(error), StoreBusy):
                said = "Another command is using the database right now. Try again in a moment."
                raise StoreBusy(said) from error
