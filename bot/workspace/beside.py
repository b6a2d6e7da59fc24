"""Serves a Bolt app beside a workspace, over signed HTTP or by Socket Mode, as its connection says."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.launch import EVENTS_PATH, Beside, Connection

Make = Callable[[Connection], AsyncApp]


def client_of(connection: Connection) -> AsyncWebClient:
    """Slack's own client, with another base address and nothing else."""
    return AsyncWebClient(token=connection.bot_token, base_url=connection.api)


def bolt(make: Make) -> Beside:
    """An app beside, made once it is known where the workspace is."""

    def beside(connection: Connection) -> AbstractAsyncContextManager[None]:
        return served(make(connection), connection)

    return beside


@asynccontextmanager
async def served(app: AsyncApp, connection: Connection) -> AsyncGenerator[None]:
    """Serve an app until the end."""
    if connection.listening is None:
        sockets = AsyncSocketModeHandler(app, connection.app_token)
        connect: Callable[[], Awaitable[None]] = sockets.connect_async
        close: Callable[[], Awaitable[None]] = sockets.close_async
        await connect()
        try:
            yield
        finally:
            await close()
        return
    runner = web.AppRunner(app.web_app(path=EVENTS_PATH), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.SockSite(runner, connection.listening).start()
        yield
    finally:
        await runner.cleanup()
