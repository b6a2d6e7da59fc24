"""A new database and a migrated one are the same, and a migration that is killed can be done again."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.adapters.store import sqlite
from bot.adapters.store.migrations import running
from bot.adapters.store.migrations.running import HERE, upgrade
from bot.adapters.store.schema import HEAD, prepare, revision
from bot.domain.audit.entry import NOTE_NAMES
from bot.domain.errors import StoreFailed
from tests.adapters.store.made import create_waiting, moved, opened, run_of

OURS = HERE / "versions"
NEXT = Path(__file__).parent / "next_version"
"""A revision as a later version may bring one: it adds, fills, indexes and rebuilds a table."""


def shape(path: Path) -> set[tuple[str, str, str, str | None]]:
    with closing(sqlite3.connect(path)) as connection:
        return set(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))


def stands(path: Path) -> str | None:
    with closing(sqlite3.connect(path)) as connection:
        return revision(connection)


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in tables if name not in ("alembic_version", "run") and not name.startswith("sqlite_")]
        runs = connection.execute("SELECT id, document, seq, head FROM run ORDER BY n").fetchall()
        return {"run": runs, **{name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in kept}}


async def populated(path: Path) -> None:
    async with opened(path) as store:
        for n in range(5):
            await create_waiting(store, n)


def migrate(path: Path) -> None:
    upgrade(path, versions=(OURS, NEXT))


def in_child(work: Callable[[], None]) -> int:
    """How a child that does this ends: 0, or minus the signal."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_new_database_is_what_the_migrations_make(tmp_path: Path) -> None:
    prepare(tmp_path / "new.db")
    upgrade(tmp_path / "migrated.db")
    assert shape(tmp_path / "new.db") == shape(tmp_path / "migrated.db")
    assert stands(tmp_path / "new.db") == stands(tmp_path / "migrated.db") == HEAD


def test_the_newest_migration_is_the_one_we_name() -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_every_note_an_entry_may_have_has_a_column(tmp_path: Path) -> None:
    prepare(tmp_path / "new.db")
    with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(entry)")}
    assert columns >= NOTE_NAMES


def test_preparing_twice_changes_nothing(path: Path) -> None:
    prepare(path)
    before = path.read_bytes()
    prepare(path)
    assert path.read_bytes() == before


def test_a_new_database_is_made_without_loading_alembic(path: Path) -> None:
    code = f"""
import sys, pathlib
from bot.adapters.store.schema import prepare
prepare(pathlib.Path({str(path)!r})); prepare(pathlib.Path({str(path)!r}))
import bot.adapters.store.store
sys.exit(any(name.partition('.')[0] in ('alembic', 'aiosqlite') for name in sys.modules))
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_file_that_a_killed_process_left_empty_is_filled(path: Path) -> None:
    with closing(sqlite.connect(path)):
        pass
    prepare(path)
    assert stands(path) == HEAD


def test_a_file_that_is_half_migrated_by_hand_is_refused(path: Path) -> None:
    prepare(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreFailed, match="newer version of Countersign"):
        prepare(path)


def test_only_its_owner_can_read_a_new_database(path: Path) -> None:
    prepare(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_processes_that_open_a_new_file_at_once_make_one_database(path: Path) -> None:
    begin, go = os.pipe()
    children: list[int] = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.close(go)
                os.read(begin, 1)
                prepare(path)
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    os.close(begin)
    os.close(go)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    assert stands(path) == HEAD


async def test_an_upgrade_keeps_everything(path: Path) -> None:
    await populated(path)
    before = content(path)
    migrate(path)
    assert stands(path) == "0005"
    after = content(path)
    assert {name: rows for name, rows in after.items() if name in before and name != "switch"} == {
        name: rows for name, rows in before.items() if name != "switch"
    }
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT DISTINCT region FROM run").fetchall() == [("here",)]
        triggers = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()
    assert triggers == (18,)


async def test_an_upgraded_database_still_works(path: Path) -> None:
    await populated(path)
    migrate(path)
    with closing(sqlite.connect(path, guarded=False)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [HEAD])
    async with opened(path) as store:
        saved = await store.run(lambda tx: tx.runs.save(moved(tx.runs.load(run_of(3).id))))
        assert (await store.queries.run(saved.id)).seq == 6


class Killer:
    """Kills the process before its n-th statement."""

    def __init__(self, n: int) -> None:
        self.left = n

    def __call__(self, statement: str) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def killed_at(n: int, module: object, work: Callable[[], None]) -> int:
    """Do it in a child whose connections kill it before statement n."""

    def run() -> None:
        real, killer = sqlite.connect, Killer(n)

        def connect(*args: Any, **settings: Any) -> sqlite3.Connection:
            connection = real(*args, **settings)
            connection.set_trace_callback(killer)
            return connection

        vars(module)["connect"] = connect
        work()

    return in_child(run)


def until_it_ends(step: Callable[[int], int], *, limit: int = 400) -> int:
    """Statement by statement, until a run ends by itself."""
    for n in range(1, limit):
        if step(n) == 0:
            return n - 1
    raise AssertionError(f"It did not end within {limit} statements.")


def test_making_a_database_can_be_killed_at_every_statement(tmp_path: Path) -> None:
    from bot.adapters.store import schema

    prepare(tmp_path / "whole.db")
    whole = shape(tmp_path / "whole.db")

    def step(n: int) -> int:
        path = tmp_path / f"{n}.db"
        status = killed_at(n, schema, lambda: prepare(path))
        assert status in (0, -signal.SIGKILL)
        assert stands(path) in (None, HEAD)
        prepare(path)
        assert shape(path) == whole
        path.unlink()
        return status

    assert until_it_ends(step) > 40


async def test_a_migration_can_be_killed_at_every_statement(tmp_path: Path) -> None:
    await populated(tmp_path / "before.db")
    image = (tmp_path / "before.db").read_bytes()
    (tmp_path / "whole.db").write_bytes(image)
    migrate(tmp_path / "whole.db")
    whole, kept = shape(tmp_path / "whole.db"), content(tmp_path / "whole.db")

    def step(n: int) -> int:
        path = tmp_path / f"{n}.db"
        path.write_bytes(image)
        status = killed_at(n, running, lambda: migrate(path))
        assert status in (0, -signal.SIGKILL)
        assert stands(path) == (HEAD if status else "0005")
        migrate(path)
        assert shape(path) == whole
        assert content(path) == kept
        for file in tmp_path.glob(f"{n}.db*"):
            file.unlink()
        return status

    assert until_it_ends(step) > 8
