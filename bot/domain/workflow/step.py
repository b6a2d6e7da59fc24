"""Steps and their nodes: twelve kinds that do something, and two joins that only connect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from bot.domain.intent import Fact, Intent
from bot.domain.workflow.lookup import AnyLookup

T_co = TypeVar("T_co", covariant=True)
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
    of: "tuple[AnyStep, ...]"
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
    """`requester`, a reviewer group, or outsiders of the brief."""
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


def verb_of(node: Node) -> Verb | None:
    """The word that made this node; None for a join."""
    return _VERBS.get(type(node))


def members_of(choice: AnyStep) -> tuple[str, ...]:
    """Every value a choice may take."""
    node = choice.node
    return tuple(str(m) for m in node.options) if isinstance(node, Decide) and node.options else ()
