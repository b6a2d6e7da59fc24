"""One process's share of a race: its own store on the common file, and a desk whose ledger all of them share."""

import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.directory.listed import Listed
from bot.adapters.model.scripted import Scripted
from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.connected import Connected
from bot.adapters.terminal.messenger import Terminal
from bot.application.parts import Parts
from bot.domain.binding import Binding, Retry
from bot.domain.errors import Broken
from bot.domain.intent import Fact, Intent, Receipt
from bot.domain.person import Person, PersonId, TeamId
from bot.domain.redaction import Redactor
from bot.intents import helpdesk
from bot.ports.system import Preview, ReadOnly
from bot.wiring import Wall, pseudonyms, run_ids
from tests.shelves import shelf_of

TEAM = TeamId("race")
DATABASE, KEY, LEDGER = "bot.sqlite3", "audit.key", "ledger"
WORKFLOW = "mark_ticket"


def person(name: str) -> Person:
    return Person(PersonId(f"{TEAM}/{name}"), name.title(), f"@{name}", frozenset({"staff"}))


PEOPLE = {name: person(name) for name in ("sam", "mia", "leo", "ines", "olga", "jonas")}


class Desk:
    """A help desk that takes every tag, and writes each call down before it answers. It does not know keys."""

    name: str = helpdesk.SYSTEM
    lookups: frozenset[str] = frozenset({helpdesk.state_of.kind})
    bindings: Mapping[str, Binding] = {
        helpdesk.AddTag.kind(): Binding(helpdesk.AddTag.kind(), Retry.SEARCHABLE, sandbox=True)
    }

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger

    def read_only(self) -> ReadOnly:
        return self

    async def read(self, lookup: str, about: Fact) -> Fact:
        if not isinstance(about, helpdesk.Ticket):
            raise Broken(f"There is no such record here: {lookup}.")
        at = datetime(2026, 1, 1, tzinfo=UTC)
        return helpdesk.TicketState(ticket_id=about.id, status=helpdesk.TicketStatus.OPEN, messages=1, updated_at=at)

    async def preview(self, intent: Intent) -> Preview:
        return Preview(f"Mark {intent.record()}.", {}, {})

    async def find(self, intent: Intent, key: str) -> Receipt | None:
        return Receipt(id=key[:8]) if key in executed(self._ledger) else None

    async def execute(self, intent: Intent, key: str) -> Receipt:
        handle = os.open(self._ledger, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
        os.write(handle, f"{key} {intent.record()}\n".encode())
        os.close(handle)
        return Receipt(id=key[:8])

    async def close(self) -> None:
        return None


def executed(ledger: Path) -> dict[str, int]:
    """How often each key was carried out."""
    counts: dict[str, int] = {}
    for line in ledger.read_text().splitlines() if ledger.exists() else []:
        key = line.split()[0]
        counts[key] = counts.get(key, 0) + 1
    return counts


@dataclass(frozen=True)
class Share:
    parts: Parts
    store: SqliteStore


@asynccontextmanager
async def opened(data: Path) -> AsyncGenerator[Share]:
    """The same bot as in every other process of the race."""
    clock, keys = Wall(), KeyFile(data / KEY)
    store = SqliteStore(data / DATABASE, keys=keys, writer=str(os.getpid()), clock=clock)
    async with store.open():
        library = shelf_of(Path(__file__).parent / "workflows", model="none", package="race_workflows")
        await store.run(lambda tx: library.seed(tx, clock.now()))
        yield Share(
            Parts(
                store=store,
                library=library,
                directory=Listed(PEOPLE.values()),
                systems=Connected([Desk(data / LEDGER)]),
                model=Scripted({}),
                messenger=Terminal(_nowhere),
                clock=clock,
                redactor=Redactor(),
                new_run_id=run_ids(clock),
                pseudonym=pseudonyms(keys.read().names),
            ),
            store,
        )


def _nowhere(_text: str) -> None:
    return None
