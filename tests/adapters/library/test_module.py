"""A workflow file that does not load is one problem with a line and a mend, and nothing else breaks."""

import os
import sys
from pathlib import Path

import pytest

from bot.adapters.library.module import load
from bot.domain.errors import Misdeclared
from tests.adapters.library.folder import STEPS, line_of, swapped, write_workflow
from tests.naughty import every_bytes

SECOND = "class Second(Workflow, version=1):\n    ticket = trigger(helpdesk.Ticket)\n"


def refusal(folder: Path) -> Misdeclared:
    with pytest.raises(Misdeclared) as caught:
        load(folder, "somewhere")
    return caught.value


def refused(tmp_path: Path, steps: str) -> str:
    home = write_workflow(tmp_path, steps=steps)
    return refusal(home).message.replace(str(home), "HOME")


def test_a_workflow_is_called_like_its_folder(tmp_path: Path) -> None:
    definition, module = load(write_workflow(tmp_path, name="other_name"), "somewhere")
    assert (definition.name, module.__name__) == ("other_name", "somewhere.other_name")
    assert definition.title.startswith("Tag a ticket. Says what")
    assert definition.names()[0] == "ticket"


def test_a_step_knows_the_line_it_stands_on(tmp_path: Path) -> None:
    home = write_workflow(tmp_path)
    place = load(home, "somewhere")[0].step("label").place
    assert (place.file, place.line) == (str(home / "__init__.py"), line_of(STEPS, "label = propose"))


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("def tag(", "def tag((", "def tag(", "This is not Python: "),
        (
            "from bot.intents import helpdesk",
            "from bot.intents import crm",
            "from bot.intents",
            "cannot import name 'crm' from 'bot.intents'",
        ),
        (
            "from enum",
            "import no_such_thing\nfrom enum",
            "from enum",
            "No module named 'no_such_thing'. A workflow may use",
        ),
        (
            "    account = look_up(helpdesk.account_of, ticket)\n    topic",
            "    topic",
            "    account",
            "“account” is not known here. A step can use the steps above it, and what is imported.",
        ),
        (
            "class TagTicket(Workflow, version=1)",
            "class TagTicket(Workflow)",
            "class TagTicket",
            "The workflow has no version. Write: class Name(Workflow, version=1).",
        ),
        (
            "    spam = stop(",
            "    account = stop(",
            "    spam",
            "The step “account” stands here a second time; the first is in line 42. Give one of them another name.",
        ),
        ("PREFIX = ", "PREFIX = 1 / 0\n_ = ", "PREFIX", "This does not load: ZeroDivisionError: division by zero."),
        ("PREFIX = ", "raise SystemExit(3)\n_ = ", "PREFIX", "This does not load: SystemExit: 3."),
        (
            "    ticket = trigger(helpdesk.Ticket)",
            "    definition = ticket = trigger(helpdesk.Ticket)",
            "    ticket",
            "No step can be called “definition”: every workflow has a definition already. Give the step another name.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, old: str, new: str, line: str, sentence: str) -> None:
    said = refused(tmp_path, swapped(STEPS, old, new))
    assert said.startswith(f"HOME/__init__.py:{line_of(STEPS, line)}: {sentence}")


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ("", ": No workflow stands in this file."),
        (STEPS + SECOND, f":{line_of(STEPS + SECOND, SECOND)}: More than one workflow stands in this file."),
    ],
)
def test_a_file_has_one_workflow(tmp_path: Path, steps: str, sentence: str) -> None:
    mend = "Write one class that is a Workflow: class Name(Workflow, version=1)."
    assert refused(tmp_path, steps) == f"HOME/__init__.py{sentence} {mend}"


def test_a_workflow_without_steps_does_not_load(tmp_path: Path) -> None:
    steps = "from bot.authoring import Workflow\n\nclass Empty(Workflow, version=1):\n    pass\n"
    assert refused(tmp_path, steps) == "HOME/__init__.py:3: This workflow has no steps. Begin with a trigger."


def test_a_file_beside_the_steps_can_be_used_and_is_blamed_for_its_own_mistakes(tmp_path: Path) -> None:
    steps = swapped(STEPS, 'PREFIX = "about-"', "from somewhere.tag_ticket.words import PREFIX")
    home = write_workflow(tmp_path, steps=steps)
    (home / "words.py").write_text('PREFIX = "x-"\n')
    assert vars(load(home, "somewhere")[1])["PREFIX"] == "x-"
    (home / "words.py").write_text("\n\nPREFIX = nothing\n")
    assert refusal(home).message.replace(str(home), "HOME").startswith("HOME/words.py:3: “nothing” is not known here.")
    (home / "words.py").write_text("\nPREFIX = (\n")
    assert refusal(home).message.replace(str(home), "HOME").startswith("HOME/words.py:2: This is not Python:")


def test_a_workflow_that_is_loaded_again_is_read_again(tmp_path: Path) -> None:
    home = write_workflow(tmp_path)
    first = load(home, "somewhere")[0]
    write_workflow(tmp_path, steps=swapped(STEPS, "Tag a ticket.", "Label a ticket."))
    assert load(home, "somewhere")[0].title != first.title


def test_a_module_that_did_not_load_is_not_left_behind(tmp_path: Path) -> None:
    refusal(write_workflow(tmp_path, name="broken_one", steps="raise ValueError('no')\n"))
    assert "somewhere.broken_one" not in sys.modules


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        *((name, name) for name in ("tag-ticket", "2nd", "tag ticket", "tag.ticket", "_tag", "Tag", "étiquette")),
        ("a" * 41, "a" * 41),
        ("a" * 100, "a" * 59 + "…"),
        ("tag\u202eticket", "tag⟨U+202E⟩ticket"),
        ("tag_ticket\n", "tag_ticket"),
        (os.fsdecode(b"tag\xff"), "tag⟨U+DCFF⟩"),
    ],
)
def test_a_folder_whose_name_is_no_name_is_refused(tmp_path: Path, name: str, shown: str) -> None:
    problem = refusal(write_workflow(tmp_path, name=name))
    mend = "Use small letters, digits and _, beginning with a letter; at most 40."
    assert problem.sentence == f"“{shown}” cannot be the name of a workflow."
    assert problem.mend == mend
    problem.message.encode()  # can be written anywhere, whatever the folder is called


def test_a_name_has_as_many_as_forty_letters(tmp_path: Path) -> None:
    name = "a" + "_1" * 19 + "z"
    assert load(write_workflow(tmp_path, name=name), "somewhere")[0].name == name
    assert len(name) == 40


@every_bytes
def test_no_bytes_are_a_workflow(tmp_path: Path, raw: bytes) -> None:
    home = write_workflow(tmp_path)
    (home / "__init__.py").write_bytes(raw)
    assert refusal(home).file.startswith(str(home))


def test_brackets_without_end_are_refused(tmp_path: Path) -> None:
    assert "cannot be read as Python" in (said := refused(tmp_path, "x = " + "(" * 100_000)) or "not Python" in said
