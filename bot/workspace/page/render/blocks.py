"""Blocks of every kind. One that nobody knows is named, not lost."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bot.workspace.page.html import Html, joined, tag
from bot.workspace.page.render import media, tasks
from bot.workspace.page.render.cards import card
from bot.workspace.page.render.charts import chart
from bot.workspace.page.render.elements import LABELLED, element, elements
from bot.workspace.page.render.markdown import markdown
from bot.workspace.page.render.mrkdwn import text_object
from bot.workspace.page.render.part import Labelled
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import inner, inners, number, text, words
from bot.workspace.page.render.richtext import rich_text
from bot.workspace.page.render.tables import data_table, table
from bot.workspace.payload import Json

_WIDTHS: Final = {"narrow": "frame narrow", "wide": "frame broad", "full": "frame full"}


def blocks(place: Place, many: Iterable[Json]) -> Html:
    """Blocks, one below the other."""
    return joined([block(place, one) for one in many])


def block(place: Place, one: Json) -> Html:
    kind = text(one, "type")
    show = _SHOWN.get(kind)
    given = {"class": f"block {kind.replace('_', '-')}" if show else "block", "data-block-id": text(one, "block_id")}
    return tag("div", given, show(place, one) if show else _unknown(kind))


def _unknown(kind: str) -> Html:
    return tag("p", {"class": "unknown"}, f"A block of the kind “{kind}”, which is not shown here.")


def _said(place: Place, one: Json, kind: str) -> Html:
    return tag("div", {"class": kind, "dir": "auto"}, text_object(place.viewer, one))


def _section(place: Place, one: Json) -> Html:
    said, fields, accessory = inner(one, "text"), inners(one, "fields"), inner(one, "accessory")
    body = _said(place, said, "words") if said else None
    grid = tag("div", {"class": "fields"}, [_said(place, field, "words") for field in fields]) if fields else None
    text_side = tag("div", {"class": "text"}, body, grid)
    if not accessory:
        return text_side
    named = Labelled(label=words(one, "text")[:150])
    return joined([text_side, tag("div", {"class": "accessory"}, _beside(place, one, accessory, named))])


def _beside(place: Place, one: Json, accessory: Json, named: Labelled) -> Html:
    return element(place, text(one, "block_id"), accessory, labelled=named)


def _header(place: Place, one: Json) -> Html:
    level = min(max(number(one, "level") or 1, 1), 4)
    return tag(f"h{level + 2}", {"dir": "auto"}, text_object(place.viewer, inner(one, "text")))


def _context(place: Place, one: Json) -> Html:
    id = text(one, "block_id")
    return joined(
        [
            element(place, id, part)
            if text(part, "type") == "image"
            else tag("div", {"dir": "auto"}, text_object(place.viewer, part))
            for part in inners(one, "elements")
        ]
    )


def _actions(place: Place, one: Json) -> Html:
    return elements(place, text(one, "block_id"), inners(one, "elements"))


def _input(place: Place, one: Json) -> Html:
    """A label, its field, a hint below it, and room for what is wrong with it."""
    id, inside, optional = text(one, "block_id"), inner(one, "element"), bool(one.get("optional"))
    hint, error, label = (place.name_of(what, id) for what in "hel")
    has_hint = bool(words(one, "hint"))
    field = place.name_of("f", id)
    named = Labelled(words(one, "label"), label, field, f"{hint} {error}" if has_hint else error, not optional)
    return tag(
        "div",
        {"class": "input-box", "data-input": id, "data-required": not optional},
        _label(place, one, named),
        element(place, id, inside, labelled=named, dispatches=bool(one.get("dispatch_action"))),
        tag("div", {"class": "hint", "id": hint}, text_object(place.viewer, inner(one, "hint"))) if has_hint else None,
        tag("div", {"class": "error", "id": error, "role": "alert"}),
    )


def _label(place: Place, one: Json, named: Labelled) -> Html:
    leads = text(inner(one, "element"), "type") in LABELLED
    given = {"id": named.by, "dir": "auto", "for": named.field if leads else None}
    label = tag("label" if leads else "span", given, text_object(place.viewer, inner(one, "label")))
    mark = None if named.required else tag("span", {"class": "optional"}, " (optional)")
    return tag("div", {"class": "label"}, label, mark)


def _rich_text(place: Place, one: Json) -> Html:
    return rich_text(place.viewer, one)


def _markdown(_place: Place, one: Json) -> Html:
    return markdown(text(one, "text"))


def _chart(_place: Place, one: Json) -> Html:
    return chart(one)


def _divider(_place: Place, _one: Json) -> Html:
    return tag("hr")


# --- what holds other blocks --------------------------------------------------------------------------------------


def _carousel(place: Place, one: Json) -> Html:
    cards = [tag("li", None, block(place, each)) for each in inners(one, "elements")]
    return tag("ul", {"class": "cards", "tabindex": "0", "aria-label": "Cards"}, cards)


def _container(place: Place, one: Json) -> Html:
    """Blocks under a title, folded where the app says so."""
    inside = tag("div", {"class": "inside"}, blocks(place, inners(one, "child_blocks")))
    kind = _WIDTHS.get(text(one, "width"), "frame")
    if not one.get("is_collapsible"):
        line = tag("hr") if one.get("has_header_divider") else None
        return tag("div", {"class": kind}, tag("div", {"class": "head"}, _title(place, one)), line, inside)
    summary = tag("summary", {"class": "head"}, _title(place, one))
    return tag("details", {"class": kind, "open": not one.get("default_collapsed")}, summary, inside)


def _title(place: Place, one: Json) -> Html:
    icon, subtitle, rich = inner(one, "icon"), inner(one, "subtitle"), inner(one, "rich_text_title")
    title = rich_text(place.viewer, rich) if rich else text_object(place.viewer, inner(one, "title"))
    names = [
        tag("div", {"class": "title", "dir": "auto"}, title),
        tag("div", {"class": "subtitle", "dir": "auto"}, text_object(place.viewer, subtitle)) if subtitle else None,
    ]
    shown = element(place, text(one, "block_id"), icon) if icon else None
    return joined([shown, tag("div", {"class": "names"}, names)])


_SHOWN: Final[Mapping[str, Callable[[Place, Json], Html]]] = {
    "section": _section,
    "divider": _divider,
    "image": media.image,
    "actions": _actions,
    "context": _context,
    "context_actions": _actions,
    "input": _input,
    "file": media.file,
    "call": media.call,
    "header": _header,
    "markdown": _markdown,
    "video": media.video,
    "rich_text": _rich_text,
    "table": table,
    "data_table": data_table,
    "data_visualization": _chart,
    "task_card": tasks.task,
    "plan": tasks.plan,
    "alert": tasks.alert,
    "card": card,
    "carousel": _carousel,
    "container": _container,
    "auth_provider": media.auth_provider,
}
