"""What somebody outside is told to name when they write about what they sent: the end of the id it was kept under."""

import re

from bot.domain.person import Door

_LENGTH = 8
_REFERENCE = re.compile(rf"[0-9A-F]{{{_LENGTH}}}")


def reference_of(delivery: str) -> str:
    """As it is shown."""
    return delivery[-_LENGTH:].upper()


def record_of(delivery: str) -> str:
    """What a run that a form has started says it came from."""
    return f"{Door.FORM}:{reference_of(delivery)}"


def record_meant(typed: str) -> str:
    """What the run of whoever types a reference came from; empty where it is none."""
    reference = typed.upper()
    return f"{Door.FORM}:{reference}" if _REFERENCE.fullmatch(reference) else ""
