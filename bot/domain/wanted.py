"""Whether an effect that comes due is still wanted, and whether it waits. Who performs effects asks here first."""

from typing import assert_never

from bot.domain.acting import find, witnesses_left
from bot.domain.effect import (
    AskModel,
    Compensate,
    Effect,
    Execute,
    Purpose,
    Read,
    Seek,
    Show,
    StartRuns,
    Tell,
    Telling,
    Wake,
    Write,
)
from bot.domain.proof import is_proof
from bot.domain.run import ActionStatus, GateStatus, Run, RunState, StepStatus


def is_wanted(run: Run, effect: Effect) -> bool:  # noqa: C901  one flat dispatch
    """Whether the run still waits for this; what it no longer waits for is not done."""
    match effect:
        case Show() | Tell():
            return isinstance(effect, Show) or not depends_on_others(effect) or _still_waits(run, effect.step)
        case Wake():
            return not run.ended
        case Write(step=step, until=until):
            return not run.ended and step in run.questions and run.questions[step].expires_at == until
        case Compensate(step=step, n=n):
            action = find(run, step, n)
            return action is not None and action.status is ActionStatus.UNDOING
        case Seek():
            return is_asked_for(run, effect) or _proves(run, effect)
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


def _still_waits(run: Run, step: str) -> bool:
    """Whether people can still decide or answer here; whom it no longer needs is not disturbed."""
    gate = run.gates.get(step)
    is_open = gate is not None and gate.status is GateStatus.OPEN
    return not run.ended and (is_open or step in run.questions)


def depends_on_others(effect: Effect) -> bool:
    """Whether somebody may have made this needless since it was ordered, so that it is looked at once more."""
    if isinstance(effect, Tell):
        return effect.how is not Telling.NOTICE
    return isinstance(effect, Compensate | StartRuns | Write)


def is_asked_for(run: Run, effect: Effect) -> bool:
    """Whether somebody waits to hear from a system whether an action in doubt has happened."""
    action = find(run, effect.step, effect.n) if isinstance(effect, Seek) else None
    return action is not None and action.status is ActionStatus.IN_DOUBT


def _proves(run: Run, effect: Seek) -> bool:
    action = find(run, effect.step, effect.n)
    done = action is not None and action.status is ActionStatus.DONE
    checked = any(is_proof(name) and state.status is StepStatus.DUE for name, state in run.steps.items())
    return done and checked and not run.ended and run.undoing is None


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
    """Whether this waits until somebody resumes the run. Cards, messages, the clock and doubts do not.

    A pause holds up everything else; a parked run still finishes what is under way.
    """
    if isinstance(effect, Show | Tell | Wake) or is_asked_for(run, effect):
        return False
    return paused or (run.state is RunState.PARKED and not is_under_way(run, effect))
