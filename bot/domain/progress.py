"""How far a run has come, for whoever asked for it: a projection of the run, one content for every door.

Only what takes time is a task: reading, thinking, waiting for people, carrying out. What code decides is none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.acting import gate_of
from bot.domain.asking import OBSERVE
from bot.domain.ending import subject
from bot.domain.frozen import replace
from bot.domain.proof import checks_of
from bot.domain.run import (
    Action,
    ActionStatus,
    Gate,
    GateStatus,
    Mode,
    Question,
    Run,
    RunState,
    Source,
    StepState,
    StepStatus,
)
from bot.domain.terms import Terms
from bot.domain.text import visible
from bot.domain.value import Wrong, title_of
from bot.domain.workflow import Act, AnyStep, Ask, Each, Inquire, LookUp, Review, Stop, Wait

_CALLED = {"requester": "you", "owner": "the owner"}


class Doing(StrEnum):
    """Where one task stands."""

    AHEAD = "ahead"
    UNDER_WAY = "under way"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that takes time."""

    step: str
    title: str
    doing: Doing
    says: str = ""
    """Its state in plain words, where the title does not say it all."""
    people: tuple[str, ...] = ()
    """Who is asked, or who decided."""
    until: datetime | None = None
    asked: bool = False
    """Whether a card or a question stands somewhere for it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands, from its first task to its last."""

    title: str
    standing: str
    """The state of the whole in plain words."""
    tasks: tuple[Task, ...]
    run: str
    ended: bool
    took: timedelta | None = None
    cost_micros: int = 0


def progress_of(run: Run, terms: Terms) -> Progress:
    """How far a run has come."""
    return Progress(
        title=subject(run, terms),
        standing=_standing(run),
        tasks=tuple(_tasks(run, terms)),
        run=run.id,
        ended=run.ended,
        took=run.ended_at - run.started_at if run.ended_at is not None else None,
        cost_micros=run.spent_micros,
    )


def lasted(took: timedelta) -> str:
    """A time in the two largest units that it has: `12 s`, `3 min 20 s`, `4 d 2 h`."""
    left, parts = max(int(took.total_seconds()), 0), list[str]()
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        parts += [f"{count} {unit}"] if count or (unit == "s" and not parts) else []
    return " ".join(parts[:2])


_STANDS = {
    RunState.RUNNING: "Under way",
    RunState.WAITING: "Waits",
    RunState.PARKED: "Parked: it needs somebody, and they were told",
    RunState.DONE: "Done",
    RunState.STOPPED: "Stopped",
    RunState.FAILED: "Failed",
    RunState.UNDONE: "Taken back",
}


def _standing(run: Run) -> str:
    if run.paused and not run.ended:
        return "Held. Nothing leaves until it is resumed."
    if run.undoing is not None:
        return "What was done is being taken back."
    if run.ended and run.reason.startswith(("Rejected", "Cancelled", "Taken", "Nobody")):
        return run.reason
    if run.state is RunState.WAITING:
        return f"Waits{_for_whom(run)}."
    # What a parked run waits for is its owner's to read; whoever asked for it hears what happened.
    why = _why_parked(run) if run.state is RunState.PARKED else run.reason
    return f"{_STANDS[run.state]}. {why}".strip()


def _why_parked(run: Run) -> str:
    """What happened, in a sentence; nothing where a task says it already."""
    first = run.reason.partition(". ")[0].rstrip(".")
    return "" if not first or any(first in action.error for action in run.actions) else f"{first}."


def _for_whom(run: Run) -> str:
    groups = [gate.group for gate in run.gates.values() if gate.status is GateStatus.OPEN]
    groups += [question.group for question in run.questions.values()]
    return f" for {_CALLED.get(groups[0], groups[0])}" if groups else ""


# --- tasks -----------------------------------------------------------------------------------------------------------


def _tasks(run: Run, terms: Terms) -> Iterator[Task]:
    for step in terms.definition.steps:
        task = _task(run, terms, step)
        if task is not None:
            yield task
    for name, what in checks_of(run, terms).items():
        said = f"Check that it is done{what}", f"Checking that it is done{what}", f"Checked it{what}"
        yield _task_of(name, run.steps[name], *said)
    if OBSERVE in run.questions:
        yield _asked(run.questions[OBSERVE])


def _task(run: Run, terms: Terms, step: AnyStep) -> Task | None:
    """The task of a step; None where it takes no time, or is not on the path of this run."""
    state, question = run.steps.get(step.name), run.questions.get(step.name)
    if question is not None:
        return _asked(question, parked=run.state is RunState.PARKED)
    if state is not None and state.status is StepStatus.SKIPPED:
        return None
    if state is None and (run.ended or run.undoing is not None):
        return None
    task = _of_node(run, terms, step, state)
    if task is None or state is None or not state.by or task.doing is not Doing.DONE:
        return task
    return replace(task, says="Filled in by", people=(state.by,))


def _of_node(run: Run, terms: Terms, step: AnyStep, state: StepState | None) -> Task | None:
    name = step.name.replace("_", " ")
    match step.node:
        case LookUp():
            return _task_of(step.name, state, f"Read: {name}", f"Reading: {name}", f"Read: {name}")
        case Ask():
            task = _task_of(step.name, state, f"Think: {name}", f"Thinking: {name}", f"Thought: {name}")
            return replace(task, says=_sure(state)) if task.doing is Doing.DONE else task
        case Review():
            return _decided(run, step)
        case Act():
            return _carried(run, terms, step, state)
        case Inquire():
            return _task_of(step.name, state, f"Ask for: {name}", f"Asking for: {name}", f"Answered: {name}")
        case Wait():
            return _waited(step.name, state)
        case Each():
            return _task_of(step.name, state, "Start further runs", "Starting further runs", "Started further runs")
        case _:
            return _at_once(step, state)


def _at_once(step: AnyStep, state: StepState | None) -> Task | None:
    """What takes no time is told only where the run ended with it, or failed at it."""
    status = state.status if state is not None else None
    if isinstance(step.node, Stop) and status is StepStatus.DONE:
        return Task(step.name, "Ended here", Doing.DONE, step.node.text)
    failed = status is StepStatus.FAILED
    return Task(step.name, f"Work out: {step.name.replace('_', ' ')}", Doing.FAILED) if failed else None


def _task_of(step: str, state: StepState | None, ahead: str, now: str, done: str) -> Task:
    match state.status if state is not None else None:
        case StepStatus.DONE | StepStatus.SKIPPED:
            return Task(step, done, Doing.DONE)
        case StepStatus.DUE | StepStatus.WAITING | StepStatus.ASKED:
            return Task(step, now, Doing.UNDER_WAY)
        case StepStatus.FAILED:
            return Task(step, ahead, Doing.FAILED, "This did not work.")
        case None:
            return Task(step, ahead, Doing.AHEAD)


def _sure(state: StepState | None) -> str:
    if state is None or state.confidence is None:
        return ""
    by = "The rehearsal model" if state.source is Source.REHEARSAL else "The model"
    return f"{by} is {state.confidence} % sure."


def _asked(question: Question, *, parked: bool = False) -> Task:
    whose = _CALLED.get(question.group, question.group)
    doing = Doing.FAILED if parked else Doing.UNDER_WAY
    return Task(question.step, f"Waiting for an answer by {whose}", doing, question.text, asked=True)


def _waited(step: str, state: StepState | None) -> Task:
    task = _task_of(step, state, "Wait", "Waiting", "Waited")
    if task.doing is not Doing.UNDER_WAY or state is None or not isinstance(state.value, str):
        return task
    return replace(task, says="Until", until=datetime.fromisoformat(state.value))


def _decided(run: Run, step: AnyStep) -> Task:
    gate = run.gates.get(step.name)
    if gate is None:
        return Task(step.name, "Wait for a decision", Doing.AHEAD)
    match gate.status:
        case GateStatus.OPEN:
            held = (gate.holder,) if gate.holder else ()
            doing = Doing.FAILED if run.state is RunState.PARKED else Doing.UNDER_WAY
            return Task(step.name, f"Waiting for {gate.group}", doing, _missing(gate), held, asked=True)
        case GateStatus.APPROVED:
            says = "By" if gate.approvals else "By the policy of the brief."
            by = tuple(dict.fromkeys(vote.person for vote in gate.approvals))
            return Task(step.name, "Approved", Doing.DONE, says, by, asked=True)
        case GateStatus.REJECTED:
            vote = gate.denials[-1]
            return Task(step.name, f"Rejected: {vote.reason}", Doing.FAILED, "By", (vote.person,), asked=True)
        case GateStatus.EXPIRED:
            return Task(step.name, "Nobody decided in time", Doing.FAILED, asked=True)
        case GateStatus.CLOSED:
            return Task(step.name, "Closed without a decision", Doing.DONE, asked=True)


def _missing(gate: Gate) -> str:
    given = len({vote.person for vote in gate.approvals})
    return f"{given} of {gate.needed} approvals are given." if gate.needed > 1 else ""


_CARRIED = {
    ActionStatus.PLANNED: ("To be carried out", Doing.UNDER_WAY),
    ActionStatus.BEGUN: ("Carrying out", Doing.UNDER_WAY),
    ActionStatus.DONE: ("Carried out", Doing.DONE),
    ActionStatus.FAILED: ("Failed", Doing.FAILED),
    ActionStatus.IN_DOUBT: ("Not known whether it happened", Doing.FAILED),
    ActionStatus.UNDOING: ("Taking back", Doing.UNDER_WAY),
    ActionStatus.UNDONE: ("Taken back", Doing.DONE),
    ActionStatus.STUCK: ("Could not be taken back", Doing.FAILED),
}


def _carried(run: Run, terms: Terms, step: AnyStep, state: StepState | None) -> Task:
    """What is carried out: the action that tells most, and how many there are besides."""
    mine = [action for action in run.actions if action.step == step.name]
    if not mine:
        return _not_by_the_bot(run, step, state)
    action = max(mine, key=_weight)
    said, doing = _CARRIED[action.status]
    if action.status is ActionStatus.PLANNED and state is not None and state.status is StepStatus.FAILED:
        said, doing = "Not carried out", Doing.FAILED
    done = sum(one.status is ActionStatus.DONE for one in mine)
    many = f"{done} of {len(mine)} are through. " if len(mine) > 1 else ""
    error = "" if doing is Doing.DONE else visible(action.error)
    return Task(step.name, f"{said}: {title_of(action.proposal, terms)}", doing, f"{many}{error}".strip())


def _weight(action: Action) -> int:
    """Trouble says more than work under way, and that more than what is through."""
    doing = _CARRIED[action.status][1]
    order = (ActionStatus.DONE, ActionStatus.UNDONE, ActionStatus.PLANNED)
    return order.index(action.status) if action.status in order else 4 + (doing is Doing.FAILED)


def _not_by_the_bot(run: Run, step: AnyStep, state: StepState | None) -> Task:
    try:
        by_hand = gate_of(run, step).mode is Mode.SHOW
    except Wrong:
        by_hand = False
    if by_hand:
        return _task_of(step.name, state, "Do it by hand", "Waiting for it to be done by hand", "Done by hand")
    return _task_of(step.name, state, "Carry it out", "Carrying it out", "Carried out")
