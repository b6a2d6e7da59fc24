"""What is up to one person, among everything that waits. Every surface lists this, and nothing else."""

from bot.application.parts import Parts
from bot.domain.gate import asked_through
from bot.domain.mine import REQUESTER, Waits, waits_for
from bot.domain.person import Person
from bot.domain.run import Run

MOST = 1_000
"""More than these nobody counts: it says that there are more."""


async def mine(parts: Parts, person: Person) -> tuple[list[tuple[Run, Waits]], bool]:
    """What is up to this person, oldest first; and whether there may be more of it."""
    groups = {group for brief in parts.briefs() for group in asked_through(person, brief)}
    runs = list(await parts.store.queries.asking(groups, limit=MOST)) if groups else []
    runs += await parts.store.queries.asking({REQUESTER}, requester=person.id, limit=MOST)
    loaded = {run.id: run for run in runs if not parts.library.why_not(run)}
    found = [(run, one) for run in loaded.values() for one in _waits_for(parts, person, run)]
    found.sort(key=lambda each: (each[1].since, each[0].id, each[1].step))
    return found, len(runs) >= MOST


def _waits_for(parts: Parts, person: Person, run: Run) -> tuple[Waits, ...]:
    """The stricter of the brief a run began with and that of now says whom it is up to."""
    return waits_for(person, run, parts.library.pinned(run).brief, parts.library.current(run.workflow).brief)
