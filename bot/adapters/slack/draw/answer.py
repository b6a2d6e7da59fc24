"""What somebody is answered, as messages: words, moments and links. However long it is, all of it is said."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TypeAlias

from bot.adapters.slack.draw.safe import Blocks, inside, moment, pieces, rich, section
from bot.domain.plain import Plain
from bot.domain.text import visible

LONGEST_BLOCK = 2_800
BLOCKS_AT_ONCE = 4
"""In one message: people read on in the next."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Words that lead to a message of ours, at the address that Slack itself gave for it."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody can type, as it is typed."""

    words: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that lead the eye: what the lines below are about."""

    words: str


Piece: TypeAlias = str | datetime | Linked | Typed | Strong
Line: TypeAlias = str | tuple[Piece, ...]
"""A line of an answer. A moment in it is shown in the time zone of whoever reads it."""


@dataclass(frozen=True, slots=True)
class Message:
    """One of them."""

    text: str
    """The same in words alone; it still has to be escaped."""
    blocks: Blocks


def messages(lines: Iterable[Line]) -> Iterator[Message]:
    """All lines, in as many messages as they need."""
    blocks: list[list[tuple[Piece, ...]]] = [[]]
    room = LONGEST_BLOCK
    for line in _short_enough(lines):
        size = len(_text([line])) + 1
        if size > room and blocks[-1]:
            blocks.append([])
            room = LONGEST_BLOCK
        blocks[-1].append(line)
        room -= size
    for at in range(0, len(blocks), BLOCKS_AT_ONCE):
        together = [lines for lines in blocks[at : at + BLOCKS_AT_ONCE] if lines]
        if together:
            yield _message(together)


def _message(blocks: list[list[tuple[Piece, ...]]]) -> Message:
    drawn: Blocks = [rich([section(_elements(lines))]) for lines in blocks]
    return Message("\n".join(map(_text, blocks)), drawn)


def _short_enough(lines: Iterable[Line]) -> Iterator[tuple[Piece, ...]]:
    """Lines of which each fits into a block; one of words that does not goes on in the next."""
    for line in lines:
        if not isinstance(line, str):
            yield line
            continue
        for part in visible(line).split("\n"):
            yield from ((part[at : at + LONGEST_BLOCK - 1],) for at in range(0, len(part) or 1, LONGEST_BLOCK - 1))


def _elements(lines: list[tuple[Piece, ...]]) -> Blocks:
    """Words that follow one another are one element."""
    found, words = list[Plain](), ""
    for piece in chain.from_iterable(("\n", *line) for line in lines):
        if isinstance(piece, str):
            words += piece
            continue
        found += [*pieces(words.removeprefix("\n") if not found else words), *_elements_of(piece)]
        words = ""
    return [*found, *pieces(words.removeprefix("\n") if not found else words)]


def _elements_of(piece: datetime | Linked | Typed | Strong) -> Blocks:
    match piece:
        case datetime():
            return [moment(piece)]
        case Linked():
            return [inside(piece.address, piece.words)]
        case Typed():
            return pieces(piece.words, "code")
        case Strong():
            return pieces(piece.words, "bold")


def _text(lines: list[tuple[Piece, ...]]) -> str:
    return "\n".join("".join(map(_said, line)) for line in lines)


def _said(piece: Piece) -> str:
    if isinstance(piece, datetime):
        return f"{piece:%Y-%m-%d %H:%M} UTC"
    return visible(piece if isinstance(piece, str) else piece.words)
