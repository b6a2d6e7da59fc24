"""The doors on a port of their own, with a log that quotes nothing of what strangers send."""

import errno
import logging
import socket
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Middleware

from bot.adapters.web.answer import answering
from bot.domain.errors import Unfit

LINGERING = 0.2
"""Seconds in which somebody who was refused may still read why, while they send what nobody reads."""
BACKLOG = 512

Mount = Callable[[web.UrlDispatcher], object]
"""Adds the routes of one part."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """A way in: what the log calls it, and what stands before its routes."""

    name: str = "the doors"
    action: str = "door.refused"
    middlewares: tuple[Middleware, ...] = (answering,)
    most: int = 1024**2
    """Bytes of a body that is read at once."""


class _Unquoting(logging.Filter):
    """What is no HTTP at all never comes to a route: the server says so, with a trace that quotes it."""

    def __init__(self, entrance: Entrance) -> None:
        super().__init__()
        self._entrance = entrance

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.msg, record.args, record.exc_info = f"A request to {self._entrance.name} was refused: http", (), None
            record.__dict__ |= {"action": self._entrance.action, "reason": "http"}
        return not isinstance(error, web.RequestPayloadError)  # the door has said so already


@contextmanager
def bound(host: str, port: int) -> Generator[socket.socket]:
    """A place to listen; any that is free where the port is 0. Raises Unfit where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), backlog=BACKLOG, family=family)
    except OSError as error:
        why = "something else does already" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
        said = f"The bot cannot open its doors on {host}:{port}: {why}."
        raise Unfit(f"{said} Choose another place in countersign.toml: [web] port, and host.") from None
    with listening:
        yield listening


def address_of(listening: socket.socket) -> str:
    """Where it is, as a browser takes it."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def served(
    mounts: Iterable[Mount], listening: socket.socket, entrance: Entrance = Entrance()
) -> AsyncGenerator[None]:
    """Answer until the end; what is under way then is finished."""
    app = web.Application(middlewares=entrance.middlewares, client_max_size=entrance.most)
    for mount in mounts:
        mount(app.router)
    logger = logging.getLogger(f"{__name__}.{entrance.action}")
    logger.filters[:] = [_Unquoting(entrance)]
    runner = web.AppRunner(app, access_log=None, logger=logger, lingering_time=LINGERING)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        yield
    finally:
        await runner.cleanup()
