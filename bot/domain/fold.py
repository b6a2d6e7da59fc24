"""What a run's entries say about where it stands. It must be what its row says; a test and `audit verify` hold that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.domain.run import ActionStatus, Run, StepStatus

PAUSED, UNPAUSED = "paused", "unpaused"
"""What an entry says that pauses a run, or ends its pause; a run that is resumed may have been parked."""


class Line(Protocol):
    """One entry, new or read back."""

    @property
    def kind(self) -> str: ...
    @property
    def step(self) -> str | None: ...
    @property
    def notes(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a run stands, without its content: this part survives erasure."""

    state: str
    paused: bool
    steps: Mapping[str, str]
    """Status by step. Gates stand under `gates`; what is only due stands in the outbox."""
    gates: Mapping[str, tuple[int, str, str]]
    """Version, status and digest by step."""
    actions: Mapping[tuple[str, int], str]
    """Status by step and number; what was only planned is left out."""
    spent_micros: int
    brief: str
    """What it goes by, as pins have it."""


def standing_of(run: Run) -> Standing:
    """What the row of a run says."""
    return Standing(
        state=run.state.value,
        paused=run.paused,
        steps={
            name: state.status.value
            for name, state in run.steps.items()
            if name not in run.gates and state.status is not StepStatus.DUE
        },
        gates={name: (gate.version, gate.status.value, gate.digest) for name, gate in run.gates.items()},
        actions={(a.step, a.n): a.status.value for a in run.actions if a.status is not ActionStatus.PLANNED},
        spent_micros=run.spent_micros,
        brief=run.pins.brief,
    )


def fold(lines: Iterable[Line]) -> Standing:
    """What the entries of a run say, from the first to the last."""
    folding = _Folding()
    for line in lines:
        folding.take(line)
    steps = {name: status for name, status in folding.steps.items() if name not in folding.gates}
    gates, actions = folding.gates, folding.actions
    return Standing(folding.state, folding.paused, steps, gates, actions, folding.spent, folding.brief)


class _Folding:
    def __init__(self) -> None:
        self.state = ""
        self.paused = False
        self.steps: dict[str, str] = {}
        self.gates: dict[str, tuple[int, str, str]] = {}
        self.actions: dict[tuple[str, int], str] = {}
        self.spent = 0
        self.brief = ""

    def take(self, line: Line) -> None:
        notes = line.notes
        state, standing = notes.get("state"), notes.get("standing")
        if isinstance(state, str):
            self.state = state
        if isinstance(brief := notes.get("brief"), str):
            self.brief = brief
        if standing in (PAUSED, UNPAUSED):
            self.paused = standing == PAUSED
        if line.kind == "model.asked" and isinstance(cost := notes.get("cost_micros"), int):
            self.spent += cost
        if isinstance(standing, str) and line.step is not None:
            self._set(line.kind.partition(".")[0], line.step, standing, notes)

    def _set(self, family: str, step: str, standing: str, notes: Mapping[str, object]) -> None:
        version, n = notes.get("version"), notes.get("n")
        if family == "gate" and isinstance(version, int):
            self.gates[step] = (version, standing, str(notes.get("digest")))
        elif family in ("action", "compensation") and isinstance(n, int):
            self.actions[(step, n)] = standing
            if standing == ActionStatus.PLANNED:
                del self.actions[(step, n)]
        elif standing in ("cleared", StepStatus.DUE):
            self.steps.pop(step, None)
        else:
            self.steps[step] = standing
