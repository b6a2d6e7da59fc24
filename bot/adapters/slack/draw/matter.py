"""What is to be done: every action with its target and its exact parameters, and what an edit made different."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.adapters.slack.draw.change import differences
from bot.adapters.slack.draw.room import Fitted, Left, Shown, fit
from bot.adapters.slack.draw.safe import Block, Blocks, inline, pieces, quote, rich, section
from bot.domain.content import Card, Deed, Line
from bot.domain.field import titled
from bot.domain.text import visible

ROOM = 6_000
"""Characters, for the parameters of all actions of a card."""
MOST_DEEDS = 12
_LONGEST_ON_A_LINE = 160
_LONGEST_DIFF = 2_400


@dataclass(frozen=True, slots=True)
class Part:
    """Some blocks of a card, and what they have no room for."""

    blocks: Blocks
    left: tuple[Left, ...] = ()


def matter(card: Card) -> Part:
    """The actions of a card, or the fields that a question asks for."""
    blocks: Blocks = []
    left: list[Left] = []
    deeds, off = card.deeds[:MOST_DEEDS], card.around is not None and card.around.declined
    for n, deed in enumerate(deeds):
        part = _deed(deed, n + 1 if len(card.deeds) > 1 else 0, ROOM // len(deeds), stakes="" if off else _stakes(deed))
        blocks += part.blocks
        left += part.left
    for deed in card.deeds[MOST_DEEDS:]:
        left += _whole(deed)
    if len(card.deeds) > MOST_DEEDS:
        blocks.append(rich([_missing(f"{len(card.deeds) - MOST_DEEDS} more actions")]))
    if card.fields:
        part = named(card.fields, "What is known so far", ROOM // 2)
        return Part([*blocks, *part.blocks], (*left, *part.left))
    return Part(blocks, tuple(left))


def _deed(deed: Deed, number: int, room: int, *, stakes: str) -> Part:
    """One action; of several, under its own title."""
    fitted = fit(deed.lines, room)
    title = f"{deed.title} → {deed.record}"
    over = tuple(Left(f"{titled(one.line.name)}: {title}", one.text) for one in fitted.left)
    parts: Blocks = [section(inline(f"{number}. {title}", "bold"))] if number else []
    parts += lines_of(fitted)
    edits, old = _edits(deed)
    parts += edits
    parts += [section(inline(stakes, "italic"))] if stakes else []
    return Part([rich(parts)] if parts else [], (*over, *old))


def _stakes(deed: Deed) -> str:
    risk = f"{titled(deed.risk)}. " if deed.risk and deed.risk != "routine" else ""
    return f"{risk}{deed.undo}"


def _whole(deed: Deed) -> Iterator[Left]:
    title = f"{deed.title} → {deed.record}"
    yield from (Left(f"{titled(line.name)}: {title}", visible(line.value)) for line in deed.lines)


def named(lines: Sequence[Line], title: str, room: int) -> Part:
    """Named values under a title."""
    fitted = fit(lines, room)
    left = tuple(Left(f"{titled(one.line.name)}: {title}", one.text) for one in fitted.left)
    return Part([rich([section(inline(title, "bold")), *lines_of(fitted)])], left)


def lines_of(fitted: Fitted) -> Blocks:
    """Values under each other: short ones beside their names, long ones set apart below."""
    parts: Blocks = []
    for one in fitted.shown:
        parts += _line(one)
    if fitted.hidden:
        parts.append(_missing(f"{fitted.hidden:,} more values" if fitted.hidden > 1 else "One more value"))
    return parts


def _line(one: Shown) -> Iterator[Block]:
    name = inline(titled(one.line.name), "bold")
    marks = "".join(f" ({mark})" for mark in (one.line.note, "fixed" if one.line.fixed else "") if mark)
    if "\n" in one.text or len(one.text) > _LONGEST_ON_A_LINE or one.more:
        yield section(name, inline(marks, "italic"))
        yield quote(pieces(one.text))
    else:
        yield section(name, pieces("  "), pieces(one.text or "–"), inline(marks, "italic"))
    if one.more:
        yield _missing(f"{one.more:,} more characters")


def _missing(what: str) -> Block:
    return section(pieces(f"{what} than fit here: the whole stands in the thread below.", "italic"))


def _edits(deed: Deed) -> tuple[Blocks, list[Left]]:
    """What an edit made different, and what stood there before where that is long."""
    if not deed.changed:
        return [], []
    parts: Blocks = [section(pieces("Edited since it was proposed", "bold"))]
    shown, untold = differences(deed.changed, _LONGEST_DIFF, below=True)
    parts += shown
    for one in untold:
        parts.append(section(inline(f"{titled(one.name)} was edited. How it was before stands in the thread below.")))
    return parts, [Left(f"{titled(one.name)} before the edit: {deed.title}", visible(one.before)) for one in untold]
