"""An app that is installed: what it may do, what it wants to hear, and how it is reached."""

from dataclasses import dataclass, field
from enum import StrEnum


class Reached(StrEnum):
    """How deliveries come to an app."""

    HTTP = "http"
    SOCKET = "socket"


class Place(StrEnum):
    """Where a shortcut stands."""

    GLOBAL = "global"
    MESSAGE = "message"


@dataclass(slots=True, kw_only=True)
class Command:
    """A slash command."""

    name: str
    """With its slash."""
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False
    url: str = ""


@dataclass(slots=True, kw_only=True)
class Shortcut:
    """An entry in the menu of the workspace, or of a message."""

    name: str
    callback_id: str
    place: Place
    description: str = ""


@dataclass(slots=True, kw_only=True)
class App:
    """One of them."""

    id: str
    name: str
    user: str
    """Its bot's user id."""
    bot: str
    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str
    client_id: str = ""
    client_secret: str = ""
    reached: Reached = Reached.HTTP
    url: str = ""
    """Where events, commands and clicks go over HTTP, where they have no address of their own."""
    events_url: str = ""
    interactions_url: str = ""
    options_url: str = ""
    scopes: frozenset[str] | None = None
    """What its bot may do; None where nobody said, and then everything."""
    events: frozenset[str] | None = None
    """What it subscribed to; None where nobody said, and then everything."""
    commands: dict[str, Command] | None = None
    """None where nobody said, and then every command."""
    shortcuts: list[Shortcut] = field(default_factory=list[Shortcut])
    home: bool = True
    messages: bool = True
    description: str = ""
    colour: str = "4a154b"
    revoked: bool = False
    """Its tokens were taken away."""

    def may(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes

    @property
    def listens(self) -> bool:
        """Whether there is any event for it, and a way to bring it."""
        reached = self.reached is Reached.SOCKET or bool(self.events_url or self.url)
        return reached and (self.events is None or bool(self.events))

    def hears(self, event: str) -> bool:
        return self.events is None or event in self.events

    def command(self, name: str) -> Command | None:
        """What it does with a command; None where it has none of that name."""
        if self.commands is None:
            return Command(name=name)
        return self.commands.get(name)
