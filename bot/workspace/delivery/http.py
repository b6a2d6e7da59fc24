"""Signed HTTP, as Slack sends it: one request a try, never following where it is sent on to."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never
from urllib.parse import urlencode

import aiohttp

from bot.workspace.delivery.courier import Delivery, DeliveryKind, NoAnswer
from bot.workspace.delivery.letter import Letter, Reason, Reply
from bot.workspace.delivery.reading import read_answer
from bot.workspace.delivery.signing import signed_headers
from bot.workspace.fault import Fault, Trouble

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
LONGEST_ANSWER = 1_000_000
EVENT_PAUSES = (0.0, 60.0, 300.0)
"""An event is tried again at once, after a minute and after five."""


@dataclass(slots=True)
class Http:
    """Brings deliveries to the addresses an app gave."""

    session: aiohttp.ClientSession
    signed_at: Callable[[], float] = field(default=time.time)
    """The machine's time, even where the workspace's stands still: an app refuses what was signed long ago."""
    name: str = "http"

    def pauses(self, letter: Letter) -> tuple[float, ...]:
        return EVENT_PAUSES if letter.delivery.kind is DeliveryKind.EVENT else ()

    async def bring(self, letter: Letter) -> Reply:
        delivery = letter.delivery
        url, body = address_of(delivery), body_of(delivery)
        if not url:
            return _lost("no address is set for it", Reason.CONNECTION, NoAnswer.UNREACHABLE)
        headers = _headers(letter) | signed_headers(delivery.app.signing_secret, int(self.signed_at()), body)
        try:
            async with self.session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                return await _read(response, delivery.kind)
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL):
            return _lost("nobody listens there", Reason.CONNECTION, NoAnswer.UNREACHABLE)
        except (aiohttp.ClientError, OSError, ValueError):
            return _lost("the connection broke", Reason.UNKNOWN, NoAnswer.REFUSED)

    async def spoil(self, kind: DeliveryKind, fault: Fault) -> Reply:
        match fault.trouble:
            case Trouble.DROP_BEFORE:
                return _lost("the connection broke before", Reason.CONNECTION, NoAnswer.UNREACHABLE)
            case Trouble.DROP_AFTER:
                return _lost("the connection broke after", Reason.UNKNOWN, NoAnswer.REFUSED)
            case Trouble.STATUS | Trouble.ERROR:
                return read_answer(kind, fault.status or 500, raw=(fault.body or fault.error).encode())
            case Trouble.GARBAGE:
                return read_answer(kind, 200, content_type=JSON, raw=(fault.body or "<no JSON>").encode())
            case Trouble.NONE:
                return Reply(status="200")
            case _:
                assert_never(fault.trouble)

    def forget(self, letter: Letter) -> None:
        """Nothing is kept: what comes after the time is up has no connection to come by."""


async def _read(response: aiohttp.ClientResponse, kind: DeliveryKind) -> Reply:
    raw = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        raw += chunk
        if len(raw) > LONGEST_ANSWER:
            return _lost("an answer that does not end", Reason.UNKNOWN, NoAnswer.REFUSED)
    reply = read_answer(kind, response.status, content_type=response.content_type, raw=bytes(raw))
    if reply.trouble and response.headers.get("X-Slack-No-Retry") == "1":
        return Reply(status=reply.status, trouble=reply.trouble, reason=reply.reason, final=True)
    return reply


def address_of(delivery: Delivery) -> str:
    """Where an app wants it."""
    app = delivery.app
    match delivery.kind:
        case DeliveryKind.EVENT:
            return app.events_url or app.url
        case DeliveryKind.COMMAND:
            command = app.command(str(delivery.payload.get("command")))
            return (command.url if command else "") or app.url
        case DeliveryKind.INTERACTION:
            options = app.options_url if delivery.wants_options else ""
            return options or app.interactions_url or app.url
        case _:
            assert_never(delivery.kind)


def body_of(delivery: Delivery) -> bytes:
    match delivery.kind:
        case DeliveryKind.EVENT:
            return json.dumps(delivery.payload, separators=(",", ":")).encode()
        case DeliveryKind.COMMAND:
            return urlencode(delivery.payload).encode()
        case DeliveryKind.INTERACTION:
            return urlencode({"payload": json.dumps(delivery.payload, separators=(",", ":"))}).encode()
        case _:
            assert_never(delivery.kind)


def _headers(letter: Letter) -> dict[str, str]:
    event = letter.delivery.kind is DeliveryKind.EVENT
    headers = {
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept": "*/*" if event else "application/json,*/*",
        "Content-Type": JSON if event else FORM,
    }
    if letter.attempt:
        headers |= {"X-Slack-Retry-Num": str(letter.attempt), "X-Slack-Retry-Reason": letter.reason or Reason.UNKNOWN}
    return headers


def _lost(status: str, reason: Reason, trouble: NoAnswer) -> Reply:
    return Reply(status=status, trouble=trouble, reason=reason)


def new_session() -> aiohttp.ClientSession:
    """Without cookies, limits of its own, or patience of its own: the carrier's clock decides."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        auto_decompress=True,
    )
