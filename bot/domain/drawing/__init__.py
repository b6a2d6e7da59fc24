"""Pictures of a workflow: Mermaid text for pages, an SVG for people, and the path that one run took."""

from bot.domain.drawing.mermaid import mermaid
from bot.domain.drawing.svg import svg

__all__ = ["mermaid", "svg"]
