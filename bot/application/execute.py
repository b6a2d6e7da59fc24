"""Carry out one approved intent, or take one back: durable before the first byte leaves, and never blindly twice."""

from datetime import timedelta

from bot.application.allowance import refuse_over_limit
from bot.application.conclude import UNTIL_RESUMED, drop, hold, keep, put_off
from bot.application.errand import Errand, run_errand
from bot.application.move import move
from bot.application.parts import Parts
from bot.application.past import is_from_before, may_have_happened
from bot.application.patience import patience_of
from bot.domain.acting import find, gate_of, granted
from bot.domain.effect import Compensate, Execute
from bot.domain.errors import Broken
from bot.domain.event import Begun
from bot.domain.gate import still_allowed
from bot.domain.intent import Intent, Receipt, key_of
from bot.domain.person import ENGINE, PersonId
from bot.domain.run import Action, ActionStatus, Run, RunId, RunState, Source
from bot.domain.terms import Terms
from bot.domain.value import intent_of
from bot.ports.store import Lease, Transaction
from bot.ports.system import Retry

LOCKED = timedelta(seconds=1)
"""How long to wait for another run that holds the same record."""


async def execute(parts: Parts, lease: Lease, effect: Execute) -> None:
    """Carry out the n-th action of a step."""
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
        intent = intent_of(approved, terms).resolve(_ids(run, effect.step))
        await run_errand(parts, lease, terms, _errand(parts, run, action, intent, interrupted=interrupted))


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
    other = tx.limits.lock_record(parts.record(terms, intent, action.proposal.step), run.id)
    if other is not None and parts.clock.now() < lease.created_at + patience_of(terms.brief).within:
        return LOCKED
    refused = (
        _in_the_way(other, action, intent, terms) if other is not None else _refused(parts, tx, run, action, intent)
    )
    event = Begun(
        parts.clock.now(), ENGINE, effect.step, effect.n, refused, _lost_rights(parts, run, terms, effect.step)
    )
    after = keep(tx, run, move(parts, run, event, terms))
    begun = find(after, effect.step, effect.n)
    if begun is None or begun.status is not ActionStatus.BEGUN:
        tx.outbox.finish(lease)
        tx.limits.unlock_records(run.id)
        return None
    return after, begun, may_have_happened(parts, run, action)


def _in_the_way(other: RunId, action: Action, intent: Intent, terms: Terms) -> str:
    """What to say where the wait for another run has become too long to be silent."""
    record = terms.fields.record(intent, action.proposal.step)
    return f"Run {other} is at {record} and does not let go of it. See to that one, then resume this."


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
    record = parts.record(terms, intent, action.proposal.step)
    return refuse_over_limit(tx, run, record, binding, terms.brief, parts.clock.now().date())


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
    return await run_errand(parts, lease, terms, errand)


def _ids_of_all(run: Run) -> dict[str, str]:
    return {a.proposal.step: str(a.receipt["id"]) for a in run.actions if a.receipt is not None}
