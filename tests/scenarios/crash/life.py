"""One life of a bot: it takes up what its predecessor left, goes on with the story, and may be killed at a point.

Points stand in exactly three wrappers: around the commit of a unit of work, around a call to an external system, and
around a message to people. The product has none.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.adapters.directory.listed import Listed
from bot.adapters.library.shelf import Shelf
from bot.adapters.model.scripted import Said, Scripted
from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.connected import Connected
from bot.adapters.systems.sandbox import Backstage, Sandbox
from bot.application.decide import Wish, decide
from bot.application.parts import Parts
from bot.application.start import Request, start
from bot.domain.errors import Refused
from bot.domain.person import Door
from bot.domain.redaction import Redactor
from bot.domain.run import GateStatus, Run, RunId, RunState
from bot.domain.terms import Terms
from bot.domain.trouble import Trouble
from bot.ports.messenger import About
from bot.runtimes.embedded import Embedded
from bot.wiring import pseudonyms, run_ids
from tests.scenarios.crash.story import PEOPLE, TEAM, Story
from tests.shelves import shelf_of

DATABASE = "bot.sqlite3"
BACK_OFFICE = "desk.sqlite3"


@cache
def library_of(folder: Path) -> Shelf:
    """Read once, before the first life."""
    return shelf_of(folder, model="scripted/1", package="crash_workflows")


class Points:
    """Counts the points that are passed, and kills this process at one of them."""

    def __init__(self, kill_at: int | None) -> None:
        self.passed: list[str] = []
        self._kill_at = kill_at

    def __call__(self, name: str) -> None:
        self.passed.append(name)
        if len(self.passed) == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class HandClock:
    """The time, which jumps over every pause; it goes on from life to life."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ahead = timedelta(seconds=float(file.read_text())) if file.exists() else timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def jump_to(self, at: datetime) -> None:
        self._ahead += max(at - self.now(), timedelta()) + timedelta(milliseconds=1)
        self._file.write_text(str(self._ahead.total_seconds()))


class KilledStore:
    """The first wrapper: before the unit, inside it before the commit, after the commit before the answer."""

    def __init__(self, inner: SqliteStore, point: Points) -> None:
        self._inner, self._point = inner, point
        self.queries = inner.queries
        self.listen = inner.listen
        self.open = inner.open

    async def run(self, work: Callable[[Any], Any], *, patient: bool = False) -> Any:
        def marked(tx: Any) -> Any:
            result = work(tx)
            self._point("commit: inside")
            return result

        self._point("commit: before")
        result = await self._inner.run(marked, patient=patient)
        self._point("commit: after")
        return result


class KilledSystem:
    """The second wrapper: before a call leaves, and after it was applied but before we heard."""

    def __init__(self, inner: Sandbox, point: Points) -> None:
        self._inner, self._point = inner, point

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def execute(self, *args: Any) -> Any:
        return await self._marked("execute", self._inner.execute(*args))

    async def find(self, *args: Any) -> Any:
        return await self._marked("find", self._inner.find(*args))

    async def _marked(self, name: str, call: Any) -> Any:
        try:
            self._point(f"{name}: before")
            return await call
        finally:
            self._point(f"{name}: after")


class KilledMessenger:
    """The third wrapper: before and after people are told. What they were told is kept, to be checked."""

    def __init__(self, file: Path, point: Points) -> None:
        self._file, self._point = file, point

    async def show(self, run: Run, terms: Terms, step: str) -> str:
        del terms
        self._point("show: before")
        self._write(f"show\t{run.id}\t{step}\t")
        self._point("show: after")
        return "crash"

    async def tell(self, run: Run, to: str, text: str, *, key: str = "", about: About | Trouble | None = None) -> str:
        self._point("tell: before")
        self._write(f"tell\t{run.id}\t{to}\t{text}")
        self._point("tell: after")
        return "crash"

    async def announce(self, to: str, text: str, *, key: str) -> str:
        self._write(f"announce\t\t{to}\t{text}")
        return "crash"

    def _write(self, line: str) -> None:
        with self._file.open("a") as file:
            file.write(line.replace("\n", " ") + "\n")


@dataclass(slots=True)
class Life:
    """One process's worth of a story."""

    story: Story
    data: Path
    kill_at: int | None = None
    points: Points = field(init=False)

    def __post_init__(self) -> None:
        self.points = Points(self.kill_at)

    async def live(self) -> None:
        """Go on with the story until nothing more can happen."""
        clock = HandClock(self.data / "clock")
        keys = KeyFile(self.data / "audit.key")
        inner = SqliteStore(self.data / DATABASE, keys=keys, writer=str(os.getpid()), clock=clock)
        desk = self._desk(clock)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(inner.open())
            stack.push_async_callback(desk.close)
            parts = await self._parts(inner, desk, keys, clock)
            runtime = Embedded(parts, owner=str(os.getpid()), changed_elsewhere=inner.changed_elsewhere)
            await runtime.start()
            stack.push_async_callback(runtime.stop)
            await self._tell(parts, runtime, clock)

    def _desk(self, clock: HandClock) -> Any:
        fresh = not (self.data / BACK_OFFICE).exists()
        desk = Sandbox(self.data / BACK_OFFICE, clock=clock)
        if fresh:
            for kind, fault, times in self.story.faults:
                Backstage(self.data / BACK_OFFICE).fault(kind, fault, times=times)
        return desk

    async def _parts(self, inner: SqliteStore, desk: Any, keys: KeyFile, clock: HandClock) -> Parts:
        library = library_of(self.story.folder)
        await inner.run(lambda tx: library.seed(tx, clock.now()))
        answers = {step: Said(value) for step, value in self.story.answers.items()}
        systems: Any = KilledSystem(desk, self.points)
        store: Any = KilledStore(inner, self.points)
        return Parts(
            store=store,
            library=library,
            directory=Listed(PEOPLE.values()),
            systems=Connected([systems]),
            model=Scripted(answers),
            messenger=KilledMessenger(self.data / "told", self.points),
            clock=clock,
            redactor=Redactor(),
            new_run_id=run_ids(clock),
            pseudonym=pseudonyms(keys.read().names),
        )

    async def _tell(self, parts: Parts, runtime: Embedded, clock: HandClock) -> None:
        sam = PEOPLE["sam"]
        request = Request(
            self.story.workflow, self.story.value, Door.TERMINAL, TEAM, sam, sam.id, key="the one request"
        )
        opened = await start(parts, request)
        while True:
            await runtime.settle()
            run = await parts.store.queries.run(opened.run)
            if not await self._go_on(parts, run, clock):
                return

    async def _go_on(self, parts: Parts, run: Run, clock: HandClock) -> bool:
        """Do what a person would do now, or let the time pass; whether anything is left to happen."""
        waiting = [*run.questions, *(g.step for g in run.gates.values() if g.status is GateStatus.OPEN)]
        for step in waiting:
            for move in self.story.moves.get(step, ()):
                by = PEOPLE[move.by]
                with suppress(Refused):
                    await decide(parts, Wish(run.id, move.verdict, by, Door.TERMINAL, step=step, values=move.values))
            return True
        pending = await parts.store.queries.pending(run.id)
        if not pending or run.state is RunState.PARKED:
            return False
        clock.jump_to(min(due for _, due, _ in pending))
        return True


def live(story: Story, data: Path, kill_at: int | None) -> list[str]:
    """One life in this process; the points it passed."""
    life = Life(story, data, kill_at)
    asyncio.run(life.live())
    return life.points.passed


__all__ = ["Life", "RunId", "live"]
