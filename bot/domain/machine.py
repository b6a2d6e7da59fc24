"""The machine: `advance(run, event, terms) -> Moved` is the only place where a run changes.

It is pure: the time is in the event, ids are derived, nothing is read or sent. `settle` walks the steps in order until
one has to wait for the world; `entering` starts a step, `answering` hears the world and `deciding` people, `acting`
carries out what was approved, `succeeding` and `failing` hear how that went, `timing` minds the clock. A refusal is
raised and changes nothing.
"""

from dataclasses import dataclass
from typing import assert_never

from bot.domain import (
    acting,
    answering,
    deciding,
    doubting,
    entering,
    failing,
    outside,
    proving,
    steering,
    succeeding,
    timing,
    witnessing,
)
from bot.domain.audit.entry import Entry, EntryKind
from bot.domain.effect import Effect
from bot.domain.event import (
    Abandoned,
    Answered,
    Begun,
    Cancelled,
    Changed,
    Decided,
    Declared,
    Delayed,
    Done,
    Doubted,
    Event,
    Failed,
    FilledIn,
    LookedUp,
    LookWanted,
    OutcomeUnknown,
    Paused,
    ReadBack,
    Reconciled,
    Resumed,
    Retried,
    Shown,
    Started,
    Undelivered,
    Undone,
    Unloaded,
    Woken,
)
from bot.domain.frozen import replace
from bot.domain.inviting import go_past_the_absent
from bot.domain.move import Move
from bot.domain.run import Run, RunState, StepStatus
from bot.domain.terms import Terms


@dataclass(frozen=True, slots=True)
class Moved:
    """What one event did: the run as it stands now, what the record says of it, what is to be done next."""

    run: Run
    entries: tuple[Entry, ...]
    effects: tuple[Effect, ...]


def advance(run: Run, event: Event, terms: Terms) -> Moved:
    """What this event makes of the run. Raises Refused where it may not happen; then nothing changed."""
    move = Move(run, terms, event.at, event.by)
    _take(move, event)
    if move.run.state in (RunState.RUNNING, RunState.WAITING) and not (move.run.paused or move.run.undoing):
        settle(move)
    return Moved(move.run, tuple(move.entries), tuple(move.effects))


def _take(move: Move, event: Event) -> None:  # noqa: C901  one flat dispatch
    match event:
        case Started():
            entering.begin(move, event)
        case ReadBack():
            witnessing.take_reading(move, event)
        case Answered():
            answering.take_answer(move, event)
        case Doubted():
            answering.take_doubt(move, event)
        case Decided():
            deciding.decide(move, event)
        case FilledIn():
            outside.fill_in(move, event)
        case Begun():
            acting.begin(move, event)
        case Delayed():
            witnessing.take_delay(move, event)
        case Done():
            succeeding.take_done(move, event)
        case Failed():
            failing.take_failure(move, event)
        case OutcomeUnknown():
            failing.take_unknown(move, event)
        case LookedUp():
            doubting.take_look(move, event)
        case Woken():
            timing.wake(move, event)
        case Cancelled() | Paused() | Resumed() | Undone() | Reconciled() | LookWanted() | Declared():
            steering.steer(move, event)
        case Changed() | Unloaded():
            steering.steer(move, event)
        case Shown() | Undelivered() | Abandoned() | Retried():
            _note(move, event)
        case _:
            assert_never(event)


def _note(move: Move, event: Shown | Undelivered | Abandoned | Retried) -> None:
    """What changes nothing but is worth knowing later."""
    match event:
        case Shown(step=step, version=version, place=place):
            gate = move.run.gates.get(step)
            if gate is not None and gate.version == version and gate.shown_at is None:
                gate = replace(gate, shown_at=event.at)
                move.gate(gate, EntryKind.GATE_SHOWN, source=place)
                go_past_the_absent(move, gate, event.links)
        case Undelivered(step=step, text=text, tell=who):
            move.write(EntryKind.MESSAGE_LOST, step=step or None, fields={"error": text})
            if event.card and not move.run.ended:
                move.tell(who, f"The card “{step}” of run {move.run.id} could not be shown: {text}", step=step)
        case Abandoned(step=step, verdict=verdict):
            if step in move.run.gates or step in move.run.questions:
                move.write(EntryKind.GATE_ABANDONED, step=step, outcome=verdict.value)
        case Retried():
            failing.take_retry(move, event)
        case _:
            assert_never(event)


def settle(move: Move) -> None:
    """Walk on from the first unfinished step until one waits for the world, or all are done."""
    for step in move.terms.definition.steps:
        if step.name not in move.run.steps:
            entering.enter(move, step)
        if move.run.state not in (RunState.RUNNING, RunState.WAITING):
            return
        match move.run.steps[step.name].status:
            case StepStatus.DONE | StepStatus.SKIPPED:
                continue
            case StepStatus.DUE:
                move.stand(RunState.RUNNING)
                return
            case StepStatus.ASKED | StepStatus.WAITING:
                move.stand(RunState.WAITING)
                return
            case StepStatus.FAILED:
                return
    proving.finish(move)
