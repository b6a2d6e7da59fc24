"""A workspace that is really served, without its page: Web API, sockets, answer addresses, a clock that stands."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.api.serving import add_api_routes
from bot.workspace.clock import Clock
from bot.workspace.delivery.announcing import Announcer
from bot.workspace.delivery.carrying import Carrier
from bot.workspace.delivery.http import Http, new_session
from bot.workspace.delivery.responding import add_response_routes
from bot.workspace.delivery.socket import Sockets, add_socket_routes
from bot.workspace.desk import Desk
from bot.workspace.fault import Faults
from bot.workspace.limit import Limits
from bot.workspace.log import Line, Log, Way
from bot.workspace.state.app import App, Reached
from bot.workspace.state.person import Person
from bot.workspace.state.workspace import Workspace
from tests.workspace.made import APP, APP_TOKEN, BOT_TOKEN, MIA, NOON, made_workspace

LONGEST = 20.0
"""Real seconds after which a test gives up."""


T = TypeVar("T")


class Heard(list[T]):
    """What an app has heard; whoever waits looks again at each."""

    def __init__(self, moved: asyncio.Event) -> None:
        super().__init__()
        self.moved = moved

    def append(self, item: T, /) -> None:
        super().append(item)
        self.moved.set()


@dataclass
class Bench:
    """What a test has its hands on."""

    desk: Desk
    carrier: Carrier
    sockets: Sockets
    stack: AsyncExitStack
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def workspace(self) -> Workspace:
        return self.desk.workspace

    @property
    def clock(self) -> Clock:
        return self.desk.workspace.clock

    @property
    def app(self) -> App:
        return self.workspace.apps[APP]

    @property
    def mia(self) -> Person:
        return self.workspace.people[MIA]

    def client(self) -> Any:
        """Slack's own client; of no type here, as its own are not complete."""
        return AsyncWebClient(token=BOT_TOKEN, base_url=f"{self.desk.address}/api/")

    def bolt(self, **more: Any) -> Any:
        """Slack's own framework, with another base address and nothing else."""
        return AsyncApp(client=self.client(), signing_secret=self.app.signing_secret, **more)

    async def run(self, app: Any, reached: Reached) -> None:
        """Start a Bolt app; it ends with the test."""
        self.app.reached = reached
        if reached is Reached.SOCKET:
            await self.connect(app)
        else:
            self.app.url = await serve(self.stack, app.web_app(path="/slack/events")) + "/slack/events"

    async def connect(self, app: Any) -> None:
        """Open one socket for a Bolt app, and wait until it is open."""
        handler: Any = AsyncSocketModeHandler(app, APP_TOKEN, ping_interval=30)
        before = self.sockets.count(APP)
        await handler.connect_async()
        self.stack.push_async_callback(handler.close_async)
        await self.until(lambda: self.sockets.count(APP) > before)

    async def until(self, true: Callable[[], object]) -> None:
        """Wait until something is so; it is looked at whenever anything happened."""
        async with asyncio.timeout(LONGEST):
            while not true():
                self.moved.clear()
                await self.moved.wait()

    def heard(self) -> Heard[Any]:
        return Heard(self.moved)

    def move(self, _: object = None) -> None:
        self.moved.set()

    def lines(self, name: str = "", way: Way = Way.DELIVERY) -> list[Line]:
        """What was delivered, or called."""
        return [line for line in self.desk.log.lines if line.way is way and name in ("", line.name)]


async def serve(stack: AsyncExitStack, app: web.Application, listening: socket.socket | None = None) -> str:
    """Serve an application until the test ends; its address."""
    listening = listening or socket.create_server(("127.0.0.1", 0))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, listening).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


@asynccontextmanager
async def opened(*, clock: Clock | None = None) -> AsyncGenerator[Bench]:
    """Serve a made workspace. Its clock stands at noon, unless another is given."""
    async with AsyncExitStack() as stack:
        listening = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        workspace = made_workspace(clock=clock or Clock(stands_at=NOON))
        log, faults, limits = Log(), Faults(), Limits()
        session = await stack.enter_async_context(new_session())
        sockets = Sockets(workspace, address, log)
        carrier = Carrier(
            workspace=workspace, log=log, faults=faults, limits=limits, http=Http(session), socket=sockets
        )
        workspace.listen(Announcer(workspace, carrier).hear)
        desk = Desk(workspace, address, carrier, log, faults, limits, connections=sockets)
        stack.push_async_callback(carrier.close)
        served = web.Application()
        add_api_routes(served, desk)
        add_socket_routes(served, sockets)
        add_response_routes(served, desk)
        await serve(stack, served, listening)
        bench = Bench(desk, carrier, sockets, stack)
        workspace.listen(bench.move)
        log.listeners.append(bench.move)
        yield bench
