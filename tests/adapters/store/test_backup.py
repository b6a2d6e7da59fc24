"""A copy is whole, made while others write, and has its name only once it is good."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.store.sqlite import backup
from bot.adapters.store.store import SqliteStore
from bot.domain.errors import StoreFailed
from tests.adapters.store.made import create, fill_with_rubbish, names_in, opened, run_of


def runs_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        count: int = connection.execute("SELECT count(*) FROM run").fetchone()[0]
        return count


async def test_a_copy_holds_what_is_still_in_the_log(store: SqliteStore, tmp_path: Path) -> None:
    for n in range(20):
        await create(store, n)
    bare = tmp_path / "bare.db"
    bare.write_bytes(store._path.read_bytes())
    backup(store._path, tmp_path / "copy.db")
    assert runs_in(tmp_path / "copy.db") == 20
    assert runs_in(bare) < 20


async def test_a_copy_is_one_file_that_its_owner_alone_can_read(store: SqliteStore, tmp_path: Path) -> None:
    await create(store, 1)
    folder = tmp_path / "copies"
    folder.mkdir()
    backup(store._path, folder / "copy.db")
    assert names_in(folder) == {"copy.db"}
    assert (folder / "copy.db").stat().st_mode & 0o777 == 0o600


async def test_a_bot_runs_on_a_copy(store: SqliteStore, tmp_path: Path) -> None:
    await create(store, 1)
    backup(store._path, tmp_path / "copy.db")
    async with opened(tmp_path / "copy.db") as other:
        await create(other, 2)
        assert (await other.queries.run(run_of(1).id)).seq == 2


async def test_a_copy_is_one_moment_however_long_it_takes(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes after every step of the copy: it must neither see that nor begin anew."""
    for n in range(300):
        await create(store, n)
    monkeypatch.setattr("bot.adapters.store.sqlite.PAGES_AT_ONCE", 20)
    loop, left = asyncio.get_running_loop(), list[int]()

    def write_meanwhile(remaining: int, total: int) -> None:
        assert 0 <= remaining < total
        left.append(remaining)
        asyncio.run_coroutine_threadsafe(create(store, 1000 + len(left)), loop).result(10)

    await asyncio.to_thread(backup, store._path, tmp_path / "copy.db", progress=write_meanwhile)
    assert len(left) > 5
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0
    assert runs_in(tmp_path / "copy.db") == 300
    assert runs_in(store._path) == 300 + len(left)


async def test_a_copy_never_takes_the_place_of_a_file(store: SqliteStore, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("my only photograph")
    with pytest.raises(StoreFailed, match="is there already"):
        backup(store._path, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "my only photograph"


async def test_a_copy_of_damaged_data_is_no_copy(store: SqliteStore, tmp_path: Path) -> None:
    for n in range(40):
        await create(store, n)
    fill_with_rubbish(store._path)
    with pytest.raises(StoreFailed, match="damaged"):
        backup(store._path, tmp_path / "copy.db")
    assert not any("copy" in name for name in names_in(tmp_path))


def test_a_copy_of_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="cannot be opened"):
        backup(tmp_path / "nothing.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


async def test_an_interrupted_copy_does_not_stand_in_the_way(store: SqliteStore, tmp_path: Path) -> None:
    (tmp_path / ".copy.db.partial").write_text("left behind")
    backup(store._path, tmp_path / "copy.db")
    assert not (tmp_path / ".copy.db.partial").exists()


async def test_a_copy_that_is_interrupted_leaves_nothing(store: SqliteStore, tmp_path: Path) -> None:
    def interrupt(remaining: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup(store._path, tmp_path / "copy.db", progress=interrupt)
    assert not any("copy" in name for name in names_in(tmp_path))
