"""TOML as owners write it: read strictly, and with the line on which each value stands."""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.declared.fault import not_toml, odd_values
from bot.domain.declared.place import Spans, Where, places_of, tokens_of
from bot.domain.errors import Misdeclared
from bot.domain.plain import Unreadable, decode

MOST_BYTES = 256 * 1024
MOST_LEVELS = 32
MOST_PARTS = 32
"""`tomllib` needs more memory than there is for a name of a hundred thousand parts."""


@dataclass(frozen=True, slots=True)
class Toml:
    """A file as it was read."""

    file: str
    text: str
    data: Mapping[str, object]
    spans: Spans
    breaks: Sequence[int]
    """Where its lines end."""

    def line(self, path: Where) -> int:
        """The line on which a value stands; where it is not there, that of the section it would stand in."""
        while path and path not in self.spans.keys:
            path = path[:-1]
        return bisect_left(self.breaks, self.spans.keys[path]) + 1 if path else 1

    def wrong(self, path: Where, sentence: str, mend: str = "") -> Misdeclared:
        """A problem with one value, with its file and line."""
        return Misdeclared(sentence, file=self.file, line=self.line(path), mend=mend)


@lru_cache(maxsize=128)  # a brief is read by many: its own reader, the checks, and whoever shows a line of it
def read_toml(raw: bytes | str, *, file: str) -> Toml:
    """Read a file strictly. Raises Misdeclared, whatever comes: the line, what is wrong there, how to mend it."""
    try:
        text = decode(raw, max_bytes=MOST_BYTES)
    except Unreadable as error:
        raise Misdeclared(error.why[:1].upper() + error.why[1:], file=file, line=error.line) from None
    tokens = tokens_of(text)
    _refuse_traps(text, tokens, file)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise not_toml(text, str(error), file) from None
    except ValueError:
        raise Misdeclared("A number here has thousands of digits.", file=file, mend="Shorten it.") from None
    breaks = [found.start() for found in re.finditer("\n", text)]
    toml = Toml(file, text, data, places_of(tokens), breaks)
    problems = [toml.wrong(path, sentence, mend) for path, sentence, mend in odd_values(data, ())]
    if problems:
        raise Misdeclared.together(problems)
    return toml


def _refuse_traps(text: str, tokens: Sequence[re.Match[str]], file: str) -> None:
    """Refuse what would cost the reader more memory or depth than there is."""
    depth = dots = 0
    for token in tokens:
        if token.lastgroup in ("mark", "newline"):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
            dots = 0
        elif token.lastgroup == "bare":
            dots += token[0].count(".")
        if depth > MOST_LEVELS or dots > MOST_PARTS:
            what = "Brackets are nested too deep here." if depth > MOST_LEVELS else "A name has too many parts here."
            line = text.count("\n", 0, token.start()) + 1
            raise Misdeclared(what, file=file, line=line, mend="Write it flatter.")
