"""Tables, plain and with sorting, as HTML."""

from collections.abc import Sequence
from typing import cast

from bot.workspace.page.html import Given, Html, joined, tag
from bot.workspace.page.render.elements import element
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import inners, number, text
from bot.workspace.page.render.richtext import rich_text
from bot.workspace.payload import Json


def table(place: Place, block: Json) -> Html:
    """A `table` block; its first row is the head."""
    sides = [text(one, "align") for one in inners(block, "column_settings")]
    head, *rows = rows_of(block) or [[]]
    shown = [tag("tr", None, (_cell(place, "td", cell, _side(sides, n)) for n, cell in enumerate(row))) for row in rows]
    first = tag("tr", None, (_cell(place, "th", cell, _side(sides, n)) for n, cell in enumerate(head)))
    return tag("div", {"class": "wide"}, tag("table", None, tag("thead", None, first), tag("tbody", None, shown)))


def rows_of(block: Json) -> list[list[Json]]:
    """The rows of a table, whatever else stands there."""
    rows = block.get("rows")
    whole = cast("list[object]", rows) if isinstance(rows, list) else []
    lists = [cast("list[object]", row) for row in whole if isinstance(row, list)]
    return [[cast("Json", cell) if isinstance(cell, dict) else {} for cell in row] for row in lists]


def _side(sides: Sequence[str], n: int) -> str | None:
    return {"center": "middle", "right": "right"}.get(sides[n]) if n < len(sides) else None


def _cell(place: Place, name: str, cell: Json, side: str | None) -> Html:
    return tag(name, {"class": side, "scope": "col" if name == "th" else None}, _content(place, "", cell))


def _content(place: Place, block: str, cell: Json) -> Html:
    kind = text(cell, "type")
    if kind == "rich_text":
        return rich_text(place.viewer, cell)
    if kind == "action_cell":
        return joined(element(place, block, one) for one in inners(cell, "elements")) or element(
            place, block, cell.get("element") or {}
        )
    return joined([text(cell, "text") or _figure(cell)])


def _figure(cell: Json) -> str:
    value = cell.get("value")
    return f"{value:,}" if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def data_table(place: Place, block: Json) -> Html:
    """A `data_table` block: sorted and paged by the reader."""
    id, named = text(block, "block_id"), number(block, "row_header_column_index")
    head, *rows = rows_of(block) or [[]]
    first = tag("tr", None, (_sortable(n, cell) for n, cell in enumerate(head)))
    body = (tag("tr", None, (_keyed(place, id, n == named, cell) for n, cell in enumerate(row))) for row in rows)
    caption = tag("caption", None, text(block, "caption"))
    given: Given = {"class": "data-table", "data-page": number(block, "page_size") or 10}
    return tag(
        "div", {"class": "wide"}, tag("table", given, caption, tag("thead", None, first), tag("tbody", None, body))
    )


def _sortable(n: int, cell: Json) -> Html:
    label = text(cell, "text")
    return tag("th", {"scope": "col", "data-sort": n}, tag("button", {"type": "button"}, label) if label else None)


def _keyed(place: Place, block: str, heads: bool, cell: Json) -> Html:
    value = cell.get("value") if text(cell, "type") == "raw_number" else text(cell, "text")
    given: Given = {"data-key": str("" if value is None else value), "scope": "row" if heads else None}
    given["class"] = "right" if isinstance(value, (int, float)) else None
    return tag("th" if heads else "td", given, _content(place, block, cell))
