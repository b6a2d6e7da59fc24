"""Counters, locks and switches: what reaches beyond one run."""

from datetime import date

from sqlalchemy import bindparam, select

from bot.adapters.store.statement import Statement, Upsert
from bot.adapters.store.tables import COUNTER, RECORD_LOCK, SWITCH
from bot.adapters.store.unit import Unit
from bot.domain.run import RunId

EVERYTHING = "*"

_COUNT = Statement(select(COUNTER.c.n).where(COUNTER.c.scope == bindparam("scope"), COUNTER.c.day == bindparam("day")))
_ADD = Statement(Upsert(COUNTER, keys=("scope", "day"), add=("n",), returning=("n",)))
_FORGET = Statement(COUNTER.delete().where(COUNTER.c.day < bindparam("before")))
_LOCK = Statement(Upsert(RECORD_LOCK, keys=("record",)))
_LOCKED_BY = Statement(select(RECORD_LOCK.c.run).where(RECORD_LOCK.c.record == bindparam("record")))
_UNLOCK = Statement(RECORD_LOCK.delete().where(RECORD_LOCK.c.run == bindparam("run")))
_PAUSE = Statement(Upsert(SWITCH, keys=("scope",), replace=("why", "at")))
_RESUME = Statement(SWITCH.delete().where(SWITCH.c.scope == bindparam("scope")))
_SWITCHES = Statement(select(SWITCH.c.scope, SWITCH.c.why))


class SqlLimits:
    """`Limits`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def count(self, scope: str, day: date) -> int:
        row = self._unit.link.row(_COUNT, scope=scope, day=day.isoformat())
        return row[0] if row else 0

    def add(self, scope: str, day: date, amount: int) -> int:
        row = self._unit.link.row(_ADD, scope=scope, day=day.isoformat(), n=amount)
        assert row is not None
        return int(row[0])

    def forget(self, before: date) -> None:
        self._unit.link.change(_FORGET, before=before.isoformat())

    def lock_record(self, record: str, run: RunId) -> RunId | None:
        if self._unit.link.change(_LOCK, record=record, run=run, at=self._unit.now):
            return None
        row = self._unit.link.row(_LOCKED_BY, record=record)
        return RunId(row[0]) if row and row[0] != run else None

    def unlock_records(self, run: RunId) -> None:
        self._unit.link.change(_UNLOCK, run=run)

    def paused(self, workflow: str) -> str:
        switches = self._unit.switches
        if switches is None:
            switches = self._unit.switches = dict(self._unit.link.rows(_SWITCHES))
        return switches.get(EVERYTHING) or switches.get(workflow, "")

    def pause(self, scope: str, why: str) -> None:
        # An empty reason would read as not paused.
        self._unit.switches = None
        self._unit.link.change(_PAUSE, scope=scope, why=why.strip() or "Paused.", at=self._unit.now)

    def resume(self, scope: str) -> None:
        self._unit.switches = None
        self._unit.link.change(_RESUME, scope=scope)
