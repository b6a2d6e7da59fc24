"""An app that is none: an HTTP server that keeps what it was sent and answers what it was told to."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from aiohttp import web

from tests.workspace.delivery.bench import serve


@dataclass
class Received:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Script:
    """One answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    hangs: bool = False
    """It never answers."""
    breaks: bool = False
    """It breaks the connection instead."""


@dataclass
class Receiver:
    """Answers by its script, then 200 for ever."""

    moved: asyncio.Event
    script: list[Script] = field(default_factory=list[Script])
    received: list[Received] = field(default_factory=list[Received])
    url: str = ""

    async def start(self, stack: AsyncExitStack) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.answer)
        self.url = await serve(stack, app) + "/slack/events"
        return self.url

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.received.append(Received(request.path, request.headers, await request.read()))
        self.moved.set()
        script = self.script.pop(0) if self.script else Script()
        if script.hangs:
            await asyncio.get_running_loop().create_future()
        if script.breaks and request.transport is not None:
            request.transport.abort()
        return web.Response(
            status=script.status, body=script.body, content_type=script.content_type, headers=script.headers
        )
