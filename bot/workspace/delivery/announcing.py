"""Tells apps what happened: each change becomes the events of Slack's Events API that an app may hear."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.workspace.delivery.courier import Courier, Delivery, DeliveryKind
from bot.workspace.delivery.events import channel, home, message
from bot.workspace.delivery.events.event import Event, wrapped
from bot.workspace.delivery.events.person import Known
from bot.workspace.state import change as changes
from bot.workspace.state.change import Change
from bot.workspace.state.workspace import Workspace

Untold = (
    changes.Shown
    | changes.Dismissed
    | changes.Read
    | changes.ViewShown
    | changes.ViewsClosed
    | changes.StatusSet
    | changes.Troubled
    | changes.Forgotten
)

LEARNT = (changes.PersonChanged, changes.GroupChanged)
"""What is taken note of even where nobody listens."""


@dataclass(slots=True)
class Announcer:
    """Hears every change of a workspace, once it listens."""

    workspace: Workspace
    courier: Courier
    known: Known = field(default_factory=Known)

    def __post_init__(self) -> None:
        self.known.learn(self.workspace)

    def hear(self, change: Change) -> None:
        """Announce what follows from a change to every app that may hear it."""
        if isinstance(change, changes.Forgotten):
            self.known.learn(self.workspace)
        listening = [app for app in self.workspace.apps.values() if app.listens]
        if not listening and not isinstance(change, LEARNT):
            return
        for event in self._events(change):
            for app in listening:
                if event.is_for(app):
                    payload = wrapped(self.workspace, app, event)
                    said = Delivery(app=app, kind=DeliveryKind.EVENT, name=event.name, payload=payload)
                    self.courier.announce(said)

    def _events(self, change: Change) -> Iterator[Event]:  # noqa: C901  one flat dispatch
        workspace = self.workspace
        match change:
            case changes.Posted():
                yield from message.of_posted(workspace, change)
            case changes.Edited():
                yield from message.of_edited(workspace, change)
            case changes.Deleted():
                yield from message.of_deleted(workspace, change)
            case changes.Reacted():
                yield from message.of_reacted(workspace, change)
            case changes.Pinned():
                yield from message.of_pinned(workspace, change)
            case changes.ChannelChanged():
                yield from channel.of_changed(workspace, change)
            case changes.Joined():
                yield from channel.of_joined(workspace, change)
            case changes.Left():
                yield from channel.of_left(workspace, change)
            case changes.FileShared():
                yield from channel.of_file(workspace, change)
            case changes.HomeOpened():
                yield from home.of_home(workspace, change)
            case changes.Revoked():
                yield from home.of_revoked(workspace, change)
            case changes.PersonChanged():
                yield from self.known.of_person(workspace, change.person)
            case changes.GroupChanged():
                yield from self.known.of_group(workspace, change.group)
            case _:
                _untold(change)


def _untold(change: Untold) -> None:
    """No app hears of it: only people see it, or the app did it itself."""
