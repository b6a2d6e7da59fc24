"""The words a workflow file may use.

Twelve verbs make the steps: `trigger look_up ask decide stop propose plan review act inquire wait each`.
`either` joins alternatives, `id_of` refers to what an earlier intent of a plan will bring back, `choose`
routes a review. The types carry the safety: `act` takes what a `review` approved and nothing else.
"""

import inspect
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar, get_type_hints, overload

from pydantic import Field

from bot.domain.approval import Approved
from bot.domain.intent import Fact, Intent, Plan, Promised, Receipt, Risk
from bot.domain.workflow import (
    Act,
    AnyStep,
    Ask,
    Choice,
    Choose,
    Decide,
    Each,
    Either,
    Guard,
    IdOf,
    Inquire,
    LookUp,
    Lookup,
    Place,
    PlanOf,
    Propose,
    Review,
    Started,
    Step,
    Stop,
    Trigger,
    Wait,
    Waited,
    Workflow,
    fact_type,
)

__all__ = [
    "Approved",
    "Choice",
    "Fact",
    "Field",
    "Intent",
    "Lookup",
    "Plan",
    "Promised",
    "Receipt",
    "Risk",
    "Step",
    "Waited",
    "Workflow",
    "act",
    "ask",
    "choose",
    "decide",
    "each",
    "either",
    "id_of",
    "inquire",
    "look_up",
    "plan",
    "propose",
    "review",
    "stop",
    "trigger",
    "wait",
]

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
F = TypeVar("F", bound=Fact)
G = TypeVar("G", bound=Fact)
H = TypeVar("H", bound=Fact)
I_ = TypeVar("I_", bound=Intent)
P = TypeVar("P", bound=Intent | Plan[Intent])
E = TypeVar("E", bound=StrEnum)


def _here() -> Place:
    """The line of the workflow file that is calling a verb."""
    frame = inspect.currentframe()
    caller = frame and frame.f_back and frame.f_back.f_back
    return Place(caller.f_code.co_filename, caller.f_lineno) if caller else Place("", 0)


def trigger(fact: type[F], *, again: Lookup[F, F] | None = None) -> Step[F]:
    """What starts a run. `again` reads the same record once more just before execution."""
    return Step(Trigger(fact, again), place=_here())


def look_up(lookup: Lookup[F, G], about: Step[F], *, when: Guard | None = None) -> Step[G]:
    """Read one record from a system that the brief allows to be read."""
    return Step(LookUp(lookup, about), place=_here(), when=when)


def ask(
    fact: type[F], *, about: Step[Fact] | tuple[Step[Fact], ...], prompt: str = "", when: Guard | None = None
) -> Step[F]:
    """Ask the model for a typed fact. It never gives an intent, and sees only what stands in `about`."""
    steps = about if isinstance(about, tuple) else (about,)
    return Step(Ask(fact, steps, prompt), place=_here(), when=when)


@overload
def decide(of: Step[F], /, *, by: Callable[[F], E], when: Guard | None = None) -> Choice[E]: ...
@overload
def decide(a: Step[F], b: Step[G], /, *, by: Callable[[F, G], E], when: Guard | None = None) -> Choice[E]: ...
@overload
def decide(
    a: Step[F], b: Step[G], c: Step[H], /, *, by: Callable[[F, G, H], E], when: Guard | None = None
) -> Choice[E]: ...
def decide(*of: Step[Fact], by: Callable[..., E], when: Guard | None = None) -> Choice[E]:
    """Branch by a pure function that gives a member of a StrEnum."""
    return Choice(Decide(of, by, _options(by, of)), place=_here(), when=when)


def stop(text: str, *, when: Guard | None = None) -> Step[None]:
    """End the run here, with a sentence that says why."""
    return Step(Stop(text), place=_here(), when=when)


@overload
def propose(build: Callable[[A], I_], a: Step[A], /, *, when: Guard | None = None) -> Step[I_]: ...
@overload
def propose(build: Callable[[A, B], I_], a: Step[A], b: Step[B], /, *, when: Guard | None = None) -> Step[I_]: ...
@overload
def propose(
    build: Callable[[A, B, C], I_], a: Step[A], b: Step[B], c: Step[C], /, *, when: Guard | None = None
) -> Step[I_]: ...
@overload
def propose(
    build: Callable[[A, B, C, D], I_],
    a: Step[A],
    b: Step[B],
    c: Step[C],
    d: Step[D],
    /,
    *,
    when: Guard | None = None,
) -> Step[I_]: ...
def propose(build: Callable[..., I_], /, *inputs: AnyStep, when: Guard | None = None) -> Step[I_]:
    """Build the intent in code, from trusted values and the model's words."""
    return Step(Propose(build, inputs, _built(build)), place=_here(), when=when)


def plan(first: Step[I_], second: Step[I_], /, *more: Step[I_], when: Guard | None = None) -> Step[Plan[I_]]:
    """Put two to ten intents under one gate: shown together, executed in order, taken back in reverse."""
    return Step(PlanOf((first, second, *more)), place=_here(), when=when)


def review(intent: Step[P], *, by: str | Choose, when: Guard | None = None) -> Step[Approved[P]]:
    """The gate: who may approve, edit or reject this. The brief says who they are and what they must see."""
    return Step(Review(intent, by), place=_here(), when=when)


def act(approved: Step[Approved[Intent | Plan[Intent]]], *, when: Guard | None = None) -> Step[Receipt]:
    """Carry out what was approved, exactly once."""
    return Step(Act(approved), place=_here(), when=when)


def inquire(
    fact: type[F], *, of: str, about: Step[Fact] | tuple[Step[Fact], ...] = (), when: Guard | None = None
) -> Step[F]:
    """Ask for typed facts by a form: the `requester`, a reviewer group, or by mail outsiders of the brief."""
    steps = about if isinstance(about, tuple) else (about,)
    return Step(Inquire(fact, of, steps), place=_here(), when=when)


def wait(
    until: str, *, or_on: type[Fact] | None = None, after: AnyStep | None = None, when: Guard | None = None
) -> Step[Waited]:
    """A durable timer (`2d`, or `step.field` for a time), that an event of type `or_on` can end early."""
    return Step(Wait(until, or_on, after), place=_here(), when=when)


def each(records: Step[Fact], start: str, *, cap: int = 50, when: Guard | None = None) -> Step[Started]:
    """Start one run of another workflow per record of a fact that has `records`: capped, deduplicated."""
    return Step(Each(records, start, cap), place=_here(), when=when)


def either(first: Step[A], second: Step[B], /) -> Step[A | B]:
    """The first of two alternatives that was not skipped."""
    return Step(Either(first, second), place=_here())


def id_of(intent: Step[Intent], /) -> Step[Promised]:
    """The id that an earlier intent of the same plan will bring back."""
    return Step(IdOf(intent), place=_here())


def choose(choice: Choice[E], table: Mapping[E, str], *, otherwise: str) -> Choose:
    """Route a review by a choice."""
    return Choose(choice, {str(member): group for member, group in table.items()}, otherwise)


# --- what a function says of itself -------------------------------------------------------------------------


def _options(by: Callable[..., object], of: tuple[AnyStep, ...]) -> type[StrEnum] | None:
    """The closed set a branching function gives: what it declares, or the field it picks."""
    gives = _returned(by)
    if gives is None:
        try:
            gives = _recorded(by(*(_Recorder(fact_type(one)) for one in of)))
        except Exception:
            return None
    return gives if isinstance(gives, type) and issubclass(gives, StrEnum) else None


class _Recorder:
    """Stands in for a fact while a `decide` function is asked which field it picks."""

    def __init__(self, gives: object) -> None:
        vars(self)[""] = gives  # a key that is no name, so that no field of a fact can hide behind it

    def __getattr__(self, name: str) -> "_Recorder":
        fact = _recorded(self)
        if not (isinstance(fact, type) and issubclass(fact, Fact)):
            raise AttributeError(name)
        return _Recorder(fact.model_fields[name].annotation)


def _recorded(picked: object) -> object:
    return vars(picked)[""] if isinstance(picked, _Recorder) else type(picked)


def _built(build: Callable[..., object]) -> type[Intent] | None:
    gives = _returned(build)
    return gives if isinstance(gives, type) and issubclass(gives, Intent) else None


def _returned(function: Callable[..., object]) -> object:
    """What a function says it returns; None where it does not say, or says what cannot be read."""
    try:
        return get_type_hints(function).get("return")
    except (NameError, TypeError):
        return None
