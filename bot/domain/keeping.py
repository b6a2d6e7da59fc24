"""What people made of a run, as a golden case: what the model was given, and what it should have said.

An edit is of the change that was proposed, not of the fact it was built from. Where a field of the change held exactly
what the model had written, what a person put there in its place is what the model should have written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.edits import edits_of
from bot.domain.plain import Plain
from bot.domain.run import Ask as Asking
from bot.domain.run import GateStatus, Run, RunState, Source, StepStatus
from bot.domain.terms import Terms
from bot.domain.value import upstream
from bot.domain.workflow import Ask, Stop, fact_type

Facts = Mapping[str, Mapping[str, Plain]]

_AFTERWARDS = (Asking.OBSERVE, Asking.DONE_BY_ME)
"""What may still be asked of people once it is decided."""
_NOT_STANDING = {
    GateStatus.REJECTED: "was rejected",
    GateStatus.EXPIRED: "expired",
    GateStatus.CLOSED: "was closed without an approval",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run holds for a case."""

    given: Facts
    expected: Facts
    changed: tuple[str, ...]
    """What people changed, one line each: `draft.body was edited`."""
    lost: tuple[str, ...]
    """What they changed that no answer of the model can be found for, one sentence each."""


def why_not(run: Run, terms: Terms) -> str:
    """Why no case can be made of a run, in a sentence; empty where one can."""
    if run.erased_at is not None:
        return "What this run held was erased, so no case can be made of it."
    gates = [*run.gates.values()]
    questions = [one for one in run.questions.values() if one.kind not in _AFTERWARDS]
    if questions or any(gate.status is GateStatus.OPEN for gate in gates) or run.state is RunState.RUNNING:
        return "This run is not decided yet. Make the case once it is."
    stops = [one.name for one in terms.definition.steps if isinstance(one.node, Stop)]
    stopped = any((state := run.steps.get(name)) and state.status is StepStatus.DONE for name in stops)
    for gate in gates:
        # A correction that leads to a stop closes the gate it was made at.
        if gate.status in _NOT_STANDING and not (stopped and gate.status is GateStatus.CLOSED):
            return f"“{gate.step}” {_NOT_STANDING[gate.status]}, so nothing in it was accepted."
    if run.state in (RunState.FAILED, RunState.UNDONE):
        return f"This run is {run.state}, so what it held does not stand."
    return "" if gates or stopped or run.state is RunState.DONE else "This run ended before anybody decided anything."


def keep(run: Run, terms: Terms, *, step: str = "") -> Kept:
    """The case of a run: of all its asks, or of one with those that it rests on."""
    answers = {name: value for name, value in _answers(run, terms).items() if _belongs(terms, name, step)}
    changed = [f"{name} was put right by a person" for name in answers if run.steps[name].source is Source.PERSON]
    lost: list[str] = []
    for proposed, edited, before, after in _edits(run):
        places = _places(terms, proposed, answers, before)
        if len(places) == 1:
            (name, field), *_ = places
            answers[name] = {**answers[name], field: after}
            changed.append(f"{name}.{field} was edited")
        elif not step:
            lost.append(f"“{proposed}.{edited}” was edited, and is in no one answer of the model word by word.")
    rests_on = {one.name for name in answers for one in upstream(terms, terms.definition.step(name))}
    return Kept(dict(_given(run, terms, rests_on)), answers, tuple(changed), tuple(lost))


def _belongs(terms: Terms, name: str, step: str) -> bool:
    return not step or name == step or name in {one.name for one in upstream(terms, terms.definition.step(step))}


def _answers(run: Run, terms: Terms) -> dict[str, Mapping[str, Plain]]:
    asks = {one.name for one in terms.definition.steps if isinstance(one.node, Ask)}
    return {name: value for name, value in _done(run) if name in asks}


def _given(run: Run, terms: Terms, rests_on: set[str]) -> Iterator[tuple[str, Mapping[str, Plain]]]:
    for name, value in _done(run):
        step = terms.definition.step(name)
        if name in rests_on and not isinstance(step.node, Ask) and fact_type(step) is not None:
            yield name, value


def _done(run: Run) -> Iterator[tuple[str, Mapping[str, Plain]]]:
    for name, state in run.steps.items():
        if state.status is StepStatus.DONE and isinstance(state.value, dict):
            yield name, state.value


def _edits(run: Run) -> Iterator[tuple[str, str, str, str]]:
    """Each text that people changed in what was proposed: the step and its field, what it was, what it is."""
    for gate in run.gates.values():
        for edit in edits_of(run, gate):
            if isinstance(edit.before, str) and isinstance(edit.after, str):
                yield edit.step, edit.field, edit.before, edit.after


def _places(terms: Terms, proposed: str, answers: Facts, text: str) -> list[tuple[str, str]]:
    """Where in the answers a text stands, of those that what was proposed rests on."""
    rests_on = {one.name for one in upstream(terms, terms.definition.step(proposed))}
    return [(n, field) for n, value in answers.items() if n in rests_on for field in value if value[field] == text]
