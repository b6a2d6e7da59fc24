"""Libraries for tests: every system they need is connected, and everybody their briefs name is known."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.adapters.library.shelf import Shelf
from bot.adapters.systems.sandbox import BINDINGS
from bot.domain.binding import Binding
from bot.domain.checks import People
from bot.domain.person import Person, PersonId


class Everybody:
    """A directory that knows whoever is named."""

    def named(self, name: str) -> Person:
        return Person(PersonId(f"everybody/{name}"), name, name)

    def members(self, group: str) -> tuple[Person, ...]:
        return ()

    def names(self) -> tuple[str, ...]:
        return ()


def shelf_of(
    folder: Path,
    *,
    model: str = "m",
    bindings: Mapping[str, Binding] = BINDINGS,
    people: People | None = None,
    **package: Any,
) -> Shelf:
    """The library of a folder."""
    return Shelf(folder, model=model, bindings=bindings, people=people or Everybody(), **package)
