"""Another brief than the one a run began with: what comes with it when its owner lets it go on by that."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.person import PersonId


@dataclass(frozen=True, slots=True)
class Rebrief:
    """What a parked run goes by from now on, besides its steps."""

    brief: str
    """As pins have it."""
    policy: str
    owner: PersonId
    prompts: Mapping[str, str] = field(default_factory=dict[str, str])
    """In place of those that fit the steps no more."""
    changes: tuple[str, ...] = ()
    """Which versions these are, and what is different, in lines."""
    lost_rights: tuple[str, ...] = ()
    """Approvers who may not approve by it."""
