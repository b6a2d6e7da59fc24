"""The author's functions: what they take and give, and whether they are pure."""

import inspect
from collections.abc import Callable, Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.domain.checks.finding import Code, Finding
from bot.domain.checks.purity import impurities
from bot.domain.checks.subject import Subject, alternatives
from bot.domain.workflow import AnyStep, Decide, Propose, fact_type, members_of

ANYTHING = object


def check_functions(subject: Subject) -> Iterator[Finding]:
    for step in subject.steps:
        match step.node:
            case Decide(by=by, of=of):
                yield from _choice(subject, step)
                yield from _arguments(subject, step, by, of)
                yield from _purity(subject, step, by)
            case Propose(build=build, intent=intent):
                if intent is None:
                    yield _undeclared(subject, step, build)
                yield from _arguments(subject, step, build, step.node.inputs)
                yield from _purity(subject, step, build)
            case _:
                pass


def _choice(subject: Subject, step: AnyStep) -> Iterator[Finding]:
    if not members_of(step):
        yield subject.at(
            step,
            Code.OPEN_CHOICE,
            f"“{step.name}” branches by a function whose answers are not known beforehand.",
            "Let it pick a field that is a StrEnum, or declare that it returns one: `def size_of(it: Order) -> Size`.",
        )


def _undeclared(subject: Subject, step: AnyStep, build: Callable[..., object]) -> Finding:
    return subject.at(
        step,
        Code.UNDECLARED_INTENT,
        f"“{step.name}” does not know which intent {name_of(build)} builds.",
        f"Declare it: `def {name_of(build)}(...) -> helpdesk.SendReply`. One function builds one type of intent.",
    )


def _purity(subject: Subject, step: AnyStep, function: Callable[..., object]) -> Iterator[Finding]:
    for words in impurities(function):
        yield subject.at(
            step,
            Code.IMPURE,
            f"The function of “{step.name}”, {name_of(function)}, {words}.",
            "It must rest on its arguments alone: look facts up with `look_up`, keep constants in capitals.",
        )


def _arguments(
    subject: Subject, step: AnyStep, function: Callable[..., object], inputs: tuple[AnyStep, ...]
) -> Iterator[Finding]:
    wanted = parameters(function)
    if len(wanted) != len(inputs):
        yield subject.at(
            step,
            Code.WRONG_INPUT,
            f"{name_of(function)} takes {len(wanted)} values, and “{step.name}” gives it {len(inputs)}.",
            f"Name one step for each of: {', '.join(name for name, _ in wanted)}.",
        )
        return
    for (name, annotation), given in zip(wanted, inputs, strict=True):
        wrong = [one for one in gives(given) if not accepts(annotation, one)]
        if wrong or not gives(given):
            what = wrong[0].__name__ if wrong else "nothing it could use"
            yield subject.at(
                step,
                Code.WRONG_INPUT,
                f"{name_of(function)} takes “{name}”, {words_for(annotation)}, and “{step.name}” gives it {what}.",
                "Name the steps in the order of the function's parameters.",
            )


def name_of(function: Callable[..., object]) -> str:
    """What a message calls a function."""
    name = getattr(function, "__name__", type(function).__name__)
    return "its lambda" if name == "<lambda>" else str(name)


def parameters(function: Callable[..., object]) -> tuple[tuple[str, object], ...]:
    """Each parameter with the type it declares; `object` where it declares none that can be read."""
    try:
        names = [*inspect.signature(function).parameters]
    except (TypeError, ValueError):
        return ()
    hints = hints_of(function)
    return tuple((name, hints.get(name, ANYTHING)) for name in names)


def hints_of(function: Callable[..., object]) -> dict[str, object]:
    """The types a function declares, as far as they can be read."""
    try:
        return dict(get_type_hints(function))
    except (NameError, TypeError, AttributeError):
        return {}


def gives(step: AnyStep) -> tuple[type, ...]:
    """Every type that the value of a step may have; none where it gives nothing a function could use."""
    found: list[type] = []
    for one in alternatives(step):
        fact = fact_type(one)
        match one.node:
            case Decide(options=options) if options:
                found.append(options)
            case Propose(intent=intent) if intent:
                found.append(intent)
            case _ if fact:
                found.append(fact)
            case _:
                return ()
    return tuple(found)


def accepts(annotation: object, given: type) -> bool:
    """Whether a value of that type may be handed to a parameter that is annotated so."""
    if annotation is ANYTHING or annotation is Any:
        return True
    if get_origin(annotation) in (Union, UnionType):
        return any(accepts(one, given) for one in get_args(annotation))
    wanted = get_origin(annotation) or annotation
    return issubclass(given, wanted) if isinstance(wanted, type) else True


def words_for(annotation: object) -> str:
    """A type as people write it."""
    return annotation.__name__ if isinstance(annotation, type) else str(annotation).replace("typing.", "")
