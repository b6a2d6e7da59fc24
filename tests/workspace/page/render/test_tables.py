"""Tables: heads, sides, cells of every kind, and what the scripts sort and page by."""

import pytest

from bot.workspace.page.render.tables import data_table, table
from bot.workspace.payload import Json
from tests.workspace.blocks.made import button, cell, rich, runs, said
from tests.workspace.made import SAM
from tests.workspace.page.render.tree import Node, place, read


def plain_table(*rows: list[Json], **more: object) -> Node:
    return read(table(place(), {"rows": [*rows], **more}))


def number(value: float, text: str = "") -> Json:
    return {"type": "raw_number", "value": value, **({"text": text} if text else {})}


def sortable(count: int, **more: object) -> Node:
    rows = [[cell("Team"), cell("Open")], *([cell(f"T{n}"), number(n)] for n in range(count))]
    return read(data_table(place(), {"block_id": "b", "caption": "Open tickets", "rows": rows, **more}))


def test_the_first_row_is_the_head() -> None:
    tree = plain_table([cell("A"), cell("B")], [cell("1"), cell("2")])
    assert [(head.text, head["scope"]) for head in tree.all("th")] == [("A", "col"), ("B", "col")]
    assert [row.text for row in tree.one("tbody").all("tr")] == ["12"]


def test_columns_have_their_sides_and_may_stay_on_one_line() -> None:
    columns = [{"align": "right"}, {"align": "center", "is_wrapped": False}, {"align": "left"}]
    tree = plain_table([cell()] * 4, [cell()] * 4, column_settings=columns)
    assert [one.kinds for one in tree.all("td")] == [["right"], ["middle", "one-line"], [], []]


def test_a_cell_may_hold_text_figures_and_rich_text() -> None:
    bold = rich(runs(said("b", style={"bold": True})))
    tree = plain_table(
        [cell()], [cell("<b>\nx")], [bold], [number(1234.5)], [number(3, "three")], [{"type": "?"}], [{}]
    )
    assert [one.text for one in tree.all("td")] == ["<b>x", "b", "1,234.5", "three", "", ""]
    assert tree.all("td")[1].has("strong")


def test_a_table_scrolls_by_itself_and_by_keyboard() -> None:
    around = plain_table([cell()]).one(kind="wide")
    assert (around["tabindex"], around["role"], around["aria-label"]) == ("0", "region", "Table")


BROKEN: list[object] = [None, 3, [], [[]], [1, "x"], [[1, None, "x"]], [{}, [{}]]]


@pytest.mark.parametrize("rows", BROKEN)
def test_a_table_without_whole_rows_is_still_a_table(rows: object) -> None:
    assert read(table(place(), {"rows": rows})).has("table")
    assert read(data_table(place(), {"rows": rows})).has("table")


# --- by the reader ------------------------------------------------------------------------------------------------


def test_a_column_is_sorted_by_the_button_in_its_head() -> None:
    tree = sortable(2)
    assert [(head["data-sort"], head.one("button").text) for head in tree.one("thead").all("th")] == [
        ("0", "Team"), ("1", "Open")
    ]  # fmt: skip
    assert [one["data-key"] for one in tree.one("tbody").all("td")] == ["T0", "0", "T1", "1"]
    assert tree.one("caption").text == "Open tickets"


def test_figures_stand_to_the_right_and_are_sorted_as_figures() -> None:
    last = sortable(1).one("tbody").all("td")[-1]
    assert (last["data-key"], last.kinds) == ("0", ["right"])


def test_one_column_may_name_its_rows() -> None:
    heads = sortable(2, row_header_column_index=0).one("tbody").all("th")
    assert [(head.text, head["scope"]) for head in heads] == [("T0", "row"), ("T1", "row")]
    assert not sortable(2).one("tbody").has("th")


def test_only_one_page_is_in_sight() -> None:
    tree = sortable(7, page_size=3)
    assert ["hidden" in row.given for row in tree.one("tbody").all("tr")] == [False] * 3 + [True] * 4
    assert tree.one("table")["data-page"] == "3"
    back, forth = tree.one(kind="pager").all("button")
    assert (back["data-turn"], forth["data-turn"]) == ("-1", "1")
    assert "disabled" in back.given
    assert "disabled" not in forth.given
    assert tree.one(role="status").text == "1–3 of 7"


def test_a_table_that_fits_has_no_pages() -> None:
    assert not sortable(10).has(kind="pager")
    assert sortable(11).has(kind="pager")
    assert not sortable(3, page_size=3).has(kind="pager")


def test_a_page_has_at_least_a_row() -> None:
    assert sortable(2, page_size=-4).one("table")["data-page"] == "1"


def acting(**more: object) -> Json:
    return {"type": "action_cell", "element": button("close", value="7", **more), "fallback": cell("Close it")}


def test_a_row_may_have_a_button() -> None:
    tree = read(data_table(place(), {"block_id": "b", "rows": [[cell()], [acting()]]}))
    found = tree.one(data_action="close")
    assert (found["data-block"], found["data-value"]) == ("b", "7")


def test_whoever_may_not_use_the_button_of_a_row_reads_its_words() -> None:
    rows = [[cell()], [acting(visible_to_user_ids=[SAM])], [{"type": "action_cell", "element": 3}]]
    tree = read(data_table(place(), {"block_id": "b", "rows": rows}))
    assert [one.text for one in tree.all("td")] == ["Close it", ""]
