"""Texts with places in braces. They take the named values and nothing else: there is no code in them."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from bot.domain.declared.fault import is_list
from bot.domain.errors import Broken
from bot.domain.plain import is_object

PLACE = re.compile(r"\{(?P<name>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)?)(?P<lower>:lower)?\}")
"""`{order_id}`, `{values.owner}`, `{currency:lower}`"""
MISSING = object()
"""What stands at a place of an answer that is not there."""


def places(template: object) -> Iterator[str]:
    """Every place in a template, however deep."""
    if isinstance(template, str):
        yield from (found["name"] for found in PLACE.finditer(template))
    elif is_object(template):
        for inner in template.values():
            yield from places(inner)
    elif is_list(template):
        for inner in template:
            yield from places(inner)


def fill_text(template: str, values: Mapping[str, object]) -> str:
    """The text with each value in its place."""
    return PLACE.sub(lambda found: _placed(found, values), template)


def fill(template: object, values: Mapping[str, object]) -> object:
    """A body: a place that stands alone keeps its value's type; what has no value is left out of its section."""
    if isinstance(template, str):
        alone = PLACE.fullmatch(template)
        return values[alone["name"]] if alone and not alone["lower"] else fill_text(template, values)
    if is_object(template):
        filled = {name: fill(inner, values) for name, inner in template.items()}
        return {name: value for name, value in filled.items() if value is not None}
    if is_list(template):
        return [fill(inner, values) for inner in template]
    return template


def fill_path(template: str, values: Mapping[str, object]) -> str:
    """A path. No value can leave its part of it. Raises Broken where one is empty, or would climb."""
    filled = list[str]()
    for part in template.split("/"):
        value = fill_text(part, values)
        if PLACE.search(part) and value in ("", ".", ".."):
            raise Broken(f"A part of the address is “{value}”, which names no record. Nothing was done.")
        filled.append(quote(value, safe="") if PLACE.search(part) else value)
    return "/".join(filled)


def at(answer: object, path: str) -> object:
    """What stands at `data.0.id` in an answer; `MISSING` where that is not there. The whole answer at no path."""
    here = answer
    for part in path.split(".") if path else ():
        if is_object(here) and part in here:
            here = here[part]
        elif is_list(here) and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
        else:
            return MISSING
    return here


def _placed(found: re.Match[str], values: Mapping[str, object]) -> str:
    text = _shown(values[found["name"]])
    return text.lower() if found["lower"] else text


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
