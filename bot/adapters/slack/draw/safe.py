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
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})
"""What leads nowhere but to the reader's own machine: the local workspace."""

_RUN_OF_UNDERSCORES = re.compile(r"(?<!\w)_+|_+(?!\w)")
_WORKSPACE = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/", re.ASCII)
_CHANNEL = re.compile(r"[A-Z0-9]{2,64}", re.ASCII)
_NAMED = re.compile(r"([a-z]+):([0-9a-f]{32}):(0|[1-9][0-9]{0,8})", re.ASCII)
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


def inside(address: str, text: str) -> Block:
    """A link to a message of ours. Only ever with an address that Slack gave for it."""
    return {"type": "link", "url": address, "text": one_line(text, 200) or NOTHING}


def to_message(workspace: str, channel: str, ts: str, text: str) -> Blocks:
    """A link to a message of ours in the workspace at this address; only the text where it stands nowhere."""
    own, stamp = channel.rpartition("/")[2], ts.replace(".", "")
    if not (_WORKSPACE.fullmatch(workspace) and _CHANNEL.fullmatch(own) and stamp.isascii() and stamp.isdigit()):
        return inline(text)
    return [inside(f"{workspace}archives/{own}/p{stamp}", text)]


def place(channel: str, address: str) -> Blocks:
    """A channel by its id, and the message there by the address that Slack itself gave for it."""
    found: Blocks = [{"type": "channel", "channel_id": channel}]
    return [*found, *pieces(", "), inside(address, "look at it")] if address else found


def is_allowed(address: str, hosts: Collection[str]) -> bool:
    """Whether an address is a plain one of an allowed host, without a name in it, and over https unless it is here."""
    if len(address) > LONGEST_LINK or address != visible(address) or any(letter.isspace() for letter in address):
        return False
    try:
        parts = urlsplit(address)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)
        return safe and "@" not in parts.netloc and parts.netloc in hosts
    except ValueError:
        return False


def named(person: str) -> Block:
    """Somebody by name, told to nobody."""
    return {"type": "text", "text": one_line(person, 80) or NOTHING}


def named_in(block: str, kind: str) -> tuple[str, int] | None:
    """The card and the number in the name of a block of ours; None where it is none of that kind."""
    found = _NAMED.fullmatch(block)
    return (found[2], int(found[3])) if found is not None and found[1] == kind else None


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
