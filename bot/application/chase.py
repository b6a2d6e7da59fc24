"""Nothing waits unwatched: what is wrong is found once a minute, recorded, and told once to whoever is responsible.

Finding reads the store and the directory and never waits for anybody. Telling comes after, and is durable: whom nobody
could reach is told in a later round, and until then the log and the readiness of the bot say so.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from bot.application.alarm import tell_untold
from bot.application.missing import missing
from bot.application.parts import Parts
from bot.application.present import people_of
from bot.domain.alert import (
    LATE,
    MOST_LEASES,
    STILL,
    TELLS_WHEN_OVER,
    WEEKS,
    Alert,
    AlertKind,
    is_deserted,
    is_silent,
    over,
    words,
)
from bot.domain.attendance import Link
from bot.domain.audit.entry import Entry, EntryKind, Note
from bot.domain.brief import Brief
from bot.domain.gate import chain_of
from bot.domain.person import ENGINE
from bot.domain.presence import seat_of
from bot.domain.subscriber import alerts_of
from bot.ports.store import Transaction

logger = logging.getLogger(__name__)

ALERTS = "alerts"
"""The chain of what was wrong, and when."""
MOST_AT_ONCE = 1_000
"""Of one workflow; what is beyond comes in the next round."""


async def chase(parts: Parts) -> None:
    """Look once; record and tell what is new, and what is over."""
    now = parts.clock.now()
    raised, cleared = await parts.store.run(lambda tx: _look(parts, tx, now))
    for some in _batches(raised):
        logger.warning("%s", words(some, now), extra={"action": "alert.raised", "kind": some[0].kind.value})
    for one in cleared:
        logger.info("%s", over(one), extra={"action": "alert.cleared", "kind": one.kind.value})
    await tell_untold(parts)


def _look(parts: Parts, tx: Transaction, now: datetime) -> tuple[list[Alert], list[Alert]]:
    """What is wrong since the last look, and what is over."""
    briefs = {name: parts.library.responsible(name) for name in parts.library.every()}
    decided = tx.watch.follow()
    waits = [one for name, brief in briefs.items() for one in _overdue(tx, name, brief, now)]
    standing, known = {one.key: one for one in _standing(parts, tx, briefs, now)}, tx.watch.alerts()
    raised = [*waits, *(one for key, one in standing.items() if key not in known)]
    cleared = [one for key, one in known.items() if key not in standing]
    tx.watch.raise_(raised)
    tx.watch.clear(decided, tell=False)
    for one in cleared:
        tx.watch.clear([one.key], tell=one.kind in TELLS_WHEN_OVER)
    entries = [_entry(EntryKind.ALERT_RAISED, some, now) for some in _batches(raised)]
    entries += [_entry(EntryKind.ALERT_CLEARED, some, now) for some in _batches(cleared)]
    entries += [_decided(decided, now)] if decided else []
    if entries:
        tx.records.write(ALERTS, entries)
    return raised, cleared


def _batches(alerts: Sequence[Alert]) -> Iterator[list[Alert]]:
    """Those of one kind and workflow together."""
    ordered = sorted(alerts, key=lambda one: (one.kind, one.workflow, one.since))
    for _, some in groupby(ordered, key=lambda one: (one.kind, one.workflow)):
        yield [*some]


def _entry(kind: EntryKind, some: Sequence[Alert], now: datetime) -> Entry:
    first = some[0]
    notes: dict[str, Note] = {"reason": first.kind.value, "count": len(some), "until": first.since.isoformat()}
    notes |= {"workflow": first.workflow} if first.workflow else {}
    notes |= {"records": ", ".join(one.run for one in some[:20])} if first.run else {}
    return Entry(kind, now, ENGINE.kind, ENGINE.ref, notes=notes)


def _decided(keys: Sequence[str], now: datetime) -> Entry:
    """Waits that were alerted of and have ended."""
    runs = ", ".join(key.rpartition("/")[2] for key in keys[:20])
    notes: dict[str, Note] = {"reason": AlertKind.WAITS.value, "count": len(keys), "records": runs}
    return Entry(EntryKind.ALERT_CLEARED, now, ENGINE.kind, ENGINE.ref, notes=notes)


# --- what is wrong ---------------------------------------------------------------------------------------------------


def _overdue(tx: Transaction, name: str, brief: Brief, now: datetime) -> tuple[Alert, ...]:
    return tx.watch.overdue(name, now - brief.limits.alert_after, limit=MOST_AT_ONCE)


def _standing(parts: Parts, tx: Transaction, briefs: Mapping[str, Brief], now: datetime) -> Iterator[Alert]:
    """Everything that is wrong as long as it is found."""
    yield from tx.watch.stuck(now - STILL, MOST_LEASES)
    yield from tx.watch.late(now - LATE)
    yield from _deserted(parts, tx, briefs, now)
    yield from (one for name, brief in briefs.items() if (one := missing(parts, tx, name, brief, now)) is not None)
    yield from _silent(tx, briefs, now)
    yield from alerts_of(tx.subscribers.troubled(), now)


def _deserted(parts: Parts, tx: Transaction, briefs: Mapping[str, Brief], now: datetime) -> Iterator[Alert]:
    for workflow, what, since in tx.watch.asked():
        group, brief = what.rpartition(": ")[2], briefs.get(workflow)
        if brief is not None and group in brief.reviewers and is_deserted(_links(parts, brief, group, now)):
            yield Alert(AlertKind.EMPTY, workflow, since, about=what)


def _links(parts: Parts, brief: Brief, group: str, now: datetime) -> Iterator[Link]:
    """Who of a chain is there, whatever each may say about one run."""
    for name in chain_of(group, brief):
        seats = [seat_of(one, parts.directory.person, now) for one in people_of(name, brief, parts.directory)]
        there = tuple(seat.there for seat in seats if seat.there is not None)
        yield Link(name, there, tuple(one for seat in seats for one in seat.passed))


def _silent(tx: Transaction, briefs: Mapping[str, Brief], now: datetime) -> Iterator[Alert]:
    today = tx.watch.started(now)
    before = [tx.watch.started(now - timedelta(weeks=weeks), until=now.hour) for weeks in range(1, WEEKS + 1)]
    for name in briefs:
        if is_silent(today.get(name, 0), [day.get(name, 0) for day in before]):
            yield Alert(AlertKind.SILENCE, name, now.replace(hour=0, minute=0, second=0, microsecond=0))
