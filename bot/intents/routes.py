"""The house's own routing tables: who gets what, by the rules that its owner keeps in `routes.toml`.

A table is looked up like a record of a system, so a choice is a fact: it stands in the record with the rule that made
it, and a run that is looked at twice is routed once.
"""

from typing import TypeVar

from bot.domain.intent import Fact
from bot.domain.workflow import Lookup
from bot.intents.field import Handle

SYSTEM = "routes"

F = TypeVar("F", bound=Fact)


class Route(Fact):
    """Who gets it, and why."""

    to: Handle
    rule: str
    """The rule of the table that fitted, as it is named there."""
    why: str
    """The choice in one sentence, for people."""
    passed_over: tuple[str, ...] = ()
    """Who would have been next, and why they were not: `@ines: away`."""


def route(table: str, takes: type[F]) -> Lookup[F, Route]:
    """Choose by a table of the workflow's `routes.toml`: its rules go by the fields of this fact."""
    return Lookup(SYSTEM, table, takes=takes, gives=Route, witnessed=("to",), chooses=True)
