"""One unit of work over SQL: everything it does commits together, or nothing does."""

from datetime import datetime

from bot.adapters.store.cards import SqlCards
from bot.adapters.store.inbox import SqlInbox
from bot.adapters.store.judgements import SqlJudgements
from bot.adapters.store.ledger import SqlLedger
from bot.adapters.store.limits import SqlLimits
from bot.adapters.store.names import SqlNames
from bot.adapters.store.outbox import SqlOutbox, hand_over
from bot.adapters.store.records import SqlRecords
from bot.adapters.store.runs import SqlRuns
from bot.adapters.store.subscribers import SqlSubscribers
from bot.adapters.store.suggestions import SqlSuggestions
from bot.adapters.store.unit import Unit
from bot.adapters.store.versions import SqlVersions
from bot.adapters.store.watch import SqlWatch
from bot.domain.run import Run
from bot.ports.store import Lease


class SqlTransaction:
    """`Transaction`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.runs = SqlRuns(unit)
        self.outbox = SqlOutbox(unit)
        self.inbox = SqlInbox(unit)
        self.cards = SqlCards(unit)
        self.suggestions = SqlSuggestions(unit)
        self.names = SqlNames(unit)
        self.versions = SqlVersions(unit)
        self.limits = SqlLimits(unit)
        self.records = SqlRecords(unit)
        self.judgements = SqlJudgements(unit)
        self.ledger = SqlLedger(unit)
        self.watch = SqlWatch(unit)
        self.subscribers = SqlSubscribers(unit)

    def close(self) -> tuple[list[Lease], datetime | None, list[Run]]:
        """The last thing before the commit: effects leased to the listener, when the next is due, runs that moved."""
        hand_over(self._unit)
        return self._unit.born, self._unit.next_due, self._unit.moved
