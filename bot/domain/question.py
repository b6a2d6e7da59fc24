"""What a person is asked for besides a gate."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.plain import Plain


class Ask(StrEnum):
    """What a person is asked for besides a gate."""

    FILL_IN = "fill in"
    """A fact the model doubted or could not give."""
    INQUIRE = "inquire"
    CONFIRM = "confirm"
    """A stop that rests on a model's answer."""
    OBSERVE = "observe"
    """What a person did themselves."""
    DONE_BY_ME = "done by me"


@dataclass(frozen=True)
class Question:
    """A person is asked for typed facts."""

    step: str
    kind: Ask
    group: str
    """`requester`, `owner`, a reviewer group, or outsiders of the brief."""
    text: str
    opened_at: datetime
    draft: Plain = None
    expires_at: datetime | None = None
    remind_at: datetime | None = None
    unsent: bool = False
    """It is for somebody outside, and the mail to them did not leave, or nobody knows whether it did."""
