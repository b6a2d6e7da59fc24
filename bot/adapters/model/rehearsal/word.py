"""Words of a text and hint words found among them, whatever their case, accents and endings."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ENDINGS = ("ing", "ed", "es", "en", "s", "e")
_NOT = frozenset("not no never without isn't don't doesn't nicht kein keine nie ohne pas non jamais sans no nunca sin "
                 "nao nem sem".split())  # fmt: skip
LONGEST_ENDING = 4
SHORTEST_STEM = 4


def fold(text: str) -> str:
    """Without case, accents and typographic apostrophes."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a name or a phrase: `openInvoices`, `open_invoices` and `Open invoices` are the same two."""
    return tuple(fold(token) for token in _TOKEN.findall(_CAMEL.sub(" ", text)))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The word without its ending, where enough is left."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


@lru_cache(maxsize=4096)
def stems_of(phrase: str) -> tuple[str, ...]:
    """What is looked for where a hint is."""
    return tuple(stem(word) for word in words_of(phrase))


@dataclass(frozen=True, slots=True)
class Hit:
    """A hint found in a text: where, and whether a "not" stands before it."""

    phrase: str
    start: int
    end: int
    negated: bool


class Words:
    """The words of one text, ready to be searched."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._places = [(found.start(), found.end()) for found in _TOKEN.finditer(text)]
        self.words = [fold(text[start:end]) for start, end in self._places]
        self._by_start: dict[str, list[int]] = {}
        for n, word in enumerate(self.words):
            self._by_start.setdefault(word[:2], []).append(n)

    def hits(self, phrases: Iterable[str]) -> list[Hit]:
        """The first place of each phrase that occurs; one place, and two phrases with one stem, count once."""
        tried: set[tuple[str, ...]] = set()
        found: dict[int, Hit] = {}
        for phrase in phrases:
            stems = stems_of(phrase)
            if stems and stems not in tried and (hit := self._hit(phrase, stems)):
                found.setdefault(hit.start, hit)
            tried.add(stems)
        return list(found.values())

    def _hit(self, phrase: str, stems: tuple[str, ...]) -> Hit | None:
        for n in self._by_start.get(stems[0][:2], ()):
            last = n + len(stems)
            if last <= len(self.words) and all(map(_fits, self.words[n:last], stems)):
                negated = not _NOT.isdisjoint(self.words[max(0, n - 2) : n])
                return Hit(phrase, self._places[n][0], self._places[last - 1][1], negated)
        return None

    def number_near(self, names: Iterable[str]) -> Iterator[str]:
        """Numbers that stand up to two words before or after one of these words: "3 licences", "licences: 3"."""
        stems = {stem(name) for name in names}
        for n, word in enumerate(self.words):
            if not any(_fits(word, one) for one in stems):
                continue
            for near in (n + 1, n - 1, n + 2, n - 2):
                if 0 <= near < len(self.words) and self.words[near].isdecimal():
                    yield self.words[near]


def _fits(word: str, stem_: str) -> bool:
    if len(stem_) < SHORTEST_STEM:
        return word in (stem_, f"{stem_}s")
    return word.startswith(stem_) and len(word) - len(stem_) <= LONGEST_ENDING
