"""The pages of the shipped workflows and the drawings in them: `python -m tests.workflows.pages` draws them anew."""

import re
from pathlib import Path

from bot.domain.drawing import mermaid
from tests.workflows.shipped import FOLDER, shelf

PAGES = FOLDER.parent / "docs" / "workflows"
_DRAWING = re.compile(r"<!-- drawing -->\n.*?<!-- /drawing -->", re.DOTALL)


def names() -> list[str]:
    """Every workflow that ships."""
    return sorted(folder.parent.name for folder in FOLDER.glob("*/brief.toml"))


def page_of(workflow: str) -> Path:
    return PAGES / f"{workflow}.md"


def drawn(workflow: str) -> str:
    """The page as it has to be: its own words, and the drawing of the steps as they are now."""
    terms = shelf().current(workflow)
    drawing = mermaid(terms.definition, terms.brief)
    block = f"<!-- drawing -->\n\n```mermaid\n{drawing.strip()}\n```\n\n<!-- /drawing -->"
    return _DRAWING.sub(lambda _: block, page_of(workflow).read_text("utf-8"))


if __name__ == "__main__":
    for name in names():
        page_of(name).write_text(drawn(name), "utf-8")
