"""`GET /openapi.json`: every way in, as a machine that sends something is set up by it; it names no secret."""

from collections.abc import Iterator, Mapping
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from bot.adapters.web.hooks import fact_of
from bot.adapters.web.mails import KIND
from bot.application.parts import Parts
from bot.domain.brief.hook import Hook, Signed
from bot.domain.from_event import hooks_of
from bot.domain.person import Door
from bot.domain.terms import Terms

_SCHEMES: Mapping[str, Mapping[str, str]] = {
    Signed.STANDARD: {"type": "apiKey", "in": "header", "name": "webhook-signature"},
    Signed.GITHUB: {"type": "apiKey", "in": "header", "name": "X-Hub-Signature-256"},
    Signed.SLACK: {"type": "apiKey", "in": "header", "name": "X-Slack-Signature"},
    Signed.BEARER: {"type": "http", "scheme": "bearer"},
}
_ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
_KEPT = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
_ANSWERS = {
    "202": "Kept. It is done however the bot ends; the same event again has the same answer.",
    "204": "Understood, and nothing to do.",
    "400": "Not what is expected here; the sentence says why.",
    "401": "The sender is not known.",
    "404": "There is no such way in.",
    "405": "Another method is used here.",
    "408": "It took too long to send.",
    "413": "Too large.",
    "415": "Another content type is used here.",
    "429": "Too much waits already, or it is paused. Nothing was kept: send it again later.",
    "503": "Not just now. Nothing was kept: send it again later.",
}


class Described:
    """What is open now, as OpenAPI 3.1."""

    def __init__(self, parts: Parts, address: str) -> None:
        self._parts, self._address = parts, address

    async def answer(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(described(self._parts, self._address), headers={"Cache-Control": "no-store"})


def described(parts: Parts, address: str) -> dict[str, Any]:
    """Hooks and mail; forms are for people, who are shown them."""
    library = parts.library
    every = [(name, library.current(name)) for name in library.names()]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Countersign", "version": "1", "description": "The ways in for machines."},
        "servers": [{"url": address}],
        "paths": {path: item for name, terms in every for path, item in _paths(name, terms)},
        "components": {"securitySchemes": {str(name): {**one} for name, one in _SCHEMES.items()}},
    }


def _paths(workflow: str, terms: Terms) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, hook in hooks_of(workflow, terms.brief).items():
        says = f"Ends “{hook.ends}” of a run of {workflow}." if hook.ends else f"Starts {workflow}."
        body = {"application/json": {"schema": _schema(terms, hook)}}
        yield f"/hooks/{name}", {"post": _post(f"hook_{name}", says, body, [hook.signed])}
    if Door.MAIL.value in terms.brief.triggers.doors:
        body = {KIND: {"schema": {"type": "string"}}}
        says = f"A mail as it was sent; starts {workflow}."
        yield f"/mail/{workflow}", {"post": _post(f"mail_{workflow}", says, body, [Signed.BEARER, Signed.STANDARD])}


def _post(id: str, says: str, body: Mapping[str, Any], schemes: list[Signed]) -> dict[str, Any]:
    return {
        "operationId": id,
        "summary": says,
        "requestBody": {"required": True, "content": {**body}},
        "security": [{str(scheme): []} for scheme in schemes],
        "responses": {status: _response(status, said) for status, said in _ANSWERS.items()},
    }


def _response(status: str, said: str) -> dict[str, Any]:
    if status == "204":
        return {"description": said}
    schema = _KEPT if status == "202" else _ERROR
    return {"description": said, "content": {"application/json": {"schema": schema}}}


def _schema(terms: Terms, hook: Hook) -> Mapping[str, Any]:
    """What has to be sent; where a brief takes it apart, only that it is JSON is sure."""
    fact: type[BaseModel] = fact_of(terms, hook)
    return {"type": "object"} if hook.fields or hook.only or hook.event_id else _inlined(fact)


def _inlined(fact: type[BaseModel]) -> Mapping[str, Any]:
    """The schema of a fact, with what it refers to at the place where it is looked for."""
    return fact.model_json_schema(mode="validation")
