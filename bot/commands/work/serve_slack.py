"""The bot in Slack, until it is told to stop. Where Slack is only not reached, it is tried again."""

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from bot.adapters.slack.intake.serving import PATH
from bot.adapters.slack.post.trouble import Barred
from bot.domain.errors import StoreBusy, Transient, Unfit
from bot.settings import Settings
from bot.settings.slack import Slack
from bot.wiring.slack import InSlack, in_slack, workspace_of
from bot.wiring.web import opened_door

logger = logging.getLogger("countersign")

PAUSES: Sequence[float] = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds between two tries to come in; the last one stays."""

PATIENCE = 5.0
"""Seconds to wait for a command that is carrying something out right now."""


@asynccontextmanager
async def joined_slack(settings: Settings, slack: Slack, stop: asyncio.Event) -> AsyncGenerator[InSlack | None]:
    """The bot in Slack; None where it was told to stop before Slack could be reached.

    Raises Barred or Broken where Slack refuses a token, Unfit where the port is taken, BotRuns where another bot keeps
    running on this data.
    """
    tries, until = 0, asyncio.get_running_loop().time() + PATIENCE
    async with AsyncExitStack() as stack:
        while not stop.is_set():
            try:
                there = await stack.enter_async_context(_in_slack(settings, slack))
            except Barred:
                raise
            except StoreBusy:
                if asyncio.get_running_loop().time() >= until:
                    raise
                await _either(stop, PAUSES[0])
            except Transient as error:
                pause = PAUSES[min(tries, len(PAUSES) - 1)]
                tries += 1
                said = "%s It is tried again in %g seconds."
                logger.warning(said, error.message, pause, extra={"action": "slack.not_reached"})
                await _either(stop, pause)
            else:
                yield there
                return
        yield None


@asynccontextmanager
async def _in_slack(settings: Settings, slack: Slack) -> AsyncGenerator[InSlack]:
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(bound(slack)) if slack.port is not None else None
        web = stack.enter_context(opened_door(settings)) if settings.file.web.port is not None else None
        yield await stack.enter_async_context(in_slack(settings, workspace_of(slack, listening), web=web))


def bound(slack: Slack) -> socket.socket:
    """Where the bot listens. Raises Unfit where it cannot."""
    host, port = slack.host, slack.port or 0
    try:
        return socket.create_server((host, port), backlog=512, family=_family(host))
    except OSError as error:
        why = "something else does already" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
        said = f"The bot cannot listen on {host}:{port}: {why}."
        raise Unfit(f"{said} Choose another place in countersign.toml: [slack] port, and host.") from None


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


async def _either(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until it is told to stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass


def ways_in(slack: Slack) -> str:
    """How Slack is heard, in words."""
    place = f"{slack.host}:{slack.port}"
    ways = [f"http://{place}{PATH}"] if slack.signing_secrets and slack.port else []
    ways += ["Socket Mode"] if slack.app_token else []
    asked = f"; how it is: http://{place}/readyz" if slack.port else ""
    return f"Slack is heard by {' and '.join(ways)}{asked}."
