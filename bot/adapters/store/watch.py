"""The looks of once a minute, in SQL over indexes; and the alerts that came of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, func, or_, select

from bot.adapters.store.codec import moment, written
from bot.adapters.store.limits import SqlLimits
from bot.adapters.store.outbox import WORK
from bot.adapters.store.statement import Row, Statement, Upsert
from bot.adapters.store.tables import COUNTER, EFFECT, ENTRY, INBOX, RUN
from bot.adapters.store.unit import Unit
from bot.adapters.store.waits import STARTED, follow
from bot.adapters.store.watched import ALERT, WAIT
from bot.domain.alert import Alert, AlertKind
from bot.domain.by_clock import MOST_CAUGHT_UP, Passed, Turn, chain_of, time_of
from bot.domain.run import RunState
from bot.ports.watch import Batch

MOST = 200
"""Of what is looked at run by run, so many are told of at once; the rest are in the next round."""

_before: BindParameter[str] = bindparam("before")
_alert_of_wait = exists().where(
    ALERT.c.key == AlertKind.WAITS.value + "/" + WAIT.c.workflow + "/" + WAIT.c.run, ALERT.c.since == WAIT.c.since
)
_OVERDUE = Statement(
    select(WAIT.c.run, WAIT.c.standing, WAIT.c.since)
    .where(WAIT.c.workflow == bindparam("workflow"), WAIT.c.since <= _before, ~_alert_of_wait)
    .order_by(WAIT.c.since)
    .limit(bindparam("limit"))
)


def _asked() -> Statement:
    """From one that is waited for to the next, along the index: as many steps as there are of these, not of waits."""
    waits = WAIT.c
    flow = select(func.min(waits.workflow).label("workflow")).cte("flow", recursive=True)
    next_flow = select(func.min(waits.workflow)).where(waits.workflow > flow.c.workflow).scalar_subquery()
    flow = flow.union_all(select(next_flow).where(flow.c.workflow.is_not(None)))
    first = select(func.min(waits.standing)).where(waits.workflow == flow.c.workflow).scalar_subquery()
    firsts = select(flow.c.workflow, first.label("standing")).where(flow.c.workflow.is_not(None))
    pair = firsts.cte("pair", recursive=True)
    later = (waits.workflow == pair.c.workflow, waits.standing > pair.c.standing)
    after = select(func.min(waits.standing)).where(*later).scalar_subquery()
    pair = pair.union_all(select(pair.c.workflow, after).where(pair.c.standing.is_not(None)))
    same = (waits.workflow == pair.c.workflow, waits.standing == pair.c.standing)
    since = select(func.min(waits.since)).where(*same).scalar_subquery()
    told = pair.c.standing.is_not(None), pair.c.standing != RunState.PARKED.value
    return Statement(select(pair.c.workflow, pair.c.standing, since).where(*told))


_ASKED = _asked()
_nothing_to_do = ~exists().where(EFFECT.c.run == RUN.c.id, EFFECT.c.lane == WORK)
_STILL = Statement(
    select(RUN.c.id, RUN.c.workflow, RUN.c.changed_at)
    .where(
        RUN.c.ended_at.is_(None),
        RUN.c.state == RunState.RUNNING.value,
        RUN.c.paused.is_(False),
        RUN.c.changed_at <= _before,
        _nothing_to_do,
    )
    .limit(MOST)
)
_AGAIN = Statement(
    select(RUN.c.id, RUN.c.workflow, func.min(EFFECT.c.created_at))
    .join(RUN, RUN.c.id == EFFECT.c.run)
    .where(EFFECT.c.due_at <= bindparam("now"), EFFECT.c.token - EFFECT.c.attempt >= bindparam("leases"))
    .group_by(RUN.c.id, RUN.c.workflow)
    .limit(MOST)
)
_free: ColumnElement[bool] = or_(EFFECT.c.lease_until.is_(None), EFFECT.c.lease_until <= bindparam("now"))
_LATE = Statement(
    select(RUN.c.workflow, func.count(), func.min(EFFECT.c.due_at))
    .join(RUN, RUN.c.id == EFFECT.c.run)
    .where(EFFECT.c.due_at <= _before, _free)
    .group_by(RUN.c.workflow)
)
_CAME = Statement(
    select(func.count(), func.min(INBOX.c.received_at)).where(
        INBOX.c.finished_at.is_(None), INBOX.c.received_at <= _before
    )
)
_PASSED_OVER = Statement(
    select(ENTRY.c.key, ENTRY.c.reason, ENTRY.c.at)
    .where(ENTRY.c.chain == bindparam("chain"))
    .order_by(ENTRY.c.seq.desc())
    .limit(MOST_CAUGHT_UP * 4)
)
_COUNTED = Statement(
    select(COUNTER.c.scope, COUNTER.c.n).where(
        COUNTER.c.scope >= STARTED, COUNTER.c.scope < "started;", COUNTER.c.day == bindparam("day")
    )
)
_ALERT = select(ALERT.c.kind, ALERT.c.workflow, ALERT.c.since, ALERT.c.run, ALERT.c.about)
_OPEN = Statement(
    _ALERT.where(ALERT.c.cleared_at.is_(None)).order_by(ALERT.c.since, ALERT.c.key).limit(bindparam("limit"))
)
_OTHERS = Statement(_ALERT.where(ALERT.c.cleared_at.is_(None), ALERT.c.kind != AlertKind.WAITS.value))
_RAISE = Statement(
    Upsert(
        ALERT,
        keys=("key",),
        replace=("kind", "workflow", "run", "about", "since", "raised_at", "cleared_at", "told_at", "tries"),
    )
)
_of_key = ALERT.c.key == bindparam("key_")
_FORGET = Statement(ALERT.delete().where(_of_key, or_(ALERT.c.told_at.is_(None), bindparam("quietly") == 1)))
_CLEAR = Statement(
    ALERT.update()
    .where(_of_key, ALERT.c.cleared_at.is_(None))
    .values(cleared_at=bindparam("at"), told_at=None, tries=0)
)
_UNTOLD = Statement(
    select(*_ALERT.selected_columns, ALERT.c.raised_at, ALERT.c.cleared_at, ALERT.c.tries)
    .where(ALERT.c.told_at.is_(None))
    .order_by(ALERT.c.raised_at, ALERT.c.since, ALERT.c.key)
    .limit(MOST * 10)
)
_TOLD = Statement(ALERT.update().where(_of_key).values(told_at=bindparam("at")))
_DROP = Statement(ALERT.delete().where(_of_key, ALERT.c.cleared_at.is_not(None)))
_TRIED = Statement(ALERT.update().where(_of_key).values(tries=ALERT.c.tries + 1))
_UNREACHED = Statement(select(func.min(ALERT.c.raised_at)).where(ALERT.c.told_at.is_(None), ALERT.c.tries > 0))


class SqlWatch:
    """`Watch`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    # --- looking -------------------------------------------------------------------------------------------------

    def follow(self) -> tuple[str, ...]:
        over, starts = follow(self._unit)
        limits = SqlLimits(self._unit)
        for workflow, hour, day, number in starts:
            limits.add(f"{STARTED}{workflow}:{hour}", date.fromisoformat(day), number)
        return over

    def overdue(self, workflow: str, before: datetime, *, limit: int) -> tuple[Alert, ...]:
        rows = self._unit.link.rows(_OVERDUE, workflow=workflow, before=written(before), limit=limit)
        return tuple(Alert(AlertKind.WAITS, workflow, moment(since), run, standing) for run, standing, since in rows)

    def asked(self) -> tuple[tuple[str, str, datetime], ...]:
        return tuple((workflow, what, moment(since)) for workflow, what, since in self._unit.link.rows(_ASKED))

    def stuck(self, before: datetime, leases: int) -> tuple[Alert, ...]:
        rows = self._unit.link.rows(_STILL, before=written(before))
        rows += self._unit.link.rows(_AGAIN, now=self._unit.now, leases=leases)
        return tuple(Alert(AlertKind.STUCK, workflow, moment(since), run) for run, workflow, since in rows)

    def late(self, before: datetime) -> tuple[Alert, ...]:
        rows = self._unit.link.rows(_LATE, before=written(before), now=self._unit.now)
        came = self._unit.link.row(_CAME, before=written(before))
        found = [(workflow, _number(number, "step", "steps"), since) for workflow, number, since in rows]
        if came is not None and came[0]:
            found.append(("", _number(came[0], "delivery", "deliveries"), came[1]))
        return tuple(Alert(AlertKind.QUEUE, workflow, moment(since), about=about) for workflow, about, since in found)

    def passed_over(self, workflow: str) -> tuple[Passed, ...]:
        rows = self._unit.link.rows(_PASSED_OVER, chain=chain_of(workflow))
        return tuple(Passed(time_of(key), Turn(why), moment(at)) for key, why, at in rows)

    def started(self, day: datetime, *, until: int = 24) -> Mapping[str, int]:
        found = defaultdict[str, int](int)
        for scope, number in self._unit.link.rows(_COUNTED, day=day.date().isoformat()):
            workflow, _, hour = str(scope).removeprefix(STARTED).rpartition(":")
            found[workflow] += number if int(hour) < until else 0
        return found

    # --- alerts --------------------------------------------------------------------------------------------------

    def alerts(self) -> Mapping[str, Alert]:
        return {alert.key: alert for alert in map(_alert, self._unit.link.rows(_OTHERS))}

    def open_alerts(self, *, limit: int) -> tuple[Alert, ...]:
        return tuple(map(_alert, self._unit.link.rows(_OPEN, limit=limit)))

    def raise_(self, alerts: Collection[Alert]) -> None:
        self._unit.link.add_all(
            _RAISE,
            [
                {
                    "key": one.key,
                    "kind": one.kind.value,
                    "workflow": one.workflow,
                    "run": one.run,
                    "about": one.about,
                    "since": written(one.since),
                    "raised_at": self._unit.now,
                    "cleared_at": None,
                    "told_at": None,
                    "tries": 0,
                }
                for one in alerts
            ],
        )

    def clear(self, keys: Collection[str], *, tell: bool) -> None:
        for key in keys:
            if not self._unit.link.change(_FORGET, key_=key, quietly=0 if tell else 1):
                self._unit.link.change(_CLEAR, key_=key, at=self._unit.now)

    # --- telling -------------------------------------------------------------------------------------------------

    def untold(self) -> tuple[Batch, ...]:
        batches = defaultdict[tuple[str, ...], list[Row]](list)
        for row in self._unit.link.rows(_UNTOLD):
            kind, workflow, *_, raised, cleared, _tries = row
            batches[kind, workflow, cleared or raised, str(cleared is not None)].append(row)
        return tuple(
            Batch(tuple(map(_alert, rows)), moment(at), over == "True", max(row[-1] for row in rows))
            for (_, _, at, over), rows in batches.items()
        )

    def told(self, batch: Batch) -> None:
        for one in batch.alerts:
            if not (batch.is_over and self._unit.link.change(_DROP, key_=one.key)):
                self._unit.link.change(_TOLD, key_=one.key, at=self._unit.now)

    def tried(self, batch: Batch) -> None:
        for one in batch.alerts:
            self._unit.link.change(_TRIED, key_=one.key)

    def unreached_since(self) -> datetime | None:
        row = self._unit.link.row(_UNREACHED)
        return moment(row[0]) if row is not None and row[0] is not None else None


def _number(number: int, one: str, several: str) -> str:
    return f"one {one} is" if number == 1 else f"{number} {several} are"


def _alert(row: Row) -> Alert:
    kind, workflow, since, run, about, *_ = row
    return Alert(AlertKind(kind), workflow, moment(since), run, about)
