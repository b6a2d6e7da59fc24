"""Who looks at a page: what they see depends on their zone, on who they are, and on when that is."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from bot.workspace.page.html import Html, tag
from bot.workspace.state.person import Person
from bot.workspace.state.workspace import Workspace

_UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]"
)
_FIRST, _LAST = -62_135_000_000, 253_402_000_000
"""The years that a calendar knows."""


def seen(name: str) -> str:
    """A name without letters that nobody sees: they make it look like another one, or turn around what follows."""
    return _UNSEEN.sub("", name)


def named(name: str) -> Html:
    """A name by itself, whichever way it is written."""
    return tag("bdi", None, seen(name))


def counted(people: int) -> str:
    """How many there are, in words."""
    return f"{people} person" if people == 1 else f"{people} people"


@dataclass(frozen=True)
class Viewer:
    """Somebody, in a workspace."""

    workspace: Workspace
    person: Person

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.person.tz)

    def moment(self, seconds: float) -> datetime:
        """A time as it stands on this person's wall; one beyond all calendars is the last that they have."""
        return datetime.fromtimestamp(min(max(seconds, _FIRST), _LAST), tz=self.zone)

    def now(self) -> datetime:
        return self.moment(self.workspace.clock.now())

    def name(self, person: str) -> str:
        """What somebody is called in messages; their id where nobody knows them."""
        known = self.workspace.people.get(person)
        if known is None:
            return person
        return seen(known.name if known.is_bot else known.real_name)

    def called(self, id: str) -> str:
        """What a person or a channel is called in a list: `#support`, or whom one writes to in it."""
        channel = self.workspace.channels.get(id)
        if channel is None:
            return self.name(id)
        if channel.is_direct:
            return ", ".join(self.name(one) for one in channel.people if one != self.person.id) or self.name(
                self.person.id
            )
        return f"#{seen(channel.name)}"

    def path(self, address: str) -> str:
        """Where a picture or file of this workspace lies on the page's own host; nothing for one from elsewhere."""
        here = self.workspace.team.url
        inside = address.removeprefix(here) if address.startswith(here) else address.removeprefix("/")
        return f"/{inside}" if inside != address and inside.startswith(("files/", "photos/")) else ""
