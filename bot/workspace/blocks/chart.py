"""Tables: what stands in `data_visualization`."""

from bot.workspace.blocks.flaw import Flaw, Flaws, failed
from bot.workspace.blocks.rule import Items, Kinds, Number, Rule, Shape, Text, typed
from bot.workspace.blocks.together import distinct
from bot.workspace.payload import Json

MOST_SERIES, MOST_POINTS = 12, 20
_LABEL = Text(least=1, most=20)
_POINT = Shape("label value", {"label": _LABEL, "value": Number(decimal=True)})
_SERIES = Shape("name data", {"name": _LABEL, "data": Items(of=_POINT, least=1, most=MOST_POINTS)})
_SEGMENT = Shape("label value", {"label": _LABEL, "value": Number(decimal=True, above=0)})
_AXES = Shape(
    "categories",
    {
        "categories": Items(of=_LABEL, least=1, most=MOST_POINTS),
        "x_label": Text(most=50),
        "y_label": Text(most=50),
    },
    (distinct(lambda axes: [(f"/categories/{at}", name) for at, name in enumerate(axes["categories"])], "category"),),
)


def _points_are_categories(chart: Json) -> Flaws:
    """Each series has one point for each category."""
    categories = set(chart["axis_config"]["categories"])
    found: list[Flaw] = []
    for at, series in enumerate(chart["series"]):
        labels = [point["label"] for point in series["data"]]
        if set(labels) != categories or len(labels) != len(categories):
            message = "labels must match the categories of `axis_config`"
            found.append(failed("enum", message, expected=sorted(categories), got=labels, at=f"/series/{at}/data"))
    return found


def _axed() -> Rule:
    names = distinct(
        lambda chart: [(f"/series/{at}/name", one["name"]) for at, one in enumerate(chart["series"])], "name"
    )
    may: dict[str, Rule] = {"series": Items(of=_SERIES, least=1, most=MOST_SERIES), "axis_config": _AXES}
    return typed("series axis_config", may, names, _points_are_categories)


_PIE = typed("segments", {"segments": Items(of=_SEGMENT, least=1, most=MOST_SERIES)})
CHART = Kinds({"pie": _PIE, "bar": _axed(), "area": _axed(), "line": _axed()})
