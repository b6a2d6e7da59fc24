"""Billing: orders, refunds, credits, subscriptions, and the books for suppliers' invoices. No sum falls below zero."""

import sqlite3

from bot.adapters.systems.sandbox.desk import Books, Change, Desk, Shelf, answer, given, idempotent, money, searchable
from bot.adapters.systems.sandbox.desks.order import order, payments, purchase_order, recorded, row_of
from bot.adapters.systems.sandbox.sample import pour
from bot.domain.errors import Broken
from bot.intents.billing import (
    SYSTEM,
    CancelSubscription,
    GrantCredit,
    InvoiceFields,
    Order,
    RecordInvoice,
    RefundPayment,
    RefundRequest,
    StartSubscription,
    SupplierInvoice,
    VoidInvoice,
    WithdrawCredit,
    order_of,
    payments_of,
    purchase_order_of,
)
from bot.intents.billing import recorded as recorded_of

TABLES = (
    """CREATE TABLE customer_order (
        id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, item TEXT NOT NULL, cents INTEGER NOT NULL,
        currency TEXT NOT NULL DEFAULT 'EUR', paid_on TEXT NOT NULL, delivered INTEGER NOT NULL)""",
    """CREATE TABLE refund (
        id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES customer_order, cents INTEGER NOT NULL,
        currency TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL)""",
    """CREATE TABLE billing_credit (
        id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, cents INTEGER NOT NULL, currency TEXT NOT NULL,
        reason TEXT NOT NULL, at TEXT NOT NULL, withdrawn_at TEXT)""",
    """CREATE TABLE purchase_order (
        id TEXT PRIMARY KEY, supplier TEXT NOT NULL, cents INTEGER NOT NULL, currency TEXT NOT NULL,
        received INTEGER NOT NULL, iban_end TEXT NOT NULL)""",
    """CREATE TABLE booked (
        id TEXT PRIMARY KEY, invoice_id TEXT NOT NULL, supplier TEXT NOT NULL, number TEXT NOT NULL,
        order_id TEXT NOT NULL, due TEXT, net_cents INTEGER NOT NULL, tax_cents INTEGER NOT NULL,
        total_cents INTEGER NOT NULL, currency TEXT NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL, voided_at TEXT)""",
    """CREATE TABLE billing_subscription (
        id TEXT PRIMARY KEY, account_id TEXT NOT NULL, plan TEXT NOT NULL, cents INTEGER NOT NULL,
        currency TEXT NOT NULL, at TEXT NOT NULL, cancelled_at TEXT)""",
)

SHELVES = (
    Shelf(
        "Orders",
        """SELECT it.id AS record, item AS title, customer.name AS customer, cents, currency, paid_on, delivered
           FROM customer_order AS it JOIN customer ON customer.id = customer_id""",
        {"Paid back": "SELECT id, at, cents, currency, reason FROM refund WHERE order_id = ? ORDER BY rowid"},
    ),
    Shelf(
        "Suppliers' invoices",
        """SELECT invoice_id AS record, supplier || ' ' || number AS title, order_id, total_cents, currency, due,
           note, voided_at FROM booked ORDER BY rowid DESC""",
    ),
    Shelf(
        "Orders with suppliers",
        "SELECT id AS record, supplier AS title, cents, currency, received, iban_end FROM purchase_order",
        {"Invoiced": "SELECT id, number, net_cents, currency, voided_at FROM booked WHERE order_id = ? ORDER BY rowid"},
    ),
    Shelf(
        "Subscriptions",
        """SELECT account_id AS record, plan AS title, id AS subscription, cents, currency, at, cancelled_at
           FROM billing_subscription ORDER BY rowid DESC""",
    ),
    Shelf(
        "Credits",
        """SELECT customer_id AS record, reason AS title, id AS credit, cents, currency, at, withdrawn_at
           FROM billing_credit ORDER BY rowid DESC""",
    ),
)


def _refund(books: Books, it: RefundPayment) -> Change:
    row = row_of(books, it.order_id)
    back, paid = row["refunded_cents"], money(row["cents"], row["currency"])
    if it.currency != row["currency"]:
        raise Broken(f"Order {row['id']} was paid in {row['currency']}, so nothing can be paid back in {it.currency}.")
    if back + it.cents > row["cents"]:
        left = money(row["cents"] - back, row["currency"])
        raise Broken(f"{paid} was paid for {row['id']}, and {left} of it can still be paid back: no more than that.")
    return Change(
        f"Pay {money(it.cents, it.currency)} back to {row['customer']} for order {row['id']}.",
        {"paid": paid, "paid back": money(back, it.currency)},
        {"paid": paid, "paid back": money(back + it.cents, it.currency)},
        id="RF-new",
        writes=("INSERT INTO refund VALUES (:id, :order_id, :cents, :currency, :reason, :now)",),
    )


def _customer(books: Books, customer_id: str) -> sqlite3.Row:
    row = books.row("SELECT id, name FROM customer WHERE id = ?", customer_id)
    if row is None:
        raise Broken(f"There is no customer {customer_id} in billing. Check the number, or choose another.")
    return row


def _balance(books: Books, customer_id: str, currency: str) -> int:
    return books.number(
        """SELECT coalesce(sum(cents), 0) FROM billing_credit
           WHERE customer_id = ? AND currency = ? AND withdrawn_at IS NULL""",
        customer_id,
        currency,
    )


def _grant(books: Books, it: GrantCredit) -> Change:
    owner, cents = _customer(books, it.customer_id), _balance(books, it.customer_id, it.currency)
    return Change(
        f"Put a credit of {money(it.cents, it.currency)} on the next invoice of {owner['name']}.",
        {"credit": money(cents, it.currency)},
        {"credit": money(cents + it.cents, it.currency)},
        id="BC-new",
        writes=("INSERT INTO billing_credit VALUES (:id, :customer_id, :cents, :currency, :reason, :now, NULL)",),
    )


def _withdraw(books: Books, it: WithdrawCredit) -> Change:
    owner, cents = _customer(books, it.customer_id), _balance(books, it.customer_id, it.currency)
    amount = money(it.cents, it.currency)
    credit = books.row(
        "SELECT 1 FROM billing_credit WHERE (id, customer_id, cents, currency) = (?, ?, ?, ?) AND withdrawn_at IS NULL",
        it.credit_id,
        it.customer_id,
        it.cents,
        it.currency,
    )
    if credit is None:
        raise Broken(f"{owner['name']} has no credit {it.credit_id} of {amount}. It may have been taken back already.")
    return Change(
        f"Take the credit of {amount} back from {owner['name']}.",
        {"credit": money(cents, it.currency)},
        {"credit": money(cents - it.cents, it.currency)},
        id=it.credit_id,
        writes=("UPDATE billing_credit SET withdrawn_at = :now WHERE id = :id",),
    )


def _record(books: Books, it: RecordInvoice) -> Change:
    _refuse_record(books, it)
    return Change(
        f"Write the invoice {it.number} of {it.supplier} into the books, {money(it.total_cents, it.currency)}.",
        {"state": "received"},
        {
            "state": "recorded",
            "order": it.order_id or "none",
            "due": it.due.isoformat() if it.due else "not said",
            "net": money(it.net_cents, it.currency),
            "tax": money(it.tax_cents, it.currency),
            "total": money(it.total_cents, it.currency),
        },
        id="BE-new",
        writes=(
            """INSERT INTO booked VALUES (:id, :invoice_id, :supplier, :number, :order_id, :due, :net_cents, :tax_cents,
               :total_cents, :currency, :note, :now, NULL)""",
        ),
    )


def _refuse_record(books: Books, it: RecordInvoice) -> None:
    if it.net_cents + it.tax_cents != it.total_cents:
        raise Broken(f"Net and tax of {it.number} do not add up to its total. Correct the amounts.")
    there = books.row("SELECT id FROM booked WHERE invoice_id = ? AND voided_at IS NULL", it.invoice_id)
    if there:
        raise Broken(f"{it.invoice_id} stands in the books already, as {there['id']}.")
    twin = books.row(
        "SELECT id FROM booked WHERE lower(supplier) = lower(?) AND number = ? AND voided_at IS NULL",
        it.supplier,
        it.number,
    )
    if twin:
        raise Broken(f"The invoice {it.number} of {it.supplier} stands in the books already, as {twin['id']}.")
    if it.order_id and books.row("SELECT 1 FROM purchase_order WHERE id = ?", it.order_id) is None:
        raise Broken(f"There is no order {it.order_id} with a supplier. Correct it, or leave it empty.")


def _void(books: Books, it: VoidInvoice) -> Change:
    entry_id = given(it.entry_id, "entry")
    row = books.row("SELECT * FROM booked WHERE (id, invoice_id) = (?, ?)", entry_id, it.invoice_id)
    if row is None:
        raise Broken(f"The books have no entry {entry_id} for {it.invoice_id}. Check the numbers.")
    if row["voided_at"]:
        raise Broken(f"The entry {entry_id} is void already. Record the invoice anew where it is needed.")
    return Change(
        f"Void {entry_id}, the invoice {row['number']} of {row['supplier']}.",
        {"state": "recorded"},
        {"state": "voided"},
        id=entry_id,
        writes=("UPDATE booked SET voided_at = :now WHERE id = :id",),
    )


def _subscriptions(books: Books, account_id: str) -> int:
    return books.number(
        "SELECT count(*) FROM billing_subscription WHERE account_id = ? AND cancelled_at IS NULL", account_id
    )


def _start(books: Books, it: StartSubscription) -> Change:
    account_id = given(it.account_id, "account")
    account = books.row("SELECT company FROM account WHERE id = ? AND deleted_at IS NULL", account_id)
    if account is None:
        raise Broken(f"There is no account {account_id} to be billed. Make it first, or check the number.")
    if _subscriptions(books, account_id):
        raise Broken(f"{account['company']} is billed for {account_id} already. Cancel that first.")
    amount = money(it.cents, it.currency)
    return Change(
        f"Begin to bill {account['company']} for {it.plan}: {amount} a month.",
        {"subscriptions": "0"},
        {"subscriptions": "1", "plan": it.plan, "a month": amount},
        id="SB-new",
        writes=("INSERT INTO billing_subscription VALUES (:id, :account_id, :plan, :cents, :currency, :now, NULL)",),
    )


def _cancel(books: Books, it: CancelSubscription) -> Change:
    account_id, subscription_id = given(it.account_id, "account"), given(it.subscription_id, "subscription")
    row = books.row(
        "SELECT plan FROM billing_subscription WHERE (id, account_id) = (?, ?) AND cancelled_at IS NULL",
        subscription_id,
        account_id,
    )
    if row is None:
        raise Broken(f"{account_id} has no subscription {subscription_id} that runs. It may be cancelled already.")
    return Change(
        f"Stop billing {account_id} for {row['plan']}.",
        {"subscriptions": "1"},
        {"subscriptions": "0"},
        id=subscription_id,
        writes=("UPDATE billing_subscription SET cancelled_at = :now WHERE id = :id",),
    )


DESK = Desk(
    name=SYSTEM,
    title="billing system",
    tables=TABLES,
    fill=lambda books: pour(books, SYSTEM),
    answers=dict(
        (
            answer(order_of, RefundRequest, lambda books, it: order(books, it.order_id)),
            answer(payments_of, Order, payments),
            answer(purchase_order_of, InvoiceFields, purchase_order),
            answer(recorded_of, SupplierInvoice, recorded),
        )
    ),
    ways=dict(
        (
            idempotent(RefundPayment, _refund),
            idempotent(GrantCredit, _grant),
            idempotent(WithdrawCredit, _withdraw),
            idempotent(StartSubscription, _start),
            idempotent(CancelSubscription, _cancel),
            searchable(RecordInvoice, _record),
            searchable(VoidInvoice, _void),
        )
    ),
    shelves=SHELVES,
)
