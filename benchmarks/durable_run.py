"""A four-step run with an approval, side by side: the floor, ours, and the engines people would otherwise take.

Every measurement is a fresh process on an empty folder; the order is shuffled anew in each round.
"""

import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import LEFT_OUT, Measurement
from benchmarks.prepare import ROOT, prepared
from benchmarks.report import Effort, Table, median, ratio, spread

FLOOR, OURS, LANGGRAPH, DBOS = "anchors.raw_run", "ours_run", "anchors.langgraph_run", "anchors.dbos_run"
OUR_COMMITS = "4 commits"
COLUMNS = ("engine", "at once", "runs/s", "ours ÷ it", "÷ floor", "p50 ms", "p99 ms", "CPU ms/run", "bytes/run", "MB")
NOTES = (
    "raw sqlite3 is the floor: the same rows written by hand, as many durable commits as ours needs.",
    "LangGraph and DBOS `plain` write no audit rows; ours, the floor and DBOS `audit` do.",
    "Median over the rounds, lowest and highest in brackets; MB is the peak resident memory of the whole process.",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One engine in one setting."""

    script: str
    variant: str
    at_once: int


CASES = (
    Case(FLOOR, OUR_COMMITS, 1),  # one writer gains nothing from more runs at once
    *(Case(OURS, "", at_once) for at_once in (1, 20)),
    *(Case(LANGGRAPH, variant, at_once) for variant in ("sync", "async") for at_once in (1, 20)),
    *(Case(DBOS, variant, at_once) for variant in ("plain", "audit") for at_once in (1, 20)),
)


class CannotMeasure(Exception):
    """This engine cannot be measured here."""


def compare(effort: Effort) -> Table:
    """Every engine's speed, cost and size, and how many times ours is theirs."""
    measured: dict[Case, list[Measurement]] = {case: [] for case in CASES}
    left_out: dict[str, str] = {}
    for turn in range(effort.rounds):
        for case in random.sample(CASES, len(CASES)):
            if case.script in left_out:
                continue
            try:
                measured[case].append(measure(case, effort))
            except CannotMeasure as reason:
                left_out[case.script] = f"Left out, {case.script}: {reason}"
            else:
                say(turn, measured[case][-1])
    reached = {case: measured[case] for case in CASES if measured[case]}
    return Table(
        title="A four-step run with an approval",
        columns=COLUMNS,
        rows=tuple(rows(reached)),
        notes=(*NOTES, *left_out.values()),
        measurements=tuple(figures for each in reached.values() for figures in each),
    )


def measure(case: Case, effort: Effort) -> Measurement:
    """Run one script and read the line it prints."""
    runs = effort.runs * (5 if case.script in (FLOOR, OURS) else 1)  # so that the fast ones take a second too
    with tempfile.TemporaryDirectory(dir=effort.scratch) as data:
        asked = (f"--variant={case.variant}", f"--at-once={case.at_once}", f"--runs={runs}", f"--data={data}")
        command = [*slowed(effort.flush_ms), str(interpreter(case.script)), "-m", f"benchmarks.{case.script}", *asked]
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
        except subprocess.TimeoutExpired:
            raise CannotMeasure(f"{runs} runs took more than ten minutes.") from None
    if done.returncode == LEFT_OUT:
        raise CannotMeasure(done.stderr.strip().splitlines()[-1])
    if done.returncode:
        raise SystemExit(f"{case} failed:\n{done.stderr[-3000:]}")
    return Measurement(**json.loads(done.stdout.splitlines()[-1]))


def slowed(milliseconds: int) -> tuple[str, ...]:
    """What a command is run under so that each flush takes so much longer; every other call runs at full speed."""
    if not milliseconds:
        return ()
    if shutil.which("strace") is None:
        raise CannotMeasure("strace is not installed, and a disk is slowed down by it.")
    flushes = "fsync,fdatasync"
    delay = f"inject={flushes}:delay_exit={milliseconds * 1000}"
    return ("strace", "-f", "--seccomp-bpf", "--quiet=all", "--output=/dev/null", f"--trace={flushes}", "-e", delay)


def interpreter(script: str) -> Path:
    """The Python a script runs in: the anchors' own for those that need what we do not install."""
    if script not in (LANGGRAPH, DBOS):
        return Path(sys.executable)
    try:
        return prepared()
    except subprocess.CalledProcessError:
        raise CannotMeasure("its packages could not be installed; see above.") from None


def say(turn: int, figures: Measurement) -> None:
    """Progress, for a comparison takes minutes."""
    name = f"{figures.engine} {figures.variant}".strip()
    speed = f"{figures.runs_per_second:,.0f} runs/s"
    print(f"round {turn + 1}: {name}, {figures.at_once} at once: {speed}", file=sys.stderr)


def rows(reached: Mapping[Case, list[Measurement]]) -> Iterator[tuple[str, ...]]:
    """The medians, with ratios to ours at as many at once and to the floor."""
    speed = {case: statistics.median(figures.runs_per_second for figures in each) for case, each in reached.items()}
    for case, each in sorted(reached.items(), key=lambda item: item[0].at_once):
        yield (
            f"{each[0].engine} {case.variant}".strip(),
            f"{case.at_once}",
            spread([figures.runs_per_second for figures in each]),
            ratio(speed.get(Case(OURS, "", case.at_once)), speed[case]),
            ratio(speed[case], speed.get(CASES[0])),
            median(figures.p50_ms for figures in each),
            median(figures.p99_ms for figures in each),
            median((figures.cpu_ms_per_run for figures in each), digits=2),
            median((figures.bytes_per_run for figures in each), digits=0),
            median((figures.peak_rss_mb for figures in each), digits=0),
        )
