"""The sample company with its bot and back office: real engine and store, offline model, and a clock moved by hand."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.store.audit_key import keys_in
from bot.adapters.store.record import examine
from bot.adapters.systems.sandbox import Call
from bot.adapters.terminal.messenger import Terminal
from bot.application.audit_verify import Status, verify
from bot.application.change import Change, change
from bot.application.decide import Wish, decide
from bot.application.start import Request, start
from bot.application.steer import Move, Order, steer
from bot.domain.audit.entry import EntryKind
from bot.domain.brief.writing import change_brief
from bot.domain.event import Verdict
from bot.domain.person import Door, Person
from bot.domain.plain import Plain
from bot.domain.run import Run, RunId, RunState, Stage
from bot.ports.version import VersionKind
from bot.runtimes.embedded import Embedded
from bot.settings import read_settings
from bot.wiring import AUDIT_KEY, DATABASE, Bot, opened
from tests.audit.house import Hand
from tests.workflows.shipped import FOLDER

MORNING = datetime(2026, 12, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Company:
    """The sample company's bot and back office, with a clock that is moved by hand."""

    bot: Bot
    runtime: Embedded
    clock: Hand = field(repr=False)
    told: list[str] = field(default_factory=list[str], repr=False)
    """What people were shown and told, in order."""

    def person(self, name: str) -> Person:
        found = self.bot.parts.directory.named(name)
        assert found is not None, name
        return found

    async def start(self, workflow: str, value: Mapping[str, object], *, by: str = "@sam") -> Run:
        """A run at its first wait."""
        who = self.person(by)
        opened = await start(self.bot.parts, Request(workflow, value, Door.TERMINAL, who.team, who, who.id))
        return await self.at_rest(opened.run)

    async def approve(self, run: Run, by: str) -> Run:
        await decide(self.bot.parts, Wish(run.id, Verdict.APPROVE, self.person(by), Door.TERMINAL))
        return await self.at_rest(run.id)

    async def answer_for(self, run: Run, by: str, values: Mapping[str, Plain]) -> Run:
        """The owner of a parked run says what somebody outside would have answered, and lets it go on."""
        who = self.person(by)
        await decide(self.bot.parts, Wish(run.id, Verdict.ANSWER, who, Door.TERMINAL, values=values))
        await steer(self.bot.parts, Order(run.id, Move.RESUME, who, Door.TERMINAL))
        return await self.at_rest(run.id)

    async def at_rest(self, run: RunId) -> Run:
        """Where a run stands once nothing is due any more, whatever had to be tried again later."""
        queries = self.bot.store.queries
        for _ in range(60):
            await self.runtime.settle()
            found = await queries.run(run)
            if found.state is not RunState.RUNNING:
                return found
            due = min(at for _, at, _ in await queries.pending(run))
            self.clock.forward(seconds=max((due - self.clock.now()).total_seconds(), 0) + 1)
            await self.runtime.collect()
        raise AssertionError(f"{run} still runs.")

    def effects(self, after: int = 0) -> list[Call]:
        return [call for call in self.bot.back_office.backstage.effects() if call.n > after]

    def last(self) -> int:
        """The number of the last call the back office received."""
        return max((call.n for call in self.bot.back_office.backstage.calls()), default=0)

    async def told_of(self, run: Run, kind: EntryKind) -> list[tuple[object, object]]:
        """What the record says of each action: at which attempt, and how it came out."""
        found = await self.bot.store.queries.entries(f"run:{run.id}")
        return [(one.attempt, one.notes.get("outcome")) for one in found if one.kind == kind]

    def verified(self) -> Status:
        data = self.bot.settings.data
        key = (data / AUDIT_KEY).read_bytes()
        return examine(data / DATABASE, lambda record: verify(record, keys=keys_in(key), now=self.clock.now())).status


@asynccontextmanager
async def company(folder: Path) -> AsyncGenerator[Company]:
    settings = await asyncio.to_thread(read_settings, {}, data=str(folder), workflows=str(FOLDER))
    clock = Hand(MORNING)
    told: list[str] = []
    async with opened(settings, clock=clock, messenger=Terminal(told.append)) as bot, bot.running() as runtime:
        yield Company(bot, runtime, clock, told)
    shutil.rmtree(folder)


async def let_act(bot: Bot, workflow: str) -> None:
    """Its owner lets it carry out what people approve, where it began more carefully."""
    brief = bot.library.current(workflow).brief
    if brief.stage in (Stage.APPROVED, Stage.LIMITED, Stage.AUTOMATIC):
        return
    owner = bot.parts.directory.named(brief.owner)
    assert owner is not None
    text = change_brief((FOLDER / workflow / "brief.toml").read_text("utf-8"), "stage", "approved")
    await change(bot.parts, Change(VersionKind.BRIEF, workflow, text, owner, Door.TERMINAL, why="It has shown itself."))
