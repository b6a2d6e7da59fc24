"""The record stays as it was written: whoever opens the file, and all the more for the bot itself."""

import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.store.guard import APPEND_ONLY, ERASABLE
from bot.adapters.store.sqlite import connect
from bot.adapters.store.store import SqliteStore
from bot.adapters.store.tables import METADATA
from bot.domain.audit.entry import EntryKind
from tests.adapters.store.made import entry, opened, two_fields

ROWS = {
    "anchor": "INSERT INTO anchor VALUES (1, 'log', '2026', 'kept')",
    "checkpoint": "INSERT INTO checkpoint VALUES (1, x'00', '2026', 'note')",
    "entry": "",
    "leaf": "INSERT INTO leaf VALUES (0, 1)",
    "version": "INSERT INTO version VALUES ('brief', 'a', 1, 'd', 't', '2026', 'me', 'why', '')",
}
ERASED = "value_json = NULL, salt = NULL, erased_by = 'erase:1'"


@pytest.fixture
async def written(path: Path) -> Path:
    """A file with a row in each table that is only appended to."""
    async with opened(path) as store:
        await store.run(lambda tx: tx.records.write("config", [entry(EntryKind.CONFIG_CHANGED, *two_fields("s-1"))]))
        assert isinstance(store, SqliteStore)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for table in sorted(ROWS, key=lambda one: one != "checkpoint"):
            if ROWS[table]:
                connection.execute(ROWS[table])
    return path


@pytest.fixture
def stranger(written: Path) -> Generator[sqlite3.Connection]:
    """Any program that opens the file."""
    with closing(sqlite3.connect(written, isolation_level=None)) as connection:
        yield connection


@pytest.fixture
def ours(written: Path) -> Generator[sqlite3.Connection]:
    """A connection of the bot."""
    with closing(connect(written)) as connection:
        yield connection


def content(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in (*APPEND_ONLY, ERASABLE)}


def refused(connection: sqlite3.Connection, sql: str) -> str:
    before = content(connection)
    with pytest.raises(sqlite3.DatabaseError) as caught:
        connection.execute(sql)
    assert content(connection) == before
    return str(caught.value)


def test_each_such_table_has_a_row_to_try_it_on() -> None:
    assert set(ROWS) == set(APPEND_ONLY)


@pytest.mark.parametrize("table", [*APPEND_ONLY, ERASABLE])
def test_no_row_is_changed_by_anybody(stranger: sqlite3.Connection, table: str) -> None:
    for column in METADATA.tables[table].columns:
        assert "append-only" in refused(stranger, f'UPDATE {table} SET "{column.name}" = 7')
        assert refused(stranger, f'UPDATE {table} SET "{column.name}" = NULL')


@pytest.mark.parametrize("table", [*APPEND_ONLY, ERASABLE])
def test_no_row_is_deleted_by_anybody(stranger: sqlite3.Connection, table: str) -> None:
    assert "append-only" in refused(stranger, f"DELETE FROM {table}")


@pytest.mark.parametrize("table", [*APPEND_ONLY, ERASABLE])
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT"])
def test_no_row_is_written_over(stranger: sqlite3.Connection, table: str, verb: str) -> None:
    assert "append-only" in refused(stranger, f"{verb} INTO {table} SELECT * FROM {table}")


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_no_entry_is_written_over_under_another_id(stranger: sqlite3.Connection, verb: str) -> None:
    names = [column.name for column in METADATA.tables["entry"].columns]
    columns = ", ".join(f'"{name}"' for name in names)
    others = ", ".join("id + 100" if name == "id" else f'"{name}"' for name in names)
    assert "append-only" in refused(stranger, f"{verb} INTO entry ({columns}) SELECT {others} FROM entry")


def test_an_upsert_does_not_get_around_it(stranger: sqlite3.Connection) -> None:
    sql = "INSERT INTO checkpoint VALUES (1, x'01', '2027', 'x') ON CONFLICT (size) DO UPDATE SET root = excluded.root"
    assert "append-only" in refused(stranger, sql)


def test_content_may_go_once_in_the_name_of_an_entry(stranger: sqlite3.Connection) -> None:
    stranger.execute(f"UPDATE entry_field SET {ERASED} WHERE name = 'email'")
    rows = stranger.execute("SELECT name, kind, subject, salt, value_json, erased_by FROM entry_field").fetchall()
    assert ("email", "pii", "s-1", None, None, "erase:1") in rows
    refused(stranger, "UPDATE entry_field SET value_json = 'x', salt = x'00', erased_by = NULL WHERE name = 'email'")
    refused(stranger, "UPDATE entry_field SET erased_by = 'erase:2' WHERE name = 'email'")


@pytest.mark.parametrize(
    "change",
    [
        "value_json = NULL",
        "value_json = NULL, salt = NULL",
        "erased_by = 'erase:1'",
        "value_json = NULL, erased_by = 'erase:1'",
        "value_json = '\"other\"', salt = NULL, erased_by = 'erase:1'",
        f"{ERASED}, subject = 's-2'",
        f"{ERASED}, name = 'other'",
        f"{ERASED}, kind = 'content'",
        f"{ERASED}, entry = 2",
    ],
)
def test_content_goes_whole_or_not_at_all(stranger: sqlite3.Connection, change: str) -> None:
    assert "append-only" in refused(stranger, f"UPDATE entry_field SET {change} WHERE name = 'email'")


@pytest.mark.parametrize("table", [*APPEND_ONLY, ERASABLE])
@pytest.mark.parametrize(
    "sql",
    [
        "DROP TRIGGER {table}_is_final",
        "DROP TRIGGER {table}_is_kept",
        "DROP TRIGGER {table}_is_new",
        "DROP TABLE {table}",
        "ALTER TABLE {table} RENAME TO gone",
        "ALTER TABLE {table} ADD COLUMN more TEXT",
        "CREATE TRIGGER mine AFTER INSERT ON {table} BEGIN DELETE FROM switch; END",
        "CREATE TEMP TRIGGER mine AFTER INSERT ON {table} BEGIN DELETE FROM switch; END",
        "CREATE INDEX mine ON {table} (rowid)",
        "DELETE FROM {table}",
    ],
)
def test_the_bot_cannot_touch_what_guards_the_record(ours: sqlite3.Connection, table: str, sql: str) -> None:
    refused(ours, sql.format(table=table))


@pytest.mark.parametrize(
    "sql",
    [
        "PRAGMA writable_schema = ON",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA journal_mode = OFF",
        "PRAGMA secure_delete = OFF",
        "PRAGMA synchronous = OFF",
        "DELETE FROM sqlite_master WHERE type = 'trigger'",
        "UPDATE sqlite_sequence SET seq = 0",
        "ATTACH ':memory:' AS other",
        "CREATE TABLE other (a)",
        "CREATE TEMP TABLE other (a)",
        "CREATE VIEW other AS SELECT 1",
        "DROP VIEW audit_log",
        "VACUUM",
        "REINDEX",
        "ANALYZE",
    ],
)
def test_the_bot_cannot_change_how_the_file_works(ours: sqlite3.Connection, sql: str) -> None:
    refused(ours, sql)


def test_the_bot_may_erase_content_and_nothing_else_of_a_field(ours: sqlite3.Connection) -> None:
    ours.execute(f"UPDATE entry_field SET {ERASED} WHERE name = 'email'")
    for change in ("entry_field SET subject = NULL", "entry_field SET name = 'x'", "entry SET actor = 'nobody'"):
        assert "not authorized" in refused(ours, f"UPDATE {change}")


def test_triggers_do_not_keep_the_record_from_growing(ours: sqlite3.Connection) -> None:
    before = len(content(ours)["leaf"])
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        ours.execute("INSERT INTO leaf VALUES (1, 99)")
    ours.execute("INSERT INTO checkpoint VALUES (2, x'00', '2026', 'note')")
    assert len(content(ours)["leaf"]) == before
