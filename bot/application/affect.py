"""What holding a workflow, or everything, would affect: asked before somebody does it."""

from dataclasses import dataclass
from datetime import datetime

from bot.application.parts import Parts
from bot.application.switch import EVERYTHING, Flip, refuse_stranger
from bot.domain.errors import Unknown
from bot.ports.queries import Held, Leaving, UnderWay


@dataclass(frozen=True, slots=True)
class Affected:
    """What is under way in a scope, and whether it is held."""

    under_way: UnderWay
    """Of all workflows together, where everything is meant."""
    leaving: Leaving
    held: Held | None
    at: datetime


async def affect(parts: Parts, flip: Flip) -> Affected:
    """What a flip would affect. NotAllowed, on the record, for whoever may not flip it."""
    if flip.scope != EVERYTHING and flip.scope not in parts.library.every():
        raise Unknown("There is no such workflow any more.")
    await refuse_stranger(parts, flip)
    queries, now = parts.store.queries, parts.clock.now()
    every = await queries.under_way(failed_since=now)
    counted = [one for name, one in every.items() if flip.scope in (EVERYTHING, name)]
    leaving = await queries.leaving(None if flip.scope == EVERYTHING else flip.scope)
    held = (await queries.held()).get(flip.scope)
    return Affected(_together(flip.scope, counted), leaving, held, now)


def _together(scope: str, counted: list[UnderWay]) -> UnderWay:
    return UnderWay(
        scope,
        running=sum(one.running for one in counted),
        asking=sum(one.asking for one in counted),
        waiting=sum(one.waiting for one in counted),
        parked=sum(one.parked for one in counted),
    )
