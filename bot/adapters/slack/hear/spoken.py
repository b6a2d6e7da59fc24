"""A message as an event tells of it: where it stands, who has to see to it, and what it says without Slack's markup."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.adapters.slack.hear.message import words_of
from bot.domain.person import ChannelId
from bot.domain.text import visible

_SAID = frozenset({"", "file_share", "me_message", "thread_broadcast"})
"""Subtypes of what somebody wrote; all others are edits, joins and other lines of Slack's own."""
_SLACKBOT = "USLACKBOT"
_NAMED_FIRST = re.compile(r"\A\s*(?:<@[UW][A-Z0-9]+(?:\|[^>]*)?>[\s,:;–-]*)+")


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
    """What somebody typed, without what only addresses the bot; whoever it names is somebody."""
    said = words_of(_NAMED_FIRST.sub("", text), lambda _: "somebody")
    # One with half a letter in it is nothing a record could keep.
    return said if said.isascii() or said == said.encode("utf-8", "replace").decode() else visible(said)


def _text(event: Mapping[str, object], name: str) -> str:
    value = event.get(name)
    return value if isinstance(value, str) else ""
