"""The page of figures, `/metrics`, on a port of its own: never where Slack or anybody else from outside comes in."""

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncGenerator, Generator, Iterable, Mapping
from contextlib import asynccontextmanager, contextmanager
from itertools import chain
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.adapters.telemetry.counters import Counters
from bot.adapters.telemetry.gauges import away, gauges, standing
from bot.domain.errors import Unfit
from bot.domain.person import Door
from bot.ports.clock import Clock
from bot.ports.store import Store

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

PATH = "/metrics"
LINGERING = 0.2
"""Seconds that somebody who is being answered still has when the bot stops."""
logger = logging.getLogger(__name__)


class _Unquoting(logging.Filter):
    """What is no HTTP at all is refused without a trace that quotes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


logger.addFilter(_Unquoting())


class _Everything:
    """What was counted and how things stand, as one."""

    def __init__(self, counters: Counters, now: "Iterable[Metric]") -> None:
        self._counters, self._now = counters, now

    def collect(self) -> "Iterable[Metric]":
        yield from self._now
        yield from self._counters.collect()


class Page:
    """Answers whoever scrapes."""

    def __init__(self, counters: Counters, store: Store, clock: Clock, turned_away: Mapping[Door, int]) -> None:
        self._counters, self._store, self._clock, self._turned_away = counters, store, clock, turned_away
        self._turn = asyncio.Lock()
        """However many ask, the store is read for one of them at a time."""

    async def answer(self, request: web.Request) -> web.Response:
        """All figures, as text."""
        from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

        del request
        async with self._turn:
            stands = await standing(self._store.queries, self._clock.now())
        text = generate_latest(_Everything(self._counters, chain(gauges(stands), away(self._turned_away))))
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


@contextmanager
def bound(host: str, port: int) -> Generator[socket.socket]:
    """A place to listen. Raises Unfit where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        why = "something else does already" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
        said = f"The bot cannot show its figures on {host}:{port}: {why}."
        raise Unfit(f"{said} Choose another metrics_port under [telemetry] in countersign.toml.") from None
    with listening:
        yield listening


@asynccontextmanager
async def shown(page: Page, listening: socket.socket) -> AsyncGenerator[None]:
    """Answer until the end."""
    app = web.Application(client_max_size=1024)
    app.router.add_get(PATH, page.answer)
    runner = web.AppRunner(app, access_log=None, logger=logger, lingering_time=LINGERING, shutdown_timeout=LINGERING)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        yield
    finally:
        await runner.cleanup()
