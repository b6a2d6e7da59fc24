"""Every workflow that ships has a page an operations person can follow, and the drawing in it is the workflow's own."""

import pytest

from tests.workflows.pages import PAGES, drawn, names, page_of

PARTS = ("## What it does", "## Who decides", "## What may never happen", "## When it goes wrong", "## How to start it")


@pytest.mark.parametrize("name", names())
def test_the_drawing_in_the_page_of_a_workflow_is_that_of_its_steps(name: str) -> None:
    assert page_of(name).read_text("utf-8") == drawn(name), "Draw it anew: python -m tests.workflows.pages"
    assert drawn(name).count("<!-- drawing -->") == 1


@pytest.mark.parametrize("name", names())
def test_a_page_says_what_it_does_who_decides_and_what_happens_when_it_goes_wrong(name: str) -> None:
    text = page_of(name).read_text("utf-8")
    places = [text.find(f"{part}\n") for part in PARTS]
    assert -1 not in places, PARTS[places.index(-1)]
    assert places == sorted(places)


def test_the_list_of_workflows_has_each_of_them_once() -> None:
    text = (PAGES / "README.md").read_text("utf-8")
    assert [name for name in names() if text.count(f"({name}.md)") != 1] == []
    assert sorted(file.stem for file in PAGES.glob("*.md") if file.name != "README.md") == names()
