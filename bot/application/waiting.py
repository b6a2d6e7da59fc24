"""How long anybody outside is waited for. A call that never comes back would hold its run, and a worker, for ever."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

from bot.domain.errors import BotError

T = TypeVar("T")

LONGEST_CALL = timedelta(seconds=60)
"""After that it counts as unanswered."""


async def answered(call: Awaitable[T], otherwise: BotError, *, within: timedelta | None = None) -> T:
    """What a call answers; raises `otherwise` where it does not in time."""
    longest = LONGEST_CALL if within is None else within
    try:
        async with asyncio.timeout(longest.total_seconds()):
            return await call
    except TimeoutError:
        raise otherwise from None
