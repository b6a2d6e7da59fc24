"""A workflow as Mermaid text, for pages that draw it themselves."""

import html

from bot.domain.brief import Brief
from bot.domain.drawing.flow import Box, arrows, boxes
from bot.domain.text import one_line
from bot.domain.workflow import Definition, Verb

LONGEST = 200

_SHAPES = {
    Verb.TRIGGER: ("([", "])"),
    Verb.DECIDE: ("{", "}"),
    Verb.STOP: ("[[", "]]"),
    Verb.REVIEW: ("{{", "}}"),
    Verb.INQUIRE: ("{{", "}}"),
    Verb.ACT: ("[/", "/]"),
    Verb.EACH: ("[/", "/]"),
    None: ("([", "])"),
}


def mermaid(definition: Definition, brief: Brief) -> str:
    """The flowchart of a workflow; the same text for the same workflow and brief."""
    drawn = boxes(definition, brief)
    ids = {box.name: f"s{n}" for n, box in enumerate(drawn)}
    lines = ["flowchart TD", *(f"    {ids[box.name]}{_shape(box)}" for box in drawn)]
    for arrow in arrows(definition):
        label = f'|"{_text(arrow.label)}"|' if arrow.label else ""
        lines.append(f"    {ids[arrow.start]} -->{label} {ids[arrow.end]}")
    return "\n".join(lines) + "\n"


def _shape(box: Box) -> str:
    opening, closing = _SHAPES.get(box.verb, ("[", "]"))
    title = f"<b>{_text(box.title)}</b>" + (f" <i>{box.verb}</i>" if box.verb else "")
    return f'{opening}"{"<br/>".join([title, *map(_text, box.lines)])}"{closing}'


def _text(text: str) -> str:
    """Text in which nothing is markup: Mermaid reads `#quot;` where HTML has `&quot;`."""
    escaped = html.escape(one_line(text, LONGEST).replace("#", "\N{FULLWIDTH NUMBER SIGN}"))
    return escaped.replace("&", "#").replace("`", "'")
