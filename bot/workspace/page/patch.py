"""What a change means on an open page: operations on its document, each with the markup it needs."""

from collections.abc import Iterator
from typing import TypedDict, assert_never

from bot.workspace.page.region import dialog, head, thread_content
from bot.workspace.page.render.message import message_html, message_id
from bot.workspace.page.render.mrkdwn import plain
from bot.workspace.page.render.timeline import row
from bot.workspace.page.render.view import home
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.page.side import side, unread
from bot.workspace.page.where import Where, path_to
from bot.workspace.state.change import (
    Change,
    ChannelChanged,
    Deleted,
    Dismissed,
    Edited,
    FileShared,
    Forgotten,
    HomeOpened,
    Joined,
    Left,
    PersonChanged,
    Pinned,
    Posted,
    Reacted,
    Read,
    Shown,
    StatusSet,
    Troubled,
    ViewsClosed,
    ViewShown,
)
from bot.workspace.state.channel import Channel
from bot.workspace.state.message import Message
from bot.workspace.state.view import Surface, View


class Op(TypedDict, total=False):
    """One operation: `append` `replace` `remove` on what `target` selects, or something to show."""

    op: str
    target: str
    html: str
    text: str
    """For whoever hears the page instead of seeing it."""
    href: str
    ts: str


RELOAD: Op = {"op": "reload"}


def ops(viewer: Viewer, where: Where, change: Change) -> Iterator[Op]:  # noqa: C901  one flat dispatch
    """The operations that bring a page up to date with a change."""
    match change:
        case Posted(message=message):
            yield from _posted(viewer, where, message)
        case Edited(message=message) | Reacted(message=message):
            yield from _again(viewer, where, message)
        case Pinned(message=message):
            yield from _again(viewer, where, message)
            yield from _head(viewer, where, message.channel)
        case Deleted(message=message) | Dismissed(message=message):
            yield from _gone(message, viewer)
        case Shown(message=message):
            yield from _shown(viewer, where, message)
        case ChannelChanged() | Joined() | Left():
            yield from _moved(viewer, where, change.channel)
        case Read(person=person):
            yield from _side(viewer, where) if person == viewer.person.id else ()
        case ViewShown(view=view):
            yield from _view(viewer, where, view)
        case ViewsClosed(views=views):
            yield from _closed(viewer, views)
        case StatusSet():
            yield from _status(viewer, where, change)
        case Troubled(person=person, text=text):
            if person == viewer.person.id:
                yield {"op": "trouble", "text": text, "target": f"#m-{change.channel}-{change.ts.replace('.', '-')}"}
        case Forgotten():
            yield RELOAD
        case _:
            yield from _of_people(viewer, where, change)


def _of_people(viewer: Viewer, where: Where, change: Change) -> Iterator[Op]:
    """Changes of people show in the sidebar; the rest shows by other changes that come with them."""
    if isinstance(change, PersonChanged):
        yield from _side(viewer, where)


def _side(viewer: Viewer, where: Where) -> Iterator[Op]:
    yield {"op": "replace", "target": "#side-lists", "html": side(viewer, where)}


def _head(viewer: Viewer, where: Where, channel: str) -> Iterator[Op]:
    if where.channel is not None and where.channel.id == channel:
        yield {"op": "replace", "target": "#head", "html": head(viewer, where)}


# --- messages -----------------------------------------------------------------------------------------------------


def _posted(viewer: Viewer, where: Where, message: Message) -> Iterator[Op]:
    channel = viewer.workspace.channels[message.channel]
    if where.channel is channel:
        if message.in_channel:
            yield _appended(viewer, channel, message)
        if message.thread_ts and message.thread_ts == where.thread:
            yield {
                "op": "append",
                "target": "#replies",
                "html": message_html(viewer, message, in_thread=True),
                "ts": message.ts,
            }
    elif viewer.person.id in channel.people:
        yield from _side(viewer, where)
        yield from _notified(viewer, channel, message)


def _appended(viewer: Viewer, channel: Channel, message: Message) -> Op:
    before = channel.messages[channel.times[-2]] if len(channel.times) > 1 else None
    text = f"{viewer.name(message.user)}: {plain(viewer, message.text)}"
    return {"op": "append", "target": "#messages", "html": row(viewer, message, before), "ts": message.ts, "text": text}


def _notified(viewer: Viewer, channel: Channel, message: Message) -> Iterator[Op]:
    """As a notification of Slack would read: who, where, and the message's plain text."""
    if message.user == viewer.person.id or (message.is_reply and not message.broadcast):
        return
    spoken_to = unread(viewer, channel)[1] > 0 and (
        channel.is_direct or f"<@{viewer.person.id}>" in message.text or "<!" in message.text
    )
    if spoken_to or message.bot:
        said = plain(viewer, message.text) or "(no text: a notification would be empty)"
        title = f"{message.username or viewer.name(message.user)} in {viewer.called(channel.id)}"
        yield {"op": "notify", "text": said, "html": title, "href": path_to(viewer.person, channel)}


def _again(viewer: Viewer, where: Where, message: Message) -> Iterator[Op]:
    """A message that stands on the page as it is now."""
    if where.channel is None or where.channel.id != message.channel:
        return
    if message.in_channel:
        yield {"op": "message", "target": f"#{message_id(message)}", "html": message_html(viewer, message)}
    if where.thread in (message.ts, message.thread_ts) and where.thread:
        target = message_id(message, in_thread=True)
        yield {"op": "message", "target": f"#{target}", "html": message_html(viewer, message, in_thread=True)}


def _gone(message: Message, viewer: Viewer) -> Iterator[Op]:
    if not message.only_for or message.only_for == viewer.person.id:
        yield {"op": "remove", "target": f"#{message_id(message)}"}
        yield {"op": "remove", "target": f"#{message_id(message, in_thread=True)}"}


def _shown(viewer: Viewer, where: Where, message: Message) -> Iterator[Op]:
    """An ephemeral message: new, or in the place of itself."""
    if message.only_for != viewer.person.id:
        return
    if where.channel is None or where.channel.id != message.channel:
        channel = viewer.workspace.channels[message.channel]
        title, said = f"Only for you, in {viewer.called(channel.id)}", plain(viewer, message.text)
        yield {"op": "notify", "text": said, "html": title, "href": path_to(viewer.person, channel)}
        return
    in_thread = bool(message.thread_ts)
    html = message_html(viewer, message, in_thread=in_thread)
    place = "#replies" if in_thread else "#messages"
    yield {"op": "put", "target": place, "html": html, "ts": message.ts, "text": plain(viewer, message.text)}


def _moved(viewer: Viewer, where: Where, channel: Channel) -> Iterator[Op]:
    """Somebody came or went, or a channel is another one than before."""
    yield from _side(viewer, where)
    if where.channel is channel:
        yield (
            {"op": "reload"}
            if viewer.person.id not in channel.people or channel.archived
            else next(_head(viewer, where, channel.id))
        )


# --- views --------------------------------------------------------------------------------------------------------


def _view(viewer: Viewer, where: Where, view: View) -> Iterator[Op]:
    if view.person != viewer.person.id:
        return
    match view.surface:
        case Surface.MODAL:
            yield {"op": "modal", "target": f"#d-{view.id}", "html": dialog(viewer, view)}
        case Surface.HOME:
            if where.home is not None and where.home.id == view.app:
                inside = home(viewer, view, app=where.home.name)
                yield {"op": "home", "target": "#home", "html": inside}
        case Surface.MESSAGE:
            return
        case _:
            assert_never(view.surface)


def _closed(viewer: Viewer, views: tuple[View, ...]) -> Iterator[Op]:
    for view in views:
        if view.person == viewer.person.id:
            yield {"op": "unmodal", "target": f"#d-{view.id}"}


def _status(viewer: Viewer, where: Where, change: StatusSet) -> Iterator[Op]:
    if where.channel is change.channel:
        app = viewer.workspace.apps.get(change.app)
        yield {"op": "status", "text": f"{app.name if app else 'An app'} {change.text}" if change.text else ""}


def opened_thread(viewer: Viewer, channel: Channel, ts: str) -> Op:
    """A thread as it is opened beside the channel."""
    return {"op": "thread", "html": thread_content(viewer, channel, ts), "ts": ts}


Ignored = FileShared | HomeOpened
"""Changes that show on a page only by others that come with them."""
