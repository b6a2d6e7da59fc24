"""The Bolt app behind the door: it knows whose its token is, ignores the bot's own messages, and hands on the rest.

Both doors verify what comes in before Bolt reads any of it. The intake is the app's one middleware: it keeps what came
and says how Slack is answered, so that Bolt runs no listener and nothing is done that was not kept. Whose the token is
was found out before anything is heard: asked in between, a payload that came meanwhile would be acknowledged and lost.
"""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol, cast

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.adapters.slack.intake.envelope import Payload
from bot.adapters.slack.intake.intake import STRANGE, Reply, Take, refused
from bot.domain.plain import is_object

BROKEN = 500
"""The intake never says this: a payload had a shape that Bolt itself cannot read."""
Middleware = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


class App(Protocol):
    """What is used of Bolt's app, whose types leave much unsaid."""

    def middleware(self, *functions: Middleware) -> object: ...
    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse: ...


def through_bolt(take: Take, *, token: str, team: str, user: str, bot: str) -> Take:
    """The same door, behind an app of Bolt's."""
    whose = AuthorizeResult(enterprise_id=None, team_id=team, bot_token=token, bot_id=bot, bot_user_id=user)

    async def authorize(**_: object) -> AuthorizeResult:
        return whose

    async def answer(request: AsyncBoltRequest) -> BoltResponse:
        body: dict[str, object] = request.body
        reply = await take(body)
        return BoltResponse(status=reply.status, body={**reply.body} if reply.body is not None else "")

    plain = AsyncApp(
        authorize=authorize, request_verification_enabled=False, process_before_response=True, logger=_silent()
    )
    app = cast("App", plain)
    app.middleware(answer)

    async def dispatch(payload: Payload) -> Reply:
        try:
            request = AsyncBoltRequest(mode="socket_mode", body={**payload})
        except (AttributeError, KeyError, TypeError, ValueError):
            return refused(STRANGE, "shape")
        response = await app.async_dispatch(request)
        return _reply(response) if response.status != BROKEN else refused(STRANGE, "shape")

    return dispatch


def _silent() -> logging.Logger:
    """Bolt's log. What it stumbles over it would quote; the intake says in one line what was refused."""
    silent = logging.getLogger("slack_bolt.behind_the_door")
    silent.setLevel(logging.CRITICAL + 1)
    return silent


def _reply(response: BoltResponse) -> Reply:
    body: object = json.loads(response.body) if response.body.startswith("{") else None
    return Reply(response.status, body if is_object(body) else None)
