"""What a measured bot is joined to: an instant model, an instant help desk, and a messenger that tells when to go on.

Everything between them is the product as `bot.wiring` joins it: machine, store, outbox, audit, runtime.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measure import ANSWER, QUESTION
from bot.adapters.directory.listed import Listed
from bot.adapters.library.shelf import Shelf
from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.connected import Connected
from bot.application.decide import Wish, decide
from bot.application.parts import Parts
from bot.application.start import Request, start
from bot.domain.attempt import Attempt
from bot.domain.binding import Binding, Retry
from bot.domain.event import Verdict
from bot.domain.intent import Fact, Intent, Receipt
from bot.domain.person import Door, Person, PersonId, TeamId
from bot.domain.redaction import Redactor
from bot.domain.run import Run, RunId
from bot.domain.terms import Terms
from bot.domain.trouble import Trouble
from bot.intents import helpdesk
from bot.ports.messenger import About
from bot.ports.model import Answer, Question
from bot.ports.system import Preview
from bot.runtimes.embedded import Embedded
from bot.wiring import Wall, pseudonyms, run_ids

WORKFLOWS = Path(__file__).with_name("workflows")
TEAM = TeamId("bench")
ASKER = Person(PersonId("bench/asker"), "Asker", "@asker", frozenset({"staff"}))
REVIEWER = Person(PersonId("bench/mia"), "Reviewer", "@mia", frozenset({"staff"}))
OWNER = Person(PersonId("bench/olga"), "Owner", "@olga", frozenset({"staff"}))


_WORDS: Mapping[str, object] = {"body": ANSWER, "category": "how-to", "urgent": False, "summary": QUESTION[:100]}


class InstantModel:
    """Answers at once, always the same."""

    name = "instant"
    rehearsal = False

    def estimate_micros(self, question: Question) -> int:
        del question
        return 0

    async def answer(self, question: Question) -> Answer:
        attempt = Attempt(self.name, question.prompt, "answered", cost_micros=0)
        said = {name: _WORDS[name] for name in question.fact.model_fields}
        return Answer(question.fact.model_validate(said), 95, (), (), (attempt,))


class InstantDesk:
    """A help desk that has answered before it was asked."""

    name = "helpdesk"
    lookups = frozenset({"helpdesk.state_of", "helpdesk.account_of"})
    bindings: Mapping[str, Binding] = {
        "helpdesk.SendReply": Binding("helpdesk.SendReply", Retry.IDEMPOTENT, timedelta(days=1), sandbox=True)
    }

    def __init__(self) -> None:
        self.sent = 0

    def read_only(self) -> "InstantDesk":
        return self

    async def read(self, lookup: str, about: Fact) -> Fact:
        del about
        if lookup == helpdesk.account_of.kind:
            return helpdesk.Account(
                customer_id="C-1", name="Sample", plan="Solo", since="2024-01-01", open_invoices=0, standing="good"
            )
        return helpdesk.TicketState(
            ticket_id="T-1", status=helpdesk.TicketStatus.ANSWERED, messages=2, updated_at=datetime.now(UTC)
        )

    async def preview(self, intent: Intent) -> Preview:
        return Preview(intent.kind(), {}, {})

    async def find(self, intent: Intent, key: str) -> Receipt | None:
        del intent, key
        return None

    async def execute(self, intent: Intent, key: str) -> Receipt:
        del intent
        self.sent += 1
        return Receipt(id=key)

    async def close(self) -> None:
        return None


@dataclass(slots=True)
class Bell:
    """The messenger: rings when a card is shown, and when a run has ended."""

    shown: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    ended: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])

    async def show(self, run: Run, terms: Terms, step: str) -> str:
        del terms, step
        self.shown.setdefault(run.id, asyncio.Event()).set()
        return "bench"

    async def tell(self, run: Run, to: str, text: str, *, key: str = "", about: About | Trouble | None = None) -> str:
        del to, text, key, about
        self.ended.setdefault(run.id, asyncio.Event()).set()
        return "bench"

    async def announce(self, to: str, text: str, *, key: str) -> str:
        del to, text, key
        return "bench"


@dataclass(frozen=True, slots=True)
class Measured:
    """A bot under measurement."""

    parts: Parts
    store: SqliteStore
    desk: InstantDesk
    bell: Bell
    runtime: Embedded

    async def ask(self, key: str, workflow: str = "four_steps") -> str:
        """Start a run; its id."""
        ticket = {
            "id": f"T-{len(key)}-{key.rpartition(' ')[2]}",
            "customer_id": "C-1",
            "email": "a@b.example",
            "subject": key,
            "body": QUESTION,
        }
        request = Request(workflow, ticket, Door.TERMINAL, TEAM, ASKER, ASKER.id, key=key)
        return (await start(self.parts, request)).run

    async def until_shown(self, run: str) -> None:
        """Return once its card stands."""
        await self.bell.shown.setdefault(run, asyncio.Event()).wait()

    async def approve(self, run: str) -> None:
        """Decide it."""
        await decide(self.parts, Wish(RunId(run), Verdict.APPROVE, REVIEWER, Door.TERMINAL))

    async def until_ended(self, run: str) -> None:
        """Return once its requester was told."""
        await self.bell.ended.setdefault(run, asyncio.Event()).wait()
        del self.bell.ended[run]
        self.bell.shown.pop(run, None)


@asynccontextmanager
async def open_bot(
    data: Path, *, workflows: Path = WORKFLOWS, package: str = "benchmarks.workflows", people: Iterable[Person] = ()
) -> AsyncGenerator[Measured]:
    """A bot on an empty folder."""
    clock, bell, desk = Wall(), Bell(), InstantDesk()
    keys = KeyFile(data / "audit.key")
    store = SqliteStore(data / "bot.sqlite3", keys=keys, writer="bench", clock=clock)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.open())
        known = Listed([ASKER, REVIEWER, OWNER, *people])
        library = Shelf(workflows, model="instant", bindings=desk.bindings, people=known, package=package)
        if library.problems:
            raise next(iter(library.problems.values()))
        await store.run(lambda tx: library.seed(tx, clock.now()))
        parts = Parts(
            store=store,
            library=library,
            directory=known,
            systems=Connected([desk]),
            model=InstantModel(),
            messenger=bell,
            clock=clock,
            redactor=Redactor(),
            new_run_id=run_ids(clock),
            pseudonym=pseudonyms(keys.read().names),
        )
        runtime = Embedded(parts, owner="bench", changed_elsewhere=store.changed_elsewhere)
        await runtime.start()
        stack.push_async_callback(runtime.stop)
        yield Measured(parts, store, desk, bell, runtime)
