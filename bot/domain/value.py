"""From plain data to typed values, and from those to proposals. The author's functions are called here only."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from pydantic import ValidationError

from bot.domain.errors import Refused, Unfit
from bot.domain.intent import Fact, Intent, Promised, Proposal
from bot.domain.plain import Plain
from bot.domain.run import Action, Run, Source, StepStatus
from bot.domain.terms import Terms
from bot.domain.workflow import (
    AnyStep,
    Decide,
    Either,
    Guard,
    IdOf,
    Propose,
    fact_type,
    named_inputs,
)


class Wrong(Refused):
    """What a function of the workflow built does not hold."""


def skipped(run: Run, step: AnyStep) -> bool:
    """Whether a step (or join) gives nothing on this run's path."""
    if isinstance(step.node, Either):
        return skipped(run, step.node.first) and skipped(run, step.node.second)
    if isinstance(step.node, IdOf):
        return skipped(run, step.node.intent)
    state = run.steps.get(step.name)
    return state is not None and state.status is StepStatus.SKIPPED


def value_of(run: Run, terms: Terms, step: AnyStep) -> object:
    """The typed value of a finished step, or of a join."""
    if isinstance(step.node, Either):
        first = step.node.first
        return value_of(run, terms, step.node.second if skipped(run, first) else first)
    if isinstance(step.node, IdOf):
        return Promised(step=step.node.intent.name)
    plain = run.value(step.name)
    fact = fact_type(step)
    try:
        if fact is not None:
            return fact.model_validate(plain)
        if isinstance(step.node, Decide) and step.node.options is not None:
            return step.node.options(str(plain))
        if isinstance(step.node, Propose) and step.node.intent is not None:
            return step.node.intent.model_validate(plain)
    except ValueError as error:
        raise Wrong(f"The value of “{step.name}” does not fit its type any more: {_words(error)}") from error
    return plain


def plain_of(run: Run, step: AnyStep) -> Plain:
    """The stored value of a step, or of the side of a join that was not skipped."""
    if isinstance(step.node, Either):
        first = step.node.first
        return plain_of(run, step.node.second if skipped(run, first) else first)
    return run.value(step.name)


def holds(run: Run, guard: Guard | None) -> bool:
    """Whether a guard lets its step run."""
    return guard is None or run.value(guard.choice.name) in guard.members


def decide(run: Run, terms: Terms, step: AnyStep, node: Decide) -> str:
    """The member a branching function picks. Raises Wrong where it picks none."""
    facts = [value_of(run, terms, one) for one in node.of]
    if not all(isinstance(fact, Fact) for fact in facts) or node.options is None:
        raise Wrong(f"“{step.name}” cannot branch: it has no fact to look at, or no closed set to choose from.")
    try:
        return str(node.options(node.by(*facts)))
    except Exception as error:
        raise Wrong(f"The function of “{step.name}” failed: {_words(error)}") from error


def build(run: Run, terms: Terms, step: AnyStep, node: Propose) -> Intent:
    """The intent a workflow's function builds. Raises Wrong where it builds nothing that fits."""
    values = [value_of(run, terms, one) for one in node.inputs]
    try:
        intent = _called(node.build, values)
    except Exception as error:
        raise Wrong(f"“{step.name}” could not be built: {_words(error)}") from error
    if not isinstance(intent, Intent) or type(intent).kind() not in terms.intents:
        raise Wrong(f"“{step.name}” built something that is not one of the workflow's intents.")
    return intent


def _called(function: Callable[..., object], values: Sequence[object]) -> object:
    """What an author's function gives, whatever it promised to give."""
    return function(*values)


def proposal_of(step: str, intent: Intent) -> Proposal:
    return Proposal(step, intent.kind(), intent.model_dump(mode="json"))


def intent_of(proposal: Proposal, terms: Terms) -> Intent:
    """The typed intent of a stored proposal."""
    return terms.intents[proposal.kind].model_validate(proposal.data)


def said_of(kind: type[Intent]) -> str:
    """The first sentence of what an intent says about itself."""
    return (kind.__doc__ or kind.kind()).strip().splitlines()[0].partition(". ")[0].rstrip(".")


def title_of(proposal: Proposal, terms: Terms) -> str:
    """What a proposal does, in a few words."""
    kind = terms.intents.get(proposal.kind)
    return said_of(kind) if kind is not None else proposal.kind


def intended(run: Run, action: Action, terms: Terms) -> Intent:
    """The intent of an action, with the ids that earlier ones of its plan brought back."""
    ids = {one.proposal.step: str(one.receipt["id"]) for one in run.actions if one.receipt is not None}
    return intent_of(action.proposal, terms).resolve(ids)


def edited(proposal: Proposal, values: Mapping[str, Plain], terms: Terms) -> Proposal:
    """The proposal with some fields replaced: same type, validated again, identifiers untouched. Raises Unfit."""
    kind = terms.intents[proposal.kind]
    for name in values:
        if name not in kind.model_fields:
            known = ", ".join(sorted(kind.model_fields.keys() - kind.identifiers))
            raise Unfit(f"There is no field “{name}” here. What can be changed: {known}.")
        if name in kind.identifiers:
            raise Unfit(f"“{name}” says which record this is about, so it cannot be edited. Reject it instead.")
    try:
        intent = kind.model_validate({**proposal.data, **values})
    except ValidationError as error:
        raise Unfit(f"This does not fit: {_words(error)} Nothing was changed; try again.") from error
    return Proposal(proposal.step, proposal.kind, intent.model_dump(mode="json"))


def checked(fact: type[Fact], values: Mapping[str, Plain]) -> dict[str, Plain]:
    """A fact that a person gave, validated. Raises Unfit with what to mend."""
    try:
        return fact.model_validate(values).model_dump(mode="json")
    except ValidationError as error:
        raise Unfit(f"This does not fit: {_words(error)} Nothing was lost; try again.") from error


def broken_rules(intents: tuple[tuple[str, Intent], ...], run: Run, terms: Terms) -> Iterator[str]:
    """The brief's invariants that do not hold for these intents, as the sentences the owner wrote."""
    proposed = dict(intents)
    for invariant in terms.brief.invariants:
        function = terms.invariants[invariant.holds]
        try:
            values = _arguments(function, proposed, run, terms)
            holds = values is None or function(*values)
        except Exception as error:
            yield f"{invariant.rule} (its check failed: {_words(error)})"
            continue
        if holds is not True:
            yield invariant.rule


def _arguments(
    function: Callable[..., bool], proposed: Mapping[str, Intent], run: Run, terms: Terms
) -> list[object] | None:
    """An invariant's parameters are named after steps; None where one of them is not on this path."""
    values: list[object] = []
    for name in inspect.signature(function).parameters:
        if name in proposed:
            values.append(proposed[name])
        elif (state := run.steps.get(name)) and state.status is StepStatus.DONE:
            values.append(value_of(run, terms, terms.definition.step(name)))
        else:
            return None
    return values


def upstream(terms: Terms, step: AnyStep) -> tuple[AnyStep, ...]:
    """Every named step this one rests on, directly or not, in order; guards count."""
    names = _rests_on(step)
    return tuple(s for s in terms.definition.steps if s.name in names)


@lru_cache(maxsize=1024)  # a step is made once, and asked about in every run
def _rests_on(step: AnyStep) -> frozenset[str]:
    found = set[str]()
    todo = [step]
    while todo:
        one = todo.pop()
        for each in (*named_inputs(one), *((one.when.choice,) if one.when else ())):
            if each.name not in found:
                found.add(each.name)
                todo.append(each)
    return frozenset(found)


def guessed_upstream(run: Run, terms: Terms, step: AnyStep) -> tuple[str, ...]:
    """The steps this one rests on whose value a model gave, or the rehearsal of one."""
    return tuple(one.name for one in upstream(terms, step) if guessed(run, one.name))


def guessed(run: Run, step: str) -> bool:
    """Whether a model (or the rehearsal of one) gave the value of this step."""
    state = run.steps.get(step)
    return state is not None and state.source in (Source.MODEL, Source.REHEARSAL)


def downstream(terms: Terms, name: str) -> tuple[str, ...]:
    """Every step that rests on this one, directly or not."""
    return tuple(s.name for s in terms.definition.steps if any(u.name == name for u in upstream(terms, s)))


def _words(error: Exception) -> str:
    if isinstance(error, ValidationError):
        problems = (f"{'.'.join(map(str, e['loc'])) or 'it'}: {e['msg']}" for e in error.errors(include_input=False))
        return "; ".join(problems) + "."
    return f"{error}" or type(error).__name__
