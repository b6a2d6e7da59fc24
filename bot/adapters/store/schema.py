"""The shape of the database: made in one go where the file is new, migrated where it is older.

Alembic takes longer to load than a command may take to answer, so it is loaded only where there is something to
migrate. The tests hold that both ways give the same database.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, String, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from bot.adapters.store.audit_log import AUDIT_LOG
from bot.adapters.store.guard import append_only_rules
from bot.adapters.store.sqlite import BEGIN, BUSY_TIMEOUT, COMMIT, connect
from bot.adapters.store.watched import METADATA
from bot.domain.errors import StoreFailed

HEAD = "0004"
"""The newest revision in `migrations/versions`."""

_VERSION_TABLE = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def prepare(path: Path, *, busy: timedelta = BUSY_TIMEOUT) -> None:
    """Bring the file to the shape this version works with. Killed at any moment, it can be done again."""
    with closing(connect(path, busy=busy, guarded=False)) as connection:
        stands = revision(connection)
        if stands is None:
            stands = _create(connection)
    if stands == HEAD:
        return
    from bot.adapters.store.migrations.running import upgrade

    upgrade(path)


def revision(connection: sqlite3.Connection) -> str | None:
    """The revision of a database; None where it is empty."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise StoreFailed("This file holds something else than the data of Countersign. Name another file.")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def _create(connection: sqlite3.Connection) -> str:
    connection.execute(BEGIN)
    stands = revision(connection)  # another process may have been faster
    if stands is None:
        for statement in statements():
            connection.execute(statement)
        connection.execute("INSERT INTO alembic_version VALUES (?)", [HEAD])
    connection.execute(COMMIT)
    return stands or HEAD


def statements() -> Iterator[str]:
    """Everything a new database consists of."""
    dialect = sqlite.dialect()
    for table in [_VERSION_TABLE, *METADATA.sorted_tables]:
        yield str(CreateTable(table).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            yield str(CreateIndex(index).compile(dialect=dialect))
    yield from append_only_rules()
    yield AUDIT_LOG
