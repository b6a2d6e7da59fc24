"""The back office: one file, one ledger, one set of faults, and as many systems as it has desks."""

import asyncio
from pathlib import Path

from bot.adapters.systems.sandbox.backstage import Backstage
from bot.adapters.systems.sandbox.desks import DESKS
from bot.adapters.systems.sandbox.execution import Counter
from bot.adapters.systems.sandbox.line import Line
from bot.adapters.systems.sandbox.system import Attended, Lines, Pause
from bot.intents import helpdesk
from bot.ports.clock import Clock


class Office:
    """The embedded back office. Makes and fills its file where there is none."""

    def __init__(self, path: Path, *, clock: Clock, pause: Pause = asyncio.sleep) -> None:
        self.backstage = Backstage(path, clock=clock)
        self.backstage.prepare()
        self.lines = Lines(Line(path, mode="rw"), Line(path, mode="ro"), pause)
        self._systems = {name: Attended(Counter(desk, clock), self.lines) for name, desk in DESKS.items()}

    def systems(self) -> tuple[Attended, ...]:
        """A system for each desk."""
        return tuple(self._systems.values())

    def system(self, name: str) -> Attended:
        """The system of one desk."""
        return self._systems[name]

    async def close(self) -> None:
        """Let go of the file. No desk takes calls any more."""
        await self.lines.looking.close()
        await self.lines.writing.close()


class Sandbox(Attended):
    """The help desk, in an office that it has to itself: closing it closes the office."""

    def __init__(self, path: Path, *, clock: Clock, pause: Pause = asyncio.sleep) -> None:
        self._office = Office(path, clock=clock, pause=pause)
        self.backstage = self._office.backstage
        super().__init__(Counter(DESKS[helpdesk.SYSTEM], clock), self._office.lines)

    async def close(self) -> None:
        """Let go of the file."""
        await self._office.close()
