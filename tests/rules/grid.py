"""The tables of a page of the documentation, as rows of plain text, so that a test can compare them with the code."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.rules.source import ROOT

_TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
_HEADING = re.compile(r"^#{2,} +(?P<title>.+)$", re.MULTILINE)
_CELL = re.compile(r"(?<!\\)\|")
Row = tuple[str, ...]


def page(name: str) -> str:
    """The text of a page below `docs/`."""
    return (ROOT / "docs" / name).read_text("utf-8")


def marked(text: str, name: str) -> list[Row]:
    """The rows of the table that `<!-- table: NAME -->` announces, the head of the table first."""
    return grid(text.partition(f"<!-- table: {name} -->\n")[2])


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Each heading with what stands below it, up to the next one."""
    headings = [*_HEADING.finditer(text)]
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    for heading, end in zip(headings, ends, strict=True):
        yield heading["title"], text[heading.end() : end]


def grid(text: str) -> list[Row]:
    """The rows of the first table, its head first, without the rule below it."""
    table = _TABLE.search(text)
    if table is None:
        return []
    rows = [tuple(_plain(cell) for cell in _CELL.split(line.strip())[1:-1]) for line in table[0].splitlines()]
    return [row for row in rows if set("".join(row)) - set("-: ")]


def names(rows: Sequence[Row]) -> list[str]:
    """The first cell of each row below the head."""
    return [row[0] for row in rows[1:]]


def _plain(cell: str) -> str:
    return cell.strip().replace("`", "").replace("\\|", "|")


def docs() -> list[Path]:
    return sorted((ROOT / "docs").rglob("*.md"))
