"""Whatever is called, done and asked, in any order and however hostile: never a 500, and the workspace stays whole."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.workspace.acts.registry import ACTS
from bot.workspace.api.methods import METHODS
from bot.workspace.clock import Clock
from bot.workspace.control.routes import CONTROL
from bot.workspace.control.verb import VERBS
from bot.workspace.launch import EVENTS_PATH, Connection, Launch, launched
from tests.workspace.control.crowd import ANSWERS, CALLS, NOON, STEERED, TEXTS, Json, Pool, anything
from tests.workspace.whole import faults_in

ACTORS = ["mia", "sam", "olga", "gus", "pat"]


class Crowd(RuleBasedStateMachine):
    """An app that answers anything, and people who do anything."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.answer: Any = b""
        self.loop.run_until_complete(self._begin())

    async def _begin(self) -> None:
        options = Launch(port=0, data=None, ids_seed=1, clock=Clock(stands_at=NOON))
        self.both = await self.stack.enter_async_context(launched(options, self._app))
        self.session = await self.stack.enter_async_context(aiohttp.ClientSession())
        self.running = self.both.running
        self.workspace = self.running.desk.workspace
        self.held = {CONTROL: self.running.tokens.control}

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

    @rule(answer=st.sampled_from(ANSWERS))
    def answer_so(self, answer: Any) -> None:
        self.answer = answer

    @rule(data=st.data(), method=st.sampled_from(sorted(CALLS)), how=st.sampled_from(["json", "json", "form", "query"]))
    def call(self, data: st.DataObject, method: str, how: str) -> None:
        given = Pool(self.workspace, data).arguments(CALLS[method])
        self._request(f"/api/{method}", given, how, self._bearer(method))

    @rule(data=st.data(), method=st.sampled_from(sorted(METHODS)))
    def call_with_anything(self, data: st.DataObject, method: str) -> None:
        names = "channel? user? ts? limit? cursor? name? view? blocks? trigger_id? text? file? users? topic?"
        self._request(f"/api/{method}", Pool(self.workspace, data).arguments(names), "form", self._bearer(method))

    def _bearer(self, method: str) -> Json:
        app = next(iter(self.workspace.apps.values()))
        return {"Authorization": f"Bearer {app.app_token if method == 'apps.connections.open' else app.bot_token}"}

    @rule(
        data=st.data(), name=st.sampled_from(sorted(ACTS)), person=st.sampled_from(["mia", "sam", "olga", "gus", "pat"])
    )
    def act(self, data: st.DataObject, name: str, person: str) -> None:
        fields = {one: field.is_required() for one, field in ACTS[name].asked.model_fields.items() if one != "person"}
        wanted = " ".join(one if needed else f"{one}?" for one, needed in fields.items())
        found = self.workspace.person_named(person)
        given = Pool(self.workspace, data, found.id if found else "").arguments(wanted)
        self._request(f"/act/{name}", {"person": person, **given}, "json", self.held)

    @rule(data=st.data(), action=st.sampled_from(["go", "pick", "ask"]), person=st.sampled_from(["mia", "sam"]))
    def use_what_is_there(self, data: st.DataObject, action: str, person: str) -> None:
        shown = [one for channel in self.workspace.channels.values() for one in channel.messages.values() if one.blocks]
        shown += [one for one in self.workspace.whispers.values() if one.blocks]
        acted = [one for one in shown if one.bot]
        if acted:
            message = data.draw(st.sampled_from(acted[-6:]))
            given: Json = {"person": person, "channel": message.channel, "ts": message.ts, "block_id": "a"}
            name = "suggest" if action == "ask" else "click"
            more: Json = {"value": "a"} if action == "pick" else {}
            self._request(f"/act/{name}", {**given, "action_id": action, **more}, "json", self.held)

    @rule(data=st.data(), name=st.sampled_from(["submit", "submit", "close", "click"]))
    def use_what_is_open(self, data: st.DataObject, name: str) -> None:
        views = [*self.workspace.views()]
        if views:
            view = data.draw(st.sampled_from(views))
            given: Json = {"person": view.person, "view": view.id}
            more: dict[str, Json] = {
                "submit": {"entered": {"i": {"text": data.draw(st.sampled_from(TEXTS))}}},
                "click": {"block_id": "a", "action_id": "go"},
                "close": {"everything": data.draw(st.booleans())},
            }
            self._request(f"/act/{name}", given | more[name], "json", self.held)

    @rule(text=st.sampled_from(TEXTS), view=st.booleans())
    def run_a_command_and_open_a_form(self, text: str, view: bool) -> None:
        self._request(
            "/act/command", {"person": "mia", "channel": "support", "text": f"/ops {text}"}, "json", self.held
        )
        if view and self.workspace.triggers:
            given = {"trigger_id": [*self.workspace.triggers][-1], "view": FORM}
            self._request("/api/views.open", given, "json", self._bearer(""))

    @rule(data=st.data(), verb=st.sampled_from(sorted(VERBS)), hostile=st.integers(1, 4))
    def steer(self, data: st.DataObject, verb: str, hostile: int) -> None:
        given = data.draw(st.sampled_from(STEERED[verb]))
        if hostile == 1 and given:
            name = data.draw(st.sampled_from(sorted(given)))
            given = {**given, name: data.draw(anything)}
        self._request(f"/control/{verb}", given, "json", self.held)

    @rule(
        path=st.sampled_from(["/api/chat.postMessage", "/act/say", "/control/state", "/response/x", "/", "/link/"]),
        raw=st.binary(max_size=200) | st.sampled_from([b"[" * 50_000, b'{"a":' * 20_000, b"payload=%ff", b"\x00"]),
        kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "x", ""]),
    )
    def send_bytes(self, path: str, raw: bytes, kind: str) -> None:
        self._send("POST", path, {"Content-Type": kind, **self.held}, data=raw)

    @rule(raw=st.binary(max_size=8), key=st.booleans())
    def upload(self, raw: bytes, key: bool) -> None:
        keys = [file.key for file in self.workspace.files.values() if file.key]
        self._send("POST", f"/upload/v1/{keys[-1] if keys and key else 'x'}", {}, data=raw)

    @rule(data=st.data(), given=st.sampled_from([one for one in ANSWERS if isinstance(one, dict)]))
    def answer_by_address(self, data: st.DataObject, given: Json) -> None:
        keys = [*self.workspace.response_urls]
        more = data.draw(st.sampled_from([{}, {"replace_original": True}, {"delete_original": True}]))
        key = data.draw(st.sampled_from(keys[-4:])) if keys else "x"
        self._request(f"/response/{key}", {**given, **more}, "json", {})

    @rule(
        person=st.sampled_from(["mia", "gus", "vera", "nobody"]),
        place=st.sampled_from(["general", "support", "random", "dm-leo", "%00", "..", "app-opsbot"]),
        thread=st.sampled_from(["", "?thread=x", "?thread=1.5"]),
    )
    def look(self, person: str, place: str, thread: str) -> None:
        self._send("GET", f"/as/{person}/{place}{thread}", {})

    # --- asking --------------------------------------------------------------------------------------------------

    def _request(self, path: str, given: Json, how: str, headers: Json) -> None:
        if how == "json":
            self._send("POST", path, {**headers, "Content-Type": "application/json"}, data=json.dumps(given))
            return
        flat = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
        flat = {key: value.encode("utf-8", "replace").decode() for key, value in flat.items()}
        method, where = ("GET", "params") if how == "query" else ("POST", "data")
        self._send(method, path, headers, **{where: flat})

    def _send(self, method: str, path: str, headers: Json, **more: Any) -> None:
        self.loop.run_until_complete(asyncio.wait_for(self._sent(method, path, headers, more), 20))

    async def _sent(self, method: str, path: str, headers: Json, more: Json) -> None:
        url = self.running.address + path
        try:
            async with self.session.request(method, url, headers=headers, **more) as response:
                said = await response.read()
                assert response.status < 500, (method, path, more, response.status, said[:300])
        except aiohttp.ClientError:
            """A connection that a fault broke."""

    # --- what always holds ---------------------------------------------------------------------------------------

    @invariant()
    def is_whole(self) -> None:
        if hasattr(self, "running"):
            assert self.running.bugs == []
            assert faults_in(self.workspace) == []

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.run_until_complete(self._end())
            self.loop.close()

    async def _end(self) -> None:
        await asyncio.wait_for(self.running.carrier.wait_idle(), 20)
        await self.stack.aclose()


LABEL = {"type": "plain_text", "text": "Go"}
FORM: Json = {
    "type": "modal",
    "title": LABEL,
    "submit": LABEL,
    "blocks": [
        {"type": "input", "block_id": "i", "label": LABEL, "element": {"type": "plain_text_input", "action_id": "text"}}
    ],
}


def run(examples: int, steps: int) -> None:
    health = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=health)
    run_state_machine_as_test(Crowd, settings=how)


def test_a_crowd_leaves_the_workspace_whole() -> None:
    run(12, 40)


@pytest.mark.certify
def test_a_large_crowd_leaves_the_workspace_whole() -> None:
    run(1_000, 120)
