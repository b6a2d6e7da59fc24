"""What a benchmark is given and hands back, and how it is shown: a Markdown table that reads well on a terminal."""

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measure import Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long to measure, and the folder to write in."""

    rounds: int
    runs: int
    scratch: Path
    flush_ms: int = 0
    """How much longer each flush of the disk takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One benchmark's outcome; `measurements` are what its figures were made from."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    measurements: tuple[Measurement, ...] = ()


def markdown(table: Table) -> str:
    """The table as a fragment to paste into the documentation."""
    lines = (table.columns, *table.rows)
    widths = [max(2, *map(len, column)) for column in zip(*lines, strict=True)]
    rule = tuple("-" * width if column == 0 else "-" * (width - 1) + ":" for column, width in enumerate(widths))
    rows = [_row(cells, widths) for cells in (table.columns, rule, *table.rows)]
    return "\n".join([f"### {table.title}", "", *rows, "", *(f"- {note}" for note in table.notes), ""])


def write(file: Path, tables: Mapping[str, Table], *, measured_on: str) -> None:
    """Everything as JSON into `file` and as Markdown beside it."""
    figures = {"measured_on": measured_on, "benchmarks": {name: asdict(table) for name, table in tables.items()}}
    file.write_text(json.dumps(figures, indent=1) + "\n")
    file.with_suffix(".md").write_text("\n".join([f"Measured on {measured_on}.", "", *map(markdown, tables.values())]))


def median(values: Iterable[float], *, digits: int = 1) -> str:
    """The median over the rounds, as it stands in a table."""
    return f"{statistics.median(values):,.{digits}f}"


def spread(values: Sequence[float]) -> str:
    """The median with the lowest and the highest round."""
    return f"{median(values, digits=0)} ({min(values):,.0f} to {max(values):,.0f})"


def ratio(over: float | None, under: float | None) -> str:
    """How many times `under` goes into `over`; a dash where one of them was not measured."""
    return f"{over / under:.2f}" if over is not None and under else "–"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return f"| {' | '.join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)])} |"
