"""`/office`: where the page is asked for. Every page is read from the back office as it is at that moment."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from functools import cache, partial
from importlib.resources import files
from ipaddress import ip_address
from typing import TypeVar

from aiohttp import web

from bot.adapters.web.answer import Hear
from bot.adapters.web.office import drawing
from bot.adapters.web.office.drawing import PLACE, Around
from bot.adapters.web.page import note
from bot.domain.errors import BotError, Unknown
from bot.domain.whereabouts import whereabouts
from bot.ports.back_office import BackOffice, DeskLine, Happening
from bot.ports.queries import RunLine

logger = logging.getLogger(__name__)

LATEST, MOST_TOLD = 12, 20
LONGEST, MOST_DIGITS = 200, 15
FORBIDDEN, GONE, LATER = 403, 404, 503
FILES: Mapping[str, str] = {"look.css": "text/css", "live.js": "text/javascript"}
NOT_HERE = "The back office is shown on the machine alone that the bot runs on. Open it there, as http://127.0.0.1."
NOT_NOW = "The back office cannot be read just now. Reload the page in a moment."
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

T = TypeVar("T")
Runs = Callable[[Collection[str]], Awaitable[Mapping[str, RunLine]]]
"""The runs that made calls with these keys, by key."""


class OfficePages:
    """Answers for the page."""

    def __init__(self, office: BackOffice, runs: Runs, *, to_everybody: bool) -> None:
        """Unless it is shown `to_everybody`, only a browser on this machine sees it."""
        self._office, self._runs, self._to_everybody = office, runs, to_everybody

    def mount(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        for name in FILES:
            router.add_get(f"{PLACE}/{name}", partial(_file, name))
        pages: Mapping[str, Hear] = {
            "": self.overview,
            "/changes": self.changes,
            "/search": self.search,
            "/{desk:[a-z_]+}": self.desk,
            "/{desk:[a-z_]+}/{record}": self.record,
        }
        for path, hear in pages.items():
            router.add_get(f"{PLACE}{path}", partial(self._shown, hear))

    async def overview(self, request: web.Request) -> web.Response:
        desks, changes = await asyncio.gather(_read(self._office.desks), self._latest(limit=LATEST))
        around = await self._around(request, changes)
        return _page(drawing.overview(around, desks, changes))

    async def desk(self, request: web.Request) -> web.Response:
        line = await self._line(request)
        words = _words(request)
        lists = await _read(partial(self._office.desk, line.name, words))
        return _page(drawing.desk(await self._around(request), line, lists))

    async def record(self, request: web.Request) -> web.Response:
        line, name = await self._line(request), request.match_info["record"]
        sheet = await _read(partial(self._office.sheet, line.name, name))
        return _page(drawing.record(await self._around(request, sheet.history), line, name, sheet))

    async def search(self, request: web.Request) -> web.Response:
        words = _words(request)
        found = await _read(partial(self._office.search, words))
        titles = {line.name: line.title for line in await _read(self._office.desks)}
        return _page(drawing.found(await self._around(request), titles, found))

    async def changes(self, request: web.Request) -> web.Response:
        """What changed since a number, for the script of a page that stands open."""
        newest = await self._latest(limit=1)
        last = newest[0].n if newest else 0
        since = _number(request, last)
        # Where the office was begun afresh, numbers start anew, and nothing is said to have changed.
        told = await _read(partial(self._office.changes, since, limit=MOST_TOLD)) if since < last else ()
        said = {"last": last, "sentences": [one.sentence for one in reversed(told)]}
        return web.json_response(said, headers=_HEADERS)

    async def _shown(self, hear: Hear, request: web.Request) -> web.StreamResponse:
        if not self._to_everybody and not _is_here(request):
            return note("Not here", NOT_HERE, status=FORBIDDEN)
        try:
            return await hear(request)
        except Unknown as unknown:
            return note("There is nothing here", unknown.message, status=GONE)
        except BotError as error:
            logger.warning("The back office was not shown: %s", whereabouts(error), extra={"action": "office.failed"})
            return note("Not just now", NOT_NOW, status=LATER)

    async def _line(self, request: web.Request) -> DeskLine:
        name, desks = request.match_info["desk"], await _read(self._office.desks)
        line = next((one for one in desks if one.name == name), None)
        if line is None:
            raise Unknown(f"There is no desk {name[:80]}. There is: {', '.join(one.name for one in desks)}.")
        return line

    async def _latest(self, *, limit: int) -> tuple[Happening, ...]:
        return await _read(partial(self._office.changes, 0, limit=limit))

    async def _around(self, request: web.Request, told: Iterable[Happening] = ()) -> Around:
        newest, keys = await self._latest(limit=1), {one.key for one in told}
        last = newest[0].n if newest else 0
        return Around(
            company=self._office.company(),
            last=last,
            new_since=_number(request, last),
            style=_address("look.css"),
            script=_address("live.js"),
            words=_words(request),
            runs=await self._runs(keys) if keys else {},
        )


async def _read(work: Callable[[], T]) -> T:
    """Read a file beside everything else that goes on."""
    return await asyncio.to_thread(work)


def _page(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html", charset="utf-8", headers=_HEADERS)


async def _file(name: str, request: web.Request) -> web.Response:
    del request
    headers = {**_HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}
    return web.Response(body=_content(name), content_type=FILES[name], charset="utf-8", headers=headers)


@cache
def _content(name: str) -> bytes:
    return files(drawing.__name__.rpartition(".")[0]).joinpath(name).read_bytes()


def _address(name: str) -> str:
    """With its content's hash, so that it can be kept for ever."""
    return f"{PLACE}/{name}?{hashlib.sha256(_content(name)).hexdigest()[:12]}"


def _words(request: web.Request) -> str:
    return " ".join(request.query.get("q", "")[:LONGEST].split())


def _number(request: web.Request, otherwise: int) -> int:
    typed = request.query.get("since", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS else otherwise


def _is_here(request: web.Request) -> bool:
    """Whether a browser on this machine asks, by a name of this machine: no other name can be pointed here."""
    host = request.host.rpartition(":")[0] if request.host[-1:].isdigit() and ":" in request.host else request.host
    return _loops_back(host.strip("[]")) and _loops_back(request.remote or "")


def _loops_back(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
