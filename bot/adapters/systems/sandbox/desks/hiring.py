"""Hiring: applications without a word on who applies, and the summaries that hiring managers were given."""

import sqlite3
from datetime import date

from bot.adapters.systems.sandbox.desk import Books, Change, Desk, Shelf, answer, idempotent
from bot.adapters.systems.sandbox.sample import pour
from bot.domain.errors import Broken
from bot.intents.hiring import (
    SYSTEM,
    Application,
    Applied,
    Shared,
    ShareSummary,
    WithdrawSummary,
    application_of,
    shared_of,
)

TABLES = (
    "CREATE TABLE hiring_role (id TEXT PRIMARY KEY, title TEXT NOT NULL, manager TEXT NOT NULL, wanted TEXT NOT NULL)",
    """CREATE TABLE application (
        id TEXT PRIMARY KEY, role_id TEXT NOT NULL REFERENCES hiring_role, resume TEXT NOT NULL, letter TEXT NOT NULL,
        answers TEXT NOT NULL, applied_on TEXT NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE hiring_summary (
        id TEXT PRIMARY KEY, application_id TEXT NOT NULL REFERENCES application, summary TEXT NOT NULL,
        questions TEXT NOT NULL, at TEXT NOT NULL, withdrawn_at TEXT)""",
)

SHELVES = (
    Shelf(
        "Applications",
        """SELECT it.id AS record, title, manager, applied_on, withdrawn, resume, letter, answers
           FROM application AS it JOIN hiring_role ON hiring_role.id = role_id ORDER BY applied_on DESC""",
        {
            "Summaries": """SELECT id, at, summary, questions, withdrawn_at FROM hiring_summary
                            WHERE application_id = ? ORDER BY rowid"""
        },
    ),
)


def _row(books: Books, application_id: str) -> sqlite3.Row:
    row = books.row(
        """SELECT it.*, title, manager, wanted FROM application AS it JOIN hiring_role ON hiring_role.id = role_id
           WHERE it.id = ?""",
        application_id,
    )
    if row is None:
        raise Broken(f"There is no application {application_id}. Check the number, or choose another.")
    return row


def _application(books: Books, it: Applied) -> Application:
    row = _row(books, it.application_id)
    return Application(
        application_id=row["id"],
        role=row["title"],
        wanted=tuple(row["wanted"].splitlines()),
        manager=row["manager"],
        resume=row["resume"],
        letter=row["letter"],
        answers=tuple(row["answers"].splitlines()),
        applied_on=date.fromisoformat(row["applied_on"]),
    )


def _standing(books: Books, application_id: str) -> list[sqlite3.Row]:
    return books.rows(
        "SELECT id FROM hiring_summary WHERE application_id = ? AND withdrawn_at IS NULL ORDER BY rowid", application_id
    )


def _shared(books: Books, it: Applied) -> Shared:
    rows = _standing(books, _row(books, it.application_id)["id"])
    return Shared(application_id=it.application_id, summaries=len(rows), last_id=rows[-1]["id"] if rows else "")


def _share(books: Books, it: ShareSummary) -> Change:
    row = _row(books, it.application_id)
    if row["withdrawn"]:
        raise Broken(f"The application {row['id']} was withdrawn, so nobody is to read about it any more.")
    count = len(_standing(books, row["id"]))
    return Change(
        f"Give {row['manager']} a summary of {row['id']}, for {row['title']}.",
        {"summaries": str(count)},
        {"summaries": str(count + 1), "summary": it.summary, "questions": it.questions},
        id="AS-new",
        writes=("INSERT INTO hiring_summary VALUES (:id, :application_id, :summary, :questions, :now, NULL)",),
    )


def _withdraw(books: Books, it: WithdrawSummary) -> Change:
    row = _row(books, it.application_id)
    standing = [one["id"] for one in _standing(books, row["id"])]
    if it.summary_id not in standing:
        raise Broken(f"{row['id']} has no summary {it.summary_id}. It may have been taken back already.")
    return Change(
        f"Take the summary {it.summary_id} of {row['id']} back from {row['manager']}.",
        {"summaries": str(len(standing))},
        {"summaries": str(len(standing) - 1)},
        id=it.summary_id,
        writes=("UPDATE hiring_summary SET withdrawn_at = :now WHERE id = :id",),
    )


DESK = Desk(
    name=SYSTEM,
    title="hiring system",
    tables=TABLES,
    fill=lambda books: pour(books, SYSTEM),
    answers=dict((answer(application_of, Applied, _application), answer(shared_of, Applied, _shared))),
    ways=dict((idempotent(ShareSummary, _share), idempotent(WithdrawSummary, _withdraw))),
    shelves=SHELVES,
)
