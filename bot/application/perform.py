"""Perform one leased effect. Whatever happens, exactly one outcome is recorded, or none and the lease runs out."""

from typing import assert_never

from bot.application.ask_model import ask_model
from bot.application.conclude import UNTIL_RESUMED, conclude, drop, hold
from bot.application.execute import compensate, execute
from bot.application.lost import note_lost
from bot.application.parts import Parts
from bot.application.present import present_links
from bot.application.read import read
from bot.application.rehearse import rehearse
from bot.application.seek import seek
from bot.application.start_runs import start_runs
from bot.application.tell import show, tell
from bot.application.unloaded import set_aside
from bot.application.write import write
from bot.domain.effect import AskModel, Compensate, Effect, Execute, Read, Seek, Show, StartRuns, Tell, Wake, Write
from bot.domain.event import Changed, Woken
from bot.domain.person import ENGINE
from bot.domain.run import Run
from bot.domain.wanted import depends_on_others, is_asked_for, is_held_up, is_under_way, is_wanted
from bot.ports.store import Lease, Transaction


async def perform(parts: Parts, lease: Lease) -> None:
    """Perform one effect to its end."""
    run, paused = lease.seen, lease.seen is not None and lease.seen.paused
    if run is None or depends_on_others(lease.effect):
        run, paused = await _looked(parts, lease)
    if run is None:
        return
    if not is_wanted(run, lease.effect):
        await drop(parts, lease)
    elif isinstance(lease.effect, Show | Tell) or is_asked_for(run, lease.effect):
        await _perform(parts, lease, run)
    elif is_held_up(run, lease.effect, paused=paused):
        await hold(parts, lease)
    elif (why := parts.library.why_not(run)) and not _can_finish(parts, run, lease.effect):
        await set_aside(parts, lease, run, why)
    elif (changed := parts.library.changed_ahead(run)) and not is_under_way(run, lease.effect):
        await conclude(parts, lease, Changed(parts.clock.now(), ENGINE, changed), keep_until=UNTIL_RESUMED)
    else:
        await _perform(parts, lease, run)


def _can_finish(parts: Parts, run: Run, effect: Effect) -> bool:
    """Whether this is under way, and what the run pinned still loads: only the workflow as it stands now does not."""
    return is_under_way(run, effect) and bool(parts.terms(run).definition.steps)


async def _looked(parts: Parts, lease: Lease) -> tuple[Run | None, bool]:
    """What changes something is looked at once more right before; `execute` does that by itself."""
    run, paused = await parts.store.run(lambda tx: _look(tx, lease))
    if run is not None and lease.interrupted and isinstance(lease.effect, AskModel):
        await note_lost(parts, lease, run, lease.effect)
    return run, paused


def _look(tx: Transaction, lease: Lease) -> tuple[Run | None, bool]:
    if not tx.outbox.holds(lease):
        return None, False
    run = tx.runs.load(lease.run)
    return run, run.paused or bool(tx.limits.paused(run.workflow))


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
        case Write() as effect:
            await write(parts, lease, run, effect)
        case Execute(dry=True) as effect:
            await rehearse(parts, lease, run, effect)
        case Execute() as effect:
            await execute(parts, lease, effect)
        case Compensate() as effect:
            await compensate(parts, lease, run, effect)
        case Seek() as effect:
            await seek(parts, lease, run, effect)
        case Wake() as effect:
            links = present_links(parts, run, effect.step)
            await conclude(parts, lease, Woken(parts.clock.now(), ENGINE, effect.step, links=links))
        case StartRuns() as effect:
            await start_runs(parts, lease, run, effect)
        case _:
            assert_never(lease.effect)
