"""Cards as plain lines: readable in any terminal, in a pipe, and aloud."""

import textwrap
from collections.abc import Iterator

from bot.domain.card import Card, Deed, Evidence, Line

WIDTH = 96


def lines_of(card: Card) -> Iterator[str]:
    """The card from top to bottom, the important thing first."""
    if card.banner:
        yield f"[{card.banner}]"
    yield from _wrapped(card.title)
    yield from _wrapped(card.standing)
    for deed in card.deeds:
        yield ""
        yield from _deed(deed, alone=len(card.deeds) == 1)
    if card.fields:
        yield ""
        yield from _named(card.fields)
    for doubt in card.doubts:
        yield from _wrapped(f"Doubt: {doubt}", indent="  ")
    if card.confidence:
        yield f"  Confidence: {card.confidence}"
    for evidence in card.evidence:
        yield ""
        yield from _evidence(evidence)
    if card.remarks:
        yield ""
        for remark in card.remarks:
            yield from _wrapped(remark, indent="  ")
    yield ""
    yield from _wrapped(" ".join(part for part in (card.why, card.then) if part))
    small = [*card.notes, *([f"Fingerprint {card.fingerprint}, version {card.version}"] if card.fingerprint else [])]
    yield from _wrapped(" · ".join(small))


def _deed(deed: Deed, *, alone: bool) -> Iterator[str]:
    if not alone:
        yield f"{deed.title} → {deed.record}"
    yield from _named(deed.lines)
    yield from _wrapped(deed.undo, indent="  ")


def _evidence(evidence: Evidence) -> Iterator[str]:
    yield f"{evidence.title} (from {evidence.source})"
    yield from _named(evidence.lines)


def _named(lines: tuple[Line, ...]) -> Iterator[str]:
    width = max((len(line.name) for line in lines), default=0)
    for line in lines:
        mark = " (fixed)" if line.fixed else ""
        first, *rest = [part for row in (line.value or "–").splitlines() for part in (_rows(row, width) or [""])] or ["–"]
        yield f"  {line.name:<{width}}  {first}{mark}"
        for row in rest:
            yield f"  {'':<{width}}  {row}"


def _rows(text: str, indent: int) -> list[str]:
    return textwrap.wrap(text, WIDTH - indent - 4, break_long_words=True, replace_whitespace=False)


def _wrapped(text: str, *, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=True)
