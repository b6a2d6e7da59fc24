"""One process on data that is there already: how soon it is ready, what it holds, what a start and a decision take."""

import argparse
import asyncio
import json
import sqlite3
import statistics
import threading
import time
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.desk import Measured

BORN = time.perf_counter()


async def measure(data: Path, *, decisions: int) -> dict[str, float]:
    """The figures of this process."""
    from benchmarks.desk import open_bot
    from benchmarks.measure import memory_mb
    from bot.domain.run import RunState
    from bot.ports.queries import RunFilter

    waiting = _waiting(data, decisions)
    async with open_bot(data) as bot:
        ready = time.perf_counter() - BORN
        tasks, threads, held = len(asyncio.all_tasks()), threading.active_count(), memory_mb("VmRSS")
        decided = [await _timed(bot.approve(run)) for run in waiting]
        started = [await _timed(bot.ask(f"fresh {n}")) for n in range(decisions)]
        fresh = [await _started(bot, n) for n in range(decisions)]
        which = RunFilter(states=(RunState.WAITING, RunState.DONE), limit=50)
        listed = [await _timed(bot.store.queries.runs(which)) for _ in range(20)]
        await bot.runtime.settle()
    return {
        "ready_s": ready,
        "rss_mb": held,
        "tasks": tasks,
        "threads": threads,
        "decide_ms": statistics.median(decided or fresh) * 1000,
        "decide_fresh_ms": statistics.median(fresh) * 1000,
        "start_ms": statistics.median(started) * 1000,
        "list_ms": statistics.median(listed) * 1000,
    }


async def _started(bot: "Measured", n: int) -> float:
    run = await bot.ask(f"decided {n}")
    await bot.until_shown(run)
    return await _timed(bot.approve(run))


async def _timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def _waiting(data: Path, count: int) -> list[str]:
    """Some of the runs that wait, from all over."""
    file = data / "bot.sqlite3"
    if not file.exists():
        return []
    with closing(sqlite3.connect(file)) as db:
        rows = db.execute("SELECT id FROM run WHERE state = 'waiting' ORDER BY backwards LIMIT ?", (count,))
        return [row[0] for row in rows]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--decisions", type=int, default=200)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(measure(asked.data, decisions=asked.decisions))), flush=True)
