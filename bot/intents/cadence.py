"""A cadence: one touch after the other, as the brief's `[cadence]` says, until somebody answers or it is over.

Each touch is a run of its own. What a touch is about has `n`, which touch it is, and `due`, when it is to be made;
looking up the next one gives the same with the next number and time, or nothing where it was the last.
"""

from typing import TypeVar

from bot.domain.intent import Fact
from bot.domain.workflow import Lookup

SYSTEM = "cadence"

F = TypeVar("F", bound=Fact)
G = TypeVar("G", bound=Fact)


def next_of(touch: type[F], gives: type[G]) -> Lookup[F, G]:
    """The next touch by the brief: `gives` has `records`, with one touch or none, and `why`."""
    return Lookup(SYSTEM, "next", takes=touch, gives=gives, witnessed=("records",))
