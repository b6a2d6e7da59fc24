"""The doors for everything that is not Slack: opened beside a bot that runs, in Slack or without."""

import logging
import socket
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from ipaddress import ip_network
from typing import TYPE_CHECKING

from bot.adapters.web.arriving import Arriving
from bot.domain.errors import StoreFailed
from bot.ports.store import Delivery
from bot.runtimes.inbox import Handle, InboxWorker
from bot.settings import Settings
from bot.settings.host import is_here
from bot.settings.slack import LOOPBACK
from bot.wiring import BACK_OFFICE, Bot

if TYPE_CHECKING:
    from bot.adapters.web.serving import Mount

logger = logging.getLogger(__name__)

ADDRESS = "web.address"
"""Says beside the data where the doors are, while they are open."""
OFFICE = "/office"


def sorted_out(bot: Bot, handle: Handle, give_up: Handle) -> tuple[Handle, Handle]:
    """Who sees to a delivery, and to one that is given up: whoever knows the door it came by."""
    arriving = Arriving(bot.parts)

    async def see_to(delivery: Delivery) -> None:
        await (arriving.handle if arriving.is_ours(delivery) else handle)(delivery)

    async def let_go(delivery: Delivery) -> None:
        await (arriving.give_up if arriving.is_ours(delivery) else give_up)(delivery)

    return see_to, let_go


@asynccontextmanager
async def outside(bot: Bot) -> AsyncGenerator[None]:
    """The doors of a bot that is in no chat, where its settings open any."""
    use = bot.settings.file.web
    if use.port is None:
        yield
        return
    arriving = Arriving(bot.parts)
    worker = InboxWorker(bot.store, arriving.handle, given_up=arriving.give_up)
    with opened_door(bot.settings) as listening:
        await worker.start()
        try:
            async with doors(bot, worker, listening):
                yield
        finally:
            await worker.stop()


@asynccontextmanager
async def doors(bot: Bot, worker: InboxWorker, listening: socket.socket) -> AsyncGenerator[str]:
    """Hear what comes in, until the end; where that is."""
    from bot.adapters.web.kept import Keeping
    from bot.adapters.web.keys import read_keys
    from bot.adapters.web.mounting import entrance_of, mounts_of
    from bot.adapters.web.serving import address_of, served

    keys, address = read_keys(bot.settings.data, told_secrets(bot.settings)), address_of(listening)
    mounts = mounts_of(Keeping(bot.parts, worker.woken), keys, address=bot.settings.file.web.url or address)
    entrance = entrance_of(bot.parts, tuple(map(ip_network, bot.settings.file.web.proxies)))
    async with served((*mounts, *_office(bot)), listening, entrance):
        with _said(bot.settings, address):
            logger.info("The doors are open at %s.", address, extra={"action": "doors.open"})
            yield address


def office_at(settings: Settings, address: str) -> str:
    """Where the back office's page is, of doors at this address; nowhere where the settings do not show it.

    Whoever can be reached from elsewhere by an address of their own shows it only when told to.
    """
    use = settings.file.web
    if use.office is False or (use.office is None and use.url is not None):
        return ""
    own = address.replace(f"//{use.host}:", f"//{LOOPBACK}:") if not is_here(use.host) else address
    return f"{use.url or own}{OFFICE}"


def _office(bot: Bot) -> "Iterator[Mount]":
    if not office_at(bot.settings, ""):
        return
    from bot.adapters.systems.sandbox import Window
    from bot.adapters.web.office.pages import OfficePages

    everybody = bot.settings.file.web.office is True
    window = Window(bot.settings.data / BACK_OFFICE)
    yield OfficePages(window, bot.store.queries.of_actions, to_everybody=everybody).mount


@contextmanager
def opened_door(settings: Settings) -> Generator[socket.socket]:
    """Where the doors are, as the settings say; a free port where they name none. Raises Unfit where that is taken."""
    from bot.adapters.web.serving import bound

    use = settings.file.web
    with bound(use.host, use.port or 0) as listening:
        yield listening


def told_secrets(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The secrets of hooks that somebody has set, to be used."""
    return {name: tuple(one.get_secret_value() for one in both) for name, both in settings.hook_secrets.items()}


@contextmanager
def _said(settings: Settings, address: str) -> Generator[None]:
    path = settings.data / ADDRESS
    try:
        path.write_text(f"{settings.file.web.url or address}\n", encoding="ascii")
    except OSError as error:
        raise StoreFailed(f"{path} cannot be written: {error.strerror}.") from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
