"""What a script finds in a workspace: a message, a form, a home; with what it says and what can be used in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from bot.workspace.payload import Json, as_object, as_objects

SPOKEN = ("text", "label", "title", "hint", "placeholder", "fallback", "details", "alt_text", "submit", "close")
"""Fields that hold words a person reads."""


@dataclass(frozen=True, slots=True)
class Element:
    """Something in it that can be used."""

    block_id: str
    action_id: str
    kind: str
    label: str
    """What is written on it, or beside it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """As it stood when it was found. `raw` is Slack's own form of it."""

    raw: Json

    @property
    def ts(self) -> str:
        return str(self.raw.get("ts", ""))

    @property
    def id(self) -> str:
        """The name of a form or home; empty for a message."""
        return str(self.raw.get("id", ""))

    @property
    def channel(self) -> str:
        return str(self.raw.get("channel", ""))

    @property
    def thread_ts(self) -> str:
        return str(self.raw.get("thread_ts") or self.ts)

    @property
    def user(self) -> str:
        return str(self.raw.get("user", ""))

    @property
    def text(self) -> str:
        return str(self.raw.get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        return as_objects(self.raw.get("blocks"))

    @property
    def words(self) -> str:
        """Everything in it that a person reads, a line each; the text for notifications first."""
        parts = [self.text] if self.text else []
        kept = {name: value for name, value in self.raw.items() if name in (*SPOKEN[1:], "blocks", "attachments")}
        return "\n".join([*parts, *_words(kept)])

    @property
    def elements(self) -> list[Element]:
        """Everything in it that can be used, from the top."""
        attached = [one for given in as_objects(self.raw.get("attachments")) for one in as_objects(given.get("blocks"))]
        return [one for block in (*self.blocks, *attached) for one in _elements(block, block)]

    def element(self, name: str) -> Element:
        """The one with this action id, or else with this label. Raises LookupError with what there is."""
        there = self.elements
        found = [one for one in there if one.action_id == name] or [one for one in there if one.label == name]
        if found:
            return found[0]
        known = ", ".join(f"{one.label or one.kind} ({one.action_id})" for one in there) or "nothing"
        raise LookupError(f"There is no “{name}” to use here. There is: {known}.")


def _words(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for one in cast("list[object]", value):
            yield from _words(one)
    elif found := as_object(value):
        for name, inner in found.items():
            if isinstance(inner, str) and name in SPOKEN:
                yield inner
            else:
                yield from _words(inner)


def _elements(block: Json, inside: object) -> Iterator[Element]:
    if isinstance(inside, list):
        for one in cast("list[object]", inside):
            yield from _elements(block, one)
    elif found := as_object(inside):
        if isinstance(found.get("action_id"), str) and found.get("type"):
            yield _element(block, found)
        holder = found if isinstance(found.get("block_id"), str) else block
        for name, inner in found.items():
            if name not in ("options", "option_groups", "confirm"):
                yield from _elements(holder, inner)


def _element(block: Json, found: Json) -> Element:
    own = as_object(found.get("text")) or as_object(block.get("label")) or as_object(found.get("placeholder")) or {}
    label = str(own.get("text") or found.get("accessibility_label") or found.get("alt_text") or "")
    return Element(str(block.get("block_id", "")), str(found["action_id"]), str(found["type"]), label)
