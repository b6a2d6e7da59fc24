"""What changed between two briefs, in lines for people: for the record, the card and the person who approves it."""

from collections.abc import Iterator

from bot.domain.brief import Brief
from bot.domain.declared.fault import is_list
from bot.domain.declared.place import Where, shown
from bot.domain.plain import is_object
from bot.domain.text import one_line

LONGEST_VALUE = 120


def diff_brief(old: Brief, new: Brief) -> tuple[str, ...]:
    """One line for each setting that means something else now; none where only comments or the order changed."""
    before, after = (dict(_settings(brief.model_dump(mode="json", by_alias=True), ())) for brief in (old, new))
    return tuple(
        line
        for path in {**before, **after}
        if before.get(path) != after.get(path)
        for line in _lines(shown(path), before.get(path), after.get(path))
    )


def _settings(value: object, path: Where) -> Iterator[tuple[Where, object]]:
    """Every single setting; a list of plain values is one, and what is not set is none."""
    if is_object(value):
        for name, child in value.items():
            yield from _settings(child, (*path, name))
    elif is_list(value) and any(is_object(child) for child in value):
        for n, child in enumerate(value):
            yield from _settings(child, (*path, n))
    elif value not in (None, "", []):
        yield path, value


def _lines(name: str, before: object, after: object) -> Iterator[str]:
    if is_list(before) and is_list(after):
        yield from (f"{name}: added {_words(one)}" for one in after if one not in before)
        yield from (f"{name}: removed {_words(one)}" for one in before if one not in after)
        if sorted(map(str, before)) == sorted(map(str, after)):
            yield f"{name}: in another order: {_words(after)}"
    elif before is None:
        yield f"{name}: set to {_words(after)}"
    elif after is None:
        yield f"{name}: no longer {_words(before)}"
    else:
        yield f"{name}: {_words(before)} → {_words(after)}"


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_list(value):
        return one_line(", ".join(map(str, value)), LONGEST_VALUE)
    return one_line(f"“{value}”" if isinstance(value, str) else str(value), LONGEST_VALUE)
