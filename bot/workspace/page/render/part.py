"""One element on its way to the page: what it is, where it stands, what it is called."""

from typing import NamedTuple

from bot.workspace.page.html import Given
from bot.workspace.page.render.place import Place
from bot.workspace.page.render.reading import words
from bot.workspace.payload import Json


class Labelled(NamedTuple):
    """What stands around an element and tells what it is."""

    label: str = ""
    by: str = ""
    """The id of the label above it; without one it is called `label`."""
    field: str = ""
    """The id that this label leads to."""
    described_by: str = ""
    """The ids of its hint and of what is wrong with it."""
    required: bool = False


class Part(NamedTuple):
    """An element of a block."""

    place: Place
    one: Json
    given: Given
    """What it is, for the scripts."""
    labelled: Labelled

    @property
    def block(self) -> str:
        return str(self.given["data-block"])

    @property
    def action(self) -> str:
        return str(self.given["data-action"])

    @property
    def still(self) -> bool:
        return self.place.still

    def entered(self) -> Json | None:
        """What was entered into it, once anything was said of that."""
        return self.place.entered(self.block, self.action)

    def name_of(self, what: str) -> str:
        """An id for a part of it."""
        return self.place.name_of(what, self.block, self.action)

    def named(self, otherwise: str) -> Given:
        """What it is called, for whoever cannot see it."""
        it = self.labelled
        given: Given = {"id": it.field or None, "aria-describedby": it.described_by or None}
        if it.by:
            return given | {"aria-labelledby": it.by}
        return given | {"aria-label": it.label or words(self.one, "placeholder") or otherwise}
