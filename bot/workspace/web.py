"""Joins the parts into one server on this machine: the Web API, sockets, answers, the page, acts and the control."""

import errno
import logging
import secrets
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.workspace.acts.registry import perform
from bot.workspace.api.serving import add_api_routes
from bot.workspace.begin import Begun, Origin, begun
from bot.workspace.control.routes import Tokens, add_control_routes
from bot.workspace.control.verb import Controls
from bot.workspace.control.watching import Watch
from bot.workspace.delivery.announcing import Announcer
from bot.workspace.delivery.carrying import Carrier
from bot.workspace.delivery.http import Http, new_session
from bot.workspace.delivery.responding import add_response_routes
from bot.workspace.delivery.socket import Goodbye, Sockets, add_socket_routes
from bot.workspace.desk import Desk
from bot.workspace.fault import Faults
from bot.workspace.limit import Limits
from bot.workspace.log import Log, Way
from bot.workspace.page.routes import add_page_routes
from bot.workspace.refusal import CannotStart
from bot.workspace.safety import MOST_BYTES, Hosts, add_headers, guarding, refused

logger = logging.getLogger("workspace")

LOOPBACK = "127.0.0.1"
LAST_PORT = 65_535
LAST_WORDS = 1.0
"""Real seconds that requests have to end when the server stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a workspace is to be served."""

    origin: Origin
    port: int = 0
    """Any free one, where it is 0."""
    host: str = LOOPBACK
    limits: float = 0.0
    """How often the app may call: 1 is as Slack does, 0 counts nothing."""
    neighbours: Mapping[str, str] = field(default_factory=dict[str, str])
    """Other pages that belong to the app, by what they are called."""


@dataclass(frozen=True, slots=True)
class Machinery:
    """What carries deliveries."""

    carrier: Carrier
    sockets: Sockets

    async def wait_idle(self) -> None:
        await self.carrier.wait_idle()

    async def disconnect(self, app: str, reason: str) -> int:
        return await self.sockets.disconnect(app, Goodbye(reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A workspace that is served."""

    desk: Desk
    address: str
    tokens: Tokens
    carrier: Carrier
    sockets: Sockets
    controls: Controls
    begun: Begun
    bugs: list[Exception]
    """What went wrong in the workspace itself. A test fails on any."""
    loopback: bool = True
    """Whether nobody but this machine reaches it."""


@asynccontextmanager
async def opened(options: Options) -> AsyncGenerator[Running]:
    """Serve a workspace until the end. Raises CannotStart where the port is taken or what was kept is unusable."""
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(bound(options.host, options.port))
        address = address_of(listening)
        found = await stack.enter_async_context(begun(options.origin, address))
        running = await stack.enter_async_context(_served(found, address, options, listening))
        yield running


@asynccontextmanager
async def _served(found: Begun, address: str, options: Options, listening: socket.socket) -> AsyncGenerator[Running]:
    async with new_session() as session:
        desk, carrier, sockets = _desk(found, address, Http(session), options.limits)
        desk.neighbours = options.neighbours
        watch = Watch(desk)
        controls = Controls(
            desk, watch, Machinery(carrier, sockets), lambda: _anew(found, desk, carrier, options.limits)
        )
        running = Running(
            desk=desk,
            address=address,
            tokens=Tokens(control=secrets.token_urlsafe(32), page=secrets.token_urlsafe(32)),
            carrier=carrier,
            sockets=sockets,
            controls=controls,
            begun=found,
            bugs=[],
            loopback=Hosts().knows(options.host),
        )
        runner = web.AppRunner(build(running, _hosts(options.host)), access_log=None, shutdown_timeout=LAST_WORDS)
        await runner.setup()
        try:
            await web.SockSite(runner, listening).start()
            yield running
        finally:
            watch.close()
            await runner.cleanup()
            await carrier.close()


def _desk(found: Begun, address: str, http: Http, limits: float) -> tuple[Desk, Carrier, Sockets]:
    workspace, log, faults, counted = found.workspace, Log(), Faults(), Limits(limits)
    sockets = Sockets(workspace, address, log)
    carrier = Carrier(workspace=workspace, log=log, faults=faults, limits=counted, http=http, socket=sockets)
    workspace.listen(Announcer(workspace, carrier).hear)
    return Desk(workspace, address, carrier, log, faults, counted, connections=sockets), carrier, sockets


def _anew(found: Begun, desk: Desk, carrier: Carrier, limits: float) -> None:
    """Everything as at the beginning, trouble and limits too."""
    carrier.begin_anew()
    desk.faults.pending.clear()
    desk.limits.factor = limits
    desk.limits.forget()
    desk.log.clear()
    found.anew()


def build(running: Running, hosts: Hosts | None = None) -> web.Application:
    """Everything that is served, as one application."""
    app = web.Application(middlewares=[guarding(hosts or Hosts()), _catching(running)], client_max_size=MOST_BYTES)
    app.on_response_prepare.append(add_headers)
    app.router.add_get("/healthz", _well)
    add_api_routes(app, running.desk)
    add_socket_routes(app, running.sockets)
    add_response_routes(app, running.desk)
    add_control_routes(app, running.controls, running.tokens, lambda name, given: perform(running.desk, name, given))
    add_page_routes(app, running.desk, running.tokens.page)
    return app


async def _well(request: web.Request) -> web.Response:
    del request
    return web.json_response({"ok": True})


def _catching(running: Running) -> Middleware:
    """What nobody expected is a bug: it is written down, and the caller is told that it was not their fault."""

    @web.middleware
    async def catch(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException:
            raise
        except Exception as error:
            running.bugs.append(error)
            logger.exception("The workspace failed on %s %s", request.method, request.path)
            said = f"{type(error).__name__} in the workspace itself"
            now = running.desk.workspace.clock.now()
            running.desk.log.write(at=now, way=Way.NOTE, app="", name="bug", request=request.path, status=said)
            return refused(f"{said}. This is a bug: please report it with what the terminal shows.", status=500)

    return catch


def _hosts(host: str) -> Hosts:
    """Under which names it is asked for: more than loopback's only where it listens beyond."""
    beyond = not Hosts().knows(host)
    return Hosts(frozenset({host, socket.gethostname().lower()}) if beyond else frozenset(), any_address=beyond)


# --- where it listens --------------------------------------------------------------------------------------------


def bound(host: str, port: int, *, what: str = "The workspace") -> socket.socket:
    """A socket that listens there. Raises CannotStart where that cannot be."""
    try:
        if port > LAST_PORT:
            raise OSError(errno.EINVAL, f"{LAST_PORT} is the last port")
        return socket.create_server((host, port), backlog=512)
    except OSError as error:
        raise CannotStart(_taken(error, host, port, what)) from None


def _taken(error: OSError, host: str, port: int, what: str) -> str:
    reason = "something else does already" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
    said = f"{what} cannot listen on {host}:{port}: {reason}."
    return f"{said} Choose another port with --port, such as --port {port + 10 if port < 65_000 else 3_000}."


def address_of(listening: socket.socket) -> str:
    host, port, *_ = listening.getsockname()
    name = LOOPBACK if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104  only compared
    return f"http://{name}:{port}"
