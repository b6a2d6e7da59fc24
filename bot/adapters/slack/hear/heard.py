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


EVENTS: tuple[Event, ...] = (Event("app_home_opened", "the Home tab is drawn when somebody looks at it"),)
SHORTCUTS: tuple[Shortcut, ...] = ()
