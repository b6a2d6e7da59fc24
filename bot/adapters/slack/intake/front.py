"""Signed requests over HTTP: size, clock and signature of the raw bytes first, then their form, then the intake.

Bolt would read a body before it knows whose it is, answer some of what is hostile with an error of its own, and write
bodies into the log. So it is handed what was found sound, as it is handed what comes over a socket.
"""

from collections.abc import Sequence

from aiohttp import web
from aiohttp.web_exceptions import HTTPRequestEntityTooLarge
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.adapters.slack.intake.intake import DONE, LATER, STRANGE, STRANGER, Reply, refused
from bot.adapters.slack.intake.parsed import MOST_BYTES, Unparsed, parsed
from bot.adapters.slack.intake.signed import why_unsigned
from bot.ports.clock import Clock

TOO_LARGE = 413
_NO_RETRY = {"X-Slack-No-Retry": "1"}
"""What was refused once is refused again; Slack need not try."""


class Front:
    """The HTTP side of the door."""

    def __init__(self, app: AsyncApp, *, secrets: Sequence[str], clock: Clock) -> None:
        if not secrets:
            raise ValueError("Without a signing secret nothing that comes in can be told from a forgery.")
        self._app = app
        self._secrets = secrets
        self._clock = clock

    async def hear(self, request: web.Request) -> web.Response:
        """Answer one request of Slack's, or of somebody who says so."""
        body = await self._body(request)
        if body is None:
            return _answer(refused(TOO_LARGE, "size"))
        why = why_unsigned(
            body,
            timestamp=request.headers.get("X-Slack-Request-Timestamp", ""),
            signature=request.headers.get("X-Slack-Signature", ""),
            secrets=self._secrets,
            now=self._clock.now(),
        )
        if why:
            return _answer(refused(STRANGER, why, size=len(body)))
        try:
            payload = parsed(body, request.headers.get("Content-Type", ""))
            asked = AsyncBoltRequest(mode="socket_mode", body={**payload})
        except Unparsed as error:
            return _answer(refused(STRANGE, str(error), size=len(body)))
        except (AttributeError, KeyError, TypeError, ValueError):
            return _answer(refused(STRANGE, "shape", size=len(body)))
        return await self._dispatch(asked)

    async def _body(self, request: web.Request) -> bytes | None:
        if (request.content_length or 0) > MOST_BYTES:
            return None
        try:
            body = await request.read()
        except HTTPRequestEntityTooLarge:
            return None
        return body if len(body) <= MOST_BYTES else None

    async def _dispatch(self, asked: AsyncBoltRequest) -> web.Response:
        answer = await self._app.async_dispatch(asked)
        headers = {} if answer.status in (DONE, LATER) else _NO_RETRY
        kind = "application/json" if answer.body.startswith("{") else "text/plain"
        return web.Response(status=answer.status, text=answer.body, content_type=kind, headers=headers)


def _answer(reply: Reply) -> web.Response:
    return web.Response(status=reply.status, headers=_NO_RETRY)
