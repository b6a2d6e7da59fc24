"""A workspace of the sample company with a small app beside it, as a script finds it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.workspace.beside import bolt
from bot.workspace.clock import Clock
from bot.workspace.control.driver import Driver
from bot.workspace.launch import Launch, Launched, launched
from tests.workspace.control.ops import ops

NOON = 1_800_000_000.0


@dataclass(frozen=True, slots=True)
class Place:
    """Both, and a hand on the controls."""

    both: Launched
    driver: Driver

    @property
    def address(self) -> str:
        return self.both.running.address


@asynccontextmanager
async def place(*, socket: bool = False, data: Path | None = None, app: bool = True) -> AsyncGenerator[Place]:
    """Any free ports, ids that are always the same, time that stands; a bug in the workspace fails the test."""
    options = Launch(port=0, data=data, socket=socket, ids_seed=3, clock=Clock(stands_at=NOON))
    async with launched(options, bolt(ops) if app else None) as both:
        running = both.running
        async with Driver(running.address, running.tokens.control) as driver:
            yield Place(both, driver)
        assert running.bugs == []
