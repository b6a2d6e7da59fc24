"""What waits for people, and since when: it follows the record, so that no run pays for being watched."""

from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, case, delete, exists, func, insert, literal, select

from bot.adapters.store.meta import META_OF, SET_META
from bot.adapters.store.statement import Statement
from bot.adapters.store.tables import ENTRY, RUN
from bot.adapters.store.unit import Unit
from bot.adapters.store.watched import ALERT, WAIT
from bot.domain.alert import AlertKind
from bot.domain.audit.entry import EntryKind
from bot.domain.run import RunState

FOLLOWED = "followed to"
"""How far the record was followed, by the number of its entries."""
STARTED = "started:"
"""Counters of runs by workflow and hour begin like that."""

_last: BindParameter[int] = bindparam("last")
_changed = select(ENTRY.c.run).where(ENTRY.c.id > _last, ENTRY.c.run.is_not(None))
_standing = case(
    (RUN.c.ended_at.is_not(None), ""),
    (RUN.c.state == RunState.PARKED.value, RunState.PARKED.value),
    else_=RUN.c.waiting_for,
)
_same = exists().where(RUN.c.id == WAIT.c.run, _standing == WAIT.c.standing)
_waits = select(RUN.c.id, RUN.c.workflow, _standing, RUN.c.changed_at).where(RUN.c.ended_at.is_(None), _standing != "")
_new = ~exists().where(WAIT.c.run == RUN.c.id)

_NEWEST = Statement(select(func.max(ENTRY.c.id)))
_END = Statement(delete(WAIT).where(WAIT.c.run.in_(_changed), ~_same))


def _begin(waits: Select[Any, Any, Any, Any]) -> Statement:
    return Statement(insert(WAIT).from_select(["run", "workflow", "standing", "since"], waits))


_BEGIN, _BEGIN_ALL = _begin(_waits.where(RUN.c.id.in_(_changed), _new)), _begin(_waits.where(_new))
_waits_still = exists().where(WAIT.c.run == ALERT.c.run, WAIT.c.since == ALERT.c.since)
_OVER = Statement(
    select(ALERT.c.key).where(
        ALERT.c.key.in_(
            select(literal(f"{AlertKind.WAITS}/") + RUN.c.workflow + literal("/") + RUN.c.id).where(
                RUN.c.id.in_(_changed)
            )
        ),
        ALERT.c.cleared_at.is_(None),
        ~_waits_still,
    )
)
_hour, _day = func.substr(ENTRY.c.at, 12, 2), func.substr(ENTRY.c.at, 1, 10)
_STARTS = Statement(
    select(RUN.c.workflow, _hour, _day, func.count())
    .join(RUN, RUN.c.id == ENTRY.c.run)
    .where(ENTRY.c.id > _last, ENTRY.c.kind == EntryKind.RUN_STARTED.value)
    .group_by(RUN.c.workflow, _hour, _day)
)


def follow(unit: Unit) -> tuple[tuple[str, ...], list[tuple[str, str, str, int]]]:
    """Go on to the newest entry: the keys of alerts about waits that have ended, and how many runs began when."""
    link = unit.link
    newest, known = (link.row(_NEWEST) or (None,))[0] or 0, link.row(META_OF, name=FOLLOWED)
    if known is None:
        link.change(_BEGIN_ALL)
        link.change(SET_META, name=FOLLOWED, value=str(newest))
        return (), []
    last = int(known[0])
    if newest == last:
        return (), []
    link.change(_END, last=last)
    link.change(_BEGIN, last=last)
    link.change(SET_META, name=FOLLOWED, value=str(newest))
    starts = [(workflow, hour, day, number) for workflow, hour, day, number in link.rows(_STARTS, last=last)]
    return tuple(key for (key,) in link.rows(_OVER, last=last)), starts
