"""A small Bolt app that shows what a test asks for, and keeps what it hears."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.workspace.beside import client_of
from bot.workspace.launch import Connection
from bot.workspace.payload import Json

Heard = list[tuple[str, Json]]


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(name: str) -> Json:
    return {"text": words(name.title()), "value": name}


def button(name: str, **more: object) -> Json:
    return {"type": "button", "action_id": name.lower(), "text": words(name), "value": name.lower(), **more}


def actions(*elements: Json) -> list[Json]:
    return [{"type": "actions", "block_id": "acts", "elements": [*elements]}]


def field(id: str, label: str, element: Json, **more: object) -> Json:
    return {"type": "input", "block_id": id, "label": words(label), "element": {"action_id": "it", **element}, **more}


def modal(title: str, *blocks: Json, **more: object) -> Json:
    named = {"title": words(title), "submit": words("Save"), "close": words("Cancel")}
    inside = [*blocks] or [{"type": "section", "text": words("Nothing to fill in.")}]
    return {"type": "modal", "callback_id": title.lower(), **named, "blocks": inside, **more}


TOPICS = [option(name) for name in ("billing", "bug", "how-to")]

MENUS = actions(
    {"type": "static_select", "action_id": "topic", "placeholder": words("Topic"), "options": TOPICS},
    {"type": "users_select", "action_id": "who", "placeholder": words("Reassign to")},
    {"type": "channels_select", "action_id": "where", "placeholder": words("Channel")},
    {"type": "conversations_select", "action_id": "talk", "placeholder": words("Conversation")},
    {"type": "external_select", "action_id": "ticket", "placeholder": words("Ticket"), "min_query_length": 2},
    {"type": "overflow", "action_id": "more", "options": [option("escalate"), option("archive")]},
)  # fmt: skip

SEVERAL: list[Json] = [
    {
        "type": "section",
        "block_id": "several",
        "text": words("Topics"),
        "accessory": {"type": "multi_static_select", "action_id": "topics", "options": TOPICS, "max_selected_items": 2},
    }
]

CHOICES = actions(
    {"type": "datepicker", "action_id": "day"},
    {"type": "timepicker", "action_id": "hour"},
    {"type": "radio_buttons", "action_id": "tone", "options": TOPICS},
    {"type": "checkboxes", "action_id": "tell", "options": TOPICS},
)

SURE = {"title": words("Sure?"), "text": words("This sends it."), "confirm": words("Send"), "deny": words("Keep")}

FORM = modal(
    "Form",
    field("amount", "Amount", {"type": "number_input", "is_decimal_allowed": True, "max_value": "100"}),
    field("answer", "Answer", {"type": "plain_text_input", "multiline": True}),
    field("mail", "Mail", {"type": "email_text_input"}, optional=True),
    field("link", "Link", {"type": "url_text_input"}, optional=True),
    field("topic", "Topic", {"type": "static_select", "options": TOPICS}, optional=True),
    field("people", "People", {"type": "multi_users_select"}, optional=True),
    field("day", "Day", {"type": "datepicker"}, optional=True),
    field("at", "At", {"type": "datetimepicker"}, optional=True),
    field("tone", "Tone", {"type": "radio_buttons", "options": TOPICS}, optional=True),
    field("tell", "Tell", {"type": "checkboxes", "options": TOPICS}, optional=True),
    field("notes", "Notes", {"type": "rich_text_input"}, optional=True),
    field("files", "Files", {"type": "file_input"}, optional=True),
    notify_on_close=True,
)


class Small:
    """The app, and what it heard."""

    def __init__(self) -> None:
        self.heard: Heard = []
        self.news = asyncio.Event()
        self.slow = asyncio.Event()
        self.client: Any = None

    def hear(self, name: str, payload: Json) -> None:
        self.heard.append((name, payload))
        self.news.set()

    async def until(self, name: str, fits: Callable[[Json], bool] = lambda _payload: True) -> Json:
        """What it heard under a name, as soon as it has."""
        while True:
            for known, payload in reversed(self.heard):
                if known == name and fits(payload):
                    return payload
            self.news.clear()
            async with asyncio.timeout(10):
                await self.news.wait()

    def made(self, connection: Connection) -> AsyncApp:
        self.client = client_of(connection)
        bolt = AsyncApp(client=self.client, signing_secret=connection.signing_secret, process_before_response=True)
        app: Any = bolt
        app.command(re.compile(".*"))(self._command)
        app.action(re.compile(".*"))(self._action)
        app.options(re.compile(".*"))(self._options)
        app.view(re.compile(".*"))(self._submitted)
        app.view_closed(re.compile(".*"))(self._closed)
        app.shortcut(re.compile(".*"))(self._shortcut)
        app.event(re.compile(".*"))(self._event)
        return bolt

    async def _command(self, ack: Any, body: Json) -> None:
        self.hear("command", body)
        match body["text"]:
            case "form":
                await ack()
                await self.client.views_open(trigger_id=body["trigger_id"], view=FORM)
            case "fail":
                raise ValueError("on purpose")
            case text:
                await ack(f"You said {text}.")

    async def _action(self, ack: Any, body: Json, action: Json) -> None:
        self.hear(str(action["action_id"]), body)
        match action["action_id"]:
            case "slow":
                await self.slow.wait()
            case "broken":
                raise ValueError("on purpose")
            case "deeper":
                given = {"trigger_id": body["trigger_id"]}
                deeper = modal("Deeper", *actions(button("Deepest")))
                await (self.client.views_push if "view" in body else self.client.views_open)(**given, view=deeper)
            case "deepest":
                await self.client.views_push(trigger_id=body["trigger_id"], view=modal("Deepest"))
            case "renew":
                view = modal(
                    "Form", field("answer", "Better answer", FORM["blocks"][1]["element"]), *actions(button("Renew"))
                )
                await self.client.views_update(view_id=body["view"]["id"], view=view)
            case _:
                pass
        await ack()

    async def _options(self, ack: Any, body: Json) -> None:
        self.hear("options", body)
        await ack(options=[option(f"{body['value']}-{n}") for n in (1, 2)])

    async def _submitted(self, ack: Any, body: Json) -> None:
        self.hear("submit", body)
        answer: Json = body["view"]["state"]["values"].get("answer") or {"it": {}}
        said: str = answer["it"].get("value") or ""
        if said == "wrong":
            await ack(response_action="errors", errors={"answer": "Say it in a friendlier way."})
        elif said == "more":
            await ack(response_action="push", view=modal("Next"))
        else:
            await ack(response_action="clear")

    async def _closed(self, ack: Any, body: Json) -> None:
        self.hear("closed", body)
        await ack()

    async def _shortcut(self, ack: Any, body: Json) -> None:
        self.hear("shortcut", body)
        await ack()
        await self.client.views_open(trigger_id=body["trigger_id"], view=modal("Shortcut"))

    async def _event(self, event: Json) -> None:
        self.hear(str(event["type"]), event)
        if event["type"] == "app_home_opened" and event["tab"] == "home":
            home = {
                "type": "home",
                "blocks": [{"type": "header", "text": words("Yours to decide")}, *actions(button("Fresh"))],
            }
            await self.client.views_publish(user_id=event["user"], view=home)
