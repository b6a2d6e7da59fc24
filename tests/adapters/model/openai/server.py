"""A server of models on loopback that does what a script says, hostile or not, and keeps a journal of all it is sent.

    async with serving(answered(GOOD), status(503)) as server:
        wire = OpenAIWire(url=server.url, key=KEY)

It speaks HTTP by hand, so that it can speak it wrongly. The last line of a script is said again and again.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from bot.adapters.model.wire import Dialect

PATH = "/v1"
TICK = 0.002
"""Seconds between two drops of what drips."""
GOOD: Mapping[str, object] = {
    "evidence": ["broken"],
    "answer": {"category": "bug", "urgent": True, "summary": "It is broken."},
    "doubts": [],
    "confidence": "sure",
}
"""An answer for a triage, in its envelope."""
USED: Mapping[str, object] = {
    "prompt_tokens": 120,
    "completion_tokens": 30,
    "prompt_tokens_details": {"cached_tokens": 100},
    "completion_tokens_details": {"reasoning_tokens": 12},
}


class Then(Enum):
    """What the server does once it has said its line."""

    KEEP = auto()
    CLOSE = auto()
    RESET = auto()
    HANG = auto()
    DRIP = auto()
    FLOOD = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """What is said once, byte by byte."""

    raw: bytes
    then: Then = Then.KEEP


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def key(self) -> str:
        return self.headers["idempotency-key"]

    @property
    def model(self) -> str:
        return str(self.body["model"])

    @property
    def dialect(self) -> Dialect:
        """The one it was asked in, told from its body."""
        form: dict[str, Any] = self.body.get("response_format") or self.body.get("text", {}).get("format", {})
        schema: dict[str, Any] = form.get("json_schema", form)
        if "tools" in self.body:
            return Dialect.TOOL
        if form.get("type") == "json_object":
            return Dialect.OBJECT
        if not form:
            return Dialect.TEXT
        return Dialect.STRICT if schema["strict"] else Dialect.SCHEMA


@dataclass(slots=True)
class Server:
    """Where it is, what it has left to say, and what it was sent."""

    port: int
    script: list[Line]
    by: Callable[[Seen], Line] | None = None
    """What it says to each request, where that does not go by their order."""
    journal: list[Seen] = field(default_factory=list[Seen])
    connections: int = 0
    """How many are open."""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while none is."""
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once anything came."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{PATH}"

    def line(self) -> Line:
        if self.by is not None:
            return self.by(self.journal[-1])
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@asynccontextmanager
async def serving(*script: Line, by: Callable[[Seen], Line] | None = None) -> AsyncGenerator[Server]:
    """Serve until the block ends."""
    server = Server(0, [*script], by)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        server.left.clear()
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await _talk(server, reader, writer)
        writer.close()
        server.connections -= 1
        if not server.connections:
            server.left.set()

    listening = await asyncio.start_server(connected, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        if server.connections:
            async with asyncio.timeout(10):
                await server.left.wait()
        await listening.wait_closed()


async def _talk(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while head := await _head(reader):
        first, _, rest = head.partition("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest.splitlines())}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        server.journal.append(Seen(first.split()[1], headers, json.loads(body)))
        server.asked.set()
        line = server.line()
        writer.write(line.raw)
        await writer.drain()
        if not await _goes_on(line.then, reader, writer):
            return


async def _head(reader: asyncio.StreamReader) -> str:
    """The head of the next request; empty where none comes, or what comes is no HTTP."""
    try:
        begin = await reader.readexactly(1)
        return (begin + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip() if begin == b"P" else ""
    except asyncio.IncompleteReadError:
        return ""


async def _goes_on(then: Then, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Whether another request may come on this connection. What never ends does so once the other side has left."""
    match then:
        case Then.RESET:
            writer.transport.abort()
        case Then.HANG:
            await reader.read()
        case Then.DRIP:
            while not await _left(reader, TICK):
                writer.write(b" ")
        case Then.FLOOD:
            while not reader.at_eof():
                writer.write(b" " * 65_536)
                await writer.drain()
        case Then.KEEP | Then.CLOSE:
            pass
    return then is Then.KEEP


async def _left(reader: asyncio.StreamReader, within: float) -> bool:
    """Whether the other side leaves within this time."""
    try:
        await asyncio.wait_for(reader.read(1), within)
    except TimeoutError:
        return False
    return reader.at_eof()


# --- lines ---------------------------------------------------------------------------------------------------------


def http(
    body: bytes | str = b"",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    length: int | None = None,
    then: Then = Then.KEEP,
) -> Line:
    """One answer; `length` where it claims another one than it has."""
    raw = body.encode() if isinstance(body, str) else body
    said = {
        "content-type": "application/json",
        "content-length": str(len(raw) if length is None else length),
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return Line(f"HTTP/1.1 {status} So\r\n{head}\r\n".encode() + raw, then)


def endless(then: Then, status: int = 200) -> Line:
    """An answer whose body does not end."""
    return Line(f"HTTP/1.1 {status} So\r\ncontent-type: application/json\r\n\r\n{{".encode(), then)


def plain(body: object, status: int = 200, **headers: str) -> Line:
    """JSON, with headers whose dashes are written as underscores."""
    return http(json.dumps(body), status, {name.replace("_", "-"): value for name, value in headers.items()})


def failed(status: int, message: str = "", code: str = "", param: str = "", **headers: str) -> Line:
    """An error as OpenAI sends it."""
    error = {"message": message or "It did not work.", "type": "an_error", "code": code or None, "param": param or None}
    return plain({"error": error}, status, **headers)


def choice(message: Mapping[str, object], finish: str | None = "stop", **more: object) -> Line:
    """A completion with one message."""
    return plain(completion(message, finish, **more))


def completion(message: Mapping[str, object], finish: str | None = "stop", **more: object) -> dict[str, object]:
    one = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return {"id": "chatcmpl-1", "object": "chat.completion", "model": "m-2026", "choices": [one], "usage": USED, **more}


def said(content: object, finish: str | None = "stop", **more: object) -> Line:
    """A completion whose message has this content."""
    return choice({"content": content}, finish, **more)


def answered(value: object = GOOD) -> Line:
    """A good answer."""
    return said(json.dumps(value))
