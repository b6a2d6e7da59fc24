"""When something works: note what it brought back, and go on with the next."""

from bot.domain.acting import execute_next, find, gate_of, show_outcome
from bot.domain.answering import is_due
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Execute
from bot.domain.event import Done
from bot.domain.frozen import replace
from bot.domain.move import Move
from bot.domain.outside import take_written
from bot.domain.person import ENGINE
from bot.domain.run import ActionStatus, Source, StepState, StepStatus
from bot.domain.undoing import go_on_undoing
from bot.domain.workflow import Act, Each


def take_done(move: Move, event: Done) -> None:
    """Something worked: note the receipt and go on with the next."""
    if is_due(move, event.step, Each):
        return _take_started(move, event)
    action = find(move.run, event.step, event.n)
    if take_written(move, event):
        return None
    if action is None:
        return _take_dry_run(move, event)
    if action.status is ActionStatus.UNDOING:
        done = replace(action, status=ActionStatus.UNDONE)
        move.action(done, EntryKind.COMPENSATION_DONE, attempt=event.attempt, ext_ref=_ref(move, event))
        return go_on_undoing(move)
    if action.status is not ActionStatus.BEGUN:
        return None
    move.action(
        replace(action, status=ActionStatus.DONE, receipt=dict(event.receipt)),
        EntryKind.ACTION_DONE,
        attempt=event.attempt,
        fields={"link": event.receipt.get("link")} if event.receipt.get("link") else None,
        ext_ref=_ref(move, event),
        outcome="found" if event.found else "done",
        latency_ms=event.latency_ms,
    )
    show_outcome(move, event.step)
    execute_next(move, event.step)
    return None


def _take_started(move: Move, event: Done) -> None:
    """Further runs were started; the owner hears of those that were not."""
    state = StepState(StepStatus.DONE, dict(event.receipt), Source.SYSTEM)
    move.step(event.step, state, EntryKind.STEP_DONE, fields=event.receipt)
    skipped, why = event.receipt.get("skipped"), event.receipt.get("why")
    if skipped:
        move.tell("owner", f"Run {move.run.id} could not start {skipped} of its runs at “{event.step}”: {why}")


def _ref(move: Move, event: Done) -> str | None:
    """The id that the other system gave, as a plain column may have it."""
    id = event.receipt.get("id")
    return move.silent(id) if isinstance(id, str) else None


def _take_dry_run(move: Move, event: Done) -> None:
    if not is_due(move, event.step, Act):
        return
    gate = gate_of(move.run, move.terms.definition.step(event.step))
    move.write(EntryKind.ACTION_DRY_RUN, step=event.step, n=event.n, fields=event.receipt, by=ENGINE)
    if event.n + 1 < len(gate.proposals):
        move.order(Execute(event.step, event.n + 1, dry=True))
    else:
        move.skip(event.step, "dry run")
