"""Draw a workflow as it stands now, or the path that one run took through it."""

import argparse
import asyncio
from collections.abc import Iterator

from bot.adapters.terminal.cells import cells, padded
from bot.commands.shell.failure import Mistyped
from bot.commands.shell.screen import Screen
from bot.commands.shell.session import find_run
from bot.commands.shell.typed import STDIN
from bot.commands.work.peek import Peek, peek
from bot.commands.work.picture import write_picture
from bot.domain.drawing import mermaid, svg
from bot.domain.drawing.standing import Mark, standings
from bot.domain.errors import Unknown
from bot.domain.run import Run
from bot.domain.terms import Terms
from bot.settings import read_settings

_MARKS = {Mark.DONE: "✓", Mark.WAITING: "…", Mark.FAILED: "✗", Mark.SKIPPED: "–", Mark.AHEAD: " "}


def draw(arguments: argparse.Namespace) -> int:
    if arguments.mermaid and arguments.svg:
        raise Mistyped("Either --mermaid or --svg, not both.")
    return asyncio.run(_draw(arguments))


async def _draw(arguments: argparse.Namespace) -> int:
    screen = Screen()
    async with peek(read_settings(data=arguments.data, workflows=arguments.workflows)) as one:
        terms, run = await _found(one, arguments.what)
    if arguments.svg != STDIN:
        for line in _path(terms, run) if run else mermaid(terms.definition, terms.brief).splitlines():
            screen.say(line)
    if not arguments.mermaid:
        where = arguments.svg or f"{run.id if run else terms.definition.name}.svg"
        said = write_picture(svg(terms.definition, terms.brief, run), where)
        screen.aside(said) if said else None
    return 0


def _path(terms: Terms, run: Run) -> Iterator[str]:
    """The way a run took, step by step."""
    found = standings(terms.definition, run)
    width = max(map(cells, found))
    for name, standing in found.items():
        if name:
            yield f"{_MARKS[standing.mark]} {padded(name, width)}  {standing.words}".rstrip()


async def _found(one: Peek, what: str) -> tuple[Terms, Run | None]:
    """The terms of a workflow, or of a run with the run itself. Raises Unknown where it is neither."""
    if what in one.shelf.every():
        return one.shelf.current(what), None
    if one.queries is None:
        return one.shelf.current(what), None
    try:
        run = await one.queries.run(await find_run(one.queries, what))
    except Unknown:
        there = ", ".join(one.shelf.names())
        raise Unknown(f"There is neither a workflow nor a run “{what}”. Workflows here: {there}.") from None
    return one.shelf.pinned(run), run
