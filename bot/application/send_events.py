"""Tell a subscriber what became of runs: each entry that they want, in its order, until they have taken it.

What follows the record is a projection: no run orders anything for it. The place moves once an event was taken, so an
event may come twice, with the same id, and none is lost however this process ends.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from bot.application.parts import Parts
from bot.domain.cloud_event import Happened, cloud_event, event_id, written
from bot.domain.subscriber import Answered, Standing, Subscriber, Trouble, pause_after, trouble_of
from bot.ports.subscribers import Receiver

logger = logging.getLogger(__name__)

AT_A_TIME = 100
"""How many entries are read at a time."""
FAR = 1_000
"""So many entries that are nothing to them are passed over in memory; then the place is kept."""


async def send_events(
    parts: Parts, who: Subscriber, receiver: Receiver, *, chance: Callable[[], float], ends: Callable[[], bool]
) -> timedelta | None:
    """Send whatever waits. How long to wait until the next try; None where nothing waits any more.

    `ends` says that nothing more shall begin.
    """
    standing = await parts.store.run(lambda tx: tx.subscribers.standing(who), patient=True)
    at = kept = standing.position
    while not ends():
        batch = await parts.store.queries.coming(who, after=at, limit=AT_A_TIME)
        for one in batch.entries:
            if ends():
                return None
            answered = await _send(parts, who, receiver, one)
            trouble = trouble_of(answered)
            if trouble is not Trouble.NONE:
                return await _stumbled(parts, standing, trouble, answered, chance())
            kept = await _reached(parts, who, one.position)
        if batch.until - kept >= FAR:
            kept = await _reached(parts, who, batch.until)
        if batch.until == at or len(batch.entries) < AT_A_TIME:
            break
        at = batch.until
    return None


async def _send(parts: Parts, who: Subscriber, receiver: Receiver, one: Happened) -> Answered:
    body = written(cloud_event(one, source=who.source))
    return await receiver.take(event_id(one), body, now=parts.clock.now())


async def _reached(parts: Parts, who: Subscriber, position: int) -> int:
    await parts.store.run(lambda tx: tx.subscribers.reached(who.name, position), patient=True)
    return position


async def _stumbled(parts: Parts, before: Standing, trouble: Trouble, answered: Answered, chance: float) -> timedelta:
    name = before.name
    now = await parts.store.run(lambda tx: tx.subscribers.stumbled(name, trouble, answered.why), patient=True)
    if now.trouble is not before.trouble or now.tries == 1:
        extra = {"action": "events.not_taken", "subscriber": name, "reason": trouble.value}
        logger.warning("Events wait for %s: %s", name, answered.why, extra=extra)
    return pause_after(now, answered.asked, chance=chance)
