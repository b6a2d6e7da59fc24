"""A bot that routes tickets to people who come and go: `flows/chase_ticket`, with the sample company."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.application.decide import Wish, decide
from bot.application.start import Request, start
from bot.domain.event import Verdict
from bot.domain.person import Door, Person, PersonId
from bot.domain.plain import Plain
from bot.domain.run import Run, RunId
from bot.domain.version import digest_of_text
from bot.ports.directory import Directory
from bot.ports.version import Version, VersionKind
from bot.runtimes.embedded import Embedded
from bot.settings import read_settings
from bot.wiring import Bot, opened

FLOWS = Path(__file__).parent / "flows"


@dataclass
class Moody:
    """The directory of the sample company, and who has left it in the meantime."""

    inner: Directory
    away: set[str] = field(default_factory=set[str])

    def _now(self, person: Person | None) -> Person | None:
        return replace(person, away=True) if person is not None and person.handle in self.away else person

    def person(self, id: PersonId) -> Person | None:
        return self._now(self.inner.person(id))

    def named(self, name: str) -> Person | None:
        return self._now(self.inner.named(name))

    def members(self, group: str) -> tuple[Person, ...]:
        return self.inner.members(group)


@dataclass
class Here:
    """A bot whose people come and go."""

    bot: Bot
    people: Moody
    runtime: Embedded | None = None

    def request(self, **said: object) -> Request:
        sam = self.people.named("@sam")
        assert sam is not None
        return Request("chase_ticket", {"id": "T-1001", **said}, Door.TERMINAL, sam.team, sam, sam.id, key=repr(said))

    async def started(self, **said: object) -> Run:
        run = (await start(self.bot.parts, self.request(**said))).run
        return await self.settled(run)

    async def settled(self, run: RunId) -> Run:
        assert self.runtime is not None
        await self.runtime.settle()
        return await self.bot.store.queries.run(run)

    async def approve(self, run: Run) -> Run:
        mia = self.people.inner.named("@mia")
        assert mia is not None
        await decide(self.bot.parts, Wish(run.id, Verdict.APPROVE, mia, Door.TERMINAL))
        return await self.settled(run.id)


@asynccontextmanager
async def here_at(folder: Path, *, beside: bool = False) -> AsyncGenerator[Here]:
    """The one bot on a folder; or one more `beside` it, with a store of its own on the same file."""
    settings = await asyncio.to_thread(read_settings, {}, data=str(folder), workflows=str(FLOWS))
    async with opened(settings) as bot:
        people = Moody(bot.parts.directory)
        bot = replace(bot, parts=replace(bot.parts, directory=people))
        async with _unlocked(bot) if beside else bot.running() as runtime:
            yield Here(bot, people, runtime)


@asynccontextmanager
async def _unlocked(bot: Bot) -> AsyncGenerator[Embedded]:
    """What is due is carried out here as well, although another bot runs on the data."""
    runtime = Embedded(bot.parts, owner=bot.instance, changed_elsewhere=bot.store.changed_elsewhere)
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.stop()


def route(run: Run) -> dict[str, Plain]:
    value = run.value("route")
    assert isinstance(value, dict), run.steps["route"]
    return value


async def changed(here: Here, kind: VersionKind, text: str) -> None:
    """A new version of a text, as if its owner had stored it."""
    fresh = Version(kind, "chase_ticket", 0, digest_of_text(text), text, here.bot.parts.clock.now(), "o", "why", "")
    here.bot.library.learn([await here.bot.store.run(lambda tx: tx.versions.add(fresh))])
