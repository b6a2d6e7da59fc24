"""Questions that are over, and a collector that takes their traces: a real receiver of OTLP on loopback."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from bot.adapters.telemetry.watched import Asked
from bot.domain.attempt import Attempt

BEGUN = 1_700_000_000_000_000_000
MS = 1_000_000

GOOD = Attempt(
    model="main/gpt-6-luna",
    prompt="triage@a1b2c3d",
    outcome="answered",
    n=2,
    reported="gpt-6-luna-2026-08-01",
    server="api.openai.com/v1",
    dialect="strict schema",
    finish="stop",
    input_tokens=812,
    cached_tokens=512,
    output_tokens=96,
    reasoning_tokens=32,
    cost_micros=412,
    latency_ms=700,
    request_id="req_7f3",
    key="0123abc",
)
BAD = Attempt(
    model="main/gpt-6-luna",
    prompt="triage@a1b2c3d",
    outcome="invalid",
    server="api.openai.com/v1",
    dialect="strict schema",
    latency_ms=300,
    error="“answer.category”: it is none of them.",
)


def asked(*attempts: Attempt, answered: bool = True, run: str = "01hz7", took_ms: int = 1_000) -> Asked:
    return Asked(
        workflow="support_triage",
        step="triage",
        run=run,
        prompt="triage@a1b2c3d",
        answered=answered,
        begun_ns=BEGUN,
        took=timedelta(milliseconds=took_ms),
        attempts=attempts,
    )


@dataclass
class Collector:
    """Takes traces, refuses them, or never answers."""

    address: str = ""
    status: int = 200
    hangs: bool = False
    bodies: list[bytes] = field(default_factory=list[bytes])
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    came: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        self.came.set()
        if self.hangs:
            await self.over.wait()
        return web.Response(status=self.status)

    def spans(self) -> Sequence[Span]:
        """Everything that came, in the order in which it ended."""
        every = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [
            span
            for one in every
            for resource in one.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@asynccontextmanager
async def collecting(*, status: int = 200, hangs: bool = False) -> AsyncGenerator[Collector]:
    collector = Collector(status=status, hangs=hangs)
    app = web.Application()
    app.router.add_post("/v1/traces", collector.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    collector.address = f"http://127.0.0.1:{port}"
    try:
        yield collector
    finally:
        collector.over.set()
        await runner.cleanup()


def said(span: Span) -> dict[str, object]:
    """The attributes of a span."""
    found: dict[str, object] = {}
    for one in span.attributes:
        kind = one.value.WhichOneof("value")
        if kind == "array_value":
            found[one.key] = [value.string_value for value in one.value.array_value.values]
        elif kind is not None:
            found[one.key] = getattr(one.value, kind)
    return found
