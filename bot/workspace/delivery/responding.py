"""The addresses at which apps answer later: five times in half an hour."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, assert_never
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web

from bot.workspace.changes.granting import Unusable, look_at_response_url, use_response_url
from bot.workspace.delivery.answering import respond
from bot.workspace.fault import Fault, Faults, Trouble
from bot.workspace.log import Log, Way
from bot.workspace.payload import Json, as_object, read_json
from bot.workspace.state.grant import ResponseUrl
from bot.workspace.state.workspace import Workspace

LARGEST, MOST_FIELDS = 1_000_000, 100
NAME = "response_url"
"""What faults and the log call an answer that comes by address."""


class Desk(Protocol):
    """What of a desk is needed here."""

    @property
    def workspace(self) -> Workspace: ...
    @property
    def log(self) -> Log: ...
    @property
    def faults(self) -> Faults: ...


def add_response_routes(app: web.Application, desk: Desk) -> None:
    """Where answers come in later: five times in half an hour."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return await _answer(desk, request)

    app.router.add_post("/response/{key}", answer)


async def _answer(desk: Desk, request: web.Request) -> web.StreamResponse:
    grant = look_at_response_url(desk.workspace, request.match_info["key"])
    app, channel = (grant.app, grant.channel) if isinstance(grant, ResponseUrl) else ("", "")
    body = await _body(request)
    now = desk.workspace.clock.now()
    line = desk.log.write(at=now, way=Way.CALL, app=app, name=NAME, request=body)
    fault = desk.faults.take(NAME, channel=channel)

    async def apply() -> web.Response:
        error = _use(desk.workspace, grant, body)
        line.status = error or "ok"
        return _said(error)

    response = await (_in_trouble(desk, request, fault, apply) if fault else apply())
    line.status = line.status or str(response.status)
    line.response = response.text if isinstance(response, web.Response) else None
    desk.log.tell(line)
    return response


def _use(workspace: Workspace, grant: ResponseUrl | Unusable, body: Json | None) -> str:
    if isinstance(grant, Unusable):
        return grant.value
    if body is None:
        return "invalid_payload"
    error = respond(workspace, grant, body)
    if not error:
        use_response_url(grant)
    return error


def _said(error: str) -> web.Response:
    if not error:
        return web.Response(text="ok", content_type="text/html")
    known = error in {one.value for one in Unusable}
    return web.json_response({"ok": False, "error": error}, status=404 if known else 400)


async def _body(request: web.Request) -> Json | None:
    """What was posted: JSON, or JSON in the form field `payload`. None where it is neither."""
    raw = await _read(request)
    if raw is None:
        return None
    if request.content_type == "application/x-www-form-urlencoded":
        raw = _payload(raw)
    return as_object(read_json(raw))


def _payload(form: bytes) -> bytes:
    try:
        fields = parse_qs(form.decode(errors="replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return b""
    return fields.get("payload", [""])[0].encode()


async def _read(request: web.Request) -> bytes | None:
    raw = bytearray()
    try:
        async for chunk in request.content.iter_any():
            raw += chunk
            if len(raw) > LARGEST:
                return None
    except (ConnectionError, aiohttp.ClientPayloadError, web.RequestPayloadError):
        return None
    return bytes(raw)


async def _in_trouble(
    desk: Desk, request: web.Request, fault: Fault, apply: Callable[[], Awaitable[web.Response]]
) -> web.StreamResponse:
    if fault.delay:
        await desk.workspace.clock.sleep(fault.delay)
    match fault.trouble:
        case Trouble.NONE:
            return await apply()
        case Trouble.ERROR:
            return _said(fault.error or "internal_error")
        case Trouble.STATUS:
            headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
            return web.Response(status=fault.status or 500, text=fault.body, headers=headers)
        case Trouble.GARBAGE:
            await apply()
            return web.Response(text=fault.body or "<html>")
        case Trouble.DROP_BEFORE:
            return _drop(request)
        case Trouble.DROP_AFTER:
            await apply()
            return _drop(request)
        case _:
            assert_never(fault.trouble)


def _drop(request: web.Request) -> web.Response:
    transport = request.transport
    if isinstance(transport, asyncio.Transport):
        transport.abort()
    return web.Response()
