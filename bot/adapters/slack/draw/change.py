"""Before and after, value by value: on a card that was edited, and in a form before it is sent."""

from collections.abc import Iterator, Sequence

from bot.adapters.slack.draw.safe import Block, Blocks, bullets, inline, pieces, quote, section
from bot.domain.content import Changed
from bot.domain.field import titled
from bot.domain.text import Side, wrap_diff

_LONGEST_ON_A_LINE = 160


def differences(changed: Sequence[Changed], room: int, *, below: bool = False) -> tuple[Blocks, tuple[Changed, ...]]:
    """What changed as parts of a rich text, and the changes that the room is too small for.

    `below` the new values, a text that is another one altogether is not said once more.
    """
    short = [one for one in changed if _is_short(one)]
    parts: Blocks = [bullets(_short(one) for one in short)] if short else []
    untold: list[Changed] = []
    for one in changed:
        if one in short:
            continue
        room -= len(one.before) + len(one.after)
        if room < 0:
            untold.append(one)
        else:
            parts += _apart(one, below=below) if _is_anew(one) else _long(one)
    return parts, tuple(untold)


def _is_short(one: Changed) -> bool:
    return len(one.before) + len(one.after) <= _LONGEST_ON_A_LINE and "\n" not in one.before + one.after


def _short(one: Changed) -> Blocks:
    before, after = inline(one.before or "–", "strike"), inline(one.after or "–", "bold")
    return [*inline(f"{titled(one.name)}: was "), *before, *pieces(", is now "), *after]


def _is_anew(one: Changed) -> bool:
    """Whether so little of a text of several lines is left that nobody could read the two in one another."""
    if "\n" not in one.before + one.after:
        return False
    same = sum(len(part.text) for part in wrap_diff(one.before, one.after) if part.side is Side.BOTH)
    return 2 * same < max(len(one.before), len(one.after))


def _apart(one: Changed, *, below: bool) -> Iterator[Block]:
    yield section(inline(f"{titled(one.name)}: was"))
    yield quote(pieces(one.before or "–", "strike"))
    if below:
        return
    yield section(inline(f"{titled(one.name)}: is then"))
    yield quote(pieces(one.after or "–", "bold"))


def _long(one: Changed) -> Iterator[Block]:
    yield section(inline(f"{titled(one.name)}: struck out is what was taken away, bold what was added"))
    styles = {Side.BOTH: (), Side.BEFORE: ("strike",), Side.AFTER: ("bold",)}
    yield quote(*(pieces(part.text, *styles[part.side]) for part in wrap_diff(one.before, one.after)))
