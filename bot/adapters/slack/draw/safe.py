"""The only way text gets onto a surface.

Whatever people, models and systems wrote goes into `plain_text` or into text elements of `rich_text`: there it is
what it says, and can be no mention, no link, no markup and no button. `mrkdwn` is for words of our own alone.
"""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import TypeAlias
from urllib.parse import urlsplit

from bot.domain.plain import Plain
from bot.domain.text import one_line, visible

Block: TypeAlias = dict[str, Plain]
"""A block, an element or an object of Slack's."""
Blocks: TypeAlias = list[Plain]
Mention: TypeAlias = Callable[[str], Block]
"""Somebody's id as an element of rich text: `user` for people Slack knows, their name otherwise."""

NOTHING = "–"
"""Where there is no text. Slack takes no empty one."""
LONGEST_PIECE = 3_000
LONGEST_FALLBACK = 300
LONGEST_LINK = 3_000

_RUN_OF_UNDERSCORES = re.compile(r"(?<!\w)_+|_+(?!\w)")
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_LOOK_ALIKES = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼"})


def plain(text: str, most: int) -> Block:
    """Plain text on one line or several. What is too long ends in an ellipsis."""
    shown = visible(text)
    if len(shown) > most:
        shown = one_line(shown, most)
    return {"type": "plain_text", "text": shown if shown.strip() else NOTHING, "emoji": False}


def label(text: str, most: int = 75) -> Block:
    """Plain text that must be one line: of a button, an option, a title."""
    return plain(one_line(text, most), most)


def words(text: str) -> Block:
    """Our own words as `mrkdwn`. Never anything that somebody wrote."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"type": "mrkdwn", "text": escaped, "verbatim": True}


def fallback(text: str) -> str:
    """What notifications and screen readers say, where Slack would read markup into it."""
    line = one_line(text, LONGEST_FALLBACK).translate(_LOOK_ALIKES).replace("://", ":∕∕")
    line = _RUN_OF_UNDERSCORES.sub(lambda found: "‗" * len(found[0]), _EMOJI.sub("∶", line))
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") or NOTHING


# --- rich text -------------------------------------------------------------------------------------------------------


def pieces(text: str, *styles: str) -> Blocks:
    """The whole text as elements, with these styles (`bold`, `italic`, `strike`); none where it is empty."""
    shown = visible(text)
    parts = (shown[at : at + LONGEST_PIECE] for at in range(0, len(shown), LONGEST_PIECE))
    return [_piece(part, styles) for part in parts]


def _piece(text: str, styles: tuple[str, ...]) -> Block:
    style: Block = dict.fromkeys(styles, True)
    return {"type": "text", "text": text, "style": style} if styles else {"type": "text", "text": text}


def inline(text: str, *styles: str) -> Blocks:
    """The same where it must not begin a line of its own: line breaks are shown as a sign."""
    return pieces(" ⏎ ".join(visible(text).splitlines()), *styles)


def section(*runs: Iterable[Plain]) -> Block:
    """One paragraph."""
    return _holding("rich_text_section", runs)


def quote(*runs: Iterable[Plain]) -> Block:
    """Several lines of somebody else's, set apart from those of the card."""
    return _holding("rich_text_quote", runs)


def bullets(items: Iterable[Iterable[Plain]]) -> Block:
    """A list; it needs one item at least."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [section(item) for item in items]}


def _holding(kind: str, runs: Iterable[Iterable[Plain]]) -> Block:
    return {"type": kind, "elements": [piece for run in runs for piece in run] or pieces(NOTHING)}


def rich(parts: Iterable[Plain]) -> Block:
    """A block of paragraphs, quotes and lists."""
    return {"type": "rich_text", "elements": [*parts]}


def moment(at: datetime) -> Block:
    """A time as each reader's own clock shows it."""
    stamp = at.strftime("%Y-%m-%d %H:%M UTC")
    return {"type": "date", "timestamp": int(at.timestamp()), "format": "{date_short} at {time}", "fallback": stamp}


def link(address: str, text: str, hosts: Collection[str]) -> Blocks:
    """A link where its host is one of those that are allowed; elsewhere the address as text, for people to read."""
    if is_allowed(address, hosts):
        return [{"type": "link", "url": address, "text": one_line(text, 100) or address}]
    return inline(one_line(f"{text}: {address}" if text else address, 500))


def to_message(address: str, text: str) -> Block:
    """A link to a message, by the address that Slack itself gave for it."""
    return {"type": "link", "url": address, "text": text}


def is_allowed(address: str, hosts: Collection[str]) -> bool:
    """Whether an address is a plain one of an allowed host, over https and without a name in it."""
    if len(address) > LONGEST_LINK or address != visible(address) or any(letter.isspace() for letter in address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and "@" not in parts.netloc and parts.netloc in hosts
    except ValueError:
        return False


def named(person: str) -> Block:
    """Somebody by name, told to nobody."""
    return {"type": "text", "text": one_line(person, 80) or NOTHING}


def known(user: str) -> Block:
    """Somebody Slack knows. Only ever with an id from the directory."""
    return {"type": "user", "user_id": user}


def people(ids: Iterable[str], mention: Mention) -> Blocks:
    """Several people, with commas between them."""
    found: Blocks = []
    for person in ids:
        found += pieces(", ") if found else []
        found.append(mention(person))
    return found


def titled(name: str) -> str:
    """A field's name as a heading: `open_invoices` is “Open invoices”."""
    said = name.replace("_", " ").strip()
    return said[:1].upper() + said[1:] if said else name
