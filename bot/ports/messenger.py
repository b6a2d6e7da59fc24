"""Where people meet the bot. A view: the truth is in the store."""

from typing import Protocol

from bot.domain.run import Run
from bot.domain.terms import Terms
from bot.domain.trouble import Trouble


class Messenger(Protocol):
    """Shows cards and tells people things. Idempotent: showing the same version twice shows it once.

    Raises Unreachable where somebody has to mend something before anything can be said there.
    """

    async def show(self, run: Run, terms: Terms, step: str) -> str:
        """Bring the card of a gate or question up to date; returns the place where it stands."""
        ...

    async def tell(
        self, run: Run, to: str, text: str, *, key: str = "", asks: str = "", trouble: Trouble | None = None
    ) -> str:
        """A direct message to a person id; returns the place.

        Under one key a run tells a person once; without a key, each time. Where it `asks` them something about a
        gate, they can answer from there; where it is about trouble, a door may say that with what this person can do.
        """
        ...
