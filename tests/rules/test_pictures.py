"""The pictures of the documents are small, are used, and show what is drawn now."""

import json

import pytest

from tests.commands.line import ROOT
from tests.workspace.page.pictures import DRAWINGS, MADE_FROM, PICTURES, made_from

LARGEST = 80_000


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_picture_is_small_and_some_document_shows_it(name: str) -> None:
    picture = PICTURES / f"{name}.webp"
    assert 1_000 < picture.stat().st_size <= LARGEST
    pages = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
    assert any(f"images/{name}.webp" in page.read_text("utf-8") for page in pages)


def test_every_picture_is_of_what_is_drawn_now() -> None:
    kept = json.loads(MADE_FROM.read_text("utf-8"))
    old = [name for name, digest in made_from().items() if kept.get(name) != digest]
    assert not old, f"What {', '.join(old)} shows is drawn otherwise now. Draw the pictures anew: make pictures"
