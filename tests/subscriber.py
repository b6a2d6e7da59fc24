"""Somebody on this machine who is sent events, and what they make of them."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.adapters.systems.rest.posting import Posting
from bot.adapters.web.signature import secret_of, verify
from bot.domain.brief.hook import Signed
from bot.ports.clock import Clock
from bot.wiring.events import Signer

SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Listener:
    """Answers in turn as its script says, the last one again and again; what it takes, it has looked at."""

    clock: Clock
    secrets: Sequence[str] = (SECRET,)
    script: list[int | Answering] = field(default_factory=lambda: [204])
    heard: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """Every event as it came in, taken or not."""
    raw: list[bytes] = field(default_factory=list[bytes])
    ids: list[str] = field(default_factory=list[str])
    at_once: int = 0
    most_at_once: int = 0
    here: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def hear(self, request: web.Request) -> web.StreamResponse:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self._hear(request)
        finally:
            self.at_once -= 1

    async def _hear(self, request: web.Request) -> web.StreamResponse:
        body, headers = await request.read(), {name.lower(): value for name, value in request.headers.items()}
        secrets = [secret_of(one, Signed.STANDARD) for one in self.secrets]
        self.ids.append(verify(Signed.STANDARD, headers, body, secrets=secrets, now=self.clock.now()))
        assert headers["content-type"] == "application/cloudevents+json"
        self.raw += [request.raw_path.encode(), body, *(value.encode() for value in headers.values())]
        self.heard.append(json.loads(body))
        self.here.set()
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return web.Response(status=answer) if isinstance(answer, int) else await answer(request)

    @property
    def types(self) -> list[str]:
        return [one["type"].removeprefix("countersign.") for one in self.heard]

    def posting(self, *, private: bool = True, within: float = 5.0, secrets: Sequence[str] = ()) -> Posting:
        signer = Signer(tuple(secrets or self.secrets))
        return Posting("warehouse", self.url, signer.headers, private=private, within=within)


@asynccontextmanager
async def listening(clock: Clock) -> AsyncGenerator[Listener]:
    listener = Listener(clock)
    app = web.Application()
    app.router.add_post("/countersign", listener.hear)
    async with TestServer(app, host="127.0.0.1") as server:
        listener.url = str(server.make_url("/countersign"))
        yield listener
