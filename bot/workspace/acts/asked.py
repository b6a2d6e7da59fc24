"""What each act is asked with, field by field: as the page posts it, and as a test does."""

import json
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.workspace.acts.place import InMessage, InView, Place
from bot.workspace.payload import from_json

T = TypeVar("T")


def _sendable(value: T) -> T:
    """What an app can be sent as JSON: no halves of characters, no numbers that are none."""
    try:
        sent: Any = from_json(json.dumps(value))
    except (ValueError, TypeError, RecursionError):
        raise ValueError("it cannot be sent as JSON") from None
    made: T = sent
    return made


Name = Annotated[str, Field(min_length=1, max_length=500)]
Typed = Annotated[str, Field(max_length=200_000)]
Entered = Annotated[dict[str, dict[str, Any]], AfterValidator(_sendable)]
Chosen = Annotated[Any, AfterValidator(_sendable)]


class Asked(BaseModel):
    """Whose act it is. A name that is not known is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    person: Name
    """A handle or an id."""


class InChannel(Asked):
    channel: Name
    """A name or an id; `@sam` for the direct message with him."""


class OfMessage(InChannel):
    ts: Name


class Say(InChannel):
    text: Typed = ""
    thread_ts: str = ""
    broadcast: bool = False
    files: list[Name] = []


class Edit(OfMessage):
    text: Typed


class RunCommand(InChannel):
    """A command with its text, as it is typed."""

    text: Typed
    thread_ts: str = ""


class OfElement(Asked):
    """An element in a message (`channel` and `ts`) or in a view (`view`)."""

    channel: str = ""
    ts: str = ""
    view: str = ""
    block_id: Annotated[str, Field(max_length=255)]
    action_id: Annotated[str, Field(max_length=255)]

    @model_validator(mode="after")
    def _one_place(self) -> "OfElement":
        if bool(self.view) is bool(self.channel and self.ts):
            raise ValueError("say where it is, with channel and ts for a message, or with view for a form or a home")
        return self

    @property
    def place(self) -> Place:
        return InView(self.view) if self.view else InMessage(self.channel, self.ts)


class Click(OfElement):
    value: Chosen = None
    """What was chosen, in the simple form of `blocks.entering`; a button needs none."""
    entered: Entered = {}
    """What stands in the elements beside it."""


class Suggest(OfElement):
    typed: Annotated[str, Field(max_length=1_000)] = ""


class OfView(Asked):
    view: Name


class Submit(OfView):
    entered: Entered = {}


class Close(OfView):
    everything: bool = False
    """All forms that lie below it, too."""


class Home(Asked):
    app: str = ""
    """The only one, where none is named."""
    tab: str = "home"


class RunShortcut(Asked):
    """A shortcut: of a message where one is named."""

    callback_id: Name
    app: str = ""
    channel: str = ""
    ts: str = ""


class React(OfMessage):
    name: Name
    """Of the emoji."""


class Invite(InChannel):
    guest: Name


class Create(Asked):
    name: Annotated[str, Field(max_length=200)]
    private: bool = False


class Rename(InChannel):
    name: Annotated[str, Field(max_length=200)]


class Topic(InChannel):
    topic: Typed


class Direct(Asked):
    others: Annotated[list[Name], Field(min_length=1, max_length=50)]


class Read(InChannel):
    ts: str = ""
    """Up to which message; all of it where none is named."""


class Upload(Asked):
    name: Annotated[str, Field(max_length=255)]
    content: str
    """In base64."""
    title: Annotated[str, Field(max_length=255)] = ""


def worded(model: type[Asked], error: ValidationError) -> str:
    """What is wrong with the arguments of an act, in a sentence."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])[:200]
    if first["type"] == "extra_forbidden":
        return f"This act has no argument “{where}”. It takes: {', '.join(model.model_fields)}."
    if first["type"] == "missing":
        return f"The argument “{where}” is missing."
    said = first["msg"].removeprefix("Value error, ")
    return f"The argument “{where}” is wrong: {said}." if where else f"{said[:1].upper()}{said[1:]}."
