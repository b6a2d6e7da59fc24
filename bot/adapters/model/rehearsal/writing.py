"""Prose by rules: a summary is cut out of the text; a letter is put together from it, and says it is a rehearsal."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.adapters.model.rehearsal.extracting import LINK
from bot.adapters.model.rehearsal.language import LETTERS, Letter, language_of
from bot.adapters.model.rehearsal.reading import Reading
from bot.adapters.model.rehearsal.task import Task, name_of, texts_in
from bot.adapters.model.rehearsal.word import Words, stem, words_of
from bot.domain.plain import Plain
from bot.domain.text import one_line

MARK = "[rehearsal draft]"
"""What every letter begins with."""
_QUOTED = 160
_MOST_FACTS = 3
_LOOKED_AT = 60
"""Sentences; what matters stands among the first."""
_SMALL = frozenset({"since", "until", "name", "language", "email", "version"})
"""Names of records that a letter does not repeat, or that mean something else in a sentence."""
_ADDRESSED = ("contact", "sender_name", "name", "customer_name")
"""Who is greeted, the likeliest first: of a mail without a name no file that came with it."""

_WISHES = {
    "shorter": "short;shorter;brief;concise;crisp;trim;kürzer;kurz;knapp;court;corto;breve;curto;conciso",
    "warmer": "friendlier;friendly;warm;warmer;kinder;nicer;polite;gentle;less formal;freundlicher;nett;amical;"
    "aimable;amable;gentil;simpático",
    "formal": "formal;formally;förmlich;formel",
    "sorry": "apologise;apologize;apology;sorry;entschuldigen;entschuldigung;excuse;disculpa;desculpa",
}
_TELLING = re.compile(
    r"(?:please |bitte )?(?:also )?(?:mention|say|add|include|write|state|point out|note"
    r"|tell (?:them|him|her|the customer))(?: that)?\s*:?\s+(?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)


# --- summaries -----------------------------------------------------------------------------------------------------


def summary(reading: Reading, longest: int) -> str:
    """The subject and the sentence that says most, or as much of them as fits."""
    said = " ".join(_best(reading, 2 if longest >= 2 * _QUOTED else 1))
    stems = {stem(word) for word in Words(said).words}
    covered = all(stem(word) in stems for word in reading.heading.words)
    joint = " " if reading.subject[-1:] in ".!?:…" else ": "
    return one_line(said if covered or not reading.subject else f"{reading.subject}{joint}{said}".rstrip(" :"), longest)


def _best(reading: Reading, most: int) -> list[str]:
    """The sentences that say most, in the order in which they stand."""
    ranked = sorted(enumerate(reading.core[:_LOOKED_AT]), key=lambda pair: -_weight(pair[1], pair[0], reading))
    return [sentence for _, sentence in sorted(ranked[:most])]


def _weight(sentence: str, place: int, reading: Reading) -> float:
    """Questions, numbers and words of the subject say much; very short and very long sentences little."""
    words = Words(sentence).words
    shared = len({stem(word) for word in words} & {stem(word) for word in reading.heading.words})
    length = 0 if 4 <= len(words) <= 40 else -2
    return 2 * ("?" in sentence) + any(word.isdecimal() for word in words) + 0.5 * shared + length - 0.1 * place


# --- letters -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """One paragraph of a letter; the parts with the highest rank are left out first."""

    text: str
    rank: int


def letter(task: Task, path: str, longest: int) -> str:
    """A marked draft in the customer's language, that follows the reviewer's remark where there is one."""
    reading = task.reading
    words = LETTERS[language_of(reading)]
    wishes = wishes_in(task.wish)
    parts = [part for part in _parts(task, path, words, wishes) if part.text]
    before = task.previous.get(name_of(path)) if task.previous is not None else None
    if "shorter" in wishes:
        parts = [part for part in parts if part.rank < 2]
        longest = min(longest, len(before) - 1) if isinstance(before, str) and len(before) > len(MARK) else longest
    return _fit(parts, longest)


def wishes_in(remark: Words) -> set[str]:
    """How a reviewer wants it said."""
    heard = {wish for wish, said in _WISHES.items() if any(not hit.negated for hit in remark.hits(said.split(";")))}
    return heard - {"formal"} if "warmer" in heard else heard


def _parts(task: Task, path: str, words: Letter, wishes: set[str]) -> Iterator[_Part]:
    reading = task.reading
    name = next((one for key in _ADDRESSED if (one := reading.named(key)) is not None), "")
    hello = f"{words.hello} {_safe(name)}" if isinstance(name, str) and name else words.hello
    yield _Part(f"{MARK} {words.hello_formal if 'formal' in wishes else hello},", 0)
    thanks = words.thanks.format(_safe(reading.subject)) if reading.subject else words.thanks_plain
    if "warmer" in wishes:
        thanks = f"{words.good_to_hear} {thanks[0].upper()}{thanks[1:]}"
    yield _Part(f"{thanks} {words.sorry}" if "sorry" in wishes else thanks, 0)
    yield _Part(_understood(reading, words), 2)
    yield _Part(words.urgent if reading.named("urgent") is True else "", 2)
    yield _Part(_records(reading, words), 3)
    yield from (_Part(line, 1) for line in _lines_of_the_owner(task.hint(path), reading))
    yield _Part(_added(task.remark, wishes), 0)
    yield _Part(words.next, 1)
    yield _Part(words.warm if "warmer" in wishes else "", 1)
    yield _Part(words.close if task.is_unsigned(path) else f"{words.close}\n{words.desk}", 0)


def _understood(reading: Reading, words: Letter) -> str:
    """The customer's own words: every question, or else the sentence that says most."""
    questions = [sentence for sentence in reading.core if sentence.rstrip("\"'”»)").endswith("?")][:2]
    if questions:
        return "\n".join(words.asks.format(_safe(question)) for question in questions)
    best = _best(reading, 1)
    return words.understood.format(_safe(best[0])) if best else ""


def _records(reading: Reading, words: Letter) -> str:
    """What the records say about things that the text speaks of: `open invoices: 2` where it speaks of invoices."""
    facts: list[str] = []
    for piece in reading.pieces:
        named = [word for word in words_of(piece.name)[-1:] if len(word) > 3 and word not in _SMALL]
        plain = isinstance(piece.value, (str, int)) and not isinstance(piece.value, bool)
        if plain and named and reading.words.hits(named):
            facts.append(f"{' '.join(words_of(piece.name))}: {one_line(str(piece.value), 60)}")
    return words.records.format("; ".join(dict.fromkeys(facts[:_MOST_FACTS]))) if facts else ""


def _lines_of_the_owner(hint: Plain, reading: Reading) -> Iterator[str]:
    """Sentences the prompt's hints have for a case: `[rehearsal.body] billing = "…"` where a record says billing."""
    for key, lines in hint.items() if isinstance(hint, dict) else ():
        if any(str(piece.value) == key for piece in reading.pieces):
            yield from texts_in(lines)


def _added(remark: str, wishes: set[str]) -> str:
    """What a remark asks for beyond its tone: said, where it says what to say, else noted for the reader."""
    telling = _TELLING.match(remark.strip())
    if telling:
        what = one_line(telling["what"], 600)
        return f"{what[0].upper()}{what[1:]}{'' if what[-1] in '.!?' else '.'}"
    return "" if wishes or not remark else f"(Asked for: “{one_line(remark, 300)}”)"


def _safe(text: str) -> str:
    """A quote for a letter: on one line, without links, and with nothing that looks like a placeholder."""
    plain = LINK.sub("…", text).translate({ord("{"): "(", ord("}"): ")", ord("["): "(", ord("]"): ")"})
    return one_line(plain, _QUOTED)


def _fit(parts: Sequence[_Part], longest: int) -> str:
    """The parts that fit, as paragraphs; the least important ones go first."""
    kept = list(parts)
    while len(whole := "\n\n".join(part.text for part in kept)) > longest and len(kept) > 1:
        least = max(range(1, len(kept)), key=lambda n: (kept[n].rank, n))
        del kept[least]
    return whole if len(whole) <= longest else whole[: max(0, longest - 1)] + "…"[:longest]
