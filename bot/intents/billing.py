"""Billing: orders and refunds, subscriptions, and the invoices that suppliers send us."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from bot.domain.intent import Fact, Intent, Promised, Receipt, Risk
from bot.domain.workflow import Lookup
from bot.intents.field import Cents, Currency, Id, Line

SYSTEM = "billing"


class RefundRequest(Fact):
    """A customer wants money back for an order."""

    order_id: Id = Field(title="Order number", description="It stands in the mail that confirmed the order.")
    reason: str = Field(min_length=1, max_length=4_000, title="Why money should be paid back")
    asked_on: date | None = Field(default=None, title="Day on which this was asked for")
    """The day on which they asked, by which they are owed something; the day on which it is looked at, if left out."""
    requested_by: str = Field(default="", max_length=254, title="Who asks for it")


class Order(Fact):
    """An order, what was paid for it and what was paid back."""

    order_id: str
    customer_id: str
    customer: str
    item: str
    cents: int
    currency: str
    paid_on: date
    seen_on: date
    """The day on which this was read: days are counted to it where nobody says another one."""
    refunded_cents: int = 0
    delivered: bool = True


class Payments(Fact):
    """How a customer has paid and what they were paid back before."""

    customer_id: str
    since: date
    orders: int
    paid_cents: int
    refunds: int
    refunded_cents: int
    lines: tuple[str, ...] = ()
    """The last orders and refunds, newest first."""


class InvoiceState(StrEnum):
    RECEIVED = "received"
    RECORDED = "recorded"
    VOIDED = "voided"


class SupplierInvoice(Fact):
    """A supplier's invoice as it came in, as text."""

    id: Id = Field(title="Reference", description="A name for this invoice, such as its number, without spaces.")
    sender: str = Field(default="", max_length=254, title="Who sent the invoice")
    text: str = Field(min_length=1, max_length=20_000, title="What the invoice says")


class InvoiceFields(Fact):
    """What stands on a supplier's invoice."""

    supplier: Line
    number: str = Field(min_length=1, max_length=60)
    order_id: str = Field(default="", max_length=60)
    """Our purchase order, as the supplier quotes it."""
    dated: date | None = None
    due: date | None = None
    net_cents: Cents
    tax_cents: Cents = 0
    total_cents: Cents
    currency: Currency = "EUR"
    iban_end: str = Field(default="", max_length=4)
    """The last four of the account to be paid; never the whole number."""


class PurchaseOrder(Fact):
    """What we ordered from a supplier, and what was invoiced for it before."""

    found: bool
    order_id: str = ""
    supplier: str = ""
    cents: int = 0
    """What it comes to without tax."""
    currency: str = "EUR"
    received: bool = False
    """Whether the goods have come."""
    invoiced_cents: int = 0
    earlier_numbers: tuple[str, ...] = ()
    """Numbers of invoices recorded for this supplier: the same one twice is a duplicate."""
    iban_end: str = ""
    """The last four of the supplier's account as we know it."""


class RecordedInvoice(Fact):
    """Where an invoice stands in our books."""

    id: str
    state: InvoiceState


order_of = Lookup(
    SYSTEM, "order_of", takes=RefundRequest, gives=Order, witnessed=("cents", "refunded_cents", "delivered")
)
payments_of = Lookup(SYSTEM, "payments_of", takes=Order, gives=Payments, witnessed=("refunds", "refunded_cents"))
purchase_order_of = Lookup(
    SYSTEM,
    "purchase_order_of",
    takes=InvoiceFields,
    gives=PurchaseOrder,
    witnessed=("found", "cents", "invoiced_cents", "earlier_numbers", "received"),
)
recorded = Lookup(SYSTEM, "recorded", takes=SupplierInvoice, gives=RecordedInvoice, witnessed=("state",))


class RefundPayment(
    Intent,
    system=SYSTEM,
    target="order_id",
    risk=Risk.PAYMENT,
    cannot_be_undone="The money is back with the customer.",
):
    """Pay money back for an order."""

    order_id: Id
    cents: int = Field(gt=0, le=10_000_00)
    currency: Currency = "EUR"
    reason: str = Field(default="", max_length=300)


class GrantCredit(Intent, system=SYSTEM, target="customer_id", risk=Risk.PAYMENT):
    """Put a credit on a customer's next invoice."""

    customer_id: Id
    cents: int = Field(gt=0, le=10_000_00)
    currency: Currency = "EUR"
    reason: str = Field(default="", max_length=300)

    def undone_by(self, receipt: Receipt) -> "WithdrawCredit":
        return WithdrawCredit(
            customer_id=self.customer_id, credit_id=receipt.id, cents=self.cents, currency=self.currency
        )


class WithdrawCredit(Intent, system=SYSTEM, target="customer_id", risk=Risk.PAYMENT, identifiers=("credit_id",)):
    """Take a credit back."""

    customer_id: Id
    credit_id: str
    cents: int = Field(gt=0, le=10_000_00)
    currency: Currency = "EUR"

    def undone_by(self, receipt: Receipt) -> GrantCredit:
        del receipt
        return GrantCredit(customer_id=self.customer_id, cents=self.cents, currency=self.currency)


class RecordInvoice(Intent, system=SYSTEM, target="invoice_id", risk=Risk.BILLING):
    """Write a supplier's invoice into our books, to be paid when it is due."""

    invoice_id: Id
    supplier: Line
    number: str = Field(min_length=1, max_length=60)
    order_id: str = Field(default="", max_length=60)
    due: date | None = None
    net_cents: Cents
    tax_cents: Cents
    total_cents: Cents
    currency: Currency = "EUR"
    note: str = Field(default="", max_length=500)

    def undone_by(self, receipt: Receipt) -> "VoidInvoice":
        return VoidInvoice(invoice_id=self.invoice_id, entry_id=receipt.id)


class VoidInvoice(
    Intent,
    system=SYSTEM,
    target="invoice_id",
    risk=Risk.BILLING,
    identifiers=("entry_id",),
    cannot_be_undone="A voided entry stays void; the invoice is recorded anew.",
):
    """Void a supplier's invoice in our books."""

    invoice_id: Id
    entry_id: str | Promised


class StartSubscription(Intent, system=SYSTEM, target="account_id", risk=Risk.BILLING):
    """Begin to bill an account for a plan."""

    account_id: str | Promised
    plan: Line
    cents: Cents
    currency: Currency = "EUR"

    def undone_by(self, receipt: Receipt) -> "CancelSubscription":
        return CancelSubscription(account_id=self.account_id, subscription_id=receipt.id)


class CancelSubscription(
    Intent,
    system=SYSTEM,
    target="account_id",
    risk=Risk.BILLING,
    identifiers=("subscription_id",),
    cannot_be_undone="A new subscription would begin a new bill.",
):
    """Stop billing an account; what was not paid yet is cancelled with it."""

    account_id: str | Promised
    subscription_id: str | Promised
