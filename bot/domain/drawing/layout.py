"""Where boxes stand and arrows run: layers from top to bottom, few crossings, straight where most paths go.

Small and sure rather than perfect: workflows have a dozen steps. The same input always gives the same layout.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from bot.domain.drawing.flow import Arrow

SIDE = 32
"""Between two boxes of a row."""
BEND = 24
"""The width that an arrow takes where it passes a row."""
SWEEPS = 12
LABEL = 20
"""What a label adds to the gap above its row."""

Point = tuple[int, int]
Spot = str | tuple[int, int]
"""A box by its name, or where an arrow passes a row: the number of the arrow, the number of the row."""
Links = Mapping[Spot, Sequence[tuple[Spot, int]]]
"""The neighbours of each spot in the next row, and how much each weighs."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A finished layout."""

    spots: Mapping[str, Point]
    """The middle of the top edge of each box."""
    routes: Mapping[Arrow, tuple[Point, ...]]
    """From the bottom of a box to the top of another: a bend, then straight past a row, then a bend, …"""
    width: int
    height: int


def lay_out(names: Sequence[str], arrows: Sequence[Arrow], *, heights: Mapping[str, int], width: int, gap: int) -> Plan:
    """Place boxes of one width in the order of their names, and route every arrow."""
    row_of = _rows_by_name(names, arrows)
    chains = [_chain(n, arrow, row_of) for n, arrow in enumerate(arrows)]
    row_of |= {spot: spot[1] for chain in chains for spot in chain if isinstance(spot, tuple)}
    rows = _rows(row_of)
    above, below = _links(arrows, chains)
    _untangle(rows, above, below)
    middles = _straighten(rows, above, below, width=width)
    left = min(middles[spot] - _width(spot, width) // 2 for spot in row_of)
    right = max(middles[spot] + _width(spot, width) // 2 for spot in row_of)
    tall = [max(heights[spot] for spot in row if isinstance(spot, str)) for row in rows]
    labelled = {row_of[chain[1]] for arrow, chain in zip(arrows, chains, strict=True) if arrow.label}
    tops = [*accumulate(tall[n - 1] + gap + LABEL * (n in labelled) for n in range(1, len(rows)))]
    tops.insert(0, 0)

    def ends(spot: Spot) -> tuple[Point, Point]:
        x, row = middles[spot] - left, row_of[spot]
        return (x, tops[row]), (x, tops[row] + (heights[spot] if isinstance(spot, str) else tall[row]))

    return Plan(
        {name: ends(name)[0] for name in names},
        {
            arrow: tuple(point for spot in spots for point in ends(spot))[1:-1]
            for arrow, spots in zip(arrows, chains, strict=True)
        },
        right - left,
        tops[-1] + tall[-1],
    )


# --- rows -------------------------------------------------------------------------------------------------


def _rows_by_name(names: Sequence[str], arrows: Sequence[Arrow]) -> dict[Spot, int]:
    """Each box below everything that leads to it; arrows only ever lead to later boxes."""
    row_of: dict[Spot, int] = dict.fromkeys(names, 0)
    for name in names:
        for arrow in arrows:
            if arrow.start == name:
                row_of[arrow.end] = max(row_of[arrow.end], row_of[name] + 1)
    return row_of


def _chain(n: int, arrow: Arrow, row_of: Mapping[Spot, int]) -> list[Spot]:
    """The spots of an arrow, one in each row."""
    between = range(row_of[arrow.start] + 1, row_of[arrow.end])
    return [arrow.start, *((n, row) for row in between), arrow.end]


def _rows(row_of: Mapping[Spot, int]) -> list[list[Spot]]:
    rows: list[list[Spot]] = [[] for _ in range(max(row_of.values()) + 1)]
    for spot, row in row_of.items():
        rows[row].append(spot)
    return rows


def _links(arrows: Sequence[Arrow], chains: Sequence[Sequence[Spot]]) -> tuple[Links, Links]:
    """The neighbours above and below. Many paths weigh more than few, and the middle of a long arrow most."""
    above: dict[Spot, list[tuple[Spot, int]]] = defaultdict(list)
    below: dict[Spot, list[tuple[Spot, int]]] = defaultdict(list)
    for arrow, chain in zip(arrows, chains, strict=True):
        for start, end in pairwise(chain):
            weight = arrow.weight * (1, 2, 8)[isinstance(start, tuple) + isinstance(end, tuple)]
            above[end].append((start, weight))
            below[start].append((end, weight))
    return above, below


# --- columns ----------------------------------------------------------------------------------------------


def _untangle(rows: list[list[Spot]], above: Links, below: Links) -> None:
    """Order each row by where its neighbours stand, from above and from below in turn; the main way stays left."""
    weight = {spot: sum(one for _, one in above.get(spot, ())) for row in rows for spot in row}
    for near, order in ((above, rows), (below, rows[::-1])) * 2:
        place = {spot: n - (len(row) - 1) / 2 for row in rows for n, spot in enumerate(row)}
        for row in order:
            wish = {spot: (_mean(near.get(spot, ()), place, place[spot]), -weight[spot]) for spot in row}
            row.sort(key=wish.__getitem__)
            place |= {spot: n - (len(row) - 1) / 2 for n, spot in enumerate(row)}


def _straighten(rows: Sequence[Sequence[Spot]], above: Links, below: Links, *, width: int) -> dict[Spot, int]:
    """Middles that are close to those of their neighbours, and far enough from each other."""
    middles: dict[Spot, float] = {}
    for row in rows:
        middles |= _spread(row, dict.fromkeys(row, 0.0), width)
    for sweep in range(SWEEPS):
        near = below if sweep % 2 else above
        for row in rows[::-1] if sweep % 2 else rows:
            middles |= _spread(row, _wishes(row, near, middles), width)
    for near in (above, below, above):
        for row in rows:
            _close_up(row, _wishes(row, near, middles), middles, width)
    return {spot: round(middle) for spot, middle in middles.items()}


def _wishes(row: Sequence[Spot], near: Links, middles: Mapping[Spot, float]) -> dict[Spot, float]:
    return {spot: _mean(near.get(spot, ()), middles, middles[spot]) for spot in row}


def _mean(neighbours: Sequence[tuple[Spot, int]], place: Mapping[Spot, float], otherwise: float) -> float:
    """The middle of those neighbours that weigh most; a side way does not bend the main way."""
    heaviest = max((weight for _, weight in neighbours), default=0)
    main = [place[spot] for spot, weight in neighbours if weight * 2 > heaviest]
    return sum(main) / len(main) if main else otherwise


def _spread(row: Sequence[Spot], wish: Mapping[Spot, float], width: int) -> dict[Spot, float]:
    """As near to the wishes as the widths allow: halfway between pushing right and pushing left."""
    right, left = ([wish[spot] for spot in row] for _ in range(2))
    for n in range(1, len(row)):
        right[n] = max(right[n], right[n - 1] + _apart(row[n - 1], row[n], width))
    for n in range(len(row) - 2, -1, -1):
        left[n] = min(left[n], left[n + 1] - _apart(row[n], row[n + 1], width))
    return {spot: (left[n] + right[n]) / 2 for n, spot in enumerate(row)}


def _close_up(row: Sequence[Spot], wish: Mapping[Spot, float], middles: dict[Spot, float], width: int) -> None:
    """Let each spot go where it would like to be, as far as its two neighbours leave room."""
    for n, spot in enumerate(row):
        least = middles[row[n - 1]] + _apart(row[n - 1], spot, width) if n else float("-inf")
        most = middles[row[n + 1]] - _apart(spot, row[n + 1], width) if n + 1 < len(row) else float("inf")
        middles[spot] = min(max(wish[spot], least), most)


def _apart(one: Spot, other: Spot, width: int) -> float:
    return (_width(one, width) + _width(other, width)) / 2 + SIDE


def _width(spot: Spot, width: int) -> int:
    return width if isinstance(spot, str) else BEND
