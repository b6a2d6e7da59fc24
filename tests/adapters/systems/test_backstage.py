"""Behind the scenes: filling, starting afresh, looking; and no file is emptied that is not a help desk."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage, Fault, Sandbox
from bot.domain.errors import Broken
from bot.domain.plain import canonical
from tests.adapters.systems.desk import NOON, REPLY, TAG, HandClock, contents, rows

ALL = frozenset[str]()


async def test_the_file_is_made_where_there_is_none(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "data" / "sandbox" / "helpdesk.sqlite3"
    sandbox = Sandbox(path, clock=clock)
    await sandbox.close()
    assert rows(path, "SELECT count(*) FROM customer") == [(12,)]
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]


async def test_an_existing_desk_is_opened_as_it_was_left(path: Path, clock: HandClock) -> None:
    first = Sandbox(path, clock=clock)
    receipt = await first.execute(REPLY, "k")
    await first.close()
    second = Sandbox(path, clock=clock)
    assert await second.find(REPLY, "k") == receipt
    assert await second.execute(REPLY, "k") == receipt
    await second.close()


async def test_starting_afresh_forgets_everything_that_happened(sandbox: Sandbox, path: Path, filled: Path) -> None:
    sandbox.backstage.fault(TAG.kind(), Fault.DOWN, times=None)
    await sandbox.execute(REPLY, "k")
    sandbox.backstage.fresh()
    assert contents(path, without=ALL) == contents(filled, without=ALL)


async def test_a_desk_that_is_open_goes_on_after_a_fresh_start(sandbox: Sandbox) -> None:
    first = await sandbox.execute(REPLY, "k")
    sandbox.backstage.fresh()
    assert await sandbox.find(REPLY, "k") is None
    assert await sandbox.read_only().find(REPLY, "k") is None
    assert await sandbox.execute(REPLY, "k") == first
    assert len(sandbox.backstage.effects("k")) == 1


def test_starting_afresh_makes_the_file_where_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "new" / "helpdesk.sqlite3"
    Backstage(path).fresh()
    assert rows(path, "SELECT count(*) FROM ticket") == [(40,)]


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    path = tmp_path / "bot.sqlite3"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE run (id)")
        db.execute("INSERT INTO run VALUES ('precious')")
    return path


def test_another_database_is_never_emptied(foreign: Path) -> None:
    for attempt in (Backstage(foreign).fresh, Backstage(foreign).prepare):
        with pytest.raises(Broken, match="is not a sandbox back office and is left alone"):
            attempt()
    assert rows(foreign, "SELECT * FROM run") == [("precious",)]
    assert rows(foreign, "PRAGMA journal_mode") == [("delete",)]


def test_a_desk_of_another_version_asks_for_a_fresh_start(path: Path, backstage: Backstage) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(Broken, match=r"made by another version.*--fresh"):
        backstage.prepare()
    backstage.fresh()
    backstage.prepare()


def test_a_fresh_start_that_fails_leaves_the_desk_as_it_was(
    path: Path, backstage: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(db: sqlite3.Connection) -> None:
        raise Broken("no company")

    before = contents(path, without=ALL)
    monkeypatch.setattr("bot.adapters.systems.sandbox.company.fill", fail)
    with pytest.raises(Broken, match="no company"):
        backstage.fresh()
    assert contents(path, without=ALL) == before


async def test_the_overview_tells_what_changed_last(sandbox: Sandbox) -> None:
    await sandbox.execute(REPLY, "k1")
    await sandbox.execute(TAG, "k2")
    sandbox.backstage.fault(TAG.kind(), Fault.DOWN)
    seen = sandbox.backstage.overview()
    at = NOON.isoformat(timespec="microseconds")
    assert seen["company"] == "Hubwheel (sample company)"
    assert seen["tickets"] == {"answered": 4, "closed": 27, "open": 9}
    assert seen["changes"] == [
        {
            "at": at,
            "kind": "helpdesk.AddTag",
            "record": "helpdesk:T-1002",
            "sentence": "Put the tag “bug” on ticket T-1002.",
        },
        {
            "at": at,
            "kind": "helpdesk.SendReply",
            "record": "helpdesk:T-1001",
            "sentence": "Send an answer to desk@brambleside-bikes.example on ticket T-1001.",
        },
    ]
    assert "down" in str(seen["faults"])
    assert canonical(seen)


async def test_the_overview_shows_no_more_than_was_asked_for(sandbox: Sandbox) -> None:
    for n in range(5):
        await sandbox.execute(TAG, f"k{n}")
    changes = sandbox.backstage.overview(limit=2)["changes"]
    assert isinstance(changes, list)
    assert len(changes) == 2


def test_a_fault_that_is_used_up_is_not_shown(backstage: Backstage) -> None:
    backstage.fault("*", Fault.DOWN, times=0)
    assert backstage.overview()["faults"] == []
