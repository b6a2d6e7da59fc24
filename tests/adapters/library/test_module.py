"""A workflow file that does not load is one problem with a line and a mend, and nothing else breaks."""

import os
import sys
from pathlib import Path

import pytest

from bot.adapters.library.module import MOST_BYTES, load
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


def test_what_runs_is_what_stands_in_the_files_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python knows a compiled file by its second and its size, and an edit may change neither."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    beside = "from somewhere.tag_ticket.beside import PREFIX"
    steps = swapped(STEPS, 'PREFIX = "about-"', beside)

    def written(spam: str, prefix: str) -> tuple[str, str]:
        home = write_workflow(tmp_path, steps=swapped(steps, 'SPAM = "spam"', f'SPAM = "{spam}"'))
        (home / "beside.py").write_text(f'PREFIX = "{prefix}"\n', encoding="utf-8")
        for file in home.glob("*.py"):
            os.utime(file, (1_700_000_000, 1_700_000_000))
        module = load(home, "somewhere")[1]
        return module.Kind.SPAM.value, module.PREFIX

    assert written("spam", "about-") == ("spam", "about-")
    assert written("junk", "notes-") == ("junk", "notes-")


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("def tag(", "def tag((", "def tag(", "This is not Python: "),
        (
            "from bot.intents import helpdesk",
            "from bot.intents import payroll",
            "from bot.intents",
            "cannot import name 'payroll' from 'bot.intents'",
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


# --- what Python would forget without a word ------------------------------------------------------------------------

AGAIN = "def prefixed(kind: Kind) -> str:\n    return kind\n\n\n"
BY_ATTRIBUTE = (
    STEPS.replace("Fact, Workflow, act", "Fact, act")
    .replace("(Workflow, ", "(authoring.Workflow, ")
    .replace("from bot.authoring", "from bot import authoring\nfrom bot.authoring")
)


def test_a_function_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """The brief may name it as a rule, and the one that counts may be the one nobody looks at."""
    once, again = line_of(STEPS, "def prefixed"), line_of(STEPS, "class TagTicket")
    said = f"The function “prefixed” stands here a second time; the first is in line {once}."
    steps = swapped(STEPS, "class TagTicket", AGAIN + "class TagTicket")
    assert refused(tmp_path, steps) == f"HOME/__init__.py:{again}: {said} Give one of them another name."


def test_all_that_stands_twice_is_said_at_once(tmp_path: Path) -> None:
    steps = swapped(STEPS, "class TagTicket", AGAIN * 2 + "class TagTicket")
    problems = refusal(write_workflow(tmp_path, steps=swapped(steps, "    spam =", "    account ="))).problems
    names = ["function “prefixed”", "function “prefixed”", "step “account”"]
    assert [one.sentence.partition(" stands")[0] for one in problems] == [f"The {name}" for name in names]


@pytest.mark.parametrize(
    "written",
    [
        "from functools import cache\n\n\n@cache\n" + AGAIN,
        "from typing import overload\n\n\n@overload\ndef one(of: int) -> int: ...\n"
        "@overload\ndef one(of: str) -> str: ...\ndef one(of): return of\n\n\n",
        "class Other:\n    def prefixed(self) -> str: return ''\n\n\n",
    ],
    ids=["a decorator makes something of it", "the forms of one function", "a method is another's"],
)
def test_what_is_meant_to_stand_twice_may(tmp_path: Path, written: str) -> None:
    steps = swapped(STEPS, "class TagTicket", written + "class TagTicket")
    assert load(write_workflow(tmp_path, steps=steps), "somewhere")[0].names()[0] == "ticket"


def test_a_workflow_is_one_however_its_base_is_written(tmp_path: Path) -> None:
    assert load(write_workflow(tmp_path, steps=BY_ATTRIBUTE), "somewhere")[0].names()[0] == "ticket"
    steps = swapped(BY_ATTRIBUTE, "    spam = stop(", "    account = stop(")
    said = refused(tmp_path, steps)
    assert said.startswith(f"HOME/__init__.py:{line_of(steps, 'account = stop(')}: The step “account” stands here a")


def test_a_second_name_for_a_workflow_is_no_second_workflow(tmp_path: Path) -> None:
    steps = STEPS + "\n\nSameTicket = TagTicket\n"
    assert load(write_workflow(tmp_path, steps=steps), "somewhere")[0].name == "tag_ticket"


# --- its version ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "shown"),
    [
        *((one, one) for one in ("0", "-1", "True", "None", "'1'", "1.5", "1000001")),
        ("10**400", f"1{'0' * 38}…"),
        ("'\u202e'", "'\\u202e'"),
    ],
)
def test_a_version_is_a_whole_number_from_one_on(tmp_path: Path, version: str, shown: str) -> None:
    steps = swapped(STEPS, "version=1", f"version={version}")
    said = f"The version of a workflow is a whole number from 1 on, not {shown}."
    place = f"HOME/__init__.py:{line_of(steps, 'class TagTicket')}"
    assert refused(tmp_path, steps) == f"{place}: {said} Write: class Name(Workflow, version=1)."


def test_a_version_may_be_as_large_as_a_million(tmp_path: Path) -> None:
    steps = swapped(STEPS, "version=1", "version=1_000_000")
    assert load(write_workflow(tmp_path, steps=steps), "somewhere")[0].version == 1_000_000


# --- whatever it raises ---------------------------------------------------------------------------------------------

MUTE = "class Odd({}):\n    def __str__(self): raise ValueError\n\nraise Odd"


def first(code: str) -> str:
    """The steps with something else before them."""
    return swapped(STEPS, "PREFIX = ", f"{code}\nPREFIX = ")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (MUTE.format("Exception"), "This does not load: Odd: it does not say why."),
        (MUTE.format("TypeError"), "This does not load: Odd: it does not say why."),
        (MUTE.format("BaseException"), "This does not load: Odd: it does not say why."),
        (
            MUTE.format("ImportError"),
            "it does not say why. A workflow may use bot.authoring, bot.intents, pydantic and what is pure in the "
            "standard library.",
        ),
        ("raise ImportError", "This does not load: ImportError."),
        ("raise MemoryError", "This does not load: MemoryError."),
        ("raise NameError('no')", "This does not load: NameError: no."),
        ("raise GeneratorExit", "This does not load: GeneratorExit."),
        ("raise BaseException('gone\\nfor \u202e good')", "This does not load: BaseException: gone for ⟨U+202E⟩ good."),
        ("raise ValueError('x' * 1_000_000)", f"This does not load: ValueError: {'x' * 299}…."),
        ("exec('1 / 0')", "This does not load: ZeroDivisionError: division by zero."),
        ("exec('1 /')", "This is not Python: invalid syntax. Mend it."),
        ("(deep := lambda: deep())()", "This does not load: RecursionError: maximum recursion depth exceeded"),
        ("import sys\ndel sys.modules[__name__]\nraise ValueError", "This does not load: ValueError."),
    ],
)
def test_whatever_a_file_raises_is_one_sentence_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, sentence: str
) -> None:
    steps = first(code)
    home = write_workflow(tmp_path, steps=steps)
    monkeypatch.chdir(home)  # where “<string>”, which has no folder, would be taken for one of its files
    problem = refusal(home)
    assert f"{problem.sentence} {problem.mend}".startswith(sentence)
    assert (problem.file, problem.line) == (str(home / "__init__.py"), line_of(steps, "\nPREFIX = "))
    assert "somewhere.tag_ticket" not in sys.modules


def test_whoever_stops_the_bot_while_it_loads_stops_it(tmp_path: Path) -> None:
    home = write_workflow(tmp_path, name="stopped_one", steps=first("raise KeyboardInterrupt"))
    with pytest.raises(KeyboardInterrupt):
        load(home, "somewhere")
    assert "somewhere.stopped_one" not in sys.modules


def test_a_line_is_found_behind_a_link(tmp_path: Path) -> None:
    steps = first("raise ValueError")
    home = write_workflow(tmp_path / "elsewhere", steps=steps)
    (tmp_path / "tag_ticket").symlink_to(home, target_is_directory=True)
    problem = refusal(tmp_path / "tag_ticket")
    assert (problem.file, problem.line) == (
        str(tmp_path / "tag_ticket" / "__init__.py"),
        line_of(steps, "raise ValueError"),
    )


@pytest.mark.parametrize("code", ["x = " + "-" * 100_000 + "1", "x = 1" + " + 1" * 100_000, "x = y" + ".a" * 100_000])
def test_what_is_nested_without_end_is_refused(tmp_path: Path, code: str) -> None:
    said = refused(tmp_path, first(code))
    assert said.startswith(
        (
            "HOME/__init__.py: This cannot be read as Python: it is nested too deep. Take some of it apart.",
            "HOME/__init__.py: This does not load: RecursionError",
        )
    )


def test_a_file_has_a_million_bytes_at_most(tmp_path: Path) -> None:
    longest = STEPS + "#" * (MOST_BYTES - len(STEPS.encode()))
    assert load(write_workflow(tmp_path, steps=longest), "somewhere")[0].name == "tag_ticket"
    said = "HOME/__init__.py:1: This file is too large; at most 1,000,000 bytes are read. Shorten it."
    assert refused(tmp_path, longest + "#") == said


def test_steps_that_are_a_pipe_are_not_waited_for(tmp_path: Path) -> None:
    home = write_workflow(tmp_path)
    (home / "__init__.py").unlink()
    os.mkfifo(home / "__init__.py")
    assert refusal(home).sentence == "This is not a file."
