"""The help desk: tickets, the accounts behind them, replies, notes and credits."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from bot.domain.intent import Fact, Intent, Promised, Receipt, Risk
from bot.domain.workflow import Lookup

SYSTEM = "helpdesk"


class TicketStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Ticket(Fact):
    """A customer's request as it came in."""

    id: str = Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    customer_id: str = Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    email: str = Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
    subject: str = Field(max_length=300)
    body: str = Field(max_length=20_000)
    language: str = Field(default="en", max_length=8)


class Account(Fact):
    """What we know about the customer."""

    customer_id: str
    name: str
    plan: str
    since: str
    open_invoices: int
    standing: str
    recent_tickets: tuple[str, ...] = ()


class TicketState(Fact):
    """Where a ticket stands in the help desk now."""

    ticket_id: str
    status: TicketStatus
    messages: int
    last_reply_id: str | None = None
    updated_at: datetime


account_of = Lookup(SYSTEM, "account_of", takes=Ticket, gives=Account, witnessed=("plan", "standing", "open_invoices"))
state_of = Lookup(SYSTEM, "state_of", takes=Ticket, gives=TicketState, witnessed=("status", "messages"))
ticket_of = Lookup(SYSTEM, "ticket_of", takes=Ticket, gives=Ticket)


class SendReply(
    Intent,
    system=SYSTEM,
    target="ticket_id",
    risk=Risk.CUSTOMER_MESSAGE,
    cannot_be_undone="The customer has received it.",
):
    """Send an answer to the customer."""

    ticket_id: str | Promised
    body: str = Field(min_length=1, max_length=4000)


class DeleteTag(Intent, system=SYSTEM, target="ticket_id", risk=Risk.ROUTINE, identifiers=("tag_id",)):
    """Take a tag off a ticket."""

    ticket_id: str | Promised
    tag_id: str
    tag: str = ""

    def undone_by(self, receipt: Receipt) -> "AddTag":
        return AddTag(ticket_id=self.ticket_id, tag=receipt.undo.get("tag", self.tag))


class AddTag(Intent, system=SYSTEM, target="ticket_id", risk=Risk.ROUTINE):
    """Put a tag on a ticket."""

    ticket_id: str | Promised
    tag: str = Field(min_length=1, max_length=60)

    def undone_by(self, receipt: Receipt) -> DeleteTag:
        return DeleteTag(ticket_id=self.ticket_id, tag_id=receipt.id, tag=self.tag)


class CloseTicket(Intent, system=SYSTEM, target="ticket_id", risk=Risk.ROUTINE):
    """Close a ticket."""

    ticket_id: str | Promised

    def undone_by(self, receipt: Receipt) -> "ReopenTicket":
        del receipt
        return ReopenTicket(ticket_id=self.ticket_id)


class ReopenTicket(Intent, system=SYSTEM, target="ticket_id", risk=Risk.ROUTINE):
    """Open a closed ticket again."""

    ticket_id: str | Promised

    def undone_by(self, receipt: Receipt) -> CloseTicket:
        del receipt
        return CloseTicket(ticket_id=self.ticket_id)


class OpenTicket(Intent, system=SYSTEM, target="customer_id", risk=Risk.ROUTINE):
    """Open a new ticket for a customer."""

    customer_id: str
    subject: str = Field(min_length=1, max_length=300)
    body: str = Field(default="", max_length=20_000)

    def undone_by(self, receipt: Receipt) -> CloseTicket:
        return CloseTicket(ticket_id=receipt.id)


class WithdrawCredit(Intent, system=SYSTEM, target="customer_id", risk=Risk.PAYMENT, identifiers=("credit_id",)):
    """Take a credit back."""

    customer_id: str
    credit_id: str
    cents: int = Field(gt=0, le=10_000_00)
    currency: str = "EUR"

    def undone_by(self, receipt: Receipt) -> "GrantCredit":
        del receipt
        return GrantCredit(customer_id=self.customer_id, cents=self.cents, currency=self.currency)


class GrantCredit(Intent, system=SYSTEM, target="customer_id", risk=Risk.PAYMENT):
    """Put a credit on a customer's account."""

    customer_id: str
    cents: int = Field(gt=0, le=10_000_00)
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    reason: str = Field(default="", max_length=300)

    def undone_by(self, receipt: Receipt) -> WithdrawCredit:
        return WithdrawCredit(
            customer_id=self.customer_id, credit_id=receipt.id, cents=self.cents, currency=self.currency
        )


class NotifyPartner(
    Intent, system=SYSTEM, target="ticket_id", risk=Risk.ROUTINE, cannot_be_undone="The partner has been told."
):
    """Tell the partner that sold the product about a ticket. The partner's gateway keeps no record we could search."""

    ticket_id: str | Promised
    text: str = Field(min_length=1, max_length=500)
