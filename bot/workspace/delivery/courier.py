"""What is delivered to an app, and what comes of it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from bot.workspace.payload import Json
from bot.workspace.state.app import App


class DeliveryKind(StrEnum):
    """What Socket Mode calls it; over HTTP it decides the form of the body and whether it is tried again."""

    EVENT = "events_api"
    COMMAND = "slash_commands"
    INTERACTION = "interactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something an app has to hear."""

    app: App
    kind: DeliveryKind
    name: str
    """For the log and for faults: `block_actions`, `/ops`, `message.channels`."""
    payload: Json
    person: str = ""
    """Whose act it is."""
    wants_options: bool = False
    """A `block_suggestion`, which an app may have another address for."""


class NoAnswer(StrEnum):
    """Why there is no answer."""

    TIMEOUT = "operation_timeout"
    """Nothing within three seconds."""
    REFUSED = "dispatch_failed"
    """An answer that is none: a status other than 200, a body that cannot be read."""
    UNREACHABLE = "dispatch_unreachable"
    """Nobody listens at the address, or no socket is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an app said within its time: a body, or trouble."""

    body: Json = field(default_factory=dict[str, Any])
    """Empty where it only acknowledged; `{"text": ...}` where it said plain text."""
    trouble: NoAnswer | None = None
    detail: str = ""

    @property
    def ok(self) -> bool:
        return self.trouble is None


class Courier(Protocol):
    """Carries deliveries."""

    async def deliver(self, delivery: Delivery) -> Answer:
        """Bring it once and wait for the answer, three seconds at most: commands, clicks, views."""
        ...

    def announce(self, delivery: Delivery) -> None:
        """Bring an event in the background, again and again as Slack does until it is acknowledged."""
        ...


class Connections(Protocol):
    """Lets apps open sockets."""

    def open(self, app: App) -> str:
        """An address good for one connection, soon: what `apps.connections.open` gives."""
        ...


@dataclass(frozen=True, slots=True)
class Unconnected:
    """A desk without sockets: nobody listens at the address it gives."""

    def open(self, app: App) -> str:
        return f"ws://127.0.0.1:9/link/?ticket=none&app_id={app.id}"
