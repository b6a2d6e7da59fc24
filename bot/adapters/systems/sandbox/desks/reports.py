"""Reports: figures and notes, week by week, and sheets that lines are added to, which nobody can search."""

import sqlite3
from datetime import date, timedelta

from bot.adapters.systems.sandbox.desk import Books, Change, Desk, Shelf, answer, blind
from bot.adapters.systems.sandbox.sample import pour
from bot.domain.errors import Broken
from bot.intents.reports import (
    SYSTEM,
    AppendRow,
    DeleteRow,
    Figure,
    Metrics,
    Notes,
    Sheet,
    Week,
    archive_of,
    metrics_of,
    notes_of,
)

TABLES = (
    """CREATE TABLE metric (
        name TEXT PRIMARY KEY, unit TEXT NOT NULL, target INTEGER, place INTEGER NOT NULL, weeks TEXT NOT NULL)""",
    "CREATE TABLE week_note (place INTEGER NOT NULL, line TEXT NOT NULL)",
    "CREATE TABLE sheet (id TEXT PRIMARY KEY, title TEXT NOT NULL)",
    """CREATE TABLE sheet_row (
        id TEXT PRIMARY KEY, sheet TEXT NOT NULL REFERENCES sheet, cells TEXT NOT NULL, at TEXT NOT NULL)""",
)

SHELVES = (
    Shelf(
        "Sheets",
        "SELECT id AS record, title, (SELECT count(*) FROM sheet_row WHERE sheet = it.id) AS lines FROM sheet AS it",
        {"Lines": "SELECT id, at, cells FROM sheet_row WHERE sheet = ? ORDER BY rowid"},
    ),
    Shelf("Figures", "SELECT name AS record, name AS title, unit, target, weeks FROM metric ORDER BY place"),
)

ARCHIVE = "weekly-reports"
WEEKS = 12
"""So many weeks of figures are kept; every week of the calendar is one of them."""

_CANNOT_TELL = "The sheet cannot be asked who added what. Look into it, and decide whether the line is there."


def _monday(books: Books, day: date) -> date:
    """The Monday of a week that has begun."""
    monday = day - timedelta(days=day.weekday())
    if monday > books.now.date():
        raise Broken(f"The week of {day.isoformat()} has not begun, so there is nothing to report on it.")
    return monday


def _place(monday: date) -> int:
    return monday.toordinal() // 7 % WEEKS


def _called(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def _metrics(books: Books, it: Week) -> Metrics:
    monday = _monday(books, it.day)
    place = _place(monday)
    return Metrics(
        week=_called(monday),
        figures=tuple(_figure(row, place) for row in books.rows("SELECT * FROM metric ORDER BY place")),
    )


def _figure(row: sqlite3.Row, place: int) -> Figure:
    weeks = [int(value) for value in row["weeks"].split()]
    return Figure(name=row["name"], value=weeks[place], before=weeks[place - 1], target=row["target"], unit=row["unit"])


def _notes(books: Books, it: Week) -> Notes:
    monday = _monday(books, it.day)
    rows = books.rows("SELECT line FROM week_note WHERE place = ? ORDER BY rowid", _place(monday))
    return Notes(week=_called(monday), lines=tuple(row["line"] for row in rows))


def _lines(books: Books, sheet: str) -> int:
    if books.row("SELECT 1 FROM sheet WHERE id = ?", sheet) is None:
        known = ", ".join(row["id"] for row in books.rows("SELECT id FROM sheet ORDER BY id"))
        raise Broken(f"There is no sheet {sheet}. There are {known}.")
    return books.number("SELECT count(*) FROM sheet_row WHERE sheet = ?", sheet)


def _archive(books: Books, it: Week) -> Sheet:
    """The lines of that week: those that begin with its name."""
    query = "SELECT count(*) FROM sheet_row WHERE sheet = ? AND json_extract(cells, '$[0]') = ?"
    return Sheet(sheet=ARCHIVE, rows=books.number(query, ARCHIVE, _called(_monday(books, it.day))))


def _append(books: Books, it: AppendRow) -> Change:
    count = _lines(books, it.sheet)
    return Change(
        f"Add a line to the sheet {it.sheet}.",
        {"lines": str(count)},
        {"lines": str(count + 1), "line": " | ".join(it.cells)},
        id="ROW-new",
        writes=("INSERT INTO sheet_row VALUES (:id, :sheet, :cells, :now)",),
    )


def _delete(books: Books, it: DeleteRow) -> Change:
    count = _lines(books, it.sheet)
    if books.row("SELECT 1 FROM sheet_row WHERE (id, sheet) = (?, ?)", it.row_id, it.sheet) is None:
        raise Broken(f"The sheet {it.sheet} has no line {it.row_id}. It may have been taken out already.")
    return Change(
        f"Take the line {it.row_id} out of the sheet {it.sheet}.",
        {"lines": str(count)},
        {"lines": str(count - 1)},
        id=it.row_id,
        writes=("DELETE FROM sheet_row WHERE id = :id",),
    )


DESK = Desk(
    name=SYSTEM,
    title="reports desk",
    tables=TABLES,
    fill=lambda books: pour(books, SYSTEM),
    answers=dict(
        (answer(metrics_of, Week, _metrics), answer(notes_of, Week, _notes), answer(archive_of, Week, _archive))
    ),
    ways=dict(
        (blind(AppendRow, _append, cannot_tell=_CANNOT_TELL), blind(DeleteRow, _delete, cannot_tell=_CANNOT_TELL))
    ),
    shelves=SHELVES,
)
