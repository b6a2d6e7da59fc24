"""Blocks of every kind. One that nobody knows is named, not lost."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bot.workspace.page.html import NOTHING, Html, joined, tag
from bot.workspace.page.render.charts import chart
from bot.workspace.page.render.elements import all_elements, element, image
from bot.workspace.page.render.markdown import markdown
from bot.workspace.page.render.mrkdwn import mrkdwn
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import inner, inners, text, words
from bot.workspace.page.render.richtext import rich_text
from bot.workspace.page.render.tables import data_table, table
from bot.workspace.payload import Json

LEVELS: Final = {"info": "Note", "warning": "Careful", "error": "Problem", "success": "Done"}
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "pending": ("○", "to do"),
    "in_progress": ("◌", "under way"),
    "complete": ("✓", "done"),
    "error": ("✕", "failed"),
}


def blocks(place: Place, many: Iterable[Json]) -> Html:
    """Blocks, one below the other."""
    return joined(block(place, one) for one in many)


def block(place: Place, one: Json) -> Html:
    kind = text(one, "type")
    show = _SHOWN.get(kind)
    inside = (
        show(place, one)
        if show
        else tag("p", {"class": "unknown"}, f"A block of the kind “{kind}”, which is not shown here.")
    )
    return tag(
        "div", {"class": f"block {kind.replace('_', '-')}", "data-block-id": text(one, "block_id") or None}, inside
    )


def text_object(place: Place, whole: Json) -> Html:
    """The words of a text object: with their marks where it is `mrkdwn`."""
    said = text(whole, "text")
    if text(whole, "type") == "mrkdwn":
        return mrkdwn(place.viewer, said, links=not whole.get("verbatim"))
    return Html(tag("br").join(joined([line]) for line in said.split("\n")))


def _section(place: Place, one: Json) -> Html:
    id, said, fields = text(one, "block_id"), inner(one, "text"), inners(one, "fields")
    accessory = inner(one, "accessory")
    label = words(one, "text")[:150]
    body = tag("div", {"class": "words"}, text_object(place, said)) if said else None
    grid = (
        tag("div", {"class": "fields"}, (tag("div", None, text_object(place, field)) for field in fields))
        if fields
        else None
    )
    beside = (
        tag("div", {"class": "accessory"}, element(place, id, accessory, label=_own_name(accessory, label)))
        if accessory
        else None
    )
    return joined([tag("div", {"class": "text"}, body, grid), beside])


def _own_name(accessory: Json, label: str) -> str:
    """A button has words of its own; anything else is named by the section it stands in."""
    return "" if text(accessory, "type") in ("button", "workflow_button", "image", "overflow") else label


def _header(place: Place, one: Json) -> Html:
    return tag("h3", None, text_object(place, inner(one, "text")))


def _context(place: Place, one: Json) -> Html:
    id = text(one, "block_id")
    return joined(
        element(place, id, part) if text(part, "type") == "image" else tag("span", None, text_object(place, part))
        for part in inners(one, "elements")
    )


def _actions(place: Place, one: Json) -> Html:
    return all_elements(place, text(one, "block_id"), inners(one, "elements"))


def _image(place: Place, one: Json) -> Html:
    title = words(one, "title")
    address = text(one, "image_url") or text(inner(one, "slack_file"), "url")
    shown = image(address, text(one, "alt_text"), place.viewer.workspace.team.url)
    return tag("figure", None, tag("figcaption", None, title) if title else None, shown)


def _video(place: Place, one: Json) -> Html:
    shown = image(text(one, "thumbnail_url"), text(one, "alt_text"), place.viewer.workspace.team.url)
    address = text(one, "title_url") or text(one, "video_url")
    title = tag("a", {"href": address, "target": "_blank", "rel": "noopener noreferrer"}, words(one, "title"))
    said = tag("div", None, text_object(place, inner(one, "description")))
    return tag("figure", None, tag("figcaption", None, title, said), shown)


def _input(place: Place, one: Json) -> Html:
    """A label, its field, a hint below it, and room for what is wrong with it."""
    id, inside, name = text(one, "block_id"), inner(one, "element"), words(one, "label")
    hint, error = f"h-{place.id}-{id}", f"e-{place.id}-{id}"
    has_hint, optional = bool(words(one, "hint")), bool(one.get("optional"))
    given = element(
        place,
        id,
        inside,
        label=name,
        described_by=f"{hint} {error}" if has_hint else error,
        dispatches=bool(one.get("dispatch_action")),
    )
    mark = tag("span", {"class": "optional"}, " (optional)") if optional else None
    return tag(
        "div",
        {"class": "input-box", "data-input": id, "data-required": not optional},
        tag("div", {"class": "label"}, name, mark),
        given,
        tag("div", {"class": "hint", "id": hint}, text_object(place, inner(one, "hint"))) if has_hint else None,
        tag("div", {"class": "error", "id": error, "role": "alert"}),
    )


def _rich_text(place: Place, one: Json) -> Html:
    return rich_text(place.viewer, one)


def _markdown(_place: Place, one: Json) -> Html:
    return markdown(text(one, "text"))


def _chart(_place: Place, one: Json) -> Html:
    return chart(one)


def _divider(_place: Place, _one: Json) -> Html:
    return tag("hr")


def _file(_place: Place, one: Json) -> Html:
    return joined([f"A file from elsewhere: {text(one, 'external_id')}"])


def _call(_place: Place, one: Json) -> Html:
    return joined([f"A call: {text(one, 'call_id')}"])


# --- what apps tell of their work -------------------------------------------------------------------------------


def _alert(place: Place, one: Json) -> Html:
    level = text(one, "level")
    name = LEVELS.get(level)
    head = tag("strong", None, f"{name}: ") if name else None
    return tag(
        "div", {"class": f"notice {level or 'default'}", "role": "note"}, head, text_object(place, inner(one, "text"))
    )


def _plan(place: Place, one: Json) -> Html:
    tasks = (tag("li", None, _task(place, task)) for task in inners(one, "tasks"))
    return joined([tag("div", {"class": "plan-title"}, text(one, "title")), tag("ol", {"class": "tasks"}, tasks)])


def _task(place: Place, one: Json) -> Html:
    """A task: how it stands, in a sign and in a word, then what came of it."""
    state = text(one, "status") or "pending"
    sign, said = STATES.get(state, STATES["pending"])
    mark = tag("span", {"class": f"state {state}", "title": said}, tag("span", {"aria-hidden": "true"}, sign))
    head = tag(
        "div",
        {"class": "task-title"},
        mark,
        tag("span", None, text(one, "title")),
        tag("span", {"class": "said"}, said),
    )
    body = [rich_text(place.viewer, inner(one, name)) for name in ("details", "output") if inner(one, name)]
    sources = [
        tag(
            "a",
            {"href": text(source, "url"), "target": "_blank", "rel": "noopener noreferrer"},
            text(source, "text") or text(source, "url"),
        )
        for source in inners(one, "sources")
    ]
    return joined([head, *body, tag("div", {"class": "sources"}, sources) if sources else None])


# --- what holds other things ------------------------------------------------------------------------------------


def _card(place: Place, one: Json) -> Html:
    hero, icon = inner(one, "hero_image"), inner(one, "icon")
    id = text(one, "block_id")
    lines = (
        tag("div", {"class": name}, text_object(place, inner(one, name)))
        for name in ("title", "subtitle", "body", "subtext")
        if inner(one, name)
    )
    acts = inners(one, "actions")
    return tag(
        "div",
        {"class": "card-box"},
        element(place, id, hero) if hero else None,
        element(place, id, icon) if icon else None,
        lines,
        tag("div", {"class": "actions"}, all_elements(place, id, acts)) if acts else None,
    )


def _carousel(place: Place, one: Json) -> Html:
    cards = (tag("li", None, block(place, card)) for card in inners(one, "elements"))
    return tag("ul", {"class": "cards", "tabindex": "0", "aria-label": "Cards"}, cards)


def _container(place: Place, one: Json) -> Html:
    """Blocks under a title, folded where the app says so."""
    title, subtitle = text_object(place, inner(one, "title")), inner(one, "subtitle")
    head = joined(
        [
            tag("span", {"class": "title"}, title),
            tag("span", {"class": "subtitle"}, text_object(place, subtitle)) if subtitle else None,
        ]
    )
    inside = tag("div", {"class": "inside"}, blocks(place, inners(one, "child_blocks") or inners(one, "blocks")))
    if not one.get("is_collapsible"):
        return joined([tag("div", {"class": "head"}, head), inside])
    return tag("details", {"open": not one.get("default_collapsed")}, tag("summary", {"class": "head"}, head), inside)


def _nothing(_place: Place, _one: Json) -> Html:
    return NOTHING


_SHOWN: Final[Mapping[str, Callable[[Place, Json], Html]]] = {
    "section": _section,
    "divider": _divider,
    "image": _image,
    "actions": _actions,
    "context": _context,
    "context_actions": _actions,
    "input": _input,
    "file": _file,
    "call": _call,
    "header": _header,
    "markdown": _markdown,
    "video": _video,
    "rich_text": _rich_text,
    "table": table,
    "data_table": data_table,
    "data_visualization": _chart,
    "task_card": _task,
    "plan": _plan,
    "alert": _alert,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
    "auth_provider": _nothing,
}
