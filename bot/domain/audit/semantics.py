"""Whether a run's entries make sense: each effect has its authorisation, nothing ran twice, folding gives the state."""

from collections.abc import Iterable, Iterator

from bot.domain.fold import Line, Standing, fold, standing_of
from bot.domain.intent import digest_of
from bot.domain.run import Run


def senseless(lines: Iterable[Line], run: Run | None) -> Iterator[str]:
    """What does not make sense, a sentence each. `run` is the row, where there still is one."""
    kept = list(lines)
    yield from _effects(kept)
    if run is not None:
        yield from _differences(fold(kept), standing_of(run))
        yield from _proposals(run)


def _effects(lines: Iterable[Line]) -> Iterator[str]:
    approved: dict[str, str] = {}
    """The digest that each gate has approved, as long as it stands."""
    intended: set[str] = set()
    done: set[str] = set()
    for line in lines:
        if line.kind.startswith("gate."):
            _take_gate(line, approved)
        elif line.kind == "action.intended":
            intended.add(_key(line))
            if str(line.notes.get("digest")) not in approved.values():
                yield f"{line.step}: an action was begun without an approval of what it carries out."
        elif line.kind in ("action.done", "action.reconciled") and line.notes.get("standing") == "done":
            yield from _done(line, intended, done)
        elif line.kind == "compensation.done" and _key(line) not in done:
            yield f"{line.step}: something was taken back that was never done."


def _key(line: Line) -> str:
    return str(line.notes.get("key") or "")


def _take_gate(line: Line, approved: dict[str, str]) -> None:
    if line.kind == "gate.decided" and line.notes.get("standing") == "approved":
        approved[str(line.step)] = str(line.notes.get("digest"))
    elif line.kind in ("gate.decided", "gate.voided", "gate.opened"):
        approved.pop(str(line.step), None)


def _done(line: Line, intended: set[str], done: set[str]) -> Iterator[str]:
    key = _key(line)
    if key not in intended:
        yield f"{line.step}: an action was done that was never begun."
    if key in done:
        yield f"{line.step}: an action was done twice under one key."
    done.add(key)


def _proposals(run: Run) -> Iterator[str]:
    """What was erased has no content to compare any more."""
    for gate in run.gates.values():
        if run.erased_at is None and digest_of(gate.proposals) != gate.digest:
            yield f"{gate.step}: what its row shows as proposed is not what was decided on."


def _differences(folded: Standing, row: Standing) -> Iterator[str]:
    for name in ("state", "paused", "steps", "gates", "actions", "spent_micros", "brief"):
        said, stands = getattr(folded, name), getattr(row, name)
        if said != stands:
            yield f"The entries say {name} is {said}; its row says {stands}."
