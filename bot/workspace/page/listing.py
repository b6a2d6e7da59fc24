"""Lists that open in a dialog: who is in a channel, what is pinned, where one could go, a person."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bot.workspace.page.html import Given, Html, joined, tag
from bot.workspace.page.render.dates import time_of
from bot.workspace.page.render.message import message_html
from bot.workspace.page.render.mrkdwn import mrkdwn
from bot.workspace.page.render.viewer import Viewer, counted
from bot.workspace.page.where import Where, actors, path_to
from bot.workspace.state.channel import ChannelKind
from bot.workspace.state.person import Kind, Person


def listing(viewer: Viewer, where: Where, what: str) -> Html:
    """One of them; an empty one where nobody knows that name."""
    kind, _, about = what.partition(":")
    if kind == "person":
        return _person(viewer, about)
    lines = _LISTS.get(kind)
    title, rows = lines(viewer, where) if lines else ("Nothing", iter(()))
    found, below = [*rows], _BELOW.get(kind)
    shown = tag("ul", {"class": "rows"}, found) if found else tag("p", None, "Nothing here.")
    return joined([tag("h2", None, title), shown, below(where) if below else None])


def _members(viewer: Viewer, where: Where) -> tuple[str, Iterator[Html]]:
    people = where.channel.people if where.channel else {}
    known = (viewer.workspace.people.get(one) for one in people)
    return "People in this channel", (_row(viewer, one) for one in known if one is not None)


def _row(viewer: Viewer, person: Person) -> Html:
    photo = tag(
        "img", {"src": f"{viewer.workspace.team.url}photos/{person.id}-48.svg", "alt": "", "width": 28, "height": 28}
    )
    to = f"/as/{viewer.person.name}/dm-{person.name}"
    name = tag("a", {"href": to}, viewer.name(person.id))
    return tag(
        "li",
        None,
        photo,
        tag("span", None, name, " ", tag("span", {"class": "soft"}, person.title or person.kind.value)),
    )


def _pins(viewer: Viewer, where: Where) -> tuple[str, Iterator[Html]]:
    channel = where.channel
    found = [channel.messages[ts] for ts in channel.pins if ts in channel.messages] if channel else []
    return "Pinned messages", (tag("li", None, message_html(viewer, one, in_thread=True)) for one in found)


def _browse(viewer: Viewer, where: Where) -> tuple[str, Iterator[Html]]:
    """Channels one may see and is not in, with what is archived last."""
    del where
    there = (one for one in viewer.workspace.channels.values() if one.kind is ChannelKind.PUBLIC)
    mine = sorted(
        (one for one in there if viewer.workspace.may_see(viewer.person.id, one)),
        key=lambda one: (one.archived, one.name),
    )

    def row(n: int) -> Html:
        channel = mine[n]
        inside = viewer.person.id in channel.people
        note = "archived" if channel.archived else "you are in it" if inside else counted(len(channel.people))
        name = tag("a", {"href": path_to(viewer.person, channel)}, f"#{channel.name}")
        return tag(
            "li",
            None,
            tag(
                "span",
                None,
                name,
                " ",
                tag("span", {"class": "soft"}, note),
                tag("div", {"class": "soft"}, mrkdwn(viewer, channel.purpose)),
            ),
        )

    return "Channels", (row(n) for n in range(len(mine)))


def _write(viewer: Viewer, where: Where) -> tuple[str, Iterator[Html]]:
    del where
    bots = (one for one in viewer.workspace.people.values() if one.kind is Kind.BOT and not one.deleted)
    return "Write to", (_row(viewer, one) for one in [*actors(viewer.workspace), *bots] if one is not viewer.person)


def _person(viewer: Viewer, id: str) -> Html:
    """Somebody, in a few lines."""
    person = viewer.workspace.people.get(id)
    if person is None:
        return tag("p", None, "Nobody here has this name any more.")
    zone = time_of(Viewer(viewer.workspace, person).now())
    facts = [
        person.title,
        f"@{person.name} · {person.kind.value}",
        f"{zone} there ({person.tz})",
        f"{person.status_emoji} {person.status_text}".strip(),
        "Away" if person.away else "Active",
        "Deactivated" if person.deleted else "",
    ]
    photo = tag(
        "img", {"src": f"{viewer.workspace.team.url}photos/{person.id}-192.svg", "alt": "", "width": 96, "height": 96}
    )
    write = tag(
        "a", {"class": "button", "href": f"/as/{viewer.person.name}/dm-{person.name}"}, f"Message {viewer.name(id)}"
    )
    lines = [tag("p", None, mrkdwn(viewer, fact)) for fact in facts if fact]
    return joined(
        [tag("h2", None, viewer.name(id)), tag("div", {"class": "person"}, photo, tag("div", None, lines, write))]
    )


_LISTS: Final[Mapping[str, Callable[[Viewer, Where], tuple[str, Iterator[Html]]]]] = {
    "members": _members,
    "pins": _pins,
    "browse": _browse,
    "write": _write,
}


def _leave(where: Where) -> Html | None:
    channel = where.channel
    if channel is None or channel.is_direct or where.person.id not in channel.people:
        return None
    return tag(
        "p",
        None,
        tag("button", {"type": "button", "class": "button", "data-leave": channel.id}, f"Leave #{channel.name}"),
    )


def _create(where: Where) -> Html:
    del where
    field: Given = {
        "type": "text",
        "class": "field",
        "name": "name",
        "placeholder": "Name of a new channel",
        "maxlength": 80,
    }
    private = tag("label", {"class": "also"}, tag("input", {"type": "checkbox", "name": "private"}), " Private")
    make = tag("button", {"class": "button primary"}, "Create")
    return tag(
        "form",
        {"class": "create", "data-create": True},
        tag("input", {**field, "aria-label": "Name of a new channel"}),
        private,
        make,
    )


_BELOW: Final[Mapping[str, Callable[[Where], Html | None]]] = {"members": _leave, "browse": _create}
