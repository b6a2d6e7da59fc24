"""Fields as somebody types them after a command."""

import re

from bot.domain.errors import Unfit
from bot.domain.plain import Plain
from bot.domain.text import one_line

_FIELD = re.compile(
    r"""(?P<name>[^\W\d]\w*)=(?:"(?P<a>[^"]*)"(?!\S)|[“„](?P<b>[^“”]*)[“”](?!\S)|(?P<c>(?:(?!\s+[^\W\d]\w*=).)*))\s*""",
    re.DOTALL,
)
"""A name, and a value: in quotes, or as far as the next name."""


def fields_in(typed: str) -> dict[str, Plain]:
    """`subject="Charged twice" body=I was charged twice` as fields. Unfit where something is none."""
    fields: dict[str, Plain] = {}
    at = 0
    while at < len(typed):
        found = _FIELD.match(typed, at)
        if found is None:
            word = one_line(typed[at:].partition(" ")[0], 60)
            raise Unfit(f"“{word}” is no field. Write field=value, or leave the fields out for the form.")
        fields[found["name"]] = next(value for value in found.group("a", "b", "c") if value is not None)
        at = found.end()
    return fields
