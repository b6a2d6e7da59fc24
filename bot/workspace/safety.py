"""What keeps other web sites in the same browser out: nobody but our own page may read or act.

A page of another site can make a browser send requests here. What it cannot do is choose the headers with which the
browser says where they come from. So: the host must be a name of this machine, which a name that was pointed here is
not; whatever says that it comes from elsewhere is refused; only an ordinary link may lead here; and acting needs a
token in a header, which no other site can read or send. There is no CORS.
"""

import hmac
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

MOST_BYTES = 16 * 1024 * 1024
"""The largest body that is read."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
STRICTEST = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
"""What a response may load and do where it says nothing of its own."""

_OURS = ("same-origin", "none")
"""From our own page, or typed by a person."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """Under which names this machine is asked for: its own loopback names, unless more are told."""

    more: frozenset[str] = frozenset()
    any_address: bool = False
    """Any number is good: it listens beyond loopback. A number, unlike a name, cannot be pointed here by anybody."""

    def knows(self, host: str) -> bool:
        name = _name_of(host)
        if name == "localhost" or name in self.more:
            return True
        loops = _loops_back(name)
        return loops is not None and (loops or self.any_address)


@lru_cache(maxsize=100)
def _loops_back(name: str) -> bool | None:
    """Whether a number is one of loopback's; None where it is no number."""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return None


def _name_of(host: str) -> str:
    """A `Host` header without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def refusal(request: web.Request, hosts: Hosts) -> str:
    """Why a request is refused, as a sentence; empty where it may go on."""
    if not hosts.knows(request.host):
        return "This name does not belong to the workspace. Open it as http://127.0.0.1 and its port."
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        return "Another web site asked for this. The workspace answers only its own page and apps."
    if request.headers.get("Sec-Fetch-Site", "none") not in _OURS and not _is_link(request):
        return "Another web site asked for this. The workspace answers only its own page and apps."
    return ""


def _is_link(request: web.Request) -> bool:
    """Whether somebody follows a link or types an address: a whole page is opened, and nothing can be read of it."""
    mode, kind = request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest")
    return request.method == "GET" and mode == "navigate" and kind == "document"


def is_secret(given: str, secret: str) -> bool:
    """Whether a token is the right one. Takes as long for one that is nearly right."""
    return bool(secret) and hmac.compare_digest(given.encode(errors="replace"), secret.encode())


def guarding(hosts: Hosts) -> Middleware:
    """The first thing every request meets."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        said = refusal(request, hosts)
        return refused(said) if said else await handler(request)

    return guard


def refused(sentence: str, *, status: int = 403) -> web.Response:
    return web.json_response({"ok": False, "error": sentence}, status=status)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """On every response, whatever came of the request."""
    del request
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", STRICTEST)
