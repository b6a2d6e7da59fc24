"""A real server on this machine that does what a script says, and a system behind it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.adapters.systems.rest import bind
from bot.adapters.systems.rest.pace import Pace
from bot.adapters.systems.rest.system import Rest
from bot.adapters.systems.rest.wire import Changing, Host, credential_headers
from bot.intents import helpdesk

DESK = Path(__file__).with_name("desk.toml")
KEY = "k" * 40
CREDENTIAL = "credential-0123456789"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]

TICKET = helpdesk.Ticket(id="T-1", customer_id="C-1", email="ada@example.com", subject="Hello", body="Help")
OPEN = helpdesk.OpenTicket(customer_id="C-1", subject="Hello", body="Help")
CREDIT = helpdesk.GrantCredit(customer_id="C-1", cents=1250, reason="Ünfair & late")
NOTICE = helpdesk.NotifyPartner(ticket_id="T-1", text="Look at it.")
CLOSE = helpdesk.CloseTicket(ticket_id="T-1")


class Noon:
    def now(self) -> datetime:
        return NOON


@dataclass(frozen=True)
class Heard:
    """A request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str


def says(data: object, status: int = 200, **headers: str) -> Answering:
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(data, status=status, headers=named)

    return answer


@dataclass
class Remote:
    """The server: answers in turn, the last one again and again."""

    script: list[Answering] = field(default_factory=list[Answering])
    heard: list[Heard] = field(default_factory=list[Heard])
    applied: list[str] = field(default_factory=list[str])

    async def hear(self, request: web.Request) -> web.StreamResponse:
        body = (await request.read()).decode()
        query, headers = dict(request.query), dict(request.headers)
        self.heard.append(Heard(request.method, request.raw_path.partition("?")[0], query, headers, body))
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return await answer(request)


async def hangs_up(request: web.Request) -> web.StreamResponse:
    """Takes everything in, and says nothing."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def half(request: web.Request) -> web.StreamResponse:
    """Promises more than it says."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"id": "1"')
    assert request.transport is not None
    request.transport.close()
    return response


@asynccontextmanager
async def serving(remote: Remote) -> AsyncGenerator[TestServer]:
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", remote.hear)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    try:
        yield server
    finally:
        await server.close()


def desk(url: str, *, pace: Pace | None = None, host: Host | None = None) -> Rest:
    entrance = credential_headers("bearer", header="Authorization", prefix="", credential=CREDENTIAL)
    plain = Host(name="Desk", url=url, headers={"X-Version": "7", **entrance}, private=True)
    line = Changing(replace(host, url=url) if host else plain, pace or Pace(0))
    return Rest(bind("helpdesk", str(DESK), {}), line, clock=Noon(), per_day={"GrantCredit": 5})
