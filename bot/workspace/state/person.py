"""Whoever can write in a workspace: people, guests, people of other teams, and the bots of apps."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What somebody is in this team."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    """Sees the channels they were invited to."""
    SINGLE_CHANNEL_GUEST = "single-channel guest"
    STRANGER = "stranger"
    """From another team, in channels shared with it."""
    BOT = "bot"


@dataclass(slots=True, kw_only=True)
class Person:
    """One of them."""

    id: str
    team: str
    name: str
    """The handle: `mia`."""
    real_name: str
    kind: Kind = Kind.MEMBER
    title: str = ""
    email: str = ""
    tz: str = "Etc/UTC"
    deleted: bool = False
    status_text: str = ""
    status_emoji: str = ""
    away: bool = False
    quiet_from: int = 0
    quiet_until: int = 0
    """Do not disturb between these times; the present lies between them while somebody wants quiet."""
    app: str = ""
    """The app whose bot this is."""
    bot: str = ""
    """The bot id of it, which is not its user id."""
    colour: str = "4a6fa5"
    updated: int = 0

    @property
    def is_bot(self) -> bool:
        return self.kind is Kind.BOT
