"""Carry out one approved intent, or take one back: durable before the first byte leaves, and never blindly twice."""

from datetime import timedelta

from bot.application.begin import InTheWay, begin, find_begun, ids_of
from bot.application.conclude import UNTIL_RESUMED, drop, hold, keep, put_off
from bot.application.errand import Errand, run_errand
from bot.application.move import move
from bot.application.parts import Parts
from bot.application.past import is_from_before, may_have_happened
from bot.domain.acting import find, granted
from bot.domain.effect import Compensate, Execute
from bot.domain.errors import Broken
from bot.domain.event import Delayed
from bot.domain.intent import Intent, Receipt, key_of
from bot.domain.person import ENGINE
from bot.domain.run import Action, ActionStatus, Run, RunState
from bot.domain.value import intent_of
from bot.ports.store import Lease, Transaction
from bot.ports.system import Retry

LOCKED = timedelta(seconds=1)
"""How long to wait for another run that holds the same record."""

FRESH = timedelta(seconds=30)
"""So long after its birth a lease holds until the longest call is through."""


async def execute(parts: Parts, lease: Lease, effect: Execute) -> None:
    """Carry out the n-th action of a step."""
    begun = _begun_at_birth(parts, lease, effect)
    if begun is None:
        begun = await parts.store.run(lambda tx: _begin(parts, tx, lease, effect))
    if begun == UNTIL_RESUMED:
        await hold(parts, lease)
    elif isinstance(begun, timedelta):
        await put_off(parts, lease, parts.clock.now() + begun)
    elif begun is not None:
        run, action, interrupted = begun
        terms = parts.library.pinned(run)
        # What is sent is what the grant says, resolved to the ids that earlier intents of the plan brought back.
        approved = granted(run, terms.definition.step(effect.step)).proposals[effect.n]
        intent = intent_of(approved, terms).resolve(ids_of(run, effect.step))
        await run_errand(parts, lease, terms, _errand(parts, run, action, intent, interrupted=interrupted))


Begun = tuple[Run, Action, bool] | timedelta | None
"""The run and the action to be called now, and whether somebody may have called already; or how long to wait."""


def _begun_at_birth(parts: Parts, lease: Lease, effect: Execute) -> Begun:
    """An action that began in the commit that ordered it. While the lease surely holds, nobody else can have called."""
    action = find_begun(lease.seen, effect.step, effect.n) if lease.seen is not None else None
    if lease.seen is None or action is None or parts.clock.now() > lease.created_at + FRESH:
        return None
    return lease.seen, action, False


def _begin(parts: Parts, tx: Transaction, lease: Lease, effect: Execute) -> Begun:
    """The unit of work before the call: check everything again and make the intent durable."""
    if not tx.outbox.holds(lease):
        return None
    run = tx.runs.load(lease.run)
    action = find(run, effect.step, effect.n)
    if action is None:  # called off since this was ordered
        tx.outbox.finish(lease)
        return None
    if run.paused or tx.limits.paused(run.workflow) or _was_parked(run, action):
        return UNTIL_RESUMED
    if action.status is ActionStatus.BEGUN:
        return run, action, True
    now = parts.clock.now()
    moved = begin(parts, tx, run, action, at=now, since=lease.created_at)
    if isinstance(moved, InTheWay):
        delayed = Delayed(now, ENGINE, f"Run {moved.by} is at {moved.record}.")
        keep(tx, run, move(parts, run, delayed, parts.library.pinned(run)))
        return LOCKED
    after = keep(tx, run, moved)
    begun = find_begun(after, effect.step, effect.n)
    if begun is None:
        tx.outbox.finish(lease)
        return None
    return after, begun, may_have_happened(parts, run, action)


def _was_parked(run: Run, action: Action) -> bool:
    """Whether the run was parked since it was looked at; what is begun already is brought to its end."""
    return run.state is RunState.PARKED and action.status is ActionStatus.PLANNED


def _errand(parts: Parts, run: Run, action: Action, intent: Intent, *, interrupted: bool, key: str = "") -> Errand:
    binding = parts.systems.binding(intent.kind())
    if binding is None:
        raise Broken(f"{intent.kind()} is not connected to any system.")
    return Errand(
        step=action.step,
        n=action.n,
        intent=intent,
        key=key or action.key,
        binding=binding,
        system=parts.systems.of(type(intent).system),
        begun_at=action.begun_at or parts.clock.now(),
        interrupted=interrupted,
        asks_first=is_from_before(parts, run) and binding.retry is not Retry.BLIND,
    )


async def compensate(parts: Parts, lease: Lease, run: Run, effect: Compensate) -> None:
    """Take the n-th action of a step back."""
    terms = parts.library.pinned(run)
    action = find(run, effect.step, effect.n)
    if action is None or action.receipt is None:
        return await drop(parts, lease)
    original = intent_of(action.proposal, terms).resolve(_ids_of_all(run))
    undo = original.undone_by(Receipt.model_validate(action.receipt))
    if undo is None:
        raise Broken(f"{original.kind()} cannot be taken back.")
    key = key_of(run=run.id, step=f"{effect.step} undo", digest=action.key, n=effect.n)
    interrupted = lease.attempt > 1 or lease.token > 1 or is_from_before(parts, run)
    errand = _errand(parts, run, action, undo, interrupted=interrupted, key=key)
    return await run_errand(parts, lease, terms, errand)


def _ids_of_all(run: Run) -> dict[str, str]:
    return {a.proposal.step: str(a.receipt["id"]) for a in run.actions if a.receipt is not None}
