"""A whole bot in a folder: real store, real library, real engine and help desk, a model that says what it is told."""

import logging
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.adapters.anchor.file import AnchorFile
from bot.adapters.anchor.log import Log
from bot.adapters.directory.listed import Listed
from bot.adapters.model.scripted import Script, Scripted
from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.connected import Connected
from bot.adapters.systems.sandbox import Sandbox
from bot.adapters.terminal.messenger import Terminal
from bot.application.audit_rotate import Rotated, Rotation, rotate
from bot.application.decide import Wish, decide
from bot.application.look_back import look_back
from bot.application.parts import Parts
from bot.application.start import Request, start
from bot.domain.event import Verdict
from bot.domain.person import Door, Person, PersonId, TeamId
from bot.domain.plain import Plain
from bot.domain.redaction import Redactor
from bot.domain.run import Run, RunId
from bot.runtimes.embedded import Embedded
from bot.wiring import BACK_OFFICE, CHECKPOINTS, DATABASE, pseudonyms, run_ids
from tests.gathered import TRIAGE_ALONE
from tests.shelves import shelf_of

ROOT = Path(__file__).parents[2]
TEAM = TeamId("sample")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET = "sk-live-4eC39HqLyjWDarjtT1zdp7dc"


def person(handle: str, *groups: str) -> Person:
    return Person(PersonId(f"{TEAM}/{handle[1:]}"), handle[1:].title(), handle, frozenset({"staff", *groups}))


SAM, MIA = person("@sam"), person("@mia", "support")
FARAH, TOM = person("@farah", "finance"), person("@tom", "finance")
OLGA, JONAS, NADIA = person("@olga", "leads"), person("@jonas"), person("@nadia", "auditors")

BILLING: Mapping[str, Script] = {
    "triage": {"category": "billing", "urgent": False, "summary": "Charged twice."},
    "draft": {"body": "We found both payments and return the second one today."},
}


def ticket(n: int = 1, email: str = "ana@example.com", **more: Plain) -> dict[str, Plain]:
    """A ticket the sample help desk knows."""
    body = "I was charged twice for one order. Please return one payment."
    return {"id": f"T-{1000 + n}", "customer_id": "C-105", "email": email, "subject": "Twice", "body": body, **more}


@dataclass
class Hand:
    """A clock that a test moves by hand; each look takes a millisecond, so that no two entries have one time."""

    at: datetime = NOON

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def forward(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass(frozen=True, repr=False)  # asyncio writes out what a task came to
class House:
    """A bot that stands open."""

    parts: Parts
    store: SqliteStore
    desk: Sandbox
    clock: Hand
    runtime: Embedded
    said: list[str] = field(default_factory=list[str])

    async def start(self, workflow: str = "support_triage", **given: Plain) -> RunId:
        """A run as far as it goes by itself."""
        value = {**ticket(), **given}
        asked = Request(workflow, value, Door.TERMINAL, TEAM, SAM, SAM.id)
        run = (await start(self.parts, asked)).run
        await self.runtime.settle()
        return run

    async def approve(self, run: RunId, by: Person = FARAH) -> Run:
        """The run after a person has approved and everything due is done."""
        await self.decide(Wish(run, Verdict.APPROVE, by, Door.TERMINAL))
        return await self.store.queries.run(run)

    async def decide(self, wish: Wish) -> None:
        await decide(self.parts, wish)
        await self.runtime.settle()

    async def rotate(self, by: Person | None = None) -> Rotated:
        return await rotate(self.parts, Rotation("It is a year old.", by or NADIA, Door.TERMINAL))


@asynccontextmanager
async def opened(
    data: Path, *, clock: Hand | None = None, workflows: str = "workflows", answers: Mapping[str, Script] = BILLING
) -> AsyncGenerator[House]:
    """A bot on a folder, as `bot.wiring` joins it; `workflows` is a package of the project."""
    data.mkdir(exist_ok=True)  # noqa: ASYNC240  nobody else waits in a test
    clock, said, keys = clock or Hand(), list[str](), KeyFile(data / "audit.key")
    store = SqliteStore(data / DATABASE, keys=keys, writer="house", clock=clock)
    async with AsyncExitStack() as stack:
        stack.enter_context(_somebody_collects_the_log())
        await stack.enter_async_context(store.open())
        model = Scripted(answers)
        folder = TRIAGE_ALONE if workflows == "workflows" else ROOT / workflows.replace(".", "/")
        library = shelf_of(folder, model=model.name, package=workflows)
        assert not library.problems, library.problems
        desk = Sandbox(data / BACK_OFFICE, clock=clock)
        systems = Connected([desk])
        stack.push_async_callback(systems.close)
        await store.run(lambda tx: library.seed(tx, clock.now()))
        parts = Parts(
            store=store,
            library=library,
            directory=Listed([SAM, MIA, FARAH, TOM, OLGA, JONAS, NADIA]),
            systems=systems,
            model=model,
            messenger=Terminal(said.append),
            clock=clock,
            redactor=Redactor([SECRET]),
            new_run_id=run_ids(clock),
            pseudonym=pseudonyms(keys.read().names),
            anchors=(Log(), AnchorFile(data / CHECKPOINTS)),
        )
        parts = await look_back(parts)
        runtime = Embedded(parts, owner="house", changed_elsewhere=store.changed_elsewhere)
        await runtime.start()
        stack.push_async_callback(runtime.stop)
        yield House(parts, store, desk, clock, runtime, said)


@contextmanager
def _somebody_collects_the_log() -> Generator[None]:
    """Only then is it a place where a checkpoint is kept."""
    logger = logging.getLogger("countersign.audit")
    before = logger.level
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(before)
