"""Socket Mode: the same door, over a connection that we open.

What is refused is acknowledged all the same, or it would come again.
"""

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.adapters.slack.intake.intake import DONE, LATER, STRANGE, refused

logger = logging.getLogger(__name__)


@asynccontextmanager
async def listening(app: AsyncApp, app_token: str) -> AsyncGenerator[SocketModeClient]:
    """Hear what Slack sends until the end; a connection that breaks is opened again."""
    client = SocketModeClient(app_token=app_token, web_client=app.client, logger=logger)

    async def hear(connection: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        answer = await _answered(app, request)
        if answer.status == LATER:
            return  # Slack sends it again, perhaps over another connection
        payload = json.loads(answer.body) if answer.status == DONE and answer.body else None
        await connection.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload=payload))

    client.socket_mode_request_listeners.append(hear)
    await client.connect()
    try:
        yield client
    finally:
        await client.close()


async def _answered(app: AsyncApp, request: SocketModeRequest) -> BoltResponse:
    try:
        asked = AsyncBoltRequest(mode="socket_mode", body={**request.payload})
    except (AttributeError, KeyError, TypeError, ValueError):
        return BoltResponse(status=refused(STRANGE, "shape").status)
    return await app.async_dispatch(asked)
