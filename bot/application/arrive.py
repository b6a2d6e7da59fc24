"""An event comes in that a `wait` was also waiting for: it ends there, in every run that the event is for."""

import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from bot.application.conclude import keep
from bot.application.move import move, storable
from bot.application.parts import Parts
from bot.domain.event import Changed, Started, Woken
from bot.domain.expected import is_expected
from bot.domain.person import ENGINE, Actor, ActorKind, Door
from bot.domain.plain import Plain
from bot.domain.run import Run, RunId, RunState
from bot.domain.terms import Terms
from bot.ports.queries import RunFilter
from bot.ports.store import Transaction

logger = logging.getLogger(__name__)

A_PAGE = 200


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that happened outside, as the fact that a wait names."""

    workflow: str
    step: str
    value: Mapping[str, Plain]
    source: str
    """Who says so: `webhook:x`."""
    delivery: str
    """What brought it; the record of each run names it."""
    door: Door = Door.WEBHOOK


async def arrive(parts: Parts, arrival: Arrival) -> tuple[RunId, ...]:
    """The runs whose wait it ended, each in a unit of work of its own. Doing it again ends none twice."""
    ended = [run.id async for run in _waiting(parts, arrival) if await _end(parts, arrival, run.id)]
    if not ended:
        said = "Nobody waits at %s of %s for what came in, so it ended nothing."
        extra = {"action": "event.unexpected", "delivery": arrival.delivery}
        logger.info(said, arrival.step, arrival.workflow, extra=extra)
    return tuple(ended)


async def _waiting(parts: Parts, arrival: Arrival) -> AsyncIterator[Run]:
    """The runs that it is for, as they stand now."""
    last: RunId | None = None
    states = (RunState.WAITING, RunState.PARKED)
    while True:
        which = RunFilter(arrival.workflow, states, limit=A_PAGE, before=last)
        lines = await parts.store.queries.runs(which)
        for line in lines:
            run = await parts.store.queries.run(line.id)
            if _is_for(parts, arrival, run):
                yield run
        if len(lines) < A_PAGE:
            return
        last = lines[-1].id


def _is_for(parts: Parts, arrival: Arrival, run: Run) -> bool:
    """What it says is compared as it would have been stored: a run keeps no secret of what it began with."""
    terms = parts.terms(run)
    if not terms.definition.steps:
        return False
    began = Started(parts.clock.now(), ENGINE, arrival.value)
    event = storable(parts.redactor, run, began, terms).value
    return is_expected(run, arrival.step, trigger=terms.definition.trigger.name, event=event)


async def _end(parts: Parts, arrival: Arrival, id: RunId) -> bool:
    def work(tx: Transaction) -> bool:
        run = tx.runs.load(id)
        if not _is_for(parts, arrival, run):
            return False
        terms, at = parts.terms(run), parts.clock.now()
        run = _parked_if_changed(parts, tx, run, terms)
        actor = Actor(ActorKind.WEBHOOK, arrival.source, arrival.door)
        woken = Woken(at, actor, arrival.step, by_event=True, delivery=arrival.delivery)
        tx.outbox.drop_wakes(id, arrival.step)
        keep(tx, run, move(parts, run, woken, terms))
        return True

    return await parts.store.run(work)


def _parked_if_changed(parts: Parts, tx: Transaction, run: Run, terms: Terms) -> Run:
    """After a deploy that changed what it has ahead, its owner says how it goes on; the event counts all the same."""
    changed = parts.library.changed_ahead(run)
    if not changed or run.state is RunState.PARKED:
        return run
    return keep(tx, run, move(parts, run, Changed(parts.clock.now(), ENGINE, changed), terms))
