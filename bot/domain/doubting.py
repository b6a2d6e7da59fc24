"""An action of which nobody knows whether it happened: a person says so, or has its system asked."""

from bot.domain.acting import carry_out, execute_next, find, show_outcome
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Seek
from bot.domain.errors import AlreadyDecided, Unfit, Unknown
from bot.domain.event import LookedUp, LookWanted, Reconciled
from bot.domain.frozen import replace
from bot.domain.intent import Receipt
from bot.domain.move import Move
from bot.domain.plain import Plain
from bot.domain.proving import take_change_again
from bot.domain.run import Action, ActionStatus, Run, RunState


def reconcile(move: Move, event: Reconciled) -> None:
    """A person has looked, and says whether it happened."""
    action = _doubtful(move.run, event.step, event.n)
    if event.happened and "id" not in event.receipt and needs_id(move.run, action):
        raise Unfit("What comes next is about the record this has made. Say its id, too.")
    receipt = Receipt.model_validate({"id": "by hand", **event.receipt}).model_dump() if event.happened else None
    outcome = "happened" if event.happened else "did not happen"
    _clear_up(move, action, receipt, text=event.text, outcome=outcome, reviewer=event.person.id)


def want_look(move: Move, event: LookWanted) -> None:
    """A person has the system asked."""
    action = _doubtful(move.run, event.step, event.n)
    asked = replace(action, error=f"{event.person.name} has its system asked.")
    move.action(asked, EntryKind.ACTION_SOUGHT, reviewer=event.person.id, outcome="asked for")
    move.order(Seek(event.step, event.n))


def take_look(move: Move, event: LookedUp) -> None:
    """A system was asked whether it happened, as the proof or in doubt, which a person ends where it does not."""
    action = find(move.run, event.step, event.n)
    if action is not None and action.status is ActionStatus.DONE:
        return take_change_again(move, event)
    if action is None or action.status is not ActionStatus.IN_DOUBT:
        return None
    if event.receipt:
        receipt = Receipt.model_validate(event.receipt).model_dump()
        return _clear_up(move, action, receipt, text="", outcome="was found", reviewer=None)
    open_ = replace(action, error=event.text)
    move.action(open_, EntryKind.ACTION_SOUGHT, fields={"error": event.text}, outcome="not found")
    return show_outcome(move, event.step)


def _clear_up(
    move: Move, action: Action, receipt: dict[str, Plain] | None, *, text: str, outcome: str, reviewer: str | None
) -> None:
    """End a doubt: with a receipt it happened, without one it is carried out now."""
    status = ActionStatus.PLANNED if receipt is None else ActionStatus.DONE
    move.enter(RunState.RUNNING, EntryKind.RUN_RESUMED, text)
    move.action(
        replace(action, status=status, receipt=receipt, error=""),
        EntryKind.ACTION_RECONCILED,
        fields={"text": text} if text else None,
        reviewer=reviewer,
        outcome=outcome,
    )
    if receipt is None:
        return carry_out(move, move.terms.definition.step(action.step))
    show_outcome(move, action.step)
    return execute_next(move, action.step)


def _doubtful(run: Run, step: str, n: int) -> Action:
    action = find(run, step, n)
    if action is None:
        raise Unknown(f"“{step}” has no action {n + 1}.")
    if action.status is not ActionStatus.IN_DOUBT:
        raise AlreadyDecided(f"There is no doubt about this action: it is {action.status}.")
    return action


def needs_id(run: Run, action: Action) -> bool:
    """Whether a later action of the plan needs the id that this one brings back."""
    wanted: Plain = {"step": action.proposal.step}
    return any(wanted in one.proposal.data.values() for one in run.actions if one.step == action.step)
