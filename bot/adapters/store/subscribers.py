"""Who is sent events, in SQL: a place in the record for each of them, and what comes after it.

The record has one writer at a time, so its entries are numbered in the order in which they are committed, and nothing
ever appears before a number that was seen. On Postgres a number is given before its commit: there, whoever reads has to
stop below the oldest transaction that is still open.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from bot.adapters.store.codec import moment, moment_or_none
from bot.adapters.store.statement import Row, Rows, Statement, Upsert
from bot.adapters.store.subscriber_table import SUBSCRIBER
from bot.adapters.store.tables import ENTRY, RUN
from bot.adapters.store.unit import Unit
from bot.domain.audit.entry import NOTE_NAMES, EntryKind
from bot.domain.cloud_event import NOTES, Happened
from bot.domain.person import ActorKind
from bot.domain.subscriber import Batch, Standing, Subscriber, Trouble
from bot.ports.queries import Heap, Owed

MOST = 100_000
"""So many are counted; how many more wait is nobody's question then."""

_S = SUBSCRIBER.c
_of_name = _S.name == bindparam("name_")
_STANDING = (_S.name, _S.position, _S.trouble, _S.why, _S.tries, _S.since)
_newest = select(func.coalesce(func.max(ENTRY.c.id), 0))
_NEWEST = Statement(_newest)
_ADD = Statement(Upsert(SUBSCRIBER, keys=("name",)))
_ONE = Statement(select(*_STANDING, _S.kinds, _S.workflows).where(_of_name))
_WANTS = Statement(
    SUBSCRIBER.update().where(_of_name).values(kinds=bindparam("kinds"), workflows=bindparam("workflows"))
)
_REACHED = Statement(
    SUBSCRIBER.update()
    .where(_of_name, _S.position <= bindparam("position"))
    .values(position=bindparam("position"), trouble="", why="", tries=0, since=None)
)
_STUMBLED = Statement(
    SUBSCRIBER.update()
    .where(_of_name)
    .values(
        trouble=bindparam("trouble"),
        why=bindparam("why"),
        tries=_S.tries + 1,
        since=func.coalesce(_S.since, bindparam("now")),
    )
)
_TROUBLED = Statement(select(*_STANDING).where(_S.trouble != "").order_by(_S.name))
_NAMES = Statement(select(_S.name))
_FORGET = Statement(SUBSCRIBER.delete().where(_of_name))

_NOTES = sorted({name for names in NOTES.values() for name in names} & NOTE_NAMES)
_E = ENTRY.c
_TOLD = (_E.id, _E.chain, _E.seq, _E.hash, _E.kind, _E.at, _E.actor_kind, _E.run, RUN.c.workflow, RUN.c.stage)
_HAPPENED = (*_TOLD, _E.step, _E.attempt, *[_E[name] for name in _NOTES])


class SqlSubscribers:
    """`Subscribers`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def standing(self, who: Subscriber) -> Standing:
        link, wants = self._unit.link, {"kinds": " ".join(who.of), "workflows": " ".join(who.workflows)}
        row = link.row(_ONE, name_=who.name)
        if row is None:
            (newest,) = link.row(_NEWEST) or (0,)
            new = {"name": who.name, "position": newest, "trouble": "", "why": "", "tries": 0}
            link.change(_ADD, since=None, **new, **wants)
            return Standing(name=who.name, position=newest)
        if row[6:] != (*wants.values(),):
            link.change(_WANTS, name_=who.name, **wants)
        return _standing(row[:6])

    def reached(self, name: str, position: int) -> None:
        self._unit.link.change(_REACHED, name_=name, position=position)

    def stumbled(self, name: str, trouble: Trouble, why: str) -> Standing:
        self._unit.link.change(_STUMBLED, name_=name, trouble=trouble.value, why=why, now=self._unit.now)
        row = self._unit.link.row(_ONE, name_=name)
        return _standing(row[:6]) if row is not None else Standing(name=name, position=0, trouble=trouble, tries=1)

    def troubled(self) -> tuple[Standing, ...]:
        return tuple(map(_standing, self._unit.link.rows(_TROUBLED)))

    def keep(self, names: Collection[str]) -> None:
        for (name,) in self._unit.link.rows(_NAMES):
            if name not in names:
                self._unit.link.change(_FORGET, name_=name)


def _standing(row: Sequence[object]) -> Standing:
    name, position, trouble, why, tries, since = row
    return Standing(
        name=str(name),
        position=int(str(position)),
        trouble=Trouble(str(trouble)),
        why=str(why),
        tries=int(str(tries)),
        since=moment_or_none(since if isinstance(since, str) else None),
    )


# --- what waits for them ---------------------------------------------------------------------------------------------


async def coming(rows: Rows, who: Subscriber, after: int, limit: int) -> Batch:
    """The next entries for somebody, in the order of the record."""
    newest = (await rows(_newest))[0][0]
    if newest <= after:
        return Batch((), after)
    which = _which([kind.value for kind in who.of], who.workflows, after)
    found = await rows(_joined(_HAPPENED).where(*which, _E.id <= newest).order_by(_E.id).limit(limit))
    entries = tuple(map(_happened, found))
    return Batch(entries, entries[-1].position if len(entries) == limit else newest)


async def owed(rows: Rows) -> tuple[Owed, ...]:
    """What waits for each of them."""
    everybody = await rows(select(*_STANDING, _S.kinds, _S.workflows).order_by(_S.name))
    return tuple([await _owed(rows, row) for row in everybody])


async def _owed(rows: Rows, row: Row) -> Owed:
    *standing, kinds, workflows = row
    stands = _standing(standing)
    which = _which(kinds.split(), workflows.split(), stands.position)
    first = _joined((_E.at,)).where(*which).order_by(_E.id).limit(MOST).subquery()
    ((number, since),) = await rows(select(func.count(), func.min(first.c[0])).select_from(first))
    return Owed(stands, Heap(number, moment_or_none(since)))


def _joined(columns: Sequence[ColumnElement[Any]]) -> Select[*tuple[Any, ...]]:
    return select(*columns).select_from(ENTRY.join(RUN, RUN.c.id == _E.run))


def _which(kinds: Sequence[str], workflows: Sequence[str], after: int) -> tuple[ColumnElement[bool], ...]:
    some = (RUN.c.workflow.in_(workflows),) if workflows else ()
    return (_E.id > after, _E.kind.in_(kinds), *some)


def _happened(row: Row) -> Happened:
    position, chain, seq, hashed, kind, at, by, run, workflow, stage, step, attempt, *notes = row
    return Happened(
        position=position,
        chain=chain,
        seq=seq,
        mark=hashed.hex(),
        kind=EntryKind(kind),
        at=moment(at),
        by=ActorKind(by),
        run=run,
        workflow=workflow,
        stage=stage,
        step=step,
        attempt=attempt,
        notes=dict(zip(_NOTES, notes, strict=True)),
    )
