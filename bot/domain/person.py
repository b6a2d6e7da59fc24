"""Who acts: people with their team, and the doors through which anything comes in."""

from dataclasses import dataclass, field
from datetime import time, tzinfo
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", str)
"""`team/user`: a person is known by both, never by a user id alone."""

TeamId = NewType("TeamId", str)

ChannelId = NewType("ChannelId", str)
"""`team/channel`, as people are known: two workspaces may have a channel of the same id."""


class Door(StrEnum):
    """The way something came in; every entry records it."""

    TERMINAL = "terminal"
    SLACK = "slack"
    WEBHOOK = "webhook"
    FORM = "form"
    """A page for people outside the chat."""
    MAIL = "mail"
    SCHEDULE = "schedule"
    RUN = "run"
    ENGINE = "engine"


class ActorKind(StrEnum):
    """What kind of party acted."""

    USER = "user"
    POLICY = "policy"
    SCHEDULE = "schedule"
    WEBHOOK = "webhook"
    MODEL = "model"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, and through which door."""

    kind: ActorKind
    ref: str
    door: Door = Door.ENGINE
    on_behalf_of: str = ""
    """Who was really at the keyboard, where the command line spoke for somebody else."""


def outsider_actor(pseudonym: str) -> Actor:
    """Somebody who reads the mail of an address: they are no person of the directory, and never become one."""
    return Actor(ActorKind.USER, f"form:{pseudonym}", Door.FORM)


def called(ref: str) -> str:
    """How an id is named that is nobody's: whoever asked for a run may have been the clock, or somebody outside."""
    door, found, name = ref.partition(":")
    return _CALLED[door].format(name) if found and door in _CALLED else ref


_CALLED = {"schedule": "its schedule", "webhook": "the webhook {}", "form": "somebody outside", "mail": "a mail"}


ENGINE = Actor(ActorKind.SYSTEM, "engine")


def person_actor(person: PersonId, door: Door, *, on_behalf_of: str = "") -> Actor:
    return Actor(ActorKind.USER, person, door, on_behalf_of)


@dataclass(frozen=True, slots=True)
class Shift:
    """When somebody works, by the clock on their wall; it belongs to the day on which it begins."""

    days: frozenset[int]
    """0 is Monday."""
    starts: time
    ends: time
    """Not after `starts`: on the next day."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the directory knows them now."""

    id: PersonId
    name: str
    handle: str = ""
    """What briefs write: `@mia`."""
    groups: frozenset[str] = field(default_factory=frozenset[str])
    active: bool = True
    guest: bool = False
    bot: bool = False
    foreign: bool = False
    """From another organisation (a shared channel)."""
    away: bool = False
    quiet: bool = False
    """They do not want to be disturbed now."""
    shifts: tuple[Shift, ...] = ()
    """When they work; at any time where nothing is said."""
    zone: tzinfo | None = None
    """By which clock; UTC where nothing is said."""
    delegate: PersonId | None = None

    def is_(self, who: str) -> bool:
        """Whether a brief that writes `who` (a handle, an id or a group) means this person."""
        return who in (self.handle, self.id) or who.removeprefix("group:") in self.groups

    @property
    def team(self) -> TeamId:
        return TeamId(self.id.partition("/")[0])
