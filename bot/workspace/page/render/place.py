"""Where blocks stand on the page: in which message or view, for whom, with what already entered."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bot.workspace.page.render.reading import inner
from bot.workspace.page.render.viewer import Viewer
from bot.workspace.payload import Json


@dataclass(frozen=True, slots=True)
class Place:
    """A message or a view, on somebody's page."""

    viewer: Viewer
    id: str
    """The id of its element; ids of what is inside begin with it."""
    values: Json = field(default_factory=dict[str, Any])
    """What was entered, as `state.values`."""
    still: bool = False
    """Nothing in it can be used: it is shown to be looked at."""

    def name_of(self, what: str, *ids: str) -> str:
        """An id for a part of it. Ids of apps may hold anything, and one on a page holds no spaces."""
        return ":".join([what, self.id, *(quote(id, safe="") for id in ids)])

    def entered(self, block: str, action: str) -> Json | None:
        """What was entered into one element; None where nothing was said of it yet."""
        found = inner(inner(self.values, block), action)
        return found or None
