"""Note that somebody opened a form and closed it again. It decides nothing, and it is worth counting."""

from dataclasses import dataclass

from bot.application.conclude import keep
from bot.application.move import move
from bot.application.parts import Parts
from bot.domain.event import Abandoned, Verdict
from bot.domain.person import Door, Person, person_actor
from bot.domain.run import RunId
from bot.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody was about to say, and left unsaid."""

    run: RunId
    step: str
    verdict: Verdict
    by: Person
    door: Door
    on_behalf_of: str = ""
    delivery: str = ""
    """What brought it, where it was kept in the inbox."""


async def abandon(parts: Parts, left: Left) -> None:
    """Write it down, where something is asked at that step; else there is nothing to note."""
    actor = person_actor(left.by.id, left.door, on_behalf_of=left.on_behalf_of)

    def work(tx: Transaction) -> None:
        if left.delivery:
            tx.inbox.finish(left.delivery)
        run = tx.runs.load(left.run)
        event = Abandoned(parts.clock.now(), actor, left.step, left.verdict)
        keep(tx, run, move(parts, run, event, parts.library.pinned(run)))

    await parts.store.run(work)
