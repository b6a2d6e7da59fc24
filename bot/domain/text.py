"""Text hygiene: what people, files and models write is shown, sent and compared with nothing hidden in it.

What counts as hidden, and what does not:

- Hidden: control characters except tab and newline, bidi controls, zero-width and tag characters, soft
  hyphens, blank letters, variation selectors and joiners out of place, private-use characters,
  noncharacters, halves of surrogate pairs.
- Kept, because a script needs them: a joiner (U+200C, U+200D) between two letters of one cursive script,
  after an Indic virama, or between an Indic letter and a virama; U+200D between two emoji; one emoji
  selector (U+FE0E, U+FE0F) after an emoji or in a keycap.
- Kept for people and taken from models, because they can carry a message nobody sees: one selector after a
  Han or Mongolian letter, and the tags of the three flags that are made of tags.
- Spaces: U+00A0, U+202F and U+3000 are ordinary one at a time inside a line (French, numbers, Japanese),
  U+3000 also where a paragraph begins. All other unusual spaces are made visible.
- Marks: more than ten combining marks on one letter cover the lines around it; the rest are counted
  instead.
"""

import difflib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

MARKS_PER_LETTER = 10
LONGEST_WORD = 80
"""A longer word is no misspelling of anything."""
DIFF_WORK = 10_000_000
"""Steps that comparing two texts may take at worst: a quarter of a second."""

_EMOJI = "©®‼⁉™ℹ〰〽㊗㊙\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff"
_CURSIVE = (
    "\u0620-\u06d3\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdcf\ufdf0-\ufdfb\ufe70-\ufefc",  # Arabic
    "\u0710-\u074f",  # Syriac
    "\u07ca-\u07f5",  # N'Ko
    "\u1820-\u18aa",  # Mongolian
)
_INDIC = "\u0900-\u0dff\u1000-\u109f\u1780-\u17b3\u17b6-\u17dd"
_VIRAMA = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u1039\u103a\u17d2"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_FLAGS = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in name) for name in ("beng", "bsct", "bwls"))
_DANGLING = "\u200c\u200d\ufe0e\ufe0f"
"""What makes no sense at the end of a text that was cut."""

# Every alternative begins with the character it judges and looks back over it: that is the dot.
_KEPT = (
    rf"[\ufe0e\ufe0f](?<=[{_EMOJI}].)",
    r"\ufe0f(?<=[0-9#*].)(?=\u20e3)",
    rf"\u200d(?:(?<=[{_EMOJI}].)|(?<=[{_EMOJI}]\ufe0f.))(?=[{_EMOJI}])",
    *(rf"[\u200c\u200d](?<=[{script}].)(?=[{script}])" for script in _CURSIVE),
    rf"[\u200c\u200d](?<=[{_VIRAMA}].)",
    rf"[\u200c\u200d](?<=[{_INDIC}].)(?=[{_VIRAMA}])",
)
_KEPT_FOR_PEOPLE = (
    rf"[\U000e0100-\U000e01ef\ufe00-\ufe02](?<=[{_HAN}].)",
    r"[\u180b-\u180d\u180f](?<=[\u1820-\u18aa].)",
    rf"\U000e0067(?<=\U0001f3f4.)(?:{_FLAGS})\U000e007f",
)
_GAP = (r"[\u00a0\u202f\u3000](?<=\S.)(?=\S)", r"\u3000(?:(?<=\n.)|(?<=\A.))(?=\S)")
_LINE = r"\x0b\x0c\r\x85\u2028\u2029"
_SPACE = r"\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000"
_HIDDEN = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
)
_HIDDEN_BEYOND = (
    r"\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(1, 15))
)
_SUSPECT = re.compile(rf"[{_LINE}{_SPACE}{_HIDDEN}\U00010000-\U0010ffff]")
"""Most texts have none of these, and finding that out is ten times quicker than judging each."""
_JUDGED = re.compile(
    rf"(?P<kept>{'|'.join(_KEPT)})|(?P<kept_for_people>{'|'.join(_KEPT_FOR_PEOPLE)})|(?P<gap>{'|'.join(_GAP)})"
    rf"|(?P<line>[{_LINE}])|(?P<space>[{_SPACE}])|(?P<hidden>[{_HIDDEN}{_HIDDEN_BEYOND}]+)"
)
_PILE = re.compile(rb"[^\0]{%d,}" % (MARKS_PER_LETTER + 1))
_WHITESPACE = re.compile(r"\s+")
_WORD = re.compile(r"\S+\s*|\s+")


def visible(text: str) -> str:
    """The text as a person should see it: nothing in it is invisible, nothing turns the reading around.

    Hidden characters appear as `⟨U+202E⟩`, CRLF becomes a newline, letters are composed (NFC). Doing it twice
    changes nothing.
    """
    return _judge(_compose(text.replace("\r\n", "\n")), _show)


def _judge(text: str, verdict: Callable[[re.Match[str]], str]) -> str:
    return _JUDGED.sub(verdict, text) if _SUSPECT.search(text) else text


def _show(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "kept" | "kept_for_people" | "gap":
            return found[0]
        case _:
            return "".join(f"⟨U+{ord(letter):04X}⟩" for letter in found[0])


def clean_for_model(text: str, cap: int) -> str:
    """The text as a model may read it: nothing hidden, never longer than `cap`, a note of what was cut."""
    text = text.replace("\r\n", "\n")
    # Taking a character out can bring a letter and its mark together, so it is done until nothing changes.
    while (cleaned := _compose(_judge(_compose(text), _drop))) != text:
        text = cleaned
    return _cut(text, cap)


def _drop(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "kept":
            return found[0]
        case "gap" | "space":
            return " "
        case "line":
            return "\n"
        case _:
            return ""


def _cut(text: str, cap: int) -> str:
    if len(text) <= cap:
        return text
    room = cap - len(f"\n[… {len(text):,} characters cut]")
    kept = text[: max(0, room)].rstrip(_DANGLING)
    return f"{kept}\n[… {len(text) - len(kept):,} characters cut]"[:cap]


def one_line(text: str, cap: int) -> str:
    """The visible text on one line, never longer than `cap`; an ellipsis where it was cut."""
    text = text.strip()
    head = text[: 50 * cap + 1000]  # of a megabyte the rest need not be judged
    line = _WHITESPACE.sub(" ", visible(head)).strip()
    if len(line) <= cap and len(head) == len(text):
        return line
    return line[: max(0, cap - 1)].rstrip(" " + _DANGLING) + "…"[:cap]


def _compose(text: str) -> str:
    # Unicode sorts the marks on a letter one by one: a pile of a million would take hours.
    return text if text.isascii() else _cut_piles(unicodedata.normalize("NFC", _cut_piles(text)))


def _cut_piles(text: str) -> str:
    pieces: list[str] = []
    end = 0
    for pile in _PILE.finditer(bytes(map(unicodedata.combining, text))):
        top = pile.start() + MARKS_PER_LETTER
        pieces += text[end:top], f"⟨+{pile.end() - top} marks⟩"
        end = pile.end()
    return "".join(pieces) + text[end:]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, for "did you mean"; None where nothing is close."""
    if len(word) > LONGEST_WORD:
        return None
    names = [*known]
    system = word[: word.rfind(".") + 1]
    # What stands before the point alike says nothing: “helpdesk.x” is not near to everything the help desk has.
    alike = len(system) if any(name.startswith(system) for name in names) else 0
    spellings = {_plain_spelling(name[alike:]): name for name in names if name.startswith(word[:alike])}
    matches = difflib.get_close_matches(_plain_spelling(word[alike:]), spellings, n=1)
    return spellings[matches[0]] if matches else None


def hint(word: str, known: Iterable[str], otherwise: str) -> str:
    """What to say to a word that is not known: the one that was probably meant, else the other sentence."""
    meant = nearest(word, known)
    return f"Did you mean {meant}?" if meant else otherwise


def _plain_spelling(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that an edit changed; a field that is not there counts as None."""

    name: str
    before: object
    after: object


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[FieldChange, ...]:
    """The fields that differ, in the order in which they stand; `1`, `True` and `"1"` are three values."""
    return tuple(
        FieldChange(name, before.get(name), after.get(name))
        for name in {**before, **after}
        if not _same(before.get(name), after.get(name))
    )


def _same(one: object, other: object) -> bool:
    return one == other and _exactly(one) == _exactly(other)


def _exactly(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=repr)


class Side(StrEnum):
    """Which of two texts has a piece."""

    BOTH = "both"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of a text comparison."""

    side: Side
    text: str


def wrap_diff(before: str, after: str) -> list[Change]:
    """What changed between two texts, by line and within changed lines by word.

    The pieces of BOTH and BEFORE joined are the old text, those of BOTH and AFTER the new one. The work is
    bounded: where comparing would take too long, all of the old stands before all of the new.
    """
    comparison = _Comparison(DIFF_WORK)
    pieces: list[Change] = []
    for lines in comparison.stretches(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        for old, new in comparison.stretches(*(_WORD.findall("".join(side)) for side in lines)):
            if old == new:
                pieces.append(Change(Side.BOTH, "".join(old)))
            else:
                pieces += Change(Side.BEFORE, "".join(old)), Change(Side.AFTER, "".join(new))
    return [
        Change(side, "".join(piece.text for piece in together))
        for side, together in groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.side)
    ]


Stretch = tuple[Sequence[str], Sequence[str]]


class _Comparison:
    """Compares sequences until it has used up the steps it may take."""

    def __init__(self, steps: int) -> None:
        self._steps = steps

    def stretches(self, before: Sequence[str], after: Sequence[str]) -> list[Stretch]:
        """Both sequences in pairs of stretches that are either equal or replaced by each other."""
        head = _common(before, after)
        tail = _common(before[head:][::-1], after[head:][::-1])
        old, new = before[head : len(before) - tail], after[head : len(after) - tail]
        end = before[len(before) - tail :]
        return [(before[:head], before[:head]), *self._middle(old, new), (end, end)]

    def _middle(self, old: Sequence[str], new: Sequence[str]) -> list[Stretch]:
        work = _work(old, new)
        if work > self._steps:
            return [(old, new)]
        self._steps -= work
        codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        return [(old[a:b], new[c:d]) for _, a, b, c, d in codes]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items are equal from the start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _work(before: Sequence[str], after: Sequence[str]) -> int:
    """The most that difflib may do: it meets every pair of equal items once for each stretch it finds."""
    there = Counter(after)
    pairs = sum(n * there[item] for item, n in Counter(before).items())
    return (pairs + len(before)) * min(len(before), len(after))
