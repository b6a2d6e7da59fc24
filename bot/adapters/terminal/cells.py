"""How wide text stands on a terminal. A terminal counts cells: a Chinese letter takes two, an accent none.

What several characters make together counts as one: a letter with its marks, a flag, a family of emoji. Terminals that
draw such a family as its members draw it wider than we count; there is no number that is right on all of them.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_JOINER, _AS_EMOJI = "\u200d", "\ufe0f"
_ACCENTS_BEGIN = "\u0300"
"""Every character before is one cell, but for controls, which nothing here is given."""
_DRAWN_INTO = re.compile(r"[\u1160-\u11ff\ud7b0-\ud7ff\U0001f3fb-\U0001f3ff]")
"""Middles and ends of Korean syllables, and skin tones."""
_PART = re.compile(r"\s+|\S+")


def cells(text: str) -> int:
    """How many cells a line of text takes."""
    return len(text) if text.isascii() else sum(width for _, width in _clusters(text))


def padded(text: str, width: int) -> str:
    """The text with as many spaces behind it as it takes to be so wide."""
    return text + " " * (width - cells(text))


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most so many cells, broken at spaces, at wide letters, and in longer words."""
    lines, line, used = list[str](), "", 0
    for piece, taken in _pieces(text.expandtabs()):
        if piece.isspace():
            line, used = (line + piece, used + taken) if line or not lines else ("", 0)
            continue
        for part, wide in [(piece, taken)] if taken <= width else _clusters(piece):
            if used + wide > width and line:
                lines += [line.rstrip()] if line.strip() else []
                line, used = "", 0
            line, used = line + part, used + wide
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """What a line is not broken within if there is another way: spaces, a word, a wide letter."""
    for part in _PART.findall(text):
        word, taken = "", 0
        for cluster, width in [(part, len(part))] if part.isascii() else _clusters(part):
            if width == 2 and word:
                yield word, taken
                word, taken = "", 0
            word, taken = word + cluster, taken + width
            if width == 2:
                yield word, taken
                word, taken = "", 0
        if word:
            yield word, taken


def _clusters(text: str) -> Iterator[tuple[str, int]]:
    """What stands in cells of its own, and in how many."""
    cluster, width, joined = "", 0, False
    for letter in text:
        own = _cells_of(letter)
        if letter == _AS_EMOJI and width == 1:
            width = 2  # what is text by itself is asked to be drawn as an emoji
        elif own and cluster and not joined:
            yield cluster, width
            cluster, width = "", own
        elif not joined:
            width = width or own
        cluster, joined = cluster + letter, letter == _JOINER
    if cluster:
        yield cluster, width


@lru_cache(maxsize=4096)
def _cells_of(letter: str) -> int:
    if letter < _ACCENTS_BEGIN:
        return 1
    if unicodedata.category(letter) in ("Mn", "Me", "Mc", "Cf") or _DRAWN_INTO.match(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1
