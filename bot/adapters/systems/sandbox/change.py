"""What each intent would change, worked out from what the desk holds now. Nothing is written before `apply`.

A preview shows a change, an execution applies it: what is shown is what is done.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.adapters.systems.sandbox.desk import Held, balance, customer, held
from bot.adapters.systems.sandbox.schema import next_id
from bot.domain.errors import Broken
from bot.domain.intent import Intent, Promised, Receipt
from bot.intents.helpdesk import (
    AddTag,
    CloseTicket,
    DeleteTag,
    GrantCredit,
    NotifyPartner,
    OpenTicket,
    ReopenTicket,
    SendReply,
    TicketStatus,
    WithdrawCredit,
)
from bot.ports.system import Preview

OPEN, ANSWERED, CLOSED = TicketStatus.OPEN, TicketStatus.ANSWERED, TicketStatus.CLOSED

NEW = "-new"


@dataclass(frozen=True, slots=True)
class Change:
    """One change that the desk could make now."""

    sentence: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    id: str
    """The record it is about, or `R-new`: the next one of a kind."""
    sql: str = ""
    """May use the fields of the intent, `:id` and `:now`."""
    status: TicketStatus | None = None
    """Where the ticket stands afterwards; None where no ticket is touched."""
    undo: Mapping[str, str] = field(default_factory=dict[str, str])


def change_of(db: sqlite3.Connection, intent: Intent) -> Change:
    """The change an intent asks for. Broken where the desk refuses it."""
    return _of_ticket(db, intent) or _of_customer(db, intent)


def _of_ticket(db: sqlite3.Connection, intent: Intent) -> Change | None:
    match intent:
        case SendReply():
            return _send_reply(db, intent)
        case AddTag():
            return _add_tag(db, intent)
        case DeleteTag():
            return _delete_tag(db, intent)
        case CloseTicket():
            return _close(db, intent)
        case ReopenTicket():
            return _reopen(db, intent)
        case NotifyPartner():
            return _notify(db, intent)
        case _:
            return None


def _of_customer(db: sqlite3.Connection, intent: Intent) -> Change:
    match intent:
        case OpenTicket():
            return _open_ticket(db, intent)
        case GrantCredit():
            return _grant(db, intent)
        case WithdrawCredit():
            return _withdraw(db, intent)
        case _:
            raise Broken(f"The sandbox help desk has no way to carry out {intent.kind()}.")


def preview(db: sqlite3.Connection, intent: Intent) -> Preview:
    """What would change; for a record that does not exist yet, what would be written there."""
    promised = next((value.step for _, value in intent if isinstance(value, Promised)), "")
    if promised:
        rest = {name: str(value) for name, value in intent if not isinstance(value, Promised)}
        return Preview(f"{type(intent).__doc__} It is the one that “{promised}” will bring.", {}, rest)
    change = change_of(db, intent)
    return Preview(change.sentence, change.before, change.after)


def apply(db: sqlite3.Connection, intent: Intent, change: Change, *, now: str) -> Receipt:
    """Make a change. To be called in the transaction in which it was worked out."""
    made = next_id(db, change.id.removesuffix(NEW)) if change.id.endswith(NEW) else change.id
    values = intent.model_dump() | {"id": made, "now": now, "status": change.status}
    if change.sql:
        db.execute(change.sql, values)
    if change.status:
        db.execute("UPDATE ticket SET status = :status, updated_at = :now WHERE id = :ticket_id", values)
    return Receipt(id=made, undo=dict(change.undo))


def _send_reply(db: sqlite3.Connection, it: SendReply) -> Change:
    there = held(db, it.ticket_id)
    if there.status is CLOSED:
        raise Broken(f"Ticket {there.ticket.id} is closed. Reopen it before you answer.")
    return Change(
        f"Send an answer to {there.ticket.email} on ticket {there.ticket.id}.",
        {"status": there.status.value, "messages": str(there.state.messages)},
        {"status": ANSWERED.value, "messages": str(there.state.messages + 1), "reply": it.body},
        id="R-new",
        sql="INSERT INTO reply VALUES (:id, :ticket_id, 'desk', :body, :now)",
        status=ANSWERED,
    )


def _add_tag(db: sqlite3.Connection, it: AddTag) -> Change:
    there = held(db, it.ticket_id)
    names = [*there.tags.values()]
    return Change(
        f"Put the tag “{it.tag}” on ticket {there.ticket.id}.",
        {"tags": ", ".join(names)},
        {"tags": ", ".join([*names, it.tag])},
        id="G-new",
        sql="INSERT INTO tag VALUES (:id, :ticket_id, :tag)",
        status=there.status,
    )


def _delete_tag(db: sqlite3.Connection, it: DeleteTag) -> Change:
    there = held(db, it.ticket_id)
    name = there.tags.get(it.tag_id)
    if name is None:
        raise Broken(f"Ticket {there.ticket.id} has no tag {it.tag_id}. It may have been taken off already.")
    return Change(
        f"Take the tag “{name}” off ticket {there.ticket.id}.",
        {"tags": ", ".join(there.tags.values())},
        {"tags": ", ".join(other for tag_id, other in there.tags.items() if tag_id != it.tag_id)},
        id=it.tag_id,
        sql="DELETE FROM tag WHERE id = :id",
        status=there.status,
        undo={"tag": name},
    )


def _close(db: sqlite3.Connection, it: CloseTicket) -> Change:
    there = held(db, it.ticket_id)
    if there.status is CLOSED:
        raise Broken(f"Ticket {there.ticket.id} is closed already.")
    return _turn(there, CLOSED, f"Close ticket {there.ticket.id}.")


def _reopen(db: sqlite3.Connection, it: ReopenTicket) -> Change:
    there = held(db, it.ticket_id)
    if there.status is not CLOSED:
        raise Broken(f"Ticket {there.ticket.id} is not closed.")
    return _turn(there, ANSWERED if there.answered_last else OPEN, f"Open ticket {there.ticket.id} again.")


def _turn(there: Held, status: TicketStatus, sentence: str) -> Change:
    before, after = {"status": there.status.value}, {"status": status.value}
    return Change(sentence, before, after, id=there.ticket.id, status=status)


def _notify(db: sqlite3.Connection, it: NotifyPartner) -> Change:
    there = held(db, it.ticket_id)
    owner = customer(db, there.ticket.customer_id)
    (count,) = db.execute("SELECT count(*) FROM notice WHERE ticket_id = ?", (there.ticket.id,)).fetchone()
    return Change(
        f"Tell {owner['partner']} about ticket {there.ticket.id}.",
        {"notices": str(count)},
        {"notices": str(count + 1), "text": it.text},
        id="N-new",
        sql="""INSERT INTO notice SELECT :id, :ticket_id, partner, :text, :now FROM customer
               WHERE id = (SELECT customer_id FROM ticket WHERE id = :ticket_id)""",
    )


def _open_ticket(db: sqlite3.Connection, it: OpenTicket) -> Change:
    owner = customer(db, it.customer_id)
    (count,) = db.execute("SELECT count(*) FROM ticket WHERE customer_id = ?", (it.customer_id,)).fetchone()
    return Change(
        f"Open a ticket for {owner['name']}.",
        {"tickets": str(count)},
        {"tickets": str(count + 1), "subject": it.subject, "body": it.body},
        id="T-new",
        sql="""INSERT INTO ticket SELECT :id, id, email, :subject, :body, language, 'open', :now, :now
               FROM customer WHERE id = :customer_id""",
    )


def _grant(db: sqlite3.Connection, it: GrantCredit) -> Change:
    owner = customer(db, it.customer_id)
    cents = balance(db, it.customer_id, it.currency)
    return Change(
        f"Put a credit of {_money(it.cents, it.currency)} on the account of {owner['name']}.",
        {"credit": _money(cents, it.currency)},
        {"credit": _money(cents + it.cents, it.currency)},
        id="K-new",
        sql="INSERT INTO credit VALUES (:id, :customer_id, :cents, :currency, :reason, :now, NULL)",
    )


def _withdraw(db: sqlite3.Connection, it: WithdrawCredit) -> Change:
    owner = customer(db, it.customer_id)
    credit = db.execute(
        "SELECT 1 FROM credit WHERE (id, customer_id, cents, currency) = (?, ?, ?, ?) AND withdrawn_at IS NULL",
        (it.credit_id, it.customer_id, it.cents, it.currency),
    ).fetchone()
    amount, cents = _money(it.cents, it.currency), balance(db, it.customer_id, it.currency)
    if credit is None:
        raise Broken(f"{owner['name']} has no credit {it.credit_id} of {amount}. It may have been taken back already.")
    return Change(
        f"Take the credit of {amount} back from {owner['name']}.",
        {"credit": _money(cents, it.currency)},
        {"credit": _money(cents - it.cents, it.currency)},
        id=it.credit_id,
        sql="UPDATE credit SET withdrawn_at = :now WHERE id = :id",
    )


def _money(cents: int, currency: str) -> str:
    return f"{cents // 100}.{cents % 100:02} {currency}"
