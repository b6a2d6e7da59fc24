"""Do the steps that give facts get facts, exact ones, and does every wait and every `each` name what there is?"""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args, get_origin

from bot.domain.by_clock import time_in
from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.function import gives
from bot.domain.checks.subject import Subject, alternatives
from bot.domain.intent import Fact
from bot.domain.quantity import Unclear, parse_duration
from bot.domain.schema import inexact_fields, lint_schema
from bot.domain.workflow import (
    AnyLookup,
    AnyStep,
    Ask,
    Decide,
    Each,
    IdOf,
    Inquire,
    LookUp,
    Trigger,
    Wait,
    fact_type,
)


def check_facts(subject: Subject) -> Iterator[Finding]:
    for step in subject.steps:
        match step.node:
            case Trigger() | LookUp():
                yield from _lookup(subject, step)
            case Ask() | Inquire():
                yield from _answer(subject, step, step.node.fact)
                yield from _facts(subject, step, step.node.about)
            case Decide(of=of):
                yield from _facts(subject, step, of)
            case Each() as each:
                yield from _each(subject, step, each)
            case Wait() as wait:
                yield from _wait(subject, step, wait)
            case _:
                pass


def _lookup(subject: Subject, step: AnyStep) -> Iterator[Finding]:
    match step.node:
        case Trigger(fact=fact, again=again):
            yield from _exact(subject, step, fact)
            if again and (again.takes, again.gives) != (fact, fact):
                yield _wrong_lookup(subject, step, again, fact)
        case LookUp(lookup=lookup, about=about):
            yield from _exact(subject, step, lookup.gives)
            for given in gives(about) or (type(None),):
                if given is not lookup.takes:
                    yield _wrong_lookup(subject, step, lookup, given)
        case _:
            pass


def _wrong_lookup(subject: Subject, step: AnyStep, lookup: AnyLookup, given: type) -> Finding:
    return subject.at(
        step,
        Code.WRONG_INPUT,
        f"“{step.name}” reads {lookup.kind}, which goes from {lookup.takes.__name__} to {lookup.gives.__name__}, "
        f"by {given.__name__}.",
        f"Use a step that gives {lookup.takes.__name__}, or another lookup.",
    )


def _exact(subject: Subject, step: AnyStep, fact: type[object]) -> Iterator[Finding]:
    if not issubclass(fact, Fact):
        yield _no_fact(subject, step, fact)
        return
    for field in inexact_fields(fact):
        yield subject.at(
            step,
            Code.INEXACT,
            f"{field} is a number with fractions, which no record can hold exactly.",
            "Use a whole number of the smallest unit (cents), or Decimal.",
        )


def _answer(subject: Subject, step: AnyStep, fact: type[object]) -> Iterator[Finding]:
    if not issubclass(fact, Fact):
        yield _no_fact(subject, step, fact)
        return
    for sentence in lint_schema(fact):
        yield subject.at(
            step,
            Code.SCHEMA,
            f"No strict schema can express what “{step.name}” asks for: {sentence}",
            "Use text, whole numbers, flags, StrEnums, dates, Decimal, facts of these, and tuple[X, ...].",
        )


def _no_fact(subject: Subject, step: AnyStep, given: type[object]) -> Finding:
    return subject.at(
        step,
        Code.NOT_A_FACT,
        f"“{step.name}” would give {given.__name__}, which is not a Fact. Nobody but code builds an intent.",
        "Let it give a Fact with the words, and build the intent from it with `propose(...)`.",
    )


def _facts(subject: Subject, step: AnyStep, about: tuple[AnyStep, ...]) -> Iterator[Finding]:
    for given in about:
        for one in alternatives(given):
            if fact_type(one) is None or isinstance(one.node, IdOf):
                yield subject.at(
                    step,
                    Code.WRONG_INPUT,
                    f"“{step.name}” works on facts, and “{one.name}” gives none.",
                    "Use a step made by `trigger`, `look_up`, `ask` or `inquire`.",
                )


def _each(subject: Subject, step: AnyStep, each: Each) -> Iterator[Finding]:
    if each.start not in subject.known:
        yield subject.at(
            step,
            Code.UNKNOWN_WORKFLOW,
            f"“{step.name}” starts runs of “{each.start}”, and there is no such workflow.",
            f"There are: {', '.join(sorted(subject.known)) or 'none'}.",
        )
    for fact in gives(each.records) or (type(None),):
        field = fact.model_fields.get("records") if issubclass(fact, Fact) else None
        if field is None or not _many_facts(field.annotation):
            yield subject.at(
                step,
                Code.NO_RECORDS,
                f"“{step.name}” starts a run per record, and {fact.__name__} has no field `records` with facts.",
                "Give it a fact with `records: tuple[Contact, ...]`.",
            )


def _many_facts(annotation: object) -> bool:
    arguments = get_args(annotation)
    return get_origin(annotation) in (tuple, list) and bool(arguments) and issubclass(arguments[0], Fact)


def _wait(subject: Subject, step: AnyStep, wait: Wait) -> Iterator[Finding]:
    try:
        parse_duration(wait.until)
    except Unclear as unclear:
        name, _, field = wait.until.partition(".")
        given = subject.named(name)
        fact = fact_type(given) if given else None
        if fact and time_in(fact, field) is datetime:
            return
        yield subject.at(
            step,
            Code.WAIT,
            f"“{step.name}” cannot tell how long to wait: {unclear}",
            'Or name a field that holds a time: `wait("order.due_at")`.',
        )
