"""Everything an external system does to its callers, settable per operation and kept in the sandbox's own file."""

import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import assert_never

from bot.adapters.systems.sandbox.ledger import Arrival, Operation
from bot.domain.errors import BotError, Broken, Transient, Uncertain
from bot.domain.plain import Plain


class Fault(StrEnum):
    """One way to go wrong."""

    SLOW = "slow"
    """Takes `wait` before it does anything."""
    HANG = "hang"
    """Does nothing until it is released."""
    DOWN = "down"
    RATE_LIMIT = "rate limit"
    """Does nothing, and says when to come back: after `wait`."""
    ERROR_BEFORE = "error before"
    """Fails before it does anything."""
    REFUSE = "refuse"
    ERROR_AFTER = "error after"
    """Does it, then answers with an error."""
    LOST_ANSWER = "lost answer"
    """Does it; the answer gets lost on the way."""
    SAVED_ERROR = "saved error"
    """Does nothing, and answers the same key with the same error for as long as it remembers it."""
    EMPTY_PROMISE = "empty promise"
    """Says it is done, and did nothing; whoever takes something on and fails later leaves the same behind."""
    DUPLICATE_REFUSED = "duplicate refused"
    """Refuses a key it has seen, without the earlier answer. The caller learns from `find` that it happened."""
    UNSEEN = "unseen"
    """Its search does not show yet what it did."""
    TWO_FOUND = "two found"
    """Its search shows two of which each could be what it did."""


IN_SEARCHES = frozenset({Fault.UNSEEN, Fault.TWO_FOUND})
"""What only a search can run into."""

# The last three wait for a key that had an effect; other calls do not use them up.
_STANDS = """
    SELECT n, fault, wait_ms FROM fault
    WHERE operation = :operation AND kind IN (:kind, '*') AND key IN (:key, '') AND %s
    AND (fault NOT IN ('duplicate refused', 'unseen', 'two found')
         OR EXISTS (SELECT 1 FROM activity WHERE marker = :key))
    ORDER BY n LIMIT 1"""
_COUNTED = _STANDS % "coalesce(remaining, 1) > 0"
_LASTING = _STANDS % "remaining IS NULL"


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that a call ran into."""

    n: int
    fault: Fault
    wait: timedelta | None


def put(db: sqlite3.Connection, arrival: Arrival, fault: Fault, *, times: int | None, wait: timedelta | None) -> int:
    """Set a fault for the calls that look like this one; returns its number."""
    wait_ms = None if wait is None else wait // timedelta(milliseconds=1)
    row = db.execute(
        "INSERT INTO fault (operation, kind, key, fault, remaining, wait_ms) VALUES (?, ?, ?, ?, ?, ?)",
        (arrival.operation, arrival.kind, arrival.key, fault, times, wait_ms),
    )
    return row.lastrowid or 0


def strike(db: sqlite3.Connection, arrival: Arrival) -> Struck | None:
    """The oldest fault that is set for this call, used up by one."""
    struck = _stands(db, _COUNTED, arrival)
    if struck:
        db.execute("UPDATE fault SET remaining = remaining - 1 WHERE n = ?", (struck.n,))
    return struck


def lasting(db: sqlite3.Connection, arrival: Arrival) -> Struck | None:
    """The oldest fault that stays until it is cleared; a transport that cannot write cannot count the others."""
    return _stands(db, _LASTING, arrival)


def _stands(db: sqlite3.Connection, query: str, arrival: Arrival) -> Struck | None:
    values = {"operation": arrival.operation, "kind": arrival.kind, "key": arrival.key}
    row = db.execute(query, values).fetchone()
    if row is None:
        return None
    wait = None if row["wait_ms"] is None else timedelta(milliseconds=row["wait_ms"])
    return Struck(row["n"], Fault(row["fault"]), wait)


def is_held(db: sqlite3.Connection, n: int) -> bool:
    """Whether a call that hangs on this fault still has to wait."""
    return db.execute("SELECT 1 FROM fault WHERE n = ?", (n,)).fetchone() is not None


def clear(db: sqlite3.Connection, fault: Fault | None = None) -> None:
    """Take away every fault, or those of one sort; what hangs goes on."""
    db.execute("DELETE FROM fault WHERE ?1 IS NULL OR fault = ?1", (fault,))


def listed(db: sqlite3.Connection) -> list[Plain]:
    """What is set now, as plain data."""
    return [dict(row) for row in db.execute("SELECT * FROM fault WHERE coalesce(remaining, 1) > 0 ORDER BY n")]


def before(struck: Struck | None, title: str) -> BotError | None:
    """What the caller is told instead of anything being done."""
    if struck is None:
        return None
    match struck.fault:
        case Fault.DOWN:
            return Transient(f"The {title} cannot be reached.", retry_after=struck.wait)
        case Fault.RATE_LIMIT:
            return Transient(f"The {title} takes no more calls for now.", retry_after=struck.wait)
        case Fault.ERROR_BEFORE:
            return Transient(f"The {title} failed before it did anything.", retry_after=struck.wait)
        case Fault.REFUSE:
            return Broken(f"The {title} refuses this, and would refuse it again. Look at it there.")
        case Fault.SLOW | Fault.HANG | Fault.ERROR_AFTER | Fault.LOST_ANSWER | Fault.SAVED_ERROR:
            return None
        case Fault.EMPTY_PROMISE | Fault.DUPLICATE_REFUSED | Fault.UNSEEN | Fault.TWO_FOUND:
            return None
        case _:
            assert_never(struck.fault)


def after(struck: Struck | None, operation: Operation, title: str) -> BotError | None:
    """What the caller is told although it was done. A read that got lost surely changed nothing."""
    if struck is None or struck.fault not in (Fault.ERROR_AFTER, Fault.LOST_ANSWER):
        return None
    sentence = {
        Fault.ERROR_AFTER: f"The {title} answered with an error, which says nothing about what it did before.",
        Fault.LOST_ANSWER: f"The connection broke before the {title}'s answer came.",
    }[struck.fault]
    return Uncertain(sentence) if operation is Operation.EXECUTE else Transient(sentence)
