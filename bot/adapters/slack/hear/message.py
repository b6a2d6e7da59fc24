"""A message that something starts from: where it stands, and its words as people see them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_WRITTEN = re.compile(r"([CDG][A-Z0-9]{1,63})/([0-9]{1,15}\.[0-9]{1,9})", re.ASCII)
_TOKEN = re.compile(r"<([@#!]?)([^<>|\s][^<>|]*)(?:\|([^<>]*))?>")
_ESCAPED = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a message stands, by Slack's own names."""

    channel: str
    ts: str

    def __str__(self) -> str:
        return f"{self.channel}/{self.ts}"


def source_in(written: str) -> Source | None:
    """What `str` made of it; None where it is nothing of that kind."""
    found = _WRITTEN.fullmatch(written)
    return Source(found[1], found[2]) if found else None


def words_of(text: str, name_of: Callable[[str], str]) -> str:
    """A message as people read it: names in place of ids, addresses as they are, no escapes. `name_of` knows ids."""
    words = _TOKEN.sub(lambda found: _said(found, name_of), text)
    return re.sub("&(?:lt|gt|amp);", lambda found: _ESCAPED[found[0]], words).strip()


def _said(found: re.Match[str], name_of: Callable[[str], str]) -> str:
    kind, what, shown = found[1], found[2], found[3] or ""
    match kind:
        case "@":
            return f"@{name_of(what)}"
        case "#":
            return f"#{shown or 'channel'}"
        case "!":
            return _special(what, shown)
        case _:
            address = what.removeprefix("mailto:").removeprefix("tel:")
            return f"{shown} ({address})" if shown and shown not in (address, address.partition("://")[2]) else address


def _special(what: str, shown: str) -> str:
    """`<!here>`, a group, or a moment; each has words to show where no program reads it."""
    if shown:
        return shown
    word = what.partition("^")[0]
    return f"@{word}" if word in ("here", "channel", "everyone") else "@group"
