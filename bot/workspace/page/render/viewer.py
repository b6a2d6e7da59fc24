"""Who looks at a page: what they see depends on their zone, on who they are, and on when that is."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.workspace.state.person import Person
from bot.workspace.state.workspace import Workspace


@dataclass(frozen=True)
class Viewer:
    """Somebody, in a workspace."""

    workspace: Workspace
    person: Person

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.person.tz)

    def moment(self, seconds: float) -> datetime:
        """A time as it stands on this person's wall."""
        return datetime.fromtimestamp(seconds, tz=self.zone)

    def now(self) -> datetime:
        return self.moment(self.workspace.clock.now())

    def name(self, person: str) -> str:
        """What somebody is called in messages; their id where nobody knows them."""
        known = self.workspace.people.get(person)
        if known is None:
            return person
        return known.name if known.is_bot else known.real_name

    def called(self, id: str) -> str:
        """What a person or a channel is called in a list: `#support`, or whom one writes to in it."""
        channel = self.workspace.channels.get(id)
        if channel is None:
            return self.name(id)
        if channel.is_direct:
            return ", ".join(self.name(one) for one in channel.people if one != self.person.id) or self.name(
                self.person.id
            )
        return f"#{channel.name}"
