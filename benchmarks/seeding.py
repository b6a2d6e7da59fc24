"""Many runs in a moment: a few are played for real, and their rows are copied under new ids."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.desk import open_bot

DATABASE = "bot.sqlite3"
COPIED = ("run", "entry", "entry_field", "effect")
SEEDED = "0seed"
"""How the ids of copies begin; no real id does."""


def seed_waiting(data: Path, count: int) -> None:
    """So many runs that wait for a person."""
    asyncio.run(_play(data, finish=False))
    _copy(data, count)


def seed_finished(data: Path, count: int) -> None:
    """So many runs that are done, with their entries."""
    asyncio.run(_play(data, finish=True))
    _copy(data, count)


async def _play(data: Path, *, finish: bool) -> None:
    async with open_bot(data) as bot:
        run = await bot.ask("order 0")
        await bot.until_shown(run)
        if finish:
            await bot.approve(run)
            await bot.until_ended(run)
        await bot.runtime.settle()


def _copy(data: Path, count: int) -> None:
    with closing(sqlite3.connect(data / DATABASE, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -400000")
        rules = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        db.execute("BEGIN")
        for name, _ in rules:
            db.execute(f'DROP TRIGGER "{name}"')
        template = db.execute("SELECT id FROM run").fetchone()[0]
        for first in range(0, count, 20_000):
            ids = [
                f"{SEEDED}{number:012d}000000000000"[: len(template)]
                for number in range(first, min(first + 20_000, count))
            ]
            _copy_rows(db, template, ids)
        db.execute("UPDATE tally SET runs = (SELECT count(*) FROM run WHERE run.state = tally.state)")
        for _, sql in rules:
            db.execute(sql)
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy_rows(db: sqlite3.Connection, template: str, ids: Sequence[str]) -> None:
    run = _row(db, "run", "id", template)
    _insert(db, "run", run, [_renamed(run, template, new) for new in ids])
    if effects := _rows(db, "effect", "run", template):
        _insert(db, "effect", effects[0], [_renamed(row, template, new) for new in ids for row in effects])
    rows = _rows(db, "entry", "run", template)
    top = db.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()[0]
    fields = {row["id"]: _rows(db, "entry_field", "entry", row["id"]) for row in rows}
    copies: list[dict[str, object]] = []
    field_copies: list[dict[str, object]] = []
    for new in ids:
        for row in rows:
            top += 1
            copies.append({**_renamed(row, template, new), "id": top})
            field_copies += [{**field, "entry": top} for field in fields[row["id"]]]
    _insert(db, "entry", rows[0], copies)
    if field_copies:
        _insert(db, "entry_field", field_copies[0], field_copies)


def _renamed(row: dict[str, object], old: str, new: str) -> dict[str, object]:
    renamed = {name: value.replace(old, new) if isinstance(value, str) else value for name, value in row.items()}
    if "backwards" in row:
        renamed |= {"backwards": new[::-1], "key": f"seed {new}", "n": None}
    return renamed


def _row(db: sqlite3.Connection, table: str, column: str, value: object) -> dict[str, object]:
    return _rows(db, table, column, value)[0]


def _rows(db: sqlite3.Connection, table: str, column: str, value: object) -> list[dict[str, object]]:
    cursor = db.execute(f"SELECT * FROM {table} WHERE {column} = ?", (value,))
    names = [one[0] for one in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _insert(db: sqlite3.Connection, table: str, like: dict[str, object], rows: Sequence[dict[str, object]]) -> None:
    names = ", ".join(f'"{name}"' for name in like)
    places = ", ".join(f":{name}" for name in like)
    db.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


Seed = Callable[[Path, int], None]
