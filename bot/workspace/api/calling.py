"""A call on its way: who calls and what for, whether they may, what goes wrong on purpose, and what is written down."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from bot.workspace.api.call import Arguments, Call, Method, SlackError, TokenKind
from bot.workspace.api.methods import METHODS, SCOPES
from bot.workspace.api.reading import Incoming
from bot.workspace.desk import Desk
from bot.workspace.fault import Fault, Trouble
from bot.workspace.log import Line, Way
from bot.workspace.payload import Json
from bot.workspace.state.app import App

HIDDEN = frozenset({"token", "client_secret", "code", "refresh_token", "access_token"})
"""What no line of the log shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back over the wire."""

    status: int = 200
    body: Json | str = field(default_factory=dict[str, object])
    retry_after: str = ""
    scopes: str = ""
    accepted: str = ""
    drop: bool = False
    """Nothing goes back: the connection breaks."""

    def text(self) -> str:
        return self.body if isinstance(self.body, str) else json.dumps(self.body)

    @property
    def word(self) -> str:
        """How the log calls it."""
        if self.drop:
            return "dropped"
        if isinstance(self.body, str):
            return str(self.status)
        return "ok" if self.body.get("ok") else str(self.body.get("error", self.status))


def answered(desk: Desk, incoming: Incoming) -> Reply:
    """What Slack answers to a call, and the change made."""
    try:
        method = METHODS.get(incoming.method)
        if incoming.trouble:
            raise SlackError(incoming.trouble)
        if method is None:
            raise SlackError("unknown_method", req_method=incoming.method)
        caller = _caller(desk, method, incoming.token)
        given = _given(method, incoming)
        wait = _wait(desk, incoming.method, caller, given)
        if wait:
            return Reply(status=429, body={"ok": False, "error": "ratelimited"}, retry_after=str(wait))
        call = Call(desk=desk, method=incoming.method, arguments=Arguments(given=given), caller=caller)
        body: Json = {"ok": True} | method.do(call)
    except SlackError as error:
        body = {"ok": False, "error": error.code} | error.more
    return _reply(desk, incoming, body)


async def answer(desk: Desk, incoming: Incoming) -> Reply:
    """Answer a call as Slack does, and as a fault says where one is set for it; write it down."""
    line = _written(desk, incoming)
    began = time.perf_counter()
    channel = str(incoming.query.get("channel") or incoming.body.get("channel") or "")
    fault = desk.faults.take(incoming.method, channel=channel)
    if fault is None:
        reply = answered(desk, incoming)
    else:
        if fault.delay:
            await desk.workspace.clock.sleep(fault.delay)
        reply = _in_trouble(desk, incoming, fault)
    line.response = _shown(reply.body) if isinstance(reply.body, dict) else reply.body
    line.status = reply.word
    line.ms = (time.perf_counter() - began) * 1_000
    desk.log.tell(line)
    return reply


def _in_trouble(desk: Desk, incoming: Incoming, fault: Fault) -> Reply:
    """What a fault makes of a call."""
    match fault.trouble:
        case Trouble.NONE:
            return answered(desk, incoming)
        case Trouble.ERROR:
            return _reply(desk, incoming, {"ok": False, "error": fault.error or "internal_error"})
        case Trouble.STATUS:
            return Reply(status=fault.status or 500, body=fault.body, retry_after=fault.retry_after)
        case Trouble.GARBAGE:
            return Reply(body=fault.body or "<html>\n<h1>Something has gone awry.</h1>")
        case Trouble.DROP_BEFORE:
            return Reply(drop=True)
        case Trouble.DROP_AFTER:
            return Reply(body=answered(desk, incoming).body, drop=True)
        case _:
            assert_never(fault.trouble)


def _caller(desk: Desk, method: Method, token: str) -> App | None:
    """Whose token it is; a method that needs one is refused without."""
    app = desk.workspace.app_of(token) if token else None
    if method.token is TokenKind.NONE:
        return app
    if not token:
        raise SlackError("not_authed")
    if app is None:
        raise SlackError("invalid_auth")
    if app.revoked:
        raise SlackError("token_revoked")
    bot = desk.workspace.people.get(app.user)
    if bot is not None and bot.deleted:
        raise SlackError("account_inactive")
    if (token == app.app_token) is not (method.token is TokenKind.APP):
        raise SlackError("not_allowed_token_type")
    if method.scopes and not any(app.may(scope) for scope in method.scopes):
        raise SlackError("missing_scope", needed=",".join(method.scopes), provided=provided(app))
    return app


def provided(app: App) -> str:
    """What an app may do, as Slack's headers and errors put it."""
    return SCOPES if app.scopes is None else ",".join(sorted(app.scopes))


def _given(method: Method, incoming: Incoming) -> Mapping[str, object]:
    if not incoming.body or not method.takes_json:
        return incoming.query
    return {**incoming.query, **incoming.body} if incoming.query else incoming.body


def _wait(desk: Desk, name: str, caller: App | None, given: Mapping[str, object]) -> int:
    if not desk.limits.factor:
        return 0
    app, channel = caller.id if caller else "", str(given.get("channel", ""))
    return desk.limits.refuse(app, name, METHODS[name].tier, now=desk.workspace.clock.now(), channel=channel)


def _reply(desk: Desk, incoming: Incoming, body: Json) -> Reply:
    if incoming.warning:
        body = _warned(body, incoming.warning)
    method, app = METHODS.get(incoming.method), desk.workspace.app_of(incoming.token) if incoming.token else None
    return Reply(body=body, scopes=provided(app) if app else "", accepted=",".join(method.scopes) if method else "")


def _warned(body: Json, warning: str) -> Json:
    """The answer with another warning beside those it has."""
    metadata: Json = body.get("response_metadata", {})
    warnings = [*metadata.get("warnings", []), warning]
    return body | {"warning": ",".join(warnings), "response_metadata": metadata | {"warnings": warnings}}


def _written(desk: Desk, incoming: Incoming) -> Line:
    app = desk.workspace.app_of(incoming.token) if incoming.token else None
    request = _shown({**incoming.query, **incoming.body})
    now = desk.workspace.clock.now()
    return desk.log.write(at=now, way=Way.CALL, app=app.id if app else "", name=incoming.method, request=request)


def _shown(fields: Json) -> Json:
    return {name: "(hidden)" if name in HIDDEN else value for name, value in fields.items()}
