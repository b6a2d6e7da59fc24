"""The Bolt app: it knows the workspace's token and ignores the bot's own messages; the intake does all the rest."""

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.intake.intake import Intake, Reply


def bolt_app(client: AsyncWebClient, intake: Intake) -> AsyncApp:
    """An app whose only middleware is the intake. The front verifies requests, before Bolt reads anything of them."""
    app = AsyncApp(client=client, request_verification_enabled=False, process_before_response=True)

    async def take(request: AsyncBoltRequest) -> BoltResponse:
        body: dict[str, object] = request.body
        return response_of(await intake.take(body))

    app.use(take)
    return app


def response_of(reply: Reply) -> BoltResponse:
    """A reply in Bolt's terms."""
    return BoltResponse(status=reply.status, body=reply.body if reply.body is not None else "")
