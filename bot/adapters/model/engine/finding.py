"""Where in a text the answer stands. Models put it between fences, behind their thoughts, and into prose.

It is only ever found, never mended: an object that is not whole is no object, and of two nobody knows which is meant.
"""

import re
from collections.abc import Iterator

from bot.domain.plain import Unreadable, is_object, read_json

MOST_BYTES = 256 * 1024
MOST_DEPTH = 24
MOST_STARTS = 16
"""Braces that are tried as the beginning of an object."""

_THOUGHT = re.compile(r"\s*<(think|thinking|reasoning)>", re.IGNORECASE)
_PIECE = re.compile(r'"(?:[^"\\]+|\\.)*+"|[{}"]', re.DOTALL)


def find_answer(text: str) -> dict[str, object]:
    """The one object with an `answer` in the text. Raises Unreadable where there is none, or more than one."""
    told = _spoken(text).strip()
    try:
        whole = read_json(told, max_bytes=MOST_BYTES, max_depth=MOST_DEPTH)
    except Unreadable as why:
        return _within(told, why)
    if not is_object(whole):
        raise Unreadable("an object with “answer” was expected")
    return whole


def _spoken(text: str) -> str:
    """The text behind the thoughts it begins with. Further in, they are a part of what is said."""
    start = 0
    while thought := _THOUGHT.match(text, start):
        end = re.compile(f"</{thought[1]}>", re.IGNORECASE).search(text, thought.end())
        if end is None:
            raise Unreadable("it is nothing but thoughts")
        start = end.end()
    return text[start:]


def _within(text: str, why: Unreadable) -> dict[str, object]:
    found: dict[str, object] | None = None
    for piece in _objects(text):
        try:
            value = read_json(piece, max_bytes=MOST_BYTES, max_depth=MOST_DEPTH)
        except Unreadable:
            continue
        if not is_object(value) or "answer" not in value:
            continue
        if found is not None and found != value:
            raise Unreadable("there is more than one answer")
        found = value
    if found is None:
        raise why
    return found


def _objects(text: str) -> Iterator[str]:
    """Every piece from a brace to the one that closes it, the outermost alone."""
    start = text.find("{")
    for _ in range(MOST_STARTS):
        if start < 0:
            return
        end = _end(text, start)
        if end:
            yield text[start:end]
        start = text.find("{", end or start + 1)


def _end(text: str, start: int) -> int:
    """Behind the brace that closes the one at the start; 0 where none does. Braces inside of strings do not count."""
    depth = 0
    for found in _PIECE.finditer(text, start):
        mark = found.group()
        if mark == '"':
            return 0
        depth += (mark == "{") - (mark == "}")
        if depth > MOST_DEPTH:  # nothing as deep is read, and to look on for its end would take its time
            return 0
        if not depth and mark in "{}":
            return found.end()
    return 0
