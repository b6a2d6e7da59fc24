"""The mailbox: threads with customers. What came in is shown, and what went out last; no mail is found by its key."""

import sqlite3

from bot.adapters.systems.sandbox.desk import Books, Change, Desk, Shelf, answer, blind
from bot.adapters.systems.sandbox.sample import pour
from bot.domain.errors import Broken
from bot.intents.mail import SYSTEM, Addressee, Email, SendMail, Sent, Thread, sent_to, thread_of

TABLES = (
    """CREATE TABLE mail_message (
        id TEXT PRIMARY KEY, thread_id TEXT NOT NULL, sender TEXT NOT NULL, sender_name TEXT NOT NULL,
        recipient TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, ours INTEGER NOT NULL, at TEXT NOT NULL)""",
    "CREATE INDEX mail_message_thread ON mail_message (thread_id)",
    "CREATE TABLE mail_blocked (address TEXT PRIMARY KEY, why TEXT NOT NULL)",
)

SHELVES = (
    Shelf(
        "Sent",
        """SELECT recipient AS record, subject AS title, id AS message, at, body FROM mail_message
           WHERE ours ORDER BY at DESC""",
        {
            "Everything with this address": """SELECT at, sender, subject, body FROM mail_message
                                               WHERE ?1 IN (recipient, sender) ORDER BY at, rowid"""
        },
    ),
    Shelf(
        "Received",
        """SELECT sender AS record, subject AS title, id AS message, at, body FROM mail_message
           WHERE NOT ours ORDER BY at DESC""",
        {
            "Everything with this address": """SELECT at, sender, subject, body FROM mail_message
                                               WHERE ?1 IN (recipient, sender) ORDER BY at, rowid"""
        },
    ),
)

OURS = "hubwheel.example"


def _customer(books: Books, address: str) -> sqlite3.Row | None:
    """Whose address it is: as it stands there, or by its domain where that is one customer's."""
    domain = address.partition("@")[2].casefold()
    if domain == OURS:
        return None
    return books.row(
        """SELECT id, name FROM customer WHERE lower(email) = lower(?1)
           OR lower(substr(email, instr(email, '@') + 1)) = ?2 ORDER BY lower(email) = lower(?1) DESC LIMIT 1""",
        address,
        domain,
    )


def _thread(books: Books, it: Email) -> Thread:
    """What was written before this mail; nothing, where it begins a thread of its own."""
    answered = books.row("SELECT thread_id FROM mail_message WHERE id = ?", it.thread_id)
    thread_id = answered["thread_id"] if answered else it.thread_id or it.id
    before = books.rows(
        "SELECT sender_name, at, body, ours FROM mail_message WHERE thread_id = ? AND id <> ? ORDER BY at, rowid",
        thread_id,
        it.id,
    )
    who = _customer(books, it.sender)
    tickets = books.rows(
        "SELECT id, subject FROM ticket WHERE customer_id = ? AND status <> 'closed' ORDER BY opened_at",
        who["id"] if who else "",
    )
    return Thread(
        thread_id=thread_id,
        messages=tuple(f"{one['at'][:10]} {one['sender_name']}: {one['body']}" for one in before),
        answered=bool(before) and bool(before[-1]["ours"]),
        customer_id=who["id"] if who else "",
        customer=who["name"] if who else "",
        open_tickets=tuple(f"{one['id']} {one['subject']}" for one in tickets),
    )


def _sent(books: Books, it: Addressee) -> Sent:
    last = books.row(
        """SELECT subject, at FROM mail_message WHERE ours AND lower(recipient) = lower(?)
           ORDER BY at DESC, rowid DESC LIMIT 1""",
        it.address,
    )
    return Sent(subject=last["subject"], sent_at=last["at"]) if last else Sent()


def _send(books: Books, it: SendMail) -> Change:
    blocked = books.row("SELECT why FROM mail_blocked WHERE address = lower(?)", it.to)
    if blocked:
        raise Broken(f"Mail to {it.to} is refused: {blocked['why']}. Reach them another way.")
    sent = books.number("SELECT count(*) FROM mail_message WHERE ours AND recipient = ?", it.to)
    return Change(
        f"Send a mail to {it.to}.",
        {"mails to them": str(sent)},
        {"mails to them": str(sent + 1), "subject": it.subject, "body": it.body},
        id="ML-new",
        writes=(
            """INSERT INTO mail_message VALUES (:id, CASE :thread_id WHEN '' THEN :id ELSE :thread_id END, :ours,
               'Hubwheel', :to, :subject, :body, 1, :now)""",
        ),
        values={"ours": f"care@{OURS}"},
    )


DESK = Desk(
    name=SYSTEM,
    title="mailbox",
    tables=TABLES,
    fill=lambda books: pour(books, SYSTEM),
    answers=dict((answer(thread_of, Email, _thread), answer(sent_to, Addressee, _sent))),
    ways=dict(
        (
            blind(
                SendMail,
                _send,
                cannot_tell="The mail server cannot be asked what it sent. Ask whoever was written to whether it came.",
            ),
        )
    ),
    shelves=SHELVES,
)
