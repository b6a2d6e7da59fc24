"""The last checks before an action leaves, and the move that makes its intent durable.

Usually they are made when the effect is taken up (`execute`). The first action of a run may begin earlier: in the very
unit of work that orders it, so that it costs no commit of its own (decision 0012).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.application.allowance import refuse_over_limit
from bot.application.move import move
from bot.application.parts import Parts
from bot.application.past import is_from_before
from bot.application.patience import patience_of
from bot.domain.acting import find, gate_of
from bot.domain.effect import Execute
from bot.domain.errors import Broken
from bot.domain.event import Begun
from bot.domain.frozen import replace
from bot.domain.gate import still_allowed
from bot.domain.intent import Intent
from bot.domain.machine import Moved
from bot.domain.person import ENGINE, PersonId
from bot.domain.retrying import recovers
from bot.domain.run import Action, ActionStatus, Run, RunId, Source
from bot.domain.terms import Terms
from bot.domain.value import intent_of
from bot.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Another run that is at the same record."""

    by: RunId
    record: str


def begin(
    parts: Parts, tx: Transaction, run: Run, action: Action, *, at: datetime, since: datetime
) -> Moved | InTheWay:
    """Check everything again: the action begins with this move, or the move says why not.

    Another run may be in the way, as long as the wait for it, `since` then, is not too long yet.
    """
    terms = parts.library.pinned(run)
    intent = intent_of(action.proposal, terms).resolve(ids_of(run, action.step))
    other = tx.limits.lock_record(parts.record(terms, intent, action.proposal.step), run.id)
    shown = terms.fields.record(intent, action.proposal.step)
    if other is not None and at < since + patience_of(terms.brief).within:
        return InTheWay(other, shown)
    lost = _lost_rights(parts, run, terms, action.step)
    event = Begun(at, ENGINE, action.step, action.n, _too_long(other, shown) if other is not None else "", lost)
    moved = move(parts, run, event, terms)
    begins = find_begun(moved.run, action.step, action.n) is not None
    if begins and (refused := _refused(parts, tx, run, action, intent)):
        moved = move(parts, run, replace(event, refused=refused), terms)
    if find_begun(moved.run, action.step, action.n) is None:
        tx.limits.unlock_records(run.id)
    return moved


def begin_early(parts: Parts, tx: Transaction, moved: Moved, *, at: datetime) -> Moved:
    """Begin the action that a move orders in the same unit of work, where it would be taken up at once anyway."""
    run, effect = moved.run, next((one for one in moved.effects if isinstance(one, Execute) and not one.dry), None)
    action = find(run, effect.step, effect.n) if effect is not None else None
    if effect is None or action is None or not _may_be_early(parts, run, action) or not tx.outbox.at_once(run, effect):
        return moved
    begun = begin(parts, tx, run, action, at=at, since=at)
    if isinstance(begun, InTheWay) or begun.run is run:
        return moved  # it is looked at again when it is taken up
    effects = moved.effects
    if find_begun(begun.run, action.step, action.n) is None:
        effects = tuple(one for one in effects if one is not effect)
    return Moved(begun.run, (*moved.entries, *begun.entries), (*effects, *begun.effects))


def _may_be_early(parts: Parts, run: Run, action: Action) -> bool:
    """Whether nothing is lost where the process dies after this commit and before the call, or the checks fail.

    Only the first action of a run: with a later one, what the one before brought back would hang on these checks.
    """
    binding = parts.systems.binding(action.proposal.kind)
    first = all(one.status is ActionStatus.PLANNED for one in run.actions)
    recoverable = binding is not None and recovers(binding) and first
    return recoverable and not is_from_before(parts, run) and not parts.library.changed_ahead(run)


def find_begun(run: Run, step: str, n: int) -> Action | None:
    """The n-th action of a step, where its intent is durable and its outcome not known."""
    action = find(run, step, n)
    return action if action is not None and action.status is ActionStatus.BEGUN else None


def ids_of(run: Run, step: str) -> Mapping[str, str]:
    """What earlier actions of a step brought back, by the step that proposed them."""
    return {
        a.proposal.step: str(a.receipt["id"])
        for a in run.actions
        if a.step == step and a.receipt is not None and a.status is ActionStatus.DONE
    }


def _too_long(other: RunId, record: str) -> str:
    """What to say where the wait for another run has become too long to be silent."""
    return f"Run {other} is at {record} and does not let go of it. See to that one, then resume this."


def _refused(parts: Parts, tx: Transaction, run: Run, action: Action, intent: Intent) -> str:
    terms = parts.library.pinned(run)
    binding = parts.systems.binding(intent.kind())
    if binding is None:
        return f"{_why_unbound(parts, intent)} The maintainer {terms.brief.maintainer} can connect it."
    rehearsed = any(state.source is Source.REHEARSAL for state in run.steps.values())
    if rehearsed and not binding.sandbox:
        return f"The rehearsal model may act on sandbox systems only, and {intent.kind()} is bound to a real one."
    if action.begun_at is not None:
        return ""  # it was counted when it was first begun; a further try is no further action
    record = parts.record(terms, intent, action.proposal.step)
    return refuse_over_limit(tx, run, record, binding, terms.brief, parts.clock.now().date())


def _why_unbound(parts: Parts, intent: Intent) -> str:
    try:
        parts.systems.of(type(intent).system)
    except Broken as closed:
        return closed.message
    return f"{intent.kind()} is not connected to any system."


def _lost_rights(parts: Parts, run: Run, terms: Terms, step: str) -> tuple[str, ...]:
    """Approvers who may no longer approve, where the brief asks for that: the one the run began with, or today's."""
    gate, today = gate_of(run, terms.definition.step(step)), parts.library.current(run.workflow).brief
    groups = (brief.reviewers.get(gate.group) for brief in (terms.brief, today))
    if not any(group is not None and group.recheck_at_execution for group in groups):
        return ()
    people = {vote.person: parts.directory.person(PersonId(vote.person)) for vote in gate.approvals}
    return still_allowed(gate, run, today, people)
