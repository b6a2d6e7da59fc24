"""Everything there is, and who is told when it changes. One event loop works on it, so nothing is locked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.workspace.clock import Clock
from bot.workspace.ids import Ids
from bot.workspace.state.app import App
from bot.workspace.state.change import Change
from bot.workspace.state.channel import Channel, ChannelKind
from bot.workspace.state.file import File
from bot.workspace.state.grant import Code, ResponseUrl, Trigger
from bot.workspace.state.message import Message
from bot.workspace.state.person import Person
from bot.workspace.state.scheduled import Scheduled
from bot.workspace.state.session import Session
from bot.workspace.state.team import Group, Team
from bot.workspace.state.view import View

Listener = Callable[[Change], None]


@dataclass(slots=True)
class Workspace:
    """A team with its people, channels and apps."""

    clock: Clock
    ids: Ids
    team: Team
    people: dict[str, Person] = field(default_factory=dict[str, Person])
    groups: dict[str, Group] = field(default_factory=dict[str, Group])
    channels: dict[str, Channel] = field(default_factory=dict[str, Channel])
    apps: dict[str, App] = field(default_factory=dict[str, App])
    files: dict[str, File] = field(default_factory=dict[str, File])
    homes: dict[tuple[str, str], View] = field(default_factory=dict[tuple[str, str], View])
    """Home tabs, by app and person."""
    modals: dict[tuple[str, str], list[View]] = field(default_factory=dict[tuple[str, str], list[View]])
    """What each person has open of each app, the lowest first; three at most."""
    whispers: dict[tuple[str, str], Message] = field(default_factory=dict[tuple[str, str], Message])
    """Ephemeral messages, by person and time: no API lists them, and they are not kept."""
    triggers: dict[str, Trigger] = field(default_factory=dict[str, Trigger])
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict[str, ResponseUrl])
    scheduled: dict[str, Scheduled] = field(default_factory=dict[str, Scheduled])
    sessions: dict[tuple[str, str, str], Session] = field(default_factory=dict[tuple[str, str, str], Session])
    """Threads with agents, by app, channel and time."""
    codes: dict[str, Code] = field(default_factory=dict[str, Code])
    listeners: list[Listener] = field(default_factory=list[Listener])

    # --- being told ----------------------------------------------------------------------------------------------

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Be told of every change from now on, in order; what comes back ends it."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def tell(self, change: Change) -> None:
        for listener in tuple(self.listeners):
            listener(change)

    # --- looking up ----------------------------------------------------------------------------------------------

    def message(self, channel: str, ts: str) -> Message | None:
        found = self.channels.get(channel)
        return found.messages.get(ts) if found else None

    def channel_named(self, name: str) -> Channel | None:
        """A channel by its name, with or without `#`."""
        name = name.removeprefix("#")
        return next((one for one in self.channels.values() if one.name == name and not one.is_direct), None)

    def direct(self, *people: str) -> Channel | None:
        """The direct message of exactly these people."""
        wanted = set(people)
        return next((one for one in self.channels.values() if one.is_direct and set(one.people) == wanted), None)

    def person_named(self, name: str) -> Person | None:
        name = name.removeprefix("@")
        return next((one for one in self.people.values() if one.name == name), None)

    def app_of(self, token: str) -> App | None:
        """The app a bot token or app token belongs to."""
        return next((one for one in self.apps.values() if token in (one.bot_token, one.app_token)), None)

    def view(self, id: str) -> View | None:
        return next((one for one in self.views() if one.id == id), None)

    def views(self) -> Iterator[View]:
        yield from self.homes.values()
        for stack in self.modals.values():
            yield from stack

    def in_channel(self, person: str, channel: Channel) -> bool:
        return person in channel.people

    def may_see(self, person: str, channel: Channel) -> bool:
        """Whether somebody finds a channel: guests and strangers find only those they are in."""
        if person in channel.people:
            return True
        known = self.people.get(person)
        outside = known is None or known.kind.value in ("guest", "single-channel guest", "stranger")
        return channel.kind is ChannelKind.PUBLIC and not outside
