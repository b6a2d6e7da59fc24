"""Whole runs of the shipped support triage that no person has to look at, beside four steps with an approval."""

import json
import subprocess
import sys
import tempfile

from benchmarks.measure import Measurement
from benchmarks.prepare import ROOT
from benchmarks.report import Effort, Table, median, ratio, spread

LEAST = 50
"""Whole runs a second, on two processors."""
SCRIPTS = ("ours_run", "automatic_run")
AT_ONCE = 20


def compare(effort: Effort) -> Table:
    """Both in turns, each a fresh process on an empty folder."""
    measured: dict[str, list[Measurement]] = {script: [] for script in SCRIPTS}
    for _ in range(effort.rounds):
        for script in SCRIPTS:
            measured[script].append(_measure(script, effort))
    four, alone = (measured[script] for script in SCRIPTS)
    speeds = [[one.runs_per_second for one in each] for each in (four, alone)]
    return Table(
        title="Support triage by itself",
        columns=("what", "runs/s", "÷ four steps", "p50 ms", "p99 ms", "CPU ms/run", "MB"),
        rows=tuple(
            (
                name,
                spread(speed),
                ratio(_middle(speed), _middle(speeds[0])),
                median(one.p50_ms for one in each),
                median(one.p99_ms for one in each),
                median((one.cpu_ms_per_run for one in each), digits=2),
                median((one.peak_rss_mb for one in each), digits=0),
            )
            for name, each, speed in (
                ("four steps, approved by a person", four, speeds[0]),
                ("support triage, answered by its policy", alone, speeds[1]),
            )
        ),
        notes=(
            f"{AT_ONCE} runs at once, an instant model and an instant help desk, every commit on the disk, the audit"
            f" on. The target is {LEAST} runs a second.",
            "The override stands in the brief, as a version with who and why; sixty answers were decided by a person"
            " first, for a policy goes by a confidence only where people's decisions say what it is worth.",
        ),
        measurements=(*four, *alone),
    )


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _measure(script: str, effort: Effort) -> Measurement:
    with tempfile.TemporaryDirectory(dir=effort.scratch) as data:
        asked = (f"--at-once={AT_ONCE}", f"--runs={effort.runs * 2}", f"--data={data}")
        command = [sys.executable, "-m", f"benchmarks.{script}", *asked]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=True)
    return Measurement(**json.loads(done.stdout.splitlines()[-1]))
