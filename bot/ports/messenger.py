"""Where people meet the bot. A view: the truth is in the store."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from bot.domain.run import Run
from bot.domain.terms import Terms
from bot.domain.trouble import Trouble


class Aim(Enum):
    """What is wanted of somebody who is told of a card."""

    ASK = auto()
    """To decide: the card itself goes to them, with all they may do about it."""
    REMIND = auto()
    """Not to forget it: a link to where it stands."""
    ANSWER = auto()
    """To answer a question about it, from there."""


@dataclass(frozen=True, slots=True)
class About:
    """The card that a message is about."""

    step: str
    terms: Terms
    aim: Aim


class Messenger(Protocol):
    """Shows cards and tells people things. Idempotent: showing the same version twice shows it once.

    Raises Unreachable where somebody has to mend something before anything can be said there.
    """

    async def show(self, run: Run, terms: Terms, step: str) -> str:
        """Bring the card of a gate or question up to date wherever it stands; returns the place where it belongs."""
        ...

    async def tell(self, run: Run, to: str, text: str, *, key: str = "", about: About | Trouble | None = None) -> str:
        """A direct message to a person id; returns the place.

        Under one key a run tells a person once; without a key, each time. Where it is about trouble, a door
        may say that with what this person can do about it.
        """
        ...

    async def announce(self, to: str, text: str, *, key: str) -> str:
        """A message about no one run, to a person or into a channel; under one key once, as far as it can be told."""
        ...
