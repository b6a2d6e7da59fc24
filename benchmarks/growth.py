"""What a growing history costs: start, decide, list and boot with up to a million finished runs."""

import shutil

from benchmarks.report import Effort, Table
from benchmarks.seeding import seed_finished
from benchmarks.waiting import restart

SIZES = (1_000, 10_000, 100_000, 1_000_000)


def compare(effort: Effort) -> Table:
    """The same process on histories of different lengths."""
    rows: list[tuple[str, ...]] = []
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    for size in SIZES if effort.rounds > 1 else SIZES[:2]:
        data = effort.scratch / f"growth-{size}"
        data.mkdir()
        seed_finished(data, size)
        last = restart(data, decisions=100)
        first = first or last
        shutil.rmtree(data)
        figures = (last["start_ms"], last["decide_fresh_ms"], last["list_ms"], last["ready_s"] * 1000)
        rows.append((f"{size:,}", *(f"{figure:.1f}" for figure in figures)))
    return Table(
        title="Growth",
        columns=("finished runs", "start ms", "decide ms", "list ms", "boot ms"),
        rows=tuple(rows),
        notes=(f"From the first to the last, a decision's cost grows {grown(first, last):.2f} times.",),
    )


def grown(first: dict[str, float], last: dict[str, float]) -> float:
    """How many times the first decision's cost the last one's is."""
    return last["decide_fresh_ms"] / first["decide_fresh_ms"]
