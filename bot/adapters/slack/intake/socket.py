"""Socket Mode: the same door, over a connection that we open.

What is refused is acknowledged all the same, or it would come again. What could not be kept is not, so that it does.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol, cast

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from typing_extensions import override

from bot.adapters.slack.intake.intake import LATER, STRANGE, Reply, Take, refused
from bot.adapters.slack.intake.parsed import Unparsed, parsed_json
from bot.domain.errors import BotError, Broken, Transient
from bot.domain.plain import is_object

logger = logging.getLogger(__name__)

_LATER = frozenset({"", "ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})

Hear = Callable[["Client", dict[str, object], str | None], Awaitable[None]]


class Client(Protocol):
    """What we use of Slack's own client, which says little of its types."""

    @property
    def message_listeners(self) -> list[Hear]: ...

    async def connect(self) -> None: ...
    async def send_message(self, message: str) -> None: ...
    async def close(self) -> None: ...


class Connecting(Client, Protocol):
    """What we use of it to come in."""

    wss_uri: str | None

    async def is_connected(self) -> bool: ...


class Opener(Protocol):
    """What gives addresses of sockets."""

    async def apps_connections_open(self, *, app_token: str) -> AsyncSlackResponse: ...


class _Discreet(logging.Logger):
    """The client's log. At DEBUG the client writes down whatever it receives: that is never on. Nor is its chatter."""

    @override
    def isEnabledFor(self, level: int) -> bool:
        return level >= logging.WARNING and logger.isEnabledFor(level)


@dataclass(slots=True)
class _Ear:
    """Hears frames, and knows which it has not answered yet."""

    take: Take
    under_way: set["asyncio.Task[object]"] = field(default_factory=set["asyncio.Task[object]"])
    stopping: bool = False

    async def hear(self, client: Client, frame: dict[str, object], raw: str | None) -> None:
        """The client has read the frame already, but not strictly; only what it calls the envelope is taken of that."""
        envelope = frame.get("envelope_id")
        if not isinstance(envelope, str) or not envelope or self.stopping:
            return  # a greeting; or it comes again, to whoever listens then
        task = asyncio.current_task()
        assert task is not None
        self.under_way.add(task)
        try:
            await _acknowledge(client, envelope, await self._answer(raw or ""))
        finally:
            self.under_way.discard(task)

    async def _answer(self, raw: str) -> Reply:
        try:
            payload = parsed_json(raw).get("payload")
        except Unparsed as error:
            return refused(STRANGE, str(error), size=len(raw))
        if not is_object(payload):
            return refused(STRANGE, "no object", size=len(raw))
        return await self.take(payload)

    async def stop(self) -> None:
        self.stopping = True
        if self.under_way:
            await asyncio.wait(set(self.under_way))


@asynccontextmanager
async def listening(
    take: Take, *, app_token: str, web_client: AsyncWebClient
) -> AsyncGenerator[Callable[[], Awaitable[bool]]]:
    """Hear what Slack sends until the end; a connection that breaks is opened again. Yields whether it is up."""
    client = cast("Connecting", SocketModeClient(app_token=app_token, web_client=web_client, logger=_log()))
    ear = _Ear(take)
    client.message_listeners.append(ear.hear)
    try:
        client.wss_uri = await opened_at(web_client, app_token)
        await client.connect()
        yield client.is_connected
    finally:
        await ear.stop()
        await client.close()


async def opened_at(web_client: AsyncWebClient, app_token: str) -> str:
    """The address of a new socket. Raises Broken where Slack refuses the app token, Transient where it is not reached.

    The client itself would try for ever, whatever the reason.
    """
    try:
        response = await cast("Opener", web_client).apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        raise refusal_of(error) from error
    except (ClientError, OSError, TimeoutError) as error:
        raise Transient("Slack cannot be reached.") from error
    return str(response.get("url"))


def refusal_of(error: SlackApiError) -> BotError:
    """What it means that Slack opens no socket."""
    code = str(cast("Mapping[str, object]", error.response).get("error", ""))
    if code in _LATER:
        return Transient(f"Slack opens no socket just now ({code}).")
    mend = "Make one with connections:write under Basic Information, App-Level Tokens, and switch Socket Mode on."
    return Broken(f"Slack does not accept the app token. {mend} (Slack says: {code})")


def _log() -> logging.Logger:
    log = _Discreet(f"{__name__}.client")
    log.parent = logger
    return log


async def _acknowledge(client: Client, envelope: str, reply: Reply) -> None:
    if reply.status == LATER:
        return
    said: dict[str, object] = {"envelope_id": envelope}
    if reply.body is not None:
        said["payload"] = {**reply.body}
    try:
        await client.send_message(json.dumps(said))
    except (ClientError, OSError):
        # It comes again over the next connection, and is known then.
        logger.warning("An acknowledgement did not reach Slack", extra={"action": "slack.not_acknowledged"})
