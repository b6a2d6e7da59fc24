"""Where in the workspace a page stands: a channel, a direct message, an app's home; as whom, with which thread."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from bot.workspace.changes.gathering import open_direct
from bot.workspace.state.app import App
from bot.workspace.state.channel import Channel
from bot.workspace.state.person import Person
from bot.workspace.state.workspace import Workspace

HOME, DIRECT = "home-", "dm-"


@dataclass(frozen=True, slots=True)
class Where:
    """One place, seen by one person."""

    person: Person
    channel: Channel | None = None
    home: App | None = None
    """The app whose home stands here; then no channel does."""
    thread: str = ""
    """The time of the message whose thread is open beside it."""
    message: str = ""
    """The time of the message that a link led to."""

    def path(self) -> str:
        """Its address on the page."""
        return path_to(self.person, self.channel, self.home)


def path_to(person: Person, channel: Channel | None = None, home: App | None = None) -> str:
    name = f"{HOME}{home.name}" if home else _name(channel) if channel else ""
    return f"/as/{quote(person.name)}/{quote(name)}"


def _name(channel: Channel) -> str:
    """What a channel is called in an address; conversations have no name of their own."""
    return channel.id if channel.is_direct else channel.name


def linked(workspace: Workspace, person: str, channel: str, stamp: str) -> str | None:
    """The address of the page at a message, for whoever follows a link to it; None where there is no such message.

    A link that is followed from a page says as whom. Of one that is opened by itself, it is the first who may see it.
    """
    place, ts = workspace.channels.get(channel), f"{stamp[1:-6]}.{stamp[-6:]}"
    message = place.messages.get(ts) if place is not None else None
    if place is None or message is None or not stamp.startswith("p"):
        return None
    readers = (one for one in actors(workspace) if workspace.may_see(one.id, place))
    who = workspace.person_named(person) if person else next(readers, None)
    if who is None or who.is_bot or who.deleted or not workspace.may_see(who.id, place):
        return None
    root = message.thread_ts
    thread = f"&thread={root}" if root and root in place.messages and root != ts else ""
    return f"{path_to(who, place)}?message={ts}{thread}"


def found(workspace: Workspace, person: str, place: str, *, thread: str = "", message: str = "") -> Where | None:
    """The place that an address names; None where there is no such person, or nothing there that they may see."""
    who = workspace.person_named(person)
    if who is None or who.is_bot or who.deleted:
        return None
    if place.startswith(HOME):
        app = next((one for one in workspace.apps.values() if one.name == place.removeprefix(HOME) and one.home), None)
        return Where(who, home=app) if app else None
    channel = _channel(workspace, who, place)
    if channel is None:
        return None
    known = channel.messages
    return Where(who, channel, thread=thread if thread in known else "", message=message if message in known else "")


def _channel(workspace: Workspace, who: Person, place: str) -> Channel | None:
    if place.startswith(DIRECT):
        other = workspace.person_named(place.removeprefix(DIRECT))
        return open_direct(workspace, who.id, other.id) if other else None
    channel = workspace.channels.get(place) or workspace.channel_named(place)
    return channel if channel and workspace.may_see(who.id, channel) else None


def first(workspace: Workspace, person: Person) -> Where:
    """Where somebody begins: the first channel they are in."""
    return Where(person, next(iter(channels_of(workspace, person)), None))


def channels_of(workspace: Workspace, person: Person) -> Iterator[Channel]:
    """The channels somebody is in, as the sidebar lists them."""
    mine = [one for one in workspace.channels.values() if person.id in one.people and not one.is_direct]
    yield from sorted((one for one in mine if not one.archived), key=lambda one: (not one.general, one.name))


def directs_of(workspace: Workspace, person: Person) -> Iterator[Channel]:
    """Direct messages in which anything was said, the last first."""
    mine = [one for one in workspace.channels.values() if person.id in one.people and one.is_direct]
    yield from sorted((one for one in mine if one.times), key=lambda one: one.times[-1], reverse=True)


def actors(workspace: Workspace) -> Iterator[Person]:
    """Whom a reader can act as."""
    yield from (one for one in workspace.people.values() if not (one.is_bot or one.deleted))
