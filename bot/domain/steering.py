"""Steering a run from outside its steps: cancel, pause, resume, undo, reconcile, a deploy that changed steps ahead."""

from typing import assert_never

from bot.domain.acting import carry_out
from bot.domain.adopting import adopt, ask_by_now
from bot.domain.asking import ask, next_look
from bot.domain.audit.entry import EntryKind
from bot.domain.brief.remnant import NOBODY
from bot.domain.doubting import reconcile, want_look
from bot.domain.effect import Wake
from bot.domain.ending import cancelled
from bot.domain.errors import AlreadyDecided, Unfit
from bot.domain.event import Cancelled, Changed, Declared, LookWanted, Paused, Reconciled, Resumed, Undone, Unloaded
from bot.domain.fold import PAUSED, UNPAUSED
from bot.domain.frozen import replace
from bot.domain.gate import Power, allow, may
from bot.domain.gating import drop_waiting, next_time, put_to_people, void
from bot.domain.move import Move
from bot.domain.person import Person
from bot.domain.plain import Plain
from bot.domain.proving import ask_for_all_again
from bot.domain.rebrief import Rebrief
from bot.domain.run import ActionStatus, Gate, GateStatus, Run, RunState, StepStatus
from bot.domain.undoing import take_back
from bot.domain.value import intent_of
from bot.domain.workflow import Act

LONGEST_WORDS = 2_000
_IN_FLIGHT = frozenset({ActionStatus.BEGUN, ActionStatus.UNDOING})


Steered = Cancelled | Paused | Resumed | Undone | Reconciled | LookWanted | Declared | Changed | Unloaded


def steer(move: Move, event: Steered) -> None:  # noqa: C901  one flat dispatch
    """Take one steering event. Raises Refused where it may not happen now."""
    match event:
        case Cancelled():
            _allow(move, event.person, Power.CANCEL)
            _cancel(move, event)
        case Paused():
            _allow(move, event.person, Power.PAUSE)
            _pause(move, event)
        case Resumed():
            _allow(move, event.person, Power.RESUME)
            _resume(move, event)
        case Undone():
            _allow(move, event.person, Power.UNDO)
            _undo(move, event)
        case Reconciled():
            _allow(move, event.person, Power.RECONCILE)
            reconcile(move, event)
        case LookWanted():
            _allow(move, event.person, Power.LOOK)
            want_look(move, event)
        case Declared():
            _allow(move, event.person, Power.INCIDENT)
            _declare(move, event)
        case Changed(steps=steps):
            names = ", ".join(steps)
            _hold_up(
                move,
                f"A new version changed steps this run still has ahead ({names}). Resume to go on with it, or cancel.",
            )
        case Unloaded(why=why):
            if _hold_up(move, f"{why} Mend that, then resume, or cancel."):
                move.tell("pager", f"Run {move.run.id} of {move.run.workflow} stands still: {why}")
        case _:
            assert_never(event)


def _allow(move: Move, person: Person, power: Power) -> None:
    """Who is responsible for a run is whoever is responsible for its workflow now, whatever it began with."""
    allow(may(person, power, move.terms.now or move.terms.brief, move.run))


def _hold_up(move: Move, why: str) -> bool:
    """Park a run that is under way; False where it is not."""
    under_way = move.run.state in (RunState.RUNNING, RunState.WAITING) and move.run.undoing is None
    if under_way:
        move.park(why)
    return under_way


def _refuse_ended(run: Run) -> None:
    if run.ended:
        raise AlreadyDecided(f"This run has ended: it is {run.state}.")


def _refuse_in_flight(run: Run) -> None:
    if any(a.status in _IN_FLIGHT for a in run.actions):
        raise AlreadyDecided("Something is being carried out right now. Try again in a moment.")
    if any(a.status is ActionStatus.IN_DOUBT for a in run.actions):
        raise Unfit("It is not known whether an action happened. First say so: done, or not done.")


def refuse_cancelling(run: Run) -> None:
    """Raise Refused where a run cannot be cancelled, whoever wants it."""
    _refuse_ended(run)
    _refuse_in_flight(run)


def refuse_resuming(run: Run) -> None:
    """Raise Refused where a run cannot go on, whoever wants it."""
    _refuse_ended(run)
    if run.paused:
        return
    if run.state is not RunState.PARKED:
        raise AlreadyDecided(f"This run is {run.state}; there is nothing to resume.")
    _refuse_in_flight(run)
    if any(a.status in (ActionStatus.UNDONE, ActionStatus.STUCK) for a in run.actions):
        raise Unfit("Something here was taken back already, so it cannot go on. See to the rest, then cancel this run.")


def _cancel(move: Move, event: Cancelled) -> None:
    refuse_cancelling(move.run)
    why = f"Cancelled by {event.person.name}. {event.text}".strip()
    drop_waiting(move, why)
    move.enter(RunState.STOPPED, EntryKind.RUN_CANCELLED, why)
    move.tell_what_stands("was cancelled")
    move.tell_requester(cancelled(move.run, move.terms, event.person.name, event.text))


def _pause(move: Move, event: Paused) -> None:
    _refuse_ended(move.run)
    if move.run.paused:
        raise AlreadyDecided("This run is paused already.")
    move.run = replace(move.run, paused=True)
    move.write(EntryKind.RUN_PAUSED, fields={"why": event.text} if event.text else None, standing=PAUSED)


def _resume(move: Move, event: Resumed) -> None:
    refuse_resuming(move.run)
    if move.run.paused:
        move.run = replace(move.run, paused=False)
        move.write(EntryKind.RUN_RESUMED, fields={"why": event.text} if event.text else None, standing=UNPAUSED)
        return
    pins = replace(move.run.pins, steps={**move.run.pins.steps, **event.accept})
    move.run = replace(move.run, pins=pins)
    asked = _go_on(move, event.text, event.rebrief)
    if event.rebrief is not None:
        ask_for_all_again(move)
    _try_failed_again(move)
    _ask_again(move, asked)


def _go_on(move: Move, text: str, rebrief: Rebrief | None) -> frozenset[str]:
    """Go on, by another brief where there is one; the steps that are asked again because of it."""
    if rebrief is None:
        move.enter(RunState.RUNNING, EntryKind.RUN_RESUMED, text)
        return frozenset()
    move.run = adopt(move.run, rebrief)
    fields: dict[str, Plain] = {"changes": [*rebrief.changes]}
    move.enter(RunState.RUNNING, EntryKind.RUN_RESUMED, text, fields=fields, brief=rebrief.brief)
    return frozenset(ask_by_now(move, rebrief))


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


def _ask_again(move: Move, asked: frozenset[str]) -> None:
    """What ran out of time is asked again; what still waits gets its clock back, which stood still meanwhile."""
    for gate in (gate for gate in tuple(move.run.gates.values()) if gate.step not in asked):
        group = move.terms.brief.reviewers.get(gate.group)
        waits = gate.status is GateStatus.OPEN
        too_late = waits and gate.expires_at is not None and move.at >= gate.expires_at
        over = gate.status in (GateStatus.EXPIRED, GateStatus.REJECTED) and not _is_past(move, gate)
        if group is not None and (too_late or over):
            put_to_people(move, void(move, gate, "opened again"), group)
        elif waits:
            move.order(Wake(next_time(gate), gate.step))
    for question in (one for one in tuple(move.run.questions.values()) if one.step not in asked):
        if question.unsent or (question.expires_at is not None and move.at >= question.expires_at):
            ask(move, question)
        else:
            move.order(Wake(next_look(question), question.step))


def _is_past(move: Move, gate: Gate) -> bool:
    """Whether it was rejected while the run was at something else; what follows from that is still to come."""
    state = move.run.steps.get(gate.step)
    return state is not None and state.status is StepStatus.DONE


def _undo(move: Move, event: Undone) -> None:
    _refuse_in_flight(move.run)
    if move.run.erased_at is not None:
        raise Unfit("What this run did was erased here, so it cannot be taken back from here. Do it in the system.")
    done = [a for a in move.run.actions if a.status is ActionStatus.DONE]
    intents = [intent_of(a.proposal, move.terms) for a in done]
    if not any(intent.reversible() for intent in intents):
        why = "; ".join(f"{i.kind()}: {i.cannot_be_undone}" for i in intents) or "nothing was carried out"
        raise Unfit(f"There is nothing here that can be taken back ({why}).")
    why = f"Taken back for {event.person.name}. {event.text}".strip()
    drop_waiting(move, why)
    move.enter(RunState.RUNNING, EntryKind.RUN_RESUMED, why)
    take_back(move, RunState.UNDONE, why)


def _declare(move: Move, event: Declared) -> None:
    """Nothing is stopped by it: what is to be done is up to those who are told."""
    if not event.text.strip() or len(event.text) > LONGEST_WORDS:
        raise Unfit(f"Say what went wrong, in a few words: {LONGEST_WORDS:,} letters at most.")
    move.write(EntryKind.RUN_INCIDENT, fields={"text": event.text})
    said = f"{event.person.name} declares an incident on run {move.run.id} of {move.run.workflow}: {event.text}"
    brief = move.terms.now or move.terms.brief
    for who in dict.fromkeys((brief.owner, brief.maintainer)):
        if who != NOBODY:
            move.tell(who, said)
