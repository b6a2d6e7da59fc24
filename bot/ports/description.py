"""The descriptions of systems: versioned like briefs, and changed by a command as far as answers go."""

from collections.abc import Iterable
from typing import Protocol

from bot.ports.version import Version


class Descriptions(Protocol):
    """Every description that the settings name, by the name of its system."""

    def text(self, system: str) -> str:
        """A description as it stands now. Unknown where the system has none."""
        ...

    def called(self, system: str) -> str:
        """What people call the system. Unknown where it has no description."""
        ...

    def refuse_unfit(self, system: str, text: str) -> None:
        """Raise Misdeclared where the text does not load, Unfit where it changes more than what answers look like."""
        ...

    def learn(self, versions: Iterable[Version]) -> None:
        """Go by these versions from now on: this process stored them, or another one did."""
        ...


def changed_words(called: str) -> str:
    """How the sentence begins that parks a run because a system answers in another form."""
    return f"{called} has changed:"
