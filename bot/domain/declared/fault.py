"""What can be wrong with a TOML text, in sentences for people who do not know what TOML is."""

import math
import re
from collections.abc import Iterator
from typing import TypeGuard

from bot.domain.declared.place import Where, shown
from bot.domain.errors import Misdeclared
from bot.domain.plain import is_object
from bot.domain.text import one_line, visible

_PLACE = re.compile(r" \(at (?:line (?P<line>[0-9]+), column [0-9]+|end of document)\)\Z")
_HIDDEN = re.compile("⟨(U\\+[0-9A-F]+)⟩")
_TWICE = "Cannot overwrite|Cannot declare|Duplicate inline|Cannot mutate|Cannot redefine"
_FAULTS = (
    ("Expected '='|Invalid statement", "This is neither a setting nor a section.", 'Write settings as: name = "text".'),
    ("Invalid value", "This value cannot be read.", 'Text stands in straight quotes: name = "text".'),
    ("Expected newline", "Something stands after the value.", 'Put text in quotes: "4h", "40 EUR", "#support".'),
    ("Unterminated|Expected \"'\"|'.n'", "A text in quotes does not end on its line.", "Close it with the same quote."),
    ("Unescaped", "A backslash stands for something else in this text.", r"Write it twice: \\."),
    ("Unclosed array", "A list is not closed.", "Add the missing ]."),
    ("Unclosed inline", "A section in braces is not closed.", "Add the missing }."),
    ("Expected ']", "The name of a section is not closed.", "Write [name], or [[name]] where there are several."),
    (
        "Invalid initial",
        "A name is missing, or has a character that needs quotes.",
        'Write "helpdesk.AddTag" = ….',
    ),
    ("[Cc]haracter '", "There is a character here that nobody can see.", "Type the line again."),
    ("Escaped|hex", "A code in this text stands for no character.", "Write the character itself."),
)


def not_toml(text: str, why: str, file: str) -> Misdeclared:
    """A sentence of tomllib's, for people."""
    place = _PLACE.search(why)
    lines = text.rstrip().count("\n") + 1
    line = int(place["line"]) if place and place["line"] else lines
    if re.match(_TWICE, why):
        name = one_line(text.split("\n")[line - 1].partition("=")[0], 60)
        return Misdeclared(f"“{name}” stands here a second time.", file=file, line=line, mend="Keep one of them.")
    for pattern, sentence, mend in _FAULTS:
        if re.search(pattern, why):
            return Misdeclared(sentence, file=file, line=line, mend=mend)
    return Misdeclared(f"This is not TOML: {_PLACE.sub('', why)}.", file=file, line=line)


def odd_values(value: object, path: Where) -> Iterator[tuple[Where, str, str]]:
    """Values that TOML can carry and we cannot: NaN, numbers beyond 64 bits, hidden characters."""
    if is_object(value):
        for name, child in value.items():
            yield from _odd_text(name, (*path, name))
            yield from odd_values(child, (*path, name))
    elif is_list(value):
        for n, child in enumerate(value):
            yield from odd_values(child, (*path, n))
    elif isinstance(value, str):
        yield from _odd_text(value, path)
    elif isinstance(value, float) and not math.isfinite(value):
        yield path, f"`{shown(path)}` is {value}, which is no number.", "Write a number with digits."
    elif isinstance(value, int) and abs(value) >= 2**63:
        yield path, f"`{shown(path)}` is larger than any number we keep.", "Write a smaller one."


def _odd_text(text: str, path: Where) -> Iterator[tuple[Where, str, str]]:
    hidden = _HIDDEN.findall(visible(text))
    if len(hidden) > len(_HIDDEN.findall(text)):
        where = one_line(shown(path), 80)
        yield path, f"`{where}` holds a character that nobody can see ({hidden[0]}).", "Type the text again."


def is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
