"""Which runs are parked because a system answers in another form: those that can go on once it is accepted."""

from bot.application.accept import uses
from bot.application.parts import Parts
from bot.domain.run import RunState
from bot.ports.description import changed_words
from bot.ports.queries import RunFilter, RunLine

MOST = 200
"""How many parked runs of one workflow are looked through, newest first."""


async def held_up(parts: Parts, *, system: str, called: str) -> tuple[RunLine, ...]:
    """They, oldest first. What parked them says so in words that every answer of another form is told in."""
    found = list[RunLine]()
    for workflow in parts.library.every():
        if uses(parts.library.responsible(workflow), system):
            found += await parts.store.queries.runs(RunFilter(workflow, (RunState.PARKED,), limit=MOST))
    held = [line for line in found if changed_words(called) in line.reason and not line.paused]
    return tuple(sorted(held, key=lambda line: line.started_at))
