"""What steps take and give: the inputs of each node, joins looked through, and the facts that come out."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeGuard, assert_never

from bot.domain.intent import Fact, Promised, Receipt
from bot.domain.workflow.step import (
    Act,
    AnyStep,
    Ask,
    Choose,
    Decide,
    Each,
    Either,
    IdOf,
    Inquire,
    LookUp,
    Node,
    PlanOf,
    Propose,
    Review,
    Step,
    Stop,
    Trigger,
    Wait,
)


class Waited(Fact):
    """How a wait ended: by its time, or by the event it was also waiting for."""

    ended_by_event: bool


class Started(Fact):
    """The runs that an `each` started."""

    runs: list[str]
    skipped: int = 0


_GIVES: Mapping[type, type[Fact]] = {Wait: Waited, Act: Receipt, Each: Started, IdOf: Promised}


def is_step(value: object) -> TypeGuard[AnyStep]:
    """Whether an attribute of a workflow is one of its steps."""
    return isinstance(value, Step)


def inputs_of(node: Node) -> tuple[AnyStep, ...]:
    """The steps whose values this node reads."""
    match node:
        case Trigger() | Stop():
            return ()
        case LookUp(about=one) | Act(approved=one) | Each(records=one) | IdOf(intent=one):
            return (one,)
        case Ask(about=many) | Decide(of=many) | Propose(inputs=many) | PlanOf(intents=many) | Inquire(about=many):
            return many
        case Review(intent=intent, by=by):
            return (intent, by.choice) if isinstance(by, Choose) else (intent,)
        case Wait(after=after):
            return (after,) if after else ()
        case Either(first=first, second=second):
            return (first, second)
        case _:
            assert_never(node)


def named_inputs(step: AnyStep) -> Iterator[AnyStep]:
    """The named steps a step rests on directly; joins are looked through."""
    for one in inputs_of(step.node):
        if one.name:
            yield one
        else:
            yield from named_inputs(one)


@lru_cache(maxsize=1024)  # a step is made once
def is_always_there(step: AnyStep) -> bool:
    """Whether every run that gets this far has the step: no branch skips it, or anything it rests on."""
    return step.when is None and all(map(is_always_there, named_inputs(step)))


def fact_type(step: AnyStep) -> type[Fact] | None:
    """The type of fact a step gives; None where it gives something else."""
    match step.node:
        case Trigger(fact=fact) | Ask(fact=fact) | Inquire(fact=fact):
            return fact
        case LookUp(lookup=lookup):
            return lookup.gives
        case Wait() | Act() | Each() | IdOf():
            return _GIVES[type(step.node)]
        case Either(first=first):
            return fact_type(first)
        case Decide() | Stop() | Propose() | PlanOf() | Review():
            return None
        case _:
            assert_never(step.node)
