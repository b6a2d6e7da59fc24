"""When something happened and by whom; and what comes from somebody whom the directory does not know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.person import Actor
from bot.domain.plain import Plain


@dataclass(frozen=True, slots=True)
class Happening:
    """When, and by whom."""

    at: datetime
    by: Actor


@dataclass(frozen=True, slots=True)
class FilledIn(Happening):
    """Somebody outside the chat sent the form of the one question they were asked. It can be nothing else."""

    step: str
    values: Mapping[str, Plain]
    until: datetime
    """As their link has it: a link of before the question was asked anew does not count."""
    kept_at: datetime
    """When it came in: what came in time counts, however late it is seen to."""
