"""The calendar: who meets whom, and when somebody is free."""

import sqlite3
from datetime import UTC, datetime, timedelta

from bot.adapters.systems.sandbox.desk import Books, Change, Desk, Shelf, answer, searchable
from bot.adapters.systems.sandbox.sample import pour
from bot.adapters.systems.sandbox.schema import stamp
from bot.domain.errors import Broken
from bot.intents.calendar import (
    SYSTEM,
    Availability,
    BookMeeting,
    CancelMeeting,
    EventRef,
    FreeTimes,
    Meeting,
    free_times_of,
    meeting_of,
)

TABLES = (
    """CREATE TABLE calendar_host (
        handle TEXT PRIMARY KEY, name TEXT NOT NULL, from_hour INTEGER NOT NULL, to_hour INTEGER NOT NULL)""",
    """CREATE TABLE calendar_event (
        id TEXT PRIMARY KEY, host TEXT NOT NULL REFERENCES calendar_host, title TEXT NOT NULL, guest TEXT NOT NULL,
        starts_at TEXT NOT NULL, minutes INTEGER NOT NULL, cancelled_at TEXT)""",
)

SHELVES = (
    Shelf(
        "Calendars",
        "SELECT handle AS record, name AS title, from_hour, to_hour FROM calendar_host",
        {
            "Meetings": """SELECT id, starts_at, minutes, title, guest, cancelled_at FROM calendar_event
                           WHERE host = ? ORDER BY starts_at"""
        },
    ),
)

OFFERED = 5
"""How many free times are named."""
SLOT = timedelta(minutes=30)
DAYS = 21
"""How far ahead a free time is looked for."""
_FRIDAY = 4


def _host(books: Books, handle: str) -> sqlite3.Row:
    row = books.row("SELECT * FROM calendar_host WHERE handle = ?", handle)
    if row is None:
        raise Broken(f"{handle} keeps no calendar here. Choose somebody who does.")
    return row


def _taken(books: Books, handle: str) -> list[tuple[datetime, datetime]]:
    rows = books.rows("SELECT starts_at, minutes FROM calendar_event WHERE host = ? AND cancelled_at IS NULL", handle)
    starts = [(datetime.fromisoformat(row["starts_at"]), timedelta(minutes=row["minutes"])) for row in rows]
    return [(start, start + length) for start, length in starts]


def _meeting(books: Books, it: EventRef) -> Meeting:
    row = books.row("SELECT * FROM calendar_event WHERE id = ?", it.event_id)
    if row is None:
        raise Broken(f"There is no meeting {it.event_id} in the calendar. Check the number, or choose another.")
    return Meeting(
        event_id=row["id"],
        title=row["title"],
        starts_at=datetime.fromisoformat(row["starts_at"]),
        minutes=row["minutes"],
        host=row["host"],
        guests=(row["guest"],),
        cancelled=row["cancelled_at"] is not None,
    )


def _free(books: Books, it: Availability) -> FreeTimes:
    """The next half hours that are free, at most one an hour, on working days and in the host's hours."""
    host, taken = _host(books, it.host), _taken(books, it.host)
    first = books.now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    hours = (first + timedelta(hours=n) for n in range(DAYS * 24))
    free = (
        hour
        for hour in hours
        if hour.weekday() <= _FRIDAY
        and host["from_hour"] <= hour.hour < host["to_hour"]
        and not any(start < hour + SLOT and hour < end for start, end in taken)
    )
    return FreeTimes(host=it.host, slots=tuple(slot for slot, _ in zip(free, range(OFFERED), strict=False)))


def _ahead(books: Books, handle: str) -> int:
    return books.number(
        "SELECT count(*) FROM calendar_event WHERE host = ? AND cancelled_at IS NULL AND starts_at > ?",
        handle,
        stamp(books.now),
    )


def _book(books: Books, it: BookMeeting) -> Change:
    host, end = _host(books, it.host), it.starts_at + timedelta(minutes=it.minutes)
    if it.starts_at <= books.now:
        raise Broken(f"{_told(it.starts_at)} is over. Choose a time that is still to come.")
    if any(start < end and it.starts_at < finish for start, finish in _taken(books, it.host)):
        raise Broken(f"{host['name']} is taken at {_told(it.starts_at)}. Choose another time.")
    count = _ahead(books, it.host)
    return Change(
        f"Book {it.minutes} minutes with {host['name']} at {_told(it.starts_at)}, and invite {it.guest}.",
        {"meetings ahead": str(count)},
        {"meetings ahead": str(count + 1), "title": it.title},
        id="E-new",
        writes=("INSERT INTO calendar_event VALUES (:id, :host, :title, :guest, :starts_at, :minutes, NULL)",),
    )


def _cancel(books: Books, it: CancelMeeting) -> Change:
    host = _host(books, it.host)
    row = books.row("SELECT * FROM calendar_event WHERE (id, host) = (?, ?)", it.event_id, it.host)
    if row is None or row["cancelled_at"]:
        raise Broken(f"{host['name']} has no meeting {it.event_id}. It may have been cancelled already.")
    if row["starts_at"] <= stamp(books.now):
        raise Broken(f"The meeting {it.event_id} has been held, so it cannot be cancelled.")
    count = _ahead(books, it.host)
    return Change(
        f"Cancel “{row['title']}” and tell {row['guest']}.",
        {"meetings ahead": str(count)},
        {"meetings ahead": str(count - 1)},
        id=it.event_id,
        writes=("UPDATE calendar_event SET cancelled_at = :now WHERE id = :id",),
    )


def _told(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


DESK = Desk(
    name=SYSTEM,
    title="calendar",
    tables=TABLES,
    fill=lambda books: pour(books, SYSTEM),
    answers=dict((answer(meeting_of, EventRef, _meeting), answer(free_times_of, Availability, _free))),
    ways=dict((searchable(BookMeeting, _book), searchable(CancelMeeting, _cancel))),
    shelves=SHELVES,
)
