"""A desk for the tests of the Web API: calls in process, or a real server on loopback."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, cast

from aiohttp import web
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.api.calling import answered
from bot.workspace.api.methods import METHODS
from bot.workspace.api.reading import Incoming
from bot.workspace.api.serving import add_api_routes
from bot.workspace.changes.filing import ask_for_room, complete, fill
from bot.workspace.changes.granting import grant_trigger
from bot.workspace.changes.posting import post
from bot.workspace.desk import Desk
from bot.workspace.payload import Json
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.file import File
from bot.workspace.state.message import Message
from bot.workspace.state.workspace import Workspace
from tests.workspace.made import APP, APP_TOKEN, BOT, BOT_TOKEN, MIA, OLGA, SUPPORT, TEAM, made_desk

SECTION: Json = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}
MODAL: Json = {"type": "modal", "title": {"type": "plain_text", "text": "Refund"}, "blocks": [SECTION]}
HOME: Json = {"type": "home", "blocks": [SECTION]}
STREAMED = {"recipient_user_id": MIA, "recipient_team_id": TEAM}
DIRECT = "D0MIA00000"


@dataclass(slots=True)
class Caller:
    """Calls methods on a desk as one app."""

    desk: Desk
    token: str = BOT_TOKEN

    @property
    def workspace(self) -> Workspace:
        return self.desk.workspace

    def __call__(self, method: str, /, **arguments: object) -> Json:
        """What the method answers; structures are sent as JSON, the rest as a form would."""
        answer = answered(self.desk, incoming(method, arguments, token=self.token)).body
        assert isinstance(answer, dict)
        json.dumps(answer, allow_nan=False)
        return answer

    def ok(self, method: str, /, **arguments: object) -> Json:
        answer = self(method, **arguments)
        assert answer["ok"] is True, (method, answer)
        return answer

    def error(self, method: str, /, **arguments: object) -> str:
        """With what the method refuses."""
        answer = self(method, **arguments)
        assert answer["ok"] is False, (method, answer)
        error: str = answer["error"]
        return error

    # --- what most tests begin with ------------------------------------------------------------------------------

    def said(self, text: str = "Hello", *, channel: str = SUPPORT, **more: object) -> str:
        """The time of a message of the app."""
        ts: str = self.ok("chat.postMessage", channel=channel, text=text, **more)["ts"]
        return ts

    def of_mia(self, text: str = "Help!", *, channel: str = SUPPORT, thread_ts: str = "") -> str:
        """The time of a message of a person."""
        return post(self.workspace, Message(channel=channel, user=MIA, text=text, thread_ts=thread_ts)).ts

    def trigger(self, *, person: str = MIA, view: str = "") -> str:
        return grant_trigger(self.workspace, APP, person, view=view).id

    def opened(self, view: Json = MODAL) -> Json:
        """A modal that Mia has open."""
        shown: Json = self.ok("views.open", trigger_id=self.trigger(), view=view)["view"]
        return shown

    def file(self, name: str = "a.txt", content: bytes = b"abc", *, app: str = APP, done: bool = True) -> File:
        file = ask_for_room(self.workspace, name, user=BOT if app else OLGA, size=len(content), app=app)
        fill(file, content)
        if done:
            complete(file)
        return file

    def streaming(self, **more: object) -> str:
        """The time of a message that is being written, under one of Mia's."""
        started = self.ok("chat.startStream", channel=SUPPORT, thread_ts=self.of_mia(), **STREAMED, **more)
        ts: str = started["ts"]
        return ts


def incoming(method: str, arguments: Mapping[str, object], *, token: str = BOT_TOKEN) -> Incoming:
    known = METHODS.get(method)
    if known is None or known.takes_json:
        return Incoming(method=method, token=token, body=arguments)
    query = {name: value if isinstance(value, str) else json.dumps(value) for name, value in arguments.items()}
    return Incoming(method=method, token=token, query=query)


def new_caller() -> Caller:
    """A desk with a direct message of Mia and the bot besides."""
    desk, _ = made_desk()
    direct = Channel(id=DIRECT, name="", kind=ChannelKind.DIRECT, created=1, creator=MIA, people={MIA: None, BOT: None})
    desk.workspace.channels[DIRECT] = direct
    app = desk.workspace.apps[APP]
    app.client_id, app.client_secret = "1.2", "hush"
    return Caller(desk)


def as_app(caller: Caller) -> Caller:
    """The same with the token of the app itself."""
    return Caller(caller.desk, APP_TOKEN)


@asynccontextmanager
async def served(caller: Caller) -> AsyncGenerator[str]:
    """The address of a server for this desk."""
    application = web.Application()
    add_api_routes(application, caller.desk)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        caller.desk.address = f"http://{host}:{port}"
        caller.workspace.team.url = f"{caller.desk.address}/"
        yield caller.desk.address
    finally:
        await runner.cleanup()


class Streamer(Protocol):
    """Writes a message piece by piece."""

    async def append(self, **more: object) -> object: ...

    async def stop(self, **more: object) -> object: ...


@dataclass(slots=True)
class Sdk:
    """Slack's clients, whose own types leave much unsaid."""

    address: str

    @property
    def client(self) -> AsyncWebClient:
        return AsyncWebClient(token=BOT_TOKEN, base_url=f"{self.address}/api/")

    async def __call__(self, function: str, /, **arguments: object) -> Json:
        """What a function of the async client gives back."""
        function_of: Callable[..., Awaitable[object]] = getattr(self.client, function)
        return plain(await function_of(**arguments))

    async def blocking(self, function: str, /, **arguments: object) -> Json:
        """What a function of the blocking client gives back; it waits in another thread."""
        client = WebClient(token=BOT_TOKEN, base_url=f"{self.address}/api/")
        function_of: Callable[..., object] = getattr(client, function)
        return plain(await asyncio.to_thread(function_of, **arguments))

    async def streamer(self, **arguments: object) -> Streamer:
        """The async client's helper for streams."""
        function_of: Callable[..., Awaitable[Streamer]] = vars(AsyncWebClient)["chat_stream"]
        return await function_of(self.client, **arguments)

    async def pages(self, function: str, /, **arguments: object) -> AsyncGenerator[Json]:
        """Every page of a list."""
        function_of: Callable[..., Awaitable[AsyncIterable[object]]] = getattr(self.client, function)
        async for page in await function_of(**arguments):
            yield plain(page)


def plain(response: object) -> Json:
    """The answer in a response of a client, or in an error it raised."""
    data: object = getattr(response, "data", None)
    assert isinstance(data, dict)
    return cast("Json", data)
