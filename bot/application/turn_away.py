"""Say that something which was taken in starts nothing after all: in the record, and to the workflow's owner."""

import logging

from bot.application.parts import Parts
from bot.application.tell_owner import tell_owner
from bot.domain.audit.entry import Entry, EntryKind, Field
from bot.domain.person import ActorKind, Door
from bot.ports.store import Delivery, Transaction

logger = logging.getLogger(__name__)

CHAIN = "doors"
"""The chain of what came in and started nothing."""


async def turn_away(parts: Parts, delivery: Delivery, why: str, *, workflow: str, door: Door) -> None:
    """It is through with this, and nobody has to look for it."""
    at, why = parts.clock.now(), parts.redactor.clean(why)
    notes = {"door": door.value, "workflow": workflow, "source": delivery.id}
    entry = Entry(
        EntryKind.RUN_REFUSED, at, ActorKind.WEBHOOK, delivery.source, notes=notes, fields=(Field("why", why),)
    )

    def work(tx: Transaction) -> bool:
        if tx.inbox.is_finished(delivery.id):
            return False
        tx.inbox.finish(delivery.id)
        tx.records.write(CHAIN, [entry])
        return True

    if await parts.store.run(work):
        logger.warning("What %s brought started nothing.", delivery.source, extra={"action": "door.turned_away"})
        text = f"{delivery.source} brought something for {workflow}. {why}"
        await tell_owner(parts, workflow, text, key=delivery.id)
