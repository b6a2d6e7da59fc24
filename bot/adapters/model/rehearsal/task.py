"""One question as the rules work on it, and what they find for one place of the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.adapters.model.rehearsal.reading import Reading
from bot.adapters.model.rehearsal.word import Words
from bot.domain.plain import Plain

CAP = 90
"""Rules are never surer than this."""
OWNED = 85
"""A record of the material says so, under the same name."""
EXTRACTED = 75
"""Written, or cut out, from what a person wrote."""
ABSENT = 70
"""The owner listed the words, and none of them stands there."""
GUESSED = 45
BLINDLY = 35
"""It has the right form, and nothing else speaks for it."""
TAKEN = 30
"""Nothing speaks for it."""


@dataclass(frozen=True, slots=True)
class Found:
    """One value that fits a place: how sure the rules are, in per cent, and why."""

    value: Plain
    sure: int
    quote: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class Task:
    """What was asked, read."""

    reading: Reading
    hints: Mapping[str, Plain]
    remark: str = ""
    previous: Mapping[str, Plain] | None = None

    @cached_property
    def wish(self) -> Words:
        """The reviewer's remark, word by word."""
        return Words(self.remark)

    def hint(self, path: str) -> Plain:
        """What the prompt's `[rehearsal]` table says about a field, by its path or its name alone."""
        return self.hints.get(path, self.hints.get(name_of(path)))

    def is_unsigned(self, path: str) -> bool:
        """Whether somebody else puts a name under a letter: `[rehearsal.body] unsigned = true`."""
        hint = self.hint(path)
        return isinstance(hint, dict) and hint.get("unsigned") is True


def name_of(path: str) -> str:
    """The field's own name: `items.0.due_date` is `due_date`; an item goes by the name of its list."""
    return next((part for part in reversed(path.split(".")) if not part.isdigit()), "")


def texts_in(value: Plain) -> tuple[str, ...]:
    """One word or a list of words, as hints are written."""
    if isinstance(value, list):
        return tuple(one for one in value if isinstance(one, str))
    return (value,) if isinstance(value, str) else ()
