"""What the rules see in a question's material: what a person wrote, sentence by sentence, and the records beside it.

Sentences that try to give instructions, and the rest of their paragraph, are set aside: nothing is counted, quoted or
copied from them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.adapters.model.rehearsal.suspicion import tries_to_instruct
from bot.adapters.model.rehearsal.word import Words, fold, words_of
from bot.domain.plain import Plain
from bot.domain.text import clean_for_model, one_line

LONGEST_TEXT = 20_000
MOST_SENTENCES = 300
LONGEST_QUOTE = 240
WRAPPED = 60
"""A line at least this long may go on in the next one."""

_HEADINGS = frozenset({"subject", "title", "topic", "headline"})
_VOICE = _HEADINGS | frozenset(
    "body text message content description comment note notes question details request email_body summary".split()
)
"""Fields in which people write."""
_SAID = frozenset({"comments", "lines", "messages"})
"""Lists of what people wrote, one after the other."""
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_SENTENCE_END = re.compile(r"(?:(?<=[.!?…。！？])|(?<=[.!?…][\"'”»)]))(?<![^\w]\d\.)(?<![^\w]\d\d\.)\s+(?=[^a-z\d\s])")
"""Not after “31.”, which goes on with a month."""
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)"
    r"|hallo|guten (?:tag|morgen|abend)|moin|servus|sehr geehrte\w*|liebe[rs]?"
    r"|bonjour|bonsoir|salut|ch(?:er|ère)s?|madame"
    r"|hola|buen[oa]s|estimad[oa]s?"
    r"|olá|oi|bom dia|boa (?:tarde|noite)|prezad[oa]s?)\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:thanks|thank you|thx|cheers|(?:best|kind|warm) (?:regards|wishes)|regards|best|sincerely|yours"
    r"|danke|vielen dank|(?:mit )?(?:freundliche|beste|viele|liebe)[nm]? grü(?:ß|ss)en?|grü(?:ß|ss)e|mfg|lg"
    r"|merci|cordialement|bien à vous"
    r"|gracias|saludos|atentamente"
    r"|obrigad[oa]|atenciosamente|cumprimentos|abraços?)\b",
    re.IGNORECASE,
)
FEW_WORDS = 6
"""A greeting or a closing is short; a longer sentence that begins like one says something."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One value of the material, with the name it stands under."""

    step: str
    name: str
    value: Plain


@dataclass(frozen=True)
class Reading:
    """The material as the rules see it."""

    subject: str
    sentences: tuple[str, ...]
    """What a person wrote, without what was set aside."""
    instructions: tuple[str, ...]
    """What was set aside because it tries to give instructions."""
    pieces: tuple[Piece, ...]
    """Everything else: ids, numbers, states, lists."""

    @cached_property
    def text(self) -> str:
        return "\n".join((self.subject, *self.sentences)) if self.subject else "\n".join(self.sentences)

    @cached_property
    def words(self) -> Words:
        return Words(self.text)

    @cached_property
    def heading(self) -> Words:
        return Words(self.subject)

    @cached_property
    def core(self) -> tuple[str, ...]:
        """The sentences that say something: no greeting, no thanks, no signature, no earlier mail."""
        kept: list[str] = []
        for sentence in self.sentences:
            short = len(sentence.split()) <= FEW_WORDS
            if short and _CLOSING.match(sentence) and kept:
                break
            if not (short and _GREETING.match(sentence)) and not sentence.startswith(">"):
                kept.append(sentence)
        return tuple(kept)

    @cached_property
    def signature(self) -> str:
        """Who signed, where somebody did."""
        for n, sentence in enumerate(self.sentences[:-1]):
            if n and len(sentence.split()) <= FEW_WORDS and _CLOSING.match(sentence):
                return one_line(self.sentences[n + 1], 80).rstrip(".")
        return ""

    def named(self, name: str) -> Plain:
        """The first value that stands under exactly this name; None where there is none."""
        words = words_of(name)
        return next((p.value for p in self.pieces if words_of(p.name) == words and p.value is not None), None)

    def quote(self, start: int) -> str:
        """The sentence around a place in `text`, word for word."""
        begin = self.text.rfind("\n", 0, start) + 1
        end = self.text.find("\n", start)
        line = self.text[begin : end if end >= 0 else len(self.text)]
        if len(line) <= LONGEST_QUOTE:
            return line
        at = max(0, min(start - begin - LONGEST_QUOTE // 3, len(line) - LONGEST_QUOTE))
        at = 0 if at == 0 else line.find(" ", at, start - begin) + 1 or at
        return line[at : at + LONGEST_QUOTE].strip()


def read(material: Mapping[str, Plain]) -> Reading:
    """Sort the material into what a person wrote and what stands beside it."""
    pieces = tuple(_pieces(material))
    voice = _voice(pieces)
    subject, sentences, aside = "", list[str](), list[str]()
    for piece in voice:
        good, bad = _set_aside(str(piece.value))
        aside += bad
        if fold(piece.name) in _HEADINGS and not subject:
            subject = one_line(" ".join(good), 300)
        else:
            sentences += good
    beside = tuple(piece for piece in pieces if piece not in voice)
    return Reading(subject, tuple(sentences[:MOST_SENTENCES]), tuple(aside), beside)


def _pieces(material: Mapping[str, Plain]) -> Iterator[Piece]:
    for step, value in material.items():
        yield from _inside(step, step, value)


def _inside(step: str, name: str, value: Plain) -> Iterator[Piece]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _inside(step, key, one)
    elif isinstance(value, list):
        yield Piece(step, name, value)
        for one in value:
            if isinstance(one, dict) or (isinstance(one, str) and fold(name) in _SAID):
                yield from _inside(step, name, one)
    else:
        yield Piece(step, name, _clean(value) if isinstance(value, str) else value)


def _clean(text: str) -> str:
    return clean_for_model(text[: 2 * LONGEST_TEXT], LONGEST_TEXT)


def _voice(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """What people wrote: in the first step that has a field for it, else whatever reads like prose."""
    spoken = [p for p in pieces if isinstance(p.value, str) and fold(p.name) in _VOICE | _SAID and p.value.strip()]
    if spoken:
        return tuple(p for p in spoken if p.step == spoken[0].step)
    return tuple(p for p in pieces if isinstance(p.value, str) and len(p.value.split()) > FEW_WORDS)


def _set_aside(text: str) -> tuple[list[str], list[str]]:
    good: list[str] = []
    bad: list[str] = []
    for paragraph in _PARAGRAPH.split(text):
        suspicious = False
        for sentence in _sentences(paragraph):
            suspicious = suspicious or tries_to_instruct(sentence)
            (bad if suspicious else good).append(sentence)
    return good, bad


def _sentences(paragraph: str) -> Iterator[str]:
    joined: list[str] = []
    for line in filter(None, map(str.strip, paragraph.split("\n"))):
        if joined and _goes_on(joined[-1], line):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    for line in joined:
        yield from _SENTENCE_END.split(line)


def _goes_on(before: str, line: str) -> bool:
    """Whether a line is the rest of a wrapped one, and no item of a list or a log."""
    wrapped = len(before) >= WRAPPED and before[-1] not in ".!?:;…"
    return wrapped and (line[0].isalpha() or line[0] in "(“„\"'«" or (line[0].isdigit() and not before[0].isdigit()))
