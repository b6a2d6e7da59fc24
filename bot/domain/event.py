"""Something that happened to a run. `machine.advance` is the only reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.attempt import Attempt
from bot.domain.attendance import Link
from bot.domain.calibration import Worth
from bot.domain.effect import Purpose
from bot.domain.happening import FilledIn as FilledIn
from bot.domain.happening import Happening as Happening
from bot.domain.person import Person
from bot.domain.plain import Plain
from bot.domain.problem import Problem as Problem
from bot.domain.rebrief import Rebrief
from bot.domain.run import Source
from bot.domain.verdict import Verdict as Verdict


@dataclass(frozen=True, slots=True)
class Started(Happening):
    """The trigger came in."""

    value: Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class ReadBack(Happening):
    """A system answered a read."""

    step: str
    value: Mapping[str, Plain]
    purpose: Purpose = Purpose.INPUT
    records: tuple[str, ...] = ()
    """Which source records were used."""


@dataclass(frozen=True, slots=True)
class Answered(Happening):
    """A model answered in the type it was asked for."""

    step: str
    value: Mapping[str, Plain]
    attempts: tuple[Attempt, ...]
    confidence: int | None = None
    """As the model reported it."""
    doubts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    source: Source = Source.MODEL
    worth: Worth | None = None
    """What that confidence is known to be worth."""
    recalled: tuple[str, ...] = ()
    """The earlier runs that the model was shown."""


@dataclass(frozen=True, slots=True)
class Doubted(Happening):
    """A model gave no answer that could be used."""

    step: str
    problem: Problem
    text: str
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided(Happening):
    """A person acted on a gate or a question. `person` is as the directory knows them now."""

    person: Person
    verdict: Verdict
    step: str
    version: int | None = None
    """The version the person saw; None takes the current one (refused where the door shows versions)."""
    digest: str | None = None
    reason: str = ""
    text: str = ""
    values: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    """Edited or given fields."""
    proposal: int = 0
    """Which intent of a plan is edited."""
    to: Person | None = None
    """The person a gate is reassigned to."""
    instead: str = ""
    """In whose place they are, and why, as a sentence."""
    links: tuple[Link, ...] = ()
    """Who can decide now, where others are to be brought in."""
    minutes: int | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Begun(Happening):
    """An action is about to leave: from here on it may have happened."""

    step: str
    n: int
    refused: str = ""
    """Why not, where something beyond this run says no (a limit per day, a lock, a pause), in words."""
    lost_rights: tuple[str, ...] = ()
    """Approvers who may no longer decide, where the brief asks for that check."""


@dataclass(frozen=True, slots=True)
class Delayed(Happening):
    """What was about to leave has to wait: in a pause, or for another run that is at the same record."""

    text: str


@dataclass(frozen=True, slots=True)
class Done(Happening):
    """An action, a compensation or a start of runs worked."""

    step: str
    n: int
    receipt: Mapping[str, Plain]
    attempt: int = 1
    found: bool = False
    """It had happened already and was found by looking it up."""
    latency_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Retried(Happening):
    """Something failed and will be tried again."""

    step: str
    attempt: int
    text: str
    until: datetime
    n: int = 0
    sure: bool = True
    """Whether it is certain that nothing happened."""


@dataclass(frozen=True, slots=True)
class Failed(Happening):
    """Something failed for good."""

    step: str
    problem: Problem
    text: str
    n: int = 0
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class OutcomeUnknown(Happening):
    """Nobody knows whether an action happened."""

    step: str
    n: int
    text: str
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Reconciled(Happening):
    """A person looked, and says whether the action in doubt happened."""

    person: Person
    step: str
    n: int
    happened: bool
    receipt: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    text: str = ""


@dataclass(frozen=True, slots=True)
class LookWanted(Happening):
    """A person wants the system asked whether the action in doubt happened."""

    person: Person
    step: str
    n: int


@dataclass(frozen=True, slots=True)
class LookedUp(Happening):
    """A system was asked whether an action in doubt happened; without a receipt, it does not say that it did."""

    step: str
    n: int
    receipt: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    text: str = ""


@dataclass(frozen=True, slots=True)
class Shown(Happening):
    """A card stands where its people can see it."""

    step: str
    version: int
    place: str
    links: tuple[Link, ...] = ()
    """Who can decide there now."""


@dataclass(frozen=True, slots=True)
class Undelivered(Happening):
    """A card or a message could not be brought to its people, however often it was tried."""

    step: str
    text: str
    card: bool = False
    tell: Literal["pager", "owner"] = "pager"
    """Who can do something about a card that is not seen."""


@dataclass(frozen=True, slots=True)
class Abandoned(Happening):
    """A person opened a form and closed it: that decides nothing."""

    step: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Woken(Happening):
    """A timer came due, or an event a wait was waiting for came in."""

    step: str = ""
    by_event: bool = False
    links: tuple[Link, ...] = ()
    """Who can decide now, where a gate waits."""
    delivery: str = ""
    """What brought the event."""


@dataclass(frozen=True, slots=True)
class Cancelled(Happening):
    person: Person
    text: str = ""


@dataclass(frozen=True, slots=True)
class Paused(Happening):
    person: Person
    text: str = ""


@dataclass(frozen=True, slots=True)
class Resumed(Happening):
    """A paused or parked run goes on; a parked step is tried again."""

    person: Person
    text: str = ""
    accept: Mapping[str, str] = field(default_factory=dict[str, str])
    """Step digests accepted after a deploy changed steps ahead."""
    rebrief: Rebrief | None = None
    """The brief it goes by from now on; None keeps the one it began with."""


@dataclass(frozen=True, slots=True)
class Undone(Happening):
    """A person wants what was done taken back."""

    person: Person
    text: str = ""


@dataclass(frozen=True, slots=True)
class Declared(Happening):
    """A person says that something went wrong with a run. It stops nothing."""

    person: Person
    text: str


@dataclass(frozen=True, slots=True)
class Changed(Happening):
    """A deploy changed steps that this run still has ahead of it."""

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unloaded(Happening):
    """The workflow does not load, or not with what this run pinned."""

    why: str


OfActions = Begun | Delayed | Done | Retried | Failed | OutcomeUnknown | LookedUp
FromPeople = Started | Decided | FilledIn | Cancelled | Paused | Resumed | Undone | Reconciled | LookWanted | Declared
OfCards = Shown | Undelivered | Abandoned
Event = OfActions | ReadBack | Answered | Doubted | Woken | Changed | Unloaded | FromPeople | OfCards
