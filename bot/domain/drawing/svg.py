"""A workflow, or one run of it, as an SVG that needs nothing else: no script, no font of its own, no link."""

import html
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from bot.domain.brief import Brief
from bot.domain.drawing.flow import Arrow, Box, arrows, boxes
from bot.domain.drawing.layout import LABEL, Plan, Point, lay_out
from bot.domain.drawing.standing import Mark, Standing, standings, was_taken
from bot.domain.run import Run
from bot.domain.text import one_line
from bot.domain.workflow import Definition, Verb

WIDTH, GAP, MARGIN, HEAD = 316, 40, 28, 62
TITLE, LINE, PAD = 20, 17, 11
LETTERS = 48
MOST_LINES = 4
LONGEST, LONGEST_TITLE = 400, 27

FONT = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
INK, SOFT, FAINT, PAPER = "#1f2933", "#5b6672", "#c3cad2", "#ffffff"


@dataclass(frozen=True, slots=True)
class Tint:
    """The colours of one kind of box: its edge, and its ground."""

    edge: str
    ground: str


@dataclass(frozen=True, slots=True)
class Ink:
    """How a line is drawn."""

    colour: str
    width: float
    dashed: bool = False

    def __str__(self) -> str:
        dashes = ' stroke-dasharray="4 4"' if self.dashed else ""
        return f'stroke="{self.colour}" stroke-width="{self.width}"{dashes}'


_READS, _THINKS = Tint("#2f6f9f", "#f1f7fb"), Tint("#7a5aa6", "#f7f3fb")
_PEOPLE, _CODE = Tint("#b7791f", "#fdf8ec"), Tint("#68737f", "#f6f7f8")
_ACTS, _ENDS = Tint("#2f7d4f", "#f0f8f3"), Tint("#a3483b", "#fbf2f0")
_TINTS = {
    Verb.TRIGGER: _READS,
    Verb.LOOK_UP: _READS,
    Verb.ASK: _THINKS,
    Verb.REVIEW: _PEOPLE,
    Verb.INQUIRE: _PEOPLE,
    Verb.ACT: _ACTS,
    Verb.EACH: _ACTS,
    Verb.STOP: _ENDS,
    None: _ACTS,
}
_MARKS = {
    Mark.DONE: ("#2f7d4f", "M-4 0 L-1 3 L4 -4"),
    Mark.WAITING: ("#b7791f", "M0 -4 V0 L3 2"),
    Mark.FAILED: ("#a3483b", "M-3 -3 L3 3 M3 -3 L-3 3"),
    Mark.SKIPPED: ("#8a949e", "M-4 0 H4"),
}
"""Colour and sign of each mark; the words stand beside it."""


def svg(definition: Definition, brief: Brief, taken: Run | None = None) -> str:
    """The drawing of a workflow, or of the path that one run took; the same text for the same input."""
    drawn = boxes(definition, brief)
    marks = standings(definition, taken) if taken else {}
    ways = arrows(definition)
    texts = {box.name: _wrapped(box.lines) for box in drawn}
    room = PAD * 2 + TITLE + (LINE + 3 if marks else 0)
    heights = {name: room + LINE * len(lines) for name, lines in texts.items()}
    plan = lay_out([*heights], ways, heights=heights, width=WIDTH, gap=GAP)
    inked = sorted(((_ink(way, definition, marks), way) for way in ways), key=lambda one: one[0].width)
    body = [
        *(part for ink, way in inked for part in _arrow(way, plan, ink)),
        *(part for box in drawn for part in _box(box, texts[box.name], plan, heights[box.name], marks.get(box.name))),
    ]
    return "\n".join([*_head(definition, brief, taken, plan), *body, "</g>", "</svg>"]) + "\n"


def _head(definition: Definition, brief: Brief, run: Run | None, plan: Plan) -> Iterator[str]:
    width, height = max(plan.width, 460) + 2 * MARGIN, plan.height + HEAD + 2 * MARGIN
    name = f"{definition.name}, version {definition.version}"
    below = f"Run {run.id}: {run.state}. {run.reason}".strip() if run else f"Stage {brief.stage}. {brief.process}"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="img" font-family="{FONT}" font-size="12.5" fill="{INK}">'
    )
    yield f"<title>{_text(name)}</title>"
    yield f"<desc>{_text(below)}</desc>"
    yield f'<rect width="{width}" height="{height}" rx="10" fill="{PAPER}"/>'
    yield f'<text x="{MARGIN}" y="{MARGIN + 12}" font-size="17" font-weight="600">{_text(name)}</text>'
    yield f'<text x="{MARGIN}" y="{MARGIN + 34}" fill="{SOFT}">{_text(one_line(below, width // 7 - 6))}</text>'
    left = (width - plan.width) // 2
    yield f'<g transform="translate({left} {MARGIN + HEAD})">'


# --- boxes ------------------------------------------------------------------------------------------------


def _box(box: Box, lines: tuple[str, ...], plan: Plan, height: int, standing: Standing | None) -> Iterator[str]:
    middle, top = plan.spots[box.name]
    tint = _TINTS.get(box.verb, _CODE)
    edge, ground, ink = _paint(tint, standing)
    yield f'<g transform="translate({middle - WIDTH // 2} {top})">'
    yield f"<title>{_text('. '.join([box.title, *box.lines]))}</title>"
    yield f'<rect width="{WIDTH}" height="{height}" rx="8" fill="{ground}" {edge}/>'
    y = PAD + 13
    title = one_line(box.title, LONGEST_TITLE)
    yield f'<text x="14" y="{y}" font-size="14" font-weight="600" fill="{ink}">{_text(title)}</text>'
    if box.verb:
        verb = box.verb.replace("_", " ")
        yield f'<text x="{WIDTH - 14}" y="{y}" text-anchor="end" fill="{tint.edge}">{verb}</text>'
    y += 3
    for line in lines:
        y += LINE
        yield f'<text x="14" y="{y}" fill="{SOFT}">{_text(line)}</text>'
    if standing is not None:
        yield from _mark(standing, y + LINE + 3)
    yield "</g>"


def _paint(tint: Tint, standing: Standing | None) -> tuple[Ink, str, str]:
    """Edge, ground and ink of a box."""
    if standing is None or standing.mark is Mark.DONE:
        return Ink(tint.edge, 1), tint.ground, INK
    if standing.mark in (Mark.AHEAD, Mark.SKIPPED):
        return Ink(FAINT, 1, dashed=True), PAPER, SOFT
    return Ink(_MARKS[standing.mark][0], 2.2), tint.ground, INK


def _mark(standing: Standing, y: int) -> Iterator[str]:
    if standing.mark not in _MARKS:
        yield f'<text x="14" y="{y}" fill="{SOFT}">not reached</text>'
        return
    colour, sign = _MARKS[standing.mark]
    yield f'<circle cx="21" cy="{y - 4}" r="7.5" fill="{colour}"/>'
    yield (
        f'<path d="{sign}" transform="translate(21 {y - 4})" fill="none" stroke="{PAPER}" stroke-width="1.8"'
        ' stroke-linecap="round" stroke-linejoin="round"/>'
    )
    words = one_line(standing.words, LETTERS - 6)
    yield f'<text x="35" y="{y}" font-weight="600" fill="{colour}">{_text(words)}</text>'


# --- arrows -----------------------------------------------------------------------------------------------


def _ink(arrow: Arrow, definition: Definition, marks: Mapping[str, Standing]) -> Ink:
    if not marks:
        return Ink(SOFT, 1.4)
    return Ink(INK, 2.2) if was_taken(arrow, definition, marks) else Ink(FAINT, 1.4, dashed=True)


def _arrow(arrow: Arrow, plan: Plan, ink: Ink) -> Iterator[str]:
    points = plan.routes[arrow]
    yield f'<path d="{_curve(points, straight=LABEL + 8 if arrow.label else 8)}" fill="none" {ink}/>'
    x, y = points[-1]
    yield f'<path d="M{x - 5} {y - 9} L{x} {y - 1} L{x + 5} {y - 9} Z" fill="{ink.colour}"/>'
    if arrow.label:
        label = one_line(arrow.label, LETTERS - 8)
        (x, y), wide = points[1], len(label) * 7 + 8
        yield f'<rect x="{x - wide // 2}" y="{y - 31}" width="{wide}" height="18" fill="{PAPER}"/>'
        yield f'<text x="{x}" y="{y - 18}" text-anchor="middle" fill="{SOFT}">{_text(label)}</text>'


def _curve(points: tuple[Point, ...], *, straight: int) -> str:
    """Bends from row to row, and straight past a row; the first bend leaves room for a label below it."""
    path = f"M{points[0][0]} {points[0][1]}"
    for n, ((x, y), (to_x, to_y)) in enumerate(pairwise(points)):
        bent = to_y - (straight if n == 0 else 8)
        half = (y + bent) // 2
        end = to_y - 4 if n == len(points) - 2 else to_y
        path += f" V{end}" if x == to_x else f" C{x} {half} {to_x} {half} {to_x} {bent} V{end}"
    return path


# --- text -------------------------------------------------------------------------------------------------


def _wrapped(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Lines that fit into a box, at most `MOST_LINES` for each; wide letters count twice."""
    wrapped: list[str] = []
    for line in filter(None, lines):
        clean = one_line(line, LONGEST)
        wide = any(unicodedata.east_asian_width(letter) in "WF" for letter in clean)
        letters = LETTERS // 2 if wide else LETTERS
        wrapped += textwrap.wrap(clean, letters, max_lines=MOST_LINES, placeholder=" …")
    return tuple(wrapped)


def _text(text: str) -> str:
    """Text in which nothing is markup, and nothing that XML cannot carry."""
    return html.escape(one_line(text, LONGEST))
