"""What a company file may say: its tables, field by field."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal, cast
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.workspace.refusal import meant

_AGO = re.compile(r"(?:(\d{1,3})d)? ?(?:(\d{1,2})h)? ?(?:(\d{1,2})m)?")
_STATUS = re.compile(r"(:[a-z0-9_+'-]+:)(?: (.+))?")


def _wrong(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("worded", "{sentence}", {"sentence": sentence})


def _word(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,20}", text):
        raise _wrong("is no name. Take 1 to 21 small letters, digits, dots, - and _, such as mia")
    return text


def _channel(text: str) -> str:
    if not re.fullmatch(r"[^\sA-Z.#@!<>,:;'\"/\\]{1,80}", text):
        raise _wrong("is no channel name. Take 1 to 80 small letters, digits, - and _, without #")
    return text


def _line(text: str) -> str:
    if not text.strip() or "\n" in text or len(text) > 250:
        raise _wrong("must be one line of at most 250 letters, and not empty")
    return text


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (OSError, ValueError, KeyError):
        raise _wrong("is no time zone. Write it like Europe/Berlin") from None


def _status(text: str) -> str:
    if text and not _STATUS.fullmatch(text):
        raise _wrong('is no status. Write an emoji and words, such as ":palm_tree: Back on Monday"')
    return text


def _ago(text: str) -> str:
    if not text or not _AGO.fullmatch(text):
        raise _wrong("is no length of time. Write days, hours and minutes, such as 2d 3h or 45m")
    return text


def _colour(text: str) -> str:
    if text and not re.fullmatch("[0-9a-f]{6}", text):
        raise _wrong("is no colour. Write six hexadecimal digits, such as 4a6fa5")
    return text


Word = Annotated[str, AfterValidator(_word)]
ChannelName = Annotated[str, AfterValidator(_channel)]
Line = Annotated[str, AfterValidator(_line)]
Ago = Annotated[str, AfterValidator(_ago)]
Colour = Annotated[str, AfterValidator(_colour)]


def _names_in(table: object) -> list[str]:
    return [*cast("dict[str, object]", table)] if isinstance(table, dict) else []


class Table(BaseModel):
    """Part of the file. A name that is not known is refused, with the nearest that is."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _know(cls, given: object) -> object:
        for name in _names_in(given):
            if name not in cls.model_fields:
                hint = meant(name, cls.model_fields) or f" There is: {', '.join(cls.model_fields)}."
                raise _wrong(f"has a name “{name[:60]}” in it that nothing reads.{hint}")
        return given


class Team(Table):
    name: Line
    domain: Word


class Partner(Table):
    """Another organisation, with which channels are shared: `[partners.north]`."""

    name: Line
    domain: Word = ""


class Listed(Table):
    """One person: `[people.mia]`; their handle is the name of the table."""

    name: Line
    title: str = ""
    email: str = ""
    """Made of the handle and the domain where it is left out."""
    kind: Literal["owner", "admin", "member", "guest", "single-channel guest"] = "member"
    partner: str = ""
    """The organisation they belong to, where that is another one."""
    time_zone: Annotated[str, AfterValidator(_zone)] = "Etc/UTC"
    status: Annotated[str, AfterValidator(_status)] = ""
    away: bool = False
    quiet: bool = False
    """They do not want to be disturbed for now."""
    deactivated: bool = False
    colour: Colour = ""

    @property
    def status_parts(self) -> tuple[str, str]:
        """The emoji and the words."""
        found = _STATUS.fullmatch(self.status)
        return (found[1], found[2] or "") if found else ("", "")


class Grouped(Table):
    """A user group: `[groups.support]` is `@support`."""

    name: Line
    people: list[str] = []


class Reply(Table):
    """A reply in a thread."""

    by: str
    says: Annotated[str, Field(min_length=1, max_length=4_000)]
    ago: Ago
    reactions: Mapping[str, list[str]] = {}


class Said(Reply):
    """A message: `[[channels.support.history]]`."""

    replies: list[Reply] = []
    pinned: bool = False


class Room(Table):
    """A channel: `[channels.support]`."""

    people: list[str] = []
    """Handles; `everyone` means everybody who is no guest and of this team."""
    topic: Annotated[str, Field(max_length=250)] = ""
    purpose: Annotated[str, Field(max_length=250)] = ""
    private: bool = False
    archived: bool = False
    general: bool = False
    """The one channel that nobody leaves."""
    shared_with: str = ""
    history: list[Said] = []


class Direct(Table):
    """A direct message: `[[direct]]`."""

    people: Annotated[list[str], Field(min_length=1, max_length=9)]
    history: list[Said] = []


class SlashCommand(Table):
    name: Annotated[str, Field(pattern=r"^/[^\s/A-Z]{1,31}$")]
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False
    url: str = ""


class MenuEntry(Table):
    """A shortcut."""

    name: Line
    callback_id: Annotated[str, Field(min_length=1, max_length=255)]
    place: Literal["global", "message"]
    description: str = ""


class Installed(Table):
    """The app: `[app]`. What it may do, hear and be asked is everything, where nothing is said."""

    name: Word = "opsbot"
    formerly: str = ""
    """What the rest of the file calls it, where its manifest has another name."""
    description: str = ""
    colour: Colour = "4a154b"
    scopes: list[str] | None = None
    events: list[str] | None = None
    commands: list[SlashCommand] | None = None
    shortcuts: list[MenuEntry] = []
    home: bool = True
    messages: bool = True
    events_url: str = ""
    interactions_url: str = ""
    options_url: str = ""
    socket: bool = False
    """Whether it asked for Socket Mode."""


class Company(Table):
    """The whole file."""

    team: Team
    people: Annotated[Mapping[Word, Listed], Field(min_length=1, max_length=5_000)]
    partners: Mapping[Word, Partner] = {}
    groups: Mapping[Word, Grouped] = {}
    channels: Annotated[Mapping[ChannelName, Room], Field(min_length=1, max_length=2_000)]
    direct: list[Direct] = []
    app: Installed = Installed()


def length_of(ago: str) -> timedelta:
    """`2d 3h` as a length of time."""
    found = _AGO.fullmatch(ago)
    days, hours, minutes = (int(one or 0) for one in found.groups()) if found else (0, 0, 0)
    return timedelta(days=days, hours=hours, minutes=minutes)
