"""What a model is told is seen, compared and tried from the command line, without a run."""

from pathlib import Path

import pytest

from bot.commands.work.prompt import changed_lines
from bot.domain.text import wrap_diff
from tests.commands.line import WORKFLOWS, Line

FILE = WORKFLOWS / "support_triage" / "triage.md"
TEXT = FILE.read_text("utf-8")
OWNER = ("--why", "clearer", "--as", "@olga")


@pytest.fixture
def other(tmp_path: Path) -> str:
    """Another text for the same prompt."""
    file = tmp_path / "triage.md"
    file.write_text(TEXT.replace("You sort support tickets", "You sort the tickets of customers"), encoding="utf-8")
    return str(file)


def test_a_prompt_is_shown_with_its_version_and_what_the_model_sees(line: Line) -> None:
    shown = line.well("prompt", "show", "support_triage", "triage").out
    first, second, empty, rest = shown.split("\n", 3)
    assert first.startswith("triage@")
    assert first.endswith(": as its file says.")
    assert second == "The model “fast” sees: ticket (behind a fence), account (behind a fence). Examples: 0."
    assert (empty, rest) == ("", TEXT)
    assert not line.data.exists()


def test_whoever_changed_a_prompt_is_named_and_words_that_changed_are_marked(line: Line, other: str) -> None:
    line.well("brief", "replace", "support_triage", other, "--prompt", "triage", *OWNER)
    shown = line.well("prompt", "show", "support_triage", "triage").out
    assert ": version 2 of " in shown
    assert ", by Olga Petrova. clearer" in shown
    said = line.well("prompt", "show", "support_triage", "triage", "--json").json
    assert (said["n"], said["by"], said["why"], said["role"]) == (2, "sample/olga", "clearer", "fast")
    changed = line.well("prompt", "diff", "support_triage", "triage").out
    assert changed.splitlines()[0] == "support_triage/triage: version 1 → now"
    assert "You sort [-support -]{+the +}tickets {+of customers +}for a small software company." in changed
    assert "invoices, charges" not in changed, "Lines in which nothing changed are left out."
    back = line.well("prompt", "diff", "support_triage", "triage", "2", "file", "--json").json
    assert {piece["side"] for piece in back["pieces"]} == {"both", "before", "after"}
    same = line.well("prompt", "diff", "support_triage", "triage", "1", "file")
    assert (same.out, same.err) == ("", "support_triage/triage says the same in both: version 1, its file.\n")
    answer = line("prompt", "diff", "support_triage", "triage", "7")
    assert (answer.status, answer.err) == (
        1,
        "There is no version “7” of support_triage/triage. There is: 1, 2, file, now.\n",
    )


def test_lines_in_which_nothing_changed_are_left_out() -> None:
    before, after = "one\ntwo\nthree\nfour\nfive\n", "one\ntwo!\nthree\nfour\n5\n"
    lines = ["".join(piece.text for piece in line) for line in changed_lines(wrap_diff(before, after))]
    assert lines == ["", "two\n", "two!\n", "", "five\n", "5\n"]
    assert [*changed_lines(wrap_diff(before, before))] == []


def test_the_two_turns_are_shown_as_a_model_gets_them(line: Line) -> None:
    shown = line.well("prompt", "show", "support_triage", "triage", "--rendered", "billing").out
    instructions, _, material = shown.partition("── The material ──")
    assert "You sort support tickets" in instructions
    assert "As your confidence, answer this: How sure are you of the category?" in instructions
    assert "Charged twice" not in instructions
    assert "RANDOMWORD00 begin ticket\n{" in material
    assert '"email": "[personal data removed]"' in material
    case = line.well("prompt", "show", "support_triage", "draft", "--rendered", "bug-outage", "--json").json
    assert case["given"] == "case bug-outage"
    assert "begin triage" in case["user"]
    answer = line("prompt", "show", "support_triage", "triage", "--rendered", "biling")
    assert (answer.status, answer.err) == (1, "There is no case or sample “biling”. Did you mean billing?\n")


def test_a_prompt_is_tried_and_everything_that_comes_back_is_shown(line: Line) -> None:
    shown = line.well("prompt", "test", "support_triage", "triage", "--case", "billing-charged-twice").out
    assert shown.startswith("support_triage, “triage”, with case billing-charged-twice: prompt triage@")
    assert "Rules answered this (the rehearsal model), and no AI." in shown
    assert "  category: billing   (exact)" in shown
    assert "Confidence: " in shown
    assert "Evidence: “" in shown
    assert "rehearsal/1  rules" in shown
    said = line.well("prompt", "test", "support_triage", "triage", "--sample", "outage", "--json").json
    assert (said["answered"], said["rehearsed"], said["given"]) == (True, True, "sample outage")
    assert said["attempts"][0]["outcome"] == "answered"
    assert said["fields"] == []
    assert line.well("runs", "--json").json["runs"] == [], "No run was started."


def test_a_prompt_that_is_not_the_current_one_is_tried(line: Line, other: str, tmp_path: Path) -> None:
    now = line.well("prompt", "test", "support_triage", "triage", "--json").json["prompt"]
    then = line.well("prompt", "test", "support_triage", "triage", "--prompt", other, "--json").json["prompt"]
    assert now != then
    (tmp_path / "bad.md").write_text(TEXT.replace('"account"]', '"acount"]'), encoding="utf-8")
    answer = line("prompt", "test", "support_triage", "triage", "--prompt", str(tmp_path / "bad.md"))
    assert answer.status == 1
    assert "“acount” is no step that this is asked about. Did you mean account?" in answer.err


TRIAGE_TOO = "“draft” is asked about triage as well, which no sample has. Take a case: it has everything."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("show suport_triage triage", "There is no workflow “suport_triage”. Did you mean support_triage?"),
        ("show support_triage triag", "support_triage asks no model in a step “triag”. Did you mean triage?"),
        ("test support_triage reply", "support_triage asks no model in a step “reply”. There is: triage, draft."),
        (
            "test support_triage triage --case bug-outag",
            "support_triage has no case “bug-outag” for “triage”. Did you mean bug-outage?",
        ),
        ("test support_triage draft --sample billing", TRIAGE_TOO),
        ("test support_triage triage --prompt nowhere.md", "nowhere.md cannot be read: No such file or directory."),
    ],
)
def test_what_is_mistyped_is_said_with_what_was_meant(line: Line, words: str, said: str) -> None:
    answer = line("prompt", *words.split())
    assert (answer.status, answer.err) == (1, f"{said}\n")
