"""Where everything stands in a TOML text: `tomllib` says what it holds, never where.

The text is known to be valid here, because `tomllib` has read it before; so this goes by tokens and trusts them.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Where = tuple[str | int, ...]
"""Where a value stands: `("thresholds", 0, "above")`."""

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*+)
      | (?P<text>\"{3}(?:[^"\\]|\\.|"(?!""))*+"{3,5} | '{3}(?:[^']|'(?!''))*+'{3,5}
               | "(?:[^"\\\n]|\\.)*+" | '[^'\n]*+')
      | (?P<newline>\n)
      | (?P<space>[^\S\n]++)
      | (?P<mark>[\[\]{},=])
      | (?P<bare>[^\s\[\]{},=\#"']++)
      | (?P<stray>["'])""",
    re.VERBOSE | re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Spans:
    """Places in a text, as offsets."""

    keys: Mapping[Where, int]
    """Where the name begins, of a value or of a section."""
    values: Mapping[Where, tuple[int, int]]
    """From where to where a value goes."""
    ends: Mapping[Where, int]
    """Where the last value of a section ends: what is added to the section comes after it."""


def tokens_of(text: str) -> list[re.Match[str]]:
    """The text cut into names, values, marks and ends of lines; works on any text."""
    return [found for found in _TOKEN.finditer(text) if found.lastgroup not in ("comment", "space")]


def places_of(tokens: Sequence[re.Match[str]]) -> Spans:
    """Where each value of a valid text stands."""
    return _Scan(tokens).run()


def shown(path: Where) -> str:
    """A path as people write it, counting from one: `thresholds[1].above`, `levels."helpdesk.AddTag"`."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{quoted(part)}" for part in path)
    return "".join(parts).removeprefix(".")


def quoted(name: str) -> str:
    """A name as it stands in a file: in quotes where it needs them."""
    return name if _BARE.fullmatch(name) else text_of(name)


def text_of(text: str) -> str:
    """A text in quotes, as TOML has it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


@dataclass(slots=True)
class _Scan:
    """Walks over the tokens of a valid text once and notes the places."""

    tokens: Sequence[re.Match[str]]
    at: int = 0
    keys: dict[Where, int] = field(default_factory=dict[Where, int])
    values: dict[Where, tuple[int, int]] = field(default_factory=dict[Where, tuple[int, int]])
    ends: dict[Where, int] = field(default_factory=dict[Where, int])
    repeated: dict[Where, int] = field(default_factory=dict[Where, int])
    """How many `[[sections]]` there are of each name."""

    def run(self) -> Spans:
        section: Where = ()
        while self.at < len(self.tokens):
            if self._next_is("\n"):
                self.at += 1
            elif self._next_is("["):
                section = self._header()
            else:
                end = self._pair(section)
                self.ends[section] = end
        return Spans(self.keys, self.values, self.ends)

    def _next_is(self, mark: str) -> bool:
        token = self.tokens[self.at]
        return token[0] == mark and token.lastgroup in ("mark", "newline")

    def _header(self) -> Where:
        start = self.tokens[self.at].start()
        self.at += 1
        repeated = self._next_is("[")
        self.at += repeated
        path = self._inside(self._name("]"))
        self.at += 1 + repeated
        if repeated:
            self.repeated[path] = self.repeated.get(path, -1) + 1
            path = (*path, self.repeated[path])
        self._note(path, start)
        self.ends[path] = self.tokens[self.at - 1].end()
        return path

    def _inside(self, names: Sequence[str]) -> Where:
        """A name of a section as a path: `[a.b]` after `[[a]]` belongs to the last `a`."""
        path: Where = ()
        for n, name in enumerate(names, 1):
            path = (*path, name)
            if n < len(names) and path in self.repeated:
                path = (*path, self.repeated[path])
        return path

    def _note(self, path: Where, start: int) -> None:
        for length in range(1, len(path)):
            self.keys.setdefault(path[:length], start)
        self.keys[path] = start

    def _name(self, until: str) -> list[str]:
        names: list[str] = []
        while not self._next_is(until):
            token = self.tokens[self.at]
            if token.lastgroup == "text":
                names.append(str(tomllib.loads(f"it={token[0]}")["it"]))
            else:
                names += [part for part in token[0].split(".") if part]
            self.at += 1
        return names

    def _pair(self, inside: Where) -> int:
        start = self.tokens[self.at].start()
        path = (*inside, *self._name("="))
        self.at += 1
        self._note(path, start)
        return self._value(path)

    def _value(self, path: Where) -> int:
        start = self.tokens[self.at].start()
        if self._next_is("["):
            self._list(path)
        elif self._next_is("{"):
            self._table(path)
        else:
            self.at += 1
            if self.at < len(self.tokens) and self.tokens[self.at].lastgroup == "bare":
                self.at += 1  # a day and a time with a space between them
        end = self.tokens[self.at - 1].end()
        self.values[path] = (start, end)
        return end

    def _list(self, path: Where) -> None:
        self.at += 1
        n = 0
        while not self._next_is("]"):
            if self._next_is("\n") or self._next_is(","):
                self.at += 1
                continue
            self._note((*path, n), self.tokens[self.at].start())
            self._value((*path, n))
            n += 1
        self.at += 1

    def _table(self, path: Where) -> None:
        self.at += 1
        while not self._next_is("}"):
            if self._next_is(","):
                self.at += 1
            else:
                self._pair(path)
        self.at += 1
