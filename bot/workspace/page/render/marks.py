"""Marks around words, such as `*bold*`: set so that each ends inside the one it began in."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from bot.workspace.page.html import Html, joined, tag

_HELD: Final = 0xE000
"""From here on letters stand for atoms that were taken out; none comes in from outside."""
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_MOST: Final = 0xF8FF - _HELD


class Marks(NamedTuple):
    """How marks look: one pattern, whose one group per kind holds the words, and the elements of each kind."""

    pattern: re.Pattern[str]
    elements: Mapping[str, Sequence[str]]


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
    return Html(_PRIVATE.sub(lambda found: held[ord(found[0]) - _HELD], marked))


def _marked(text: str, marks: Marks) -> Html:
    done: list[str] = []
    at = 0
    while found := marks.pattern.search(text, at):
        kind = found.lastgroup or ""
        inner = _marked(found[kind], marks)
        for element in marks.elements[kind]:
            inner = tag(element, None, inner)
        done += [text[at : found.start()], inner]
        at = found.end()
    return joined([*done, text[at:]])
