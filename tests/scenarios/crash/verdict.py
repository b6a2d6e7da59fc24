"""What must hold after every crash: over the database, the back office's ledger and what people were told."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters.store.codec import Codec
from bot.adapters.systems.sandbox import Backstage
from bot.domain.audit.semantics import senseless
from bot.domain.person import Door
from bot.domain.run import ENDED, Run, RunState
from tests.scenarios.crash.life import BACK_OFFICE, DATABASE
from tests.scenarios.crash.story import Story

_DOCUMENT = Codec(Run)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, read without the product's queries."""

    kind: str
    step: str | None
    notes: dict[str, Any]


def violations(story: Story, data: Path) -> Iterator[str]:
    """Every invariant that does not hold, in words."""
    with closing(sqlite3.connect(data / DATABASE)) as db:
        runs = [_DOCUMENT.decode(row[0]) for row in db.execute("SELECT document FROM run ORDER BY id")]
        asked = [run for run in runs if run.origin.door is not Door.RUN]  # a cadence goes on in runs of its own
        mine = [run for run in asked if run.workflow == story.workflow]
        if len(mine) != 1:
            yield f"I11: one request started {len(mine)} runs"
            return
        yield from _state(story, mine[0])
        for run in runs:
            for sentence in senseless(lines(db, run), run):
                yield f"I1 I2 I4: {sentence}"
        yield from _outbox(db, runs)
        attempts = db.execute("SELECT count(*) FROM attempt").fetchone()[0]
        if attempts < len(story.answers):
            yield f"I17: {attempts} attempts are recorded for {len(story.answers)} questions"
    yield from _effects(story, data)
    yield from _told(mine[0], data)


def _state(story: Story, run: Run) -> Iterator[str]:
    if run.state.value not in story.ends:
        yield f"I17: the run is {run.state} ({run.reason}), not {', '.join(story.ends)}"


def lines(db: sqlite3.Connection, run: Run) -> Iterator[Line]:
    """What a run's entries say."""
    rows = db.execute("SELECT header FROM entry WHERE chain = ? ORDER BY seq", (f"run:{run.id}",))
    for (header,) in rows:
        told = json.loads(header)
        yield Line(told["kind"], told.get("step"), told)


def _outbox(db: sqlite3.Connection, runs: list[Run]) -> Iterator[str]:
    ended = {run.id for run in runs if run.state in ENDED}
    for run, kind, owner in db.execute("SELECT run, type, lease_owner FROM effect"):
        if run in ended:
            yield f"I4: a {kind} of an ended run is left in the outbox"
        if owner is not None:
            yield f"I3: a {kind} is still leased to {owner}"


def _effects(story: Story, data: Path) -> Iterator[str]:
    calls = Backstage(data / BACK_OFFICE).effects()
    per_key = Counter(call.key for call in calls)
    for key, count in per_key.items():
        if count > 1:
            yield f"I2: {count} effects under one key {key[:8]}"
    per_kind = Counter(call.kind for call in calls)
    if dict(per_kind) != dict(story.effects):
        yield f"I2: the back office saw {dict(per_kind)}, not {dict(story.effects)}"


def _told(run: Run, data: Path) -> Iterator[str]:
    told = [line.split("\t") for line in (data / "told").read_text().splitlines()] if (data / "told").exists() else []
    people = {to for what, _, to, _ in told if what == "tell"}
    if run.state in (RunState.FAILED, RunState.PARKED) and not people & {"crash/olga", "crash/nora", "crash/tom"}:
        yield f"I17: the run is {run.state} and nobody responsible was told, only {people}"
    if run.gates and not any(what == "show" for what, *_ in told):
        yield "I12: a gate was decided and its card was never shown"
