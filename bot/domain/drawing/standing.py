"""Where a run stands, step by step, for a drawing: what was done, what waits, what failed, what never came."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from bot.domain.drawing.flow import END, Arrow
from bot.domain.run import Action, ActionStatus, GateStatus, Run, RunState, StepState, StepStatus
from bot.domain.workflow import Act, AnyStep, Decide, Definition, Review, Stop


class Mark(StrEnum):
    """How a step of a run is marked."""

    DONE = "done"
    WAITING = "waiting"
    FAILED = "failed"
    SKIPPED = "skipped"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Standing:
    """One step of a run: its mark, and the words for it."""

    mark: Mark
    words: str


_AHEAD = Standing(Mark.AHEAD, "")
_GATES = {
    GateStatus.OPEN: Mark.WAITING,
    GateStatus.APPROVED: Mark.DONE,
    GateStatus.REJECTED: Mark.FAILED,
    GateStatus.EXPIRED: Mark.FAILED,
    GateStatus.CLOSED: Mark.DONE,
}
_TROUBLE = (ActionStatus.IN_DOUBT, ActionStatus.FAILED, ActionStatus.STUCK)


def standings(definition: Definition, run: Run) -> dict[str, Standing]:
    """How each step of a run stands, and its end."""
    found = {step.name: _standing(step, run) for step in definition.steps}
    ended = Standing(Mark.DONE, "done") if run.state is RunState.DONE else _AHEAD
    return {**found, END: ended}


def was_taken(arrow: Arrow, definition: Definition, marks: Mapping[str, Standing]) -> bool:
    """Whether a run went this way: both ends were reached, and nothing between them."""
    reached = [name for name in (*definition.names(), END) if marks[name].mark not in (Mark.SKIPPED, Mark.AHEAD)]
    return (arrow.start, arrow.end) in pairwise(reached)


def _standing(step: AnyStep, run: Run) -> Standing:
    state = run.steps.get(step.name)
    if state is None:
        return _AHEAD
    if isinstance(step.node, Review) and step.name in run.gates and state.status is not StepStatus.SKIPPED:
        gate = run.gates[step.name]
        asked = f"waiting for {gate.group}" if gate.status is GateStatus.OPEN else str(gate.status)
        return Standing(_GATES[gate.status], asked)
    if isinstance(step.node, Act):
        return _acted(state, [action for action in run.actions if action.step == step.name])
    return Standing(*_by_status(step, state, run))


def _acted(state: StepState, actions: list[Action]) -> Standing:
    undone = [action for action in actions if action.status is ActionStatus.UNDONE]
    trouble = next((action for action in actions if action.status in _TROUBLE), None)
    if trouble is not None:
        return Standing(Mark.FAILED, f"{trouble.status}: {trouble.proposal.kind}")
    if undone:
        return Standing(Mark.DONE, "done, then taken back")
    done = sum(action.status is ActionStatus.DONE for action in actions)
    words = {
        StepStatus.DONE: "done",
        StepStatus.SKIPPED: "skipped",
        StepStatus.FAILED: "failed",
    }.get(state.status, f"under way, {done} of {len(actions)} done" if actions else "waiting")
    return Standing(_MARKS[state.status], words)


_MARKS = {
    StepStatus.DONE: Mark.DONE,
    StepStatus.SKIPPED: Mark.SKIPPED,
    StepStatus.FAILED: Mark.FAILED,
    StepStatus.DUE: Mark.WAITING,
    StepStatus.WAITING: Mark.WAITING,
    StepStatus.ASKED: Mark.WAITING,
}


def _by_status(step: AnyStep, state: StepState, run: Run) -> tuple[Mark, str]:
    mark = _MARKS[state.status]
    match state.status:
        case StepStatus.ASKED:
            question = run.questions.get(step.name)
            return mark, f"waiting for {question.group}" if question else "waiting for a person"
        case StepStatus.DUE:
            return mark, "under way"
        case StepStatus.DONE if isinstance(step.node, Decide):
            return mark, f"done: {state.value}"
        case StepStatus.DONE if isinstance(step.node, Stop):
            return mark, "stopped here"
        case StepStatus.DONE if state.confidence is not None:
            return mark, f"done, {state.confidence} % sure"
        case _:
            return mark, str(state.status)
