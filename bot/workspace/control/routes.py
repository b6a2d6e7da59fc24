"""Where tests and the page ask: `POST /control/{verb}` with the token of the control, `POST /act/{name}` with any."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.workspace.acts.outcome import Refused
from bot.workspace.control.verb import Controls, ask
from bot.workspace.payload import Json, as_object, from_json
from bot.workspace.safety import is_secret, refused

CONTROL, PAGE = "X-Control-Token", "X-Workspace-Page"
"""The headers that tokens come in."""

Act = Callable[[str, Json], Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Who may ask: tests, and the page."""

    control: str
    page: str


def add_control_routes(app: web.Application, controls: Controls, tokens: Tokens, act: Act) -> None:
    """Let tests steer, and tests and the page act."""

    async def control(request: web.Request) -> web.Response:
        if not is_secret(request.headers.get(CONTROL, ""), tokens.control):
            return _locked(f"The control asks for its token in the header {CONTROL}. The ready file has it.")
        return await _answered(request, lambda given: ask(controls, request.match_info["verb"], given))

    async def perform(request: web.Request) -> web.Response:
        by_page = is_secret(request.headers.get(PAGE, ""), tokens.page)
        if not by_page and not is_secret(request.headers.get(CONTROL, ""), tokens.control):
            return _locked("Acting asks for a token in a header. Reload the page, or take the one in the ready file.")
        return await _answered(request, lambda given: act(request.match_info["name"], given))

    app.router.add_post("/control/{verb}", control)
    app.router.add_post("/act/{name}", perform)


def _locked(sentence: str) -> web.Response:
    return refused(sentence, status=401)


async def _answered(request: web.Request, do: Callable[[Json], Awaitable[Json]]) -> web.Response:
    try:
        said = await do(await _given(request))
    except Refused as error:
        return refused(str(error), status=400)
    return web.json_response({"ok": True} | said, dumps=_dumped)


async def _given(request: web.Request) -> Json:
    """The arguments: a JSON object, or nothing at all."""
    raw = await request.read()
    try:
        given = as_object(from_json(raw.decode() or "{}"))
    except ValueError:
        given = None
    if given is None:
        raise Refused('Send a JSON object, such as {"advance": 60}.')
    return given


def _dumped(said: object) -> str:
    return json.dumps(said, default=str)
