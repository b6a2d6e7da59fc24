"""What commands write: calm colours on a terminal, plain text in a pipe, one JSON value for a script.

Nothing that a model, a customer or a file has written reaches a terminal before `visible` has seen it: no text can
move the cursor, ring the bell or turn the reading around.
"""

import json
import os
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from bot.adapters.terminal.cells import cells, padded
from bot.adapters.terminal.text import WIDTH, Row, Tone, rows_of
from bot.domain.card import Card
from bot.domain.text import one_line, visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Style = Literal["", "bold", "faint", "good", "warn", "bad"]

_COLOURS: Mapping[Style, str] = {
    "": "",
    "bold": "bold",
    "faint": "dim",
    "good": "green",
    "warn": "yellow",
    "bad": "red",
}
_TONES: Mapping[Tone, Style] = {
    Tone.BANNER: "warn",
    Tone.TITLE: "bold",
    Tone.STANDING: "",
    Tone.PLAIN: "",
    Tone.HEAD: "bold",
    Tone.DOUBT: "warn",
    Tone.SMALL: "faint",
}
_LONGEST_CELL = 200
_LEAST_PER_COLUMN = 11
"""Cells for each column of a table; on a narrower terminal nothing but its own line breaks keeps the cells whole."""
_NARROWEST = 20
"""No frame is drawn around less; a terminal that is narrower breaks the lines itself."""


class Screen:
    """Where a command writes and asks."""

    def __init__(self, *, rich: bool | None = None) -> None:
        """`rich` is for tests; else it is whether somebody sits there."""
        on_terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self.rich = on_terminal if rich is None else rich
        self._console: Console | None = None

    # --- lines -------------------------------------------------------------------------------------------------

    def say(self, text: str = "", style: Style = "") -> None:
        """One line, or several."""
        self._write(visible(text), style)

    def spans(self, pieces: Iterable[tuple[str, Style]]) -> None:
        """One line of pieces, each in its style."""
        if not self.rich:
            return self.say("".join(text for text, _ in pieces))
        from rich.text import Text

        return self._open().print(
            Text.assemble(*((visible(text), _COLOURS[style]) for text, style in pieces)), soft_wrap=True
        )

    def card(self, card: Card) -> None:
        """A card, in a frame where there is a terminal with room for one."""
        room = self._open().width - 4 if self.rich else 0
        if room < _NARROWEST:
            for row in rows_of(card):
                self._write(row.text, _TONES[row.tone])
            return
        from rich.panel import Panel

        rows = rows_of(card, width=min(WIDTH, room))
        self._open().print(Panel.fit(_painted(rows), border_style="cyan", padding=(0, 1)))

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns; without a terminal they are lined up by spaces, and nothing is cut."""
        shown = [[one_line(cell, _LONGEST_CELL) for cell in row] for row in rows]
        if self.rich and self._open().width >= _LEAST_PER_COLUMN * len(heads):
            return self._rich_table(heads, shown)
        every = [[*heads], *shown]
        widths = [max(cells(row[n]) for row in every) for n in range(len(heads))]
        for row in every:
            self._write("  ".join(padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())
        return None

    def json(self, value: object) -> None:
        """One JSON value and nothing else."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def aside(self, text: str) -> None:
        """Something to know that is no part of the answer: it goes where errors go, out of a pipe's way."""
        sys.stdout.flush()
        print(visible(text), file=sys.stderr, flush=True)

    # --- asking ------------------------------------------------------------------------------------------------

    def ask(self, prompt: str) -> str | None:
        """A line that somebody types; None at the end of the input."""
        self._open_prompt(prompt)
        try:
            line = sys.stdin.readline()
            line.encode()
        except UnicodeError:
            self.say("That was not UTF-8, so it was not taken.", "warn")
            return ""
        if not line:
            self._write("")
            return None
        return line.rstrip("\n")

    # --- long work ---------------------------------------------------------------------------------------------

    @contextmanager
    def progress(self, what: str, total: int, *, quiet: bool = False) -> Generator[Callable[[int], None]]:
        """How far something long has come: a bar, or a line for each tenth (none if `quiet`). It is told how far."""
        if self.rich and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            with Progress(console=Console(stderr=True), transient=True) as bar:
                task = bar.add_task(what, total=total)
                yield lambda done: bar.update(task, completed=done)
            return
        said = 0

        def tell(done: int) -> None:
            nonlocal said
            tenth = 10 * done // total if total else 10
            if tenth > said and not quiet:
                said = tenth
                print(f"{what}: {done:,} of {total:,}", file=sys.stderr, flush=True)

        yield tell

    # --- the terminal ------------------------------------------------------------------------------------------

    def _write(self, text: str, style: Style = "") -> None:
        if not self.rich:
            print(text, flush=True)
            return
        from rich.text import Text

        self._open().print(Text(text, style=_COLOURS[style]), soft_wrap=True)

    def _open(self) -> "Console":
        from rich.console import Console

        if self._console is None:
            self._console = Console(highlight=False, markup=False, emoji=False, force_terminal=True)
            self._console.width = self._console.width or WIDTH  # COLUMNS=0 says that nobody knows
        return self._console

    def _open_prompt(self, prompt: str) -> None:
        if self.rich:
            self._open().print(prompt, style="bold", end="", soft_wrap=True)
        else:
            sys.stdout.write(prompt)
        sys.stdout.flush()

    def _rich_table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
        for head in heads:
            table.add_column(head, overflow="fold")  # nothing is cut off
        for row in rows:
            table.add_row(*map(Text, row))
        self._open().print(table)


def _painted(rows: Iterable[Row]) -> "Text":
    from rich.text import Text

    return Text("\n").join(Text(row.text, style=_COLOURS[_TONES[row.tone]]) for row in rows)
