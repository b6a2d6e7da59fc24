"""Marks around words, such as `*bold*`: set so that each ends inside the one it began in.

A mark goes up to the first sign that can end it. A sign that nothing ends is text, and of its kind nothing more is
looked for; so a text of any shape is gone through a few times and no more.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from bot.workspace.page.html import Html, joined, tag

_HELD: Final = 0xE000
"""From here on letters stand for atoms that were taken out; none comes in from outside."""
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_MOST: Final = 0xF8FF - _HELD


class Mark(NamedTuple):
    """One kind of mark: what begins it, what ends it, and the elements it becomes, from the inside out."""

    opens: re.Pattern[str]
    closes: re.Pattern[str]
    elements: Sequence[str]


class Marks(NamedTuple):
    """All kinds, the longer signs first, and the signs that any of them begins with."""

    signs: re.Pattern[str]
    kinds: Sequence[Mark]


def mark(opens: str, closes: str, *elements: str) -> Mark:
    return Mark(re.compile(opens), re.compile(closes), elements)


def cleared(text: str) -> str:
    """The text without letters that would be taken for atoms."""
    return _PRIVATE.sub("\ufffd", text)


def with_marks(
    text: str, marks: Marks, *, atom: re.Pattern[str], show: Callable[[re.Match[str]], Html], read: Callable[[str], str]
) -> Html:
    """One line: atoms are taken out and shown, marks set around what is left, the rest is `read` as text."""
    held: list[Html] = []

    def hold(found: re.Match[str]) -> str:
        if len(held) > _MOST:
            return found[0]
        held.append(show(found))
        return chr(_HELD + len(held) - 1)

    marked = _marked(read(atom.sub(hold, text)), marks)
    return Html(_PRIVATE.sub(lambda found: held[ord(found[0]) - _HELD], marked)) if held else marked


def _marked(text: str, marks: Marks) -> Html:
    done: list[str] = []
    spent: set[int] = set()
    written = at = 0
    while sign := marks.signs.search(text, at):
        found = _first(text, sign.start(), marks, spent)
        if found is None:
            at = sign.end()
            continue
        kind, begin, end, at = found
        inner = _marked(text[begin:end], marks)
        for element in kind.elements:
            inner = tag(element, None, inner)
        done += [text[written : sign.start()], inner]
        written = at
    return joined([*done, text[written:]])


def _first(text: str, at: int, marks: Marks, spent: set[int]) -> tuple[Mark, int, int, int] | None:
    """The mark that begins at a sign: its kind, where its words begin and end, and where it ends itself."""
    for n, kind in enumerate(marks.kinds):
        opened = None if n in spent else kind.opens.match(text, at)
        if opened is None:
            continue
        closed = kind.closes.search(text, opened.end() + 1)
        if closed is not None:
            return kind, opened.end(), closed.start(), closed.end()
        spent.add(n)
    return None
