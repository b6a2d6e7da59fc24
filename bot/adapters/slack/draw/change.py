"""Before and after, value by value: on a card that was edited, and in a form before it is sent."""

from collections.abc import Iterator, Sequence

from bot.adapters.slack.draw.safe import Block, Blocks, bullets, inline, pieces, quote, section, titled
from bot.domain.content import Changed
from bot.domain.text import Side, wrap_diff

_LONGEST_ON_A_LINE = 160


def differences(changed: Sequence[Changed], room: int) -> tuple[Blocks, tuple[Changed, ...]]:
    """What changed as parts of a rich text, and the changes that the room is too small for."""
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
            parts += _long(one)
    return parts, tuple(untold)


def _is_short(one: Changed) -> bool:
    return len(one.before) + len(one.after) <= _LONGEST_ON_A_LINE and "\n" not in one.before + one.after


def _short(one: Changed) -> Blocks:
    before, after = inline(one.before or "–", "strike"), inline(one.after or "–", "bold")
    return [*inline(f"{titled(one.name)}: was "), *before, *pieces(", is now "), *after]


def _long(one: Changed) -> Iterator[Block]:
    yield section(inline(f"{titled(one.name)}: struck out is what was taken away, bold what was added"))
    styles = {Side.BOTH: (), Side.BEFORE: ("strike",), Side.AFTER: ("bold",)}
    yield quote(*(pieces(part.text, *styles[part.side]) for part in wrap_diff(one.before, one.after)))
