"""What the record costs: verifying it beside merely reading its rows, writing it beside a bot that writes none."""

import asyncio
import random
import shutil
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.audit_run import WITHOUT
from benchmarks.durable_run import Case, measure, say
from benchmarks.measure import Measurement
from benchmarks.record import write_record
from benchmarks.report import Effort, Table, spread
from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.record import reading
from bot.application.audit_verify import Status, verify
from bot.domain.audit.keys import Keys

ENTRIES, FEW = 200_000, 20_000
AT_ONCE = 20
WITH = "entries"
SCRIPT = "audit_run"
COLUMNS = ("what", "entries/s, one core", "÷ reading")


def compare(effort: Effort) -> Table:
    """Entries verified a second, by how much is looked at; runs a second, with and without entries."""
    speeds = verified(effort)
    reading_speed = statistics.median(speeds["reading every row"])
    rows = [(name, spread(each), f"{statistics.median(each) / reading_speed:.2f}") for name, each in speeds.items()]
    written = runs(effort)
    cpu = {variant: statistics.median(one.cpu_ms_per_run for one in each) for variant, each in written.items()}
    speed = {variant: statistics.median(one.runs_per_second for one in each) for variant, each in written.items()}
    return Table(
        title="The record",
        columns=COLUMNS,
        rows=tuple(rows),
        notes=(
            f"Writing: {speed[WITH]:,.0f} runs/s with entries, {speed[WITHOUT]:,.0f} without, {AT_ONCE} at a time: "
            f"{speed[WITHOUT] / speed[WITH]:.2f} times; processor time per run {cpu[WITH] / cpu[WITHOUT]:.2f} times.",
            "Everything: also columns, fields with their commitments, runs, what entries mean. In processor time.",
        ),
        measurements=tuple(one for each in written.values() for one in each),
    )


def verified(effort: Effort) -> dict[str, list[float]]:
    """The same record, read and verified in each round."""
    data = effort.scratch / "record"
    data.mkdir()
    asyncio.run(write_record(data, entries=ENTRIES if effort.rounds > 1 else FEW))
    keys, file = KeyFile(data / "audit.key").read(), data / "bot.sqlite3"
    ways: dict[str, Callable[[], int]] = {
        "reading every row": lambda: read(file),
        "chains, signatures, tree": lambda: look(file, keys, quick=True),
        "everything": lambda: look(file, keys, quick=False),
    }
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(effort.rounds):
        for name in random.sample([*ways], len(ways)):
            started = time.process_time()
            count = ways[name]()
            speeds[name].append(count / (time.process_time() - started))
    shutil.rmtree(data)
    return speeds


def read(file: Path) -> int:
    """Every entry and field, through the same cursors, and nothing else."""
    with reading(file) as record:
        return sum(1 for _ in record.entries())


def look(file: Path, keys: Keys, *, quick: bool) -> int:
    with reading(file) as record:
        verdict = verify(record, keys=keys, now=datetime.now(UTC), quick=quick)
    if verdict.status is not Status.WHOLE:
        raise RuntimeError(f"The record of the benchmark is not whole: {verdict.problems[:3]}")
    return verdict.entries


def runs(effort: Effort) -> dict[str, list[Measurement]]:
    """Fresh processes, in an order that is drawn anew in each round."""
    cases = {variant: Case(SCRIPT, variant, AT_ONCE) for variant in (WITH, WITHOUT)}
    measured: dict[str, list[Measurement]] = {variant: [] for variant in cases}
    for turn in range(effort.rounds):
        for variant in random.sample([*cases], len(cases)):
            measured[variant].append(measure(cases[variant], effort))
            say(turn, measured[variant][-1])
    return measured
