"""Markdown as HTML, for `markdown` blocks and streamed text: what Slack shows of CommonMark, and its tables and tasks.

Lines are gathered into blocks, blocks into elements; a document of any shape ends, and raw HTML is text.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.workspace.page.html import Html, joined, tag
from bot.workspace.page.render.emoji import emoji
from bot.workspace.page.render.marks import Marks, cleared, mark, with_marks
from bot.workspace.page.render.mrkdwn import link

_FENCE: Final = re.compile(r"^ {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_HEADING: Final = re.compile(r"^ {0,3}(#{1,6})(?:\s+(.*))?$")
_ENDING: Final = re.compile(r"(?:^|\s)#+$")
_RULE: Final = re.compile(r"^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_QUOTE: Final = re.compile(r"^ {0,3}> ?")
_ITEM: Final = re.compile(r"^( *)([-*+]|\d{1,9}[.)])(?:\s+|$)(.*)$")
_TASK: Final = re.compile(r"^\[([ xX])\]\s+")
_DIVIDER: Final = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_ATOM: Final = re.compile(
    r"\\([!-/:-@\[-`{-~])|(?<!`)(`+)(?!`)(.{1,3000}?)(?<!`)\2(?!`)"
    r"|(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?((?:[^\s<>()]|\([^\s<>()]*\))*)>?(?:\s+\"[^\"]*\")?\s*\)"
    r"|<((?:https?://|mailto:)[^\s<>]+)>|(https?://[^\s<>()\[\]]+)|(:[\w+'-]+:(?::skin-tone-[2-6]:)?)"
)
_MARKS: Final = Marks(
    re.compile("[*_~]"),
    (
        mark(r"\*\*\*(?=\S)", r"(?<=\S)\*\*\*", "em", "strong"),
        mark(r"\*\*(?=\S)", r"(?<=\S)\*\*(?!\*)", "strong"),
        mark(r"\*(?=[^\s*])", r"(?<=[^\s*])\*(?!\*)", "em"),
        mark(r"(?<!\w)__(?=\S)", r"(?<=\S)__(?!\w)", "strong"),
        mark(r"(?<!\w)_(?=[^\s_])", r"(?<=[^\s_])_(?!\w)", "em"),
        mark(r"~~(?=\S)", r"(?<=\S)~~", "s"),
    ),
)
DEEPEST: Final = 10
"""The most quotes and lists inside each other; what is deeper is text."""


def markdown(text: str) -> Html:
    """A document."""
    return tag("div", {"class": "markdown", "dir": "auto"}, _blocks(cleared(text).expandtabs(4).split("\n"), 0))


def _blocks(lines: Sequence[str], depth: int) -> Html:
    done: list[Html] = []
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        shown, at = _block(lines, at, depth)
        done.append(shown)
    return joined(done)


def _block(lines: Sequence[str], at: int, depth: int) -> tuple[Html, int]:
    """The block that begins at a line, and the line after it."""
    line = lines[at]
    if fence := _FENCE.match(line):
        return _fenced(lines, at, fence[1])
    if heading := _HEADING.match(line):
        return tag(f"h{min(6, len(heading[1]) + 2)}", None, inline(_ENDING.sub("", (heading[2] or "").strip()))), at + 1
    if _RULE.match(line):
        return tag("hr"), at + 1
    if depth < DEEPEST and _QUOTE.match(line):
        return _quote(lines, at, depth)
    if depth < DEEPEST and _ITEM.match(line):
        return _list(lines, at, depth)
    if at + 1 < len(lines) and "|" in line and _DIVIDER.fullmatch(lines[at + 1].strip()):
        return _table(lines, at)
    return _paragraph(lines, at)


def _fenced(lines: Sequence[str], at: int, fence: str) -> tuple[Html, int]:
    upto = at + 1
    while upto < len(lines) and not lines[upto].strip().startswith(fence):
        upto += 1
    return tag("pre", None, tag("code", None, "\n".join(lines[at + 1 : upto]))), upto + 1


def _quote(lines: Sequence[str], at: int, depth: int) -> tuple[Html, int]:
    upto = at
    while upto < len(lines) and _QUOTE.match(lines[upto]):
        upto += 1
    inner = [_QUOTE.sub("", line, count=1) for line in lines[at:upto]]
    return tag("blockquote", None, _blocks(inner, depth + 1)), upto


def _list(lines: Sequence[str], at: int, depth: int) -> tuple[Html, int]:
    """Items of one kind at one depth; what is indented deeper than an item's sign belongs to it."""
    first = _ITEM.match(lines[at])
    assert first is not None
    sign, items = first[2], list[Html]()
    while at < len(lines) and (item := _ITEM.match(lines[at])) and _same(item, first):
        own = [item[3]]
        at += 1
        while at < len(lines) and _belongs(lines, at, len(first[1])):
            own.append(_outdented(lines[at], len(item[1]) + 2))
            at += 1
        items.append(_item(own, depth))
        while (
            at + 1 < len(lines)
            and not lines[at].strip()
            and (after := _ITEM.match(lines[at + 1]))
            and _same(after, first)
        ):
            at += 1
    if sign in "-*+":
        return tag("ul", None, items), at
    start = int(sign[:-1])
    return tag("ol", {"start": start if start != 1 else None}, items), at


def _same(item: re.Match[str], first: re.Match[str]) -> bool:
    return item[2][-1] == first[2][-1] and len(item[1]) <= len(first[1]) + 1


def _belongs(lines: Sequence[str], at: int, indent: int) -> bool:
    line = lines[at]
    if not line.strip():
        return at + 1 < len(lines) and lines[at + 1].startswith(" " * (indent + 2))
    deeper = len(line) - len(line.lstrip(" ")) >= indent + 2
    return deeper or not (_ITEM.match(line) or _begins(line))


def _begins(line: str) -> bool:
    """Whether a line begins something of its own in the middle of a paragraph."""
    return bool(_FENCE.match(line) or _HEADING.match(line) or _RULE.match(line) or _QUOTE.match(line))


def _outdented(line: str, width: int) -> str:
    return line[min(width, len(line) - len(line.lstrip(" "))) :]


def _item(lines: list[str], depth: int) -> Html:
    task = _TASK.match(lines[0])
    if task is not None:
        lines[0] = lines[0][task.end() :]
    inner = _blocks(lines, depth + 1)
    if inner.startswith("<p>") and inner.count("<p>") == 1:
        inner = Html(inner.replace("<p>", "", 1).replace("</p>", "", 1))  # an item of one paragraph is no paragraph
    if task is None:
        return tag("li", None, inner)
    box = tag("input", {"type": "checkbox", "disabled": True, "checked": task[1] != " ", "aria-label": "done"})
    return tag("li", {"class": "task"}, box, " ", inner)


def _table(lines: Sequence[str], at: int) -> tuple[Html, int]:
    sides = [_side(cell) for cell in _cells(lines[at + 1])]
    head = tag("tr", None, _row("th", lines[at], sides))
    upto = at + 2
    while upto < len(lines) and lines[upto].strip() and "|" in lines[upto]:
        upto += 1
    body = (tag("tr", None, _row("td", line, sides)) for line in lines[at + 2 : upto])
    return tag("div", {"class": "wide"}, tag("table", None, tag("thead", None, head), tag("tbody", None, body))), upto


def _row(name: str, line: str, sides: Sequence[str | None]) -> list[Html]:
    cells = [*_cells(line), *[""] * len(sides)][: len(sides)]
    return [tag(name, {"class": side}, inline(cell)) for cell, side in zip(cells, sides, strict=True)]


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _side(divider: str) -> str | None:
    return {(True, True): "middle", (False, True): "right"}.get((divider.startswith(":"), divider.endswith(":")))


def _paragraph(lines: Sequence[str], at: int) -> tuple[Html, int]:
    upto = at + 1
    while upto < len(lines) and lines[upto].strip() and not (_begins(lines[upto]) or _ITEM.match(lines[upto])):
        upto += 1
    return tag("p", None, Html(tag("br").join(inline(line.strip()) for line in lines[at:upto]))), upto


def inline(text: str) -> Html:
    """One line."""
    return with_marks(text, _MARKS, atom=_ATOM, show=_atom, read=str)


def _atom(found: re.Match[str]) -> Html:
    escaped, _, code, picture, label, address, angled, bare, name = found.groups()
    if escaped is not None:
        return joined([escaped])
    if code is not None:
        return tag("code", None, code.strip() or code)
    if label is not None:
        return _picture(label, address) if picture else _labelled(label, address)
    if name is not None:
        return emoji(name)
    return link(angled or bare)


def _labelled(label: str, address: str) -> Html:
    shown = link(address, "\ufffc")
    return Html(shown.replace("\ufffc", inline(label.replace("[", "(").replace("]", ")"))))


def _picture(label: str, address: str) -> Html:
    """The page loads nothing from elsewhere, so a picture is a link to it."""
    return link(address, label or "picture")
