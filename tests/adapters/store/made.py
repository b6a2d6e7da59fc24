"""Runs, moves and stores, made by hand: what a store is tested with needs no machine."""

import sqlite3
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.domain.audit.entry import Entry, EntryKind, Field, FieldKind
from bot.domain.effect import Effect
from bot.domain.intent import Proposal
from bot.domain.machine import Moved
from bot.domain.person import ActorKind, Door, PersonId, TeamId
from bot.domain.plain import Plain
from bot.domain.run import (
    Gate,
    GateStatus,
    Mode,
    Origin,
    Pins,
    Run,
    RunId,
    RunState,
    Source,
    Stage,
    StepState,
    StepStatus,
)
from bot.ports.store import Delivery

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
KEY = bytes(range(32))
TICKET: dict[str, Plain] = {
    "id": "T-1001",
    "subject": "Charged twice",
    "body": "I was charged twice, please help. " * 8,
}
DRAFT: dict[str, Plain] = {"body": "We found both payments; the second one is returned to your card today. " * 5}


@dataclass
class Hand:
    """A clock that a test moves by hand."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def forward(self, **time: float) -> None:
        self.at += timedelta(**time)


def entry(kind: EntryKind = EntryKind.STEP_DONE, *fields: Field, step: str = "ticket", **notes: str | int) -> Entry:
    return Entry(kind, NOON, ActorKind.SYSTEM, "engine", step=step, notes=notes, fields=fields)


def two_fields(subject: str | None = None) -> tuple[Field, Field]:
    return (
        Field("email", "ana@example.com", FieldKind.PII, subject),
        Field("body", TICKET["body"], FieldKind.CONTENT, subject),
    )


def run_of(n: int | str = 1, **changes: Any) -> Run:
    """A run that was triggered and is about to read."""
    run = Run(
        id=RunId(f"01HZ{n:0>22}"),
        team=TeamId("T1"),
        workflow="support_triage",
        pins=Pins("w" * 64, {"ticket": "s" * 64, "draft": "d" * 64}, "b" * 64, {"draft": "p" * 64}, "rehearsal"),
        origin=Origin(Door.TERMINAL, f"terminal:{n}", "T1/ana", "helpdesk:T-1001"),
        stage=Stage.APPROVED,
        owner=PersonId("T1/olga"),
        started_at=NOON,
        steps={"ticket": StepState(StepStatus.DONE, TICKET, Source.TRIGGER, since=NOON)},
    )
    return replace(run, **changes)


def started(run: Run, *effects: Effect) -> Moved:
    return Moved(run, (entry(EntryKind.RUN_STARTED, *two_fields(), state="running"), entry()), effects)


def moved(run: Run, *effects: Effect, entries: int = 2, **changes: Any) -> Moved:
    return Moved(
        replace(run, **changes), tuple(entry(EntryKind.STEP_DONE, *two_fields()) for _ in range(entries)), effects
    )


def gate(group: str = "support", status: GateStatus = GateStatus.OPEN, *, step: str = "approved") -> Gate:
    proposal = Proposal("reply", "helpdesk.SendReply", {"ticket_id": "T-1001", **DRAFT})
    return Gate(
        id="g" * 32,
        step=step,
        version=1,
        status=status,
        mode=Mode.EXECUTE,
        proposals=(proposal,),
        digest="d" * 64,
        group=group,
        needed=1,
        deny=1,
        opened_at=NOON,
        why="A person has to look.",
    )


def waiting(run: Run, group: str = "support", *effects: Effect) -> Moved:
    """The run as it stands at a gate."""
    opened = gate(group)
    steps = {
        **run.steps,
        "draft": StepState(StepStatus.DONE, DRAFT, Source.REHEARSAL, 92, ("tone",), ("charged twice",), NOON),
        opened.step: StepState(StepStatus.ASKED, since=NOON),
    }
    return moved(run, *effects, state=RunState.WAITING, steps=steps, gates={opened.step: opened})


def done(run: Run, *effects: Effect) -> Moved:
    gates = {step: replace(one, status=GateStatus.APPROVED) for step, one in run.gates.items()}
    return moved(run, *effects, state=RunState.DONE, gates=gates, ended_at=NOON)


def delivery(id: str = "d-1", body: Mapping[str, Plain] | None = None, *, minutes: float = 0) -> Delivery:
    at = NOON + timedelta(minutes=minutes)
    return Delivery(id, "terminal", "start", "T1/ana", TeamId("T1"), at, body or {"text": "hello"})


async def create(store: SqliteStore, run: Run | int = 1, *effects: Effect) -> Run:
    new = run_of(run) if isinstance(run, int) else run
    return await store.run(lambda tx: tx.runs.create(started(new, *effects)))


async def save(store: SqliteStore, move: Moved) -> Run:
    return await store.run(lambda tx: tx.runs.save(move))


async def create_waiting(store: SqliteStore, n: int = 1) -> Run:
    return await save(store, waiting(await create(store, n)))


async def accept(store: SqliteStore, new: Delivery) -> bool:
    return await store.run(lambda tx: tx.inbox.accept(new))


def fill_with_rubbish(path: Path) -> None:
    """What a dying disk leaves of a database."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        for page in range(3, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(bytes(range(256)) * 16)


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def key_file(database: Path, key: bytes = KEY) -> KeyFile:
    """The file beside a database, with this key in it."""
    file = database.with_name("audit.key")
    if file.parent.exists() and not (file.exists() and file.read_bytes() == key):
        file.write_bytes(key)
    return KeyFile(file)


@asynccontextmanager
async def opened(path: Path, clock: Hand | None = None, **settings: Any) -> AsyncGenerator[SqliteStore]:
    """A store on a file, as one process has it."""
    keys = settings.pop("keys", None) or key_file(path)
    values: dict[str, Any] = {"keys": keys, "writer": "test", "clock": clock or Hand(), **settings}
    store = SqliteStore(path, **values)
    async with store.open():
        yield store
