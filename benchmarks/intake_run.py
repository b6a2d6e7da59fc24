"""One process that answers signed slash commands until it is told to stop; prints its port once it does."""

import argparse
import asyncio
import signal
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.adapters.slack.intake.app import through_bolt
from bot.adapters.slack.intake.envelope import Envelope
from bot.adapters.slack.intake.front import Front
from bot.adapters.slack.intake.intake import Allowed, Body, Checked, Intake
from bot.adapters.slack.intake.serving import PATH, mount_of
from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.store import SqliteStore
from bot.adapters.web.serving import served
from bot.ports.store import Delivery
from bot.wiring.slack import SLACK

SECRET = "a-signing-secret-for-measuring"
TEAM = "T1"
Open = Callable[[socket.socket, Path], AbstractAsyncContextManager[None]]


class Wall:
    def now(self) -> datetime:
        return datetime.now(UTC)


@asynccontextmanager
async def bare(listening: socket.socket, data: Path) -> AsyncGenerator[None]:
    """Bolt at its fastest: it acknowledges, and that is all. It asks nobody whose token it has."""
    del data

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token="xoxb-none", bot_id="B1", bot_user_id="U0")

    async def acknowledge(ack: Any) -> None:
        await ack()

    app: Any = AsyncApp(signing_secret=SECRET, process_before_response=True, authorize=authorize)
    app.command("/ops")(acknowledge)
    runner = web.AppRunner(app.web_app(path=PATH), access_log=None)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    yield
    await runner.cleanup()


@asynccontextmanager
async def whole(listening: socket.socket, data: Path) -> AsyncGenerator[None]:
    """The door with the real store behind it: what it answers is on the disk."""
    store = SqliteStore(data / "bot.sqlite3", keys=KeyFile(data / "audit.key"), writer="measured", clock=Wall())

    async def keep(delivery: Delivery) -> bool:
        return await store.run(lambda tx: tx.inbox.accept(delivery))

    async def checked(_: Envelope) -> Checked:
        return Checked()

    async def wanted(_: Envelope) -> bool:
        return True

    async def directly(_: Envelope) -> Body:
        return {}

    intake = Intake(
        allowed=Allowed(frozenset({TEAM})),
        keep=keep,
        woken=lambda _: None,
        wanted=wanted,
        checked=checked,
        directly=directly,
        clock=Wall(),
    )
    take = through_bolt(intake.take, token="xoxb-none", team=TEAM, user="U0", bot="B1")
    async with store.open(), served([mount_of(Front(take, secrets=[SECRET], clock=Wall()))], listening, SLACK):
        yield


VARIANTS: dict[str, Open] = {"bare": bare, "whole": whole}


async def _serve(variant: str, data: Path) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    async with VARIANTS[variant](listening, data):
        print(listening.getsockname()[1], flush=True)
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--variant", choices=[*VARIANTS], required=True)
    parser.add_argument("--data", type=Path, required=True)
    asked = parser.parse_args()
    asyncio.run(_serve(asked.variant, asked.data))


if __name__ == "__main__":
    main()
