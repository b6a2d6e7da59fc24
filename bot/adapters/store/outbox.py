"""The outbox: effects that are due, and who is at them.

Effects of one run that would get in each other's way share a lane, and only one in a lane is handed out at a time:
whatever reads, asks, acts or starts runs is in the lane `work`; the cards of a step are in a lane of their own.
Messages and timers are in no lane.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from sqlalchemy import bindparam, exists, or_, select

from bot.adapters.store.codec import Codec, moment, written
from bot.adapters.store.limits import SqlLimits
from bot.adapters.store.statement import Row, Statement, Value, insert_of
from bot.adapters.store.tables import EFFECT, RUN
from bot.adapters.store.unit import Holder, Last, Unit
from bot.domain.effect import AskModel, Compensate, Effect, Execute, Read, Seek, Show, StartRuns, Tell, Wake, Write
from bot.domain.run import Run, RunId
from bot.ports.store import EffectId, Lease

BODY: Codec[Effect] = Codec(Read, AskModel, Show, Tell, Write, Execute, Compensate, Seek, Wake, StartRuns)

_E, _OTHER = EFFECT.c, EFFECT.alias("other")
_WHAT = (_E.run, _E.n, _E.body, _E.token, _E.attempt, _E.created_at, _E.lease_owner)

_ADD = Statement(insert_of(EFFECT))
_IN_LANES = Statement(
    select(_E.n, _E.lane, _E.lease_until)
    .where(_E.run == bindparam("run"), _E.lane != "", _E.due_at <= bindparam("now"))
    .order_by(_E.n)
)
_this = (_E.run == bindparam("run_"), _E.n == bindparam("n_"))
_REPLACE = Statement(EFFECT.update().where(*_this).values(body=bindparam("body")))
_held_or_earlier = or_(
    _OTHER.c.lease_until > bindparam("now"), (_OTHER.c.n < _E.n) & (_OTHER.c.due_at <= bindparam("now"))
)
_ready = (
    select(*_WHAT)
    .where(
        _E.due_at <= bindparam("now"),
        or_(_E.lease_until.is_(None), _E.lease_until <= bindparam("now")),
        or_(
            _E.lane == "",
            ~exists().where(_OTHER.c.run == _E.run, _OTHER.c.lane == _E.lane, _OTHER.c.n != _E.n, _held_or_earlier),
        ),
    )
    .order_by(_E.due_at, _E.run, _E.n)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_asks = _E.type == AskModel("").type
_READY = {None: Statement(_ready), True: Statement(_ready.where(_asks)), False: Statement(_ready.where(~_asks))}
"""Everything, questions to a model alone, and everything else."""
_ONE = Statement(select(*_WHAT).where(*_this))
_TAKE = Statement(
    EFFECT.update()
    .where(*_this)
    .values(token=_E.token + 1, lease_owner=bindparam("owner"), lease_until=bindparam("until"))
)
_held = (*_this, _E.token == bindparam("token_"), _E.lease_until.is_not(None))
_HOLDS = Statement(select(_E.n).where(*_held))
_LENGTHEN = Statement(EFFECT.update().where(*_held).values(lease_until=bindparam("until")))
_FINISH = Statement(EFFECT.delete().where(*_held))
_POSTPONE = Statement(
    EFFECT.update()
    .where(*_held)
    .values(due_at=bindparam("due_at"), attempt=_E.attempt + bindparam("tries"), lease_owner=None, lease_until=None)
)
_of_owner = EFFECT.update().where(_E.lease_owner == bindparam("owner"))
_RELEASE = Statement(_of_owner.values(lease_owner=None, lease_until=None))
# Whoever is gone did not say how far they came: the name stays, and whoever takes the effect next is told.
_RELEASE_ALL = Statement(EFFECT.update().where(_E.lease_until.is_not(None)).values(lease_until=None))
_postponed = (_E.due_at > bindparam("now"), _E.token > 0, _E.lease_until.is_(None))
# The time an effect was held up does not count against how long it may be tried.
_hurry = EFFECT.update().where(*_postponed).values(due_at=bindparam("now"), created_at=bindparam("now"))
_of_workflow = select(RUN.c.id).where(RUN.c.workflow == bindparam("workflow"))
_HURRY = Statement(_hurry)
_HURRY_RUN = Statement(_hurry.where(_E.run == bindparam("run_")))
_HURRY_WORKFLOW = Statement(_hurry.where(_E.run.in_(_of_workflow)))
_NEXT_DUE = Statement(
    select(_E.due_at).where(_E.due_at > bindparam("after"), _E.lease_until.is_(None)).order_by(_E.due_at).limit(1)
)
_wakes = EFFECT.delete().where(_E.run == bindparam("run"), _E.type == "wake")
_DROP_WAKES, _DROP_WAKES_OF_STEP = Statement(_wakes), Statement(_wakes.where(_E.step == bindparam("step")))


WORK = "work"
"""The lane of what brings a run on."""


def lane_of(effect: Effect) -> str:
    """The lane an effect shares with others of its run; empty where it gets in nobody's way."""
    match effect:
        case Read() | AskModel() | Write() | Execute() | Compensate() | Seek() | StartRuns():
            return WORK
        case Show():
            return f"show {effect.step}"
        case Tell() | Wake():
            return ""
        case _:
            assert_never(effect)


def order(unit: Unit, run: Run, effects: Sequence[Effect], *, ordered: int) -> None:
    """Store effects, after so many that were `ordered` before.

    Those that are due are taken at their birth, where somebody listens and their lane is free.
    """
    if not ordered:
        unit.lanes[run.id] = {}
    holder = _holder(unit, run)
    for n, effect in enumerate(effects, ordered + 1):
        lane = lane_of(effect)
        lanes = _lanes(unit, run.id) if lane else {}
        last = lanes.get(lane)
        if last is not None and last.until is None and isinstance(effect, Show):
            unit.link.change(_REPLACE, run_=run.id, n_=last.id, body=BODY.encode(effect))
            continue
        lanes[lane] = _add(unit, run, EffectId(n), effect, lane=lane, holder=holder if last is None else None)


def _holder(unit: Unit, run: Run) -> Holder | None:
    """Who takes the effects of a run at their birth; nobody in a pause."""
    return None if unit.holder is None or SqlLimits(unit).paused(run.workflow) else unit.holder


def _lanes(unit: Unit, run: RunId) -> dict[str, Last]:
    """What stands last in each lane of a run."""
    lanes = unit.lanes.get(run)
    if lanes is None:
        rows = unit.link.rows(_IN_LANES, run=run, now=unit.now)
        if not rows:
            unit.freed.discard(run)  # nobody waits there
        lanes = unit.lanes[run] = {lane: Last(id, until) for id, lane, until in rows}
    return lanes


def _add(unit: Unit, run: Run, id: EffectId, effect: Effect, *, lane: str, holder: Holder | None) -> Last:
    due = effect.at if isinstance(effect, Wake) else unit.at
    holder = holder if due <= unit.at else None
    ends = unit.at + holder.length if holder else None
    until = written(ends) if ends else None
    unit.link.change(
        _ADD,
        run=run.id,
        n=id,
        type=effect.type,
        lane=lane,
        step=effect.step,
        body=BODY.encode(effect),
        created_at=unit.now,
        due_at=written(due),
        attempt=1,
        token=1 if holder else 0,
        lease_owner=holder.owner if holder else None,
        lease_until=until,
    )
    if holder:
        unit.born.append(Lease(id, run.id, effect, token=1, attempt=1, created_at=unit.at, seen=run, until=ends))
    elif due > unit.at:
        unit.expect(due)
    return Last(id, until)


def hand_over(unit: Unit) -> None:
    """Take what was waiting behind effects that this unit has finished or given back."""
    holder = unit.holder
    if holder is None:
        return
    for run in unit.freed:
        rows = unit.link.rows(_IN_LANES, run=run, now=unit.now)
        held = {lane for _, lane, until in rows if until is not None and until > unit.now}
        first = {lane: id for id, lane, _ in reversed(rows) if lane not in held}
        ready = [row for id in first.values() if (row := unit.link.row(_ONE, run_=run, n_=id))]
        unit.born += _take(unit, ready, owner=holder.owner, until=unit.at + holder.length)


def _take(unit: Unit, rows: Sequence[Row], *, owner: str, until: datetime) -> list[Lease]:
    unit.link.add_all(_TAKE, [{"run_": run, "n_": n, "owner": owner, "until": written(until)} for run, n, *_ in rows])
    return [
        Lease(
            id=EffectId(id),
            run=RunId(run),
            effect=BODY.decode(body),
            token=token + 1,
            attempt=attempt,
            created_at=moment(created_at),
            until=until,
            interrupted=before is not None,
        )
        for run, id, body, token, attempt, created_at, before in rows
    ]


def _key(lease: Lease) -> dict[str, Value]:
    return {"run_": lease.run, "n_": lease.id, "token_": lease.token}


class SqlOutbox:
    """`Outbox`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def lease(
        self, *, now: datetime, limit: int, owner: str, until: datetime, asks: bool | None = None
    ) -> tuple[Lease, ...]:
        self._unit.lanes.clear()
        rows = self._unit.link.rows(_READY[asks], now=written(now), limit=limit)
        return tuple(_take(self._unit, rows, owner=owner, until=until))

    def at_once(self, run: Run, effect: Effect) -> bool:
        return _holder(self._unit, run) is not None and lane_of(effect) not in _lanes(self._unit, run.id)

    def holds(self, lease: Lease) -> bool:
        return self._unit.link.row(_HOLDS, **_key(lease)) is not None

    def lengthen(self, lease: Lease, until: datetime) -> bool:
        self._unit.lanes.pop(lease.run, None)
        return self._unit.link.change(_LENGTHEN, until=written(until), **_key(lease)) > 0

    def finish(self, lease: Lease) -> bool:
        return self._let_go(lease, self._unit.link.change(_FINISH, **_key(lease)))

    def postpone(self, lease: Lease, until: datetime, *, tried: bool = True) -> bool:
        self._unit.expect(until)
        changed = self._unit.link.change(_POSTPONE, due_at=written(until), tries=int(tried), **_key(lease))
        return self._let_go(lease, changed)

    def _let_go(self, lease: Lease, changed: int) -> bool:
        if changed and lane_of(lease.effect):
            self._unit.freed.add(lease.run)
            self._unit.lanes.pop(lease.run, None)
        return changed > 0

    def hurry(self, *, now: datetime, run: RunId | None = None, workflow: str | None = None) -> int:
        link, due = self._unit.link, written(now)
        self._unit.lanes.clear()
        if run is not None:
            changed = link.change(_HURRY_RUN, now=due, run_=run)
            self._unit.freed.add(run)
        elif workflow is not None:
            changed = link.change(_HURRY_WORKFLOW, now=due, workflow=workflow)
        else:
            changed = link.change(_HURRY, now=due)
        self._unit.expect(now)  # what was born in a pause is due as well
        return changed

    def next_due(self, *, after: datetime) -> datetime | None:
        row = self._unit.link.row(_NEXT_DUE, after=written(after))
        return moment(row[0]) if row else None

    def release(self, owner: str | None) -> int:
        self._unit.lanes.clear()
        if owner is None:
            return self._unit.link.change(_RELEASE_ALL)
        return self._unit.link.change(_RELEASE, owner=owner)

    def drop_wakes(self, run: RunId, step: str | None = None) -> None:
        if step is None:
            self._unit.link.change(_DROP_WAKES, run=run)
        else:
            self._unit.link.change(_DROP_WAKES_OF_STEP, run=run, step=step)
