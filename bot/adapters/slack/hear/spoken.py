"""A message as an event tells of it: where it stands, who has to see to it, and what it says without Slack's markup."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.person import ChannelId
from bot.domain.text import visible

_SAID = frozenset({"", "file_share", "me_message", "thread_broadcast"})
"""Subtypes of what somebody wrote; all others are edits, joins and other lines of Slack's own."""
_SLACKBOT = "USLACKBOT"
_NAMED_FIRST = re.compile(r"\A\s*(?:<@[UW][A-Z0-9]+(?:\|[^>]*)?>[\s,:;–-]*)+")
_MARKED = re.compile(r"<([@#!]?)([^<>|\s][^<>|]*)(?:\|([^<>]*))?>")
_ESCAPED = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


class Place(StrEnum):
    """Where somebody said something."""

    DIRECT = "to the bot alone"
    THREAD = "in a thread"
    CHANNEL = "in a channel"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of a person."""

    channel: ChannelId
    user: str
    text: str
    """As they meant it, without what only addresses the bot."""
    place: Place
    direct: bool
    thread: str = ""
    """The first message of its thread, where it is a reply."""

    @property
    def answer_in(self) -> ChannelId:
        """Where only they see an answer: a direct message is theirs alone already, and keeps it."""
        return ChannelId("") if self.direct else self.channel


def spoken_in(event: Mapping[str, object], team: str) -> Spoken | None:
    """None where it is nothing that a person wrote."""
    user, channel, subtype = _text(event, "user"), _text(event, "channel"), _text(event, "subtype")
    if not user or not channel or user == _SLACKBOT or subtype not in _SAID or event.get("hidden") is True:
        return None
    direct, ts, thread = _text(event, "channel_type") == "im", _text(event, "ts"), _text(event, "thread_ts")
    in_thread = bool(thread) and thread != ts
    place = Place.THREAD if in_thread else Place.DIRECT if direct else Place.CHANNEL
    text = plainly(_text(event, "text"))
    if not text and _text(event, "type") != "app_mention":
        return None
    return Spoken(ChannelId(f"{team}/{channel}"), user, text, place, direct, thread if in_thread else "")


def plainly(text: str) -> str:
    """What somebody typed: links and addresses as they stand there, people and channels without their ids."""
    bare = _MARKED.sub(_said, _NAMED_FIRST.sub("", text))
    said = re.sub("&(?:lt|gt|amp);", lambda found: _ESCAPED[found[0]], bare).strip()
    # One with half a letter in it is nothing a record could keep.
    return said if said.isascii() or said == said.encode("utf-8", "replace").decode() else visible(said)


def _said(found: re.Match[str]) -> str:
    sign, inner, shown = found[1], found[2], found[3]
    match sign:
        case "@":
            return "@somebody"
        case "#":
            return f"#{shown or 'channel'}"
        case "!":
            return shown or f"@{inner.partition('^')[0]}"
        case _:
            return shown if shown and inner.startswith(("mailto:", "tel:")) else inner


def _text(event: Mapping[str, object], name: str) -> str:
    value = event.get(name)
    return value if isinstance(value, str) else ""
