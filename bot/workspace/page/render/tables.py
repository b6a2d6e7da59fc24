"""Tables, plain and with sorting, as HTML."""

from collections.abc import Sequence
from typing import Final, cast

from bot.workspace.page.html import NOTHING, Given, Html, classes, joined, tag
from bot.workspace.page.render.elements import element, elements
from bot.workspace.page.render.mrkdwn import lines
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import inner, inners, number, text
from bot.workspace.page.render.richtext import rich_text
from bot.workspace.payload import Json

AT_ONCE: Final = 10
"""So many rows are on a page of a table that does not say."""
_SIDES: Final = {"center": "middle", "right": "right"}


def table(place: Place, block: Json) -> Html:
    """A `table` block; its first row is the head."""
    columns = inners(block, "column_settings")
    head, *rows = rows_of(block) or [[]]
    shown = [tag("tr", None, [_cell(place, "td", cell, columns[n : n + 1]) for n, cell in enumerate(r)]) for r in rows]
    first = tag("tr", None, [_cell(place, "th", cell, columns[n : n + 1]) for n, cell in enumerate(head)])
    return _wide(tag("table", None, tag("thead", None, first), tag("tbody", None, shown)), "Table")


def _wide(inside: Html, label: str) -> Html:
    """It scrolls by itself where it is wider than the page, by keyboard too."""
    return tag("div", {"class": "wide", "tabindex": "0", "role": "region", "aria-label": label}, inside)


def rows_of(block: Json) -> list[list[Json]]:
    """The rows of a table, whatever else stands there."""
    rows = block.get("rows")
    whole = cast("list[object]", rows) if isinstance(rows, list) else []
    lists = [cast("list[object]", row) for row in whole if isinstance(row, list)]
    return [[cast("Json", cell) if isinstance(cell, dict) else {} for cell in row] for row in lists]


def _cell(place: Place, name: str, cell: Json, columns: Sequence[Json]) -> Html:
    column = columns[0] if columns else {}
    kind = classes(_SIDES.get(text(column, "align")), column.get("is_wrapped") is False and "one-line")
    given: Given = {"class": kind, "dir": "auto", "scope": "col" if name == "th" else None}
    return tag(name, given, _content(place, "", cell))


def _content(place: Place, block: str, cell: Json) -> Html:
    kind = text(cell, "type")
    if kind == "rich_text":
        return rich_text(place.viewer, cell)
    if kind == "action_cell":
        shown = elements(place, block, inners(cell, "elements")) or element(place, block, inner(cell, "element"))
        fallback = inner(cell, "fallback")
        return shown or (_content(place, block, fallback) if fallback else NOTHING)
    return lines(text(cell, "text") or _figure(cell))


def _figure(cell: Json) -> str:
    value = cell.get("value")
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else ""


# --- sorted and paged by the reader -------------------------------------------------------------------------------


def data_table(place: Place, block: Json) -> Html:
    """A `data_table` block: as many rows as one page of it has are in sight."""
    id, heads = text(block, "block_id"), number(block, "row_header_column_index")
    size = max(1, number(block, "page_size") or AT_ONCE)
    head, *rows = rows_of(block) or [[]]
    first = tag("tr", None, [_sortable(n, cell) for n, cell in enumerate(head)])
    body = [
        tag("tr", {"hidden": at >= size}, [_keyed(place, id, cell, heads=n == heads) for n, cell in enumerate(row)])
        for at, row in enumerate(rows)
    ]
    name = text(block, "caption")
    given: Given = {"class": "data-table", "data-page": size}
    caption = tag("caption", {"dir": "auto"}, name)
    shown = tag("table", given, caption, tag("thead", None, first), tag("tbody", None, body))
    return joined([_wide(shown, name), _pager(size, len(rows))])


def _pager(size: int, count: int) -> Html | None:
    if count <= size:
        return None
    back = tag("button", _turning("-1", "Rows before", disabled=True), tag("span", {"aria-hidden": "true"}, "‹"))
    forth = tag("button", _turning("1", "Rows after", disabled=False), tag("span", {"aria-hidden": "true"}, "›"))
    return tag("div", {"class": "pager"}, back, tag("span", {"role": "status"}, f"1–{size} of {count}"), forth)


def _turning(by: str, label: str, *, disabled: bool) -> Given:
    return {
        "type": "button", "class": "icon-button", "data-turn": by, "aria-label": label, "disabled": disabled
    }  # fmt: skip


def _sortable(n: int, cell: Json) -> Html:
    label = text(cell, "text") or _figure(cell)
    return tag("th", {"scope": "col", "data-sort": n}, tag("button", {"type": "button"}, label) if label else None)


def _keyed(place: Place, block: str, cell: Json, *, heads: bool) -> Html:
    value = cell.get("value") if text(cell, "type") == "raw_number" else text(cell, "text")
    given: Given = {"data-key": str("" if value is None else value), "scope": "row" if heads else None}
    given |= {"class": "right" if isinstance(value, int | float) else None, "dir": "auto"}
    return tag("th" if heads else "td", given, _content(place, block, cell))
