"""Keep what came in before it is answered: the same delivery is accepted once, ever."""

from bot.application.parts import Parts
from bot.ports.store import Delivery


async def receive(parts: Parts, delivery: Delivery) -> bool:
    """Once this returns, the delivery is durable. False where it came before: then nothing may run twice."""
    return await parts.store.run(lambda tx: tx.inbox.accept(delivery))
