"""What the desks know of the past: keys they still remember, and markers they can search for."""

import hashlib
import sqlite3
from dataclasses import dataclass

from bot.adapters.systems.sandbox.desk import Books, Change, Desk, Way
from bot.adapters.systems.sandbox.schema import stamp
from bot.domain.errors import Uncertain
from bot.domain.intent import Intent, Receipt
from bot.domain.plain import Plain
from bot.ports.system import Retry


@dataclass(frozen=True, slots=True)
class Order:
    """An intent that is carried out now, under its key, as the desk of that title takes it."""

    intent: Intent
    key: str
    way: Way
    title: str

    @property
    def fingerprint(self) -> str:
        """What makes two requests the same."""
        return hashlib.sha256(f"{self.intent.kind()} {self.intent.model_dump_json()}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a key was used for."""

    fingerprint: str
    receipt: Receipt | None
    """None where an error was saved."""


def recall(books: Books, order: Order) -> Remembered | None:
    """What this key was used for, where it is still remembered."""
    books.db.execute("DELETE FROM remembered WHERE until <= ?", (stamp(books.now),))
    row = books.row("SELECT fingerprint, receipt FROM remembered WHERE key = ?", order.key)
    if row is None:
        return None
    receipt = None if row["receipt"] is None else Receipt.model_validate_json(row["receipt"])
    return Remembered(row["fingerprint"], receipt)


def remember(books: Books, order: Order, receipt: Receipt | None) -> None:
    """Keep what the key was used for as long as the binding says: not at all, where it does not say."""
    remembers = order.way.binding.remembers
    if remembers:
        text = receipt.model_dump_json() if receipt else None
        values = (order.key, order.fingerprint, text, stamp(books.now + remembers))
        books.db.execute("INSERT INTO remembered VALUES (?, ?, ?, ?)", values)


def note(books: Books, order: Order, change: Change, receipt: Receipt) -> None:
    """Write a change into the desk's own history; what is done blindly leaves no marker there."""
    intent = order.intent
    marker = "" if order.way.binding.retry is Retry.BLIND else order.key
    done = (stamp(books.now), intent.kind(), intent.record(), change.sentence)
    books.db.execute(
        """INSERT INTO activity (at, kind, record, sentence, marker, receipt, call)
           SELECT ?, ?, ?, ?, ?, ?, max(n) FROM ledger WHERE key = ?""",
        (*done, marker, receipt.model_dump_json(), order.key),
    )


def find(books: Books, *, desk: Desk, intent: Intent, key: str) -> Receipt | None:
    """The effect this key had. Uncertain where the desk cannot tell, or shows more than one."""
    way = desk.way(intent)
    if way.cannot_tell:
        raise Uncertain(way.cannot_tell)
    rows = books.rows("SELECT receipt FROM activity WHERE marker = ? AND kind = ? ORDER BY n", key, intent.kind())
    receipts = [Receipt.model_validate_json(row["receipt"]) for row in rows]
    if len(receipts) > 1:
        ids = ", ".join(receipt.id for receipt in receipts)
        raise Uncertain(f"The {desk.title} shows {len(receipts)} changes where there should be one: {ids}.")
    return receipts[0] if receipts else None


def recent(db: sqlite3.Connection, limit: int) -> list[Plain]:
    """What changed last, newest first."""
    rows = db.execute("SELECT at, kind, record, sentence FROM activity ORDER BY n DESC LIMIT ?", (limit,))
    return [dict(row) for row in rows]
