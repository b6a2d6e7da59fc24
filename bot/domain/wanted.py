"""Whether an effect that comes due is still wanted, and whether it waits. Who performs effects asks here first."""

from typing import assert_never

from bot.domain.acting import find, witnesses_left
from bot.domain.effect import AskModel, Compensate, Effect, Execute, Purpose, Read, Seek, Show, StartRuns, Tell, Wake
from bot.domain.run import ActionStatus, Run, RunState, StepStatus


def is_wanted(run: Run, effect: Effect) -> bool:
    """Whether the run still waits for this; what it no longer waits for is not done."""
    match effect:
        case Show() | Tell():
            return True
        case Wake():
            return not run.ended
        case Compensate(step=step, n=n):
            action = find(run, step, n)
            return action is not None and action.status is ActionStatus.UNDOING
        case Seek(step=step, n=n):
            action = find(run, step, n)
            return action is not None and action.status is ActionStatus.IN_DOUBT
        case Execute(dry=False):
            return is_under_way(run, effect) or _is_ahead(run, effect)
        case Read(step=step, purpose=Purpose.WITNESS):
            return not run.ended and any(step in witnesses_left(run, name) for name in run.steps)
        case Read(step=step) | AskModel(step=step) | Execute(step=step) | StartRuns(step=step):
            state = run.steps.get(step)
            due = state is not None and state.status is StepStatus.DUE
            return due and not run.ended and run.undoing is None
        case _:
            assert_never(effect)


def _is_ahead(run: Run, effect: Execute) -> bool:
    action = find(run, effect.step, effect.n)
    planned = action is not None and action.status is ActionStatus.PLANNED
    return planned and not run.ended and run.undoing is None


def is_under_way(run: Run, effect: Effect) -> bool:
    """Whether a call may have left already: nothing else can go on before its outcome is known."""
    if not isinstance(effect, Execute):
        return isinstance(effect, Compensate)
    action = find(run, effect.step, effect.n)
    return action is not None and action.status is ActionStatus.BEGUN


def is_held_up(run: Run, effect: Effect, *, paused: bool) -> bool:
    """Whether this waits until somebody resumes the run. Cards, messages, the clock and what is looked up do not.

    A pause holds up everything else; a parked run still finishes what is under way.
    """
    if isinstance(effect, Show | Tell | Seek | Wake):
        return False
    return paused or (run.state is RunState.PARKED and not is_under_way(run, effect))
