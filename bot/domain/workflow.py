"""A workflow as data: steps in order, each a node of one of twelve kinds.

`bot.authoring` has the words that make these; the machine, the checks and the drawings read them.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Generic, Never, TypeGuard, TypeVar, assert_never

from bot.domain.errors import Misdeclared
from bot.domain.intent import Fact, Intent, Promised, Receipt

T_co = TypeVar("T_co", covariant=True)
A_contra = TypeVar("A_contra", bound=Fact, contravariant=True)
R_co = TypeVar("R_co", bound=Fact, covariant=True)
E = TypeVar("E", bound=StrEnum)


class Verb(StrEnum):
    """The twelve words of a workflow file."""

    TRIGGER = "trigger"
    LOOK_UP = "look_up"
    ASK = "ask"
    DECIDE = "decide"
    STOP = "stop"
    PROPOSE = "propose"
    PLAN = "plan"
    REVIEW = "review"
    ACT = "act"
    INQUIRE = "inquire"
    WAIT = "wait"
    EACH = "each"


class Lookup(Generic[A_contra, R_co]):
    """A read of one external system, as plain data. `witnessed` are the fields a decision may rest on."""

    __slots__ = ("gives", "name", "system", "takes", "witnessed")

    def __init__(
        self,
        system: str,
        name: str,
        *,
        takes: type[A_contra],
        gives: type[R_co],
        witnessed: tuple[str, ...] = (),
    ) -> None:
        self.system = system
        self.name = name
        self.takes: type[Fact] = takes
        self.gives: type[Fact] = gives
        self.witnessed = witnessed or tuple(gives.model_fields)

    @property
    def kind(self) -> str:
        """The name briefs use: `helpdesk.account_of`."""
        return f"{self.system}.{self.name}"


AnyLookup = Lookup[Never, Fact]
"""Some lookup: what it takes is not known here, so nothing can be handed to it by mistake."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a workflow file a step stands."""

    file: str
    line: int


class Step(Generic[T_co]):
    """One step of a workflow. What it gives is its type; its name is the attribute it stands under.

    A join (`either`, `id_of`) has no name wherever it stands: it is looked through.
    """

    __slots__ = ("name", "node", "place", "when")

    def __init__(self, node: "Node", *, place: Place, when: "Guard | None" = None) -> None:
        self.name = ""
        self.node = node
        self.place = place
        self.when = when

    def __set_name__(self, owner: type, name: str) -> None:
        if verb_of(self.node):
            self.name = self.name or name

    def __repr__(self) -> str:
        return f"<{verb_of(self.node) or 'join'} {self.name or 'inline'}>"


class Choice(Step[E]):
    """A step that gives one member of a closed set, so that paths stay finite."""

    __slots__ = ()

    def is_(self, *members: E) -> "Guard":
        """True where the choice is one of these."""
        return Guard(self, frozenset(str(m) for m in members))

    def is_not(self, *members: E) -> "Guard":
        """True where the choice is none of these."""
        return Guard(self, frozenset(members_of(self)) - {str(m) for m in members})


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on a choice; a step with a guard that does not hold is skipped."""

    choice: "AnyStep"
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class Choose:
    """Reviewers by choice: a routing table of one line."""

    choice: "AnyStep"
    table: Mapping[str, str]
    otherwise: str

    def groups(self) -> frozenset[str]:
        return frozenset({*self.table.values(), self.otherwise})


# --- the nodes ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trigger:
    fact: type[Fact]
    again: AnyLookup | None = None
    """How the same record is read again just before execution."""


@dataclass(frozen=True, slots=True)
class LookUp:
    lookup: AnyLookup
    about: "AnyStep"


@dataclass(frozen=True, slots=True)
class Ask:
    fact: type[Fact]
    about: "tuple[AnyStep, ...]"
    prompt: str
    """The prompt file's stem; empty means the step's own name."""


@dataclass(frozen=True, slots=True)
class Decide:
    of: "AnyStep"
    by: Callable[..., StrEnum]
    options: type[StrEnum] | None
    """None where no closed set could be found; `check` refuses it."""


@dataclass(frozen=True, slots=True)
class Stop:
    text: str


@dataclass(frozen=True, slots=True)
class Propose:
    build: Callable[..., Intent]
    inputs: "tuple[AnyStep, ...]"
    intent: type[Intent] | None
    """None where the function does not say what it builds; `check` refuses it."""


@dataclass(frozen=True, slots=True)
class PlanOf:
    intents: "tuple[AnyStep, ...]"


@dataclass(frozen=True, slots=True)
class Review:
    intent: "AnyStep"
    by: str | Choose


@dataclass(frozen=True, slots=True)
class Act:
    approved: "AnyStep"


@dataclass(frozen=True, slots=True)
class Inquire:
    fact: type[Fact]
    of: str
    """`requester`, or a reviewer group of the brief."""
    about: "tuple[AnyStep, ...]" = ()


@dataclass(frozen=True, slots=True)
class Wait:
    until: str
    """A duration (`2d`), or the name of a datetime field as `step.field`."""
    or_on: type[Fact] | None = None
    after: "AnyStep | None" = None


@dataclass(frozen=True, slots=True)
class Each:
    records: "AnyStep"
    start: str
    """The workflow each record starts a run of."""
    cap: int


@dataclass(frozen=True, slots=True)
class Either:
    """A join: the first of two alternatives that was not skipped."""

    first: "AnyStep"
    second: "AnyStep"


@dataclass(frozen=True, slots=True)
class IdOf:
    """The id that an earlier intent of the same plan will bring back."""

    intent: "AnyStep"


Node = Trigger | LookUp | Ask | Decide | Stop | Propose | PlanOf | Review | Act | Inquire | Wait | Each | Either | IdOf
AnyStep = Step[object]


class Waited(Fact):
    """How a wait ended: by its time, or by the event it was also waiting for."""

    ended_by_event: bool


class Started(Fact):
    """The runs that an `each` started."""

    runs: list[str]
    skipped: int = 0


_VERBS: Mapping[type, Verb] = {
    Trigger: Verb.TRIGGER,
    LookUp: Verb.LOOK_UP,
    Ask: Verb.ASK,
    Decide: Verb.DECIDE,
    Stop: Verb.STOP,
    Propose: Verb.PROPOSE,
    PlanOf: Verb.PLAN,
    Review: Verb.REVIEW,
    Act: Verb.ACT,
    Inquire: Verb.INQUIRE,
    Wait: Verb.WAIT,
    Each: Verb.EACH,
}


def is_step(value: object) -> TypeGuard[AnyStep]:
    """Whether an attribute of a workflow is one of its steps."""
    return isinstance(value, Step)


_GIVES: Mapping[type, type[Fact]] = {Wait: Waited, Act: Receipt, Each: Started, IdOf: Promised}


def verb_of(node: Node) -> Verb | None:
    """The word that made this node; None for a join."""
    return _VERBS.get(type(node))


def inputs_of(node: Node) -> tuple[AnyStep, ...]:
    """The steps whose values this node reads."""
    match node:
        case Trigger() | Stop():
            return ()
        case LookUp(about=one) | Decide(of=one) | Act(approved=one) | Each(records=one) | IdOf(intent=one):
            return (one,)
        case Ask(about=many) | Propose(inputs=many) | PlanOf(intents=many) | Inquire(about=many):
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


def members_of(choice: AnyStep) -> tuple[str, ...]:
    """Every value a choice may take."""
    node = choice.node
    return tuple(str(m) for m in node.options) if isinstance(node, Decide) and node.options else ()


def _refuse_taken_names(steps: tuple[AnyStep, ...]) -> None:
    for step in steps:
        if step.name in Workflow.__annotations__:
            raise Misdeclared(
                f"No step can be called “{step.name}”: every workflow has a {step.name} already.",
                file=step.place.file,
                line=step.place.line,
                mend="Give the step another name.",
            )


class Workflow:
    """What a workflow file subclasses; its attributes are the steps, in order."""

    version: ClassVar[int]
    definition: ClassVar["Definition"]

    def __init_subclass__(cls, *, version: int) -> None:
        super().__init_subclass__()
        steps = tuple(step for step in vars(cls).values() if is_step(step) and step.name)
        _refuse_taken_names(steps)
        cls.version = version
        says = cls.__doc__ or getattr(sys.modules.get(cls.__module__), "__doc__", None) or cls.__name__
        cls.definition = Definition(
            name=cls.__module__.rpartition(".")[2],
            version=version,
            title=" ".join(says.split()),
            steps=steps,
            module=cls.__module__,
        )


@dataclass(frozen=True, slots=True)
class Definition:
    """A workflow as the machine reads it."""

    name: str
    version: int
    title: str
    steps: tuple[AnyStep, ...]
    module: str = ""

    def step(self, name: str) -> AnyStep:
        """The step of that name; a KeyError is a bug or a changed workflow."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def names(self) -> tuple[str, ...]:
        return tuple(step.name for step in self.steps)

    @property
    def trigger(self) -> AnyStep:
        return self.steps[0]
