"""What the help desk holds: tickets, customers, credits, as it answers a read."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import Broken
from bot.domain.intent import Fact, Promised
from bot.intents.helpdesk import Account, Ticket, TicketState, TicketStatus, account_of, state_of, ticket_of

RECENT_TICKETS = 5

_TICKET = """
    SELECT *, (SELECT count(*) FROM reply WHERE ticket_id = it.id) AS replies,
    (SELECT id FROM reply WHERE ticket_id = it.id AND sender = 'desk' ORDER BY rowid DESC LIMIT 1) AS ours,
    (SELECT sender FROM reply WHERE ticket_id = it.id ORDER BY rowid DESC LIMIT 1) AS last_sender
    FROM ticket AS it WHERE id = ?"""


@dataclass(frozen=True, slots=True)
class Held:
    """One ticket with all that hangs on it."""

    ticket: Ticket
    state: TicketState
    status: TicketStatus
    tags: Mapping[str, str]
    """Name by id, in the order they were put on."""
    answered_last: bool
    """Whether the last message is ours."""


def read(db: sqlite3.Connection, lookup: str, about: Fact) -> Fact:
    """The answer of one lookup. Broken where there is no such lookup or no such record."""
    if not isinstance(about, Ticket):
        raise Broken(f"The sandbox help desk looks up tickets, and this is a {type(about).__name__}.")
    if lookup == account_of.kind:
        return account(db, about.customer_id)
    if lookup == state_of.kind:
        return held(db, about.id).state
    if lookup == ticket_of.kind:
        return held(db, about.id).ticket
    raise Broken(f"The sandbox help desk has no lookup {lookup}.")


def customer(db: sqlite3.Connection, customer_id: str) -> sqlite3.Row:
    """A customer's row. Broken where there is no such customer."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM customer WHERE id = ?", (customer_id,)).fetchone()
    if row is None:
        raise Broken(f"There is no customer {customer_id} in the help desk. Check the number, or choose another.")
    return row


def account(db: sqlite3.Connection, customer_id: str) -> Account:
    row = customer(db, customer_id)
    (unpaid,) = db.execute("SELECT count(*) FROM invoice WHERE customer_id = ? AND NOT paid", (customer_id,)).fetchone()
    tickets = db.execute(
        "SELECT id, subject, status FROM ticket WHERE customer_id = ? ORDER BY opened_at DESC, rowid DESC LIMIT ?",
        (customer_id, RECENT_TICKETS),
    )
    return Account(
        customer_id=row["id"],
        name=row["name"],
        plan=row["plan"],
        since=row["since"],
        open_invoices=unpaid,
        standing=row["standing"],
        recent_tickets=tuple(f"{it['id']} {it['subject']} ({it['status']})" for it in tickets),
    )


def held(db: sqlite3.Connection, ticket_id: str | Promised) -> Held:
    """A ticket with its state. Broken where there is no such ticket, or its id is still only promised."""
    if isinstance(ticket_id, Promised):
        raise Broken(f"The ticket that “{ticket_id.step}” was to open is not there yet.")
    row: sqlite3.Row | None = db.execute(_TICKET, (ticket_id,)).fetchone()
    if row is None:
        raise Broken(f"There is no ticket {ticket_id} in the help desk. Check the number, or choose another.")
    tags = db.execute("SELECT id, name FROM tag WHERE ticket_id = ? ORDER BY rowid", (ticket_id,))
    state = TicketState(
        ticket_id=row["id"],
        status=TicketStatus(row["status"]),
        messages=1 + row["replies"],
        last_reply_id=row["ours"],
        updated_at=datetime.fromisoformat(row["updated_at"]),
    )
    return Held(
        ticket=Ticket.model_validate({name: row[name] for name in Ticket.model_fields}),
        state=state,
        status=state.status,
        tags={tag["id"]: tag["name"] for tag in tags},
        answered_last=row["last_sender"] == "desk",
    )


def balance(db: sqlite3.Connection, customer_id: str, currency: str) -> int:
    """The credit a customer has left, in cents."""
    (cents,) = db.execute(
        "SELECT coalesce(sum(cents), 0) FROM credit WHERE customer_id = ? AND currency = ? AND withdrawn_at IS NULL",
        (customer_id, currency),
    ).fetchone()
    return int(cents)
