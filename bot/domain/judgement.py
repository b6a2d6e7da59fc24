"""What a person's decision says about the answers of models that it rests on: taken as they were, or not.

approved, or a stop confirmed ───────── everything that models wrote for it was taken
edited ──────────────────────────────── what wrote the changed words was not
fact corrected, or filled in anew ───── that answer was not; filled in unchanged, it was
rejected, or drafted anew ───────────── what was written was not, unless it was not needed at all

What ran out of time, was cancelled or taken over, and what a policy approved, says nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.edits import edits_of
from bot.domain.event import Decided, Verdict
from bot.domain.intent import Proposal
from bot.domain.plain import Plain
from bot.domain.run import Ask, Gate, GateStatus, Run, Source
from bot.domain.terms import Terms
from bot.domain.value import guessed, guessed_upstream
from bot.domain.workflow import named_inputs

NOT_OF_THE_WRITING = frozenset({"not needed"})
"""Reasons of a rejection that find no fault with what was written. Of a reason that owners made up, nobody knows."""
SHORTEST_TRACE = 4
"""A shorter text stands in a longer one by chance."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person made of what a model gave in one step of a run."""

    step: str
    taken: bool
    confidence: int | None = None
    """As the model reported it; None where nothing can be learned from it: it said nothing, or only rehearsed."""
    mended: bool = False
    """Whether the person left a better answer in its place."""


def judge(before: Run, after: Run, event: Decided, terms: Terms) -> tuple[Judgement, ...]:
    """What a decision says of the answers it rests on. The run is as it was before the decision, and after it."""
    found = {name: (taken, mended) for name, taken, mended in _found(before, after, event, terms)}
    judged = (_judgement(before, name, taken, mended=mended) for name, (taken, mended) in found.items())
    return tuple(one for one in judged if one.mended or one.confidence is not None)


def _judgement(run: Run, step: str, taken: bool, *, mended: bool) -> Judgement:
    state = run.steps[step]
    said = state.worth.reported if state.worth is not None else state.confidence
    return Judgement(step, taken, said if state.source is Source.MODEL else None, mended)


_Found = tuple[str, bool, bool]
"""A step, whether its answer was taken, and whether it was mended."""


def _found(before: Run, after: Run, event: Decided, terms: Terms) -> Iterator[_Found]:
    step, question, gate = event.step, before.questions.get(event.step), before.gates.get(event.step)
    if event.verdict is Verdict.CORRECT:
        yield from ((step, False, True) for _ in (step,) if guessed(before, step))
    elif question is not None and question.kind is Ask.FILL_IN:
        if guessed(before, step) and question.draft is not None:
            same = after.value(step) == question.draft
            yield step, same, not same
    elif question is not None and question.kind is Ask.CONFIRM:
        if step not in after.questions:
            yield from _all(guessed_upstream(before, terms, terms.definition.step(step)), taken=True)
    elif gate is not None and step in after.gates:
        yield from _at_gate(before, gate, after.gates[step], event, terms)


def _at_gate(run: Run, gate: Gate, now: Gate, event: Decided, terms: Terms) -> Iterator[_Found]:
    guesses = guessed_upstream(run, terms, terms.definition.step(gate.step))
    match event.verdict:
        case Verdict.APPROVE if now.status is GateStatus.APPROVED:
            yield from _all(guesses, taken=True)
        case Verdict.EDIT:
            old, new = gate.proposals[event.proposal], now.proposals[event.proposal]
            changed = [name for name, value in new.data.items() if value != old.data.get(name)]
            yield from ((name, False, True) for name in _wrote(run, terms, old, changed, guesses))
        case Verdict.REDRAFT:
            yield from _all(guesses[-1:], taken=False)
        case Verdict.REJECT if _is_final(gate, now) and event.reason not in NOT_OF_THE_WRITING:
            writers = dict.fromkeys(name for one in gate.proposals for name in _writers(run, terms, one))
            yield from _all(writers or guesses, taken=False)
        case _:
            return


def _is_final(gate: Gate, now: Gate) -> bool:
    """Whether a denial decided it, or had it drafted anew."""
    return now.status is GateStatus.REJECTED or now.redrafts > gate.redrafts


def _all(steps: Iterable[str], *, taken: bool) -> Iterator[_Found]:
    return ((name, taken, False) for name in steps)


def _writers(run: Run, terms: Terms, proposal: Proposal) -> tuple[str, ...]:
    """The answers that a proposal was built from."""
    step = terms.definition.step(proposal.step)
    return tuple(dict.fromkeys(one.name for one in named_inputs(step) if guessed(run, one.name)))


def _wrote(run: Run, terms: Terms, proposal: Proposal, changed: list[str], guesses: tuple[str, ...]) -> Iterator[str]:
    """Whose words an edit changed. Where that cannot be told, all that the proposal was built from are to blame."""
    known = [state.value for state in run.steps.values() if state.source in (Source.TRIGGER, Source.SYSTEM)]
    found = dict[str, None]()
    for name in changed:
        value = proposal.data.get(name)
        traced = [step for step in guesses if _stems_from(value, run.value(step))]
        if traced or not any(isinstance(one, dict) and value in one.values() for one in known):
            found |= dict.fromkeys(traced or _writers(run, terms, proposal) or guesses)
    yield from found


def _stems_from(value: Plain, fact: Plain) -> bool:
    """Whether a value of a proposal is one of a fact, or has it in its text."""
    return any(_is_in(one, value) for one in fact.values()) if isinstance(fact, dict) else False


def _is_in(one: Plain, value: Plain) -> bool:
    if isinstance(one, str) and isinstance(value, str):
        return one == value or (len(one) >= SHORTEST_TRACE and one in value)
    return one is not None and not isinstance(one, bool) and one == value


def as_left(run: Run, step: str) -> dict[str, Plain] | None:
    """An answer as people left it: corrected in its place, or through what they made of what was built from it.

    An edit is carried back into the fields that stood in the proposal letter by letter.
    """
    fact = run.value(step)
    if not isinstance(fact, dict):
        return None
    approved = [gate for gate in run.gates.values() if gate.status is GateStatus.APPROVED]
    edits = [edit for gate in approved for edit in edits_of(run, gate)]
    return fact | {
        name: edit.after
        for name, value in fact.items()
        for edit in edits
        if edit.before == value and type(edit.before) is type(value) and not isinstance(value, bool)
    }
