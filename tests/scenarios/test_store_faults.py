"""The database fails under a bot at work: at every unit of work, in every way it can.

Nothing leaves whose intent is not durable, nothing leaves twice, people read what to do, and the bot goes on by itself
once the fault is gone.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.sandbox import Backstage
from bot.application.decide import Wish, decide
from bot.commands import dispatch
from bot.domain.errors import StoreBusy, StoreFailed
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.wiring import BACK_OFFICE, DATABASE
from tests.audit.house import MIA, opened, ticket
from tests.gathered import TRIAGE_ALONE
from tests.scenarios.struck import approve, go_on, strike, three_changes, violations

BUSY = timedelta(milliseconds=30)
PAGE = 4096
UNITS = 13
"""About as many units of work as it takes to carry out three changes."""

# --- the faults: each strikes while it is entered --------------------------------------------------------------------


@contextmanager
def busy(store: SqliteStore) -> Generator[None]:
    """Another process holds the lock for writing."""
    with closing(sqlite3.connect(store._path, isolation_level=None)) as peer:
        peer.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            peer.execute("ROLLBACK")


@contextmanager
def full(store: SqliteStore) -> Generator[None]:
    """The file can grow by no page."""
    connection = connection_of(store)
    connection.set_authorizer(None)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA max_page_count = {pages * 1000}")


@contextmanager
def read_only(store: SqliteStore) -> Generator[None]:
    """The disk was mounted anew, to read only."""
    connection = connection_of(store)
    connection.set_authorizer(None)
    connection.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        connection.execute("PRAGMA query_only = OFF")


class Failing:
    """A connection whose disk does not take the last write of a transaction."""

    def __init__(self, inner: sqlite3.Connection) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def execute(self, sql: str) -> sqlite3.Cursor:
        if sql == "COMMIT":
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
            raise error
        return self._inner.execute(sql)


@contextmanager
def no_answer_of_the_disk(store: SqliteStore) -> Generator[None]:
    """What was written does not get to the disk."""
    writer: Any = store._writer
    connection = writer._connection
    writer._connection = Failing(connection)
    try:
        yield
    finally:
        writer._connection = connection


def connection_of(store: SqliteStore) -> sqlite3.Connection:
    assert store._writer is not None
    return store._writer._connection


Fault = Callable[[SqliteStore], AbstractContextManager[None]]
FAULTS: dict[str, Fault] = {
    "busy": busy,
    "full": full,
    "read only": read_only,
    "I/O error": no_answer_of_the_disk,
}
SAYS = {
    "busy": "try again in a moment",
    "full": "free some space",
    "read only": "look at the rights",
    "I/O error": "look at the disk",
}


# --- a bot that is struck --------------------------------------------------------------------------------------------


async def struck(data: Path, name: str, at: int) -> int:
    """One run with one fault; how many units of work it took."""
    async with three_changes(data) as (house, run):
        count = strike(house, FAULTS[name], at)
        await approve(house, run)
        after = await go_on(house, run)
        assert list(violations(house, after)) == [], f"{name} at unit {at}"
        return count[0]


@pytest.mark.parametrize("at", range(1, UNITS + 1))
async def test_a_fault_at_any_moment_repeats_nothing_and_loses_nothing(tmp_path: Path, at: int) -> None:
    await struck(tmp_path / "data", [*FAULTS][at % len(FAULTS)], at)


@pytest.mark.certify
@pytest.mark.parametrize("name", FAULTS)
async def test_each_fault_at_each_moment_repeats_nothing_and_loses_nothing(tmp_path: Path, name: str) -> None:
    units = await struck(tmp_path / "none", name, 0)
    for at in range(1, units + 1):
        await struck(tmp_path / str(at), name, at)


# --- what people read ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FAULTS)
async def test_whoever_decides_meanwhile_reads_what_to_do_and_decides_later(tmp_path: Path, name: str) -> None:
    async with three_changes(tmp_path / "data") as (house, run):
        before = await house.store.queries.run(run)
        strike(house, FAULTS[name], 1)
        wish = Wish(run, Verdict.APPROVE, MIA, Door.TERMINAL)
        with pytest.raises((StoreBusy, StoreFailed), match=SAYS[name]):
            await decide(house.parts, wish)
        assert await house.store.queries.run(run) == before
        assert house.desk.backstage.effects() == ()
        await decide(house.parts, wish)
        await house.runtime.settle()
        assert len(house.desk.backstage.effects()) == 3


def typed(*words: str) -> int:
    return dispatch(words)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which somebody has started a run on the command line, and does not like to wait."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.wiring.SqliteStore", partial(SqliteStore, busy=BUSY))
    fields = [f"{name}={value}" for name, value in ticket().items()]
    assert typed("start", "support_triage", *fields, "--workflows", str(TRIAGE_ALONE)) == 0
    return tmp_path / ".countersign"


def effects(home: Path) -> int:
    return len(Backstage(home / BACK_OFFICE).effects())


def the_run(home: Path) -> str:
    with closing(sqlite3.connect(home / DATABASE)) as db:
        return str(db.execute("SELECT id FROM run").fetchone()[0])


def approve_as(home: Path) -> int:
    return typed("decide", the_run(home), "approve", "--as", "@farah", "--workflows", str(TRIAGE_ALONE))


def test_on_the_command_line_a_busy_database_is_a_sentence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(home / DATABASE, isolation_level=None)) as peer:
        peer.execute("BEGIN IMMEDIATE")
        assert approve_as(home) == 1
        peer.execute("ROLLBACK")
    said = capsys.readouterr().err
    assert "Another process is using the database. Nothing was changed: try again in a moment." in said
    assert "Traceback" not in said
    assert effects(home) == 0
    assert approve_as(home) == 0
    assert effects(home) == 1


def test_on_the_command_line_a_flipped_page_is_a_sentence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = the_run(home)
    with closing(sqlite3.connect(home / DATABASE)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = (home / DATABASE).read_bytes()
    for page in range(4, len(whole) // PAGE, 5):
        flipped = bytes(byte ^ 0xFF for byte in whole[page * PAGE : (page + 1) * PAGE])
        (home / DATABASE).write_bytes(whole[: page * PAGE] + flipped + whole[(page + 1) * PAGE :])
        capsys.readouterr()
        status = typed("decide", run, "approve", "--as", "@farah", "--workflows", str(TRIAGE_ALONE))
        said = capsys.readouterr().err
        assert status == 1
        assert "The database is damaged. Stop the bot, keep a copy of the file, and restore the last backup." in said
        assert effects(home) == 0
    (home / DATABASE).write_bytes(whole)
    assert approve_as(home) == 0
    assert effects(home) == 1


# --- real time -------------------------------------------------------------------------------------------------------


@pytest.mark.certify
@pytest.mark.parametrize(("seconds", "waits"), [(1, True), (6, False), (30, False)])
async def test_a_writer_is_waited_for_as_long_as_is_bearable(tmp_path: Path, seconds: int, waits: bool) -> None:
    async with opened(tmp_path / "data", workflows="tests.audit.workflows") as house:
        run = await house.start("three_changes")
        peer = sqlite3.connect(tmp_path / "data" / DATABASE, isolation_level=None, check_same_thread=False)
        peer.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(seconds, peer.execute, ["ROLLBACK"])
        timer.start()
        wish = Wish(run, Verdict.APPROVE, MIA, Door.TERMINAL)
        if waits:
            await decide(house.parts, wish)
        else:
            with pytest.raises(StoreBusy, match="try again in a moment"):
                await decide(house.parts, wish)
        assert waits or house.desk.backstage.effects() == ()
        await asyncio.to_thread(timer.join)
        peer.close()
        if not waits:
            await decide(house.parts, wish)
        await house.runtime.settle()
        assert len(house.desk.backstage.effects()) == 3
