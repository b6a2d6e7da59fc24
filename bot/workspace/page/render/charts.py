"""Charts drawn as SVG: lines, areas, bars and pies. What they show also stands beside them as a table."""

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bot.workspace.page.html import Attribute, Html, tag
from bot.workspace.page.render.reading import inner, inners, text, texts
from bot.workspace.payload import Json

WIDE, HIGH, LEFT, TOP, LOW = 480, 240, 56, 28, 44
LARGEST: Final = 1e100
COLOURS: Final = 8
"""So many classes `c0`, `c1` … give the colours."""


class Series(NamedTuple):
    """Figures of one name, by category."""

    name: str
    figures: Sequence[float]


def chart(block: Json) -> Html:
    """A `data_visualization` block."""
    title, drawn = text(block, "title"), inner(block, "chart")
    kind = text(drawn, "type")
    categories, series = _read(drawn)
    axes = inner(drawn, "axis_config")
    shown = _pie(series, categories) if kind == "pie" else (_plot(kind, series, categories), *_named_axes(axes))
    picture = tag(
        "svg", {"viewBox": f"0 0 {WIDE} {HIGH}", "role": "img", "aria-label": f"{title}: {kind} chart"}, shown
    )
    caption = tag("figcaption", {"dir": "auto"}, title)
    details = tag("details", None, tag("summary", None, "Figures"), _table(series, categories))
    return tag("figure", {"class": "chart"}, caption, picture, _legend(series, categories, pie=kind == "pie"), details)


def _read(drawn: Json) -> tuple[list[str], list[Series]]:
    if text(drawn, "type") == "pie":
        segments = inners(drawn, "segments")
        return [text(one, "label") for one in segments], [Series("", [_figure(one) for one in segments])]
    given = inners(drawn, "series")
    categories = texts(inner(drawn, "axis_config"), "categories")
    categories = categories or [text(one, "label") for one in (inners(given[0], "data") if given else [])]
    return categories, [_series(one, categories) for one in given]


def _series(given: Json, categories: Sequence[str]) -> Series:
    found = {text(one, "label"): _figure(one) for one in inners(given, "data")}
    return Series(text(given, "name"), [found.get(name, 0.0) for name in categories])


def _figure(one: Json) -> float:
    """A figure that can be drawn: neither beyond all measure nor too small for any."""
    value = one.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return 0.0
    figure = float(max(-LARGEST, min(LARGEST, value)))
    return figure if abs(figure) > 1 / LARGEST else 0.0


# --- axes ---------------------------------------------------------------------------------------------------------


def steps(low: float, high: float) -> list[float]:
    """Round figures for an axis, about five, from below the lowest to above the highest."""
    span = (high - low) or abs(high) or 1.0
    size = 10.0 ** math.floor(math.log10(span / 4))
    step = next(size * factor for factor in (1, 2, 5, 10) if span / (size * factor) <= 5)
    first = math.floor(low / step)
    return [step * n for n in range(first, math.ceil(high / step) + 1)]


def _plot(kind: str, series: Sequence[Series], categories: Sequence[str]) -> Iterator[Html]:
    figures = [figure for one in series for figure in one.figures] or [0.0]
    marks = steps(min(0.0, *figures), max(0.0, *figures))
    low, high = marks[0], marks[-1] if marks[-1] != marks[0] else marks[0] + 1

    def y(figure: float) -> float:
        return round(TOP + (HIGH - TOP - LOW) * (1 - (figure - low) / (high - low)), 1)

    width = (WIDE - LEFT - 10) / max(1, len(categories))
    yield from _grid(marks, [y(mark) for mark in marks])
    yield from _categories(categories, width)
    for n, one in enumerate(series):
        points = [(round(LEFT + width * (at + 0.5), 1), y(figure)) for at, figure in enumerate(one.figures)]
        if kind == "bar":
            yield from _bars(n, len(series), points, width, y(0.0))
        elif points:
            yield from _line(n, points, y(0.0) if kind == "area" else None)


def _named_axes(axes: Json) -> Iterator[Html]:
    if text(axes, "y_label"):
        yield tag("text", {"class": "tick", "x": 8, "y": 14}, text(axes, "y_label"))
    if text(axes, "x_label"):
        given: dict[str, Attribute] = {"class": "tick", "x": (WIDE + LEFT) // 2, "y": HIGH - 8, "text-anchor": "middle"}
        yield tag("text", given, text(axes, "x_label"))


def _grid(marks: Sequence[float], heights: Sequence[float]) -> Iterator[Html]:
    for mark, height in zip(marks, heights, strict=True):
        yield tag("line", {"class": "grid", "x1": LEFT, "x2": WIDE - 10, "y1": str(height), "y2": str(height)})
        yield tag("text", {"class": "tick", "x": LEFT - 6, "y": str(height + 4), "text-anchor": "end"}, short(mark))


def _categories(categories: Sequence[str], width: float) -> Iterator[Html]:
    every = math.ceil(len(categories) * 60 / (WIDE - LEFT)) or 1
    for at in range(0, len(categories), every):
        place: dict[str, Attribute] = {
            "class": "tick",
            "x": str(round(LEFT + width * (at + 0.5), 1)),
            "y": HIGH - 26,
            "text-anchor": "middle",
        }
        yield tag("text", place, categories[at][:14])


def _bars(n: int, count: int, points: Sequence[tuple[float, float]], width: float, zero: float) -> Iterator[Html]:
    each = width * 0.8 / count
    for x, y in points:
        left = round(x - width * 0.4 + each * n, 1)
        box = {
            "x": str(left),
            "y": str(min(y, zero)),
            "width": str(round(each * 0.92, 1)),
            "height": str(round(abs(zero - y), 1)),
        }
        yield tag("rect", {"class": f"c{n % COLOURS}", **box})


def _line(n: int, points: Sequence[tuple[float, float]], down_to: float | None) -> Iterator[Html]:
    path = " ".join(f"{x},{y}" for x, y in points)
    if down_to is not None:
        whole = f"{points[0][0]},{down_to} {path} {points[-1][0]},{down_to}"
        yield tag("polygon", {"class": f"area c{n % COLOURS}", "points": whole})
    yield tag("polyline", {"class": f"stroke c{n % COLOURS}", "points": path})


def _pie(series: Sequence[Series], categories: Sequence[str]) -> Iterator[Html]:
    figures = [max(0.0, figure) for figure in series[0].figures] if series else []
    whole, turned = sum(figures) or 1.0, 0.0
    for n, figure in enumerate(figures):
        share = figure / whole
        label = tag("title", None, f"{categories[n]}: {short(figure)} ({share:.0%})")
        yield tag("path", {"class": f"c{n % COLOURS}", "d": _slice(turned, turned + share)}, label)
        turned += share


def _slice(begin: float, end: float) -> str:
    x, y, r = WIDE / 2, HIGH / 2, HIGH / 2 - 12
    end = min(end, begin + 0.9999)  # a whole circle begins where it ends, and would be nothing

    def at(turn: float) -> str:
        return f"{x + r * math.sin(turn * math.tau):.1f} {y - r * math.cos(turn * math.tau):.1f}"

    return f"M{x} {y}L{at(begin)}A{r} {r} 0 {int(end - begin > 0.5)} 1 {at(end)}Z"


# --- in words -----------------------------------------------------------------------------------------------------


def short(figure: float) -> str:
    """`12`, `3.5k`, `1.2M`"""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(figure) >= size:
            return f"{figure / size:.4g}{unit}"
    return f"{figure:.6g}"


def _legend(series: Sequence[Series], categories: Sequence[str], *, pie: bool) -> Html | None:
    names = categories if pie else [one.name for one in series]
    if len(names) < 2:
        return None
    dot = (
        tag(
            "svg",
            {"class": "dot", "viewBox": "0 0 1 1", "aria-hidden": "true"},
            tag("rect", {"class": f"c{n % COLOURS}", "width": 1, "height": 1}),
        )
        for n in range(len(names))
    )
    return tag(
        "ul", {"class": "legend"}, (tag("li", None, one, " ", name) for one, name in zip(dot, names, strict=True))
    )


def _table(series: Sequence[Series], categories: Sequence[str]) -> Html:
    head = tag("tr", None, tag("th", None), (tag("th", {"scope": "col"}, one.name or "Value") for one in series))
    rows = (
        tag(
            "tr",
            None,
            tag("th", {"scope": "row"}, name),
            (tag("td", {"class": "right"}, f"{one.figures[n]:,.15g}") for one in series),
        )
        for n, name in enumerate(categories)
    )
    whole = tag("table", None, tag("thead", None, head), tag("tbody", None, rows))
    return tag("div", {"class": "wide"}, whole)
