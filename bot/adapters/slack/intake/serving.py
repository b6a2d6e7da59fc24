"""The front on a port of its own, with a log that quotes nothing of what strangers send; and how the bot is."""

import logging
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.adapters.slack.intake.front import Front
from bot.adapters.slack.intake.parsed import MOST_BYTES

PATH = "/slack/events"
ALIVE, READY = "/healthz", "/readyz"
NOT_READY = 503
LINGERING = 0.2
"""Seconds in which somebody who was refused may still read why, while they send what nobody reads."""


class _Unquoting(logging.Filter):
    """What is no HTTP at all never comes to the front: the server says so, with a trace that quotes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.msg, record.args, record.exc_info = "A request to the Slack door was refused: http", (), None
            record.__dict__ |= {"action": "slack.refused", "reason": "http"}
        return not isinstance(error, web.RequestPayloadError)  # the front has said so already


logger = logging.getLogger(__name__)
logger.addFilter(_Unquoting())


Why = Callable[[], Awaitable[str]]
"""Why the bot is not ready, as one line that quotes nobody; empty where it is."""


@asynccontextmanager
async def served(front: Front | None, listening: socket.socket, *, why_not: Why | None = None) -> AsyncGenerator[None]:
    """Answer at `PATH`, where there is a front, until the end; what is under way then is finished.

    Where it is known `why_not`, anybody may ask whether the bot lives and is ready.
    """
    app = web.Application(client_max_size=MOST_BYTES)
    if front is not None:
        app.router.add_post(PATH, front.hear)
    if why_not is not None:
        app.router.add_get(ALIVE, _alive)
        app.router.add_get(READY, _readiness(why_not))
    runner = web.AppRunner(app, access_log=None, logger=logger, lingering_time=LINGERING)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        yield
    finally:
        await runner.cleanup()


async def _alive(request: web.Request) -> web.Response:
    del request
    return web.Response(text="alive\n")


def _readiness(why_not: Why) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        del request
        why = await why_not()
        return web.Response(text=f"{why or 'ready'}\n", status=NOT_READY if why else 200)

    return answer
