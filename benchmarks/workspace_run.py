"""One process: a local workspace with an idle app of Bolt beside it, until it is told to stop."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.workspace.beside import bolt, client_of
from bot.workspace.launch import Connection, Launch, run


def clicked_app(connection: Connection) -> AsyncApp:
    """It changes the card that was clicked, and does nothing else."""
    app = AsyncApp(client=client_of(connection), signing_secret=connection.signing_secret)
    made: Any = app

    async def clicked(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        channel, ts, value = body["channel"]["id"], body["message"]["ts"], body["actions"][0]["value"]
        await client.chat_update(channel=channel, ts=ts, text=value, blocks=card(value, str(int(value) + 1)))

    async def heard() -> None:
        """Left alone."""

    made.action("next")(clicked)
    made.event("message")(heard)
    return app


def card(shown: str, value: str) -> list[dict[str, Any]]:
    text = {"type": "mrkdwn", "text": f"Clicked {shown} times"}
    button = {"type": "button", "action_id": "next", "text": {"type": "plain_text", "text": "Next"}, "value": value}
    return [
        {"type": "section", "text": text},
        {"type": "actions", "block_id": "a", "elements": [button]},
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--ready-file", type=Path, required=True)
    asked = parser.parse_args()
    options = Launch(port=0, data=asked.data, ready_file=asked.ready_file)
    asyncio.run(run(options, print, bolt(clicked_app)))


if __name__ == "__main__":
    main()
