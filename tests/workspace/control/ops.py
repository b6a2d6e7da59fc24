"""A small Bolt app, as anybody might write it: a card with buttons, a form, a home, a menu that asks it."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.workspace.beside import client_of
from bot.workspace.launch import Connection

Json = dict[str, Any]
Ack = Callable[..., Awaitable[None]]


def ops(connection: Connection) -> AsyncApp:
    """`/ops TEXT` posts a card; its buttons approve it, or open a form that rejects it."""
    app = AsyncApp(client=client_of(connection), signing_secret=connection.signing_secret)
    listen: Any = app
    for constraint, listener in COMMANDS.items():
        listen.command(constraint)(listener)
    for constraint, listener in ACTIONS.items():
        listen.action(constraint)(listener)
    for constraint, listener in EVENTS.items():
        listen.event(constraint)(listener)
    listen.view("why")(why)
    listen.options("owner")(owners)
    return app


async def start(ack: Ack, command: Json, client: Any) -> None:
    if command["text"] == "fail":
        raise RuntimeError("asked to")
    if command["text"] == "whisper":
        await ack("Only you know.")
        return
    await ack()
    await client.chat_postMessage(channel=command["channel_id"], text="Approve it?", blocks=card(command["text"]))


async def approve(ack: Ack, body: Json, client: Any) -> None:
    await ack()
    text = f"Approved by <@{body['user']['id']}>"
    await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text=text, blocks=said(text))


async def reject(ack: Ack, body: Json, client: Any) -> None:
    await ack()
    where = f"{body['channel']['id']} {body['message']['ts']}"
    await client.views_open(trigger_id=body["trigger_id"], view=form(where))


async def why(ack: Ack, view: Json, client: Any) -> None:
    reason = view["state"]["values"]["reason"]["text"]["value"]
    if reason == "no":
        await ack(response_action="errors", errors={"reason": "Say more than that."})
        return
    await ack()
    channel, ts = view["private_metadata"].split()
    text = f"Rejected: {reason}"
    await client.chat_update(channel=channel, ts=ts, text=text, blocks=said(text))


async def owners(ack: Ack, body: Json) -> None:
    names = [name for name in ("Mia", "Olga") if body["value"].lower() in name.lower()]
    await ack(options=[{"text": {"type": "plain_text", "text": name}, "value": name} for name in names])


async def home(event: Json, client: Any) -> None:
    await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": said("Nothing waits.")})


async def mention(event: Json, say: Ack) -> None:
    await say(text="You called?", thread_ts=event["ts"])


async def heard() -> None:
    """Left alone."""


COMMANDS: dict[str, Any] = {"/ops": start}
ACTIONS: dict[str, Any] = {"approve": approve, "reject": reject}
EVENTS: dict[str, Any] = {"app_home_opened": home, "app_mention": mention, "message": heard}


def said(text: str) -> list[Json]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]


def card(text: str) -> list[Json]:
    return [
        *said(f"Shall I *{text or 'do it'}*?"),
        {
            "type": "actions",
            "block_id": "decide",
            "elements": [
                {"type": "button", "action_id": "approve", "text": {"type": "plain_text", "text": "Approve"}},
                {"type": "button", "action_id": "reject", "text": {"type": "plain_text", "text": "Reject"}},
                {
                    "type": "external_select",
                    "action_id": "owner",
                    "min_query_length": 1,
                    "placeholder": {"type": "plain_text", "text": "Owner"},
                },
            ],
        },
    ]


def form(where: str) -> Json:
    return {
        "type": "modal",
        "callback_id": "why",
        "private_metadata": where,
        "title": {"type": "plain_text", "text": "Reject"},
        "submit": {"type": "plain_text", "text": "Reject"},
        "blocks": [
            {
                "type": "input",
                "block_id": "reason",
                "label": {"type": "plain_text", "text": "Why?"},
                "element": {"type": "plain_text_input", "action_id": "text"},
            }
        ],
    }
