"""Whatever lies in the folder of the workflows, one of them at most is in the way, and it says so."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters.library.shelf import Shelf
from tests.adapters.library.folder import write_workflow
from tests.shelves import shelf_of

NAMES = "Use small letters, digits and _, beginning with a letter; at most 40."


def opened(flows: Path) -> Shelf:
    return shelf_of(flows, package="wary")


def said(flows: Path) -> dict[str, str]:
    """What stands against each workflow, with the places as a person in that folder reads them."""
    problems = opened(flows).problems
    return {name: problem.message.replace(f"{flows}{os.sep}", "") for name, problem in problems.items()}


def without_end(file: Path) -> None:
    file.symlink_to("/dev/zero")


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """A folder with one workflow that loads."""
    flows = tmp_path / "flows"
    write_workflow(flows, name="sound_one")
    assert opened(flows).names() == ("sound_one",)
    return flows


def test_a_workflow_whose_steps_are_gone_is_missed_and_its_owner_still_responsible(flows: Path) -> None:
    home = write_workflow(flows)
    (home / "__init__.py").unlink()
    assert said(flows) == {"tag_ticket": "tag_ticket/__init__.py: This file is missing. Every workflow has one."}
    assert opened(flows).responsible("tag_ticket").owner == "@olga"
    assert opened(flows).names() == ("sound_one",)


def test_steps_that_a_link_has_lost_are_missed_as_well(flows: Path) -> None:
    home = write_workflow(flows)
    (home / "__init__.py").rename(flows.parent / "steps.py")
    (home / "__init__.py").symlink_to(flows.parent / "steps.py")
    assert said(flows) == {}
    (flows.parent / "steps.py").unlink()
    assert said(flows) == {
        "tag_ticket": "tag_ticket/__init__.py: This link leads to no file. Put a file in its place, or take it away."
    }


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", ["__init__.py", "brief.toml", "topic.md", "routes.toml"])
@pytest.mark.parametrize("put", [os.mkfifo, os.mkdir, without_end])
def test_what_is_no_file_is_one_problem_of_its_workflow(flows: Path, put: Callable[[Path], None], name: str) -> None:
    file = write_workflow(flows) / name
    file.unlink(missing_ok=True)
    put(file)
    problems = said(flows)
    assert [*problems] == ["tag_ticket"]
    assert problems["tag_ticket"].startswith(f"tag_ticket/{name}: This ")
    assert problems["tag_ticket"].endswith(" Put a file in its place, or take it away.")


@pytest.mark.timeout(20)
def test_house_rules_that_are_a_pipe_stop_every_workflow_and_are_not_waited_for(flows: Path) -> None:
    os.mkfifo(flows / "house.toml")
    assert said(flows) == {"sound_one": "house.toml: This is not a file. Put a file in its place, or take it away."}


@pytest.mark.parametrize("name", ["Tag-Ticket", "tag\u202eticket", os.fsdecode(b"tag\xff")])
def test_a_folder_whose_name_is_no_name_is_told_in_letters_that_can_be_seen(flows: Path, name: str) -> None:
    write_workflow(flows, name=name)
    ((shown, problem),) = said(flows).items()
    assert problem == f"{shown}: “{shown}” cannot be the name of a workflow. {NAMES}"
    assert shown.encode().decode().isprintable()
    assert opened(flows).responsible(shown).owner == "@olga"


def test_what_is_no_workflow_is_passed_over(flows: Path) -> None:
    (flows / "notes.txt").write_text("Ask Olga.")
    (flows / "pictures").mkdir()
    (flows / "old").symlink_to("nowhere")
    os.mkfifo(flows / "pipe")
    assert said(flows) == {}
