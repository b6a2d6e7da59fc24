"""What asking a model costs besides the model: our engine and wire beside raw HTTP and the official client."""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager

from benchmarks.measure import fsync_ms
from benchmarks.model_run import STEP, WAYS
from benchmarks.prepare import ROOT
from benchmarks.report import Effort, Table, median, ratio

MOST_OF_RAW, MOST_OF_CREATE, MOST_STEP_MS = 4.5, 0.5, 5.0
NAMES: Mapping[str, str] = {
    "raw": "aiohttp and pydantic",
    "create": "the client's chat.completions.create",
    "create, aiohttp": "the same on its aiohttp transport",
    "ours": "Countersign, engine and wire",
}


def compare(effort: Effort) -> Table:
    """Every way in turns, a process for each, so that what else runs on the machine slows all of them."""
    count = 2_000 if effort.rounds > 1 else 200
    measured: dict[str, list[dict[str, float]]] = {way: [] for way in (*WAYS, STEP)}
    with _served() as port:
        for _ in range(effort.rounds):
            for way in random.sample([*measured], len(measured)):
                measured[way].append(_one(way, port, count, effort))
                print(f"{way}: {measured[way][-1]}", file=sys.stderr)
    return _table(measured, effort)


def _one(way: str, port: int, count: int, effort: Effort) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=effort.scratch) as data:
        asked = (
            f"--variant={way}",
            f"--port={port}",
            f"--data={data}",
            f"--count={count // (5 if way == STEP else 1)}",
        )
        command = [sys.executable, "-m", "benchmarks.model_run", *asked]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise SystemExit(f"{way} failed:\n{done.stderr[-3000:]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _table(measured: Mapping[str, Sequence[Mapping[str, float]]], effort: Effort) -> Table:
    cpu = {way: statistics.median(one["cpu"] for one in measured[way]) for way in WAYS}
    targets = {"ours": f"≤ {MOST_OF_RAW} × raw, ≤ {MOST_OF_CREATE} × create"}
    rows = tuple(
        (
            NAMES[way],
            median((one["cpu"] for one in measured[way]), digits=0),
            median((one["p50"] for one in measured[way]), digits=0),
            ratio(cpu[way], cpu["raw"]),
            ratio(cpu[way], cpu["create"]),
            targets.get(way, ""),
        )
        for way in WAYS
    )
    step, slow = ([one[name] for one in measured[STEP]] for name in ("p50", "p99"))
    return Table(
        title="What asking a model costs besides the model",
        columns=("one call", "CPU µs", "median µs", "× raw", "× create", "target"),
        rows=rows,
        notes=(
            "The server answers at once, in a process of its own that is not counted. Ours renders and fences the"
            " material, hashes what was asked, judges the answer, checks its quotes, and gives back a row.",
            f"One model step of a whole bot with a model that answers at once, all that is written included: "
            f"{median(step)} ms at the median, 99 of 100 within {median(slow)} ms (target ≤ {MOST_STEP_MS:.0f} ms at"
            f" the median). A flush of the disk took {fsync_ms(effort.scratch):.2f} ms, load {os.getloadavg()[0]:.1f}.",
        ),
    )


@contextmanager
def _served() -> Generator[int]:
    """The server, in a process of its own; its port."""
    command = [sys.executable, "-m", "benchmarks.model_server"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline() if process.stdout else ""
        try:
            if not line:
                raise SystemExit("The server of models did not start.")
            yield int(line)
        finally:
            process.terminate()
