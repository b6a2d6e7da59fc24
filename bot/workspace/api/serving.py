"""The Web API over HTTP: calls, uploads, files and photos."""

from functools import partial
from typing import Final
from urllib.parse import quote

import aiohttp
from aiohttp import web

from bot.workspace.api.calling import Reply, answer
from bot.workspace.api.files import LARGEST as LARGEST_FILE
from bot.workspace.api.photo import photo
from bot.workspace.api.reading import Incoming, TooLarge, first_part, read, read_body
from bot.workspace.changes.filing import fill
from bot.workspace.desk import Desk
from bot.workspace.state.file import File

PHOTO_SIZES = range(1, 1025)
SHOWN: Final = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain")
"""What a browser may show by itself; everything else it saves, since it could act in our name."""

BROKEN = (ConnectionError, aiohttp.ClientPayloadError, web.RequestPayloadError)
"""A body that did not come whole."""


def add_api_routes(app: web.Application, desk: Desk) -> None:
    """Serve everything of Slack's that an app calls."""
    call = partial(_call, desk)
    app.router.add_get("/api/{method}", call)
    app.router.add_post("/api/{method}", call)
    app.router.add_post("/upload/v1/{key}", partial(_upload, desk))
    app.router.add_get("/files/{id}/{key}/{name}", partial(_file, desk))
    app.router.add_get("/files/{id}/{key}/download/{name}", partial(_file, desk))
    app.router.add_get(r"/photos/{person}-{size:\d{1,4}}.svg", partial(_photo, desk))


# --- calls -------------------------------------------------------------------------------------------------------


async def _call(desk: Desk, request: web.Request) -> web.Response:
    try:
        incoming = await read(request)
    except TooLarge:
        incoming = Incoming(method=request.match_info["method"], trouble="request_too_large")
    except BROKEN:
        incoming = Incoming(method=request.match_info["method"], trouble="request_timeout")
    reply = await answer(desk, incoming)
    if reply.drop and request.transport is not None:
        request.transport.abort()
    return _response(reply, 413 if incoming.trouble == "request_too_large" else reply.status)


def _response(reply: Reply, status: int) -> web.Response:
    headers = {"x-accepted-oauth-scopes": reply.accepted} if reply.accepted else {}
    if reply.scopes:
        headers["x-oauth-scopes"] = reply.scopes
    if reply.retry_after:
        headers["Retry-After"] = " ".join(reply.retry_after.split())
    kind = "text/html" if isinstance(reply.body, str) else "application/json"
    body = reply.text().encode("utf-8", "replace")
    return web.Response(status=status, body=body, headers=headers, content_type=kind, charset="utf-8")


# --- files -------------------------------------------------------------------------------------------------------


async def _upload(desk: Desk, request: web.Request) -> web.Response:
    """Take the content of a file in that was asked for."""
    key = request.match_info["key"]
    file = next((one for one in desk.workspace.files.values() if one.key == key and not one.complete), None)
    if file is None:
        return web.Response(status=404, text="404 - No such upload")
    try:
        content = await read_body(request, LARGEST_FILE)
    except TooLarge:
        return web.Response(status=413, text="413 - File too large")
    except BROKEN:
        return web.Response(status=400, text="400 - Incomplete upload")
    data = first_part(request, content)
    if not data:
        return web.Response(status=400, text="400 - No data")
    fill(file, data)
    return web.Response(text=f"OK - {len(data)}")


async def _file(desk: Desk, request: web.Request) -> web.Response:
    """A file, for an app that may see it and for our own page. Anybody else is sent to the page, as Slack does."""
    file = desk.workspace.files.get(request.match_info["id"])
    if file is None or file.key != request.match_info["key"] or file.data is None:
        raise web.HTTPNotFound
    if not _may_have(desk, request, file):
        raise web.HTTPFound(f"/?redir={quote(request.path)}")
    shown = file.mimetype in SHOWN and "/download/" not in request.path
    place = "inline" if shown else "attachment"
    headers = {
        "Content-Disposition": f"{place}; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=3600",
    }
    return web.Response(body=file.data, headers=headers, content_type=file.mimetype)


def _may_have(desk: Desk, request: web.Request, file: File) -> bool:
    # A browser says itself that our own page asks, or somebody who opened an address; other sites cannot say that.
    if request.headers.get("Sec-Fetch-Site") in ("same-origin", "none"):
        return True
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    app = desk.workspace.app_of(token.strip()) if scheme.lower() == "bearer" and token.strip() else None
    if app is None or app.revoked or not app.may("files:read"):
        return False
    channels = desk.workspace.channels
    return file.app == app.id or any(app.user in channels[id].people for id in file.channels if id in channels)


async def _photo(desk: Desk, request: web.Request) -> web.Response:
    size = int(request.match_info["size"])
    picture = photo(desk.workspace, request.match_info["person"], size) if size in PHOTO_SIZES else None
    if picture is None:
        raise web.HTTPNotFound
    return web.Response(text=picture, content_type="image/svg+xml", headers={"Cache-Control": "max-age=3600"})
