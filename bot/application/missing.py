"""What the clock should have started and has not, for an alert: nothing that anybody said, nor any value."""

from datetime import datetime
from itertools import takewhile

from bot.application.parts import Parts
from bot.application.start import prepare, refuse_flood
from bot.application.timetable import counts_since, is_settled, request_by_clock, run_before, with_clock
from bot.domain.alert import Alert, AlertKind
from bot.domain.brief import Brief, Missed
from bot.domain.by_clock import GRACE, MOST_CAUGHT_UP, Turn, schedule_of
from bot.domain.cron import Schedule, due_until, last_due
from bot.domain.errors import BotError, OverLimit
from bot.ports.store import Transaction


def missing(parts: Parts, tx: Transaction, workflow: str, brief: Brief, now: datetime) -> Alert | None:
    """The last time that should have started a run by now, or that was one too many to catch up since."""
    brief = with_clock(parts, tx, workflow, brief)
    triggers = brief.triggers
    schedule = schedule_of(triggers)
    due = last_due(schedule, now - GRACE) if schedule is not None else None
    if schedule is None or due is None:
        return None
    if any(is_settled(tx, workflow, one) for one in _counting(schedule, triggers.missed, due, now)):
        return _beyond(tx, workflow, due) if triggers.missed is Missed.ALL else None
    since = counts_since(tx, workflow, brief, now)
    if since is None or since > due or run_before(tx, workflow, triggers) is not None:
        return None
    return Alert(AlertKind.SCHEDULE, workflow, due, about=_what_holds(parts, tx, workflow, due))


def _counting(schedule: Schedule, missed: Missed, due: datetime, now: datetime) -> tuple[datetime, ...]:
    """The times of which one is enough: a later one takes the place of this, unless each is caught up."""
    if missed is Missed.ALL:
        return (due,)
    return tuple(takewhile(lambda one: one >= due, due_until(schedule, now)))


def _beyond(tx: Transaction, workflow: str, due: datetime) -> Alert | None:
    """Until the next time it is said that some were not caught up."""
    for passed in tx.watch.passed_over(workflow):
        if passed.why is Turn.BEYOND and passed.at >= due:
            about = f"more than {MOST_CAUGHT_UP} times were missed, which are not all caught up"
            return Alert(AlertKind.SCHEDULE, workflow, passed.due, about=about)
    return None


def _what_holds(parts: Parts, tx: Transaction, workflow: str, due: datetime) -> str:
    """Why nothing was started. Empty where nothing holds it."""
    if parts.library.trouble(workflow):
        return "it does not load"
    if tx.limits.paused(workflow):
        return "it is paused"
    try:
        run, _, terms = prepare(parts, request_by_clock(parts, workflow, parts.library.current(workflow).brief, due))
        refuse_flood(tx, run, terms.brief)
    except OverLimit:
        return "its limits are used up"
    except BotError:
        return "it cannot be started as its brief is now"
    return ""
