"""What happened in a workspace. `changes` says it; the page, the events and the file listen."""

from dataclasses import dataclass
from enum import StrEnum

from bot.workspace.payload import Json
from bot.workspace.state.channel import Channel
from bot.workspace.state.message import Message
from bot.workspace.state.view import View


@dataclass(frozen=True, slots=True)
class Posted:
    message: Message


@dataclass(frozen=True, slots=True)
class Edited:
    message: Message
    before: Json
    """As it stood, in Slack's form."""
    quietly: bool = False
    """Only how it is shown has changed: a reply was counted, a stream went on."""


@dataclass(frozen=True, slots=True)
class Deleted:
    message: Message
    ts: str
    """The time of the deletion itself."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An ephemeral message; shown again under the same time where an answer replaced it."""

    message: Message


@dataclass(frozen=True, slots=True)
class Dismissed:
    """An ephemeral message is gone."""

    message: Message


@dataclass(frozen=True, slots=True)
class Reacted:
    message: Message
    person: str
    name: str
    added: bool
    ts: str


@dataclass(frozen=True, slots=True)
class Pinned:
    message: Message
    person: str
    added: bool
    ts: str


class ChannelEvent(StrEnum):
    CREATED = "created"
    OPENED = "opened"
    """A direct message stands from now on."""
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    RENAMED = "renamed"
    DESCRIBED = "described"
    """Its topic or purpose."""


@dataclass(frozen=True, slots=True)
class ChannelChanged:
    channel: Channel
    what: ChannelEvent
    by: str


@dataclass(frozen=True, slots=True)
class Joined:
    channel: Channel
    person: str
    inviter: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    channel: Channel
    person: str


@dataclass(frozen=True, slots=True)
class Read:
    channel: Channel
    person: str


@dataclass(frozen=True, slots=True)
class ViewShown:
    """A modal was opened, pushed or changed, or a home tab published."""

    view: View


@dataclass(frozen=True, slots=True)
class ViewsClosed:
    """Modals are gone, the topmost first."""

    views: tuple[View, ...]
    cleared: bool = False


@dataclass(frozen=True, slots=True)
class HomeOpened:
    person: str
    app: str
    tab: str


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """Somebody is new, or their profile, status, quiet hours or account has changed."""

    person: str


@dataclass(frozen=True, slots=True)
class GroupChanged:
    """A user group is new, or has other people or another name."""

    group: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """The tokens of an app were taken away, and with them the app."""

    app: str


@dataclass(frozen=True, slots=True)
class FileShared:
    file: str
    channel: Channel
    person: str


@dataclass(frozen=True, slots=True)
class StatusSet:
    """What an app says it is doing in a thread: “is thinking …”."""

    channel: Channel
    thread_ts: str
    app: str
    text: str


@dataclass(frozen=True, slots=True)
class Troubled:
    """Somebody has to be told that an app did not answer."""

    person: str
    text: str
    channel: str = ""
    ts: str = ""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Everything is as it was at the beginning."""


Change = (
    Posted
    | Edited
    | Deleted
    | Shown
    | Dismissed
    | Reacted
    | Pinned
    | ChannelChanged
    | Joined
    | Left
    | Read
    | ViewShown
    | ViewsClosed
    | HomeOpened
    | PersonChanged
    | GroupChanged
    | Revoked
    | FileShared
    | StatusSet
    | Troubled
    | Forgotten
)
