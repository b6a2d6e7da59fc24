"""Accounts: customers' workspaces and who may use them; colleagues, their tools, and what they ask for."""

import sqlite3

from bot.adapters.systems.sandbox.desk import Books, Change, Desk, Shelf, answer, given, searchable
from bot.adapters.systems.sandbox.desks.colleague import call_back, colleague, grant_tool, pass_on, state, take_back
from bot.adapters.systems.sandbox.sample import pour
from bot.domain.errors import Broken
from bot.domain.intent import Promised
from bot.intents.accounts import (
    SYSTEM,
    AccountState,
    AccountStatus,
    CallBack,
    CreateAccount,
    DeleteAccount,
    GrantAccess,
    GrantTool,
    PassOn,
    RevokeAccess,
    SignedOrder,
    StaffRequest,
    TakeToolBack,
    colleague_of,
    request_state,
    state_of_order,
)

TABLES = (
    """CREATE TABLE account (
        id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, company TEXT NOT NULL, plan TEXT NOT NULL, at TEXT NOT NULL,
        deleted_at TEXT)""",
    """CREATE TABLE account_access (
        id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account, email TEXT NOT NULL, role TEXT NOT NULL,
        at TEXT NOT NULL, revoked_at TEXT)""",
    """CREATE TABLE signed_order (
        id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, company TEXT NOT NULL, plan TEXT NOT NULL,
        admin_email TEXT NOT NULL, admin_name TEXT NOT NULL, cents INTEGER NOT NULL, currency TEXT NOT NULL)""",
    """CREATE TABLE colleague (
        handle TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, department TEXT NOT NULL)""",
    """CREATE TABLE tool_grant (
        id TEXT PRIMARY KEY, handle TEXT NOT NULL REFERENCES colleague, tool TEXT NOT NULL, request_id TEXT NOT NULL,
        at TEXT NOT NULL, taken_at TEXT)""",
    "CREATE TABLE allowance (department TEXT NOT NULL, tool TEXT NOT NULL, PRIMARY KEY (department, tool))",
    """CREATE TABLE staff_request (
        id TEXT PRIMARY KEY, requester TEXT NOT NULL REFERENCES colleague, text TEXT NOT NULL, at TEXT NOT NULL)""",
    """CREATE TABLE staff_job (
        id TEXT PRIMARY KEY, request_id TEXT NOT NULL, team TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
        at TEXT NOT NULL, called_back_at TEXT)""",
)

SHELVES = (
    Shelf(
        "Accounts",
        "SELECT customer_id AS record, company AS title, id AS account, plan, at, deleted_at FROM account",
        {
            "Who may use it": """SELECT it.id, email, role, it.at, revoked_at FROM account_access AS it
                                 JOIN account ON account.id = account_id WHERE customer_id = ? ORDER BY it.rowid"""
        },
        also="account",
    ),
    Shelf(
        "Signed orders",
        """SELECT id AS record, company AS title, customer_id, plan, admin_email, admin_name, cents, currency
           FROM signed_order""",
    ),
    Shelf(
        "Requests of colleagues",
        "SELECT id AS record, text AS title, requester, at FROM staff_request ORDER BY at DESC",
        {
            "Tools given for it": "SELECT id, handle, tool, at, taken_at FROM tool_grant WHERE request_id = ?",
            "Handed to": "SELECT id, team, title, body, at, called_back_at FROM staff_job WHERE request_id = ?",
        },
    ),
    Shelf(
        "Colleagues",
        "SELECT handle AS record, name AS title, email, department FROM colleague",
        {"Tools": "SELECT tool, at, request_id FROM tool_grant WHERE handle = ? AND taken_at IS NULL ORDER BY rowid"},
    ),
)


def _account(books: Books, account_id: str | Promised) -> sqlite3.Row:
    id = given(account_id, "account")
    row = books.row("SELECT * FROM account WHERE id = ? AND deleted_at IS NULL", id)
    if row is None:
        raise Broken(f"There is no account {id}. It may have been deleted; check the number.")
    return row


def _users(books: Books, account_id: str) -> tuple[str, ...]:
    query = "SELECT email FROM account_access WHERE account_id = ? AND revoked_at IS NULL ORDER BY rowid"
    return tuple(row["email"] for row in books.rows(query, account_id))


def _state(books: Books, it: SignedOrder) -> AccountState:
    signed = books.row("SELECT customer_id FROM signed_order WHERE id = ?", it.order_id)
    if signed and signed["customer_id"] != it.customer_id:
        raise Broken(f"{it.order_id} was signed by customer {signed['customer_id']}, and this says {it.customer_id}.")
    query = "SELECT id FROM account WHERE customer_id = ? AND deleted_at IS NULL ORDER BY rowid"
    ids = tuple(row["id"] for row in books.rows(query, it.customer_id))
    users = tuple(user for id in ids for user in _users(books, id))
    billed = sum(
        books.number("SELECT count(*) FROM billing_subscription WHERE account_id = ? AND cancelled_at IS NULL", id)
        for id in ids
    )
    made = AccountStatus.ACTIVE if users and billed else AccountStatus.CREATED
    status = made if ids else AccountStatus.NONE
    return AccountState(customer_id=it.customer_id, status=status, account_ids=ids, users=users, subscriptions=billed)


def _create(books: Books, it: CreateAccount) -> Change:
    there = books.row("SELECT id, company FROM account WHERE customer_id = ? AND deleted_at IS NULL", it.customer_id)
    if there:
        raise Broken(f"{there['company']} has an account already: {there['id']}. A customer has one.")
    return Change(
        f"Make an account for {it.company}, on the plan {it.plan}.",
        {"accounts": "0"},
        {"accounts": "1", "plan": it.plan},
        id="AC-new",
        writes=("INSERT INTO account VALUES (:id, :customer_id, :company, :plan, :now, NULL)",),
    )


def _delete(books: Books, it: DeleteAccount) -> Change:
    row = _account(books, it.account_id)
    if row["customer_id"] != it.customer_id:
        raise Broken(f"The account {row['id']} is not one of customer {it.customer_id}.")
    billed = books.row("SELECT id FROM billing_subscription WHERE account_id = ? AND cancelled_at IS NULL", row["id"])
    if billed:
        raise Broken(f"{row['id']} is still billed ({billed['id']}). Cancel the subscription first.")
    return Change(
        f"Delete the account {row['id']} of {row['company']}.",
        {"accounts": "1", "users": ", ".join(_users(books, row["id"]))},
        {"accounts": "0", "users": ""},
        id=row["id"],
        writes=(
            "UPDATE account_access SET revoked_at = :now WHERE account_id = :id AND revoked_at IS NULL",
            "UPDATE account SET deleted_at = :now WHERE id = :id",
        ),
    )


def _let_in(books: Books, it: GrantAccess) -> Change:
    row = _account(books, it.account_id)
    users = _users(books, row["id"])
    if it.email.casefold() in {user.casefold() for user in users}:
        raise Broken(f"{it.email} may use the account {row['id']} already.")
    return Change(
        f"Let {it.email} into the account of {row['company']}, as {it.role}.",
        {"users": ", ".join(users)},
        {"users": ", ".join((*users, it.email)), "role": it.role},
        id="AG-new",
        writes=("INSERT INTO account_access VALUES (:id, :account_id, :email, :role, :now, NULL)",),
    )


def _revoke(books: Books, it: RevokeAccess) -> Change:
    row, grant_id = _account(books, it.account_id), given(it.grant_id, "access")
    found = books.row(
        "SELECT email FROM account_access WHERE (id, account_id) = (?, ?) AND revoked_at IS NULL", grant_id, row["id"]
    )
    if found is None:
        raise Broken(f"The account {row['id']} has no access {grant_id}. It may have been taken away already.")
    users = _users(books, row["id"])
    return Change(
        f"Take the access of {found['email']} to the account of {row['company']} away.",
        {"users": ", ".join(users)},
        {"users": ", ".join(user for user in users if user != found["email"])},
        id=grant_id,
        writes=("UPDATE account_access SET revoked_at = :now WHERE id = :id",),
    )


DESK = Desk(
    name=SYSTEM,
    title="accounts desk",
    tables=TABLES,
    fill=lambda books: pour(books, SYSTEM),
    answers=dict(
        (
            answer(state_of_order, SignedOrder, _state),
            answer(colleague_of, StaffRequest, colleague),
            answer(request_state, StaffRequest, state),
        )
    ),
    ways=dict(
        (
            searchable(CreateAccount, _create),
            searchable(DeleteAccount, _delete),
            searchable(GrantAccess, _let_in),
            searchable(RevokeAccess, _revoke),
            searchable(GrantTool, grant_tool),
            searchable(TakeToolBack, take_back),
            searchable(PassOn, pass_on),
            searchable(CallBack, call_back),
        )
    ),
    shelves=SHELVES,
)
