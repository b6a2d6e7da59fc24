"""One thing that the doctor looked at, and how it is."""

from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """How something is."""

    OK = "ok"
    NOTE = "note"
    """Worth somebody's attention; it works all the same."""
    MEND = "mend"
    """It does not work until somebody mends it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    sign: Sign
    about: str
    text: str
