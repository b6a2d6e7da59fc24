"""When something does not work: try again, take back what was done, ask the brief, or park what nobody is sure of."""

from bot.domain.acting import acting_step, find, show_outcome, witnesses_left
from bot.domain.answering import PROOF, is_due, page, recover, whose
from bot.domain.audit.entry import EntryKind
from bot.domain.event import Failed, OutcomeUnknown, Problem, Retried
from bot.domain.frozen import replace
from bot.domain.move import Move
from bot.domain.outside import take_unwritten
from bot.domain.person import ENGINE
from bot.domain.run import Action, ActionStatus, RunState, StepState, StepStatus
from bot.domain.undoing import go_on_undoing, take_back
from bot.domain.value import intended


def take_failure(move: Move, event: Failed) -> None:
    """Something failed for good: take back what was done, or let the brief's recovery speak."""
    if take_unwritten(move, event):
        return None
    action = find(move.run, event.step, event.n)
    if action is not None and action.status is ActionStatus.UNDOING:
        stuck = replace(action, status=ActionStatus.STUCK, error=event.text)
        move.action(stuck, EntryKind.COMPENSATION_FAILED, attempt=event.attempt, fields={"error": event.text})
        return go_on_undoing(move)
    if action is not None and action.status is ActionStatus.BEGUN:
        return _take_failed_action(move, event, action)
    due = acting_step(move)
    if due is not None and event.step in witnesses_left(move.run, due.name) and not move.run.ended:
        return move.fail(due.name, event.text, to="pager")
    if event.step == PROOF and is_due(move, PROOF):
        return move.fail(PROOF, event.text, to="pager")
    if is_due(move, event.step):
        return recover(move, event.step, event.problem, event.text)
    if _waits_for_its_clock(move, event.step):
        return move.park(event.text, step=event.step, to="pager")
    return None


def _waits_for_its_clock(move: Move, step: str) -> bool:
    """Whether nobody would notice: what waits for people or for a time hears only of its clock."""
    state = move.run.steps.get(step)
    waits = state is not None and state.status in (StepStatus.ASKED, StepStatus.WAITING)
    return waits and move.run.state in (RunState.RUNNING, RunState.WAITING)


def _take_failed_action(move: Move, event: Failed, action: Action) -> None:
    failed = replace(action, status=ActionStatus.FAILED, error=event.text)
    move.action(
        failed, EntryKind.ACTION_FAILED, attempt=event.attempt, fields={"error": event.text}, error=event.problem.value
    )
    show_outcome(move, event.step)
    failure = move.terms.brief.failure
    recovery = failure.when_unavailable if event.problem is Problem.UNAVAILABLE else failure.when_wrong
    done = [a for a in move.run.actions if a.status is ActionStatus.DONE]
    if done or recovery.do in ("undo", "stop"):
        state = StepState(StepStatus.FAILED)
        move.step(event.step, state, EntryKind.STEP_FAILED, fields={"error": event.text}, by=ENGINE)
        page(move, event.problem, event.text)
        return take_back(move, RunState.FAILED, event.text)
    return move.fail(event.step, event.text, to=whose(event.problem))


def take_unknown(move: Move, event: OutcomeUnknown) -> None:
    """Nobody knows whether it happened: never again by itself. A person looks, with everything we know."""
    if take_unwritten(move, event):
        return None
    action = find(move.run, event.step, event.n)
    if action is not None and action.status is ActionStatus.PLANNED and is_due(move, event.step):
        return move.fail(event.step, event.text, to="pager")
    if action is None or action.status not in (ActionStatus.BEGUN, ActionStatus.UNDOING):
        return None
    if action.status is ActionStatus.UNDOING:
        stuck = replace(
            action, status=ActionStatus.STUCK, error=f"It is not known whether it was taken back. {event.text}"
        )
        move.action(stuck, EntryKind.COMPENSATION_FAILED, attempt=event.attempt, fields={"error": event.text})
        return go_on_undoing(move)
    doubtful = replace(action, status=ActionStatus.IN_DOUBT, error=event.text)
    move.action(doubtful, EntryKind.ACTION_IN_DOUBT, attempt=event.attempt, fields={"error": event.text})
    show_outcome(move, event.step)
    return move.park(
        f"It is not known whether {_what(move, action)} happened (key {action.key}). {event.text} "
        "Look there, then say: done, or not done.",
        step=event.step,
    )


def _what(move: Move, action: Action) -> str:
    """What may have happened; where its record is personal, where that can be read instead."""
    intent, step = intended(move.run, action, move.terms), action.proposal.step
    record = move.silent(move.terms.fields.record(intent, step))
    if record == intent.record():
        return f"{action.proposal.kind} on {record}"
    return f"{action.proposal.kind} of “{step}”, whose record stands on the card,"


def take_retry(move: Move, event: Retried) -> None:
    """Something will be tried again; where surely nothing happened, its action counts as not begun."""
    move.write(
        EntryKind.STEP_RETRIED,
        step=event.step,
        attempt=event.attempt,
        fields={"error": event.text},
        until=event.until.isoformat(),
    )
    action = find(move.run, event.step, event.n)
    if action is not None and action.status is ActionStatus.BEGUN and event.sure:
        move.action(replace(action, status=ActionStatus.PLANNED), EntryKind.ACTION_FAILED, outcome="not applied")
