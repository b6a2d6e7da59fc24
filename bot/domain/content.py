"""What a card is made of."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.run import ActionStatus, Ask, GateStatus, Mode


@dataclass(frozen=True, slots=True)
class Line:
    """One named value."""

    name: str
    value: str
    fixed: bool = False
    """An identifier: it cannot be edited."""
    note: str = ""
    """The same said so that nobody misreads it: 5000 cents are 50.00 EUR."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A parameter that is no longer what was proposed."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Voice:
    """What one person said or did about it."""

    person: str
    at: datetime
    did: str
    """`approved`, `rejected`, or the kind of a remark."""
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one approved action."""

    title: str
    status: ActionStatus
    id: str = ""
    """The id of what it made or changed, as the system says it."""
    link: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Used:
    """How much of its limits per day a workflow has used. The store knows; a run does not."""

    today: int
    on_record_today: int | None = None
    """None where it is about several records, or about a person, whom no counter names."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One intent: what it does, to which record, with exactly which parameters."""

    title: str
    record: str
    lines: tuple[Line, ...]
    undo: str
    kind: str = ""
    """`helpdesk.SendReply`"""
    risk: str = ""
    grave: bool = False
    """A slip of the finger would destroy something."""
    changed: tuple[Changed, ...] = ()
    """What an edit made different."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One step the decision rests on."""

    title: str
    source: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A gate or a question, ready to be drawn."""

    title: str
    standing: str
    """What it waits for, or how it was decided."""
    verbs: tuple[str, ...]
    """What can be done with it now; the first is the main one."""
    deeds: tuple[Deed, ...] = ()
    fields: tuple[Line, ...] = ()
    """What a question asks to be filled in, with what is known already."""
    why: str = ""
    then: str = ""
    """What happens next."""
    evidence: tuple[Evidence, ...] = ()
    confidence: str = ""
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Cost, deadline, model, versions: the small print."""
    fingerprint: str = ""
    version: int = 0
    banner: str = ""
    around: "Around | None" = None
    """The same in parts, for a door that draws more than lines."""

    @property
    def to_type(self) -> str:
        """What has to be typed before it is approved: the amount, else the target; nothing unless it is grave."""
        grave = [deed for deed in self.deeds if deed.grave]
        amounts = [line.note for deed in grave for line in deed.lines if line.note]
        return " ".join(amounts) or next((deed.record.rpartition(":")[2] for deed in grave), "")


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the action, in parts: nothing here says anything the rest of the card contradicts."""

    id: str
    """Opaque: what a button carries."""
    group: str
    status: GateStatus | None = None
    """None for a question."""
    ask: Ask | None = None
    """None for a gate."""
    mode: Mode | None = None
    workflow: str = ""
    requester: str = ""
    record: str = ""
    """The source record: a link or an id."""
    holder: str = ""
    needed: int = 1
    members: tuple[str, ...] = ()
    """Who is in the group by name, as the brief says it."""
    barred: tuple[str, ...] = ()
    """Who may not approve it, because they asked for it or changed it."""
    votes: tuple[Voice, ...] = ()
    voices: tuple[Voice, ...] = ()
    editors: tuple[str, ...] = ()
    policy: str = ""
    decided_at: datetime | None = None
    expires_at: datetime | None = None
    escalates_at: datetime | None = None
    key: tuple[Line, ...] = ()
    rules: tuple[tuple[str, bool], ...] = ()
    budget: tuple[str, ...] = ()
    model: str = ""
    guessed: tuple[str, ...] = ()
    """The facts a model gave: what can be drafted anew or corrected."""
    outcomes: tuple[Outcome, ...] = ()
    undoable: bool = False
    undo_until: datetime | None = None

    @property
    def declined(self) -> bool:
        """It will not happen."""
        return self.status in (GateStatus.REJECTED, GateStatus.EXPIRED, GateStatus.CLOSED)
