"""A model on a server, as a role names it, and what it costs."""

from dataclasses import dataclass
from typing import Protocol

from bot.adapters.model.engine.endpoint import Endpoint
from bot.adapters.model.wire import PLAIN, Parameters, Usage


class Prices(Protocol):
    """What tokens cost."""

    @property
    def version(self) -> str:
        """Where it is known from, for the record."""
        ...

    def micros(self, model: str, usage: Usage) -> int | None:
        """What a call cost, in millionths of a dollar; None where the price or the count is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the models that a role may be answered by."""

    endpoint: Endpoint
    model: str
    prices: Prices
    parameters: Parameters = PLAIN

    @property
    def name(self) -> str:
        """What records call it."""
        return f"{self.endpoint.name}/{self.model}"
