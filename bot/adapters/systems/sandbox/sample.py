"""The sample company's records, desk by desk: read from `company/NAME.toml` and poured into empty tables.

A table of the file is a table of the desk. Dates are written as days from the day of filling, so that a deal that has
been quiet for three weeks is that whenever somebody tries it. What falls on a weekend moves to the working day before,
or after where it is still to come.
"""

import re
import tomllib
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from bot.adapters.systems.sandbox.desk import Books
from bot.adapters.systems.sandbox.schema import stamp

FOLDER = Path(__file__).with_name("company")

Rows = dict[str, list[dict[str, str | int]]]

_DAY = re.compile(r".*_on|.*_since|due")
_TIME = re.compile(r"at|.*_at")
_NUMBERED = re.compile(r"([A-Z]+)-(\d+)")
_FRIDAY = 4


@cache
def load(name: str) -> Rows:
    """What the file of a desk says, table by table."""
    return TypeAdapter(Rows).validate_python(tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")))


def pour(books: Books, name: str) -> None:
    """Fill the empty tables of a desk, and let its numbers go on after those of the sample company."""
    for table, rows in load(name).items():
        for row in rows:
            names, marks = ", ".join(row), ", ".join("?" for _ in row)
            values = [_dated(column, value, books.now) for column, value in row.items()]
            books.db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608  names of our own file
        numbered = [found for row in rows if (found := _NUMBERED.fullmatch(str(row.get("id", ""))))]
        if numbered:
            last = max(int(found[2]) for found in numbered)
            books.db.execute("INSERT OR IGNORE INTO serial VALUES (?, ?)", (numbered[0][1], last))


def _dated(column: str, value: str | int, now: datetime) -> str | int:
    if _DAY.fullmatch(column) and isinstance(value, int):
        return _working_day(now, value).date().isoformat()
    if _TIME.fullmatch(column) and isinstance(value, str):
        days, _, clock = value.partition(" ")
        return stamp(datetime.combine(_working_day(now, int(days)), time.fromisoformat(clock), now.tzinfo))
    return value


def _working_day(now: datetime, days: int) -> datetime:
    day = now + timedelta(days=days)
    while day.weekday() > _FRIDAY:
        day += timedelta(days=1 if days > 0 else -1)
    return day
