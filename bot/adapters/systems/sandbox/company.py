"""The sample company: read from `company.toml`, poured into an empty file, always the same."""

import sqlite3
import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.adapters.systems.sandbox.schema import next_id, stamp
from bot.intents.helpdesk import Ticket, TicketStatus

FILE = Path(__file__).with_name("company.toml")


class Part(BaseModel):
    """A table of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Invoice(Part):
    id: str
    cents: int
    due: date
    paid: bool = True
    currency: str = "EUR"


class Customer(Part):
    id: str
    name: str
    email: str
    language: str
    plan: str
    since: date
    standing: str
    partner: str
    invoices: tuple[Invoice, ...] = ()


class Message(Part):
    sender: Literal["desk", "customer"]
    at: datetime
    body: str


class Case(Part):
    """A ticket with what was written on it since."""

    id: str
    customer: str
    subject: str
    body: str
    opened: datetime
    status: TicketStatus = TicketStatus.OPEN
    tags: tuple[str, ...] = ()
    replies: tuple[Message, ...] = ()
    email: str = ""
    language: str = ""
    sample: str = ""
    """The name under which `countersign try` offers it."""


class Company(Part):
    name: str
    about: str
    customers: tuple[Customer, ...]
    tickets: tuple[Case, ...]

    def ticket(self, case: Case) -> Ticket:
        """A case as the help desk hands it out; who writes, and in which language, is the customer's unless said."""
        customer = next(it for it in self.customers if it.id == case.customer)
        return Ticket(
            id=case.id,
            customer_id=case.customer,
            email=case.email or customer.email,
            subject=case.subject,
            body=case.body,
            language=case.language or customer.language,
        )


@cache
def load() -> Company:
    return Company.model_validate(tomllib.loads(FILE.read_text("utf-8")))


def sample_tickets() -> dict[str, Ticket]:
    """Tickets that wait for an answer, one of each sort that a support desk meets, by a short name."""
    company = load()
    return {case.sample: company.ticket(case) for case in company.tickets if case.sample}


def fill(db: sqlite3.Connection) -> None:
    """Pour the sample company into empty tables. To be called in a transaction."""
    company = load()
    for customer in company.customers:
        row = customer.model_dump(mode="json", exclude={"invoices"})
        db.execute(
            "INSERT INTO customer VALUES (:id, :name, :email, :language, :plan, :since, :standing, :partner)", row
        )
        bills = [bill.model_dump(mode="json") | {"customer": customer.id} for bill in customer.invoices]
        db.executemany("INSERT INTO invoice VALUES (:id, :customer, :cents, :currency, :due, :paid)", bills)
    for case in company.tickets:
        _fill_ticket(db, company.ticket(case), case)
    last = max(int(case.id.removeprefix("T-")) for case in company.tickets)
    db.execute("INSERT INTO serial VALUES ('T', ?)", (last,))


def _fill_ticket(db: sqlite3.Connection, ticket: Ticket, case: Case) -> None:
    updated = max([case.opened, *(reply.at for reply in case.replies)])
    times = {"status": case.status, "opened": stamp(case.opened), "updated": stamp(updated)}
    db.execute(
        "INSERT INTO ticket VALUES (:id, :customer_id, :email, :subject, :body, :language, :status, :opened, :updated)",
        ticket.model_dump() | times,
    )
    replies = [(next_id(db, "R"), case.id, it.sender, it.body, stamp(it.at)) for it in case.replies]
    db.executemany("INSERT INTO reply VALUES (?, ?, ?, ?, ?)", replies)
    tags = [(next_id(db, "G"), case.id, name) for name in case.tags]
    db.executemany("INSERT INTO tag VALUES (?, ?, ?)", tags)
