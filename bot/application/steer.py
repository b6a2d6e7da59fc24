"""Cancel, pause, resume, undo or reconcile one run. A refusal changes nothing and stands in the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from bot.application.conclude import keep
from bot.application.decide import write_refusal
from bot.application.parts import Parts
from bot.domain.errors import Misdeclared, Refused, Unfit, Unknown
from bot.domain.event import Cancelled, Paused, Reconciled, Resumed, Undone
from bot.domain.machine import advance
from bot.domain.person import Door, Person, person_actor
from bot.domain.plain import Plain
from bot.domain.run import ActionStatus, Run, RunId
from bot.ports.store import Transaction


class Move(StrEnum):
    """What can be done with a run as a whole."""

    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    UNDO = "undo"
    HAPPENED = "done"
    DID_NOT_HAPPEN = "not done"


@dataclass(frozen=True, slots=True)
class Order:
    """What a person wants done with a run."""

    run: RunId
    move: Move
    by: Person
    door: Door
    text: str = ""
    receipt: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    on_behalf_of: str = ""


async def steer(parts: Parts, order: Order) -> Run:
    """The run after the order. Raises Refused where it may not happen."""

    def work(tx: Transaction) -> Run | Refused:
        run = tx.runs.load(order.run)
        event = _event(parts, order, run)
        try:
            _refuse_unloaded(parts, order, run)
            moved = advance(run, event, parts.terms(run))
        except Refused as refused:
            write_refusal(tx, run, event, refused, outcome=order.move.value)
            return refused
        if order.move in (Move.RESUME, Move.CANCEL):  # what was held up goes on, or is dropped
            tx.outbox.hurry(now=parts.clock.now(), run=run.id)
        return keep(tx, run, moved)

    outcome = await parts.store.run(work)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def _refuse_unloaded(parts: Parts, order: Order, run: Run) -> None:
    """A run whose workflow does not load can be stopped, and nothing else."""
    if order.move not in (Move.CANCEL, Move.PAUSE) and (why := parts.library.why_not(run)):
        raise Unfit(f"{why} Mend that first. The run can be cancelled.")


def _accepted(parts: Parts, run: Run) -> dict[str, str]:
    """The steps ahead that are not what the run pinned, as they are now."""
    try:
        steps = parts.library.current(run.workflow).pins.steps
    except (Misdeclared, Unknown):
        return {}
    return {name: steps[name] for name in parts.library.changed_ahead(run) if name in steps}


def _event(parts: Parts, order: Order, run: Run) -> Cancelled | Paused | Resumed | Undone | Reconciled:
    at, actor = parts.clock.now(), person_actor(order.by.id, order.door, on_behalf_of=order.on_behalf_of)
    text = str(parts.redactor.redact(order.text).value)
    match order.move:
        case Move.CANCEL:
            return Cancelled(at, actor, order.by, text)
        case Move.PAUSE:
            return Paused(at, actor, order.by, text)
        case Move.RESUME:
            return Resumed(at, actor, order.by, text, _accepted(parts, run))
        case Move.UNDO:
            return Undone(at, actor, order.by, text)
        case Move.HAPPENED | Move.DID_NOT_HAPPEN:
            doubtful = next((a for a in run.actions if a.status is ActionStatus.IN_DOUBT), None)
            step, n = (doubtful.step, doubtful.n) if doubtful else ("", 0)
            happened = order.move is Move.HAPPENED
            return Reconciled(at, actor, order.by, step, n, happened, order.receipt, text)
        case _:
            assert_never(order.move)
