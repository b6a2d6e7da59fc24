"""What the desk knows of the past: keys it still remembers, and markers it can search for."""

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from bot.adapters.systems.sandbox.binding import BINDINGS
from bot.adapters.systems.sandbox.change import Change
from bot.adapters.systems.sandbox.schema import stamp
from bot.domain.errors import Broken, Uncertain
from bot.domain.intent import Intent, Receipt
from bot.domain.plain import Plain
from bot.ports.system import Binding, Retry


@dataclass(frozen=True, slots=True)
class Order:
    """An intent that is carried out now, under its key."""

    intent: Intent
    key: str
    now: datetime

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


def binding_of(intent: Intent) -> Binding:
    """How the desk takes an intent; Broken where it does not."""
    binding = BINDINGS.get(intent.kind())
    if binding is None:
        raise Broken(f"The sandbox help desk has no way to carry out {intent.kind()}.")
    return binding


def recall(db: sqlite3.Connection, order: Order) -> Remembered | None:
    """What this key was used for, where it is still remembered."""
    db.execute("DELETE FROM remembered WHERE until <= ?", (stamp(order.now),))
    row = db.execute("SELECT fingerprint, receipt FROM remembered WHERE key = ?", (order.key,)).fetchone()
    if row is None:
        return None
    receipt = None if row["receipt"] is None else Receipt.model_validate_json(row["receipt"])
    return Remembered(row["fingerprint"], receipt)


def remember(db: sqlite3.Connection, order: Order, receipt: Receipt | None) -> None:
    """Keep what the key was used for as long as the binding says: not at all, where it does not say."""
    remembers = binding_of(order.intent).remembers
    if remembers:
        text = receipt.model_dump_json() if receipt else None
        values = (order.key, order.fingerprint, text, stamp(order.now + remembers))
        db.execute("INSERT INTO remembered VALUES (?, ?, ?, ?)", values)


def note(db: sqlite3.Connection, order: Order, change: Change, receipt: Receipt) -> None:
    """Write a change into the desk's own history; what the partner's gateway did leaves no marker there."""
    intent = order.intent
    marker = "" if binding_of(intent).retry is Retry.BLIND else order.key
    db.execute(
        "INSERT INTO activity (at, kind, record, sentence, marker, receipt) VALUES (?, ?, ?, ?, ?, ?)",
        (stamp(order.now), intent.kind(), intent.record(), change.sentence, marker, receipt.model_dump_json()),
    )


def find(db: sqlite3.Connection, intent: Intent, key: str) -> Receipt | None:
    """The effect this key had. Uncertain where the desk cannot tell, or shows more than one."""
    if binding_of(intent).retry is Retry.BLIND:
        raise Uncertain("The partner's gateway keeps no record of its notices. Ask the partner whether it came.")
    rows = db.execute(
        "SELECT receipt FROM activity WHERE marker = ? AND kind = ? ORDER BY n", (key, intent.kind())
    ).fetchall()
    receipts = [Receipt.model_validate_json(row["receipt"]) for row in rows]
    if len(receipts) > 1:
        ids = ", ".join(receipt.id for receipt in receipts)
        raise Uncertain(f"The help desk shows {len(receipts)} changes where there should be one: {ids}.")
    return receipts[0] if receipts else None


def recent(db: sqlite3.Connection, limit: int) -> list[Plain]:
    """What changed last, newest first."""
    rows = db.execute("SELECT at, kind, record, sentence FROM activity ORDER BY n DESC LIMIT ?", (limit,))
    return [dict(row) for row in rows]
