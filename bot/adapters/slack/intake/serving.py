"""The front on a port of its own, with a log that quotes nothing of what strangers send."""

import logging
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.adapters.slack.intake.front import Front
from bot.adapters.slack.intake.parsed import MOST_BYTES

PATH = "/slack/events"
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


@asynccontextmanager
async def served(front: Front, listening: socket.socket) -> AsyncGenerator[None]:
    """Answer at `PATH` until the end; what is under way then is finished."""
    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_post(PATH, front.hear)
    runner = web.AppRunner(app, access_log=None, logger=logger, lingering_time=LINGERING)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        yield
    finally:
        await runner.cleanup()
