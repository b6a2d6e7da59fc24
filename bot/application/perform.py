"""Perform one leased effect. Whatever happens, exactly one outcome is recorded, or none and the lease runs out."""

from typing import assert_never

from bot.application.ask_model import ask_model
from bot.application.conclude import UNTIL_RESUMED, conclude, drop, put_off
from bot.application.execute import compensate, execute, rehearse
from bot.application.parts import Parts
from bot.application.read import read
from bot.application.start_runs import start_runs
from bot.application.tell import show, tell
from bot.domain.effect import AskModel, Compensate, Effect, Execute, Purpose, Read, Show, StartRuns, Tell, Wake
from bot.domain.event import Changed, Woken
from bot.domain.person import ENGINE
from bot.domain.run import ActionStatus, Run, RunState, StepStatus
from bot.ports.store import Lease, Transaction


async def perform(parts: Parts, lease: Lease) -> None:
    """Perform one effect to its end."""
    run, paused = lease.seen, False
    if run is None:
        run, paused = await parts.store.run(lambda tx: _look(tx, lease))
    if run is None:
        return
    if not _is_wanted(run, lease.effect):
        await drop(parts, lease)
    elif paused and not isinstance(lease.effect, Show | Tell | Wake):
        await put_off(parts, lease, parts.clock.now() + UNTIL_RESUMED)
    elif changed := parts.library.changed_ahead(run):
        await conclude(parts, lease, Changed(parts.clock.now(), ENGINE, changed))
    else:
        await _perform(parts, lease, run)


def _look(tx: Transaction, lease: Lease) -> tuple[Run | None, bool]:
    if not tx.outbox.holds(lease):
        return None, False
    run = tx.runs.load(lease.run)
    return run, run.paused or bool(tx.limits.paused(run.workflow))


def _is_wanted(run: Run, effect: Effect) -> bool:
    """Whether the run still waits for this; what it no longer waits for is not done."""
    match effect:
        case Show() | Tell():
            return True
        case Wake():
            return not run.ended
        case Compensate(step=step, n=n):
            return any(a.step == step and a.n == n and a.status is ActionStatus.UNDOING for a in run.actions)
        case Execute(step=step, n=n, dry=False):
            waiting = (ActionStatus.PLANNED, ActionStatus.BEGUN)
            return run.state is RunState.RUNNING and any(
                a.step == step and a.n == n and a.status in waiting for a in run.actions
            )
        case Read(purpose=Purpose.WITNESS):
            return run.state is RunState.RUNNING
        case Read(step=step) | AskModel(step=step) | Execute(step=step) | StartRuns(step=step):
            state = run.steps.get(step)
            return run.state is RunState.RUNNING and state is not None and state.status is StepStatus.DUE
        case _:
            assert_never(effect)


async def _perform(parts: Parts, lease: Lease, run: Run) -> None:  # noqa: C901  one flat dispatch
    match lease.effect:
        case Read() as effect:
            await read(parts, lease, run, effect)
        case AskModel() as effect:
            await ask_model(parts, lease, run, effect)
        case Show() as effect:
            await show(parts, lease, run, effect)
        case Tell() as effect:
            await tell(parts, lease, run, effect)
        case Execute(dry=True) as effect:
            await rehearse(parts, lease, run, effect)
        case Execute() as effect:
            await execute(parts, lease, effect)
        case Compensate() as effect:
            await compensate(parts, lease, run, effect)
        case Wake() as effect:
            await conclude(parts, lease, Woken(parts.clock.now(), ENGINE, effect.step))
        case StartRuns() as effect:
            await start_runs(parts, lease, run, effect)
        case _:
            assert_never(lease.effect)
