"""What somebody outside is told to name when they write about what they sent: the end of the id it was kept under."""

import re

_LENGTH = 8
_REFERENCE = re.compile(rf"[0-9a-f]{{{_LENGTH}}}")


def reference_of(delivery: str) -> str:
    """As it is shown."""
    return delivery[-_LENGTH:].upper()


def end_meant(typed: str) -> str:
    """The end of the id that somebody means who types a reference; empty where it is none."""
    end = typed.lower()
    return end if _REFERENCE.fullmatch(end) else ""
