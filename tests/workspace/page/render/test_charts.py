"""Charts: drawn from whatever figures there are, and told as a table."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workspace.page.render.charts import LARGEST, chart, short, steps
from bot.workspace.payload import Json
from tests.workspace.page.render.tree import Node, read


def drawn(kind: str, *figures: object, **axes: object) -> Node:
    points = [{"label": f"L{n}", "value": figure} for n, figure in enumerate(figures)]
    given_chart: Json = {"type": kind, "segments": points, "series": [{"name": "One", "data": points}]}
    given_chart["axis_config"] = {"categories": [point["label"] for point in points], **axes}
    tree = read(chart({"title": "T", "chart": given_chart}))
    assert_drawable(tree)
    return tree


def assert_drawable(tree: Node) -> None:
    """Every number in it is one that can be drawn."""
    for node in tree.all("svg")[0].nodes:
        for name, value in node.given.items():
            assert not re.search("nan|inf", str(value)), (name, value)
            if name in ("x", "y", "x1", "x2", "y1", "y2", "width", "height"):
                assert -1 <= float(value or "") <= 500, (name, value)


FIGURES: list[tuple[object, ...]] = [
    (), (0,), (0, 0), (5,), (-5,), (1, -1), (-3, -7), (1e300, -1e300), (1e-300,), (5e-324, 0), (10**400, 1),
    (-(10**400),),
    (float("nan"), 1), (float("inf"), 1), (float("-inf"),), (True, None), ("x", [], {}),
    (0.1, 0.2, 0.30000000000000004),
    tuple(range(200)),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["bar", "line", "area", "pie", "unheard"])
@pytest.mark.parametrize("figures", FIGURES, ids=range(len(FIGURES)))
def test_any_figures_make_a_chart(kind: str, figures: tuple[object, ...]) -> None:
    tree = drawn(kind, *figures)
    assert tree.one("figcaption").text == "T"
    assert tree.all("svg")[0]["role"] == "img"


def test_what_is_drawn_is_told_as_a_table_too() -> None:
    tree = drawn("bar", 1200, -4.5)
    assert tree.all("svg")[0]["aria-label"] == "T: bar chart"
    assert [row.text for row in tree.one("details").one("tbody").all("tr")] == ["L01,200", "L1-4.5"]


def test_bars_stand_on_zero_and_hang_from_it() -> None:
    up, down = drawn("bar", 10, -10).all("rect", "c0")
    assert float(up["y"] or "") + float(up["height"] or "") == pytest.approx(float(down["y"] or ""), abs=0.2)
    assert up["height"] == down["height"]


def test_a_line_has_a_point_for_each_figure_and_an_area_goes_down_to_zero() -> None:
    assert len((drawn("line", 1, 2, 3).one("polyline")["points"] or "").split()) == 3
    area = drawn("area", 1, 2, 3)
    assert len((area.one("polygon")["points"] or "").split()) == 5
    assert area.one("polygon").kinds == ["area", "c0"]


def test_a_pie_is_cut_by_share_and_says_so() -> None:
    slices = drawn("pie", 1, 3).all("path")
    assert [one.text for one in slices] == ["L0: 1 (25%)", "L1: 3 (75%)"]
    assert drawn("pie", 5).one("path")["d"]


def test_axes_have_names_where_they_are_given() -> None:
    ticks = [tick.text for tick in drawn("bar", 1, x_label="Day", y_label="Users").all("text")]
    assert {"Day", "Users", "L0"} <= set(ticks)


def test_several_series_have_colours_and_a_legend() -> None:
    points = [{"label": "a", "value": 1}]
    series = [{"name": f"S{n}", "data": points} for n in range(12)]
    tree = read(chart({"title": "T", "chart": {"type": "bar", "series": series, "axis_config": {"categories": ["a"]}}}))
    assert [one.text.strip() for one in tree.one(kind="legend").all("li")] == [f"S{n}" for n in range(12)]
    assert {kind for bar in tree.all("svg")[0].all("rect") for kind in bar.kinds} == {f"c{n}" for n in range(8)}
    assert not drawn("bar", 1, 2).has(kind="legend")


def test_a_figure_that_is_missing_is_nothing() -> None:
    series = [{"name": "One", "data": [{"label": "b", "value": 4}]}]
    given_chart = {"type": "bar", "series": series, "axis_config": {"categories": ["a", "b"]}}
    tree = read(chart({"title": "T", "chart": given_chart}))
    assert [cell.text for cell in tree.one("tbody").all("td")] == ["0", "4"]


BROKEN: list[Json] = [{}, {"chart": 3}, {"chart": {"type": "bar", "series": [1, {}]}}, {"chart": {"type": "pie"}}]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_chart_without_its_parts_is_still_a_chart(broken: Json) -> None:
    assert read(chart(broken)).has("svg")


# --- axes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (0, 41_200, [0, 10_000, 20_000, 30_000, 40_000, 50_000]),
        (-1_200, 41_200, [-10_000, 0, 10_000, 20_000, 30_000, 40_000, 50_000]),
        (0, 0, [0]),
        (-5, 0, [-5, -4, -3, -2, -1, 0]),
    ],
)
def test_an_axis_has_round_marks(low: float, high: float, marks: list[float]) -> None:
    assert steps(low, high) == marks


@given(st.floats(-LARGEST, LARGEST), st.floats(-LARGEST, LARGEST))
def test_an_axis_holds_every_figure_with_few_marks(one: float, other: float) -> None:
    low, high = (0.0 if abs(value) < 1 / LARGEST else value for value in (min(0, one, other), max(0, one, other)))
    marks = steps(low, high)
    assert 1 <= len(marks) <= 9
    assert marks[0] <= low + abs(low) / 1e9
    assert marks[-1] >= high - abs(high) / 1e9
    assert all(math.isfinite(mark) for mark in marks)


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (0, "0"),
        (12, "12"),
        (1_000, "1k"),
        (3_500, "3.5k"),
        (35_000, "35k"),
        (1_200_000, "1.2M"),
        (2e9, "2G"),
        (-12_500, "-12.5k"),
    ],
)
def test_figures_are_short_on_an_axis(figure: float, said: str) -> None:
    assert short(figure) == said
