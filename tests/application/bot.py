"""The sample company's bot, on files of its own: what use cases are tried on that need a whole bot."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.systems.sandbox import sample_tickets
from bot.application.decide import Wish, decide
from bot.application.start import Request, start
from bot.domain.event import Verdict
from bot.domain.person import Door, Person
from bot.domain.run import Run, RunId
from bot.ports.queries import Recorded
from bot.runtimes.embedded import Embedded
from bot.settings import read_settings
from bot.wiring import Bot, opened
from tests.gathered import TRIAGE_ALONE

WORKFLOWS = TRIAGE_ALONE
SECRET = "sk-live-4eC39HqLyjWDarjtT1zdp7dc"


@dataclass(frozen=True)
class Sample:
    """A bot that runs, and its people."""

    bot: Bot
    runtime: Embedded

    def person(self, name: str) -> Person:
        found = self.bot.parts.directory.named(name)
        assert found is not None, name
        return found

    def request(self, sample: str = "billing", *, by: str = "@sam", **more: object) -> Request:
        person = self.person(by)
        value: Mapping[str, object] = {**sample_tickets()[sample].model_dump(), **more}
        return Request("support_triage", value, Door.TERMINAL, person.team, person, person.id)

    async def start(self, sample: str = "billing") -> RunId:
        """A run at its first wait."""
        run = (await start(self.bot.parts, self.request(sample))).run
        await self.runtime.settle()
        return run

    async def approve(self, run: RunId, by: str = "@farah") -> Run:
        await decide(self.bot.parts, Wish(run, Verdict.APPROVE, self.person(by), Door.TERMINAL))
        await self.runtime.settle()
        return await self.bot.store.queries.run(run)

    async def entries(self, chain: str) -> tuple[Recorded, ...]:
        return await self.bot.store.queries.entries(chain)

    def effects(self) -> list[str]:
        return [call.kind for call in self.bot.back_office.backstage.effects()]

    def reads(self) -> int:
        return len(self.bot.back_office.backstage.calls())


@asynccontextmanager
async def sample(folder: Path) -> AsyncGenerator[Sample]:
    settings = await asyncio.to_thread(read_settings, {}, data=str(folder), workflows=str(WORKFLOWS))
    async with opened(settings) as bot, bot.running() as runtime:
        yield Sample(bot, runtime)
