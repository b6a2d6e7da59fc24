"""The side of the page: channels, direct messages, apps; what is unread stands out."""

from collections.abc import Iterable
from typing import Final

from bot.workspace.page.html import Given, Html, tag
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.page.where import Where, channels_of, directs_of, path_to
from bot.workspace.state.app import App
from bot.workspace.state.channel import Channel, ChannelKind

MOST: Final = 20
"""So many direct messages are listed."""


def side(viewer: Viewer, where: Where) -> Html:
    """What stands in the sidebar."""
    workspace, person = viewer.workspace, viewer.person
    channels = [_channel(viewer, one, where) for one in channels_of(workspace, person)]
    directs = [_channel(viewer, one, where) for one in [*directs_of(workspace, person)][:MOST]]
    apps = [_home(viewer, one, where) for one in workspace.apps.values() if one.home and not one.revoked]
    return tag(
        "div",
        {"id": "side-lists"},
        _section("Channels", channels, "browse", "Browse channels, or make one"),
        _section("Direct messages", directs, "write", "Write to somebody"),
        _section("Apps", apps),
    )


def _section(name: str, rows: Iterable[Html], act: str = "", label: str = "") -> Html:
    given: Given = {"type": "button", "class": "side-act", "data-open": act, "aria-label": label, "title": label}
    more = tag("button", given, tag("span", {"aria-hidden": "true"}, "+")) if act else None
    return tag("section", {"aria-label": name}, tag("h2", None, name, more), tag("ul", None, rows))


def unread(viewer: Viewer, channel: Channel) -> tuple[int, int]:
    """How many messages somebody has not read, and how many of them speak to them."""
    read, person = channel.read.get(viewer.person.id, ""), viewer.person.id
    later = [channel.messages[ts] for ts in channel.times[-200:] if ts > read]
    later = [one for one in later if one.user != person and not one.subtype.endswith(("_join", "_leave"))]
    called = (f"<@{person}>", "<!here>", "<!channel>", "<!everyone>")
    spoken = [one for one in later if channel.is_direct or any(name in one.text for name in called)]
    return len(later), len(spoken)


def _channel(viewer: Viewer, channel: Channel, where: Where) -> Html:
    here = where.channel is channel
    new, spoken = (0, 0) if here else unread(viewer, channel)
    sign = {ChannelKind.PRIVATE: "🔒", ChannelKind.PUBLIC: "#"}.get(channel.kind)
    sign = sign or (str(len(channel.people) - 1) if len(channel.people) > 2 else None)
    mark = tag("span", {"class": "sign", "aria-hidden": "true"}, sign) if sign else _presence(viewer, channel)
    count = tag("span", {"class": "count", "aria-label": f"{spoken} for you"}, str(spoken)) if spoken else None
    said = tag("span", {"class": "hidden-text"}, " unread") if new else None
    given: Given = {"href": path_to(viewer.person, channel), "aria-current": "page" if here else None}
    given["class"] = "unread" if new else None
    name = tag("span", {"class": "name"}, viewer.called(channel.id).removeprefix("#"))
    return tag("li", None, tag("a", given, mark, name, said, count))


def _presence(viewer: Viewer, channel: Channel) -> Html:
    """Whether the other one is there: a filled dot, or an empty one; nothing else goes by its colour."""
    other = next((one for one in channel.people if one != viewer.person.id), viewer.person.id)
    known = viewer.workspace.people.get(other)
    away = known is None or known.away
    return tag(
        "span",
        {"class": "sign dot away" if away else "sign dot", "title": "away" if away else "active"},
        "○" if away else "●",
    )


def _home(viewer: Viewer, app: App, where: Where) -> Html:
    given: Given = {"href": path_to(viewer.person, home=app), "aria-current": "page" if where.home is app else None}
    mark = tag("span", {"class": "sign", "aria-hidden": "true"}, "⬡")
    return tag("li", None, tag("a", given, mark, tag("span", {"class": "name"}, app.name)))
