"""The door in a workspace that is really served: its own inbox behind it, over signed HTTP and over a socket."""

import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters.slack.intake.front import Front
from bot.adapters.slack.intake.intake import Allowed, Intake, Keep
from bot.adapters.slack.intake.serving import PATH, mount_of
from bot.adapters.slack.intake.socket import listening
from bot.adapters.store.store import SqliteStore
from bot.adapters.web.serving import served
from bot.ports.store import Delivery
from bot.wiring.slack import SLACK
from bot.workspace.acts.registry import perform
from bot.workspace.payload import Json
from bot.workspace.state.app import Reached
from tests.adapters.slack.intake.made import Door, Wall, keeping, waiting
from tests.adapters.store.made import opened as opened_store
from tests.workspace.delivery.bench import Bench
from tests.workspace.delivery.bench import opened as opened_bench
from tests.workspace.made import APP, APP_TOKEN, TEAM

OPS = "/ops"


@dataclass
class Room:
    """A workspace, a door to it, and the inbox behind."""

    bench: Bench
    store: SqliteStore
    door: Door
    before: Callable[[], Awaitable[None]] | None = None
    """What happens before anything is kept."""
    after: Callable[[], Awaitable[None]] | None = None
    """What happens between the commit and the answer."""

    def intake(self) -> Intake:
        self.door.keep = self._keep
        return self.door.intake()

    async def _keep(self, delivery: Delivery) -> bool:
        if self.before is not None:
            await self.before()
        fresh = await self.keep(delivery)
        self.bench.move()
        if self.after is not None:
            await self.after()
        return fresh

    @property
    def keep(self) -> Keep:
        return keeping(self.store)

    async def inbox(self) -> tuple[Delivery, ...]:
        return await waiting(self.store)

    async def act(self, name: str, /, person: str = "mia", **more: object) -> Json:
        return await perform(self.bench.desk, name, {"person": person, **more})

    async def say(self, text: str = "hello", channel: str = "#support", person: str = "mia") -> None:
        """Say something; every delivery of it is through then."""
        assert (await self.act("say", person, channel=channel, text=text))["ok"]

    @asynccontextmanager
    async def over(self, reached: Reached) -> AsyncGenerator[None]:
        """Open the door on one side; the workspace goes that way from now on."""
        async with AsyncExitStack() as stack:
            if reached is Reached.HTTP:
                port = socket.create_server(("127.0.0.1", 0))
                front = Front(self.intake().take, secrets=[self.bench.app.signing_secret], clock=Wall())
                self.bench.app.url = f"http://127.0.0.1:{port.getsockname()[1]}{PATH}"
                await stack.enter_async_context(served([mount_of(front)], port, SLACK))
            else:
                before = self.bench.sockets.count(APP)
                line = listening(self.intake().take, app_token=APP_TOKEN, web_client=self.bench.client())
                await stack.enter_async_context(line)
                await self.bench.until(lambda: self.bench.sockets.count(APP) > before)
            self.bench.app.reached = reached
            yield


@asynccontextmanager
async def opened(folder: Path) -> AsyncGenerator[Room]:
    """A room whose door is shut."""
    async with opened_bench() as bench, opened_store(folder / "data.db") as store:
        yield Room(bench, store, Door(allowed=Allowed(frozenset({TEAM}))))


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def card() -> list[Json]:
    button = {"type": "button", "action_id": "approve", "text": plain("Approve"), "value": "run-1"}
    menu = {"type": "external_select", "action_id": "who", "placeholder": plain("Who"), "min_query_length": 1}
    return [{"type": "actions", "block_id": "decide", "elements": [button, menu]}]


def form() -> Json:
    element = {"type": "plain_text_input", "action_id": "typed"}
    field = {"type": "input", "block_id": "reason", "label": plain("Why?"), "element": element}
    more: dict[str, Any] = {"callback_id": "why", "title": plain("Reject"), "submit": plain("Reject")}
    return {"type": "modal", "blocks": [field], "private_metadata": "run-1", "notify_on_close": True, **more}
