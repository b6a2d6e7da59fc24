"""The team, and groups of its people."""

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Team:
    """The workspace itself."""

    id: str
    name: str
    domain: str
    url: str
    """Where its pages are; permalinks begin with it."""
    partners: dict[str, str] = field(default_factory=dict[str, str])
    """The names of other teams that channels are shared with, by their ids."""


@dataclass(slots=True, kw_only=True)
class Group:
    """A user group: `@support-leads`."""

    id: str
    handle: str
    name: str
    people: list[str] = field(default_factory=list[str])
    created: int = 0
    disabled: bool = False
