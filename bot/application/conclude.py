"""Record what became of an effect: the outcome, the run's move and the end of the lease, in one unit of work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.application.begin import begin_early
from bot.application.move import move, storable_attempts
from bot.application.parts import Parts
from bot.domain.attempt import Attempt
from bot.domain.effect import Execute, Read
from bot.domain.event import Delayed, Event, Failed, Problem, Retried
from bot.domain.machine import Moved
from bot.domain.person import ENGINE
from bot.domain.retrying import Patience, next_try
from bot.domain.run import ActionStatus, Run
from bot.domain.wanted import is_held_up
from bot.ports.store import Lease, Transaction

UNTIL_RESUMED = timedelta(days=3650)
"""How far an effect of a paused run is put off; resuming brings it back."""


_AT_IT = frozenset({ActionStatus.BEGUN, ActionStatus.UNDOING, ActionStatus.IN_DOUBT})


async def conclude(
    parts: Parts,
    lease: Lease,
    event: Event | Callable[[Transaction, Run], Event],
    *,
    attempts: Sequence[Attempt] = (),
    also: Callable[[Transaction, Run], None] | None = None,
    keep_until: timedelta | None = None,
    tried: bool = False,
    patient: bool = False,
) -> Run | None:
    """The run after the event; None where the lease was lost, and then nothing is recorded.

    An event that rests on what the store holds is made with it, in the same unit of work.
    The effect is through with it, unless it is kept for later, as `tried` or not. Where nobody waits for it, it may
    share a commit.
    """
    later = parts.clock.now() + keep_until if keep_until is not None else None

    def work(tx: Transaction) -> Run | None:
        if not (tx.outbox.finish(lease) if later is None else tx.outbox.postpone(lease, later, tried=tried)):
            return None
        run = tx.runs.load(lease.run)
        happened = event(tx, run) if callable(event) else event
        if attempts:
            tx.records.attempts(lease.run, getattr(happened, "step", ""), storable_attempts(parts.redactor, attempts))
        if also is not None:
            also(tx, run)
        moved = move(parts, run, happened, parts.terms(run))
        return keep(tx, run, begin_early(parts, tx, moved, at=happened.at))

    return await parts.store.run(work, patient=patient)


def keep(tx: Transaction, before: Run, moved: Moved) -> Run:
    """Store a move, unless it changed nothing."""
    if moved.run is before and not moved.entries and not moved.effects:
        return before
    after = tx.runs.save(moved)
    if acting(before) and not acting(after):
        tx.limits.unlock_records(after.id)
    if after.ended and not before.ended:
        tx.outbox.drop_wakes(after.id)
    return after


def acting(run: Run) -> bool:
    """Whether a run is at an external record, or may have been and nobody knows: it holds its locks as long."""
    return any(action.status in _AT_IT for action in run.actions)


async def drop(parts: Parts, lease: Lease) -> None:
    """End an effect that nobody needs any more."""
    await parts.store.run(lambda tx: tx.outbox.finish(lease), patient=True)


async def put_off(parts: Parts, lease: Lease, until: datetime) -> None:
    """Give an effect back until then, untried."""
    await parts.store.run(lambda tx: tx.outbox.postpone(lease, until, tried=False))


async def hold(parts: Parts, lease: Lease) -> None:
    """Put an effect off until its run is resumed. Where that has happened since somebody looked, it is due at once."""

    def work(tx: Transaction) -> None:
        run, now = tx.runs.load(lease.run), parts.clock.now()
        paused = run.paused or bool(tx.limits.paused(run.workflow))
        held = is_held_up(run, lease.effect, paused=paused)
        kept = tx.outbox.postpone(lease, now + UNTIL_RESUMED if held else now, tried=False)
        if not (kept and held and isinstance(lease.effect, Execute | Read)):
            return
        why = "It is paused." if paused else "The run is parked."
        keep(tx, run, move(parts, run, Delayed(now, ENGINE, why), parts.library.pinned(run)))

    await parts.store.run(work)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    """What went wrong with an effect, and how long its owner wants it to be tried."""

    step: str
    text: str
    patience: Patience
    asked: timedelta | None = None
    """How long the other side asked us to wait."""
    n: int = 0
    sure: bool = True
    """Whether it is certain that nothing happened."""
    attempts: Sequence[Attempt] = ()
    otherwise: Event | None = None
    """What to record once enough is enough; a failure where nothing else is said."""
    also: Callable[[Transaction, Run], None] | None = None


async def try_again_or_fail(parts: Parts, lease: Lease, mishap: Mishap) -> None:
    """Put a failed effect off to its next try, each try a row; give up where enough is enough."""
    now = parts.clock.now()
    until = next_try(
        patience=mishap.patience,
        attempt=lease.attempt,
        since=lease.created_at,
        now=now,
        seed=f"{lease.run}/{lease.id}",
        asked=mishap.asked,
    )
    if until is None:
        await conclude(
            parts, lease, mishap.otherwise or _failed(lease, mishap, now), attempts=mishap.attempts, also=mishap.also
        )
    else:
        await parts.store.run(lambda tx: _put_off(parts, tx, lease, mishap, now=now, until=until))


def _failed(lease: Lease, mishap: Mishap, now: datetime) -> Failed:
    words = f"{mishap.text} It was tried {lease.attempt} times."
    return Failed(now, ENGINE, mishap.step, Problem.UNAVAILABLE, words, n=mishap.n, attempt=lease.attempt)


def _put_off(parts: Parts, tx: Transaction, lease: Lease, mishap: Mishap, *, now: datetime, until: datetime) -> None:
    if not tx.outbox.postpone(lease, until):
        return
    run = tx.runs.load(lease.run)
    if mishap.attempts:
        tx.records.attempts(lease.run, mishap.step, storable_attempts(parts.redactor, mishap.attempts))
    if mishap.also is not None:
        mishap.also(tx, run)
    retried = Retried(now, ENGINE, mishap.step, lease.attempt, mishap.text, until, n=mishap.n, sure=mishap.sure)
    keep(tx, run, move(parts, run, retried, parts.terms(run)))
