"""Where the page is asked for, and what its scripts ask for while it stands open. Acting goes to `/act/{name}`."""

import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from bot.workspace.desk import Desk
from bot.workspace.page.feed import Counter, Feed, shown
from bot.workspace.page.finding import find
from bot.workspace.page.listing import listing
from bot.workspace.page.patch import RELOAD, opened_thread
from bot.workspace.page.render.mrkdwn import as_typed
from bot.workspace.page.render.timeline import timeline
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.page.shell import shell
from bot.workspace.page.static import KINDS, content, named
from bot.workspace.page.where import Where, actors, first, found, linked
from bot.workspace.safety import is_secret, refused

HEADER: Final = "X-Workspace-Page"
"""The header by which scripts of the page are known. No other site can send it."""

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
FOR_EVER: Final = "public, max-age=31536000, immutable"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_page_routes(app: web.Application, desk: Desk, token: str) -> None:
    """Serve the page. `token` is what its scripts prove themselves with."""
    pages = Pages(desk, token)
    app.on_shutdown.append(pages.close)
    app.router.add_get("/", pages.begin)
    app.router.add_get("/as/{person}", pages.begin_as)
    app.router.add_get("/as/{person}/", pages.begin_as)
    app.router.add_get("/as/{person}/{place}", pages.page)
    app.router.add_get("/archives/{channel}/{stamp}", pages.message)
    app.router.add_get("/static/{name}", serve_static)
    asked: dict[str, Answer] = {
        "live": pages.live,
        "older": pages.older,
        "thread": pages.thread,
        "find": pages.find,
        "list": pages.list,
        "source": pages.source,
        "log": pages.log,
    }
    for name, answer in asked.items():
        app.router.add_get(f"/page/{name}", _proven(answer, token))


def _proven(answer: Answer, token: str) -> Answer:
    async def proven(request: web.Request) -> web.StreamResponse:
        if not is_secret(request.headers.get(HEADER, ""), token):
            return refused("Reload the page: the workspace was started anew since it was opened.", status=401)
        return await answer(request)

    return proven


async def serve_static(request: web.Request) -> web.Response:
    name = named(request.match_info["name"])
    try:
        body = content(name)
    except FileNotFoundError:
        raise web.HTTPNotFound from None
    kind = KINDS[name.rpartition(".")[2]]
    return web.Response(body=body, content_type=kind, charset="utf-8", headers={"Cache-Control": FOR_EVER})


class Pages:
    """Answers for the page."""

    def __init__(self, desk: Desk, token: str) -> None:
        self._desk = desk
        self._token = token
        self._counter = Counter(desk.workspace)
        self._feeds: dict[str, Feed] = {}

    async def close(self, app: web.Application) -> None:
        """Let every open page go: the server stops."""
        del app
        for feed in self._feeds.values():
            feed.close()

    async def begin(self, request: web.Request) -> web.Response:
        """The first person in their first channel."""
        del request
        person = next(actors(self._desk.workspace), None)
        if person is None:
            return web.Response(text="There is nobody here to act as. Add a person to the company file.", status=404)
        raise web.HTTPFound(first(self._desk.workspace, person).path())

    async def begin_as(self, request: web.Request) -> web.Response:
        workspace = self._desk.workspace
        person = workspace.person_named(request.match_info["person"])
        if person is None or person.is_bot or person.deleted:
            raise web.HTTPFound("/")
        raise web.HTTPFound(first(workspace, person).path())

    async def message(self, request: web.Request) -> web.Response:
        """The page at the message that a link leads to."""
        channel, stamp = request.match_info["channel"], request.match_info["stamp"]
        address = linked(self._desk.workspace, request.query.get("as", ""), channel, stamp)
        if address is None:
            text = "This link leads to no message you can see: it was deleted, or stands where you are not."
            return web.Response(text=text, status=404)
        raise web.HTTPFound(address)

    async def page(self, request: web.Request) -> web.Response:
        where = self._where(request, request.match_info["person"], request.match_info["place"])
        if where is None:
            raise web.HTTPFound(f"/as/{request.match_info['person']}")
        viewer = Viewer(self._desk.workspace, where.person)
        text = shell(viewer, where, self._token, version=self._counter.version, neighbours=self._desk.neighbours)
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return web.Response(text=text, content_type="text/html", headers=headers)

    def _where(self, request: web.Request, person: str, place: str) -> Where | None:
        query = request.query
        thread, message = query.get("thread", ""), query.get("message", "")
        return found(self._desk.workspace, person, place, thread=thread, message=message)

    def _asked(self, request: web.Request) -> tuple[Viewer, Where]:
        """Who asks, and where their page stands."""
        query = request.query
        where = self._where(request, query.get("as", ""), query.get("place", ""))
        if where is None:
            raise web.HTTPNotFound
        return Viewer(self._desk.workspace, where.person), where

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Operations for a page, line by line, as long as it stands open."""
        viewer, where = self._asked(request)
        feed, name = Feed(self._desk, viewer, where), secrets.token_urlsafe(12)
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson", "Cache-Control": "no-store"})
        feed.begin()
        feed.watch(log="log" in request.query)
        self._feeds[name] = feed
        feed.tell({"op": "begun", "text": name})
        try:
            if request.query.get("version") not in (None, str(self._counter.version)):
                feed.tell(RELOAD)  # something happened between the page and this stream
            await response.prepare(request)
            async for lines in feed.lines():
                await response.write(lines)
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            feed.end()
            del self._feeds[name]
        return response

    async def older(self, request: web.Request) -> web.Response:
        viewer, where = self._asked(request)
        if where.channel is None:
            raise web.HTTPNotFound
        return _html(timeline(viewer, where.channel, before=request.query.get("before", "")))

    async def thread(self, request: web.Request) -> web.Response:
        """A thread, which the page's stream goes by from now on; none where it is closed."""
        viewer, where = self._asked(request)
        feed = self._feeds.get(request.query.get("feed", ""))
        if feed is not None:
            feed.turn(where.thread)
        if "thread" not in request.query:
            return web.json_response({})
        if where.channel is None or not where.thread:
            return refused("This thread is gone: its first message was deleted.", status=404)
        return web.json_response(opened_thread(viewer, where.channel, where.thread))

    async def find(self, request: web.Request) -> web.Response:
        viewer, _ = self._asked(request)
        return web.json_response(find(viewer, request.query.get("source", ""), request.query.get("q", "")[:100]))

    async def list(self, request: web.Request) -> web.Response:
        """A list for a dialog: members, pins, channels to join, people to write to."""
        viewer, where = self._asked(request)
        return _html(listing(viewer, where, request.query.get("what", "")))

    async def source(self, request: web.Request) -> web.Response:
        """What somebody typed, to be edited."""
        viewer, _ = self._asked(request)
        message = self._desk.workspace.message(request.query.get("channel", ""), request.query.get("ts", ""))
        if message is None or message.user != viewer.person.id:
            raise web.HTTPNotFound
        return web.json_response({"text": as_typed(viewer, message.text)})

    async def log(self, request: web.Request) -> web.Response:
        """What was called and delivered so far, for the inspector; its page follows the rest, or no longer does."""
        feed = self._feeds.get(request.query.get("feed", ""))
        if feed is not None:
            feed.watch(log="follow" in request.query)
        lines = [shown(self._desk.workspace, line) for line in self._desk.log.lines][-500:]
        return web.json_response(lines, dumps=lambda said: json.dumps(said, default=str))


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")
