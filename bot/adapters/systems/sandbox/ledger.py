"""Every call the sandbox received, in order, with what truly happened: how tests count effects."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.adapters.systems.sandbox.schema import stamp


class Operation(StrEnum):
    """What a call asks for."""

    READ = "read"
    PREVIEW = "preview"
    FIND = "find"
    EXECUTE = "execute"


class Outcome(StrEnum):
    """What truly happened, whatever the caller was told."""

    RECEIVED = "received"
    """Nothing yet: still held up, or the process was killed before it did anything."""
    ANSWERED = "answered"
    APPLIED = "applied"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    FAILED_BEFORE = "failed before"
    FAILED_AFTER = "failed after"
    """Applied, and answered with an error."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call as it comes in."""

    operation: Operation
    kind: str
    record: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the ledger."""

    n: int
    at: datetime
    operation: Operation
    kind: str
    key: str
    record: str
    outcome: Outcome
    answer: str
    """The id that went back, or the sentence."""


def receive(db: sqlite3.Connection, arrival: Arrival, now: datetime) -> int:
    """Write a call down before anything is done about it; returns its number."""
    row = db.execute(
        "INSERT INTO ledger (at, operation, kind, key, record, outcome, answer) VALUES (?, ?, ?, ?, ?, ?, '')",
        (stamp(now), arrival.operation, arrival.kind, arrival.key, arrival.record, Outcome.RECEIVED),
    )
    return row.lastrowid or 0


def settle(db: sqlite3.Connection, n: int, outcome: Outcome, answer: str) -> None:
    """Write down how a call ended, in the transaction of the change itself."""
    db.execute("UPDATE ledger SET outcome = ?, answer = ? WHERE n = ?", (outcome, answer, n))


def calls(db: sqlite3.Connection, key: str = "") -> tuple[Call, ...]:
    """Every call, or those with one key, in the order they came."""
    rows = db.execute("SELECT * FROM ledger WHERE ? IN ('', key) ORDER BY n", (key,))
    return tuple(
        Call(
            n=row["n"],
            at=datetime.fromisoformat(row["at"]),
            operation=Operation(row["operation"]),
            kind=row["kind"],
            key=row["key"],
            record=row["record"],
            outcome=Outcome(row["outcome"]),
            answer=row["answer"],
        )
        for row in rows
    )


def effects(db: sqlite3.Connection, key: str = "") -> tuple[Call, ...]:
    """The calls that changed something."""
    return tuple(call for call in calls(db, key) if call.outcome in (Outcome.APPLIED, Outcome.FAILED_AFTER))
