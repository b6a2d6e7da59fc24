"""Whatever is called, done and asked, in any order and however hostile: never a 500, and the workspace stays whole."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random, SystemRandom
from typing import Any, cast
from urllib.parse import parse_qsl

import aiohttp
import pytest
from aiohttp import web

from bot.workspace.acts.registry import ACTS
from bot.workspace.api.methods import METHODS
from bot.workspace.begin import Origin, begun
from bot.workspace.clock import Clock
from bot.workspace.company.reading import read_company
from bot.workspace.control.routes import CONTROL, PAGE
from bot.workspace.control.verb import VERBS
from bot.workspace.launch import EVENTS_PATH, FILE, Connection, Launch, Launched, launched
from bot.workspace.page.where import found
from tests.workspace.control.crowd import ANSWERS, CALLED, CALLS, NOON, STEERED, TEXTS, VIEWS, Json, Pool, anything
from tests.workspace.whole import faults_in

PAGES = ["as=mia&place=support&log", "as=sam&place=random", "as=mia&place=home-opsbot"]
ACTORS = ["mia", "sam", "olga", "gus", "pat"]


class Crowd:
    """An app that answers anything, and people who do anything."""

    async def play(self, seed: int, steps: int, folder: Path) -> None:
        """One thing after the other, all as likely as each other; after each all is whole, and it is kept so."""
        chance, self.answer, self.done = Random(seed), cast("Any", b""), list[str]()
        options = Launch(port=0, data=folder, ids_seed=1, clock=Clock(stands_at=NOON))
        async with aiohttp.ClientSession() as self.session:
            async with launched(options, self._app) as both:
                pages = await self._arrive(both)
                for _ in range(steps):
                    await chance.choice(self.everything)(chance)
                    assert self.running.bugs == [], self.done[-5:]
                    assert faults_in(self.workspace) == [], self.done[-5:]
                await asyncio.wait_for(self.running.carrier.wait_idle(), 20)
            await asyncio.gather(*pages)
        await self._is_kept(folder)

    async def _arrive(self, both: Launched) -> list[asyncio.Task[None]]:
        self.running = both.running
        self.workspace = self.running.desk.workspace
        self.bot = next(iter(self.workspace.apps.values())).user
        self.held = {CONTROL: self.running.tokens.control}
        return [asyncio.create_task(self._watch(page)) for page in PAGES]

    def _status(self, page: str) -> int:
        place = dict(parse_qsl(page, keep_blank_values=True))
        return 200 if found(self.workspace, place["as"], place["place"]) else 404

    async def _watch(self, page: str) -> None:
        """A page that stands open the whole time."""
        url = f"{self.running.address}/page/live?{page}"
        headers = {PAGE: self.running.tokens.page}
        before = self._status(page)  # the crowd may have archived what it shows, or sent its person away
        with suppress(aiohttp.ClientError):
            async with self.session.get(url, headers=headers, timeout=aiohttp.ClientTimeout(total=None)) as response:
                assert response.status in (before, self._status(page))
                async for line in response.content:
                    assert line == b"\n" or json.loads(line)

    async def _is_kept(self, folder: Path) -> None:
        origin = Origin(company=read_company(None), file=folder / FILE, clock=Clock(stands_at=NOON))
        async with begun(origin, self.running.address) as found:
            assert found.restored
            for channel in self.workspace.channels.values():
                for message in channel.messages.values():
                    message.chosen.clear()  # not kept
            assert found.workspace.channels == self.workspace.channels
            assert found.workspace.people == self.workspace.people
            assert found.workspace.files == self.workspace.files

    @asynccontextmanager
    async def _app(self, connection: Connection) -> AsyncGenerator[None]:
        app = web.Application()
        app.router.add_post(EVENTS_PATH, self._reply)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        assert connection.listening is not None
        await web.SockSite(runner, connection.listening).start()
        yield
        await runner.cleanup()

    async def _reply(self, request: web.Request) -> web.Response:
        await request.read()
        if isinstance(self.answer, int):
            return web.Response(status=self.answer, headers={"Location": "http://127.0.0.1:9/"})
        if isinstance(self.answer, bytes):
            return web.Response(body=self.answer)
        return web.json_response(self.answer)

    # --- what can be done ----------------------------------------------------------------------------------------

    @property
    def everything(self) -> list[Callable[[Random], Awaitable[None]]]:
        often = [self.call, self.act, self.use_what_is_there, self.use_what_is_open, self.run_a_command]
        seldom = [self.answer_so, self.call_with_anything, self.steer, self.answer_by_address, self.look]
        return [*often, *often, *often, *seldom, *seldom, self.send_bytes, self.upload]

    async def answer_so(self, chance: Random) -> None:
        self.answer = chance.choice(ANSWERS)

    async def call(self, chance: Random) -> None:
        method, how = chance.choice(CALLED), chance.choice(["json", "json", "form", "query"])
        given = Pool(self.workspace, chance, self.bot).arguments(CALLS[method])
        await self._request(f"/api/{method}", given, how, self._bearer(method))

    async def call_with_anything(self, chance: Random) -> None:
        method = chance.choice(sorted(set(METHODS) - {"auth.revoke"}))
        names = "channel? user? ts? limit? cursor? name? view? blocks? trigger_id? text? file? users? topic?"
        given = Pool(self.workspace, chance, self.bot).arguments(names)
        await self._request(f"/api/{method}", given, "form", self._bearer(method))

    def _bearer(self, method: str) -> Json:
        app = next(iter(self.workspace.apps.values()))
        return {"Authorization": f"Bearer {app.app_token if method == 'apps.connections.open' else app.bot_token}"}

    async def act(self, chance: Random) -> None:
        name, person = chance.choice(sorted(ACTS)), chance.choice(ACTORS)
        fields = {one: field.is_required() for one, field in ACTS[name].asked.model_fields.items() if one != "person"}
        wanted = " ".join(one if needed else f"{one}?" for one, needed in fields.items())
        found = self.workspace.person_named(person)
        given = Pool(self.workspace, chance, found.id if found else "", acts=True).arguments(wanted)
        await self._request(f"/act/{name}", {"person": person, **given}, "json", self.held)

    async def use_what_is_there(self, chance: Random) -> None:
        action, person = chance.choice(["go", "pick", "ask"]), chance.choice(["mia", "sam"])
        shown = [one for channel in self.workspace.channels.values() for one in channel.messages.values() if one.blocks]
        acted = [one for one in (*shown, *self.workspace.whispers.values()) if one.bot and one.blocks]
        if acted:
            message = chance.choice(acted[-6:])
            given: Json = {"person": person, "channel": message.channel, "ts": message.ts, "block_id": "a"}
            name = "suggest" if action == "ask" else "click"
            more: Json = {"value": "a"} if action == "pick" else {}
            await self._request(f"/act/{name}", {**given, "action_id": action, **more}, "json", self.held)

    async def use_what_is_open(self, chance: Random) -> None:
        views = [*self.workspace.views()]
        if views:
            view, name = chance.choice(views), chance.choice(["submit", "submit", "close", "click"])
            given: Json = {"person": view.person, "view": view.id}
            more: dict[str, Json] = {
                "submit": {"entered": {"i": {"text": chance.choice(TEXTS)}}},
                "click": {"block_id": "a", "action_id": "go"},
                "close": {"everything": chance.random() < 0.3},
            }
            await self._request(f"/act/{name}", given | more[name], "json", self.held)

    async def run_a_command(self, chance: Random) -> None:
        """And open a form, or lay one on top of another, while its trigger is good."""
        typed = {"person": chance.choice(["mia", "sam"]), "channel": "support", "text": f"/ops {chance.choice(TEXTS)}"}
        await self._request("/act/command", typed, "json", self.held)
        if chance.random() < 0.7 and self.workspace.triggers:
            given = {"trigger_id": [*self.workspace.triggers][-1], "view": chance.choice(VIEWS)}
            await self._request(f"/api/views.{chance.choice(['open', 'push'])}", given, "json", self._bearer(""))

    async def steer(self, chance: Random) -> None:
        verb = chance.choice(sorted(VERBS))
        given = chance.choice(STEERED[verb])
        if given and chance.random() < 0.2:
            given = {**given, chance.choice(sorted(given)): anything(chance)}
        await self._request(f"/control/{verb}", given, "json", self.held)

    async def send_bytes(self, chance: Random) -> None:
        path = chance.choice(["/api/chat.postMessage", "/act/say", "/control/state", "/response/x", "/", "/link/"])
        raw = chance.choice([chance.randbytes(50), b"[" * 50_000, b'{"a":' * 20_000, b"payload=%ff", b"\x00"])
        form = "application/x-www-form-urlencoded"
        kind = chance.choice(["application/json", form, "multipart/form-data", "x", ""])
        await self._send("POST", path, {"Content-Type": kind, **self.held}, data=raw)

    async def upload(self, chance: Random) -> None:
        keys = ["x", *(file.key for file in self.workspace.files.values() if file.key)]
        await self._send("POST", f"/upload/v1/{chance.choice(keys[-2:])}", {}, data=chance.randbytes(3))

    async def answer_by_address(self, chance: Random) -> None:
        keys = ["x", *self.workspace.response_urls]
        answers: list[Json] = [one for one in ANSWERS if isinstance(one, dict)]
        given = chance.choice(answers)
        more: Json = chance.choice([{}, {"replace_original": True}, {"delete_original": True}])
        await self._request(f"/response/{chance.choice(keys[-4:])}", {**given, **more}, "json", {})

    async def look(self, chance: Random) -> None:
        person = chance.choice(["mia", "gus", "vera", "nobody"])
        place = chance.choice(["general", "support", "random", "dm-leo", "%00", "..", "home-opsbot"])
        await self._send("GET", f"/as/{person}/{place}{chance.choice(['', '?thread=x', '?thread=1.5'])}", {})

    # --- asking --------------------------------------------------------------------------------------------------

    async def _request(self, path: str, given: Json, how: str, headers: Json) -> None:
        if how == "json":
            headers = {**headers, "Content-Type": "application/json"}
            await self._send("POST", path, headers, data=json.dumps(given))
            return
        flat = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
        flat = {key: value.encode("utf-8", "replace").decode()[:6_000] for key, value in flat.items()}
        method, where = ("GET", "params") if how == "query" else ("POST", "data")
        await self._send(method, path, headers, **{where: flat})

    async def _send(self, method: str, path: str, headers: Json, **more: Any) -> None:
        self.done.append(f"{method} {path} {str(more)[:2_000]}")
        try:
            async with asyncio.timeout(20):
                await self._sent(method, path, headers, more)
        except aiohttp.ClientError:
            """A connection that a fault broke."""

    async def _sent(self, method: str, path: str, headers: Json, more: Json) -> None:
        url = self.running.address + path
        async with self.session.request(method, url, headers=headers, **more) as response:
            said = await response.read()
            assert response.status < 500, (self.done[-5:], response.status, said[:300])


@pytest.mark.parametrize("seed", range(6))
async def test_a_crowd_leaves_the_workspace_whole(seed: int, tmp_path: Path) -> None:
    await Crowd().play(seed, 80, tmp_path)


async def test_a_crowd_that_never_came_before_leaves_it_whole(tmp_path: Path) -> None:
    seed = SystemRandom().randrange(2**40)
    print(f"The seed of this crowd is {seed}.")
    await Crowd().play(seed, 80, tmp_path)


@pytest.mark.certify
@pytest.mark.parametrize("hundred", range(10))
async def test_many_crowds_leave_the_workspace_whole(hundred: int, tmp_path: Path) -> None:
    for seed in range(1_000 + hundred * 100, 1_100 + hundred * 100):
        await Crowd().play(seed, 150, tmp_path / str(seed))
