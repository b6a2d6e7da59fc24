"""Take in what comes from outside Slack: it is kept before it is answered, and what cannot be kept is not accepted."""

from bot.application.parts import Parts
from bot.application.start import refuse_paused
from bot.domain.errors import OverLimit
from bot.ports.store import Delivery, Transaction

MOST = 20_000
"""How many deliveries may wait; whoever brings more is asked to come again."""


async def take_in(parts: Parts, delivery: Delivery, workflow: str, *, most: int = MOST) -> bool:
    """Once this returns, the delivery is durable. False where it came before: then nothing may run twice.

    Raises OverLimit where its workflow is paused, or too much waits already; nothing was kept then.
    """

    def work(tx: Transaction) -> bool:
        if not tx.inbox.accept(delivery):
            return False
        refuse_paused(tx, workflow)
        if tx.inbox.pile(most + 1) > most:
            raise OverLimit(f"More than {most:,} deliveries wait already. Nothing was kept; send it again later.")
        return True

    return await parts.store.run(work)
