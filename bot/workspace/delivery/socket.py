"""Socket Mode: an app opens sockets, each delivery comes over one of them, and the app acknowledges it there."""

import asyncio
import json
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from enum import StrEnum

import aiohttp
from aiohttp import web

from bot.workspace.delivery.courier import DeliveryKind, NoAnswer
from bot.workspace.delivery.http import EVENT_PAUSES
from bot.workspace.delivery.letter import Letter, Reason, Reply
from bot.workspace.fault import Fault
from bot.workspace.log import Log, Way
from bot.workspace.payload import Json, as_object, read_json
from bot.workspace.state.app import App
from bot.workspace.state.workspace import Workspace

MOST = 10
"""Sockets an app may have open."""
TICKET_SECONDS = 30.0
PARTING_SECONDS = 10.0
"""From the warning to the end of a socket."""
HEARTBEAT = 15.0
"""Real seconds between pings: some clients leave when none comes for thirty."""
CLOSING = 2.0
"""Real seconds that an app has to close its side."""
CONNECTION_TIME = 18_060


class Goodbye(StrEnum):
    """Why a socket is to end."""

    WARNING = "warning"
    """It ends in ten seconds: time to open another."""
    REFRESH = "refresh_requested"
    DISABLED = "link_disabled"
    TOO_MANY = "too_many_websockets"


@dataclass(slots=True, eq=False)
class Socket:
    """One that is open."""

    app: str
    stream: web.WebSocketResponse
    gone: asyncio.Future[None]
    parting: bool = False

    async def send(self, frame: Json) -> bool:
        """False where it is gone."""
        try:
            await self.stream.send_str(json.dumps(frame, separators=(",", ":")))
        except (ConnectionError, RuntimeError):
            self.leave()
        return not self.gone.done()

    def leave(self) -> None:
        if not self.gone.done():
            self.gone.set_result(None)


@dataclass(slots=True)
class Sockets:
    """All open sockets of all apps, and what was sent over them and not acknowledged yet."""

    workspace: Workspace
    address: str
    log: Log = field(default_factory=Log)
    name: str = "socket"
    _tickets: dict[str, tuple[str, float]] = field(default_factory=dict[str, tuple[str, float]])
    _open: dict[str, deque[Socket]] = field(default_factory=dict[str, deque[Socket]])
    _letters: dict[str, Letter] = field(default_factory=dict[str, Letter])
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    # --- opening -------------------------------------------------------------------------------------------------

    def open(self, app: App) -> str:
        """An address for one socket: what `apps.connections.open` gives."""
        ticket, now = self.workspace.ids.uuid(), self.workspace.clock.now()
        self._tickets = {key: kept for key, kept in self._tickets.items() if kept[1] >= now}
        self._tickets[ticket] = (app.id, now + TICKET_SECONDS)
        return f"ws{self.address.removeprefix('http')}/link/?ticket={ticket}&app_id={app.id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Take a socket in and stay with it until it is gone."""
        app = self._admit(request.query.get("ticket", ""))
        if app is None:
            return web.Response(status=404, text="This address is used up. Call apps.connections.open for another.")
        stream = web.WebSocketResponse(heartbeat=HEARTBEAT, timeout=CLOSING, max_msg_size=1_000_000)
        await stream.prepare(request)
        socket = Socket(app, stream, asyncio.get_running_loop().create_future())
        others = self._open.setdefault(app, deque())
        if len(others) >= MOST:
            await socket.send(_goodbye(Goodbye.TOO_MANY))
            await stream.close()
            return stream
        others.append(socket)
        self._note(app, "socket opened")
        try:
            await socket.send(_hello(app, len(others)))
            self._arrive()
            await self._listen(socket)
        finally:
            others.remove(socket)
            socket.leave()
            self._note(app, "socket closed")
        return stream

    def _note(self, app: str, what: str) -> None:
        """For the inspector: who is connected is half of why something was not brought."""
        now, open_now = self.workspace.clock.now(), {"open": self.count(app)}
        self.log.write(at=now, way=Way.NOTE, app=app, name=what, request=open_now, status="ok", transport=self.name)

    def _admit(self, ticket: str) -> str | None:
        app, until = self._tickets.pop(ticket, ("", 0.0))
        known = self.workspace.apps.get(app)
        if known is None or known.revoked or self.workspace.clock.now() > until:
            return None
        return app

    def _arrive(self) -> None:
        self._arrived.set()
        self._arrived = asyncio.Event()

    async def _listen(self, socket: Socket) -> None:
        async for frame in socket.stream:
            if frame.type is aiohttp.WSMsgType.TEXT:
                self._take(socket, frame.data)

    def _take(self, socket: Socket, text: str) -> None:
        """An acknowledgement. Anything else an app says is not Slack's concern."""
        frame = as_object(read_json(text)) or {}
        letter = self._letters.get(str(frame.get("envelope_id")))
        if letter is None or letter.delivery.app.id != socket.app or letter.answered.done():
            return
        if letter.lost:
            letter.lost -= 1
        else:
            letter.answered.set_result(_payload(frame))

    # --- bringing ------------------------------------------------------------------------------------------------

    def pauses(self, letter: Letter) -> tuple[float, ...]:
        # Over a socket Slack sends commands and clicks again too; the person was told by then that nothing came.
        return EVENT_PAUSES if letter.delivery.kind is DeliveryKind.EVENT else EVENT_PAUSES[:1]

    async def bring(self, letter: Letter) -> Reply:
        """Send it over one socket, and over another where that one ends before it is acknowledged."""
        self._letters[letter.id] = letter
        app, sent = letter.delivery.app.id, False
        while not letter.answered.done():
            socket = self._next(app)
            if socket is None and not sent:
                return Reply(status="no socket is open", trouble=NoAnswer.UNREACHABLE, reason=Reason.CONNECTION)
            if socket is None:
                await self._arrived.wait()
            elif await socket.send(_envelope(letter)):
                sent = True
                await asyncio.wait((letter.answered, socket.gone), return_when=asyncio.FIRST_COMPLETED)
        return Reply(status="acknowledged", body=letter.answered.result())

    async def spoil(self, kind: DeliveryKind, fault: Fault) -> Reply:
        """Over a socket nothing but silence is seen, whatever went wrong."""
        del kind, fault
        silence: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        return await silence

    def forget(self, letter: Letter) -> None:
        self._letters.pop(letter.id, None)

    def _next(self, app: str) -> Socket | None:
        """Each in turn; one that is about to end only where there is no other."""
        sockets = self._open.get(app, deque())
        sockets.rotate(-1)
        alive = [socket for socket in sockets if not socket.gone.done()]
        return next((socket for socket in alive if not socket.parting), alive[0] if alive else None)

    # --- ending --------------------------------------------------------------------------------------------------

    def count(self, app: str) -> int:
        """How many sockets an app has open."""
        return len(self._open.get(app, ()))

    async def disconnect(self, app: str, reason: Goodbye = Goodbye.WARNING) -> int:
        """Tell an app's sockets to end; how many there were. After a warning they have ten seconds left."""
        sockets = [socket for socket in self._open.get(app, ()) if not socket.gone.done()]
        for socket in sockets:
            socket.parting = True
            await socket.send(_goodbye(reason))
            if reason is Goodbye.WARNING:
                self._end_later(socket)
            else:
                await self._end(socket)
        return len(sockets)

    def _end_later(self, socket: Socket) -> None:
        async def refresh() -> None:
            if await socket.send(_goodbye(Goodbye.REFRESH)):
                await self._end(socket)

        clock = self.workspace.clock
        clock.at(clock.now() + PARTING_SECONDS, lambda: self._begin(refresh()))

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end(self, socket: Socket) -> None:
        socket.leave()
        await socket.stream.close()

    async def close(self) -> None:
        """End them all; the server stops."""
        for socket in [one for sockets in self._open.values() for one in sockets]:
            await self._end(socket)


def add_socket_routes(app: web.Application, sockets: Sockets) -> None:
    """Where apps connect."""

    async def end(_: web.Application) -> None:
        await sockets.close()

    app.router.add_get("/link/", sockets.serve)
    app.on_shutdown.append(end)


def _hello(app: str, sockets: int) -> Json:
    return {
        "type": "hello",
        "num_connections": sockets,
        "debug_info": {"host": "desk", "build_number": 1, "approximate_connection_time": CONNECTION_TIME},
        "connection_info": {"app_id": app},
    }


def _goodbye(reason: Goodbye) -> Json:
    return {"type": "disconnect", "reason": reason.value, "debug_info": {"host": "desk"}}


def _envelope(letter: Letter) -> Json:
    kind = letter.delivery.kind
    frame: Json = {
        "envelope_id": letter.id,
        "payload": letter.delivery.payload,
        "type": kind.value,
        "accepts_response_payload": kind is not DeliveryKind.EVENT,
    }
    if kind is DeliveryKind.EVENT or letter.attempt:
        # Over HTTP it is `http_timeout`; the sockets' word is `timeout`.
        frame["retry_attempt"] = letter.attempt
        frame["retry_reason"] = (letter.reason or "").removeprefix("http_")
    return frame


def _payload(frame: Json) -> Json:
    said = frame.get("payload")
    return {"text": said} if isinstance(said, str) and said else as_object(said) or {}
