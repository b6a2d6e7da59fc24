"""Who could answer a gate at some moment, as whoever reads the clock and the directory tells it to the machine."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.person import Person


class Absence(StrEnum):
    """Why somebody is not there, to be read after their name."""

    LEFT = "has a deactivated account"
    AWAY = "is away"
    QUIET = "does not want to be disturbed now"
    OFF = "is not at work at this hour"


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain of those who may be asked at a gate."""

    name: str
    there: tuple[Person, ...]
    """Who can decide now: there, with the right of their own, and not heard yet."""
    passed: tuple[tuple[Person, Absence], ...] = ()
    """Who was passed over, and why; somebody may still stand in for them."""


def is_unmanned(links: tuple[Link, ...]) -> bool:
    """Whether those who are asked first are all away, and somebody further along the chain is not."""
    return bool(links) and bool(links[0].passed) and not links[0].there and any(link.there for link in links[1:])


def passed_over(passed: Iterable[tuple[Person, Absence]]) -> str:
    """Who was passed over and why, as a sentence each."""
    return " ".join(dict.fromkeys(f"{person.name} {why}." for person, why in passed))
