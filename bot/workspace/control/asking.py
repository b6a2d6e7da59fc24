"""What a test may ask of a workspace, field by field."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.workspace.fault import Trouble
from bot.workspace.log import Way
from bot.workspace.refusal import meant

LONGEST_WAIT = 60.0
Seconds = Annotated[float, Field(ge=-1e10, le=1e10, allow_inf_nan=False)]
Waiting = Annotated[float, Field(ge=0, le=LONGEST_WAIT, allow_inf_nan=False)]
Few = Annotated[int, Field(ge=1, le=5_000)]
Part = Literal["people", "groups", "channels", "messages", "whispers", "modals", "homes", "app", "files", "notices"]


class Asked(BaseModel):
    """The body of a request. A name that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Asked):
    """No arguments."""


class Clock(Asked):
    """Stop at a moment, let time pass, or follow the machine's time again: one of them, or none to look."""

    set: Annotated[float, Field(ge=0, le=4e9, allow_inf_nan=False)] | None = None
    advance: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)] | None = None
    release: bool = False

    @model_validator(mode="after")
    def _one(self) -> "Clock":
        if sum((self.set is not None, self.advance is not None, self.release)) > 1:
            raise ValueError("one of set, advance and release at a time")
        return self


class FaultAsked(Asked):
    """Something that is to go wrong."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    trouble: Trouble = Trouble.NONE
    times: Annotated[int, Field(ge=-1, le=1_000_000)] = 1
    after: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    delay: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] = 0.0
    error: str = ""
    status: Annotated[int, Field(ge=0, le=599)] = 0
    body: str = ""
    retry_after: str = ""
    delivery: bool = False
    channel: str = ""

    @model_validator(mode="after")
    def _whole(self) -> "FaultAsked":
        if self.trouble is Trouble.STATUS and not 200 <= self.status <= 599:
            raise ValueError("a fault with trouble status needs a status from 200 to 599")
        if self.trouble is Trouble.ERROR and not self.error:
            raise ValueError("a fault with trouble error needs the error, such as channel_not_found")
        if any(ord(letter) < 32 or ord(letter) > 126 for letter in self.retry_after):
            raise ValueError("retry_after stands in a header, so it has plain letters only")
        return self


class Faults(Asked):
    """Faults to add, after clearing those that are set where that is wanted."""

    add: Annotated[list[FaultAsked], Field(max_length=1_000)] = []
    clear: bool = False


class Limits(Asked):
    """`off`, `real`, or a factor: 10 lets ten times as many through as Slack does."""

    factor: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] | Literal["off", "real"]


class State(Asked):
    """What to look at; with `after`, once something has changed since that version, or the wait is over."""

    of: list[Part] = ["channels"]
    channel: str = ""
    thread: str = ""
    person: str = ""
    limit: Few = 100
    after: int | None = None
    wait: Waiting = 0.0


class Logged(Asked):
    """Lines of the log that fit; waits until there are as many as `count`."""

    after: Annotated[int, Field(ge=0)] = 0
    name: str = "*"
    """`chat.*` fits many."""
    way: Way | None = None
    status: str = "*"
    answered: bool = True
    """Only those that were answered, or will never be."""
    count: Annotated[int, Field(ge=0, le=5_000)] = 0
    limit: Few = 1_000
    wait: Waiting = 0.0


class Sockets(Asked):
    """Tell the app's sockets to go."""

    reason: Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"] = "refresh_requested"


class AppAsked(Asked):
    """What is different about the app; whatever is left out stays."""

    scopes: list[str] | Literal["all"] | None = None
    events: list[str] | Literal["all"] | None = None
    url: str | None = None
    reached: Literal["http", "socket"] | None = None
    revoked: bool | None = None


class PersonAsked(Asked):
    """What is different about somebody; whatever is left out stays. Quiet is in seconds from now, 0 ends it."""

    person: Annotated[str, Field(min_length=1)]
    name: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    title: Annotated[str, Field(max_length=250)] | None = None
    kind: Literal["owner", "admin", "member", "guest", "single-channel guest"] | None = None
    deactivated: bool | None = None
    status: Annotated[str, Field(max_length=100)] | None = None
    status_emoji: Annotated[str, Field(max_length=100)] | None = None
    away: bool | None = None
    quiet: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    groups: list[str] | None = None
    """Exactly these user groups have them."""


class Line(Asked):
    """One message to put into a channel."""

    by: str
    text: Annotated[str, Field(max_length=40_000)] = ""
    blocks: list[dict[str, Any]] | None = None
    thread: str = ""
    """The time of the message it answers."""


class Seed(Asked):
    """Many messages at once, as if they had always been there: the app hears of none."""

    channel: str
    messages: Annotated[list[Line], Field(max_length=10_000)] = []
    count: Annotated[int, Field(ge=0, le=100_000)] = 0
    """So many more, said by everybody in turn."""


def known_meant(name: str, known: list[str]) -> str:
    """What a name that is not known was probably to be, or what there is."""
    return meant(name, known) or f" There is: {', '.join(known)}."
