"""What the store knows of the times at which the clock starts a workflow: since when there are any, and which are done.

Nothing is remembered for it but the runs themselves, and in the record the times that were passed over.
"""

import tomllib
from datetime import datetime

from bot.application.parts import Parts
from bot.application.start import Request, trigger_of
from bot.domain.brief import Brief, Overlap, Triggers
from bot.domain.by_clock import SOURCE, Clock, key_of, stands_since, value_by
from bot.domain.errors import Unknown
from bot.domain.person import Door
from bot.domain.plain import is_object
from bot.domain.run import RunId
from bot.ports.store import Transaction
from bot.ports.version import VersionKind


def is_settled(tx: Transaction, workflow: str, due: datetime) -> bool:
    """Whether that time has started its run, or was passed over."""
    if tx.runs.started_by(workflow, key_of(due)) is not None:
        return True
    return any(passed.due == due for passed in tx.watch.passed_over(workflow))


def run_before(tx: Transaction, workflow: str, triggers: Triggers) -> RunId | None:
    """The run that the clock started and that has not ended, where the brief minds it."""
    return None if triggers.overlap is Overlap.START else tx.runs.going(workflow, f"{SOURCE}{workflow}")


def counts_since(tx: Transaction, workflow: str, brief: Brief, now: datetime) -> datetime | None:
    """From when on a time counts: the brief had this schedule by then, and what it started has surely been kept."""
    named = brief.triggers.schedule, brief.triggers.time_zone
    history = tx.versions.history(VersionKind.BRIEF, workflow)
    since = stands_since(named, ((_clock_in(one.text), one.at) for one in history))
    return max(since, now - brief.data.keep_entries) if since is not None else None


def with_clock(parts: Parts, tx: Transaction, workflow: str, brief: Brief) -> Brief:
    """A brief as it is; of a workflow that does not load any more, with the clock it went by when it last did."""
    if brief.triggers.schedule or not parts.library.trouble(workflow):
        return brief
    last = tx.versions.current(VersionKind.BRIEF, workflow)
    schedule, time_zone = _clock_in(last.text) if last is not None else ("", "UTC")
    triggers = brief.triggers.model_copy(update={"schedule": schedule, "time_zone": time_zone})
    return brief.model_copy(update={"triggers": triggers})


def request_by_clock(parts: Parts, workflow: str, brief: Brief, due: datetime) -> Request:
    """The clock asks for it, nobody else: so whoever may decide in this workflow may decide on this run."""
    owner = parts.directory.named(brief.owner)
    if owner is None:
        raise Unknown(f"{brief.owner}, who owns {workflow}, is not known here now.")
    value = value_by(trigger_of(parts.library.current(workflow)), brief.triggers, due)
    return Request(workflow, value, Door.SCHEDULE, owner.team, None, f"{SOURCE}{workflow}", key_of(due))


def _clock_in(text: str) -> Clock:
    """What a version of a brief named; no schedule where it cannot be read."""
    try:
        triggers = tomllib.loads(text).get("triggers")
    except tomllib.TOMLDecodeError:
        triggers = None
    said = triggers if is_object(triggers) else dict[str, object]()
    return str(said.get("schedule", "")), str(said.get("time_zone", "UTC"))
