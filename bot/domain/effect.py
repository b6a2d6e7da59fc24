"""Something to do next. The machine orders effects, the store keeps them, a runtime performs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.domain.plain import Plain


class Purpose(StrEnum):
    """Why something is read."""

    INPUT = "input"
    WITNESS = "witness"
    """Again, just before execution: has the world moved?"""
    PROOF = "proof"
    """Does `done_when` hold?"""


@dataclass(frozen=True, slots=True)
class Read:
    """Read one record."""

    step: str
    lookup: str
    argument: Mapping[str, Plain]
    purpose: Purpose = Purpose.INPUT
    type: Literal["read"] = "read"


@dataclass(frozen=True, slots=True)
class AskModel:
    """Ask the model for the fact of a step."""

    step: str
    remark: str = ""
    """A reviewer's wish, where this is a redraft."""
    type: Literal["ask model"] = "ask model"


@dataclass(frozen=True, slots=True)
class Show:
    """Bring the card of a gate or question up to date, wherever it stands."""

    step: str
    version: int = 0
    type: Literal["show"] = "show"


class Telling(StrEnum):
    """Why somebody is told something."""

    NOTICE = "notice"
    ASKED = "asked"
    """They are brought in: the card of the step goes to them, as long as it waits."""
    REMINDED = "reminded"
    """It still waits for them, whose vote counts and is not given: the card is linked."""
    QUESTION = "question"
    """They can answer at once, and the answer comes onto the card of the step."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Send one person or role a direct message."""

    to: str
    """A person id, `owner`, `maintainer`, `pager`, `requester`, or `group:<name>`."""
    text: str
    step: str = ""
    how: Telling = Telling.NOTICE
    trouble: int = 0
    """Which of a run's troubles it is about; 0 where it is about none."""
    unless: str = ""
    """A role that hears of it in other words: whoever has that one as well is not told twice."""
    type: Literal["tell"] = "tell"


@dataclass(frozen=True, slots=True)
class Write:
    """Write the n-th mail, counted from 1, to whoever outside a question is for."""

    step: str
    n: int
    until: datetime
    """Until when the question can be answered: once it is asked anew, mails of before are not sent any more."""
    type: Literal["write"] = "write"


@dataclass(frozen=True, slots=True)
class Execute:
    """Carry out the n-th action of a step."""

    step: str
    n: int
    dry: bool = False
    type: Literal["execute"] = "execute"


@dataclass(frozen=True, slots=True)
class Compensate:
    """Take the n-th action of a step back."""

    step: str
    n: int
    type: Literal["compensate"] = "compensate"


@dataclass(frozen=True, slots=True)
class Seek:
    """Ask a system whether the n-th action of a step has happened: in doubt, or as the proof. Nothing is repeated."""

    step: str
    n: int
    type: Literal["seek"] = "seek"


@dataclass(frozen=True, slots=True)
class Wake:
    """Look at the run again at that time. A timer is this row and nothing else."""

    at: datetime
    step: str
    type: Literal["wake"] = "wake"


@dataclass(frozen=True, slots=True)
class StartRuns:
    """Start one run of another workflow per record."""

    step: str
    workflow: str
    records: tuple[Mapping[str, Plain], ...] = field(default_factory=tuple)
    type: Literal["start runs"] = "start runs"


Effect = Read | AskModel | Show | Tell | Write | Execute | Compensate | Seek | Wake | StartRuns
