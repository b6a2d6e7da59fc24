"""What the link in a mail stands for: one question of one run, one address, and until when."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.run import RunId


@dataclass(frozen=True, slots=True)
class Slip:
    """The right to fill in one form once. Whoever has the link has it, so it says nothing about anybody."""

    run: RunId
    step: str
    who: str
    """The pseudonym of the address it was sent to."""
    until: datetime
