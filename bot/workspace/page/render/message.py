"""One message as it stands in a channel, in a thread, or for one person alone."""

from typing import Final

from bot.workspace.page.html import Given, Html, classes, joined, tag
from bot.workspace.page.render.attachments import attachments
from bot.workspace.page.render.author import author, badges, photo
from bot.workspace.page.render.blocks import blocks
from bot.workspace.page.render.dates import full_of, time_of
from bot.workspace.page.render.files import files
from bot.workspace.page.render.following import reactions, replies, reply_count
from bot.workspace.page.render.mrkdwn import mrkdwn
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.viewer import Viewer, named
from bot.workspace.state.message import Message

LINES: Final = frozenset(
    f"{place}_{what}"
    for place in ("channel", "group")
    for what in ("join", "leave", "topic", "purpose", "name", "archive", "unarchive")
)
"""Subtypes that are a line about the channel, not something said in it."""


def message_id(message: Message, *, in_thread: bool = False) -> str:
    """The id of its element; one that stands in its channel and in an open thread has two."""
    return f"{'t' if in_thread else 'm'}-{message.channel}-{message.ts.replace('.', '-')}"


def message_html(viewer: Viewer, message: Message, *, grouped: bool = False, in_thread: bool = False) -> Html:
    """A message. Where it is `grouped`, whoever wrote it stands above already."""
    place = Place(viewer, message_id(message, in_thread=in_thread), message.chosen.get(viewer.person.id, {}))
    inside = [
        _above(viewer, message),
        _head(viewer, message),
        _said(place, message),
        reactions(viewer, message),
        reply_count(viewer, message) if in_thread else replies(viewer, message),
    ]
    given = _given(place, message, grouped=grouped)
    return tag("article", given, photo(viewer, message), tag("div", {"class": "body"}, inside))


def _given(place: Place, message: Message, *, grouped: bool) -> Given:
    viewer, is_line = place.viewer, message.subtype in LINES or message.subtype == "tombstone"
    whisper = bool(message.only_for)
    return {
        "class": classes("message", grouped and "grouped", is_line and "line", whisper and "ephemeral"),
        "id": place.id,
        "data-channel": message.channel,
        "data-ts": message.ts,
        "data-ephemeral": whisper,
        "data-mine": message.user == viewer.person.id and not message.bot,
        "data-thread": message.thread_ts or None,
        "tabindex": "-1",
        "aria-label": f"{author(viewer, message)}, {time_of(viewer.moment(float(message.ts)))}",
    }


def _above(viewer: Viewer, message: Message) -> Html:
    """What is said of the message before it speaks."""
    channel = viewer.workspace.channels.get(message.channel)
    pinned = channel.pins.get(message.ts) if channel else None
    lost = message.broadcast and channel is not None and message.thread_ts not in channel.messages
    return joined(
        [
            tag("div", {"class": "note eyes"}, "Only visible to you") if message.only_for else None,
            tag("div", {"class": "note pin"}, "Pinned by ", named(viewer.name(pinned))) if pinned else None,
            tag("div", {"class": "note"}, _thread_note(lost=lost)) if message.broadcast else None,
        ]
    )


def _thread_note(*, lost: bool) -> str:
    return "replied to a message that was deleted" if lost else "replied to a thread"


def _head(viewer: Viewer, message: Message) -> Html:
    at = viewer.moment(float(message.ts))
    given: Given = {"type": "button", "class": "author", "data-person": message.user}
    name = tag("button", given, named(author(viewer, message)))
    time = tag("time", {"datetime": at.isoformat(), "title": full_of(at)}, time_of(at))
    return tag("header", None, name, badges(viewer, message), time)


def _said(place: Place, message: Message) -> Html:
    writing = message.stream is not None
    kind = classes("content", message.subtype == "me_message" and "me", writing and "writing")
    caret = tag("span", {"class": "caret", "role": "img", "aria-label": "still writing"}) if writing else None
    content = tag("div", {"class": kind}, _words(place, message), caret, _edited(place.viewer, message))
    return joined([content, attachments(place, message.attachments or []), files(place.viewer, message)])


def _words(place: Place, message: Message) -> Html:
    if message.subtype == "tombstone":
        return joined(["This message was deleted."])
    if message.subtype in LINES:
        return mrkdwn(place.viewer, message.text.removeprefix(f"<@{message.user}> "))
    if message.blocks:
        return blocks(place, message.blocks)
    return tag("div", {"class": "words", "dir": "auto"}, mrkdwn(place.viewer, message.text))


def _edited(viewer: Viewer, message: Message) -> Html | None:
    if not message.edited_ts:
        return None
    return tag("span", {"class": "edited", "title": full_of(viewer.moment(float(message.edited_ts)))}, " (edited)")
