"""The bot as a command sees it: opened, with whoever types, and carried on where no other process does that."""

import argparse
import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from bot.commands.shell.asked import Asked, asked, in_names, rejectable
from bot.commands.shell.log import log_to_file
from bot.commands.shell.screen import Screen
from bot.domain.errors import BotRuns, NotAllowed, Refused, Unknown
from bot.domain.person import Person, PersonId, called
from bot.domain.run import Run, RunId, RunState
from bot.domain.terms import Terms
from bot.domain.text import nearest, one_line
from bot.domain.trouble import Trouble
from bot.ports.messenger import About
from bot.ports.queries import Queries
from bot.runtimes.embedded import Embedded
from bot.settings import Settings, read_settings
from bot.wiring import DATABASE, Bot, opened, redactor_of

T = TypeVar("T")

LONGEST_WAIT = 60.0
LOOK_AGAIN = 0.1
"""Seconds between two looks at what another process does, and the most a command looks for."""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_READ_ALOUD = str.maketrans("oil", "011")
"""Run ids have no o, i and l; whoever types one means its look-alike."""


@dataclass(frozen=True, slots=True)
class Typist:
    """For whom a command speaks, and who is really at the keyboard where that is somebody else."""

    person: Person
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the bot told somebody while this command carried things out."""

    run: RunId
    to: str
    text: str


@dataclass
class Listener:
    """The messenger of a command: the command itself shows the card that matters, so only words are kept."""

    notices: list[Notice] = field(default_factory=list[Notice])

    async def show(self, run: Run, terms: Terms, step: str) -> str:
        del run, terms, step
        return "terminal"

    async def tell(self, run: Run, to: str, text: str, *, key: str = "", about: About | Trouble | None = None) -> str:
        del key, about
        self.notices.append(Notice(run.id, to, text))
        return "terminal"

    async def announce(self, to: str, text: str, *, key: str) -> str:
        """A command looks after nothing; the bot that runs does, and says it."""
        del to, text, key
        return "terminal"


@dataclass
class Session:
    """One command at work."""

    bot: Bot
    screen: Screen
    listener: Listener
    speaks_as: str = ""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """What a chat has called people, by their ids."""

    @property
    def settings(self) -> Settings:
        return self.bot.settings

    def typist(self) -> Typist:
        """Whoever types. Raises NotAllowed where the account is nobody here, or may not speak for others."""
        return self.speaking_as(self.speaks_as) if self.speaks_as else Typist(self.settings.me())

    def speaking_as(self, name: str) -> Typist:
        """Somebody else; only while nothing real can be touched, and the record says who really typed."""
        if not self.bot.all_sandbox():
            said = "Nobody speaks for somebody else here, because real systems are connected. Leave --as away."
            raise NotAllowed(said, reason="not-a-sandbox")
        person = self.person(name)
        real = self._account()
        return Typist(person, "" if real == person.id else real)

    def _account(self) -> str:
        try:
            return self.settings.me().id
        except NotAllowed:
            return f"account {self.settings.account}"

    def person(self, name: str) -> Person:
        """Somebody by id, handle or name. Raises Unknown with who was probably meant."""
        directory = self.bot.parts.directory
        person = directory.named(name)
        if person is None:
            people = self.settings.people()
            meant = nearest(name, [known for one in people for known in (one.handle, one.name, one.handle[1:])])
            there = ", ".join(sorted(one.handle for one in people))
            hint = f"Did you mean {meant}?" if meant else f"There is: {there}."
            raise Unknown(f"Nobody here is called “{one_line(name, 40)}”. {hint}")
        return person

    def called(self, ref: str) -> str:
        """What people call a person, from an id: as the settings say, or as a chat once did; anything else as it is."""
        person = self.bot.parts.directory.person(PersonId(ref))
        return person.name if person else self.names.get(ref) or called(ref)

    async def learn_names(self) -> None:
        """Know from here on what a chat has called people; without one, the settings say all there is."""
        self.names = await self.bot.store.queries.names()

    async def find(self, words: str) -> RunId:
        """A run by the beginning or the end of its id."""
        return await find_run(self.bot.store.queries, words)

    def terms_of(self, run: Run) -> Terms:
        return self.bot.parts.terms(run)

    def asked(self, run: Run) -> tuple[Asked, ...]:
        """What waits for people in a run; while its workflow does not load, nobody can decide anything."""
        parts = self.bot.parts
        return () if self.why_not(run) else asked(run, self.terms_of(run), parts.directory, parts.clock.now())

    def rejectable(self, run: Run) -> tuple[Asked, ...]:
        """What was approved in a run and can still be rejected."""
        parts = self.bot.parts
        return () if self.why_not(run) else rejectable(run, self.terms_of(run), parts.directory, parts.clock.now())

    def why_not(self, run: Run) -> str:
        """Why a run that has not ended stands still, where its workflow does not load."""
        return "" if run.ended else self.bot.library.why_not(run)

    # --- carrying out --------------------------------------------------------------------------------------------

    async def carry_out(self, work: Callable[[], Awaitable[T]]) -> tuple[T, bool]:
        """Do some work and all that follows from it, until nothing is due; False where another process does the rest.

        Whoever lets go of the database looks once more, and finds what was left to them meanwhile: so no work of a
        command that found it taken is ever left lying.
        """
        async with AsyncExitStack() as stack:
            runtime = await self._take_over(stack)
            done = await work()
            if runtime is not None:
                await runtime.settle()
        while await self.is_something_due():
            async with AsyncExitStack() as stack:
                runtime = await self._take_over(stack)
                if runtime is None:
                    return done, False
                before = await self._how_many_due()
                await runtime.settle()
                if await self._how_many_due() >= before:
                    break  # it cannot be done now; it is due again later, and `serve` tries again
        return done, runtime is not None

    async def _take_over(self, stack: AsyncExitStack) -> Embedded | None:
        try:
            return await stack.enter_async_context(self.bot.running())
        except BotRuns:
            return None

    async def is_something_due(self) -> bool:
        """Whether there is work that is due and that nobody is at."""
        due = await self.bot.store.run(lambda tx: tx.outbox.next_due(after=_BEGINNING))
        return due is not None and due <= self.bot.parts.clock.now()

    async def _how_many_due(self) -> int:
        return (await self.bot.store.queries.counts())["effects due"]

    async def wait_for(self, run: RunId) -> Run:
        """Wait until another process has brought a run to its next wait, or to its end."""
        async with asyncio.timeout(LONGEST_WAIT):
            while True:
                found = await self.bot.store.queries.run(run)
                if found.state is not RunState.RUNNING and not await self._is_at_it(run):
                    return found
                await asyncio.sleep(LOOK_AGAIN)

    async def _is_at_it(self, run: RunId) -> bool:
        now = self.bot.parts.clock.now()
        return any(due <= now for _, due, _ in await self.bot.store.queries.pending(run))


Use = Callable[[Session], Awaitable[int]]


@asynccontextmanager
async def session(arguments: argparse.Namespace, *, begins: bool = False) -> AsyncGenerator[Session]:
    """The bot, opened. Where there is no data yet, only a command that `begins` something makes it."""
    settings = read_settings(data=arguments.data, workflows=arguments.workflows)
    if not begins:
        refuse_nothing(settings)
    listener = Listener()
    with log_to_file(settings.data, redactor_of(settings)):
        async with opened(settings, messenger=listener) as bot:
            yield Session(bot, Screen(), listener, getattr(arguments, "as_person", None) or "")


def run_with(arguments: argparse.Namespace, use: Use, *, begins: bool = False) -> int:
    """Open the bot, use it, and close it again; the exit status."""

    async def work() -> int:
        async with session(arguments, begins=begins) as one:
            try:
                return await use(one)
            except Refused as refused:
                refused.message = in_names(refused.message, one.called)
                raise

    return asyncio.run(work())


async def find_run(queries: Queries, words: str) -> RunId:
    """A run by the beginning or the end of its id, as somebody types it. Unknown where that is none, or several."""
    typed = one_line(words.strip().lower().removeprefix("run:").strip(".…"), 60)
    if not typed:
        raise Unknown("Say which run: its id, or a few letters of it. `countersign runs` shows them.")
    return await queries.find_run(typed.translate(_READ_ALOUD), typed=typed)


def refuse_nothing(settings: Settings) -> None:
    """Raise Unknown where nothing was ever started: a command that only looks leaves no folder behind."""
    if not (settings.data / DATABASE).is_file():
        said = f"There is no data in {settings.data} yet, so there are no runs."
        raise Unknown(f"{said} `countersign try` begins with sample tickets; --data DIR looks somewhere else.")
