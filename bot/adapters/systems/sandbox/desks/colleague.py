"""What the accounts desk does for colleagues: what they have, what they may have, and what became of a request."""

import sqlite3

from bot.adapters.systems.sandbox.desk import Books, Change
from bot.domain.errors import Broken
from bot.intents.accounts import CallBack, Colleague, GrantTool, PassOn, RequestState, StaffRequest, TakeToolBack

_GRANT = "SELECT id FROM tool_grant WHERE request_id = ? AND taken_at IS NULL"
_JOB = "SELECT id, team FROM staff_job WHERE request_id = ? AND called_back_at IS NULL"


def _person(books: Books, requester: str) -> sqlite3.Row:
    """A colleague by handle, address or name. Broken where nobody is known like that."""
    row = books.row(
        "SELECT * FROM colleague WHERE lower(?1) IN (lower(handle), lower(email), lower(name))", requester.strip()
    )
    if row is None:
        raise Broken(f"Nobody here is known as {requester}. Write them as @mia, or by their address.")
    return row


def _tools(books: Books, handle: str) -> tuple[str, ...]:
    query = "SELECT tool FROM tool_grant WHERE handle = ? AND taken_at IS NULL ORDER BY rowid"
    return tuple(row["tool"] for row in books.rows(query, handle))


def colleague(books: Books, it: StaffRequest) -> Colleague:
    row = _person(books, it.requester)
    allowed = books.rows("SELECT tool FROM allowance WHERE department = ? ORDER BY tool", row["department"])
    asked = books.rows(
        "SELECT id, text FROM staff_request WHERE requester = ? AND id <> ? ORDER BY at", row["handle"], it.id
    )
    return Colleague(
        name=row["name"],
        department=row["department"],
        tools=_tools(books, row["handle"]),
        allowed=tuple(one["tool"] for one in allowed),
        open_requests=tuple(f"{one['id']} {one['text']}" for one in asked if _status(books, one["id"]) == "open"),
    )


def _status(books: Books, request_id: str) -> str:
    if books.row(_GRANT, request_id):
        return "granted"
    return "ticketed" if books.row(_JOB, request_id) else "open"


def state(books: Books, it: StaffRequest) -> RequestState:
    return RequestState(request_id=it.id, status=_status(books, it.id))


def grant_tool(books: Books, it: GrantTool) -> Change:
    row = _person(books, it.requester)
    tools = _tools(books, row["handle"])
    if it.tool.casefold() in {tool.casefold() for tool in tools}:
        raise Broken(f"{row['name']} has {it.tool} already. Answer them that.")
    return Change(
        f"Give {row['name']} the tool {it.tool}.",
        {"tools": ", ".join(tools)},
        {"tools": ", ".join((*tools, it.tool))},
        id="TG-new",
        writes=("INSERT INTO tool_grant VALUES (:id, :handle, :tool, :request_id, :now, NULL)",),
        values={"handle": row["handle"]},
    )


def take_back(books: Books, it: TakeToolBack) -> Change:
    row = _person(books, it.requester)
    found = books.row(
        "SELECT tool FROM tool_grant WHERE (id, handle, request_id) = (?, ?, ?) AND taken_at IS NULL",
        it.grant_id,
        row["handle"],
        it.request_id,
    )
    if found is None:
        raise Broken(f"{row['name']} was given nothing as {it.grant_id}, or it was taken back already.")
    tools = _tools(books, row["handle"])
    return Change(
        f"Take the tool {found['tool']} back from {row['name']}.",
        {"tools": ", ".join(tools)},
        {"tools": ", ".join(tool for tool in tools if tool != found["tool"])},
        id=it.grant_id,
        writes=("UPDATE tool_grant SET taken_at = :now WHERE id = :id",),
    )


def pass_on(books: Books, it: PassOn) -> Change:
    there = books.row(_JOB, it.request_id)
    if there:
        raise Broken(f"{it.request_id} is with the team {there['team']} already, as {there['id']}.")
    return Change(
        f"Hand {it.request_id} to the team {it.team}.",
        {"with": "nobody"},
        {"with": it.team, "title": it.title, "body": it.body},
        id="J-new",
        writes=("INSERT INTO staff_job VALUES (:id, :request_id, :team, :title, :body, :now, NULL)",),
    )


def call_back(books: Books, it: CallBack) -> Change:
    row = books.row(
        "SELECT team FROM staff_job WHERE (id, request_id) = (?, ?) AND called_back_at IS NULL",
        it.job_id,
        it.request_id,
    )
    if row is None:
        raise Broken(f"{it.request_id} is not with a team as {it.job_id}. It may have been called back already.")
    return Change(
        f"Call {it.request_id} back from the team {row['team']}.",
        {"with": row["team"]},
        {"with": "nobody"},
        id=it.job_id,
        writes=("UPDATE staff_job SET called_back_at = :now WHERE id = :id",),
    )
