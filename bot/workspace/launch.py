"""Starts a workspace on this machine, and an app beside it in the same process; ends both when it is told to."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.workspace.begin import Origin
from bot.workspace.clock import Clock
from bot.workspace.company.form import Company
from bot.workspace.company.manifest import with_manifest, with_manifest_text
from bot.workspace.company.reading import read_company
from bot.workspace.payload import Json
from bot.workspace.refusal import CannotStart
from bot.workspace.state.app import App, Reached
from bot.workspace.web import LOOPBACK, Options, Running, address_of, bound, opened

PORT = 3000
FOLDER, FILE = Path(".countersign"), "workspace.db"
MANIFEST = Path("manifest.yml")
EVENTS_PATH = "/slack/events"
SOCKET = "socket"
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How to start, as somebody typed it."""

    app: str = SOCKET
    """Where an app that runs elsewhere takes requests, or `socket`; plays no part where one is started beside."""
    socket: bool = False
    """Whether the app beside is reached by Socket Mode, not over HTTP."""
    port: int = PORT
    """The app beside has the next one."""
    host: str = LOOPBACK
    company: Path | None = None
    manifest: Path | None = None
    manifest_text: str = ""
    """The manifest itself, where it lies in no file."""
    data: Path | None = FOLDER
    """In memory only where there is none."""
    fresh: bool = False
    limits: float = 0.0
    ready_file: Path | None = None
    ids_seed: int | None = None
    clock: Clock | None = None
    neighbours: Mapping[str, str] = field(default_factory=dict[str, str])
    """Other pages that belong to the app, by what they are called: the page links to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What an app has to know to work with the workspace: all that differs from Slack itself."""

    page: str
    """Where people look."""
    api: str
    """The base address of the Web API; ends in `/api/`."""
    bot: str
    """Where the app itself is; empty where it is reached by sockets."""
    events: str
    """Where Slack's requests go."""
    bot_token: str
    app_token: str
    signing_secret: str
    team: str
    people: Mapping[str, str]
    """The ids of people, by their user names."""
    listening: socket.socket | None = None
    """Bound to the address of `bot`, for the app to serve on; none where it is reached by sockets."""


Beside = Callable[[Connection], AbstractAsyncContextManager[None]]
"""Serves an app; entered once it answers."""


@dataclass(frozen=True, slots=True)
class Launched:
    """Both are there."""

    running: Running
    connection: Connection
    remarks: tuple[str, ...]
    """What somebody may want to know who started it."""


@asynccontextmanager
async def launched(options: Launch, beside: Beside | None = None) -> AsyncGenerator[Launched]:
    """The workspace and the app beside it, until the end. Raises CannotStart with a sentence that helps."""
    company = _company(options)
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(_next_port(options)) if beside and not options.socket else None
        running = await stack.enter_async_context(opened(_served(options, company)))
        app = next(iter(running.desk.workspace.apps.values()))
        _reach(app, options, listening, is_beside=beside is not None)
        connection = _connection(running, app, listening)
        if beside:
            await stack.enter_async_context(beside(connection))
        if options.ready_file:
            stack.enter_context(_ready(options.ready_file, running, connection))
        yield Launched(running, connection, _remarks(running))


def _company(options: Launch) -> Company:
    company = read_company(options.company)
    if options.manifest_text:
        return with_manifest_text(company, options.manifest_text, path=MANIFEST)
    return with_manifest(company, options.manifest) if options.manifest else company


def _served(options: Launch, company: Company) -> Options:
    origin = Origin(
        company=company,
        file=options.data / FILE if options.data else None,
        fresh=options.fresh,
        ids_seed=options.ids_seed,
        clock=options.clock or Clock(),
    )
    return Options(
        origin=origin, port=options.port, host=options.host, limits=options.limits, neighbours=options.neighbours
    )


def _next_port(options: Launch) -> socket.socket:
    port = options.port + 1 if options.port else 0
    return bound(options.host, port, what="The app beside the workspace")


def _reach(app: App, options: Launch, listening: socket.socket | None, *, is_beside: bool) -> None:
    """Say how the app is reached from now on."""
    if listening is not None:
        app.reached, app.url = Reached.HTTP, address_of(listening) + EVENTS_PATH
    elif is_beside or options.app == SOCKET:
        app.reached, app.url = Reached.SOCKET, ""
    else:
        app.reached, app.url = Reached.HTTP, _checked(options.app)


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable() and " " not in url
        _ = parts.port
    except ValueError:
        sound = False
    if not sound:
        said = f"“{url[:200]}” is no address of an app. Write it like --app http://127.0.0.1:3001/slack/events"
        raise CannotStart(f"{said}, or --app socket.")
    return url


def _connection(running: Running, app: App, listening: socket.socket | None) -> Connection:
    parts = urlsplit(app.url)
    return Connection(
        page=f"{running.address}/",
        api=f"{running.address}/api/",
        bot=f"{parts.scheme}://{parts.netloc}" if app.url else "",
        events=app.url,
        bot_token=app.bot_token,
        app_token=app.app_token,
        signing_secret=app.signing_secret,
        team=running.desk.workspace.team.id,
        people=people_of(running),
        listening=listening,
    )


def _remarks(running: Running) -> tuple[str, ...]:
    begun = running.begun
    said: list[str] = []
    if begun.other_company:
        said.append("The workspace goes on as it was kept, with the company it began with; --fresh begins anew.")
    if not running.loopback:
        said.append("Whoever reaches this address on the network can read everything here and act as anybody.")
    return tuple(said)


# --- who waits for it --------------------------------------------------------------------------------------------


def ready(running: Running, connection: Connection) -> Json:
    """What the ready file says: everything a script needs, and nothing it has to look for."""
    workspace = running.desk.workspace
    return {
        "page": connection.page,
        "api": connection.api,
        "bot": connection.bot,
        "events": connection.events,
        "signing_secret": connection.signing_secret,
        "bot_token": connection.bot_token,
        "app_token": connection.app_token,
        "control_token": running.tokens.control,
        "team": workspace.team.id,
        "channels": {one.name: one.id for one in workspace.channels.values() if not one.is_direct},
        "people": people_of(running),
    }


def people_of(running: Running) -> dict[str, str]:
    """Everybody's id, by their user name."""
    return {one.name: one.id for one in running.desk.workspace.people.values() if not one.is_bot}


@contextmanager
def _ready(file: Path, running: Running, connection: Connection) -> Generator[None]:
    """The file is there, whole, while both answer. It has tokens in it, so nobody else may read it."""
    try:
        _write(file, json.dumps(ready(running, connection), indent=1))
    except (OSError, ValueError) as error:
        said = f"The ready file {file} cannot be written: {getattr(error, 'strerror', None) or error}."
        raise CannotStart(f"{said} Name another one with --ready-file.") from None
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink()


def _write(file: Path, text: str) -> None:
    new = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        new.unlink(missing_ok=True)
        with open(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as writing:
            writing.write(text)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


async def run(options: Launch, say: Callable[[str], None], beside: Beside | None = None, *, first: str = "") -> None:
    """Start, say where and what to do `first`, and stay until a signal. A second one ends it where it stands."""
    stop = asyncio.Event()
    with _listening(stop):
        async with launched(options, beside) as both:
            say(greeting(both, first=first))
            await stop.wait()
            say("Stopping.")


def greeting(both: Launched, *, first: str = "") -> str:
    """The link, what to do there first, and what else is worth a line."""
    said = [f"The workspace is open: {both.connection.page}", first, *both.remarks, "Ctrl-C stops it."]
    return "\n".join(line for line in said if line)


@contextmanager
def _listening(stop: asyncio.Event) -> Generator[None]:
    loop = asyncio.get_running_loop()

    def hear() -> None:
        if stop.is_set():
            os._exit(INTERRUPTED)
        stop.set()

    for one in STOPPING:
        loop.add_signal_handler(one, hear)
    try:
        yield
    finally:
        for one in STOPPING:
            loop.remove_signal_handler(one)
