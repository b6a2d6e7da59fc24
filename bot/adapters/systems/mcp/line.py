"""The way to one server: begun when it is first needed, begun again after it was lost, and left without a trace."""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from bot.adapters.systems.mcp.declaration import Offered, data_of
from bot.domain.declared.fault import is_list
from bot.domain.errors import Broken, Transient
from bot.domain.plain import is_object

if TYPE_CHECKING:
    from anyio import CancelScope
    from httpx2 import Response
    from mcp import ClientSession
    from mcp.client import Transport
    from mcp.server import Server
    from mcp.types import CallToolResult, Tool

CONNECT_SECONDS = 20.0
OFFER_SECONDS = 25.0
"""For connecting, a second try, and the list of tools."""
CALL_SECONDS = 30.0
"""Together they stay under what the engine waits for a call."""
MOST_PAGES = 20
LEAVE_SECONDS = 8.0


@dataclass(slots=True)
class Door:
    """How a server is reached."""

    open: Callable[[], "Transport | Server[Any]"]
    refused: bool = False
    """Whether it turned us away for our credential when it last answered."""
    private: str = ""
    """Why its address is none that is gone to; empty where it is one."""


def is_installed() -> bool:
    """Whether this machine has what speaks the protocol: an extra that not everybody needs."""
    return find_spec("mcp") is not None


class Said(StrEnum):
    """How a call ended."""

    DONE = "done"
    ERROR = "error"
    """The tool says that it failed. That says nothing about what it had done by then."""
    STRANGE = "strange"
    """What came back is no answer to this."""
    NOTHING = "nothing"
    """No answer came."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    said: Said
    data: object = None
    words: str = ""
    """What the tool said of its failure. A stranger's words: they are compared, and shown to nobody."""


class Line:
    """The way to one server. A connection lives in a task of its own: no caller who gives up tears it down half way."""

    def __init__(
        self,
        door: Door,
        *,
        name: str,
        connect_seconds: float = CONNECT_SECONDS,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        self.name = name
        self._door = door
        self._connect_seconds, self._call_seconds = connect_seconds, call_seconds
        self._connecting = asyncio.Lock()
        self._here: _Connection | None = None
        self._tasks: dict[asyncio.Task[None], CancelScope] = {}

    async def visit(self) -> "Visit":
        """Ask what it offers now. Transient where it cannot be reached: nothing was asked of it yet."""
        try:
            async with asyncio.timeout(OFFER_SECONDS):
                for _ in range(2):
                    connection = await self._connected()
                    if (offered := await self._offered(connection)) is not None:
                        return Visit(offered, connection, self._leave, self._call_seconds)
        except TimeoutError:
            raise Transient(f"The server of {self.name} did not answer in time.") from None
        raise Transient(f"The server of {self.name} does not say which tools it has.")

    async def _offered(self, connection: "_Connection") -> Mapping[str, Offered] | None:
        """Its tools; None where it is lost, so that the next try begins it again."""
        try:
            return {tool.name: _offered(tool) for tool in await _pages(connection.session)}
        except Exception:
            self._leave(connection)
            return None

    async def close(self) -> None:
        """End every connection, and every program that was started for one."""
        if self._here is not None:
            self._leave(self._here)
        if self._tasks and (stuck := (await asyncio.wait(self._tasks, timeout=LEAVE_SECONDS))[1]):
            for task in stuck:
                self._tasks[task].cancel()
            await asyncio.wait(stuck, timeout=LEAVE_SECONDS)

    async def _connected(self) -> "_Connection":
        async with self._connecting:
            if self._here is None:
                self._here = await self._connect()
            return self._here

    async def _connect(self) -> "_Connection":
        from anyio import CancelScope

        ready: asyncio.Future[ClientSession] = asyncio.get_running_loop().create_future()
        ready.add_done_callback(lambda it: it.cancelled() or it.exception())
        leave, scope = asyncio.Event(), CancelScope()
        task = asyncio.create_task(self._hold(ready, leave, scope), name=f"mcp {self.name}")
        self._tasks[task] = scope
        task.add_done_callback(self._tasks.pop)
        try:
            return _Connection(await asyncio.shield(ready), leave)
        except Exception:
            if self._door.private:
                raise Broken(f"The server of {self.name}: {self._door.private}") from None
            if self._door.refused:
                raise Broken(f"The server of {self.name} does not accept our credential.") from None
            raise Transient(f"The server of {self.name} cannot be reached, or could not be started.") from None
        except BaseException:
            scope.cancel()  # in a way that lets a program be ended all the same
            raise

    async def _hold(self, ready: "asyncio.Future[ClientSession]", leave: asyncio.Event, scope: "CancelScope") -> None:
        from mcp import Client

        logging.getLogger("mcp").setLevel(logging.CRITICAL)  # it tells what servers say, whatever that is
        failed: Exception = ConnectionError()
        try:
            with scope:
                client = Client(self._door.open(), read_timeout_seconds=self._connect_seconds, cache=None)
                async with client:
                    ready.set_result(client.session)
                    await leave.wait()
        except Exception as error:
            failed = error
        finally:
            if not ready.done():
                ready.set_exception(failed)

    def _leave(self, connection: "_Connection") -> None:
        connection.leave.set()
        if self._here is connection:
            self._here = None


@dataclass(frozen=True, slots=True, eq=False)
class _Connection:
    session: "ClientSession"
    leave: asyncio.Event


@dataclass(frozen=True, slots=True)
class Visit:
    """What a server offers now, and the connection on which it said so: a call never goes to another one."""

    offered: Mapping[str, Offered]
    _connection: _Connection
    _leave: Callable[[_Connection], None]
    _seconds: float

    async def call(self, tool: str, arguments: Mapping[str, object]) -> Answer:
        """Call a tool once. However that ends is an answer."""
        from mcp import MCPError
        from mcp.types import CONNECTION_CLOSED, REQUEST_TIMEOUT

        call = self._connection.session.call_tool
        try:
            result = await call(tool, dict(arguments), read_timeout_seconds=self._seconds)
        except MCPError as error:
            if error.code == CONNECTION_CLOSED:
                self._leave(self._connection)
            return Answer(Said.NOTHING if error.code in (CONNECTION_CLOSED, REQUEST_TIMEOUT) else Said.STRANGE)
        except Exception:
            return Answer(Said.STRANGE)  # it answered against its own schema, or wants to be told something first
        return _answer(result)


async def _pages(session: "ClientSession") -> "list[Tool]":
    """Every tool, page by page. A list that never ends is cut."""
    from mcp.types import PaginatedRequestParams

    tools, cursor = list["Tool"](), None
    for _ in range(MOST_PAGES):
        page = await session.list_tools(params=PaginatedRequestParams(cursor=cursor))
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            break
    return tools


def _offered(tool: "Tool") -> Offered:
    properties, required = tool.input_schema.get("properties"), tool.input_schema.get("required")
    hints = tool.annotations
    return Offered(
        properties=properties if is_object(properties) else {},
        required=frozenset(str(name) for name in required) if is_list(required) else frozenset(),
        reads_only=hints is not None and hints.read_only_hint is True,
        idempotent=hints is not None and hints.idempotent_hint is True,
        destroys=hints is None or hints.destructive_hint is not False,
    )


def _answer(result: "CallToolResult") -> Answer:
    from mcp.types import TextContent

    texts = [part.text for part in result.content if isinstance(part, TextContent)]
    if result.is_error:
        return Answer(Said.ERROR, words="\n".join(texts))
    return Answer(Said.DONE, data_of(result.structured_content, texts))


# --- how a server is reached ------------------------------------------------------------------------------------------


def program(command: str, args: tuple[str, ...], env: Mapping[str, str]) -> Door:
    """A program that is started here. It gets nothing of our environment but where it is, and what `env` says."""

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Any]:
        from mcp.client.stdio import StdioServerParameters, stdio_client

        with open(os.devnull, "w") as nowhere:  # noqa: ASYNC230, it waits for nobody
            # What it complains about may be anybody's data, so it does not get into our log.
            server = StdioServerParameters(command=command, args=[*args], env=dict(env))
            async with stdio_client(server, errlog=nowhere) as streams:
                yield streams

    return Door(opened)


def at_address(url: str, credential: str, *, private: bool = False, seconds: float = CALL_SECONDS) -> Door:
    """A server somewhere else, over streamable HTTP. No redirect leads elsewhere, and no proxy is asked."""

    def turned_away(why: str) -> None:
        door.private = why

    async def heard(response: "Response") -> None:
        door.refused = response.status_code in (401, 403)

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Any]:
        import httpx2
        from mcp.client.streamable_http import streamable_http_client

        from bot.adapters.systems.mcp.guarded import Guarded

        logging.getLogger("httpx2").setLevel(logging.WARNING)
        hooks: dict[str, list[Callable[..., Any]]] = {"response": [heard]}
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        door.private, way = "", Guarded(turned_away, private=private)
        async with (
            httpx2.AsyncClient(headers=headers, timeout=seconds, transport=way, event_hooks=hooks) as http,
            streamable_http_client(url, http_client=http) as streams,
        ):
            yield streams

    door = Door(opened)
    return door
