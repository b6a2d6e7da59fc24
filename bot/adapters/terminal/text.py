"""Cards as plain lines: readable in any terminal, in a pipe, and aloud. Each says what it is, for whoever paints it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.adapters.terminal.cells import cells, padded, wrapped
from bot.domain.card import Card, Deed, Evidence, Line

WIDTH = 96


class Tone(StrEnum):
    """What a line of a card is."""

    BANNER = "banner"
    TITLE = "title"
    STANDING = "standing"
    PLAIN = "plain"
    HEAD = "head"
    DOUBT = "doubt"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a card."""

    text: str
    tone: Tone = Tone.PLAIN


EMPTY = Row("")


def lines_of(card: Card, *, width: int = WIDTH) -> Iterator[str]:
    """The card from top to bottom, the important thing first."""
    return (row.text for row in rows_of(card, width=width))


def rows_of(card: Card, *, width: int = WIDTH) -> Iterator[Row]:
    """The same, with what each line is."""
    if card.banner:
        yield Row(f"[{card.banner}]", Tone.BANNER)
    yield from _wrapped(card.title, width, Tone.TITLE)
    yield from _wrapped(card.standing, width, Tone.STANDING)
    yield from _matter(card, width)
    for doubt in card.doubts:
        yield from _wrapped(f"Doubt: {doubt}", width, Tone.DOUBT, indent="  ")
    if card.confidence:
        yield from _wrapped(f"Confidence: {card.confidence}", width, indent="  ")
    for evidence in card.evidence:
        yield EMPTY
        yield from _evidence(evidence, width)
    if card.remarks:
        yield EMPTY
        for remark in card.remarks:
            yield from _wrapped(remark, width, indent="  ")
    yield EMPTY
    yield from _wrapped(" ".join(part for part in (card.why, card.then) if part), width)
    small = [*card.notes, *([f"Fingerprint {card.fingerprint}, version {card.version}"] if card.fingerprint else [])]
    yield from _wrapped(" · ".join(small), width, Tone.SMALL)


def _matter(card: Card, width: int) -> Iterator[Row]:
    """What is to be done, or filled in."""
    for deed in card.deeds:
        yield EMPTY
        yield from _deed(deed, width, alone=len(card.deeds) == 1)
    if card.fields:
        yield EMPTY
        yield from _named(card.fields, width)


def _deed(deed: Deed, width: int, *, alone: bool) -> Iterator[Row]:
    if not alone:
        yield from _wrapped(f"{deed.title} → {deed.record}", width, Tone.HEAD)
    yield from _named(deed.lines, width)
    yield from _wrapped(deed.undo, width, indent="  ")


def _evidence(evidence: Evidence, width: int) -> Iterator[Row]:
    yield Row(f"{evidence.title} (from {evidence.source})", Tone.HEAD)
    yield from _named(evidence.lines, width)


def _named(lines: tuple[Line, ...], width: int) -> Iterator[Row]:
    column = max((cells(line.name) for line in lines), default=0)
    for line in lines:
        mark = " (fixed)" if line.fixed else ""
        room = max(20, width - column - 4 - len(mark))
        parts = [part for row in (line.value or "–").splitlines() for part in (wrapped(row, room) or [""])]
        first, *rest = parts or ["–"]
        yield Row(f"  {padded(line.name, column)}  {first}{mark}")
        for part in rest:
            yield Row(f"  {'':<{column}}  {part}".rstrip())


def _wrapped(text: str, width: int, tone: Tone = Tone.PLAIN, *, indent: str = "") -> Iterator[Row]:
    for line in wrapped(text.replace("\n", " "), width - len(indent)):
        yield Row(indent + line, tone)
