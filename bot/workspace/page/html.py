"""HTML, safe by construction: whatever is not markup already is escaped, and no address leads astray."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Final, TypeAlias


class Html(str):
    """Markup that may be sent as it stands."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"
"""Markup as it stands, other text escaped, nothing, or several of them."""

Attribute: TypeAlias = "str | int | bool | None"
"""True stands alone, False and None are left out."""

Given: TypeAlias = dict[str, Attribute]
"""The attributes of an element."""

_VOID: Final = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_ADDRESSES: Final = frozenset({"action", "data", "formaction", "href", "poster", "src", "srcset"})
_SPECIAL: Final = re.compile("[&<>\"']")
_SHORT: Final = 40
_HONEST: Final = ("http://", "https://", "mailto:", "#")
NOTHING: Final = Html("")


def tag(name: str, attributes: Mapping[str, Attribute] | None = None, *children: Child) -> Html:
    """An element with its children."""
    given = _attributes(attributes) if attributes else ""
    if name in _VOID:
        return Html(f"<{name}{given}>")
    inside = "".join([child if isinstance(child, Html) else _inner(child) for child in children])
    return Html(f"<{name}{given}>{inside}</{name}>")


def joined(children: Iterable[Child]) -> Html:
    """Several things after one another."""
    return Html("".join([child if isinstance(child, Html) else _inner(child) for child in children]))


def _inner(child: Child) -> str:
    if isinstance(child, str):
        return child if isinstance(child, Html) else _escaped(child)
    return "" if child is None else joined(child)


def _escaped(text: str) -> str:
    # Nearly every text needs nothing of it, and looking is cheaper than five replacements.
    return escape(text) if _SPECIAL.search(text) else text


def _attributes(attributes: Mapping[str, Attribute]) -> str:
    return "".join([_attribute(name, value) for name, value in attributes.items() if value is not None])


def _attribute(name: str, value: str | int) -> str:
    if isinstance(value, bool):
        return f" {name}" if value else ""
    text = value if isinstance(value, str) else str(value)
    return _often(name, text) if len(text) < _SHORT else _written(name, text)


def _written(name: str, text: str) -> str:
    return f' {name}="{_escaped(safe_address(text) if name in _ADDRESSES else text)}"'


_often: Final = lru_cache(maxsize=2048)(_written)
"""Most attributes are short, and the same ones come again and again."""


def safe_address(address: str) -> str:
    """The address where a browser may follow it, `#` where it may not: `javascript:` and its kin are no links."""
    plain = "".join(letter for letter in address if letter > " ").lower()
    if plain.startswith(_HONEST):
        return address
    here = plain.startswith("/") and not plain.startswith(("//", "/\\"))
    return address if here else "#"


def classes(*names: str | bool | None) -> str | None:
    """The names that are given, for `class`; None where there are none."""
    return " ".join(name for name in names if isinstance(name, str) and name) or None
