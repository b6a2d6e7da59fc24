"""Keep an effect to oneself for as long as a call may take. Nobody else may begin it while it is under way."""

from datetime import timedelta

from bot.application.parts import Parts
from bot.ports.store import Lease

MARGIN = timedelta(seconds=10)
"""For what comes before and after the call."""


async def keep_hold(parts: Parts, lease: Lease, need: timedelta) -> bool:
    """Whether the lease holds so long, made longer where it would not; False where it is lost to somebody else."""
    now = parts.clock.now()
    if lease.until is None or now + need + MARGIN <= lease.until:
        return True
    return await parts.store.run(lambda tx: tx.outbox.lengthen(lease, now + need + MARGIN))
