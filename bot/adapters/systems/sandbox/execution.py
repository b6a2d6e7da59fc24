"""What a desk does with one call, in one transaction: how it ends, and what the caller is told."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Generic, TypeVar

from bot.adapters.systems.sandbox import fault, ledger, memory
from bot.adapters.systems.sandbox.change import apply
from bot.adapters.systems.sandbox.desk import Books, Desk
from bot.adapters.systems.sandbox.fault import Fault, Struck
from bot.adapters.systems.sandbox.ledger import Arrival, Operation, Outcome
from bot.adapters.systems.sandbox.memory import Order
from bot.adapters.systems.sandbox.schema import transaction
from bot.domain.errors import BotError, Broken, Uncertain
from bot.domain.intent import Intent, Receipt
from bot.ports.clock import Clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ending(Generic[T]):
    """How a call ended: what truly happened, and what the caller is told, which may differ."""

    outcome: Outcome
    told: T | BotError

    def give(self) -> T:
        """Hand the answer over, or raise it."""
        if isinstance(self.told, BotError):
            raise self.told
        return self.told

    def words(self) -> str:
        match self.told:
            case BotError(message=words) | Receipt(id=words):
                return words
            case _:
                return ""


Work = Callable[[sqlite3.Connection, Struck | None], Ending[T]]


@dataclass(frozen=True, slots=True)
class HeldUp:
    """A call that was written down and has to wait."""

    n: int
    struck: Struck


def receive(db: sqlite3.Connection, arrival: Arrival, *, now: datetime, work: Work[T]) -> Ending[T] | HeldUp:
    """Write a call down, then see which fault strikes it; do the work at once unless that fault holds it up."""
    with transaction(db):
        n, struck = ledger.receive(db, arrival, now), fault.strike(db, arrival)
    if struck and struck.fault in (Fault.SLOW, Fault.HANG):
        return HeldUp(n, struck)
    return settle(db, n, struck, work)


def settle(db: sqlite3.Connection, n: int, struck: Struck | None, work: Work[T]) -> Ending[T]:
    """Do the work and write down how it ended: both, or neither."""
    with transaction(db):
        ending = work(db, struck)
        ledger.settle(db, n, ending.outcome, ending.words())
    return ending


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a desk takes calls: its data, and the clock on its wall."""

    desk: Desk
    clock: Clock

    def books(self, db: sqlite3.Connection) -> Books:
        return Books(db, self.clock.now())


def look(
    db: sqlite3.Connection,
    struck: Struck | None,
    *,
    at: Counter,
    operation: Operation,
    work: Callable[[Books], T],
) -> Ending[T]:
    """Answer a call that changes nothing."""
    stopped = fault.before(struck, at.desk.title)
    if stopped:
        return _stopped(stopped)
    try:
        answer = work(at.books(db))
    except BotError as refusal:
        return Ending(Outcome.REFUSED, refusal)
    return Ending(Outcome.ANSWERED, fault.after(struck, operation, at.desk.title) or answer)


def search(
    db: sqlite3.Connection, struck: Struck | None, *, at: Counter, intent: Intent, key: str
) -> Ending[Receipt | None]:
    """Look for the effect a key had; what is too fresh for the search is not found, though it is there."""
    if struck and struck.fault is Fault.UNSEEN:
        return Ending(Outcome.ANSWERED, None)
    if struck and struck.fault is Fault.TWO_FOUND:
        said = f"The {at.desk.title} shows two of which each could be this one. Look which it is."
        return Ending(Outcome.ANSWERED, Uncertain(said))
    work = partial(memory.find, desk=at.desk, intent=intent, key=key)
    return look(db, struck, at=at, operation=Operation.FIND, work=work)


def carry_out(
    db: sqlite3.Connection, struck: Struck | None, *, at: Counter, intent: Intent, key: str
) -> Ending[Receipt]:
    """Carry an intent out once, or say why not. Whatever refuses does so before anything is written."""
    stopped = fault.before(struck, at.desk.title)
    if stopped:
        return _stopped(stopped)
    books = at.books(db)
    try:
        order = Order(intent, key, at.desk.way(intent), at.desk.title)
        return _repeat(books, order, struck) or _apply(books, order, struck)
    except Broken as refusal:
        return Ending(Outcome.REFUSED, refusal)


def _stopped(error: BotError) -> Ending[T]:
    return Ending(Outcome.REFUSED if isinstance(error, Broken) else Outcome.FAILED_BEFORE, error)


def _repeat(books: Books, order: Order, struck: Struck | None) -> Ending[Receipt] | None:
    """The answer to a key that the desk still knows; None where it knows nothing of it."""
    the_desk = f"The {order.title}"
    if struck and struck.fault is Fault.DUPLICATE_REFUSED:
        seen = Uncertain(f"{the_desk} has seen this key and refuses it a second time. Look up what it did.")
        return Ending(Outcome.DUPLICATE, seen)
    known = memory.recall(books, order)
    if known is None:
        return None
    if known.fingerprint != order.fingerprint:
        raise Broken(f"{the_desk} knows this key from another request and refuses it. Nothing was done.")
    if known.receipt is None:
        raise Broken(f"{the_desk} saved an error with this key and gives it again. Nothing was done.")
    return Ending(Outcome.DUPLICATE, fault.after(struck, Operation.EXECUTE, order.title) or known.receipt)


def _apply(books: Books, order: Order, struck: Struck | None) -> Ending[Receipt]:
    change = order.way.change(books, order.intent)
    met = struck.fault if struck else None
    if met is Fault.EMPTY_PROMISE:
        return Ending(Outcome.FAILED_BEFORE, Receipt(id="accepted"))
    if met is Fault.SAVED_ERROR:
        memory.remember(books, order, None)
        return Ending(Outcome.FAILED_BEFORE, Uncertain(f"The {order.title} answered with an error of its own."))
    receipt = apply(books, order.intent, change)
    memory.note(books, order, change, receipt)
    memory.remember(books, order, receipt)
    outcome = Outcome.FAILED_AFTER if met is Fault.ERROR_AFTER else Outcome.APPLIED
    return Ending(outcome, fault.after(struck, Operation.EXECUTE, order.title) or receipt)
