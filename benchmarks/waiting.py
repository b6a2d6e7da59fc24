"""A waiting run costs nothing but its row: 100,000 of them beside an empty bot."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.prepare import ROOT
from benchmarks.report import Effort, Table
from benchmarks.seeding import seed_waiting

MANY, FEW = 100_000, 5_000


def compare(effort: Effort) -> Table:
    """The same process on nothing and on many waiting runs."""
    many = MANY if effort.rounds > 1 else FEW
    rows: list[tuple[str, ...]] = []
    empty = restart(effort.scratch / "empty", decisions=50)
    data = effort.scratch / "waiting"
    data.mkdir()
    seed_waiting(data, many)
    full = restart(data, decisions=200)
    shutil.rmtree(data)
    for name, figures in (("none", empty), (f"{many:,}", full)):
        rows.append(
            (
                name,
                f"{figures['ready_s']:.2f}",
                f"{figures['rss_mb']:.0f}",
                f"{figures['tasks']:.0f}",
                f"{figures['threads']:.0f}",
                f"{figures['decide_ms']:.1f}",
            )
        )
    return Table(
        title="Waiting runs",
        columns=("waiting", "ready after s", "resident MB", "tasks", "threads", "decision ms"),
        rows=tuple(rows),
        notes=(
            f"Resident memory differs by {full['rss_mb'] - empty['rss_mb']:.1f} MB.",
            "Ready: from the start of the process, imports included, until every due effect is taken up.",
        ),
    )


def restart(data: Path, *, decisions: int) -> dict[str, float]:
    """The figures of a fresh process on this data."""
    data.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.restart_run", f"--data={data}", f"--decisions={decisions}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    if done.returncode:
        raise SystemExit(f"The restart failed:\n{done.stderr[-3000:]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures
