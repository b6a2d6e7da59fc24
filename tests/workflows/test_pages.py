"""Every workflow that ships has a page an operations person can follow, and its doors and drawing are its own."""

import pytest

from bot.domain.from_event import hooks_of
from bot.domain.person import Door
from tests.workflows.pages import PAGES, drawn, names, page_of
from tests.workflows.shipped import FOLDER, cases_of, shelf

PARTS = ("## What it does", "## Who decides", "## What may never happen", "## When it goes wrong", "## How to start it")


@pytest.mark.parametrize("name", names())
def test_the_doors_and_the_drawing_in_the_page_of_a_workflow_are_its_own(name: str) -> None:
    assert page_of(name).read_text("utf-8") == drawn(name), "Draw it anew: python -m tests.workflows.pages"
    assert drawn(name).count("<!-- drawing -->") == drawn(name).count("<!-- doors -->") == 1


@pytest.mark.parametrize("name", names())
def test_a_page_says_what_it_does_who_decides_and_what_happens_when_it_goes_wrong(name: str) -> None:
    text = page_of(name).read_text("utf-8")
    places = [text.find(f"{part}\n") for part in PARTS]
    assert -1 not in places, PARTS[places.index(-1)]
    assert places == sorted(places)


COMMANDS = {
    Door.SLACK: "`/ops start {name}`",
    Door.TERMINAL: "`countersign start {name} --input workflows/{name}/samples/",
    Door.FORM: "`countersign form {name}`",
    Door.MAIL: "`countersign hook mail/{name} --input",
    Door.SCHEDULE: "by itself: `",
}


@pytest.mark.parametrize("name", names())
def test_how_to_start_it_names_what_to_type_for_each_door_that_is_open_and_for_no_other(name: str) -> None:
    text, brief = page_of(name).read_text("utf-8"), shelf().current(name).brief
    part = text[text.index("## How to start it\n") : text.index("## Make it yours\n")]
    table = part[part.index("<!-- doors -->") :]
    for door, command in COMMANDS.items():
        assert (command.format(name=name) in table) is (door.value in brief.triggers.doors), door
    hooks = hooks_of(name, brief)
    assert all(f"`countersign hook {hook}" in table for hook in hooks)
    assert table.count("| a machine |") == len(hooks)


def test_the_list_says_which_workflows_ask_no_model_and_have_no_prompts_and_cases() -> None:
    silent = [name for name in names() if not cases_of(name)]
    assert silent == [name for name in names() if not shelf().current(name).prompts]
    text = (PAGES / "README.md").read_text("utf-8")
    assert " and ".join(f"`{name}`" for name in silent) + " ask no model" in " ".join(text.split())
    assert [name for name in silent if (FOLDER / name / "cases").exists()] == []


def test_the_list_of_workflows_has_each_of_them_once() -> None:
    text = (PAGES / "README.md").read_text("utf-8")
    assert [name for name in names() if text.count(f"({name}.md)") != 1] == []
    assert sorted(file.stem for file in PAGES.glob("*.md") if file.name != "README.md") == names()
