"""The Bolt app behind the door: it knows which workspace its token is for, and every payload passes through it.

Both doors verify what comes in before Bolt reads anything of it, and the intake, which keeps what came and says how
Slack is answered, is the app's one middleware. So Bolt runs no listener, and nothing is done that was not kept.
"""

import json

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.intake.envelope import Payload
from bot.adapters.slack.intake.intake import STRANGE, Reply, Take, refused
from bot.domain.plain import is_object


def through_bolt(client: AsyncWebClient, take: Take) -> Take:
    """The same door, behind a Bolt app."""
    app = AsyncApp(client=client, request_verification_enabled=False, process_before_response=True)

    async def answer(request: AsyncBoltRequest) -> BoltResponse:
        body: dict[str, object] = request.body
        reply = await take(body)
        return BoltResponse(status=reply.status, body={**reply.body} if reply.body is not None else "")

    app.middleware(answer)

    async def dispatch(payload: Payload) -> Reply:
        try:
            request = AsyncBoltRequest(mode="socket_mode", body={**payload})
        except (AttributeError, KeyError, TypeError, ValueError):
            return refused(STRANGE, "shape")
        response = await app.async_dispatch(request)
        body: object = json.loads(response.body) if response.body.startswith("{") else None
        return Reply(response.status, body if is_object(body) else None)

    return dispatch
