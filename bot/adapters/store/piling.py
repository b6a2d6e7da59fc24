"""What has piled up in front of the bot, in SQL: each heap along an index, and counted up to a limit."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from bot.adapters.store import subscribers
from bot.adapters.store.codec import moment_or_none, written
from bot.adapters.store.statement import Rows
from bot.adapters.store.tables import EFFECT, ENTRY, INBOX, LEAF
from bot.adapters.store.watched import ALERT
from bot.ports.queries import Backlog, Heap

MOST = 100_000
"""So many are counted; how many more there are is nobody's question then."""


async def backlog(rows: Rows, now: datetime) -> Backlog:
    """What waits now."""
    free = or_(EFFECT.c.lease_until.is_(None), EFFECT.c.lease_until <= written(now))
    due = select(EFFECT.c.due_at).where(EFFECT.c.due_at <= written(now), free)
    inbox = select(INBOX.c.received_at).where(INBOX.c.finished_at.is_(None))
    sealed = select(func.coalesce(func.max(LEAF.c.entry), 0)).scalar_subquery()
    unsealed = select(ENTRY.c.at).where(ENTRY.c.id > sealed)
    alerts = select(func.count()).where(ALERT.c.cleared_at.is_(None))
    return Backlog(
        effects=await _heap(rows, due, EFFECT.c.due_at),
        deliveries=await _heap(rows, inbox, INBOX.c.received_at),
        unsealed=await _heap(rows, unsealed, ENTRY.c.id),
        alerts=(await rows(alerts))[0][0],
        doors=await _by_door(rows),
        owed=await subscribers.owed(rows),
    )


async def _heap(rows: Rows, which: Select[tuple[str]], oldest: ColumnElement[object]) -> Heap:
    """How many there are, and since when the first of them in this order is."""
    first = which.order_by(oldest).limit(MOST).subquery()
    ((number, since),) = await rows(select(func.count(), func.min(first.c[0])).select_from(first))
    return Heap(number, moment_or_none(since))


async def _by_door(rows: Rows) -> dict[str, int]:
    """What lies in the inbox, by the word that its source begins with."""
    some = select(INBOX.c.source).where(INBOX.c.finished_at.is_(None)).limit(MOST).subquery()
    doors = dict[str, int]()
    for source, number in await rows(select(some.c.source, func.count()).group_by(some.c.source)):
        door = str(source).partition(":")[0]
        doors[door] = doors.get(door, 0) + number
    return doors
