"""One message as it stands in a channel, in a thread, or for one person alone."""

from typing import Final

from bot.workspace.page.html import Given, Html, classes, joined, tag
from bot.workspace.page.render.blocks import blocks
from bot.workspace.page.render.dates import ago, full_of, time_of
from bot.workspace.page.render.emoji import character, emoji
from bot.workspace.page.render.files import files
from bot.workspace.page.render.mrkdwn import mrkdwn
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import inners, text
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.payload import Json
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
    place = Place(viewer, message_id(message, in_thread=in_thread))
    is_line = message.subtype in LINES
    kind = classes("message", grouped and "grouped", is_line and "line", bool(message.only_for) and "ephemeral")
    given: Given = {
        "class": kind,
        "id": place.id,
        "data-channel": message.channel,
        "data-ts": message.ts,
        "data-ephemeral": bool(message.only_for),
        "data-mine": message.user == viewer.person.id and not message.bot,
        "data-thread": message.thread_ts or None,
        "tabindex": "-1",
        "aria-label": f"{_author(viewer, message)}, {_clock(viewer, message)}",
    }
    body = joined(
        [
            _above(viewer, message),
            _head(viewer, message),
            _said(place, message),
            _below(viewer, message, in_thread=in_thread),
        ]
    )
    return tag("article", given, _photo(viewer, message), tag("div", {"class": "body"}, body))


def _photo(viewer: Viewer, message: Message) -> Html:
    given = {
        "src": f"{viewer.workspace.team.url}photos/{message.user}-48.svg",
        "alt": "",
        "class": "photo",
        "loading": "lazy",
    }
    return tag("img", {**given, "width": 36, "height": 36})


def _author(viewer: Viewer, message: Message) -> str:
    return message.username or viewer.name(message.user)


def _clock(viewer: Viewer, message: Message) -> str:
    return time_of(viewer.moment(float(message.ts)))


def _above(viewer: Viewer, message: Message) -> Html:
    """What is said of the message before it speaks."""
    channel = viewer.workspace.channels.get(message.channel)
    pinned = channel.pins.get(message.ts) if channel else None
    return joined(
        [
            tag("div", {"class": "note eyes"}, "Only visible to you") if message.only_for else None,
            tag("div", {"class": "note pin"}, f"Pinned by {viewer.name(pinned)}") if pinned else None,
            tag("div", {"class": "note"}, "replied to a thread") if message.broadcast else None,
        ]
    )


def _head(viewer: Viewer, message: Message) -> Html:
    at = viewer.moment(float(message.ts))
    author = tag("button", {"type": "button", "class": "author", "data-person": message.user}, _author(viewer, message))
    app = tag("span", {"class": "badge"}, "App") if message.bot else None
    person = viewer.workspace.people.get(message.user)
    outside = person is not None and person.team != viewer.workspace.team.id
    guest = tag("span", {"class": "badge"}, "From elsewhere") if outside else None
    status = emoji(person.status_emoji) if person and person.status_emoji else None
    time = tag("time", {"datetime": at.isoformat(), "title": full_of(at)}, time_of(at))
    return tag("header", None, author, app, guest, status, time)


def _said(place: Place, message: Message) -> Html:
    kind = classes("content", message.subtype == "me_message" and "me")
    caret = tag("span", {"class": "caret", "title": "still writing"}) if message.stream else None
    attachments = [_attachment(place, one) for one in message.attachments or []]
    content = tag("div", {"class": kind}, _words(place, message), caret, _edited(place.viewer, message))
    return joined([content, attachments, files(place.viewer, message)])


def _words(place: Place, message: Message) -> Html:
    if message.subtype in LINES:
        return mrkdwn(place.viewer, message.text.removeprefix(f"<@{message.user}> "))
    if message.blocks:
        return blocks(place, message.blocks)
    return tag("div", {"class": "words"}, mrkdwn(place.viewer, message.text))


def _edited(viewer: Viewer, message: Message) -> Html | None:
    if not message.edited_ts:
        return None
    return tag("span", {"class": "edited", "title": full_of(viewer.moment(float(message.edited_ts)))}, " (edited)")


def _attachment(place: Place, one: Json) -> Html:
    """The older form of a message's parts; blocks may stand in one, too."""
    inside = blocks(place, inners(one, "blocks"))
    lines = [
        mrkdwn(place.viewer, text(one, name)) for name in ("pretext", "title", "text", "footer") if text(one, name)
    ]
    rows = [
        tag(
            "div",
            None,
            tag("strong", None, text(field, "title")),
            tag("br"),
            mrkdwn(place.viewer, text(field, "value")),
        )
        for field in inners(one, "fields")
    ]
    said = [tag("div", None, line) for line in lines]
    return tag("div", {"class": "attachment"}, said, tag("div", {"class": "fields"}, rows) if rows else None, inside)


def _below(viewer: Viewer, message: Message, *, in_thread: bool) -> Html:
    return joined([_reactions(viewer, message), None if in_thread else _replies(viewer, message)])


def _reactions(viewer: Viewer, message: Message) -> Html | None:
    if not message.reactions:
        return None
    return tag(
        "div", {"class": "reactions"}, (_reaction(viewer, name, people) for name, people in message.reactions.items())
    )


def _reaction(viewer: Viewer, name: str, people: list[str]) -> Html:
    mine = viewer.person.id in people
    who = ", ".join("you" if one == viewer.person.id else viewer.name(one) for one in people[:20])
    given: Given = {"type": "button", "class": "reaction mine" if mine else "reaction", "data-reaction": name}
    given |= {"aria-pressed": "true" if mine else "false", "title": f"{who} reacted with :{name}:"}
    given["aria-label"] = f"{name.replace('_', ' ')}: {len(people)}, {who}"
    return tag("button", given, tag("span", {"aria-hidden": "true"}, character(name) or f":{name}:"), f" {len(people)}")


def _replies(viewer: Viewer, message: Message) -> Html | None:
    channel = viewer.workspace.channels.get(message.channel)
    replies = [channel.messages[ts] for ts in message.replies if ts in channel.messages] if channel else []
    if not replies:
        return None
    people = list(dict.fromkeys(reply.user for reply in replies))[:5]
    photos = (
        tag("img", {"src": f"{viewer.workspace.team.url}photos/{one}-24.svg", "alt": "", "width": 20, "height": 20})
        for one in people
    )
    count = f"{len(replies)} {'reply' if len(replies) == 1 else 'replies'}"
    last = tag("span", {"class": "soft"}, f" Last reply {ago(viewer.moment(float(replies[-1].ts)), viewer.now())}")
    return tag(
        "button",
        {"type": "button", "class": "replies", "data-open-thread": message.ts},
        photos,
        tag("strong", None, count),
        last,
    )
