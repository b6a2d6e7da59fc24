"""Lists in pages: Slack's cursors, which are opaque to apps and names of the next thing to us; and times."""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.workspace.api.call import Arguments, SlackError
from bot.workspace.payload import Json

T = TypeVar("T")

_TIME = re.compile(r"([0-9]{1,11})(?:\.([0-9]{0,6})[0-9]*)?")
_NAME = re.compile(r"[0-9]{1,11}\.[0-9]{1,6}")


def cursor(kind: str, name: str) -> str:
    """`next_ts:...`, `user:U...`, `team:C...`, as Slack wraps it."""
    return base64.b64encode(f"{kind}:{name}".encode()).decode("ascii")


def uncursor(kind: str, given: str) -> str:
    """The name in a cursor; empty where none was given, and refused where it is not one of ours."""
    if not given:
        return ""
    try:
        found, _, name = base64.b64decode(given, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
    if found != kind or not name:
        raise SlackError("invalid_cursor")
    return name


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list."""

    items: Sequence[T]
    next: str
    """The cursor of what follows; empty at the end."""

    @property
    def metadata(self) -> Json:
        return {"next_cursor": self.next}


def page(
    everything: Iterable[T],
    arguments: Arguments,
    kind: str,
    *,
    name: Callable[[T], str],
    default: int,
    most: int = 1_000,
) -> Page[T]:
    """The page a call asks for; `default` nought means everything at once."""
    items = list(everything)
    limit = limit_of(arguments, default, most=most) or len(items)
    wanted = uncursor(kind, arguments.text("cursor"))
    start = 0
    if wanted:
        start = next((at for at, item in enumerate(items) if name(item) == wanted), -1)
        if start < 0:
            raise SlackError("invalid_cursor")
    following = items[start + limit : start + limit + 1]
    return Page(items[start : start + limit], cursor(kind, name(following[0])) if following else "")


def limit_of(arguments: Arguments, default: int, *, most: int = 1_000) -> int:
    """How many a call asks for; one that is no number, or below nought, is refused."""
    limit = arguments.number("limit", default, most=most, error="invalid_limit")
    if limit < 0:
        raise SlackError("invalid_limit")
    return limit or default


def counted(items: Sequence[T], arguments: Arguments, default: int = 100) -> tuple[Sequence[T], Json]:
    """A page by its number, as older methods have it, and what Slack says about all of them."""
    size = max(1, arguments.number("count", default, most=1_000))
    number = max(1, arguments.number("page", 1))
    pages = -(-len(items) // size)
    paging = {"count": size, "total": len(items), "page": number, "pages": pages}
    return items[(number - 1) * size : number * size], paging


# --- times -------------------------------------------------------------------------------------------------------


def time_of(given: str, error: str) -> str:
    """A time in the form that sorts like messages: ten digits and six."""
    found = _TIME.fullmatch(given.strip())
    if found is None:
        raise SlackError(error)
    return f"{int(found[1]):010d}.{(found[2] or ''):0<6}"


def is_name_of_message(given: str) -> bool:
    """Whether this could be the time of a message, which is its name."""
    return _NAME.fullmatch(given) is not None
