"""Where people meet the bot. A view: the truth is in the store."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.run import Run
from bot.domain.terms import Terms


@dataclass(frozen=True, slots=True)
class About:
    """The card that a message is about."""

    step: str
    terms: Terms
    whole: bool
    """Whether the card itself goes to them, with all they may do about it; else a link to where it stands."""


class Messenger(Protocol):
    """Shows cards and tells people things. Idempotent: showing the same version twice shows it once.

    Raises Unreachable where somebody has to mend something before anything can be said there.
    """

    async def show(self, run: Run, terms: Terms, step: str) -> str:
        """Bring the card of a gate or question up to date wherever it stands; returns the place where it belongs."""
        ...

    async def tell(self, run: Run, to: str, text: str, *, key: str = "", about: About | None = None) -> str:
        """A direct message to a person id; returns the place.

        Under one key a run tells a person once; without a key, each time.
        """
        ...

    async def announce(self, to: str, text: str, *, key: str) -> str:
        """A message about no one run, to a person or into a channel; under one key once, as far as it can be told."""
        ...
