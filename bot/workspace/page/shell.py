"""The page as it is first sent: the sidebar, what stands open, and the empty places that scripts fill."""

from collections.abc import Mapping
from typing import Final

from bot.workspace.page.html import Child, Given, Html, tag
from bot.workspace.page.region import head, main, modals, thread_pane
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.page.side import side
from bot.workspace.page.static import address
from bot.workspace.page.where import Where, actors
from bot.workspace.state.person import Kind, Person

STYLES: Final = ("tokens.css", "content.css", "shell.css")
ROLES: Final = {
    Kind.OWNER: "Workspace owner",
    Kind.ADMIN: "Workspace admin",
    Kind.GUEST: "Guest",
    Kind.SINGLE_CHANNEL_GUEST: "Guest of one channel",
    Kind.STRANGER: "From another organisation",
}


def shell(viewer: Viewer, where: Where, token: str, *, version: int, neighbours: Mapping[str, str]) -> str:
    """A whole page. `version` is how much has happened so far: from there on it is kept in step.

    `neighbours` are other pages that belong to the app, by what they are called.
    """
    title = f"{_title(viewer, where)} · {viewer.workspace.team.name}"
    styles = (tag("link", {"rel": "stylesheet", "href": address(name)}) for name in STYLES)
    top = tag(
        "head",
        None,
        tag("meta", {"charset": "utf-8"}),
        tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("meta", {"name": "page-token", "content": token}),
        tag("title", None, title),
        tag("link", {"rel": "icon", "href": address("icon.svg"), "type": "image/svg+xml"}),
        styles,
        tag("script", {"type": "module", "src": address("page.js")}),
    )
    return f"<!doctype html>{tag('html', {'lang': 'en'}, top, _body(viewer, where, version, neighbours))}"


def _title(viewer: Viewer, where: Where) -> str:
    if where.home is not None:
        return where.home.name
    return viewer.called(where.channel.id) if where.channel else "Nothing here yet"


def _body(viewer: Viewer, where: Where, version: int, neighbours: Mapping[str, str]) -> Html:
    given: Given = {
        "data-person": viewer.person.id,
        "data-name": viewer.person.name,
        "data-zone": viewer.zone.key,
        "data-channel": where.channel.id if where.channel else None,
        "data-home": where.home.id if where.home else None,
        "data-thread": where.thread or None,
        "data-message": where.message or None,
        "data-version": version,
    }
    return tag(
        "body",
        given,
        tag("a", {"class": "skip", "href": "#main"}, "Skip to the messages"),
        _bar(viewer, neighbours),
        tag("nav", {"id": "side", "aria-label": "Channels and people"}, _who(viewer), side(viewer, where)),
        tag("main", {"id": "main", "tabindex": "-1"}, head(viewer, where), main(viewer, where)),
        thread_pane(viewer, where),
        tag("aside", {"id": "inspector", "aria-label": "Inspector", "hidden": True}),
        tag("div", {"id": "modals"}, modals(viewer)),
        tag("div", {"id": "toasts", "role": "region", "aria-label": "Notifications", "popover": "manual"}),
        tag("div", {"id": "polite", "class": "hidden-text", "aria-live": "polite"}),
        tag("div", {"id": "urgent", "class": "hidden-text", "role": "alert"}),
    )


def _bar(viewer: Viewer, neighbours: Mapping[str, str]) -> Html:
    return tag(
        "header",
        {"id": "bar"},
        _tool("side", "☰", "Channels", "narrow", expands="side"),
        tag("strong", {"class": "team"}, viewer.workspace.team.name),
        _named_tool("switch", "Go to …", "Ctrl K"),
        _named_tool("shortcuts", "Shortcuts", ""),
        tag("span", {"class": "space"}),
        tag("span", {"id": "link-state", "role": "status"}),
        (_neighbour(name, place) for name, place in neighbours.items()),
        _named_tool("inspector", "Inspector", ""),
        _tool("theme", "◐", "Light or dark"),
        _tool("help", "?", "Keys"),
    )


def _neighbour(name: str, place: str) -> Html:
    """A link to another page, which opens beside this one."""
    given: Given = {"class": "tool named neighbour", "href": place, "target": "_blank", "rel": "noopener noreferrer"}
    return tag("a", given, name, tag("span", {"aria-hidden": "true"}, " ↗"))


def _tool(act: str, sign: str, label: str, kind: str = "", expands: str | None = None) -> Html:
    given: Given = {
        "type": "button",
        "class": f"tool {kind}".rstrip(),
        "data-open": act,
        "aria-label": label,
        "title": label,
        "aria-controls": expands,
        "aria-expanded": "false" if expands else None,
    }
    return tag("button", given, tag("span", {"aria-hidden": "true"}, sign))


def _named_tool(act: str, label: str, key: str) -> Html:
    shown: tuple[Child, ...] = (label, tag("kbd", None, key) if key else None)
    return tag("button", {"type": "button", "class": "tool named", "data-open": act}, *shown)


def _who(viewer: Viewer) -> Html:
    """Who the reader is at the moment, and whom else they could be."""
    me = viewer.person
    button: Given = {
        "type": "button",
        "id": "who-button",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        "aria-controls": "who-menu",
    }
    shown = tag(
        "button",
        button,
        _photo(viewer, me),
        _label("You act as", me.real_name),
        tag("span", {"aria-hidden": "true"}, "▾"),
    )
    people = (tag("li", {"role": "none"}, _actor(viewer, one)) for one in actors(viewer.workspace))
    menu = tag("ul", {"id": "who-menu", "role": "menu", "aria-label": "Act as", "hidden": True}, people)
    return tag("div", {"id": "who"}, shown, menu)


def _actor(viewer: Viewer, person: Person) -> Html:
    given: Given = {
        "role": "menuitemradio",
        "aria-checked": "true" if person is viewer.person else "false",
        "tabindex": "-1",
    }
    given |= {"href": f"/as/{person.name}/", "data-act-as": person.name}
    said = " · ".join(part for part in (person.title, ROLES.get(person.kind, "")) if part)
    return tag("a", given, _photo(viewer, person), _label(said or "Member", person.real_name))


def _label(small: str, large: str) -> Html:
    return tag("span", {"class": "label"}, tag("small", None, small), tag("span", None, large))


def _photo(viewer: Viewer, person: Person) -> Html:
    given: Given = {
        "src": f"{viewer.workspace.team.url}photos/{person.id}-48.svg",
        "alt": "",
        "width": 28,
        "height": 28,
    }
    return tag("img", given)
