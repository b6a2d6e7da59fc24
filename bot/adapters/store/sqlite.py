"""Everything that only SQLite knows, and no module but this and `guard`: files, their copies, and what errors mean.

A connection is durable (WAL, an fsync for each commit), waits a moment for other writers, forgets what it deletes, and
cannot change the record.
"""

import errno
import os
import sqlite3
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from bot.adapters.store.guard import append_only_rules, authorize, rules_in
from bot.adapters.store.statement import Row, Statement, Value
from bot.domain.errors import BotError, StoreBusy, StoreFailed

PAGES_AT_ONCE = 1024
BUSY_TIMEOUT = timedelta(seconds=5)
"""How long a writer waits for another process; then it says StoreBusy."""

_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is erased is gone from the file, not only from view
    "PRAGMA synchronous = FULL",  # NORMAL may lose the last commits with the power
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
    "PRAGMA trusted_schema = OFF",
)


def connect(path: Path, *, busy: timedelta = BUSY_TIMEOUT, guarded: bool = True) -> sqlite3.Connection:
    """A connection that writes; made if need be, readable by its owner alone. Migrations alone go unguarded."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        kind = _OF_THE_SYSTEM.get(error.errno or 0, sqlite3.SQLITE_CANTOPEN)
        raise StoreFailed(f"{_FAULTS[kind]} ({path}: {error.strerror})") from error
    connection = sqlite3.connect(
        path, timeout=busy.total_seconds(), isolation_level=None, check_same_thread=False, cached_statements=512
    )
    try:
        _insist(connection, "PRAGMA journal_mode = WAL", within=busy)  # SQLite itself does not wait here
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except sqlite3.Error:
        connection.close()
        raise
    if guarded:
        connection.set_authorizer(authorize)
    return connection


def reading_url(path: Path) -> URL:
    """How the asynchronous engine opens the same file, to read only."""
    query = {"mode": "ro", "uri": "true", **({"immutable": "1"} if _is_at_rest(path) else {})}
    return URL.create("sqlite+aiosqlite", database=path.absolute().as_uri(), query=query)


def reading_uri(path: Path) -> str:
    """How the driver opens a file to read only."""
    return f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if _is_at_rest(path) else ''}"


def _is_at_rest(path: Path) -> bool:
    """Whether nobody can be at a file, as on a disk that is mounted read-only: SQLite wants to write beside it else."""
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY) and not path.with_name(f"{path.name}-wal").exists()
    except OSError:
        return False


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that reads one moment of a file that need not be trusted, and changes nothing in it."""
    connection = sqlite3.connect(reading_uri(path), uri=True, isolation_level=None)
    try:
        for pragma in ("PRAGMA trusted_schema = OFF", "PRAGMA query_only = ON", "PRAGMA cache_size = -64000"):
            connection.execute(pragma)
        connection.execute("BEGIN")
    except (sqlite3.Error, UnicodeDecodeError) as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise
        # SQLite quotes what is wrong with the schema, and the driver cannot read that.
        raise StoreFailed(_FAULTS[sqlite3.SQLITE_CORRUPT]) from error
    return connection


def refuse_unreadable(path: Path) -> None:
    """Raise StoreFailed where a file cannot be read: an asynchronous engine finds that out too late to end quietly."""
    with errors_in_words(), closing(connect_to_read(path)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


@contextmanager
def rules_lifted(connection: sqlite3.Connection) -> Generator[None]:
    """One transaction, on an unguarded connection, in which the record may be cut; the rules stand again at its end."""
    begin(connection, within=BUSY_TIMEOUT)
    try:
        for name in rules_in(connection):
            connection.execute(f"DROP TRIGGER {name}")
        yield
        for rule in append_only_rules():
            connection.execute(rule)
        connection.execute(COMMIT)
    except BaseException:
        if connection.in_transaction:
            connection.execute(ROLL_BACK)
        raise


def empty_log(connection: sqlite3.Connection) -> None:
    """Move everything from the write-ahead log into the file and cut the log: what was overwritten is gone."""
    busy: int = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise StoreBusy("Somebody still reads what was erased, so the log of the database keeps it. Try again soon.")


# --- running ------------------------------------------------------------------------------------------------------


class SqliteLink:
    """Runs statements on the connection of the writer thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._cursor = connection.cursor()

    def row(self, statement: Statement, **values: Value) -> Row | None:
        sql, pick = statement.sqlite
        rows: list[Row] = self._cursor.execute(sql, pick(values)).fetchall()
        return rows[0] if rows else None

    def rows(self, statement: Statement, **values: Value) -> list[Row]:
        sql, pick = statement.sqlite
        return self._cursor.execute(sql, pick(values)).fetchall()

    def change(self, statement: Statement, **values: Value) -> int:
        sql, pick = statement.sqlite
        return self._cursor.execute(sql, pick(values)).rowcount

    def add(self, statement: Statement, values: Mapping[str, Value]) -> int:
        sql, pick = statement.sqlite
        id = self._cursor.execute(sql, pick(values)).lastrowid
        assert id is not None
        return id

    def add_all(self, statement: Statement, many: Sequence[Mapping[str, Value]]) -> None:
        sql, pick = statement.sqlite
        self._cursor.executemany(sql, map(pick, many))


def take_turns(connection: sqlite3.Connection) -> None:
    """Leave waiting to `begin`.

    SQLite looks for the lock ever more seldom, so a bot that writes and writes would starve a command that waits
    beside it. Looking anew every few milliseconds, the command soon has its turn.
    """
    connection.execute("PRAGMA busy_timeout = 10")


BEGIN = "BEGIN IMMEDIATE"
"""Not a plain BEGIN: one that reads and then writes fails at once where another process was faster."""

COMMIT, ROLL_BACK = "COMMIT", "ROLLBACK"
SAVE, KEEP, TAKE_BACK = "SAVEPOINT unit", "RELEASE unit", "ROLLBACK TO unit"


def begin(connection: sqlite3.Connection, *, within: timedelta) -> None:
    """Begin to write, once nobody else does."""
    _insist(connection, BEGIN, within=within)


def _insist(connection: sqlite3.Connection, sql: str, *, within: timedelta) -> None:
    deadline = time.monotonic() + within.total_seconds()
    while True:
        try:
            connection.execute(sql)
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() >= deadline:
                raise
            time.sleep(0.001)
        else:
            return


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes when another process has committed."""
    version: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return version


# --- what goes wrong ------------------------------------------------------------------------------------------------

_FAULTS: Final[Mapping[int, str]] = {
    sqlite3.SQLITE_FULL: "The disk is full. Nothing was changed: free some space, then try again.",
    sqlite3.SQLITE_READONLY: "The database may not be written. Nothing was changed: look at the rights of the file "
    "and its folder, and whether the disk is mounted read-only.",
    sqlite3.SQLITE_IOERR: "The disk does not answer as it should. Nothing was started: look at the disk and the system "
    "log, then try again.",
    sqlite3.SQLITE_CORRUPT: "The database is damaged. Stop the bot, keep a copy of the file, and restore the last "
    "backup.",
    sqlite3.SQLITE_NOTADB: "This file is not a database of Countersign, or it is damaged. Name another file, or "
    "restore the last backup.",
    sqlite3.SQLITE_CANTOPEN: "The database cannot be opened. Look whether its folder exists and may be written.",
    sqlite3.SQLITE_PERM: "The database may not be opened. Look at the rights of the file and its folder.",
    sqlite3.SQLITE_AUTH: "The record is append-only, and its rules cannot be changed from here. Nothing was changed.",
}


_OF_THE_SYSTEM: Final[Mapping[int, int]] = {
    errno.EROFS: sqlite3.SQLITE_READONLY,
    errno.EACCES: sqlite3.SQLITE_READONLY,
    errno.ENOSPC: sqlite3.SQLITE_FULL,
}
"""What errors of the system come to."""


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process is in the way, for a moment."""
    return _code(error) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _code(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code


def in_words(error: sqlite3.Error) -> BotError:
    """What an error of SQLite means to a person."""
    if is_busy(error):
        return StoreBusy()
    code = _code(error)
    if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
        return StoreFailed(f"The record cannot be changed: {error}. Nothing was changed.")
    kind = sqlite3.SQLITE_FULL if code == sqlite3.SQLITE_IOERR_SHMSIZE else code & 0xFF  # the index of the log
    return StoreFailed(_FAULTS.get(kind) or f"The database refused this: {error}. Nothing was changed.")


@contextmanager
def errors_in_words() -> Generator[None]:
    """Let no error of the driver out."""
    try:
        yield
    except sqlite3.Error as error:
        raise in_words(error) from error


def refuse_damage(connection: sqlite3.Connection) -> None:
    """Raise StoreFailed where the file is damaged. Reads all of it."""
    if (found := str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])) != "ok":
        raise StoreFailed(f"{_FAULTS[sqlite3.SQLITE_CORRUPT]} ({' '.join(found.split())})")


# --- copies ---------------------------------------------------------------------------------------------------------


def backup(source: Path, target: Path, *, progress: Callable[[int, int], None] | None = None) -> None:
    """A consistent copy, made while others write. `progress` is told the pages that are left, and all of them.

    The copy has its name only once it is whole, checked and on the disk.
    """
    if target.exists():
        raise StoreFailed(f"{target} is there already. Name a new file for the copy.")
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        with errors_in_words():
            _copy(source, partial, progress)
        with partial.open("rb") as copied:
            os.fsync(copied.fileno())
        partial.rename(target)
    except OSError as error:
        raise StoreFailed(f"The copy {target} cannot be written: {error.strerror}. Name a file elsewhere.") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _copy(source: Path, target: Path, progress: Callable[[int, int], None] | None) -> None:
    def tell(_status: int, left: int, every: int) -> None:
        if progress is not None:
            progress(left, every)

    os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
    uri = f"{source.resolve().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as here,
        closing(sqlite3.connect(target, isolation_level=None)) as there,
    ):
        # One snapshot for all steps: without it, each commit of the bot would make the copy start anew.
        here.execute("BEGIN")
        here.execute("SELECT count(*) FROM sqlite_master").fetchone()
        here.backup(there, pages=PAGES_AT_ONCE, progress=tell)
        there.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        refuse_damage(there)
