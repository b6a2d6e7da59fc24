"""How the doors answer: one sentence as JSON, which says what to do and quotes nothing of what was sent."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Middleware
from aiohttp.web_exceptions import HTTPException, HTTPRequestEntityTooLarge

from bot.domain.errors import OverLimit, StoreBusy, StoreFailed
from bot.domain.person import Door
from bot.domain.whereabouts import whereabouts

logger = logging.getLogger(__name__)

KEPT, NOTHING = 202, 204
STRANGE, STRANGER, TOO_SLOW, TOO_LARGE, OTHER_KIND, MANY, LATER = 400, 401, 408, 413, 415, 429, 503
WITHIN = 5.0
"""Seconds that a body may take."""
SOON, A_WHILE = 5, 60
"""Seconds after which to come again."""

Hear = Callable[[web.Request], Awaitable[web.StreamResponse]]
_FIXED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class NotTaken(Exception):
    """Nothing was kept, and the sentence says why."""

    def __init__(self, status: int, why: str, *, reason: str = "", again: int = 0) -> None:
        """`reason` is a word for the log; `again` the seconds after which it may be sent again."""
        super().__init__(why)
        self.status, self.why, self.reason, self.again = status, why, reason or str(status), again


def said(status: int, **what: str) -> web.Response:
    """An answer as JSON."""
    return web.json_response(what, status=status, headers=_FIXED) if what else web.Response(status=status)


async def body_of(request: web.Request, *, most: int, within: float = WITHIN) -> bytes:
    """The whole body. Raises NotTaken where it is too large, too slow or cut off."""
    too_large = NotTaken(TOO_LARGE, f"More than {most:,} bytes are not read here.", reason="size")
    if (request.content_length or 0) > most:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(within):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > most:
                    raise too_large
    except TimeoutError:
        raise NotTaken(TOO_SLOW, f"It took longer than {within:g} seconds to send this.", reason="slow") from None
    except HTTPRequestEntityTooLarge:
        raise too_large from None
    except (HttpProcessingError, web.RequestPayloadError, OSError):
        raise NotTaken(STRANGE, "The request was cut off.", reason="broken") from None
    return bytes(body)


@web.middleware
async def answering(request: web.Request, handler: Hear) -> web.StreamResponse:
    """Whatever happens, the answer is one of ours: nobody outside reads a trace, and nothing is answered by silence."""
    try:
        return await handler(request)
    except NotTaken as refused:
        return _refused(request, refused)
    except OverLimit as limit:
        return _refused(request, NotTaken(MANY, limit.message, reason="limit", again=A_WHILE))
    except (StoreBusy, StoreFailed):
        again = "It cannot be kept just now. Send it again in a moment."
        return _refused(request, NotTaken(LATER, again, reason="store", again=SOON))
    except HTTPException as error:
        answer = said(error.status, error=f"{error.reason}.")
        answer.headers.update({name: value for name, value in error.headers.items() if name == "Allow"})
        return answer
    except Exception as error:
        logger.error("A door failed: %s", whereabouts(error), extra={"action": "door.failed"})
        again = "Something failed here, and nothing was kept. Send it again later."
        return _refused(request, NotTaken(LATER, again, reason="failed", again=A_WHILE))


def place_of(request: web.Request) -> str:
    """The first word of its path."""
    return request.path[1:].partition("/")[0]


_DOORS = {"hooks": Door.WEBHOOK, "mail": Door.MAIL, "forms": Door.FORM, "inquiries": Door.FORM}


def counting(turned_away: Counter[Door]) -> Middleware:
    """Counts whoever is asked to come again later, by the door they came to."""

    @web.middleware
    async def count(request: web.Request, handler: Hear) -> web.StreamResponse:
        response = await handler(request)
        door = _DOORS.get(place_of(request))
        if response.status == MANY and door is not None:
            turned_away[door] += 1
        return response

    return count


def _refused(request: web.Request, refused: NotTaken) -> web.Response:
    extra = {"action": "door.refused", "reason": refused.reason, "remote": request.remote}
    logger.warning("A request to the doors was refused: %s", refused.reason, extra=extra)
    answer = said(refused.status, error=refused.why)
    if refused.again:
        answer.headers["Retry-After"] = str(refused.again)
    if refused.status == STRANGER:
        answer.headers["WWW-Authenticate"] = "Signature"
    if refused.status in (TOO_SLOW, TOO_LARGE) or not request.content.is_eof():
        answer.force_close()  # what is left of the body is nothing we wait for
    return answer
