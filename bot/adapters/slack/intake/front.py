"""Signed requests over HTTP: size, clock and signature of the raw bytes first, then their form, then the intake.

Slack's own framework reads a body before it knows whose it is, answers some of what is hostile with an error of its
own, and writes bodies into the log. Here nothing is read before it is known to be Slack's.
"""

import asyncio
from collections.abc import Sequence

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_exceptions import HTTPRequestEntityTooLarge

from bot.adapters.slack.intake.intake import DONE, LATER, STRANGE, STRANGER, Reply, Take, refused
from bot.adapters.slack.intake.parsed import MOST_BYTES, Unparsed, parsed
from bot.adapters.slack.intake.signed import why_unsigned
from bot.ports.clock import Clock

TOO_SLOW, TOO_LARGE = 408, 413
WITHIN = 5.0
"""Seconds that a body may take. Slack does not wait longer than three."""
_NO_RETRY = {"X-Slack-No-Retry": "1"}
"""What was refused once is refused again; Slack need not try."""


class Front:
    """The HTTP side of the door."""

    def __init__(self, take: Take, *, secrets: Sequence[str], clock: Clock, within: float = WITHIN) -> None:
        """Two secrets are good while one replaces the other."""
        if not secrets or not all(secrets):
            raise ValueError("Without a signing secret nothing that comes in can be told from a forgery.")
        self._take = take
        self._secrets = tuple(secrets)
        self._clock = clock
        self._within = within

    async def hear(self, request: web.Request) -> web.Response:
        """Answer one request of Slack's, or of somebody who says so."""
        body = await self._body(request)
        if isinstance(body, Reply):
            response = _response(body)
            response.force_close()  # what is left of the body is nothing we wait for
            return response
        why = why_unsigned(
            body,
            timestamp=request.headers.get("X-Slack-Request-Timestamp", ""),
            signature=request.headers.get("X-Slack-Signature", ""),
            secrets=self._secrets,
            now=self._clock.now(),
        )
        if why:
            return _response(_refused(request, STRANGER, why, size=len(body)))
        try:
            payload = parsed(body, request.headers.get("Content-Type", ""))
        except Unparsed as error:
            return _response(_refused(request, STRANGE, str(error), size=len(body)))
        return _response(await self._take(payload))

    async def _body(self, request: web.Request) -> bytes | Reply:
        if (request.content_length or 0) > MOST_BYTES:
            return _refused(request, TOO_LARGE, "size")
        try:
            async with asyncio.timeout(self._within):
                body = await request.read()
        except HTTPRequestEntityTooLarge:
            return _refused(request, TOO_LARGE, "size")
        except TimeoutError:
            return _refused(request, TOO_SLOW, "slow")
        except (HttpProcessingError, web.RequestPayloadError, OSError):
            return _refused(request, STRANGE, "broken")
        return body if len(body) <= MOST_BYTES else _refused(request, TOO_LARGE, "size")


def _refused(request: web.Request, status: int, reason: str, **more: object) -> Reply:
    return refused(status, reason, remote=request.remote, **more)


def _response(reply: Reply) -> web.Response:
    headers = None if reply.status in (DONE, LATER, TOO_SLOW) else _NO_RETRY
    if reply.body is None:
        return web.Response(status=reply.status, headers=headers)
    return web.json_response({**reply.body}, status=reply.status, headers=headers)
