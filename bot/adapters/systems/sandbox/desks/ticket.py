"""What the help desk holds: tickets, customers, credits, as it answers a lookup."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.adapters.systems.sandbox.desk import Books, given
from bot.domain.errors import Broken
from bot.domain.intent import Promised
from bot.intents.helpdesk import Account, Ticket, TicketState, TicketStatus

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


def customer(books: Books, customer_id: str) -> sqlite3.Row:
    """A customer's row. Broken where there is no such customer."""
    row = books.row("SELECT * FROM customer WHERE id = ?", customer_id)
    if row is None:
        raise Broken(f"There is no customer {customer_id} in the help desk. Check the number, or choose another.")
    return row


def account(books: Books, customer_id: str) -> Account:
    row = customer(books, customer_id)
    unpaid = books.number("SELECT count(*) FROM invoice WHERE customer_id = ? AND NOT paid", customer_id)
    tickets = books.rows(
        "SELECT id, subject, status FROM ticket WHERE customer_id = ? ORDER BY opened_at DESC, rowid DESC LIMIT ?",
        customer_id,
        RECENT_TICKETS,
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


def held(books: Books, ticket_id: str | Promised) -> Held:
    """A ticket with its state. Broken where there is no such ticket, or its id is still only promised."""
    row = books.row(_TICKET, given(ticket_id, "ticket"))
    if row is None:
        raise Broken(f"There is no ticket {ticket_id} in the help desk. Check the number, or choose another.")
    tags = books.rows("SELECT id, name FROM tag WHERE ticket_id = ? ORDER BY rowid", row["id"])
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


def balance(books: Books, customer_id: str, currency: str) -> int:
    """The credit a customer has left, in cents."""
    return books.number(
        "SELECT coalesce(sum(cents), 0) FROM credit WHERE customer_id = ? AND currency = ? AND withdrawn_at IS NULL",
        customer_id,
        currency,
    )
