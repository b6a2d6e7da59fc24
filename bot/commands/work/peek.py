"""Workflows and the database, looked at without changing anything: no folder is made, no file is taken over."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.adapters.library.shelf import Shelf
from bot.ports.queries import Queries
from bot.settings import Settings
from bot.wiring import peeking, shelf_of


@dataclass(frozen=True, slots=True)
class Peek:
    """What there is."""

    shelf: Shelf
    """Goes by what owners have changed, as the bot does."""
    queries: Queries | None
    """None where there is no database yet."""


@asynccontextmanager
async def peek(settings: Settings) -> AsyncGenerator[Peek]:
    """Read the workflows, and what owners have changed since."""
    shelf = shelf_of(settings)
    async with peeking(settings) as queries:
        if queries is not None:
            for what in shelf.whats():
                shelf.meet(what, await queries.history(*what))
        yield Peek(shelf, queries)
