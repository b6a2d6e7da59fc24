"""Messages one below the other: days parted, what is new marked, those of one person together."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.workspace.page.html import Html, joined, tag
from bot.workspace.page.render.dates import day_of
from bot.workspace.page.render.message import LINES, message_html
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.state.channel import Channel
from bot.workspace.state.message import Message

AT_ONCE = 50
"""So many messages are shown before somebody asks for older ones."""
TOGETHER = 5 * 60
"""Messages of one person within so many seconds stand under one name."""


class Stretch(NamedTuple):
    """Some messages of a channel, oldest first, and whether there are older ones."""

    messages: list[Message]
    more: bool


def stretch(viewer: Viewer, channel: Channel, *, before: str = "", most: int = AT_ONCE) -> Stretch:
    """The last messages of a channel, ephemeral ones of the viewer among them; or the last before a time."""
    upto = bisect_left(channel.times, before) if before else len(channel.times)
    times = channel.times[max(0, upto - most) : upto]
    found = [channel.messages[ts] for ts in times]
    if not before:
        first = times[0] if upto > most and times else ""
        whispers = (
            one for (person, ts), one in viewer.workspace.whispers.items() if person == viewer.person.id and ts >= first
        )
        found += [one for one in whispers if one.channel == channel.id and not one.thread_ts]
        found.sort(key=lambda one: one.ts)
    return Stretch(found, upto > most)


def timeline(viewer: Viewer, channel: Channel, *, before: str = "", read: str | None = None, since: str = "") -> Html:
    """A stretch of a channel. `read` is how far the viewer had read when they came; what is later is new."""
    upto = len(channel.times) - bisect_left(channel.times, since) if since else 0
    found = stretch(viewer, channel, before=before, most=max(AT_ONCE, upto))
    older = tag("div", {"class": "older", "data-before": found.messages[0].ts}) if found.more else None
    return joined([older, *_rows(viewer, found.messages, read=read)])


def thread(viewer: Viewer, messages: Sequence[Message]) -> Html:
    """A thread, in its own pane: its first message and the last replies, those before them folded away."""
    whispers = [one for one in viewer.workspace.whispers.values() if messages and one.thread_ts == messages[0].ts]
    mine = [one for one in whispers if one.only_for == viewer.person.id and one.channel == messages[0].channel]
    all_of_it = sorted([*messages, *mine], key=lambda one: one.ts)
    root, replies = all_of_it[:1], all_of_it[1:]
    earlier, last = replies[:-AT_ONCE], replies[-AT_ONCE:]
    return joined([_replies(viewer, root), _folded(viewer, earlier), _replies(viewer, last)])


def _replies(viewer: Viewer, messages: Sequence[Message]) -> Iterator[Html]:
    return (message_html(viewer, one, in_thread=True) for one in messages)


def _folded(viewer: Viewer, earlier: Sequence[Message]) -> Html | None:
    if not earlier:
        return None
    said = f"{len(earlier)} earlier {'reply' if len(earlier) == 1 else 'replies'}"
    return tag("details", {"class": "earlier"}, tag("summary", None, said), _replies(viewer, earlier))


def _rows(viewer: Viewer, messages: Sequence[Message], *, read: str | None) -> Iterator[Html]:
    last: Message | None = None
    for message in messages:
        if (
            read is not None
            and message.ts > read
            and (last is None or last.ts <= read)
            and message.user != viewer.person.id
        ):
            yield tag("div", {"class": "new-line", "role": "separator"}, tag("span", None, "New"))
        yield row(viewer, message, last)
        last = message


def row(viewer: Viewer, message: Message, last: Message | None) -> Html:
    """A message below the one before it, with its day above where it begins one."""
    new_day = last is None or viewer.moment(float(last.ts)).date() != viewer.moment(float(message.ts)).date()
    day = day_of(viewer.moment(float(message.ts)), viewer.now())
    parted = tag("div", {"class": "day", "role": "separator"}, tag("span", None, day)) if new_day else None
    grouped = not new_day and last is not None and _goes_on(last, message)
    return joined([parted, message_html(viewer, message, grouped=grouped)])


def _goes_on(last: Message, message: Message) -> bool:
    return (
        _whose(last) == _whose(message)
        and float(message.ts) - float(last.ts) < TOGETHER
        and not (message.only_for or last.only_for or message.broadcast)
        and (message.subtype in LINES) == (last.subtype in LINES)
    )


def _whose(message: Message) -> tuple[str, ...]:
    return message.user, message.bot, message.username, message.icon
