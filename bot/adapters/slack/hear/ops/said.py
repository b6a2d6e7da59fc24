"""A command as it came in, what is answered, and what every subcommand is given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.adapters.slack.draw.answer import Line
from bot.adapters.slack.draw.modal.choice import Samples
from bot.adapters.slack.hear.surface import Surface
from bot.application.parts import Parts
from bot.domain.errors import Unfit
from bot.domain.person import ChannelId, Person


@dataclass(frozen=True, slots=True)
class Ops:
    """What a subcommand works with."""

    parts: Parts
    surface: Surface
    samples: Samples

    def name(self, who: str) -> str:
        """Somebody by name, where the directory knows them."""
        known = self.parts.directory.named(who) if "/" in who else None
        return known.name if known is not None else who


@dataclass(frozen=True, slots=True)
class Said:
    """A command as it came in."""

    by: Person
    rest: str
    """What stands after the subcommand."""
    channel: ChannelId
    trigger: str
    delivery: str

    @property
    def first(self) -> str:
        """The first word of it; empty where there is none."""
        return self.rest.partition(" ")[0]

    @property
    def more(self) -> str:
        """All but the first word of it."""
        return self.rest.partition(" ")[2].strip()

    def need(self, what: str, example: str) -> str:
        """The first word. Unfit where it is missing: says what is, and how it looks when it is there."""
        if not self.first:
            raise Unfit(f"Say which: {what}. For example: {example}")
        return self.first


Answer = list[Line]
Do = Callable[[Ops, Said], Awaitable[Answer]]
"""No lines where something else was shown, such as a form."""
