"""A bot in a folder whose every effect is performed by hand: real store, real library, real help desk, scripted model.

Nothing happens by itself. `settle` performs what is due; the clock moves only when a test moves it; a crash is a call
that never returns, after which somebody else takes the lease over.
"""

import shutil
import tomllib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bot.adapters.library.shelf import Shelf
from bot.adapters.model.scripted import Script, Scripted
from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.connected import Connected
from bot.adapters.systems.sandbox import BINDINGS, Call, Sandbox
from bot.application.decide import Wish, decide
from bot.application.parts import Parts
from bot.application.perform import perform
from bot.application.start import Opened, Request, start
from bot.application.steer import Move, Order, steer
from bot.application.stumble import stumble
from bot.domain.declared.editing import write_toml
from bot.domain.errors import Transient
from bot.domain.event import Verdict
from bot.domain.intent import Fact, Intent, Receipt
from bot.domain.person import Door, Person, PersonId
from bot.domain.plain import Plain
from bot.domain.redaction import Redactor
from bot.domain.run import Run, RunId
from bot.domain.terms import Terms
from bot.domain.trouble import Trouble
from bot.ports.messenger import About
from bot.ports.queries import Recorded
from bot.ports.store import Lease
from bot.ports.system import Binding, Preview, ReadOnly
from tests.made import MIA, PEOPLE, ROOT, SAM, Hand, merged
from tests.shelves import shelf_of as shelved

LEASE = timedelta(seconds=90)
_packages = count()


class Killed(BaseException):
    """The process died here: nothing that comes after happens."""


@dataclass
class Known:
    """A directory whose people change while a test runs."""

    people: dict[str, Person] = field(default_factory=lambda: {person.id: person for person in PEOPLE})

    def person(self, id: PersonId) -> Person | None:
        return self.people.get(id)

    def named(self, name: str) -> Person | None:
        return next((person for person in self.people.values() if name in (person.id, person.handle)), None)

    def members(self, group: str) -> tuple[Person, ...]:
        return tuple(person for person in self.people.values() if group in person.groups and person.active)

    def change(self, who: Person, **other: Any) -> Person:
        self.people[who.id] = replace(who, **other)
        return self.people[who.id]


@dataclass
class Chat:
    """A messenger that remembers, and that can be away."""

    told: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    shown: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    away: bool = False
    broken: bool = False

    async def show(self, run: Run, terms: Terms, step: str) -> str:
        self._reach()
        gate = run.gates.get(step)
        self.shown.append((step, gate.version if gate is not None else 0))
        return "#chat"

    async def tell(self, run: Run, to: str, text: str, *, key: str = "", about: About | Trouble | None = None) -> str:
        self._reach()
        self.told.append((to, text))
        return "#chat"

    async def announce(self, to: str, text: str, *, key: str) -> str:
        self._reach()
        self.told.append((to, text))
        return "#chat"

    def _reach(self) -> None:
        if self.away:
            raise Transient("The chat is away.")
        if self.broken:
            raise ZeroDivisionError("A bug of ours.")

    def told_to(self, who: str) -> str:
        return "\n".join(text for to, text in self.told if to == who)


class Wired:
    """The help desk behind a wire that can be cut before a call arrives, or before its answer does."""

    def __init__(self, desk: Sandbox) -> None:
        self._desk = desk
        self.name, self.lookups = desk.name, desk.lookups
        self.bindings: Mapping[str, Binding] = desk.bindings
        self.before: list[BaseException] = []
        self.after: list[BaseException] = []

    def read_only(self) -> ReadOnly:
        return self._desk.read_only()

    async def read(self, lookup: str, about: Fact) -> Fact:
        return await self._desk.read(lookup, about)

    async def preview(self, intent: Intent) -> Preview:
        return await self._desk.preview(intent)

    async def find(self, intent: Intent, key: str) -> Receipt | None:
        return await self._desk.find(intent, key)

    async def execute(self, intent: Intent, key: str) -> Receipt:
        if self.before:
            raise self.before.pop(0)
        receipt = await self._desk.execute(intent, key)
        if self.after:
            raise self.after.pop(0)
        return receipt

    async def close(self) -> None:
        await self._desk.close()


@dataclass(repr=False)  # asyncio writes out what a task came to
class Office:
    """A bot, and everything around it."""

    parts: Parts
    store: SqliteStore
    desk: Sandbox
    wire: Wired
    clock: Hand
    model: Scripted
    people: Known
    chat: Chat
    folder: Path

    # --- what people do -----------------------------------------------------------------------------------------------

    async def start(self, workflow: str = "one_act", *, by: Person | None = SAM, **request: Any) -> RunId:
        """Start a run and perform everything that is due."""
        run = (await self.open(workflow, by=by, **request)).run
        await self.settle()
        return run

    async def open(
        self, workflow: str = "one_act", *, by: Person | None = SAM, key: str = "", **request: Any
    ) -> Opened:
        value = ticket(**request.pop("value", {}))
        door = request.pop("door", Door.TERMINAL)
        source = by.id if by is not None else f"{door}:x"
        team = SAM.team
        return await start(self.parts, Request(workflow, value, door, team, by, source, key, **request))

    async def decide(self, run: RunId, verdict: Verdict = Verdict.APPROVE, by: Person = MIA, **wish: Any) -> Run:
        """Take a verdict and perform everything that is due then."""
        await decide(self.parts, Wish(run, verdict, by, Door.TERMINAL, **wish))
        await self.settle()
        return await self.run(run)

    async def steer(self, run: RunId, move: Move, by: Person, **order: Any) -> Run:
        await steer(self.parts, Order(run, move, by, Door.TERMINAL, **order))
        await self.settle()
        return await self.run(run)

    # --- what happens -------------------------------------------------------------------------------------------------

    async def lease(self, limit: int = 1) -> tuple[Lease, ...]:
        now = self.clock.now()
        return await self.store.run(lambda tx: tx.outbox.lease(now=now, limit=limit, owner="office", until=now + LEASE))

    async def perform(self, lease: Lease) -> None:
        """As the runtime does it: what fails unexpectedly stumbles."""
        try:
            await perform(self.parts, lease)
        except Exception as error:
            await stumble(self.parts, lease, error)

    async def settle(self, most: int = 300) -> None:
        """Perform whatever is due now, one after the other."""
        while leases := await self.lease():
            for one in leases:
                await self.perform(one)
            most -= 1
            assert most > 0, "There is always something due: that never ends."

    async def pass_time(self, **time: float) -> None:
        """Let time pass; whatever comes due on the way is performed when it does."""
        until = self.clock.now() + timedelta(**time)
        while (due := await self.next_due()) is not None and due <= until:
            self.clock.at = max(self.clock.at, due)
            await self.settle()
        self.clock.at = until

    async def next_due(self) -> datetime | None:
        now = self.clock.now()
        return await self.store.run(lambda tx: tx.outbox.next_due(after=now))

    async def restart(self) -> None:
        """Another process takes over what the last one held."""
        await self.store.run(lambda tx: tx.outbox.release(None))
        await self.settle()

    # --- what there is ------------------------------------------------------------------------------------------------

    async def run(self, run: RunId) -> Run:
        return await self.store.queries.run(run)

    async def entries(self, run: RunId, kind: str = "") -> list[Recorded]:
        return [entry for entry in await self.store.queries.entries(f"run:{run}") if kind in ("", entry.kind)]

    async def pending(self, run: RunId) -> list[str]:
        return [effect.type for effect, _, _ in await self.store.queries.pending(run)]

    def effects(self) -> tuple[Call, ...]:
        """What truly changed in the help desk."""
        return self.desk.backstage.effects()

    async def counted(self, scope: str) -> int:
        day = self.clock.now().date()
        return await self.store.run(lambda tx: tx.limits.count(scope, day))

    # --- what owners and engineers change -----------------------------------------------------------------------------

    def deploy(self, workflow: str, change: Callable[[str], str]) -> None:
        """A new version of the steps, as a restart loads it."""
        file = self.folder / workflow / "__init__.py"
        changed = change(file.read_text("utf-8"))
        assert changed != file.read_text("utf-8")
        file.write_text(changed, "utf-8")
        self._load()

    def rewrite(self, workflow: str = "one_act", **changed: object) -> None:
        """A new version of the brief; runs that have begun keep theirs."""
        before = shelf_of(self.parts)
        rewrite(self.folder / workflow / "brief.toml", changed)
        self._load()
        shelf_of(self.parts).texts._known |= before.texts._known  # what the store would have told it

    def _load(self) -> None:
        shelf = shelved(self.folder, model=self.model.name, package=f"office_{next(_packages)}")
        self.parts = replace(self.parts, library=shelf)


def shelf_of(parts: Parts) -> Shelf:
    assert isinstance(parts.library, Shelf)
    return parts.library


def ticket(**other: Plain) -> dict[str, Plain]:
    """A ticket that the sample help desk knows."""
    text: dict[str, Plain] = {"subject": "Charged twice", "body": "I was charged twice for one order."}
    return {"id": "T-1001", "customer_id": "C-105", "email": "ana@example.com", **text, **other}


# --- workflows --------------------------------------------------------------------------------------------------------

BUILT = {
    "helpdesk.SendReply": 'helpdesk.SendReply(ticket_id=ticket.id, body="Hello.")',
    "helpdesk.GrantCredit": "helpdesk.GrantCredit(customer_id=ticket.customer_id, cents=5_00)",
    "helpdesk.AddTag": 'helpdesk.AddTag(ticket_id=ticket.id, tag="delayed")',
    "tasks.OpenIssue": 'tasks.OpenIssue(project="desk", title=ticket.subject)',
    "mail.SendMail": 'mail.SendMail(to=ticket.email, subject=ticket.subject, body="Hello.")',
    "helpdesk.NotifyPartner": 'helpdesk.NotifyPartner(ticket_id=ticket.id, text="Hello.")',
}

ONE_ACT = '''"""One act: a ticket comes in, a person approves, one thing is done."""

from bot.authoring import Workflow, act, propose, review, trigger
from bot.intents import helpdesk, mail, tasks


def build(ticket: helpdesk.Ticket) -> {kind}:
    return {built}


class OneAct(Workflow, version=1):
    ticket = trigger(helpdesk.Ticket)
    deed = propose(build, ticket)
    approved = review(deed, by="support")
    sent = act(approved)
'''

BRIEF = """\
process = "One thing is done."
owner = "@olga"
maintainer = "@jonas"
pager = "@priya"
inputs = "A ticket."
output = "It is done."
compliance = "none"
stage = "approved"
invariants = []

[triggers]
who = ["staff"]
doors = ["terminal", "webhook"]

[done_when]
read = "helpdesk.state_of"
of = "ticket"
field = "ticket_id"
is = "T-1001"

[reads]
helpdesk = ["state_of"]

[changes]
helpdesk = ["SendReply", "GrantCredit", "AddTag", "NotifyPartner"]

[reviewers.support]
channel = "#support"
members = ["@mia", "@leo"]
evidence = ["ticket"]
remind_after = "4h"
expires_after = "3d"

[failure.when_wrong]
do = "park"

[failure.when_unavailable]
do = "park"
retries = 4
within = "1h"

[metric]
name = "Minutes"
target = "5"
baseline_minutes = 10

[limits]
actions_per_day = 200
"""


def write_one_act(folder: Path, kind: str) -> None:
    """The smallest workflow that does something: one intent, one gate."""
    (folder / "one_act").mkdir(parents=True)
    steps = ONE_ACT.format(kind=kind, built=BUILT[kind])
    (folder / "one_act" / "__init__.py").write_text(steps, "utf-8")
    (folder / "one_act" / "brief.toml").write_text(BRIEF, "utf-8")


def rewrite(file: Path, changed: Mapping[str, object]) -> None:
    """Write a brief anew with some of it changed, level by level."""
    file.write_text(write_toml(merged(tomllib.loads(file.read_text("utf-8")), changed)), "utf-8")


@asynccontextmanager
async def opened(
    folder: Path,
    *,
    kind: str = "helpdesk.AddTag",
    copied: Sequence[Path] = (),
    brief: Mapping[str, object] | None = None,
    answers: Mapping[str, Script] | None = None,
    bindings: Mapping[str, Binding] = BINDINGS,
    **parts: Any,
) -> AsyncGenerator[Office]:
    """A bot on a folder, with `one_act` for one kind of intent, and copies of other workflows.

    `brief` changes that of the first of the copies; of `one_act` where there are none.
    """
    flows, clock, model = folder / "flows", Hand(), Scripted(answers or {}, **parts)
    write_one_act(flows, kind)
    for source in copied:
        shutil.copytree(source, flows / source.name, ignore=shutil.ignore_patterns("__pycache__"))
        if (source.parent / "house.toml").is_file():
            shutil.copy(source.parent / "house.toml", flows)
    rewrite(flows / (copied[0].name if copied else "one_act") / "brief.toml", brief or {})
    store = SqliteStore(folder / "data.sqlite3", keys=KeyFile(folder / "audit.key"), writer="office", clock=clock)
    shelf = shelved(flows, model=model.name, bindings=bindings, package=f"office_{next(_packages)}")
    assert not shelf.problems, shelf.problems
    async with store.open():
        await store.run(lambda tx: shelf.seed(tx, clock.now()))
        desk, people, chat, numbers = Sandbox(folder / "desk.sqlite3", clock=clock), Known(), Chat(), count(1)
        wire = Wired(desk)
        whole = Parts(
            store=store,
            library=shelf,
            directory=people,
            systems=Connected([wire]),
            model=model,
            messenger=chat,
            clock=clock,
            redactor=Redactor(["correct horse battery staple"]),
            new_run_id=lambda: RunId(f"run-{next(numbers):04}"),
            pseudonym=lambda text: f"p-{len(text)}-{sum(text.encode()):x}",
        )
        yield Office(whole, store, desk, wire, clock, model, people, chat, flows)
        await wire.close()


TRIAGE = ROOT / "workflows" / "support_triage"
ONBOARDING = ROOT / "tests" / "workflows" / "fixtures" / "partner_onboarding"
PARTNER_TICKET = ROOT / "tests" / "workflows" / "fixtures" / "partner_ticket"
THREE_CHANGES = ROOT / "tests" / "audit" / "workflows" / "three_changes"
