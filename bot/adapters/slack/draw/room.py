"""Nothing is cut silently: what a card has no room for is told on it, and goes whole into the thread or a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.adapters.slack.draw.safe import Block, Blocks, fallback, inline, pieces, quote, rich, section
from bot.domain.content import Line
from bot.domain.text import visible

CAPS = (1_500, 500, 160)
"""How much of each long value is shown, once not all of them can be shown whole."""
MOST_IN_THREAD = 6_000
MOST_TEXTS_IN_THREAD = 20
_DANGLING = "\u200c\u200d\ufe0e\ufe0f"


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as it stands on the card."""

    line: Line
    text: str
    more: int = 0
    """So many characters of it stand elsewhere."""


@dataclass(frozen=True, slots=True)
class Left:
    """A whole text that the card has no room for, made visible already."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """Values in the room there is."""

    shown: tuple[Shown, ...] = ()
    left: tuple[Shown, ...] = ()
    """Those that are not there, or not to their end, in full."""
    hidden: int = 0
    """So many of them are not there at all."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A message for the thread of a card."""

    blocks: Blocks
    text: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text file for the thread of a card."""

    name: str
    title: str
    content: str


Further = Reply | Snippet


def fit(lines: Sequence[Line], room: int) -> Fitted:
    """As much of these values as there is room for: whole where they all fit, else the beginning of long ones."""
    seen = [Shown(line, visible(line.value)) for line in lines]
    cap = next((cap for cap in (room, *CAPS) if sum(_size(one, cap) for one in seen) <= room), CAPS[-1])
    shown: list[Shown] = []
    for one in seen:
        room -= _size(one, cap)
        if room < 0:
            break
        shown.append(_cut(one, cap))
    left = [one for one, there in zip(seen, shown, strict=False) if there.more] + seen[len(shown) :]
    return Fitted(tuple(shown), tuple(left), len(seen) - len(shown))


def _size(one: Shown, cap: int) -> int:
    return len(one.line.name) + min(len(one.text), cap) + len(one.line.note) + 4


def _cut(one: Shown, cap: int) -> Shown:
    if len(one.text) <= cap:
        return one
    text = one.text[:cap].rstrip(_DANGLING)
    return Shown(one.line, text, len(one.text) - len(text))


def further(left: Sequence[Left], *, name: str, title: str) -> tuple[Further, ...]:
    """What goes into the thread: a message where that is enough, else a file."""
    if not left:
        return ()
    if len(left) <= MOST_TEXTS_IN_THREAD and sum(len(one.title) + len(one.text) for one in left) <= MOST_IN_THREAD:
        return (Reply([_told(one) for one in left], fallback(title)),)
    return (Snippet(f"{name}.txt", fallback(title), "\n\n".join(_written(left))),)


def _told(one: Left) -> Block:
    return rich([section(inline(one.title, "bold")), quote(pieces(one.text))])


def _written(left: Iterable[Left]) -> Iterable[str]:
    for one in left:
        title = visible(one.title)
        yield f"{title}\n{'=' * min(len(title), 80)}\n\n{one.text}\n"
