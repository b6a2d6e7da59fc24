"""Saying no. A denial wins as long as nothing of what was approved has begun, whoever approved it."""

from bot.domain.acting import acts_on, call_off, has_begun, reopen
from bot.domain.brief import OnRejection, Reviewers
from bot.domain.errors import AlreadyDecided, Unfit
from bot.domain.event import Decided
from bot.domain.frozen import replace
from bot.domain.gate import Tally, denied_by, tally
from bot.domain.gating import record_verdict, reject_by_brief
from bot.domain.move import Move
from bot.domain.redrafting import against_redraft, redraft
from bot.domain.run import ActionStatus, Gate, GateStatus, Run, StepStatus, Vote
from bot.domain.terms import Terms
from bot.domain.text import nearest

_ON_THE_WAY = frozenset({ActionStatus.BEGUN, ActionStatus.IN_DOUBT, ActionStatus.FAILED})
_TAKEN_BACK = frozenset({ActionStatus.UNDOING, ActionStatus.UNDONE, ActionStatus.STUCK})
_THROUGH = frozenset({StepStatus.DONE, StepStatus.SKIPPED})


def can_be_rejected(run: Run, terms: Terms, gate: Gate) -> bool:
    """Whether an approved gate can still be rejected: something is to be done on it, and nothing of that has begun."""
    if gate.status is not GateStatus.APPROVED or run.ended or any(a.status in _TAKEN_BACK for a in run.actions):
        return False
    acts = acts_on(run, terms, gate)
    ahead = any(name not in run.steps or run.steps[name].status not in _THROUGH for name in acts)
    return ahead and not any(a.step in acts and has_begun(a) for a in run.actions)


def reject(move: Move, event: Decided, gate: Gate, group: Reviewers) -> None:
    """Count a denial; where it decides, do what the brief says follows. Raises Refused."""
    if event.reason not in group.reasons:
        meant = nearest(event.reason, group.reasons)
        hint = f" Did you mean “{meant}”?" if meant else ""
        raise Unfit(f"Say why, with one of: {', '.join(group.reasons)}.{hint}")
    late = gate.status is GateStatus.APPROVED
    denied = denied_by(gate, Vote(event.person.id, event.at, event.reason, event.text))
    count = tally(denied)
    if count is Tally.REJECTED:
        _turn_down(move, event, denied, group, late=late)
    elif late and count is Tally.OPEN:
        _think_again(move, event, denied)
    else:
        record_verdict(move, event, denied)


def _turn_down(move: Move, event: Decided, gate: Gate, group: Reviewers, *, late: bool) -> None:
    gate = replace(gate, status=GateStatus.REJECTED, decided_at=event.at)
    if late and _another_is_on_the_way(move, gate):
        return record_verdict(move, event, gate)  # what follows, follows once the run comes to what was rejected
    again = group.on_rejection is OnRejection.REDRAFT and bool(event.text) and not against_redraft(move, gate, group)
    if late and (again or group.on_rejection is OnRejection.PARK):
        call_off(move, gate)
    if again:
        return redraft(move, event, gate, group)
    record_verdict(move, event, gate)
    why = f"Rejected by {event.person.name}: {event.reason}. {event.text}".strip()
    return reject_by_brief(move, gate, group, why)


def _think_again(move: Move, event: Decided, gate: Gate) -> None:
    """Too few approve it any more, and too few deny it: it is asked about again."""
    if _another_is_on_the_way(move, gate):
        raise AlreadyDecided("Another action of this run is on its way. Say so again once it is through.")
    gate = replace(gate, status=GateStatus.OPEN, decided_at=None)
    record_verdict(move, event, gate)
    reopen(move, gate, f"{event.person.name} denies what was approved: {event.reason}. {event.text}".strip())


def _another_is_on_the_way(move: Move, gate: Gate) -> bool:
    """Whether an action of another gate has begun and is not through: the run cannot turn back before it is."""
    acts = acts_on(move.run, move.terms, gate)
    return any(a.status in _ON_THE_WAY and a.step not in acts for a in move.run.actions)
