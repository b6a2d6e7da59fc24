"""Whether a run's entries make sense: every effect has its authorisation, nothing ran twice, and folding gives the state."""

from collections.abc import Iterable, Iterator

from bot.domain.fold import Line, Standing, fold, standing_of
from bot.domain.run import Run


def senseless(lines: Iterable[Line], run: Run | None) -> Iterator[str]:
    """What does not make sense, a sentence each. `run` is the row, where there still is one."""
    kept = list(lines)
    yield from _effects(kept)
    if run is not None:
        yield from _differences(fold(kept), standing_of(run))


def _effects(lines: list[Line]) -> Iterator[str]:
    approved: dict[str, str] = {}
    """The digest that each gate has approved, as long as it stands."""
    intended: set[str] = set()
    done: set[str] = set()
    for line in lines:
        notes = line.notes
        key = str(notes.get("key") or "")
        match line.kind:
            case "gate.decided" if notes.get("standing") == "approved":
                approved[str(line.step)] = str(notes.get("digest"))
            case "gate.voided" | "gate.opened":
                approved.pop(str(line.step), None)
            case "action.intended":
                intended.add(key)
                if str(notes.get("digest")) not in approved.values():
                    yield f"{line.step}: an action was begun without an approval of what it carries out."
            case "action.done":
                yield from _done(line, key, intended, done)
            case "action.reconciled" if notes.get("standing") == "done":
                yield from _done(line, key, intended, done)
            case "compensation.done" if key not in done:
                yield f"{line.step}: something was taken back that was never done."
            case _:
                pass


def _done(line: Line, key: str, intended: set[str], done: set[str]) -> Iterator[str]:
    if key not in intended:
        yield f"{line.step}: an action was done that was never begun."
    if key in done:
        yield f"{line.step}: an action was done twice under one key."
    done.add(key)


def _differences(folded: Standing, row: Standing) -> Iterator[str]:
    for name in ("state", "paused", "steps", "gates", "actions", "spent_micros"):
        said, stands = getattr(folded, name), getattr(row, name)
        if said != stands:
            yield f"The entries say {name} is {said}; its row says {stands}."
