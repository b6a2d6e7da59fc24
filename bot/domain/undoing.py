"""Taking back what was done: compensations in reverse order; what cannot be taken back is listed to the owner."""

from bot.domain.audit.entry import EntryKind
from bot.domain.content import Line
from bot.domain.effect import Compensate, Show
from bot.domain.ending import failed, undone
from bot.domain.frozen import replace
from bot.domain.intent import Receipt
from bot.domain.move import Move
from bot.domain.person import ENGINE
from bot.domain.run import Action, ActionStatus, Run, RunState
from bot.domain.terms import Terms
from bot.domain.text import visible
from bot.domain.value import intended, said_of


def take_back(move: Move, ends: RunState, why: str) -> None:
    """Begin to take back everything that was done; the run ends `failed` or `undone` once that is through."""
    move.run = replace(move.run, undoing=ends, reason=why)
    go_on_undoing(move)


def go_on_undoing(move: Move) -> None:
    """Take the last done action back, or end when none is left."""
    if any(a.status is ActionStatus.UNDOING for a in move.run.actions):
        return
    for action in _last_first(move.run, move.terms):
        intent = intended(move.run, action, move.terms)
        if intent.reversible():
            undoing = replace(action, status=ActionStatus.UNDOING)
            move.action(
                undoing,
                EntryKind.COMPENSATION_BEGUN,
                by=ENGINE,
                records=move.terms.fields.record(intent, action.proposal.step),
            )
            move.order(Compensate(action.step, action.n))
            return
        why = intent.cannot_be_undone or "It cannot be taken back."
        stuck = replace(action, status=ActionStatus.STUCK, error=why)
        move.action(stuck, EntryKind.COMPENSATION_FAILED, fields={"error": why}, by=ENGINE)
    _end(move)


def would_be_taken_back(run: Run, terms: Terms) -> tuple[Line, ...]:
    """What undoing a run takes back, and how, in that order; and what it cannot take back."""
    return tuple(_taken_back(run, action, terms) for action in _last_first(run, terms))


def _last_first(run: Run, terms: Terms) -> list[Action]:
    """What was done, in the reverse of the order in which it was."""
    order = [step.name for step in terms.definition.steps]
    done = [a for a in run.actions if a.status is ActionStatus.DONE and a.step in order]
    return sorted(done, key=lambda a: (order.index(a.step), a.n), reverse=True)


def _taken_back(run: Run, action: Action, terms: Terms) -> Line:
    intent = intended(run, action, terms)
    undo = intent.undone_by(Receipt.model_validate(action.receipt)) if action.receipt is not None else None
    how = said_of(type(undo)) if undo is not None else f"It stands: {intent.cannot_be_undone or 'no way back is known'}"
    return Line(f"{said_of(type(intent))} → {visible(intent.record())}", visible(how))


def _end(move: Move) -> None:
    ends, why = move.run.undoing, move.run.reason
    left = [a for a in move.run.actions if a.status is ActionStatus.STUCK]
    if ends is None:
        return None
    move.order(*(Show(gate.step, gate.version) for gate in move.run.gates.values()))
    if left and ends is RunState.UNDONE:
        move.run = replace(move.run, undoing=None)
        return move.park(f"Not everything could be taken back: {_listed(left)}. Look there, then cancel this run.")
    move.run = replace(move.run, undoing=None)
    kind = EntryKind.RUN_UNDONE if ends is RunState.UNDONE else EntryKind.RUN_FAILED
    move.enter(ends, kind, why)
    tail = f" Still standing, because it could not be taken back: {_listed(left)}." if left else ""
    if ends is RunState.FAILED:
        move.report("owner", f"failed: {why}{tail}")
        return move.tell_requester(failed(move.run, move.terms, why), unless="owner")
    move.tell("owner", f"Run {move.run.id} of {move.run.workflow} was undone: {why}{tail}")
    return move.tell_requester(undone(move.run, move.terms, why), unless="owner")


def _listed(actions: list[Action]) -> str:
    return "; ".join(f"{a.proposal.kind} ({a.error})" for a in actions)
