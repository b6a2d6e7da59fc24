"""Invoice intake.

Reads a supplier's invoice, holds it against what was ordered, and writes it into the books once finance has approved
every field. What does not match goes to whoever can say why.
"""

from enum import StrEnum

from bot.authoring import Workflow, act, ask, choose, decide, look_up, propose, review, stop, trigger
from bot.intents import billing


class Match(StrEnum):
    RIGHT = "as ordered"
    AMOUNT = "another amount"
    NOT_RECEIVED = "not received yet"
    NO_ORDER = "no such order"
    DUPLICATE = "recorded before"
    ACCOUNT = "another account"


EXCEPTIONS = {Match.NO_ORDER: "leads", Match.AMOUNT: "leads"}
"""Who can say why it was not ordered like that; everything else is for finance."""
TOLERANCE = 2
"""Per cent by which an invoice may differ from what is left of its order."""


def match_of(fields: billing.InvoiceFields, order: billing.PurchaseOrder) -> Match:
    """What is dangerous first: money to a stranger's account, then money paid twice."""
    if order.found and fields.iban_end and order.iban_end and fields.iban_end != order.iban_end:
        return Match.ACCOUNT
    if fields.number in order.earlier_numbers:
        return Match.DUPLICATE
    if not order.found or fields.currency != order.currency:
        return Match.NO_ORDER
    left = order.cents - order.invoiced_cents
    if abs(fields.net_cents - left) * 100 > left * TOLERANCE:
        return Match.AMOUNT
    return Match.RIGHT if order.received else Match.NOT_RECEIVED


def entry(
    invoice: billing.SupplierInvoice, fields: billing.InvoiceFields, order: billing.PurchaseOrder, match: Match
) -> billing.RecordInvoice:
    """Which invoice it is comes from whoever received it; what stands on it was read, field by field."""
    return billing.RecordInvoice(
        invoice_id=invoice.id,
        supplier=order.supplier if match is Match.RIGHT else fields.supplier,
        number=fields.number,
        order_id=order.order_id,
        due=fields.due,
        net_cents=fields.net_cents,
        tax_cents=fields.tax_cents,
        total_cents=fields.total_cents,
        currency=fields.currency,
        note="" if match is Match.RIGHT else f"When it came in: {match}.",
    )


def adds_up(record: billing.RecordInvoice) -> bool:
    return record.net_cents + record.tax_cents == record.total_cents


def is_the_invoice_that_came(record: billing.RecordInvoice, invoice: billing.SupplierInvoice) -> bool:
    return record.invoice_id == invoice.id


def stands_in_the_invoice(record: billing.RecordInvoice, invoice: billing.SupplierInvoice) -> bool:
    """The number, letter by letter: it is how a duplicate is known."""
    return record.number in invoice.text


def is_no_duplicate(record: billing.RecordInvoice, order: billing.PurchaseOrder) -> bool:
    return record.number not in order.earlier_numbers


class InvoiceIntake(Workflow, version=1):
    invoice = trigger(billing.SupplierInvoice)
    fields = ask(billing.InvoiceFields, about=invoice)
    order = look_up(billing.purchase_order_of, fields)
    match = decide(fields, order, by=match_of)
    stranger = stop(
        "It asks for money to another account than the supplier's. Nothing was recorded; call the supplier by a number"
        " you know.",
        when=match.is_(Match.ACCOUNT),
    )
    known = stop("An invoice of this number is in the books already.", when=match.is_(Match.DUPLICATE))
    record = propose(entry, invoice, fields, order, match)
    approved = review(record, by=choose(match, EXCEPTIONS, otherwise="finance"))
    recorded = act(approved)
