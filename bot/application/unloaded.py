"""What is still done with a run whose workflow does not load: it is parked, told of, and can be ended by its owner."""

from datetime import timedelta

from bot.application.conclude import UNTIL_RESUMED, conclude
from bot.application.parts import Parts
from bot.domain.event import Unloaded
from bot.domain.person import ENGINE
from bot.domain.run import Run
from bot.domain.wanted import is_under_way
from bot.ports.store import Lease

AGAIN = timedelta(minutes=5)
"""When what is under way is looked at again: nobody has to resume it, and nobody can."""


async def set_aside(parts: Parts, lease: Lease, run: Run, why: str) -> None:
    """Park the run, and keep what was to be done for when it is resumed."""
    later = AGAIN if is_under_way(run, lease.effect) else UNTIL_RESUMED
    await conclude(parts, lease, Unloaded(parts.clock.now(), ENGINE, why), keep_until=later)
