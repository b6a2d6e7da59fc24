"""Start what is due by the clock: each workflow once for each time its brief names, whoever looks, and however often.

What was missed while nobody looked is caught up by the next look, as far as the brief says; the clock may go back and
forth; and the brief counts as it is now.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile

from bot.application.parts import Parts
from bot.application.start import admit, prepare, refuse_flood
from bot.application.timetable import counts_since, is_settled, request_by_clock, run_before
from bot.domain.audit.entry import Entry, EntryKind, Note
from bot.domain.brief import Brief, Missed
from bot.domain.by_clock import MOST_CAUGHT_UP, SOURCE, Passed, Turn, chain_of, key_of, said_of, schedule_of, turn
from bot.domain.cron import Schedule, due_until
from bot.domain.errors import AlreadyDecided, Refused
from bot.domain.person import ActorKind
from bot.domain.run import RunId
from bot.ports.store import Transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Owed:
    """What one workflow has to start."""

    workflow: str
    brief: Brief
    times: tuple[datetime, ...]
    """The oldest first."""
    beyond: datetime | None
    """The last of those that are too many to catch up."""


async def start_by_clock(parts: Parts) -> tuple[RunId, ...]:
    """Start everything that is due and was not started; what cannot be is tried again by the next look."""
    now, names = parts.clock.now(), parts.library.names()
    briefs = [(name, parts.library.current(name).brief) for name in names]
    clocks = [(name, brief, found) for name, brief in briefs if (found := schedule_of(brief.triggers)) is not None]
    if not clocks:
        return ()
    owed = await parts.store.run(lambda tx: [_owed(tx, *clock, now) for clock in clocks])
    return tuple([run for one in owed for run in await _catch_up(parts, one)])


def _owed(tx: Transaction, workflow: str, brief: Brief, schedule: Schedule, now: datetime) -> _Owed:
    """The times since the last one that is settled, as far back as the brief goes."""
    reach = MOST_CAUGHT_UP + 1 if brief.triggers.missed is Missed.ALL else 1
    latest = islice(due_until(schedule, now), reach)
    left = [*takewhile(lambda due: not is_settled(tx, workflow, due), latest)]
    since = counts_since(tx, workflow, brief, now) if left else None
    times = [due for due in reversed(left) if since is not None and since <= due]
    beyond = times.pop(0) if len(times) > MOST_CAUGHT_UP else None
    return _Owed(workflow, brief, tuple(times), beyond)


async def _catch_up(parts: Parts, owed: _Owed) -> list[RunId]:
    """One after the other, so that what comes first is first; what cannot be started holds up those after it."""
    started = list[RunId]()
    for due in owed.times:
        try:
            came = await _serve(parts, owed, due)
        except Refused as refused:
            logger.info(
                "%s was not started by the clock: %s", owed.workflow, refused, extra={"action": "clock.refused"}
            )
            break
        if came is Turn.WAIT:
            break
        started += [] if isinstance(came, Turn) else [came]
    return started


async def _serve(parts: Parts, owed: _Owed, due: datetime) -> RunId | Turn:
    """Start the run of one time, or do what the brief says; `START` where another process was faster."""
    prepared = prepare(parts, request_by_clock(parts, owed.workflow, owed.brief, due))
    run = prepared[0]

    def work(tx: Transaction) -> tuple[RunId | Turn, list[Passed]]:
        if is_settled(tx, owed.workflow, due):
            return Turn.START, []
        before = run_before(tx, owed.workflow, owed.brief.triggers)
        does = turn(owed.brief.triggers, due, run.started_at, going=before is not None)
        if does is Turn.START:
            admit(parts, tx, prepared)
        else:
            refuse_flood(tx, run, owed.brief)  # what is held is not passed over: it waits, and an alert says why
        passed = [Passed(at, why, run.started_at) for at, why in _passed_over(owed, due, does)]
        for one in passed:
            tx.records.write(chain_of(owed.workflow), [_entry(owed.workflow, one, before)])
        return (run.id if does is Turn.START else does), passed

    try:
        came, passed = await parts.store.run(work)
    except AlreadyDecided:
        return Turn.START
    for one in passed:
        level = logging.WARNING if one.why is Turn.BEYOND else logging.INFO
        logger.log(level, "%s", said_of(owed.workflow, one), extra={"action": "clock.passed_over"})
    return came


def _passed_over(owed: _Owed, due: datetime, does: Turn) -> Iterator[tuple[datetime, Turn]]:
    """The times that start nothing, now that this is done about one; those that are too many go with the first."""
    if does is Turn.WAIT:
        return
    if owed.beyond is not None and due == owed.times[0]:
        yield owed.beyond, Turn.BEYOND
    if does is not Turn.START:
        yield due, does


def _entry(workflow: str, passed: Passed, before: RunId | None) -> Entry:
    notes: dict[str, Note] = {"workflow": workflow, "key": key_of(passed.due), "reason": passed.why.value}
    notes |= {"records": before} if before is not None else {}
    return Entry(EntryKind.CLOCK_PASSED_OVER, passed.at, ActorKind.SCHEDULE, f"{SOURCE}{workflow}", notes=notes)
