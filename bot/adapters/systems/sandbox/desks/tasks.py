"""The tracker: projects, their issues and what was said on them."""

import sqlite3

from bot.adapters.systems.sandbox.desk import Books, Change, Desk, Shelf, answer, given, searchable
from bot.adapters.systems.sandbox.sample import pour
from bot.domain.errors import Broken
from bot.domain.intent import Promised
from bot.intents.tasks import (
    SYSTEM,
    AddComment,
    CloseIssue,
    DeleteComment,
    Issue,
    IssueRef,
    IssueStatus,
    OpenIssue,
    ReopenIssue,
    issue_of,
)

TABLES = (
    "CREATE TABLE task_project (id TEXT PRIMARY KEY, title TEXT NOT NULL)",
    """CREATE TABLE issue (
        id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES task_project, title TEXT NOT NULL, body TEXT NOT NULL,
        status TEXT NOT NULL, at TEXT NOT NULL)""",
    """CREATE TABLE issue_comment (
        id TEXT PRIMARY KEY, issue_id TEXT NOT NULL REFERENCES issue, author TEXT NOT NULL, body TEXT NOT NULL,
        at TEXT NOT NULL, ours INTEGER NOT NULL DEFAULT 0)""",
    "CREATE INDEX issue_comment_issue ON issue_comment (issue_id)",
)

SHELVES = (
    Shelf(
        "Issues",
        "SELECT id AS record, title, project, status, at AS opened, body FROM issue ORDER BY at DESC",
        {"Comments": "SELECT id, at, author, body FROM issue_comment WHERE issue_id = ? ORDER BY at, rowid"},
    ),
    Shelf(
        "Projects",
        "SELECT id AS record, title FROM task_project",
        {"Issues": "SELECT id, title, status FROM issue WHERE project = ? ORDER BY rowid"},
    ),
)

OPEN, CLOSED = IssueStatus.OPEN, IssueStatus.CLOSED


def _row(books: Books, issue_id: str | Promised) -> sqlite3.Row:
    id = given(issue_id, "issue")
    row = books.row("SELECT * FROM issue WHERE id = ?", id)
    if row is None:
        raise Broken(f"There is no issue {id} in the tracker. Check the number, or choose another.")
    return row


def _issue(books: Books, it: IssueRef) -> Issue:
    row = _row(books, it.issue_id)
    comments = books.rows("SELECT * FROM issue_comment WHERE issue_id = ? ORDER BY at, rowid", it.issue_id)
    return Issue(
        issue_id=row["id"],
        project=row["project"],
        title=row["title"],
        body=row["body"],
        status=IssueStatus(row["status"]),
        comments=tuple(f"{one['author']}: {one['body']}" for one in comments),
        summaries=sum(one["ours"] for one in comments),
    )


def _open(books: Books, it: OpenIssue) -> Change:
    project = books.row("SELECT title FROM task_project WHERE id = ?", it.project)
    if project is None:
        known = ", ".join(row["id"] for row in books.rows("SELECT id FROM task_project ORDER BY id"))
        raise Broken(f"The tracker has no project {it.project}. It has {known}.")
    count = books.number("SELECT count(*) FROM issue WHERE project = ? AND status = 'open'", it.project)
    return Change(
        f"Open an issue in the project {it.project}.",
        {"open issues": str(count)},
        {"open issues": str(count + 1), "title": it.title, "body": it.body},
        id="S-new",
        writes=("INSERT INTO issue VALUES (:id, :project, :title, :body, 'open', :now)",),
    )


def _turn(row: sqlite3.Row, status: IssueStatus, sentence: str) -> Change:
    if row["status"] == status:
        raise Broken(f"Issue {row['id']} is {status} already.")
    return Change(
        sentence,
        {"status": row["status"]},
        {"status": status.value},
        id=row["id"],
        writes=("UPDATE issue SET status = :status WHERE id = :id",),
        values={"status": status},
    )


def _close(books: Books, it: CloseIssue) -> Change:
    row = _row(books, it.issue_id)
    return _turn(row, CLOSED, f"Close the issue {row['id']}, {row['title']}.")


def _reopen(books: Books, it: ReopenIssue) -> Change:
    row = _row(books, it.issue_id)
    return _turn(row, OPEN, f"Open the issue {row['id']} again, {row['title']}.")


def _comments(books: Books, issue_id: str) -> int:
    return books.number("SELECT count(*) FROM issue_comment WHERE issue_id = ?", issue_id)


def _comment(books: Books, it: AddComment) -> Change:
    row = _row(books, it.issue_id)
    count = _comments(books, row["id"])
    return Change(
        f"Write a comment on {row['id']}, {row['title']}.",
        {"comments": str(count)},
        {"comments": str(count + 1), "body": it.body},
        id="IC-new",
        writes=("INSERT INTO issue_comment VALUES (:id, :issue_id, 'Countersign', :body, :now, 1)",),
    )


def _delete_comment(books: Books, it: DeleteComment) -> Change:
    row = _row(books, it.issue_id)
    comment = books.row("SELECT * FROM issue_comment WHERE (id, issue_id) = (?, ?)", it.comment_id, row["id"])
    if comment is None:
        raise Broken(f"{row['id']} has no comment {it.comment_id}. It may have been taken off already.")
    if not comment["ours"]:
        raise Broken(f"{comment['author']} wrote the comment {it.comment_id}, and only they can take it off.")
    count = _comments(books, row["id"])
    return Change(
        f"Take our comment {it.comment_id} off {row['id']}.",
        {"comments": str(count), "body": comment["body"]},
        {"comments": str(count - 1), "body": ""},
        id=it.comment_id,
        writes=("DELETE FROM issue_comment WHERE id = :id",),
    )


DESK = Desk(
    name=SYSTEM,
    title="tracker",
    tables=TABLES,
    fill=lambda books: pour(books, SYSTEM),
    answers=dict((answer(issue_of, IssueRef, _issue),)),
    ways=dict(
        (
            searchable(OpenIssue, _open),
            searchable(CloseIssue, _close),
            searchable(ReopenIssue, _reopen),
            searchable(AddComment, _comment),
            searchable(DeleteComment, _delete_comment),
        )
    ),
    shelves=SHELVES,
)
