"""What billing holds: orders and refunds of customers, and orders and invoices of suppliers."""

import re
import sqlite3
from datetime import date

from bot.adapters.systems.sandbox.desk import Books, money
from bot.domain.errors import Broken
from bot.intents.billing import (
    InvoiceFields,
    InvoiceState,
    Order,
    Payments,
    PurchaseOrder,
    RecordedInvoice,
    SupplierInvoice,
)

RECENT = 8

_ORDER = """
    SELECT it.*, customer.name AS customer,
    (SELECT coalesce(sum(cents), 0) FROM refund WHERE order_id = it.id) AS refunded_cents
    FROM customer_order AS it JOIN customer ON customer.id = customer_id"""


def row_of(books: Books, order_id: str) -> sqlite3.Row:
    """An order's row, with what was paid back for it. Broken where there is no such order."""
    row = books.row(f"{_ORDER} WHERE it.id = ?", order_id)
    if row is None:
        raise Broken(f"There is no order {order_id} in billing. Check the number, or choose another.")
    return row


def order(books: Books, order_id: str) -> Order:
    row = row_of(books, order_id)
    return Order(
        order_id=row["id"],
        customer_id=row["customer_id"],
        customer=row["customer"],
        item=row["item"],
        cents=row["cents"],
        currency=row["currency"],
        paid_on=date.fromisoformat(row["paid_on"]),
        seen_on=books.now.date(),
        refunded_cents=row["refunded_cents"],
        delivered=bool(row["delivered"]),
    )


def payments(books: Books, it: Order) -> Payments:
    orders = books.rows(f"{_ORDER} WHERE customer_id = ? ORDER BY paid_on DESC, it.rowid", it.customer_id)
    if not orders:
        raise Broken(f"Billing has no orders of a customer {it.customer_id}. Check the number.")
    refunds = books.rows(
        """SELECT refund.* FROM refund JOIN customer_order ON customer_order.id = order_id WHERE customer_id = ?
           ORDER BY refund.rowid DESC""",
        it.customer_id,
    )
    lines = [(one["paid_on"], f"{one['id']} {one['item']}: {_amount(one)} paid") for one in orders]
    lines += [(one["at"][:10], f"{one['order_id']}: {_amount(one)} paid back. {one['reason']}") for one in refunds]
    newest = sorted(lines, key=lambda line: line[0], reverse=True)[:RECENT]
    return Payments(
        customer_id=it.customer_id,
        since=date.fromisoformat(orders[-1]["paid_on"]),
        orders=len(orders),
        paid_cents=sum(one["cents"] for one in orders),
        refunds=len(refunds),
        refunded_cents=sum(one["cents"] for one in refunds),
        lines=tuple(f"{day} {words}" for day, words in newest),
    )


def _amount(row: sqlite3.Row) -> str:
    return money(row["cents"], row["currency"])


def purchase_order(books: Books, it: InvoiceFields) -> PurchaseOrder:
    """Our order as the supplier quotes it: `po 501` is PO-501. What cannot be found is said to be not there."""
    earlier = books.rows(
        "SELECT number FROM booked WHERE lower(supplier) = lower(?) AND voided_at IS NULL ORDER BY rowid", it.supplier
    )
    numbers = tuple(row["number"] for row in earlier)
    quoted = re.sub(r"[^A-Z0-9]", "", it.order_id.upper())
    row = books.row("SELECT * FROM purchase_order WHERE replace(id, '-', '') = ?", quoted)
    if row is None:
        return PurchaseOrder(found=False, earlier_numbers=numbers)
    invoiced = books.number(
        "SELECT coalesce(sum(net_cents), 0) FROM booked WHERE order_id = ? AND voided_at IS NULL", row["id"]
    )
    return PurchaseOrder(
        found=True,
        order_id=row["id"],
        supplier=row["supplier"],
        cents=row["cents"],
        currency=row["currency"],
        received=bool(row["received"]),
        invoiced_cents=invoiced,
        earlier_numbers=numbers,
        iban_end=row["iban_end"],
    )


def recorded(books: Books, it: SupplierInvoice) -> RecordedInvoice:
    row = books.row("SELECT voided_at FROM booked WHERE invoice_id = ? ORDER BY rowid DESC LIMIT 1", it.id)
    if row is None:
        return RecordedInvoice(id=it.id, state=InvoiceState.RECEIVED)
    return RecordedInvoice(id=it.id, state=InvoiceState.VOIDED if row["voided_at"] else InvoiceState.RECORDED)
