"""Steering a run from outside its steps: cancel, pause, resume, undo, reconcile, a deploy that changed steps ahead."""

from typing import assert_never

from bot.domain.acting import carry_out, execute_next, find
from bot.domain.asking import ask, next_look
from bot.domain.audit.entry import EntryKind
from bot.domain.effect import Show, Wake
from bot.domain.errors import AlreadyDecided, Unfit, Unknown
from bot.domain.event import Cancelled, Changed, Paused, Reconciled, Resumed, Undone
from bot.domain.fold import PAUSED, UNPAUSED
from bot.domain.frozen import replace
from bot.domain.gate import Power, allow, may
from bot.domain.gating import close, next_time, put_to_people, void
from bot.domain.intent import Receipt
from bot.domain.move import Move
from bot.domain.plain import Plain
from bot.domain.run import ActionStatus, GateStatus, RunState, StepStatus
from bot.domain.undoing import take_back
from bot.domain.value import intent_of
from bot.domain.workflow import Act

_IN_FLIGHT = frozenset({ActionStatus.BEGUN, ActionStatus.UNDOING})


def steer(move: Move, event: Cancelled | Paused | Resumed | Undone | Reconciled | Changed) -> None:
    """Take one steering event. Raises Refused where it may not happen now."""
    match event:
        case Cancelled():
            allow(may(event.person, Power.CANCEL, move.terms.brief, move.run))
            _cancel(move, event)
        case Paused():
            allow(may(event.person, Power.PAUSE, move.terms.brief, move.run))
            _pause(move, event)
        case Resumed():
            allow(may(event.person, Power.RESUME, move.terms.brief, move.run))
            _resume(move, event)
        case Undone():
            allow(may(event.person, Power.UNDO, move.terms.brief, move.run))
            _undo(move, event)
        case Reconciled():
            allow(may(event.person, Power.RECONCILE, move.terms.brief, move.run))
            _reconcile(move, event)
        case Changed():
            _hold_up(move, event)
        case _:
            assert_never(event)


def _hold_up(move: Move, event: Changed) -> None:
    if move.run.state not in (RunState.RUNNING, RunState.WAITING) or move.run.undoing is not None:
        return
    names = ", ".join(event.steps)
    move.park(f"A new version changed steps this run still has ahead ({names}). Resume to go on with it, or cancel.")


def _refuse_ended(move: Move) -> None:
    if move.run.ended:
        raise AlreadyDecided(f"This run has ended: it is {move.run.state}.")


def _refuse_in_flight(move: Move) -> None:
    if any(a.status in _IN_FLIGHT for a in move.run.actions):
        raise AlreadyDecided("Something is being carried out right now. Try again in a moment.")
    if any(a.status is ActionStatus.IN_DOUBT for a in move.run.actions):
        raise Unfit("It is not known whether an action happened. First say so: done, or not done.")


def _drop_waiting(move: Move, why: str) -> None:
    for gate in tuple(move.run.gates.values()):
        close(move, gate, why)
    for name in move.run.questions:
        move.order(Show(name))
    move.run = replace(move.run, questions={})


def _cancel(move: Move, event: Cancelled) -> None:
    _refuse_ended(move)
    _refuse_in_flight(move)
    why = f"Cancelled by {event.person.name}. {event.text}".strip()
    _drop_waiting(move, why)
    done = [a.proposal.kind for a in move.run.actions if a.status in (ActionStatus.DONE, ActionStatus.STUCK)]
    move.enter(RunState.STOPPED, EntryKind.RUN_CANCELLED, why)
    if done:
        move.tell("owner", f"Run {move.run.id} was cancelled after this had been carried out: {', '.join(done)}.")
    move.tell_requester(why)


def _pause(move: Move, event: Paused) -> None:
    _refuse_ended(move)
    if move.run.paused:
        raise AlreadyDecided("This run is paused already.")
    move.run = replace(move.run, paused=True)
    move.write(EntryKind.RUN_PAUSED, fields={"why": event.text} if event.text else None, standing=PAUSED)


def _resume(move: Move, event: Resumed) -> None:
    _refuse_ended(move)
    if move.run.paused:
        move.run = replace(move.run, paused=False)
        move.write(EntryKind.RUN_RESUMED, fields={"why": event.text} if event.text else None, standing=UNPAUSED)
        return
    if move.run.state is not RunState.PARKED:
        raise AlreadyDecided(f"This run is {move.run.state}; there is nothing to resume.")
    _refuse_in_flight(move)
    if any(a.status in (ActionStatus.UNDONE, ActionStatus.STUCK) for a in move.run.actions):
        raise Unfit("Something here was taken back already, so it cannot go on. See to the rest, then cancel this run.")
    pins = replace(move.run.pins, steps={**move.run.pins.steps, **event.accept})
    move.run = replace(move.run, pins=pins)
    move.enter(RunState.RUNNING, EntryKind.RUN_RESUMED, event.text)
    _try_failed_again(move)
    _ask_again(move)


def _try_failed_again(move: Move) -> None:
    failed = [name for name, state in move.run.steps.items() if state.status is StepStatus.FAILED]
    planned = {a.step for a in move.run.actions}
    move.forget(tuple(failed))
    for name in failed:
        if name in planned and isinstance(move.terms.definition.step(name).node, Act):
            for action in move.run.actions:
                if action.step == name and action.status is ActionStatus.FAILED:
                    move.action(replace(action, status=ActionStatus.PLANNED, error=""), EntryKind.ACTION_RECONCILED)
            carry_out(move, move.terms.definition.step(name))


def _ask_again(move: Move) -> None:
    """What ran out of time is asked again; what still waits gets its clock back, which stood still meanwhile."""
    for gate in tuple(move.run.gates.values()):
        group = move.terms.brief.reviewers.get(gate.group)
        waits = gate.status is GateStatus.OPEN
        too_late = waits and gate.expires_at is not None and move.at >= gate.expires_at
        if group is not None and (too_late or gate.status in (GateStatus.EXPIRED, GateStatus.REJECTED)):
            put_to_people(move, void(move, gate, "opened again"), group)
        elif waits:
            move.order(Wake(next_time(gate), gate.step))
    for question in tuple(move.run.questions.values()):
        if question.expires_at is not None and move.at >= question.expires_at:
            ask(move, question)
        else:
            move.order(Wake(next_look(question), question.step))


def _undo(move: Move, event: Undone) -> None:
    _refuse_in_flight(move)
    if move.run.erased_at is not None:
        raise Unfit("What this run did was erased here, so it cannot be taken back from here. Do it in the system.")
    done = [a for a in move.run.actions if a.status is ActionStatus.DONE]
    intents = [intent_of(a.proposal, move.terms) for a in done]
    if not any(intent.reversible() for intent in intents):
        why = "; ".join(f"{i.kind()}: {i.cannot_be_undone}" for i in intents) or "nothing was carried out"
        raise Unfit(f"There is nothing here that can be taken back ({why}).")
    why = f"Taken back for {event.person.name}. {event.text}".strip()
    _drop_waiting(move, why)
    move.enter(RunState.RUNNING, EntryKind.RUN_RESUMED, why)
    take_back(move, RunState.UNDONE, why)


def _reconcile(move: Move, event: Reconciled) -> None:
    action = find(move.run, event.step, event.n)
    if action is None:
        raise Unknown(f"“{event.step}” has no action {event.n + 1}.")
    if action.status is not ActionStatus.IN_DOUBT:
        raise AlreadyDecided(f"There is no doubt about this action: it is {action.status}.")
    _refuse_nameless(move, event)
    status = ActionStatus.DONE if event.happened else ActionStatus.PLANNED
    receipt = Receipt.model_validate({"id": "by hand", **event.receipt}).model_dump() if event.happened else None
    move.enter(RunState.RUNNING, EntryKind.RUN_RESUMED, event.text)
    move.action(
        replace(action, status=status, receipt=receipt, error=""),
        EntryKind.ACTION_RECONCILED,
        fields={"text": event.text} if event.text else None,
        reviewer=event.person.id,
        outcome="happened" if event.happened else "did not happen",
    )
    if event.happened:
        execute_next(move, event.step)
    else:
        carry_out(move, move.terms.definition.step(event.step))


def _refuse_nameless(move: Move, event: Reconciled) -> None:
    """A later action of the plan may need the id that this one brought back."""
    actions = {a.n: a for a in move.run.actions if a.step == event.step}
    wanted: Plain = {"step": actions[event.n].proposal.step}
    if (
        event.happened
        and "id" not in event.receipt
        and any(wanted in a.proposal.data.values() for a in actions.values())
    ):
        raise Unfit("What comes next is about the record this has made. Say its id, too.")
