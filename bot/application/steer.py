"""Cancel, pause, resume, undo or reconcile one run, or declare an incident on it.

A refusal changes nothing and stands in the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

from bot.application.conclude import keep
from bot.application.decide import write_refusal
from bot.application.move import move
from bot.application.parts import Parts
from bot.application.resume import resuming
from bot.domain.acting import find
from bot.domain.binding import Retry
from bot.domain.errors import AlreadyDecided, Refused, Unfit, Unknown
from bot.domain.event import Cancelled, Declared, LookWanted, Paused, Reconciled, Resumed, Undone
from bot.domain.person import Door, Person, person_actor
from bot.domain.plain import Plain
from bot.domain.run import Action, ActionStatus, Run, RunId
from bot.domain.terms import Terms
from bot.domain.trouble import is_in_trouble
from bot.ports.store import Transaction


class Move(StrEnum):
    """What can be done with a run as a whole."""

    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    UNDO = "undo"
    INCIDENT = "incident"
    """Say that something went wrong; it stops nothing."""
    HAPPENED = "done"
    DID_NOT_HAPPEN = "not done"
    LOOK = "look it up"


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
    as_begun: bool = False
    """Whether a parked run is to keep the brief it began with."""
    trouble: int = 0
    """Which trouble of the run somebody saw; where that is settled, nothing is done. 0 where they did not say."""
    delivery: str = ""
    """What brought it, where it was kept in the inbox: that is through with the same commit, so it is done once."""


async def steer(parts: Parts, order: Order) -> Run:
    """The run after the order. Raises Refused where it may not happen."""

    def work(tx: Transaction) -> Run | Refused:
        if order.delivery:
            tx.inbox.finish(order.delivery)
        run = tx.runs.load(order.run)
        event = _event(parts, order, run)
        try:
            _refuse_settled(order, run)
            _refuse_unloaded(parts, order, run)
            event, terms = _terms(parts, tx, order, run, event)
            moved = move(parts, run, event, terms)
            _refuse_blind(parts, order, run, event)
        except Refused as refused:
            write_refusal(parts, tx, run, event, refused, outcome=order.move.value)
            return refused
        if order.move in (Move.RESUME, Move.CANCEL):  # what was held up goes on, or is dropped
            tx.outbox.hurry(now=parts.clock.now(), run=run.id)
        return keep(tx, run, moved)

    outcome = await parts.store.run(work)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def _refuse_unloaded(parts: Parts, order: Order, run: Run) -> None:
    """A run whose workflow does not load can be stopped, or declared an incident. Resuming may free it from that."""
    if order.move in (Move.CANCEL, Move.PAUSE, Move.INCIDENT):
        return
    frees = order.move is Move.RESUME and not order.as_begun
    why = parts.library.trouble(run.workflow) if frees else parts.library.why_not(run)
    if why:
        raise Unfit(f"{why} Mend that first. The run can be cancelled.")


def _refuse_settled(order: Order, run: Run) -> None:
    if order.trouble and not is_in_trouble(run, order.trouble):
        raise AlreadyDecided("This is settled. Nothing was done now.")


def _refuse_blind(parts: Parts, order: Order, run: Run, event: "Steered") -> None:
    """There are systems that cannot say whether something happened."""
    action = find(run, event.step, event.n) if isinstance(event, LookWanted) else None
    if action is not None and order.move is Move.LOOK and not can_be_asked(parts, action):
        raise Unfit("Its system cannot say whether it happened. Look there yourself, then say: done, or not done.")


def can_be_asked(parts: Parts, action: Action) -> bool:
    """Whether the system of an action can say that it happened."""
    binding = parts.systems.binding(action.proposal.kind)
    return binding is not None and binding.retry is not Retry.BLIND


Steered = Cancelled | Paused | Resumed | Undone | Reconciled | Declared | LookWanted


def _terms(parts: Parts, tx: Transaction, order: Order, run: Run, event: Steered) -> tuple[Steered, Terms]:
    """The event, and the terms it happens on; whoever is responsible now is asked for by the brief of now."""
    if isinstance(event, Resumed):
        event, terms = resuming(parts, tx, run, event, as_begun=order.as_begun)
    else:
        terms = parts.terms(run)
    try:
        return event, replace(terms, now=parts.library.responsible(run.workflow))
    except Unknown:
        return event, terms


def _event(parts: Parts, order: Order, run: Run) -> Steered:
    at, actor = parts.clock.now(), person_actor(order.by.id, order.door, on_behalf_of=order.on_behalf_of)
    match order.move:
        case Move.CANCEL:
            return Cancelled(at, actor, order.by, order.text)
        case Move.PAUSE:
            return Paused(at, actor, order.by, order.text)
        case Move.RESUME:
            return Resumed(at, actor, order.by, order.text)
        case Move.UNDO:
            return Undone(at, actor, order.by, order.text)
        case Move.INCIDENT:
            return Declared(at, actor, order.by, order.text)
        case Move.LOOK:
            return LookWanted(at, actor, order.by, *_doubtful(run))
        case Move.HAPPENED | Move.DID_NOT_HAPPEN:
            step, n = _doubtful(run)
            happened = order.move is Move.HAPPENED
            return Reconciled(at, actor, order.by, step, n, happened, order.receipt, order.text)
        case _:
            assert_never(order.move)


def _doubtful(run: Run) -> tuple[str, int]:
    """The action that is in doubt."""
    found = next((a for a in run.actions if a.status is ActionStatus.IN_DOUBT), None)
    return (found.step, found.n) if found is not None else ("", 0)
