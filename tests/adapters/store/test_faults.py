"""Where the database cannot be used, a person reads why and what to do; nothing happened, and it goes on afterwards."""

import asyncio
import errno
import os
import resource
import signal
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store.sqlite import connect, in_words
from bot.adapters.store.store import SqliteStore
from bot.domain.errors import BotError, StoreBusy, StoreFailed
from bot.ports.queries import RunFilter
from bot.ports.store import Transaction
from tests.adapters.store.made import (
    Hand,
    create,
    delivery,
    fill_with_rubbish,
    key_file,
    moved,
    opened,
    run_of,
    started,
)

BUSY = timedelta(milliseconds=60)


@contextmanager
def somebody_writes(path: Path) -> Generator[sqlite3.Connection]:
    """Another process that holds the lock for writing."""
    with closing(sqlite3.connect(path, isolation_level=None)) as peer:
        peer.execute("BEGIN IMMEDIATE")
        yield peer
        peer.execute("ROLLBACK")


def stored(path: Path) -> tuple[int, int]:
    """How many runs and entries are durable."""
    with closing(sqlite3.connect(path)) as connection:
        runs: int = connection.execute("SELECT count(*) FROM run").fetchone()[0]
        entries: int = connection.execute("SELECT count(*) FROM entry").fetchone()[0]
        return runs, entries


# --- busy ---------------------------------------------------------------------------------------------------------


async def test_where_another_process_writes_for_too_long_nothing_happens(path: Path) -> None:
    async with opened(path, busy=BUSY) as store:
        with somebody_writes(path), pytest.raises(StoreBusy, match="try again in a moment"):
            await create(store)
        assert stored(path) == (0, 0)
        await create(store)
        assert stored(path) == (1, 2)


async def test_everybody_who_waited_hears_that_the_database_is_busy(path: Path) -> None:
    async with opened(path, busy=BUSY) as store:
        with somebody_writes(path):
            units = [asyncio.ensure_future(create(store, n)) for n in range(5)]
            answers = await asyncio.gather(*units, return_exceptions=True)
        assert [type(one) for one in answers] == [StoreBusy] * 5
        assert stored(path) == (0, 0)


async def test_where_another_process_writes_for_a_moment_the_unit_waits(path: Path) -> None:
    async with opened(path, busy=timedelta(seconds=10)) as store:
        with somebody_writes(path):
            unit = asyncio.ensure_future(create(store))
            await asyncio.sleep(0)
            assert not unit.done()
        await unit
    assert stored(path) == (1, 2)


async def test_a_store_opens_while_another_process_writes(path: Path) -> None:
    async with opened(path) as store:
        await create(store)
    with somebody_writes(path):
        async with opened(path, busy=BUSY) as store:
            assert (await store.queries.run(run_of().id)).seq == 2


async def test_a_reader_never_waits_for_a_writer(path: Path) -> None:
    async with opened(path, busy=BUSY) as store:
        await create(store)
        with somebody_writes(path) as peer:
            peer.execute("UPDATE run SET state = 'done'")
            assert (await store.queries.runs(RunFilter()))[0].state == "running"
            assert (await store.queries.counts())["running"] == 1


# --- full ---------------------------------------------------------------------------------------------------------


async def test_a_full_disk_takes_back_the_whole_unit_and_it_goes_on_when_there_is_room(path: Path) -> None:
    async with opened(path) as store:
        for n in range(3):
            await create(store, n)
        pages = fill_up(store)
        with pytest.raises(StoreFailed, match="disk is full"):
            await store.run(lambda tx: [tx.runs.create(started(run_of(n))) for n in range(10, 60)])
        assert stored(path) == (3, 6)
        make_room(store, pages)
        await create(store, 70)
        assert stored(path) == (4, 8)


async def test_a_full_disk_is_told_to_everybody_in_the_group(path: Path) -> None:
    async with opened(path) as store:
        pages = fill_up(store)

        def much(tx: Transaction) -> None:
            for n in range(10, 60):
                tx.runs.create(started(run_of(n)))

        answers = await asyncio.gather(*[store.run(much) for _ in range(3)], return_exceptions=True)
        assert all(isinstance(one, StoreFailed) for one in answers)
        make_room(store, pages)
        await create(store)
    assert stored(path) == (1, 2)


def fill_up(store: SqliteStore) -> int:
    """Allow not one page more; the limit belongs to the connection, so its authorizer is put aside for a moment."""
    connection = the_connection(store)
    connection.set_authorizer(None)
    pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    return pages


def make_room(store: SqliteStore, pages: int) -> None:
    the_connection(store).execute(f"PRAGMA max_page_count = {pages * 1000}")


def the_connection(store: SqliteStore) -> sqlite3.Connection:
    assert store._writer is not None
    return store._writer._connection


def test_a_disk_that_fails_to_write_is_told_in_words_and_nothing_is_half_written(path: Path) -> None:
    """The kernel refuses writes beyond a size, in a process of its own: SQLite sees an error of the disk."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = asyncio.run(_write_until_refused(path))
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 42
    runs, entries = stored(path)
    assert runs > 0
    assert entries == 2 * runs


async def _write_until_refused(path: Path) -> int:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    async with opened(path, check=False) as store:
        await create(store, 0)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
        try:
            for n in range(1, 100):
                await create(store, n)
        except StoreFailed as error:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            await create(store, 100)
            return 42 if "disk" in error.message else 2
    return 3


# --- not to be written ----------------------------------------------------------------------------------------------


async def test_a_file_that_may_not_be_written_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(path) as store:
        await create(store)
        the_connection(store).set_authorizer(None)
        the_connection(store).execute("PRAGMA query_only = ON")
        with pytest.raises(StoreFailed, match="may not be written"):
            await create(store, 2)
        the_connection(store).execute("PRAGMA query_only = OFF")
        await create(store, 3)
    assert stored(path) == (2, 4)


async def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="folder exists"):
        async with opened(tmp_path / "nowhere" / "data.db"):
            pass


# --- damaged --------------------------------------------------------------------------------------------------------


async def damaged(path: Path) -> None:
    """A database with rubbish in it."""
    async with opened(path) as store:
        for n in range(40):
            await create(store, n)
    fill_with_rubbish(path)


async def test_a_damaged_file_is_refused_at_the_start(path: Path) -> None:
    await damaged(path)
    with pytest.raises(StoreFailed, match=r"damaged\. Stop the bot, keep a copy of the file, and restore"):
        async with opened(path):
            pass


async def test_damage_that_is_met_later_is_told_in_words(path: Path) -> None:
    await damaged(path)
    with pytest.raises(StoreFailed, match="damaged"):
        async with opened(path, check=False) as store:
            await create(store, 999)


async def test_a_big_file_is_read_whole_only_when_asked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(path):
        pass
    monkeypatch.setattr("bot.adapters.store.store.CHECKED_BELOW", 0)
    checked: list[object] = []
    monkeypatch.setattr("bot.adapters.store.store.refuse_damage", checked.append)
    async with opened(path):
        assert checked == []
    async with opened(path, check=True):
        assert len(checked) == 1


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(StoreFailed, match="not a database of Countersign"):
        asyncio.run(open_once(path))
    assert path.read_bytes() == b"Dear diary, " * 1000


async def test_another_programs_database_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    with pytest.raises(StoreFailed, match="something else than the data of Countersign"):
        async with opened(path):
            pass
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


def test_a_file_of_nothing_is_a_new_database(path: Path) -> None:
    path.touch()
    asyncio.run(open_once(path))
    assert stored(path) == (0, 0)


async def open_once(path: Path) -> None:
    async with opened(path):
        pass


# --- another key ----------------------------------------------------------------------------------------------------


async def test_a_record_is_not_continued_with_another_key(path: Path) -> None:
    async with opened(path) as store:
        await create(store)
    with pytest.raises(StoreFailed, match=r"is not in audit\.key\. Put the right audit\.key"):
        async with opened(path, keys=key_file(path, bytes(32))):
            pass
    async with opened(path) as store:
        await create(store, 2)


# --- words ----------------------------------------------------------------------------------------------------------


class Failed(sqlite3.OperationalError):
    def __init__(self, code: int) -> None:
        super().__init__("something of SQLite")
        self.sqlite_errorcode = code


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        (sqlite3.SQLITE_BUSY, StoreBusy, "Another process"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreBusy, "Another process"),
        (sqlite3.SQLITE_LOCKED, StoreBusy, "Another process"),
        (sqlite3.SQLITE_FULL, StoreFailed, "free some space"),
        (sqlite3.SQLITE_IOERR_SHMSIZE, StoreFailed, "free some space"),
        (sqlite3.SQLITE_READONLY_DBMOVED, StoreFailed, "may not be written"),
        (sqlite3.SQLITE_IOERR_FSYNC, StoreFailed, "look at the disk"),
        (sqlite3.SQLITE_CORRUPT_INDEX, StoreFailed, "restore the last backup"),
        (sqlite3.SQLITE_NOTADB, StoreFailed, "not a database"),
        (sqlite3.SQLITE_CANTOPEN_ISDIR, StoreFailed, "cannot be opened"),
        (sqlite3.SQLITE_PERM, StoreFailed, "rights"),
        (sqlite3.SQLITE_AUTH, StoreFailed, "append-only"),
        (sqlite3.SQLITE_CONSTRAINT_TRIGGER, StoreFailed, "cannot be changed"),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, StoreFailed, "refused this: something of SQLite"),
        (sqlite3.SQLITE_MISUSE, StoreFailed, "refused this"),
    ],
)
def test_each_error_is_a_sentence_a_person_can_act_on(code: int, kind: type[BotError], says: str) -> None:
    said = in_words(Failed(code))
    assert type(said) is kind
    assert says in said.message
    assert said.message.endswith(".")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (errno.EROFS, "mounted read-only"),
        (errno.EACCES, "rights"),
        (errno.ENOSPC, "free some"),
        (errno.ENXIO, "opened"),
    ],
)
def test_a_file_that_cannot_be_opened_says_what_the_system_says(
    path: Path, error: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr("bot.adapters.store.sqlite.os.open", refuse)
    with pytest.raises(StoreFailed, match=says) as caught:
        connect(path)
    assert caught.value.message.endswith(f"({path}: {os.strerror(error)})")


def test_an_error_without_a_code_is_told_too() -> None:
    assert "refused this: odd" in in_words(sqlite3.ProgrammingError("odd")).message


async def test_an_error_within_a_unit_keeps_its_cause(store: SqliteStore) -> None:
    run = run_of(1)
    await create(store)
    twice: Any = run_of(2, id=run.id)
    with pytest.raises(StoreFailed, match=r"UNIQUE constraint failed: run\.id"):
        await create(store, twice)


async def test_an_error_of_reading_is_told_in_words_too(path: Path) -> None:
    await damaged(path)
    with pytest.raises(StoreFailed, match="damaged"):
        async with opened(path, check=False) as store:
            await store.queries.runs(RunFilter())


async def test_a_store_that_is_not_open_reads_nothing(path: Path, clock: Hand) -> None:
    store = SqliteStore(path, keys=key_file(path), writer="test", clock=clock)
    with pytest.raises(StoreFailed, match="not open"):
        await store.queries.counts()
    async with store.open():
        assert await store.queries.runs(RunFilter()) == ()
    with pytest.raises(StoreFailed, match="not open"):
        await store.queries.counts()


async def test_readers_cannot_write(store: SqliteStore) -> None:
    from bot.adapters.store.tables import SWITCH

    with pytest.raises(StoreFailed, match="may not be written"):
        await store._reader.rows(SWITCH.insert().values(scope="*", why="x", at="y"))


async def test_moves_are_whole_or_not_at_all(path: Path) -> None:
    async with opened(path) as store:
        await create(store)
        run = await store.queries.run(run_of().id)
        pages = fill_up(store)
        big = {"big": "x" * 2_000_000}
        with pytest.raises(StoreFailed, match="disk is full"):
            await store.run(lambda tx: tx.inbox.accept(_huge(big)) and tx.runs.save(moved(run)))
        make_room(store, pages)
        assert await store.queries.run(run.id) == run
        assert len(await store.queries.entries(f"run:{run.id}")) == 2


def _huge(body: dict[str, Any]) -> Any:
    return delivery("huge", body)
