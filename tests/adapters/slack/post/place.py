"""A workspace of the sample company, and a caller whose time is the workspace's: it passes once all wait for it."""

import asyncio
import heapq
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import aiohttp

from bot.adapters.slack.post.caller import PATIENCE, Caller, Client, client_of
from bot.workspace.clock import Clock
from bot.workspace.control.driver import Driver
from bot.workspace.desk import Desk
from bot.workspace.payload import Json
from bot.workspace.state.message import Message
from tests.workspace.control.served import Place, place

TURNS = 20
"""Turns of the loop in which somebody may still begin a call; after that everybody waits."""


@dataclass
class Virtual:
    """The clock of a workspace as time that passes: at once, whenever nothing is under way and somebody sleeps."""

    clock: Clock
    under_way: int = 0
    stands: bool = False
    """Whether it passes by hand only."""
    slept: list[float] = field(default_factory=list[float])
    _sleepers: list[tuple[float, int, "asyncio.Future[None]"]] = field(
        default_factory=list[tuple[float, int, "asyncio.Future[None]"]]
    )
    _numbers: "count[int]" = field(default_factory=count)

    def now(self) -> float:
        return self.clock.now()

    async def sleep(self, seconds: float) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.slept.append(seconds)
        heapq.heappush(self._sleepers, (self.now() + seconds, next(self._numbers), done))
        self.look()
        await done

    def look(self, turns: int = TURNS) -> None:
        """Let time pass where nothing happens within a few turns of the loop."""
        self._sleepers = [one for one in self._sleepers if not one[2].done()]
        heapq.heapify(self._sleepers)
        if self.under_way or not self._sleepers or self.stands:
            return
        if turns:
            asyncio.get_running_loop().call_soon(self.look, turns - 1)
            return
        self.pass_to(self._sleepers[0][0])

    def pass_to(self, when: float) -> None:
        self.clock.set(max(when, self.now()))
        while self._sleepers and self._sleepers[0][0] <= self.now():
            done = heapq.heappop(self._sleepers)[2]
            if not done.done():
                done.set_result(None)
        asyncio.get_running_loop().call_soon(self.look)


class Counted:
    """Slack's client, and how many calls are under way."""

    def __init__(self, client: Client, passing: Virtual) -> None:
        self._client, self._passing = client, passing

    async def api_call(
        self,
        api_method: str,
        *,
        http_verb: str = "POST",
        params: dict[str, object] | None = None,
        json: dict[str, object] | None = None,
    ) -> object:
        self._passing.under_way += 1
        try:
            return await self._client.api_call(api_method, http_verb=http_verb, params=params, json=json)
        finally:
            self._passing.under_way -= 1
            self._passing.look()


@dataclass(frozen=True)
class Stand:
    """Everything a test of this folder starts from."""

    there: Place
    caller: Caller
    passing: Virtual
    session: aiohttp.ClientSession

    @property
    def driver(self) -> Driver:
        return self.there.driver

    @property
    def desk(self) -> Desk:
        return self.there.both.running.desk

    @property
    def team(self) -> str:
        return self.desk.workspace.team.id

    def another_caller(self, *, patience: timedelta = PATIENCE, address: str = "") -> Caller:
        """As another process has one."""
        connection = self.there.both.connection
        client = client_of(connection.bot_token, address or connection.api, self.session)
        return Caller(Counted(client, self.passing), self.passing, patience=patience)

    def channel(self, name: str) -> str:
        found = self.desk.workspace.channel_named(name)
        assert found is not None, name
        return found.id

    def user(self, name: str) -> str:
        return next(one.id for one in self.desk.workspace.people.values() if one.name == name)

    def written(self, channel: str) -> list[Message]:
        """What the bot has written in a channel, by name or id, threads among it."""
        found = self.desk.workspace.channel_named(channel) or self.desk.workspace.channels[channel]
        return [one for one in found.messages.values() if one.app]

    def texts(self, channel: str) -> list[str]:
        return [one.text for one in self.written(channel)]

    def told(self, person: str) -> list[Message]:
        """What the bot has told somebody alone."""
        us = {self.user("opsbot"), self.user(person)}
        for channel in self.desk.workspace.channels.values():
            if channel.is_direct and {*channel.people} == us:
                return [one for one in channel.messages.values() if one.app]
        return []

    async def calls(self, name: str = "*") -> list[str]:
        """How each call of that name ended, in order."""
        return [str(line["status"]) for line in await self.driver.log(name, way="call")]

    async def requests(self, name: str) -> list[Json]:
        """What each call of that name sent."""
        return [line["request"] for line in await self.driver.log(name, way="call")]


@asynccontextmanager
async def stand() -> AsyncGenerator[Stand]:
    async with place(app=False) as there, aiohttp.ClientSession() as session:
        passing = Virtual(there.both.running.desk.workspace.clock)
        connection = there.both.connection
        client = client_of(connection.bot_token, connection.api, session)
        caller = Caller(Counted(client, passing), passing)
        yield Stand(there, caller, passing, session)
        await caller.stop()
