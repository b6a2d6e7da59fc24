"""Modals and home tabs."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.workspace.payload import Json


class Surface(StrEnum):
    """Where blocks are shown."""

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


@dataclass(slots=True, kw_only=True)
class View:
    """A modal one person has open, or the home tab an app made for them."""

    id: str
    app: str
    person: str
    surface: Surface
    content: Json
    """What the app gave: title, blocks, callback id and so on, checked, each block with its id."""
    hash: str
    root: str = ""
    """The first view of the stack it stands in; itself where it is the first."""
    previous: str = ""
    """The view it was pushed on top of."""
    values: Json = field(default_factory=dict[str, Any])
    """What was last entered, as `state.values`."""

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.content["blocks"]
        return blocks

    @property
    def callback_id(self) -> str:
        return self.content.get("callback_id") or ""

    @property
    def external_id(self) -> str:
        return self.content.get("external_id") or ""

    @property
    def notify_on_close(self) -> bool:
        return bool(self.content.get("notify_on_close"))

    @property
    def clear_on_close(self) -> bool:
        return bool(self.content.get("clear_on_close"))
