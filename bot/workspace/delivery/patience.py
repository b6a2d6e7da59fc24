"""Waiting as long as Slack waits, on the workspace's clock."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from bot.workspace.clock import Clock

T = TypeVar("T")


async def within(clock: Clock, seconds: float, work: Coroutine[object, object, T]) -> T | None:
    """What something comes to in that time; None where it takes longer, and then it is given up."""
    alarm: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    timer = clock.at(clock.now() + seconds, lambda: None if alarm.done() else alarm.set_result(None))
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait((task, alarm), return_when=asyncio.FIRST_COMPLETED)
        return await task if task.done() else None
    finally:
        timer.off = True
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
