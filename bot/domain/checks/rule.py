"""Do the rules that owners write name steps, intents and fields that there are, of kinds that can be compared?"""

import inspect
from collections.abc import Callable, Iterator
from enum import StrEnum

from pydantic import BaseModel

from bot.domain.brief import Scope, Threshold
from bot.domain.brief.rule import contradictions, doubts
from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.function import accepts, gives, hints_of, name_of, parameters, words_for
from bot.domain.checks.purity import impurities
from bot.domain.checks.subject import Subject, intents_of, reviews
from bot.domain.declared.place import Where
from bot.domain.intent import Intent
from bot.domain.quantity import Money
from bot.domain.run import Stage
from bot.domain.text import hint
from bot.domain.workflow import Ask, fact_type


def check_rules(subject: Subject) -> Iterator[Finding]:
    for where, sentence, mend in contradictions(subject.brief):
        yield subject.in_brief(where, Code.CONTRADICTION, sentence, mend)
    for where, sentence, mend in doubts(subject.brief, subject.today) if subject.today else ():
        yield subject.in_brief(where, Code.DOUBTFUL, sentence, mend)
    yield from _levels(subject)
    yield from _confidence(subject)
    yield from _failure(subject)
    for n, threshold in enumerate(subject.brief.thresholds):
        yield from _threshold(subject, threshold, ("thresholds", n))
    for n, invariant in enumerate(subject.brief.invariants):
        yield from _invariant(subject, invariant.holds, ("invariants", n, "holds"))
    for n, scope in enumerate(subject.brief.scope):
        yield from _scope(subject, scope, ("scope", n))


def intents_by_kind(subject: Subject) -> dict[str, type[Intent]]:
    return {intent.kind(): intent for _, review in reviews(subject) for intent in intents_of(review)}


# --- levels and confidence ----------------------------------------------------------------------------------


def _levels(subject: Subject) -> Iterator[Finding]:
    known = [*(step.name for step, _ in reviews(subject)), *intents_by_kind(subject)]
    for name in subject.brief.levels:
        if name not in known and ("." not in name or subject.brief.may_change(name)):
            yield subject.in_brief(
                ("levels", name),
                Code.UNKNOWN_LEVEL,
                f"[levels] names “{name}”, which is neither a review nor an intent of this workflow.",
                hint(name, known, f"What has a level: {', '.join(known) or 'nothing yet'}."),
            )


def _confidence(subject: Subject) -> Iterator[Finding]:
    asks = [step for step in subject.steps if isinstance(step.node, Ask)]
    names = [step.name for step in asks]
    for name in subject.brief.confidence:
        if name not in names:
            yield subject.in_brief(
                ("confidence", name),
                Code.UNKNOWN_CONFIDENCE,
                f"[confidence] names “{name}”, which is no `ask` of this workflow.",
                hint(name, names, f"The steps that ask the model: {', '.join(names) or 'none'}."),
            )
    if subject.brief.stage in (Stage.LIMITED, Stage.AUTOMATIC):
        for step in asks:
            if step.name not in subject.brief.confidence:
                yield subject.in_brief(
                    ("confidence",),
                    Code.NO_CONFIDENCE,
                    f"At stage {subject.brief.stage} no confidence is asked of “{step.name}”: people always answer.",
                    f'Add it under [confidence]: {step.name} = "90 %".',
                )


def _failure(subject: Subject) -> Iterator[Finding]:
    """A person stands in for the model only: what a system of record has to say is never typed in."""
    if any(isinstance(step.node, Ask) for step in subject.steps):
        return
    failure = subject.brief.failure
    for name, recovery in (("when_wrong", failure.when_wrong), ("when_unavailable", failure.when_unavailable)):
        if recovery.do == "ask a person":
            yield subject.in_brief(
                ("failure", name, "do"),
                Code.NOTHING_TO_FILL_IN,
                f"`failure.{name}` asks a person to fill in what the model failed to give, and no step asks the model. "
                "What a system fails to give is never typed in: the run is parked.",
                'Write do = "park", which is what happens.',
            )


# --- thresholds -------------------------------------------------------------------------------------------


def _threshold(subject: Subject, threshold: Threshold, where: Where) -> Iterator[Finding]:
    intent = intents_by_kind(subject).get(threshold.intent)
    sentence = mend = ""
    if intent is None and subject.brief.may_change(threshold.intent):
        sentence = "names an intent that this workflow does not propose"
        mend = f"The intents: {', '.join(intents_by_kind(subject)) or 'none'}."
    elif intent is None:
        return  # a contradiction of the brief, found above
    elif threshold.field not in intent.model_fields:
        sentence = f"names “{threshold.field}”, which is no field of it"
        mend = hint(threshold.field, intent.model_fields, f"Its fields: {', '.join(intent.model_fields)}.")
    elif intent.model_fields[threshold.field].annotation is not int:
        sentence = f"compares “{threshold.field}”, which is not a number"
        mend = f"Fields that can be compared: {', '.join(_numbers(intent)) or 'none'}."
    elif _in_money(threshold) and "currency" not in intent.model_fields:
        sentence = "is in money, and the intent has no field `currency` to tell which"
        mend = "Write a whole number of the smallest unit: `above = 4000`."
    if sentence:
        whole = f"A threshold on {threshold.intent} {sentence}."
        yield subject.in_brief(where, Code.WRONG_THRESHOLD, whole, mend)


def _in_money(threshold: Threshold) -> bool:
    return isinstance(threshold.above, Money) or isinstance(threshold.below, Money)


def _numbers(intent: type[Intent]) -> Iterator[str]:
    return (name for name, field in intent.model_fields.items() if field.annotation is int)


# --- invariants -------------------------------------------------------------------------------------------


def _invariant(subject: Subject, name: str, where: Where) -> Iterator[Finding]:
    function = subject.terms.invariants.get(name)
    if function is None:
        yield subject.in_brief(
            where,
            Code.UNKNOWN_INVARIANT,
            f"An invariant rests on “{name}”, and the workflow file has no such function.",
            f"Write `def {name}(reply: helpdesk.SendReply) -> bool`; its parameters are named after steps.",
        )
        return
    for fault in _faults(subject, function):
        yield subject.in_brief(
            where,
            Code.WRONG_INVARIANT,
            f"The invariant {name_of(function)} {fault}.",
            "It takes steps by name, gives True or False, and looks at nothing else.",
        )


def _faults(subject: Subject, function: Callable[..., bool]) -> Iterator[str]:
    wanted = parameters(function)
    if not wanted:
        yield "takes no step, so it can only ever say the same"
    for name, annotation in wanted:
        step = subject.named(name)
        given = gives(step) if step else ()
        if step is None:
            yield f"takes “{name}”, and there is no such step"
        elif not given:
            yield f"takes “{name}”, which is a step that gives no value to look at"
        elif not all(accepts(annotation, one) for one in given):
            kinds = " or ".join(one.__name__ for one in given)
            yield f"takes “{name}” as {words_for(annotation)}, and that step gives {kinds}"
    kinds_of_parameter = [one.kind for one in inspect.signature(function).parameters.values()]
    if any(kind not in _BY_PLACE for kind in kinds_of_parameter):
        yield "takes more than named values"
    if hints_of(function).get("return", bool) is not bool:
        yield "does not return bool"
    yield from impurities(function)


_BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


# --- scope ----------------------------------------------------------------------------------------------------


def shown_field(fact: type[BaseModel], name: str) -> str:
    members = _members(fact, name)
    return f"{name} ({', '.join(members)})" if members else name


def _members(fact: type[BaseModel], name: str) -> tuple[str, ...]:
    annotation = _annotation(fact, name)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return tuple(str(member) for member in annotation)
    return ()


def _annotation(fact: type[BaseModel], name: str) -> object:
    return fact.model_fields[name].annotation


def may_be(fact: type[BaseModel], name: str, value: str | bool | int) -> bool:
    """Whether a field can have that value at all; only what is surely impossible is refused."""
    if name not in fact.model_fields:
        return False
    members = _members(fact, name)
    if members:
        return value in members
    annotation = _annotation(fact, name)
    if isinstance(annotation, type) and issubclass(annotation, str | int):
        return type(value) is annotation
    return True


def _scope(subject: Subject, scope: Scope, where: Where) -> Iterator[Finding]:
    trigger = subject.definition.trigger if subject.steps else None
    fact = fact_type(trigger) if trigger else None
    if trigger is None or fact is None:
        return
    step, _, field = scope.field.rpartition(".")
    wrong = [value for value in scope.values if not _may_be_written(fact, field, value)]
    if step != trigger.name or field not in fact.model_fields:
        sentence = f"names “{scope.field}”, which is no field of the trigger's {fact.__name__}"
    elif wrong:
        sentence = f"waits for {scope.field} to be {', '.join(wrong)}, and that cannot be"
    else:
        return
    fields = ", ".join(f"{trigger.name}.{shown_field(fact, name)}" for name in fact.model_fields)
    yield subject.in_brief(where, Code.WRONG_SCOPE, f"[scope] {sentence}.", f"Fields to go by: {fields}.")


def _may_be_written(fact: type[BaseModel], name: str, value: str) -> bool:
    members = _members(fact, name) if name in fact.model_fields else ()
    return not members or value in members
