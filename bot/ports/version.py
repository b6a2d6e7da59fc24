"""Versions of what owners change without a deploy."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class VersionKind(StrEnum):
    """What owners change without a deploy."""

    BRIEF = "brief"
    PROMPT = "prompt"
    ROUTES = "routes"
    HOUSE = "house"
    SYSTEM = "system"
    """The description of a system: its maintainers accept what it changed."""


FROM_FILE = "file"
"""Who a version is by, when it came from a file."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of something owners may change."""

    kind: VersionKind
    name: str
    """`support_triage`, or `support_triage/triage` for a prompt."""
    n: int
    digest: str
    text: str
    at: datetime
    by: str
    why: str
    diff: str
