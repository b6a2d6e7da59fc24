"""What the bot hears besides commands, buttons and forms. The manifest asks Slack for exactly this."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of event, as an app subscribes to it: `app_mention`, `message.im`."""

    name: str
    because: str


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry in the menu of the workspace, or of a message."""

    name: str
    callback_id: str
    place: Literal["global", "message"]
    description: str


EVENTS: tuple[Event, ...] = (
    Event("app_home_opened", "the Home tab is drawn when somebody looks at it"),
    Event("app_mention", "who asks for something by mentioning the bot is answered"),
    Event("message.channels", "replies below cards, and messages that a brief lets start something"),
    Event("message.groups", "the same in private channels"),
    Event("message.im", "who asks for something directly is answered"),
    Event("reaction_added", "a reaction that a brief names offers to start something"),
)
START = Shortcut("Start a workflow", "start", "global", "See what you may start, and start it")
ON_MESSAGE = Shortcut("Run on this message", "run_on_message", "message", "Start something from what it says")
SHORTCUTS: tuple[Shortcut, ...] = (START, ON_MESSAGE)
