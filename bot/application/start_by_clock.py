"""Start what is due by the clock: each workflow once for each time its brief names, whoever looks, and however often.

Nothing is remembered but the runs themselves. So what was missed while nobody looked is caught up by the next look, as
long as no other time has come since; the clock may go back and forth; and the brief counts as it is now.
"""

import logging
import tomllib
from datetime import datetime

from bot.application.parts import Parts
from bot.application.start import Request, admit, prepare, refuse_flood, trigger_of
from bot.domain.brief import Brief
from bot.domain.by_clock import SOURCE, due_by, key_of, stands_since, value_by
from bot.domain.errors import AlreadyDecided, BotError, OverLimit, Refused, Unknown
from bot.domain.person import Door
from bot.domain.plain import is_object
from bot.domain.run import RunId
from bot.ports.store import Transaction
from bot.ports.version import VersionKind

logger = logging.getLogger(__name__)


async def start_by_clock(parts: Parts) -> tuple[RunId, ...]:
    """Start everything that is due and was not started; what cannot be is tried again by the next look."""
    now, names = parts.clock.now(), parts.library.names()
    briefs = [(name, parts.library.current(name).brief) for name in names]
    due = [(name, brief, at) for name, brief in briefs if (at := due_by(brief.triggers.schedule, now)) is not None]
    if not due:
        return ()

    def left(tx: Transaction) -> list[tuple[str, Brief, datetime]]:
        return [one for one in due if _is_left(tx, *one)]

    started = list[RunId]()
    for name, brief, at in await parts.store.run(left):
        try:
            run = await _start(parts, name, brief, at)
        except Refused as refused:
            logger.info("%s was not started by the clock: %s", name, refused, extra={"action": "clock.refused"})
            continue
        started += [run] if run is not None else []
    return tuple(started)


def what_holds(parts: Parts, tx: Transaction, workflow: str, due: datetime) -> str:
    """Why nothing was started, for an alert: nothing that anybody said, nor any value. Empty where nothing holds it."""
    if parts.library.trouble(workflow):
        return "it does not load"
    if tx.limits.paused(workflow):
        return "it is paused"
    try:
        run, _, terms = prepare(parts, _request(parts, workflow, parts.library.current(workflow).brief, due))
        refuse_flood(tx, run, terms.brief)
    except OverLimit:
        return "its limits are used up"
    except BotError:
        return "it cannot be started as its brief is now"
    return ""


def schedule_of(parts: Parts, tx: Transaction, workflow: str, brief: Brief) -> str:
    """What a brief names; of a workflow that does not load any more, what it named when it last did."""
    if brief.triggers.schedule or not parts.library.trouble(workflow):
        return brief.triggers.schedule
    last = tx.versions.current(VersionKind.BRIEF, workflow)
    return _schedule_in(last.text) if last is not None else ""


def was_named(tx: Transaction, workflow: str, schedule: str, due: datetime) -> bool:
    """Whether the brief had this schedule by then: what is named later starts nothing afterwards."""
    history = tx.versions.history(VersionKind.BRIEF, workflow)
    since = stands_since(schedule, ((_schedule_in(one.text), one.at) for one in history))
    return since is not None and since <= due


def _is_left(tx: Transaction, workflow: str, brief: Brief, due: datetime) -> bool:
    if tx.runs.started_by(workflow, key_of(due)) is not None:
        return False
    return was_named(tx, workflow, brief.triggers.schedule, due)


async def _start(parts: Parts, workflow: str, brief: Brief, due: datetime) -> RunId | None:
    """None where another process was faster."""
    prepared = prepare(parts, _request(parts, workflow, brief, due))

    def work(tx: Transaction) -> RunId | None:
        if tx.runs.started_by(workflow, prepared[0].origin.key) is not None:
            return None
        admit(parts, tx, prepared)
        return prepared[0].id

    try:
        return await parts.store.run(work)
    except AlreadyDecided:
        return None


def _request(parts: Parts, workflow: str, brief: Brief, due: datetime) -> Request:
    """The clock asks for it, nobody else: so whoever may decide in this workflow may decide on this run."""
    owner = parts.directory.named(brief.owner)
    if owner is None:
        raise Unknown(f"{brief.owner}, who owns {workflow}, is not known here now.")
    value = value_by(trigger_of(parts.library.current(workflow)), brief.triggers, due)
    return Request(workflow, value, Door.SCHEDULE, owner.team, None, f"{SOURCE}{workflow}", key_of(due))


def _schedule_in(text: str) -> str:
    """What a version of a brief named; nothing where it cannot be read."""
    try:
        triggers = tomllib.loads(text).get("triggers")
    except tomllib.TOMLDecodeError:
        return ""
    return str(triggers.get("schedule", "")) if is_object(triggers) else ""
