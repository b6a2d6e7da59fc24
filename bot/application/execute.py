"""Carry out one approved intent, or take one back: durable before the first byte leaves, and never blindly twice."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bot.application.allowance import refuse_over_limit
from bot.application.conclude import UNTIL_RESUMED, Mishap, conclude, drop, keep, put_off, try_again_or_fail
from bot.application.parts import Parts
from bot.application.past import is_from_before, may_have_happened
from bot.application.patience import patience_of
from bot.domain.acting import find, gate_of, granted
from bot.domain.effect import Compensate, Execute
from bot.domain.errors import BotError, Broken, Transient, Uncertain
from bot.domain.event import Begun, Done, Failed, OutcomeUnknown, Problem
from bot.domain.gate import still_allowed
from bot.domain.intent import Intent, Receipt, key_of
from bot.domain.machine import advance
from bot.domain.person import ENGINE, Actor, ActorKind, PersonId
from bot.domain.retrying import Next, after_interruption, after_looking
from bot.domain.run import Action, ActionStatus, Run, RunState, Source
from bot.domain.terms import Terms
from bot.domain.value import intent_of
from bot.ports.store import Lease, Transaction
from bot.ports.system import Binding, Retry, System

LONGEST_CALL = timedelta(seconds=60)
"""After that the outcome of a call counts as unknown."""

LOCKED = timedelta(seconds=1)
"""How long to wait for another run that holds the same record."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One intent on its way to one system."""

    step: str
    n: int
    intent: Intent
    key: str
    binding: Binding
    system: System
    begun_at: datetime
    interrupted: bool
    """Whether an earlier call may have left already."""
    asks_first: bool = False
    """Whether the system has to be asked before any call: what this database knows of the run may be old."""


async def execute(parts: Parts, lease: Lease, effect: Execute) -> None:
    """Carry out the n-th action of a step."""
    begun = await parts.store.run(lambda tx: _begin(parts, tx, lease, effect))
    if isinstance(begun, timedelta):
        await put_off(parts, lease, parts.clock.now() + begun)
    elif begun is not None:
        run, action, interrupted = begun
        terms = parts.library.pinned(run)
        # What is sent is what the grant says, resolved to the ids that earlier intents of the plan brought back.
        approved = granted(run, terms.definition.step(effect.step)).proposals[effect.n]
        intent = intent_of(approved, terms).resolve(_ids(run, effect.step))
        await _run_errand(parts, lease, terms, _errand(parts, run, action, intent, interrupted=interrupted))


def _begin(parts: Parts, tx: Transaction, lease: Lease, effect: Execute) -> tuple[Run, Action, bool] | timedelta | None:
    """The unit of work before the call: check everything again and make the intent durable."""
    if not tx.outbox.holds(lease):
        return None
    run = tx.runs.load(lease.run)
    terms = parts.library.pinned(run)
    action = find(run, effect.step, effect.n)
    if action is None:
        return None
    if run.paused or tx.limits.paused(run.workflow) or _was_parked(run, action):
        return UNTIL_RESUMED
    if action.status is ActionStatus.BEGUN:
        return run, action, True
    intent = intent_of(action.proposal, terms).resolve(_ids(run, effect.step))
    if tx.limits.lock_record(intent.record(), run.id) not in (None, run.id):
        return LOCKED
    refused = _refused(parts, tx, run, action, intent)
    event = Begun(
        parts.clock.now(), ENGINE, effect.step, effect.n, refused, _lost_rights(parts, run, terms, effect.step)
    )
    after = keep(tx, run, advance(run, event, terms))
    begun = find(after, effect.step, effect.n)
    if begun is None or begun.status is not ActionStatus.BEGUN:
        tx.outbox.finish(lease)
        tx.limits.unlock_records(run.id)
        return None
    return after, begun, may_have_happened(parts, run, action)


def _was_parked(run: Run, action: Action) -> bool:
    """Whether the run was parked since it was looked at; what is begun already is brought to its end."""
    return run.state is RunState.PARKED and action.status is ActionStatus.PLANNED


def _refused(parts: Parts, tx: Transaction, run: Run, action: Action, intent: Intent) -> str:
    terms = parts.library.pinned(run)
    binding = parts.systems.binding(intent.kind())
    if binding is None:
        return (
            f"{intent.kind()} is not connected to any system. The maintainer {terms.brief.maintainer} can connect it."
        )
    rehearsed = any(state.source is Source.REHEARSAL for state in run.steps.values())
    if rehearsed and not binding.sandbox:
        return f"The rehearsal model may act on sandbox systems only, and {intent.kind()} is bound to a real one."
    if action.begun_at is not None:
        return ""  # it was counted when it was first begun; a further try is no further action
    return refuse_over_limit(tx, run, intent, binding, terms.brief, parts.clock.now().date())


def _lost_rights(parts: Parts, run: Run, terms: Terms, step: str) -> tuple[str, ...]:
    gate = gate_of(run, terms.definition.step(step))
    group = terms.brief.reviewers.get(gate.group)
    if group is None or not group.recheck_at_execution:
        return ()
    people = {vote.person: parts.directory.person(PersonId(vote.person)) for vote in gate.approvals}
    return still_allowed(gate, run, parts.library.current(run.workflow).brief, people)


def _ids(run: Run, step: str) -> dict[str, str]:
    """What earlier actions of a step brought back, by the step that proposed them."""
    return {
        a.proposal.step: str(a.receipt["id"])
        for a in run.actions
        if a.step == step and a.receipt is not None and a.status is ActionStatus.DONE
    }


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
    return await _run_errand(parts, lease, terms, errand)


def _ids_of_all(run: Run) -> dict[str, str]:
    return {a.proposal.step: str(a.receipt["id"]) for a in run.actions if a.receipt is not None}


# --- the call itself -----------------------------------------------------------------------------------------------


async def _run_errand(parts: Parts, lease: Lease, terms: Terms, errand: Errand) -> None:
    if not (errand.interrupted or errand.asks_first):
        return await _call(parts, lease, terms, errand)
    reversible = errand.intent.reversible()
    first = after_interruption(errand.binding, reversible=reversible, begun_at=errand.begun_at, now=parts.clock.now())
    if errand.asks_first:
        return await _look(parts, lease, terms, errand)
    match first:
        case Next.CALL:
            return await _call(parts, lease, terms, errand)
        case Next.LOOK:
            return await _look(parts, lease, terms, errand)
        case Next.DOUBT:
            text = "The system cannot say whether it happened, so it is not tried again."
            return await _doubt(parts, lease, errand, text)
        case _:
            assert_never(first)


async def _look(parts: Parts, lease: Lease, terms: Terms, errand: Errand) -> None:
    """Ask the system whether it happened before anything is repeated."""
    try:
        receipt = await errand.system.find(errand.intent, errand.key)
    except BotError as error:
        text = f"It is not known whether it happened, and looking it up failed: {error.message}"
        return await _later(parts, lease, terms, errand, text, sure=False)
    if receipt is not None:
        return await _done(parts, lease, errand, receipt, found=True)
    then = after_looking(
        errand.binding,
        reversible=errand.intent.reversible(),
        looks=lease.attempt,
        begun_at=errand.begun_at,
        now=parts.clock.now(),
    )
    match then:
        case Next.CALL:
            return await _call(parts, lease, terms, errand)
        case Next.LOOK:
            return await _later(parts, lease, terms, errand, "The system does not show it yet.", sure=False)
        case Next.DOUBT:
            return await _doubt(parts, lease, errand, "The system does not show it, and may no longer know.")
        case _:
            assert_never(then)


async def _call(parts: Parts, lease: Lease, terms: Terms, errand: Errand) -> None:
    try:
        receipt = await _bounded(lambda: errand.system.execute(errand.intent, errand.key))
    except Transient as error:
        await _later(parts, lease, terms, errand, error.message, asked=error.retry_after)
    except Uncertain as error:
        await _uncertain(parts, lease, terms, errand, error.message)
    except BotError as error:
        await _refused_by_system(parts, lease, errand, error.message)
    else:
        await _done(parts, lease, errand, receipt)


async def _bounded(call: Callable[[], Awaitable[Receipt]]) -> Receipt:
    try:
        async with asyncio.timeout(LONGEST_CALL.total_seconds()):
            return await call()
    except TimeoutError:
        raise Uncertain("The system did not answer in time.") from None


async def _uncertain(parts: Parts, lease: Lease, terms: Terms, errand: Errand, text: str) -> None:
    if (
        after_interruption(
            errand.binding, reversible=errand.intent.reversible(), begun_at=errand.begun_at, now=parts.clock.now()
        )
        is Next.DOUBT
    ):
        await _doubt(parts, lease, errand, text)
    else:
        await _later(parts, lease, terms, errand, text, sure=False)


async def _later(
    parts: Parts,
    lease: Lease,
    terms: Terms,
    errand: Errand,
    text: str,
    *,
    asked: timedelta | None = None,
    sure: bool = True,
) -> None:
    """Try again as the brief allows; where that ends without an answer, say so rather than guess."""
    unknown = OutcomeUnknown(parts.clock.now(), ENGINE, errand.step, errand.n, text, lease.attempt)
    failed = Failed(parts.clock.now(), ENGINE, errand.step, Problem.UNAVAILABLE, text, errand.n, lease.attempt)
    await try_again_or_fail(
        parts,
        lease,
        Mishap(
            step=errand.step,
            text=text,
            patience=patience_of(terms.brief),
            asked=asked,
            n=errand.n,
            sure=sure and not errand.interrupted,
            otherwise=failed if sure and not errand.interrupted else unknown,
        ),
    )


async def _done(parts: Parts, lease: Lease, errand: Errand, receipt: Receipt, *, found: bool = False) -> None:
    await conclude(
        parts,
        lease,
        Done(
            at=parts.clock.now(),
            by=Actor(ActorKind.SYSTEM, errand.intent.system),
            step=errand.step,
            n=errand.n,
            receipt=receipt.model_dump(mode="json"),
            attempt=lease.attempt,
            found=found,
        ),
    )


async def _refused_by_system(parts: Parts, lease: Lease, errand: Errand, text: str) -> None:
    system = Actor(ActorKind.SYSTEM, errand.intent.system)
    failed = Failed(parts.clock.now(), system, errand.step, Problem.REFUSED, text, errand.n, lease.attempt)
    await conclude(parts, lease, failed)


async def _doubt(parts: Parts, lease: Lease, errand: Errand, text: str) -> None:
    await conclude(parts, lease, OutcomeUnknown(parts.clock.now(), ENGINE, errand.step, errand.n, text, lease.attempt))
