"""What a parked or failed run needs, and from whom: one content for every door.

What can be done is what the machine would take now, found by asking it, so that nobody is offered what is refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.content import Line
from bot.domain.doubting import needs_id
from bot.domain.errors import Refused
from bot.domain.gate import Power
from bot.domain.progress import progress_of
from bot.domain.proof import is_proof
from bot.domain.run import TROUBLE, Action, ActionStatus, GateStatus, Run, RunState, StepStatus
from bot.domain.steering import refuse_cancelling, refuse_resuming
from bot.domain.terms import Terms
from bot.domain.text import visible
from bot.domain.value import title_of


class Remedy(StrEnum):
    """What a person can do about it."""

    GO_ON = "go-on"
    LOOK = "look"
    HAPPENED = "mark-done"
    DID_NOT_HAPPEN = "mark-not-done"
    CANCEL = "cancel"


POWERS: Mapping[Remedy, Power] = {
    Remedy.GO_ON: Power.RESUME,
    Remedy.LOOK: Power.LOOK,
    Remedy.HAPPENED: Power.RECONCILE,
    Remedy.DID_NOT_HAPPEN: Power.RECONCILE,
    Remedy.CANCEL: Power.CANCEL,
}
"""What it takes to be allowed each."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How a trouble came to its end."""

    by: str
    at: datetime
    did: str
    """`let it go on`, `cancelled it`, …"""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """What the record says of a trouble, which the run itself does not."""

    tries: int = 0
    last_try: datetime | None = None
    settled: Settled | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """One time that a run came to need a person."""

    n: int
    """The first of a run is 1."""
    run: str
    title: str
    happened: str
    """What happened, and what to do, in the words of the run."""
    known: tuple[Line, ...] = ()
    """What is known of each action: its title, and how it stands."""
    past: Past = Past()
    remedies: tuple[tuple[Remedy, str], ...] = ()
    """What this person can do now, each with the words of its button; the first is the main one."""
    needed: str = ""
    """What is needed, and from whom."""


def is_in_trouble(run: Run, n: int) -> bool:
    """Whether the n-th trouble of a run is still there."""
    return run.state in TROUBLE and run.troubles == n


def remedies_of(run: Run) -> tuple[Remedy, ...]:
    """What the machine would take now, whoever says it."""
    doubtful = in_doubt(run)
    if doubtful is not None:
        return (Remedy.LOOK, Remedy.HAPPENED, Remedy.DID_NOT_HAPPEN) if run.state is RunState.PARKED else ()
    can = {Remedy.GO_ON: refuse_resuming, Remedy.CANCEL: refuse_cancelling}
    found: list[Remedy] = []
    for remedy, refuse in can.items():
        try:
            refuse(run)
        except Refused:
            continue
        found.append(remedy)
    return tuple(found)


def in_doubt(run: Run) -> Action | None:
    """The action of which nobody knows whether it happened."""
    return next((action for action in run.actions if action.status is ActionStatus.IN_DOUBT), None)


def wants_id(run: Run) -> bool:
    """Whether who says that it happened has to say its id as well."""
    action = in_doubt(run)
    return action is not None and needs_id(run, action)


def trouble_of(run: Run, terms: Terms, n: int, past: Past, *, allowed: Collection[Remedy]) -> Trouble:
    """The n-th trouble of a run, for somebody to whom these remedies are allowed."""
    state = "Failed" if run.state is RunState.FAILED else "Parked"
    title = progress_of(run, terms).title
    if not is_in_trouble(run, n):
        return Trouble(n, run.id, f"Settled: {title}", "", _known(run, terms), past)
    possible = remedies_of(run)
    mine = tuple((one, _button(one, run)) for one in possible if one in allowed)
    needed = _needed(run, terms, possible, any_left=bool(mine))
    return Trouble(n, run.id, f"{state}: {title}", visible(run.reason), _known(run, terms), past, mine, needed)


_STANDS = {
    ActionStatus.PLANNED: "not begun",
    ActionStatus.BEGUN: "being carried out",
    ActionStatus.DONE: "done",
    ActionStatus.FAILED: "failed; nothing was changed by it",
    ActionStatus.IN_DOUBT: "it is not known whether it happened",
    ActionStatus.UNDOING: "being taken back",
    ActionStatus.UNDONE: "taken back",
    ActionStatus.STUCK: "it stands, and could not be taken back",
}


def _known(run: Run, terms: Terms) -> tuple[Line, ...]:
    return tuple(_line(action, terms) for action in run.actions)


def _line(action: Action, terms: Terms) -> Line:
    id = (action.receipt or {}).get("id")
    parts = [_STANDS[action.status]]
    parts += [f"id {visible(id)}"] if isinstance(id, str) else []
    parts += [visible(action.error)] if action.error else []
    parts += [f"Its key there is {action.key}"] if action.status is ActionStatus.IN_DOUBT else []
    return Line(title_of(action.proposal, terms), ". ".join(part.rstrip(".") for part in parts) + ".")


def _button(remedy: Remedy, run: Run) -> str:
    match remedy:
        case Remedy.GO_ON:
            return _going_on(run)
        case Remedy.LOOK:
            return "Look It Up"
        case Remedy.HAPPENED:
            return "Mark as Done"
        case Remedy.DID_NOT_HAPPEN:
            return "Mark as Not Done"
        case Remedy.CANCEL:
            return "Cancel the Run"


def _going_on(run: Run) -> str:
    """The word for going on: what is done then depends on what it stopped at."""
    if run.paused:
        return "End the Pause"
    failed = [name for name, state in run.steps.items() if state.status is StepStatus.FAILED]
    if failed:
        return "Check Again" if any(map(is_proof, failed)) else "Try Again"
    unanswered = any(gate.status in (GateStatus.EXPIRED, GateStatus.REJECTED) for gate in run.gates.values())
    return "Ask Again" if unanswered or run.questions else "Go On"


def _needed(run: Run, terms: Terms, possible: tuple[Remedy, ...], *, any_left: bool) -> str:
    brief = terms.now or terms.brief
    if not possible:
        return "Nothing can be done with this run any more. Once that is mended, it can be started again."
    if Remedy.HAPPENED in possible:
        what = "Look in the other system whether it happened, or have it asked. Then say so."
    elif Remedy.GO_ON not in possible:
        what = "See to what still stands by hand, then cancel the run."
    else:
        what = f"See to what is in the way. Then “{_going_on(run)}” lets it go on; or cancel it."
    return what if any_left else f"{what} The owner {brief.owner} or the maintainer {brief.maintainer} may do that."
