"""A run: everything the machine knows about one execution, as plain frozen data that a store can keep."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.calibration import Worth
from bot.domain.intent import Proposal
from bot.domain.person import Door, PersonId, TeamId
from bot.domain.plain import Plain
from bot.domain.question import Ask as Ask
from bot.domain.question import Question as Question

RunId = NewType("RunId", str)


def short(run: str) -> str:
    """The end of an id, which is enough to say which run."""
    return run[-7:]


class RunState(StrEnum):
    """Where a run stands. `parked` and `failed` always come with a notice to the owner."""

    RUNNING = "running"
    WAITING = "waiting"
    PARKED = "parked"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    UNDONE = "undone"


ENDED = frozenset({RunState.DONE, RunState.STOPPED, RunState.FAILED, RunState.UNDONE})
TROUBLE = frozenset({RunState.PARKED, RunState.FAILED})


class Stage(StrEnum):
    """How far the bot may go with a workflow."""

    INSTRUMENT = "instrument"
    SHADOW = "shadow"
    ASSISTED = "assisted"
    APPROVED = "approved"
    LIMITED = "limited"
    AUTOMATIC = "automatic"


class StepStatus(StrEnum):
    """Where one step stands."""

    DUE = "due"
    """Its effect is on the way."""
    WAITING = "waiting"
    """For a time or an event."""
    ASKED = "asked"
    """A person is asked."""
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


class Source(StrEnum):
    """Who gave a value."""

    TRIGGER = "trigger"
    SYSTEM = "system"
    MODEL = "model"
    REHEARSAL = "rehearsal"
    PERSON = "person"
    CODE = "code"


@dataclass(frozen=True)
class StepState:
    """One step of a run: its status, its value, and where the value came from."""

    status: StepStatus
    value: Plain = None
    source: Source = Source.CODE
    confidence: int | None = None
    """Per cent, as it counts: as the model or the rules reported it, or what that is known to be worth."""
    doubts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    since: datetime | None = None
    by: str = ""
    """Who wrote it in the model's place, or put it right: an author of whatever rests on it."""
    worth: Worth | None = None


def card_id(run: str, step: str) -> str:
    """What the card of a gate or a question carries: opaque, and the same as long as the run lasts."""
    return hashlib.sha256(f"{run}/{step}".encode()).hexdigest()[:32]


class GateStatus(StrEnum):
    """Where a gate stands."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CLOSED = "closed"
    """Taken over, done by hand, cancelled or overtaken by a correction."""


class Mode(StrEnum):
    """What `act` does once its gate is approved."""

    EXECUTE = "execute"
    SHOW = "show"
    DRY_RUN = "dry run"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Vote:
    """One person's approval or denial of one version."""

    person: str
    at: datetime
    reason: str = ""
    text: str = ""


@dataclass(frozen=True)
class Remark:
    """Something said about a gate: an escalation, a redraft wish, a comment, an answer."""

    person: str
    at: datetime
    kind: str
    text: str


@dataclass(frozen=True)
class Gate:
    """The point where a proposal is decided. A new version voids every vote."""

    id: str
    """Opaque: what a card carries."""
    step: str
    version: int
    status: GateStatus
    mode: Mode
    proposals: tuple[Proposal, ...]
    digest: str
    group: str
    """The reviewer group of the brief that is asked."""
    needed: int
    deny: int
    opened_at: datetime
    why: str
    """Why a person is asked, in words."""
    expires_at: datetime | None = None
    remind_at: datetime | None = None
    escalate_at: datetime | None = None
    shown_at: datetime | None = None
    decided_at: datetime | None = None
    approvals: tuple[Vote, ...] = ()
    denials: tuple[Vote, ...] = ()
    editors: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()
    """People brought in by escalation or reassignment; policy still has to allow them."""
    holder: str = ""
    """Whom the gate was reassigned to; reminders go there first."""
    remarks: tuple[Remark, ...] = ()
    redrafts: int = 0
    escalations: int = 0
    policy: str = ""
    """`policy:<hash>` where a policy approved."""
    moved: str = ""
    """What moved in the world, where what it is about is built anew: the next version says so, and people decide."""


class ActionStatus(StrEnum):
    """Where one intent of an `act` step stands."""

    PLANNED = "planned"
    BEGUN = "begun"
    """Its intent is durable; the call may or may not have left."""
    DONE = "done"
    FAILED = "failed"
    IN_DOUBT = "in doubt"
    UNDOING = "undoing"
    UNDONE = "undone"
    STUCK = "stuck"
    """It could not be taken back; a person must."""


@dataclass(frozen=True)
class Action:
    """One intent on its way through the world."""

    step: str
    n: int
    proposal: Proposal
    key: str
    status: ActionStatus = ActionStatus.PLANNED
    begun_at: datetime | None = None
    receipt: Mapping[str, Plain] | None = None
    error: str = ""


@dataclass(frozen=True)
class Pins:
    """The versions a run keeps from start to end, as digests."""

    workflow: str
    steps: Mapping[str, str] = field(default_factory=dict[str, str])
    """Digest per step, so that only a change ahead of a waiting run matters to it."""
    brief: str = ""
    prompts: Mapping[str, str] = field(default_factory=dict[str, str])
    model: str = ""
    policy: str = ""


@dataclass(frozen=True)
class Origin:
    """What started a run: the one trigger envelope."""

    door: Door
    key: str
    """Deduplication: the same key starts one run."""
    requester: str
    """A person id, or `schedule:x`, `webhook:y`, `run:z`."""
    record: str = ""
    """A link or id of the source record."""
    behind: str = ""
    """Who asked for the first of several runs that started one another; empty where a person asked for this one."""


@dataclass(frozen=True)
class Run:
    """One execution of a workflow."""

    id: RunId
    team: TeamId
    workflow: str
    pins: Pins
    origin: Origin
    stage: Stage
    owner: PersonId
    started_at: datetime
    subject: str = ""
    """A pseudonym of the person the data is about; erasure goes by it."""
    state: RunState = RunState.RUNNING
    paused: bool = False
    reason: str = ""
    """Why it is parked, stopped or failed, in words."""
    steps: Mapping[str, StepState] = field(default_factory=dict[str, StepState])
    gates: Mapping[str, Gate] = field(default_factory=dict[str, Gate])
    questions: Mapping[str, Question] = field(default_factory=dict[str, Question])
    actions: tuple[Action, ...] = ()
    undoing: RunState | None = None
    """How the run ends once everything that was done is taken back."""
    spent_micros: int = 0
    ended_at: datetime | None = None
    erased_at: datetime | None = None
    """When its content was taken away; what it decided and did still stands."""
    troubles: int = 0
    """How often it has come to need a person: parked, or failed."""
    seq: int = 0
    """Entries written so far; also the version a store compares before it swaps."""

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    def value(self, step: str) -> Plain:
        """The value a finished step gave; None where it has none."""
        state = self.steps.get(step)
        return state.value if state else None
