"""HTML, safe by construction: whatever is not markup already is escaped, and no address leads astray."""

from collections.abc import Iterable, Mapping
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
_HONEST: Final = ("http://", "https://", "mailto:", "#")
NOTHING: Final = Html("")


def tag(name: str, attributes: Mapping[str, Attribute] | None = None, *children: Child) -> Html:
    """An element with its children."""
    given = "".join(_attribute(key, value) for key, value in (attributes or {}).items())
    if name in _VOID:
        return Html(f"<{name}{given}>")
    return Html(f"<{name}{given}>{joined(children)}</{name}>")


def joined(children: Iterable[Child]) -> Html:
    """Several things after one another."""
    return Html("".join(map(_inner, children)))


def _inner(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    return escape(child) if isinstance(child, str) else joined(child)


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    text = safe_address(str(value)) if name in _ADDRESSES else str(value)
    return f' {name}="{escape(text)}"'


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
