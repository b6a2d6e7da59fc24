"""The help desk: tickets with their replies and tags, customers with their credits, the partners who sold to them."""

from bot.adapters.systems.sandbox import company
from bot.adapters.systems.sandbox.desk import (
    Books,
    Change,
    Desk,
    Shelf,
    answer,
    blind,
    idempotent,
    money,
    searchable,
)
from bot.adapters.systems.sandbox.desks.ticket import Held, account, balance, customer, held
from bot.domain.errors import Broken
from bot.intents.helpdesk import (
    SYSTEM,
    AddTag,
    CloseTicket,
    DeleteTag,
    GrantCredit,
    NotifyPartner,
    OpenTicket,
    ReopenTicket,
    SendReply,
    Ticket,
    TicketStatus,
    WithdrawCredit,
    account_of,
    state_of,
    ticket_of,
)

OPEN, ANSWERED, CLOSED = TicketStatus.OPEN, TicketStatus.ANSWERED, TicketStatus.CLOSED

TOUCH = "UPDATE ticket SET status = :status, updated_at = :now WHERE id = :ticket_id"

TABLES = (
    """CREATE TABLE customer (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, language TEXT NOT NULL, plan TEXT NOT NULL,
        since TEXT NOT NULL, standing TEXT NOT NULL, partner TEXT NOT NULL)""",
    """CREATE TABLE invoice (
        id TEXT PRIMARY KEY, customer_id TEXT NOT NULL REFERENCES customer, cents INTEGER NOT NULL,
        currency TEXT NOT NULL, due TEXT NOT NULL, paid INTEGER NOT NULL)""",
    """CREATE TABLE ticket (
        id TEXT PRIMARY KEY, customer_id TEXT NOT NULL REFERENCES customer, email TEXT NOT NULL,
        subject TEXT NOT NULL, body TEXT NOT NULL, language TEXT NOT NULL, status TEXT NOT NULL,
        opened_at TEXT NOT NULL, updated_at TEXT NOT NULL)""",
    "CREATE INDEX ticket_customer ON ticket (customer_id)",
    """CREATE TABLE reply (
        id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL REFERENCES ticket, sender TEXT NOT NULL, body TEXT NOT NULL,
        at TEXT NOT NULL)""",
    "CREATE INDEX reply_ticket ON reply (ticket_id)",
    "CREATE TABLE tag (id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL REFERENCES ticket, name TEXT NOT NULL)",
    "CREATE INDEX tag_ticket ON tag (ticket_id)",
    """CREATE TABLE credit (
        id TEXT PRIMARY KEY, customer_id TEXT NOT NULL REFERENCES customer, cents INTEGER NOT NULL,
        currency TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, withdrawn_at TEXT)""",
    "CREATE INDEX credit_customer ON credit (customer_id)",
    """CREATE TABLE notice (
        id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL REFERENCES ticket, partner TEXT NOT NULL, text TEXT NOT NULL,
        at TEXT NOT NULL)""",
    "CREATE INDEX notice_ticket ON notice (ticket_id)",
)

SHELVES = (
    Shelf(
        "Tickets",
        """SELECT it.id AS record, subject AS title, status, name AS customer, it.email, opened_at AS opened, body
           FROM ticket AS it JOIN customer ON customer.id = customer_id ORDER BY opened_at DESC""",
        {
            "Replies": "SELECT at, sender, body FROM reply WHERE ticket_id = ? ORDER BY rowid",
            "Tags": "SELECT id, name FROM tag WHERE ticket_id = ? ORDER BY rowid",
            "Notices to the partner": "SELECT at, partner, text FROM notice WHERE ticket_id = ? ORDER BY rowid",
        },
    ),
    Shelf(
        "Customers",
        "SELECT id AS record, name AS title, email, language, plan, since, standing, partner FROM customer",
        {
            "Invoices": "SELECT id, cents, currency, due, paid FROM invoice WHERE customer_id = ? ORDER BY due DESC",
            "Credits": "SELECT id, cents, currency, reason, at, withdrawn_at FROM credit WHERE customer_id = ?",
        },
    ),
)


def _fill(books: Books) -> None:
    company.fill(books.db)


def _send_reply(books: Books, it: SendReply) -> Change:
    there = held(books, it.ticket_id)
    if there.status is CLOSED:
        raise Broken(f"Ticket {there.ticket.id} is closed. Reopen it before you answer.")
    return Change(
        f"Send an answer to {there.ticket.email} on ticket {there.ticket.id}.",
        {"status": there.status.value, "messages": str(there.state.messages)},
        {"status": ANSWERED.value, "messages": str(there.state.messages + 1), "reply": it.body},
        id="R-new",
        writes=("INSERT INTO reply VALUES (:id, :ticket_id, 'desk', :body, :now)", TOUCH),
        values={"status": ANSWERED},
    )


def _add_tag(books: Books, it: AddTag) -> Change:
    there = held(books, it.ticket_id)
    names = [*there.tags.values()]
    return Change(
        f"Put the tag “{it.tag}” on ticket {there.ticket.id}.",
        {"tags": ", ".join(names)},
        {"tags": ", ".join([*names, it.tag])},
        id="G-new",
        writes=("INSERT INTO tag VALUES (:id, :ticket_id, :tag)", TOUCH),
        values={"status": there.status},
    )


def _delete_tag(books: Books, it: DeleteTag) -> Change:
    there = held(books, it.ticket_id)
    name = there.tags.get(it.tag_id)
    if name is None:
        raise Broken(f"Ticket {there.ticket.id} has no tag {it.tag_id}. It may have been taken off already.")
    return Change(
        f"Take the tag “{name}” off ticket {there.ticket.id}.",
        {"tags": ", ".join(there.tags.values())},
        {"tags": ", ".join(other for tag_id, other in there.tags.items() if tag_id != it.tag_id)},
        id=it.tag_id,
        writes=("DELETE FROM tag WHERE id = :id", TOUCH),
        values={"status": there.status},
        undo={"tag": name},
    )


def _close(books: Books, it: CloseTicket) -> Change:
    there = held(books, it.ticket_id)
    if there.status is CLOSED:
        raise Broken(f"Ticket {there.ticket.id} is closed already.")
    return _turn(there, CLOSED, f"Close ticket {there.ticket.id}.")


def _reopen(books: Books, it: ReopenTicket) -> Change:
    there = held(books, it.ticket_id)
    if there.status is not CLOSED:
        raise Broken(f"Ticket {there.ticket.id} is not closed.")
    return _turn(there, ANSWERED if there.answered_last else OPEN, f"Open ticket {there.ticket.id} again.")


def _turn(there: Held, status: TicketStatus, sentence: str) -> Change:
    before, after = {"status": there.status.value}, {"status": status.value}
    return Change(sentence, before, after, id=there.ticket.id, writes=(TOUCH,), values={"status": status})


def _notify(books: Books, it: NotifyPartner) -> Change:
    there = held(books, it.ticket_id)
    owner = customer(books, there.ticket.customer_id)
    count = books.number("SELECT count(*) FROM notice WHERE ticket_id = ?", there.ticket.id)
    return Change(
        f"Tell {owner['partner']} about ticket {there.ticket.id}.",
        {"notices": str(count)},
        {"notices": str(count + 1), "text": it.text},
        id="N-new",
        writes=(
            """INSERT INTO notice SELECT :id, :ticket_id, partner, :text, :now FROM customer
               WHERE id = (SELECT customer_id FROM ticket WHERE id = :ticket_id)""",
        ),
    )


def _open_ticket(books: Books, it: OpenTicket) -> Change:
    owner = customer(books, it.customer_id)
    count = books.number("SELECT count(*) FROM ticket WHERE customer_id = ?", it.customer_id)
    return Change(
        f"Open a ticket for {owner['name']}.",
        {"tickets": str(count)},
        {"tickets": str(count + 1), "subject": it.subject, "body": it.body},
        id="T-new",
        writes=(
            """INSERT INTO ticket SELECT :id, id, email, :subject, :body, language, 'open', :now, :now
               FROM customer WHERE id = :customer_id""",
        ),
    )


def _grant(books: Books, it: GrantCredit) -> Change:
    owner = customer(books, it.customer_id)
    cents = balance(books, it.customer_id, it.currency)
    return Change(
        f"Put a credit of {money(it.cents, it.currency)} on the account of {owner['name']}.",
        {"credit": money(cents, it.currency)},
        {"credit": money(cents + it.cents, it.currency)},
        id="K-new",
        writes=("INSERT INTO credit VALUES (:id, :customer_id, :cents, :currency, :reason, :now, NULL)",),
    )


def _withdraw(books: Books, it: WithdrawCredit) -> Change:
    owner = customer(books, it.customer_id)
    credit = books.row(
        "SELECT 1 FROM credit WHERE (id, customer_id, cents, currency) = (?, ?, ?, ?) AND withdrawn_at IS NULL",
        it.credit_id,
        it.customer_id,
        it.cents,
        it.currency,
    )
    amount, cents = money(it.cents, it.currency), balance(books, it.customer_id, it.currency)
    if credit is None:
        raise Broken(f"{owner['name']} has no credit {it.credit_id} of {amount}. It may have been taken back already.")
    return Change(
        f"Take the credit of {amount} back from {owner['name']}.",
        {"credit": money(cents, it.currency)},
        {"credit": money(cents - it.cents, it.currency)},
        id=it.credit_id,
        writes=("UPDATE credit SET withdrawn_at = :now WHERE id = :id",),
    )


DESK = Desk(
    name=SYSTEM,
    title="help desk",
    tables=TABLES,
    fill=_fill,
    answers=dict(
        (
            answer(account_of, Ticket, lambda books, it: account(books, it.customer_id)),
            answer(state_of, Ticket, lambda books, it: held(books, it.id).state),
            answer(ticket_of, Ticket, lambda books, it: held(books, it.id).ticket),
        )
    ),
    ways=dict(
        (
            idempotent(SendReply, _send_reply),
            idempotent(GrantCredit, _grant),
            idempotent(WithdrawCredit, _withdraw),
            searchable(AddTag, _add_tag),
            searchable(DeleteTag, _delete_tag),
            searchable(OpenTicket, _open_ticket),
            searchable(CloseTicket, _close),
            searchable(ReopenTicket, _reopen),
            blind(
                NotifyPartner,
                _notify,
                cannot_tell="The partner's gateway keeps no record of its notices. Ask the partner whether it came.",
            ),
        )
    ),
    shelves=SHELVES,
)
