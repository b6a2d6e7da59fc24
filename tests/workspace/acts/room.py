"""A desk for acts: the app behind it answers what a test tells it to, or does something first."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.workspace.acts.registry import perform
from bot.workspace.changes.granting import look_at_response_url
from bot.workspace.changes.posting import post, whisper
from bot.workspace.changes.viewing import open_modal, publish_home, push_modal
from bot.workspace.delivery.courier import Answer, Delivery, NoAnswer
from bot.workspace.desk import Desk
from bot.workspace.payload import Json
from bot.workspace.state.change import Change, Troubled
from bot.workspace.state.grant import ResponseUrl
from bot.workspace.state.message import Message
from bot.workspace.state.view import View
from bot.workspace.state.workspace import Workspace
from tests.workspace.made import ADDRESS, APP, APP_BOT, BOT, MIA, SUPPORT, made_workspace


@dataclass
class Scripted:
    """A courier whose app answers by its script, then acknowledges."""

    script: list[Answer] = field(default_factory=list[Answer])
    deliveries: list[Delivery] = field(default_factory=list[Delivery])
    meanwhile: Callable[[Delivery], object] = print

    async def deliver(self, delivery: Delivery) -> Answer:
        self.deliveries.append(delivery)
        if self.meanwhile is not print:
            self.meanwhile(delivery)
        return self.script.pop(0) if self.script else Answer()

    def announce(self, delivery: Delivery) -> None:
        """Events are another test's matter."""


@dataclass
class Room:
    """Mia in #support, and the app."""

    desk: Desk
    courier: Scripted
    changes: list[Change] = field(default_factory=list[Change])

    @property
    def workspace(self) -> Workspace:
        return self.desk.workspace

    async def act(self, name: str, /, **more: object) -> Json:
        return await perform(self.desk, name, {"person": "mia", **more})

    async def refused(self, name: str, /, **more: object) -> str:
        """Why an act is refused; no app hears of it."""
        before = len(self.courier.deliveries)
        outcome = await self.act(name, **more)
        assert outcome["ok"] is False
        assert len(self.courier.deliveries) == before
        assert {*outcome} == {"ok", "text"}
        text: str = outcome["text"]
        assert text[-1] in ".?!”", text
        return text

    def answer(self, **body: object) -> None:
        self.courier.script.append(Answer(body=body))

    def fail(self, trouble: NoAnswer, detail: str = "HTTP 500") -> None:
        self.courier.script.append(Answer(trouble=trouble, detail=detail))

    def right(self, url: str) -> ResponseUrl:
        """The right behind an answer address that an app was given."""
        assert url.startswith(f"{ADDRESS}/response/")
        found = look_at_response_url(self.workspace, url.removeprefix(f"{ADDRESS}/response/"))
        assert isinstance(found, ResponseUrl)
        return found

    @property
    def heard(self) -> Json:
        """The payload of the last delivery."""
        return self.courier.deliveries[-1].payload

    def messages(self, channel: str = SUPPORT) -> list[Message]:
        return [*self.workspace.channels[channel].messages.values()]

    def whispers(self) -> list[str]:
        return [message.text for message in self.workspace.whispers.values()]

    def troubles(self) -> list[str]:
        return [change.text for change in self.changes if isinstance(change, Troubled)]

    def card(self, *blocks: Json, only_for: str = "", thread_ts: str = "", channel: str = SUPPORT) -> Message:
        """A message of the app, its blocks as they are when they have been checked and named."""
        message = Message(
            channel=channel,
            user=BOT,
            app=APP,
            bot=APP_BOT,
            text="card",
            blocks=[*blocks],
            only_for=only_for,
            thread_ts=thread_ts,
        )
        return (whisper if only_for else post)(self.workspace, message)

    def modal(self, *blocks: Json, **more: object) -> View:
        return open_modal(self.workspace, APP, MIA, form(*blocks, **more))

    def pushed(self, *blocks: Json, **more: object) -> View:
        return push_modal(self.workspace, APP, MIA, form(*blocks, **more))

    def home(self, *blocks: Json) -> View:
        return publish_home(self.workspace, APP, MIA, {"type": "home", "blocks": [*blocks]})


def made_room() -> Room:
    courier = Scripted()
    room = Room(Desk(made_workspace(), ADDRESS, courier), courier)
    room.workspace.listen(room.changes.append)
    return room


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def form(*blocks: Json, **more: object) -> Json:
    title = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Send")}
    return {**title, "blocks": [*blocks], **more}


def option(value: str) -> Json:
    return {"text": plain(value.title()), "value": value}


def actions(*elements: Json, block_id: str = "acts") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": [*elements]}


def button(action_id: str = "go", **more: object) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), "value": "v1", **more}


def entry(element: Json, block_id: str = "typed", **more: object) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("Label"),
        "element": {"action_id": "in", **element},
        "optional": False,
        "dispatch_action": False,
        **more,
    }


def text_entry(block_id: str = "typed", **more: object) -> Json:
    return entry({"type": "plain_text_input"}, block_id, **more)
