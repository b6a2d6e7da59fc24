"""The regions of the page that change while it stands open: the head, the messages, the thread, the modals."""

from bot.workspace.page.html import Given, Html, joined, tag
from bot.workspace.page.render.mrkdwn import mrkdwn
from bot.workspace.page.render.timeline import thread, timeline
from bot.workspace.page.render.view import home, modal
from bot.workspace.page.render.viewer import Viewer, counted
from bot.workspace.page.where import Where, path_to
from bot.workspace.state.app import App
from bot.workspace.state.channel import Channel
from bot.workspace.state.view import View


def head(viewer: Viewer, where: Where) -> Html:
    """What stands above the messages: the name, what it is for, who is there."""
    if where.home is not None:
        return tag("header", {"id": "head"}, tag("h1", None, where.home.name), _tabs(viewer, where.home, home=True))
    channel = where.channel
    if channel is None:
        return tag("header", {"id": "head"}, tag("h1", None, "Nothing here yet"))
    app = _app_in(viewer, channel)
    said = [
        tag("h1", None, viewer.called(channel.id)),
        tag("span", {"class": "badge"}, "Archived") if channel.archived else None,
        tag("span", {"class": "badge"}, "Shared with another organisation") if channel.shared_with else None,
        tag("p", {"class": "topic"}, mrkdwn(viewer, channel.topic)) if channel.topic else None,
        _tabs(viewer, app, home=False) if app else None if channel.is_direct else _facts(channel),
    ]
    return tag("header", {"id": "head"}, said)


def _facts(channel: Channel) -> Html:
    people, pins = len(channel.people), len(channel.pins)
    given: Given = {"type": "button", "class": "tool named", "data-open": "members"}
    members = tag("button", given, counted(people))
    pinned = tag("button", {**given, "data-open": "pins"}, f"{pins} pinned") if pins else None
    return tag("div", {"class": "facts"}, members, pinned)


def _tabs(viewer: Viewer, app: App, *, home: bool) -> Html:
    """The two sides of an app: its home, and what it and the reader write to each other."""
    person = viewer.workspace.people.get(app.user)
    messages = f"/as/{viewer.person.name}/dm-{person.name}" if person else "#"

    def tab(name: str, to: str, *, here: bool) -> Html:
        return tag("a", {"href": to, "aria-current": "page" if here else None}, name)

    links = [
        tab("Home", path_to(viewer.person, home=app), here=home) if app.home else None,
        tab("Messages", messages, here=not home) if app.messages else None,
    ]
    return tag("nav", {"class": "tabs", "aria-label": f"{app.name}"}, links)


def _app_in(viewer: Viewer, channel: Channel) -> App | None:
    """The app somebody writes to in a direct message with it."""
    apps = (
        viewer.workspace.apps.get(viewer.workspace.people[one].app) for one in channel.people if one != viewer.person.id
    )
    return (
        next((app for app in apps if app is not None), None) if channel.is_direct and len(channel.people) == 2 else None
    )


def main(viewer: Viewer, where: Where) -> Html:
    """The messages with the composer below, or a home tab."""
    if where.home is not None:
        view = viewer.workspace.homes.get((where.home.id, viewer.person.id))
        return tag("div", {"id": "home", "class": "scroll"}, home(viewer, view, app=where.home.name))
    if where.channel is None:
        return tag("div", {"class": "empty"}, tag("p", None, "There is no channel for you yet."))
    return joined(
        [
            messages(viewer, where.channel, since=where.thread or where.message),
            tag("div", {"id": "status", "role": "status"}),
            composer(viewer, where.channel),
        ]
    )


def messages(viewer: Viewer, channel: Channel, *, since: str = "") -> Html:
    """The list of messages; the last stands at the bottom, in sight. It goes back as far as `since`, at least."""
    said = timeline(viewer, channel, read=channel.read.get(viewer.person.id, ""), since=since)
    begin = tag("div", {"class": "beginning"}, _beginning(viewer, channel)) if len(channel.times) <= 50 else None
    given: Given = {"id": "messages", "class": "scroll", "role": "log", "aria-label": "Messages", "tabindex": "0"}
    return tag("div", {**given, "aria-live": "off"}, begin, said)


def _beginning(viewer: Viewer, channel: Channel) -> str:
    name = viewer.called(channel.id)
    if channel.is_direct:
        return f"This is where you and {name} write to each other."
    return f"This is the beginning of {name}. {channel.purpose}".rstrip()


def composer(viewer: Viewer, channel: Channel, *, thread_ts: str = "") -> Html:
    """Where one writes; or why one cannot."""
    name = viewer.called(channel.id)
    if channel.archived:
        return tag("p", {"class": "no-composer"}, f"{name} is archived. Nobody writes here any more.")
    if viewer.person.id not in channel.people:
        join = tag("button", {"type": "button", "class": "button primary", "data-join": channel.id}, f"Join {name}")
        return tag("p", {"class": "no-composer"}, f"You are looking at {name}. ", join)
    label = f"Reply in the thread in {name}" if thread_ts else f"Message {name}"
    given: Given = {"class": "composer", "data-channel": channel.id, "data-thread-ts": thread_ts or None}
    shown = "Reply …" if thread_ts else label
    field: Given = {"rows": 1, "aria-label": label, "placeholder": shown, "autocomplete": "off", "data-composer": True}
    send: Given = {"type": "submit", "class": "button primary send", "aria-label": "Send", "title": "Send (Enter)"}
    attach = tag(
        "label",
        {"class": "icon-button", "title": "Attach files"},
        tag("span", {"aria-hidden": "true"}, "📎"),
        tag("input", {"type": "file", "multiple": True, "aria-label": "Attach files"}),
    )
    also = (
        tag(
            "label", {"class": "also"}, tag("input", {"type": "checkbox", "name": "broadcast"}), f" Also send to {name}"
        )
        if thread_ts
        else None
    )
    row = tag(
        "div",
        {"class": "composer-row"},
        attach,
        tag("textarea", field),
        tag("button", send, tag("span", {"aria-hidden": "true"}, "➤")),
    )
    return tag("form", given, tag("div", {"class": "completions"}), tag("div", {"class": "attached"}), row, also)


def thread_pane(viewer: Viewer, where: Where) -> Html:
    """The open thread beside the channel; hidden where none is open."""
    given: Given = {"id": "thread", "aria-label": "Thread", "hidden": not where.thread}
    if where.channel is None or not where.thread:
        return tag("aside", given)
    return tag("aside", given, thread_content(viewer, where.channel, where.thread))


def thread_content(viewer: Viewer, channel: Channel, ts: str) -> Html:
    close = tag(
        "button",
        {"type": "button", "class": "icon-button", "data-close-thread": True, "aria-label": "Close the thread"},
        "✕",
    )
    top = tag(
        "header",
        {"class": "pane-head"},
        tag("h2", None, "Thread"),
        tag("span", {"class": "soft"}, viewer.called(channel.id)),
        close,
    )
    said = tag(
        "div",
        {"id": "replies", "class": "scroll", "tabindex": "0", "role": "log", "aria-label": "Replies"},
        thread(viewer, channel.thread(ts)),
    )
    return joined([top, said, composer(viewer, channel, thread_ts=ts)])


def modals(viewer: Viewer) -> Html:
    """Every modal the reader has open, the topmost last."""
    stacks = [stack for (_, person), stack in viewer.workspace.modals.items() if person == viewer.person.id]
    return joined(dialog(viewer, view) for stack in stacks for view in stack)


def dialog(viewer: Viewer, view: View) -> Html:
    return tag(
        "dialog", {"class": "modal", "id": f"d-{view.id}", "aria-labelledby": f"v-{view.id}-title"}, modal(viewer, view)
    )
