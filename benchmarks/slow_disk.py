"""The four-step run once more, on a disk that takes its time: what counts there is how few flushes a run needs.

A virtual machine often answers a flush from memory. A disk that really writes takes one to ten milliseconds.
"""

from dataclasses import replace

from benchmarks import durable_run
from benchmarks.report import Effort, Table

FLUSH_MS = 2


def compare(effort: Effort) -> Table:
    """The same engines and the same work, with every flush made longer by strace."""
    slow = replace(effort, flush_ms=FLUSH_MS, rounds=min(effort.rounds, 3), runs=max(effort.runs // 4, 40))
    table = durable_run.compare(slow)
    note = f"Every flush of the disk takes {FLUSH_MS} ms longer, for all of them alike."
    return replace(table, title=f"The same, where a flush takes {FLUSH_MS} ms longer", notes=(note, *table.notes))
