"""People taken out of what leaves the record: in place of what leads to them stands something believable.

A golden case is a file that stays: no erasure reaches it. So every field that the brief calls personal or secret gets
a made-up value of the same shape, the same one wherever that value stands; and what patterns recognise goes as well.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.domain.classified import SHORTEST_WORD
from bot.domain.pattern import Kind
from bot.domain.plain import Plain
from bot.domain.redaction import FieldClass, FieldPolicy

_HIDDEN = (FieldClass.PERSONAL, FieldClass.SECRET)
_MARKS = frozenset(kind.mark for kind in Kind)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{5,}")
_CODE = re.compile(r"(?=[^0-9]*[0-9])\S{1,60}")
_NAMES = ("Alex Sample", "Kim Example", "Robin Muster", "Sam Beispiel", "Jo Exemple", "Toni Esempio")
_INSTEAD_OF_MARKS = {
    Kind.EMAIL.mark: "somebody@example.com",
    Kind.PHONE.mark: "555 010 00 00",
    Kind.IP.mark: "192.0.2.1",
}
LONGEST_NAME = 60


@dataclass(slots=True)
class Disguise:
    """Made-up values, the same for the same value."""

    policy: FieldPolicy
    clean: Callable[[str], str]
    """Takes out of a text what patterns recognise."""
    made_up: dict[str, str] = field(default_factory=dict[str, str])
    replaced: dict[str, None] = field(default_factory=dict[str, None])
    """The fields in which something was replaced, in order."""

    def of(self, facts: Mapping[str, Mapping[str, Plain]]) -> dict[str, dict[str, Plain]]:
        """The same facts about nobody."""
        for name, value in facts.items():
            for _, text in self._personal(name, {**value}, self._class(name, FieldClass.INTERNAL)):
                self._instead_of(text)
        return {
            name: {
                key: self._hide(f"{name}.{key}", one, self._class(name, FieldClass.INTERNAL))
                for key, one in value.items()
            }
            for name, value in facts.items()
        }

    def _class(self, path: str, inside: FieldClass) -> FieldClass:
        return self.policy.class_of(path, inside=inside)

    def _personal(self, path: str, value: Plain, inside: FieldClass) -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            for name, one in value.items():
                yield from self._personal(f"{path}.{name}", one, self._class(f"{path}.{name}", inside))
        elif isinstance(value, list):
            for one in value:
                yield from self._personal(path, one, inside)
        elif isinstance(value, str) and value and inside in _HIDDEN:
            yield path, value

    def _hide(self, path: str, value: Plain, inside: FieldClass) -> Plain:
        treat_as = self._class(path, inside)
        if isinstance(value, dict):
            return {name: self._hide(f"{path}.{name}", one, treat_as) for name, one in value.items()}
        if isinstance(value, list):
            return [self._hide(path, one, treat_as) for one in value]
        if value in (None, "") or isinstance(value, bool):
            return value
        if treat_as in _HIDDEN:
            self.replaced[path] = None
            return self._instead_of(value) if isinstance(value, str) else _number(value)
        return self._text(path, value) if isinstance(value, str) else value

    def _text(self, path: str, text: str) -> str:
        cleaned = self.clean(text)
        # Where all of it goes, it leads to somebody, whatever the brief calls it.
        whole = cleaned in _MARKS and text not in _MARKS
        hidden = self._instead_of(text) if whole else _believable(self._without(cleaned))
        if hidden != text:
            self.replaced[path] = None
        return hidden

    def _without(self, text: str) -> str:
        for word in sorted(self.made_up, key=len, reverse=True):
            if len(word) >= SHORTEST_WORD and word in text:
                instead = self.made_up[word].replace("\\", r"\\")
                text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", instead, text)
        return text

    def _instead_of(self, text: str) -> str:
        if text not in self.made_up:
            self.made_up[text] = _made_up(text, len(self.made_up) + 1)
        return self.made_up[text]


def _believable(text: str) -> str:
    for mark, instead in _INSTEAD_OF_MARKS.items():
        text = text.replace(mark, instead)
    return text


def _made_up(text: str, n: int) -> str:
    """Something of the same shape that is nobody's."""
    if text in _MARKS:
        return f"secret-{n}"
    if _EMAIL.fullmatch(text):
        return f"person{n}@example.com"
    if _PHONE.fullmatch(text):
        digits = iter(f"555010{n:02}" + "0" * len(text))
        return "".join(next(digits) if letter.isdigit() else letter for letter in text)
    if _CODE.fullmatch(text):
        digits = iter(f"{n}".zfill(sum(letter.isdigit() for letter in text)))
        return "".join(_letter(letter, digits) for letter in text)
    if len(text) > LONGEST_NAME or "\n" in text:
        return "Something about a person stood here."
    return _NAMES[(n - 1) % len(_NAMES)]


def _letter(letter: str, digits: Iterator[str]) -> str:
    if letter.isdigit():
        return next(digits, "0")
    return ("X" if letter.isupper() else "x") if letter.isalpha() else letter


def _number(value: int) -> int:
    """As long as the other, and nobody's."""
    return int("1".ljust(len(str(abs(value))), "0"))
