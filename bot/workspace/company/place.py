"""Where something stands in a TOML file: `tomllib` says what there is, never on which line."""

import re
import tomllib
from collections import Counter
from typing import cast

Place = tuple[str | int, ...]
"""`("channels", "support", "people", 1)`."""

_HEADER = re.compile(r"\s*(\[\[.+\]\]|\[.+\])\s*(#.*)?")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+)\s*=")


def shown(place: Place) -> str:
    """`channels.support.people.2`: people count from one."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)


def line_of(text: str, place: Place) -> int:
    """The line of a name; where it has none, that of the table it belongs to."""
    lines = _lines(text)
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _lines(text: str) -> dict[Place, int]:
    found: dict[Place, int] = {}
    counts: Counter[Place] = Counter()
    table: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.fullmatch(line):
            table = _table(header[1], counts)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_parts(f"{key[1]} = 0")), number)
    return found


def _table(header: str, counts: Counter[Place]) -> Place:
    """Where a header leads. In a list of tables it means the last one so far."""
    place: Place = ()
    names = _parts(header)
    for at, name in enumerate(names, start=1):
        place = (*place, name)
        if header.startswith("[[") and at == len(names):
            counts[place] += 1
        if counts[place]:
            place = (*place, counts[place] - 1)
    return place


def _parts(line: str) -> list[str]:
    """The names in a header or before an equals sign, quoted or not."""
    try:
        value: object = tomllib.loads(line)
    except (ValueError, RecursionError):
        return []  # within a text of several lines, say
    parts: list[str] = []
    while isinstance(value, (dict, list)) and value:
        inner = cast("dict[str, object] | list[object]", value)
        name, value = next(iter(inner.items() if isinstance(inner, dict) else enumerate(inner)))
        parts += [name] if isinstance(name, str) else []
    return parts
