"""One call of the Web API: its arguments as they came in, read strictly; and how it is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from bot.workspace.limit import Tier
from bot.workspace.payload import Json, from_json
from bot.workspace.state.app import App

if TYPE_CHECKING:
    from bot.workspace.desk import Desk


class SlackError(Exception):
    """A call that fails in Slack's own way: `ok: false` and a code."""

    def __init__(self, code: str, **more: object) -> None:
        super().__init__(code)
        self.code = code
        self.more: Json = more


class TokenKind(StrEnum):
    """Which token a method takes."""

    BOT = "bot"
    APP = "app"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What a call brought: query, form or JSON, merged. Over a form everything is text, structures too."""

    given: Mapping[str, object]

    def text(self, name: str, default: str = "") -> str:
        """A text; numbers and truth values are taken as they are spelled."""
        value = self.given.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else str(value) if isinstance(value, (int, float)) else default

    def needed(self, name: str, error: str = "invalid_arguments") -> str:
        """A text that must be there: left out, the arguments are invalid; empty, it names nothing."""
        value = self.given_text(name)
        if not value:
            raise SlackError(error)
        return value

    def given_text(self, name: str) -> str:
        """A text that may be empty but not left out."""
        if self.given.get(name) is None:
            missing = f"[ERROR] missing required field: {name}"
            raise SlackError("invalid_arguments", response_metadata={"messages": [missing]})
        return self.text(name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.given.get(name)
        if isinstance(value, bool):
            return value
        return default if value is None else str(value).lower() in ("true", "1", "yes")

    def number(self, name: str, default: int, *, most: int | None = None, error: str = "invalid_arguments") -> int:
        """A whole number; one that cannot be read is refused, one that is too large is cut."""
        value = self.given.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(str(value))
        except ValueError:
            raise SlackError(error) from None
        return min(number, most) if most is not None else number

    def structure(self, name: str, error: str = "invalid_arguments") -> object:
        """A list or an object, be it JSON in a form field; None where it is left out."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return from_json(value) if value else None
        except ValueError:
            raise SlackError(error) from None

    def listed(self, name: str) -> list[str]:
        """Names with commas between them, or a list of names."""
        given = self.given.get(name)
        value = self.structure(name) if str(given).startswith("[") else given
        parts = cast("list[object]", value) if isinstance(value, list) else str(value or "").split(",")
        return [text for part in parts if (text := str(part).strip())]

    def has(self, name: str) -> bool:
        return self.given.get(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call on its way through a method."""

    desk: "Desk"
    method: str
    arguments: Arguments
    caller: App | None = None
    """The app whose token came with it. A method that takes a token has one."""

    @property
    def app(self) -> App:
        if self.caller is None:
            raise SlackError("not_authed")
        return self.caller


Do = Callable[[Call], Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What a method needs and does."""

    do: Do
    """What it gives back besides `ok`; raises SlackError."""
    tier: Tier = Tier.THREE
    scopes: tuple[str, ...] = ()
    """Any one of them is enough."""
    token: TokenKind = TokenKind.BOT
    takes_json: bool = True
    """Whether Slack reads its arguments from a JSON body; where it does not, they count as left out."""
    errors: tuple[str, ...] = field(default=())
    """What it may be refused with besides what every method may: documented, and tested one by one."""
