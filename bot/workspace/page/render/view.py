"""Modals and home tabs."""

from bot.workspace.page.html import Given, Html, tag
from bot.workspace.page.render.blocks import blocks
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import inner, words
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.state.view import Surface, View


def view_id(view: View) -> str:
    return f"v-{view.id}"


def modal(viewer: Viewer, view: View) -> Html:
    """A modal: its title, its fields, and what closes and submits it."""
    app = viewer.workspace.apps.get(view.app)
    title = tag("h2", {"id": f"{view_id(view)}-title"}, words(view.content, "title"))
    by = tag("span", {"class": "soft"}, app.name) if app else None
    cross = tag("button", {"type": "button", "class": "icon-button", "data-close": True, "aria-label": "Close"}, "✕")
    inside = tag("div", {"class": "modal-body"}, blocks(Place(viewer, view_id(view), view.values), view.blocks))
    error = tag("div", {"class": "modal-error", "role": "alert"})
    form = tag("form", {"novalidate": True}, inside, error, _foot(view))
    return tag("div", _given(view), tag("header", {"class": "modal-head"}, tag("div", None, title, by), cross), form)


def _given(view: View) -> Given:
    return {
        "class": f"view {view.surface}",
        "id": view_id(view),
        "data-view": view.id,
        "data-surface": view.surface.value,
        "data-previous": view.previous or None,
        "data-hash": view.hash,
    }


def _foot(view: View) -> Html:
    close = words(view.content, "close") or ("Back" if view.previous else "Cancel")
    name = words(view.content, "submit")
    needs = name or any(block.get("type") == "input" for block in view.blocks)
    disabled = bool(view.content.get("submit_disabled"))
    submit = (
        tag("button", {"type": "submit", "class": "button primary", "disabled": disabled}, name or "Submit")
        if needs
        else None
    )
    back = tag(
        "button",
        {"type": "button", "class": "button", "data-close": True},
        close if inner(view.content, "close") or needs else "Close",
    )
    return tag("footer", {"class": "modal-foot"}, back, submit)


def home(viewer: Viewer, view: View | None, *, app: str) -> Html:
    """A home tab; a word of what is missing where the app has published none."""
    if view is None or view.surface is not Surface.HOME:
        return tag(
            "div", {"class": "view home empty"}, tag("p", None, f"{app} has not published its Home tab for you yet.")
        )
    return tag("div", _given(view), blocks(Place(viewer, view_id(view), view.values), view.blocks))
