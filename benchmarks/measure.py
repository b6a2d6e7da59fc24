"""What one measured process does and prints, so that every engine is timed by the same loop.

Standard library only: the anchors import this from their own environment. A script hands `main` a context
manager that opens its engine and yields `play`; `play(n)` takes run n from trigger to done and returns.
"""

import argparse
import asyncio
import json
import math
import os
import platform
import resource
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

QUESTION = "I was charged twice for the same order last week and would like one of the two payments returned. " * 2
ANSWER = "We found both payments; the second one is returned to your card today and arrives within five days. " * 3
LEFT_OUT = 3  # exit status of a script that cannot measure here; its last line on stderr says why
WARM_UP = 20
DATABASES = {".db", ".sqlite", ".sqlite3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What one process is asked to measure, and the empty folder it may write to."""

    variant: str
    at_once: int
    runs: int
    data: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One line of a measured process: its figures for one variant."""

    engine: str
    variant: str
    at_once: int
    runs: int
    runs_per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms_per_run: float
    bytes_per_run: float
    peak_rss_mb: float


Play = Callable[[int], Awaitable[None]]
Open = Callable[[Job], AbstractAsyncContextManager[Play]]


def main(engine: str, opened: Open) -> None:
    """Measure what the command line asks for and print it as one JSON line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--variant", default="")
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--data", type=Path, required=True)
    job = Job(**vars(parser.parse_args()))
    print(json.dumps(asdict(asyncio.run(_measure(engine, opened, job)))), flush=True)


def leave_out(reason: str) -> None:
    """End this process, telling its parent that it cannot measure here."""
    print(reason, file=sys.stderr)
    raise SystemExit(LEFT_OUT)


async def _measure(engine: str, opened: Open, job: Job) -> Measurement:
    async with opened(job) as play:
        await play_all(play, range(WARM_UP), at_once=job.at_once)
        bytes_before, cpu_before, started = bytes_in(job.data), cpu_seconds(), time.perf_counter()
        seconds_each = await play_all(play, range(WARM_UP, WARM_UP + job.runs), at_once=job.at_once)
        elapsed, cpu = time.perf_counter() - started, cpu_seconds() - cpu_before
    return Measurement(
        engine=engine,
        variant=job.variant,
        at_once=job.at_once,
        runs=job.runs,
        runs_per_second=job.runs / elapsed,
        p50_ms=percentile(seconds_each, 50) * 1000,
        p99_ms=percentile(seconds_each, 99) * 1000,
        cpu_ms_per_run=cpu / job.runs * 1000,
        bytes_per_run=(bytes_in(job.data) - bytes_before) / job.runs,
        peak_rss_mb=memory_mb("VmHWM"),
    )


async def play_all(play: Play, numbers: Iterable[int], *, at_once: int) -> list[float]:
    """Play every number, `at_once` of them at any time; the seconds each took."""
    waiting, seconds_each = iter(numbers), list[float]()

    async def work() -> None:
        for number in waiting:
            started = time.perf_counter()
            await play(number)
            seconds_each.append(time.perf_counter() - started)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())
    return seconds_each


def percentile(values: Iterable[float], percent: float) -> float:
    """The smallest value that is not below `percent` of them."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def cpu_seconds() -> float:
    """Processor time of this process so far, all threads, user and system."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def memory_mb(field: str = "VmRSS") -> float:
    """Resident memory of this process in MiB: `VmRSS` now, `VmHWM` at its peak."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status[field].split()[0]) / 1024


def bytes_in(folder: Path) -> int:
    """Size of all files in a folder, once each SQLite file there has taken in its write-ahead log."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    for file in files:
        if file.suffix in DATABASES:
            with closing(sqlite3.connect(file)) as connection, suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return sum(file.stat().st_size for file in files if file.exists())


def fsync_ms(folder: Path, *, percent: float = 50, writes: int = 50) -> float:
    """Cost of making one 4 KiB write durable in a folder, the median or another one: what every figure stands on."""
    costs = list[float]()
    with (folder / "fsync.probe").open("wb", buffering=0) as probe:
        for _ in range(writes):
            started = time.perf_counter()
            probe.write(bytes(4096))
            os.fsync(probe.fileno())
            costs.append((time.perf_counter() - started) * 1000)
    (folder / "fsync.probe").unlink()
    return percentile(costs, percent)


def machine(folder: Path) -> str:
    """One line on what the figures were measured with."""
    return (
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, a durable 4 KiB write takes {fsync_ms(folder):.2f} ms"
    )
