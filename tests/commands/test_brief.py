"""Owners change what they say about a workflow without a deploy; every change is a version, and each a way back."""

import pytest

from tests.commands.line import WORKFLOWS, Line
from tests.naughty import every_bytes

FILE = (WORKFLOWS / "support_triage" / "brief.toml").read_text("utf-8")
OWNER = ("--why", "first steps", "--as", "@olga")


def stage(line: Line) -> str:
    shown = line.well("brief", "show", "support_triage").out
    return next(row for row in shown.splitlines() if row.startswith("stage"))


def versions(line: Line, *words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = line.well("brief", "history", *(words or ("support_triage",)), "--json").json[
        "versions"
    ]
    return found


def test_a_brief_is_shown_as_its_file_has_it(line: Line) -> None:
    assert line.well("brief", "show", "support_triage").out == FILE
    assert not line.data.exists()


def test_one_setting_is_changed_and_the_rest_stays_as_it_was(line: Line) -> None:
    answer = line.well("brief", "set", "support_triage", "stage", "assisted", *OWNER)
    assert "support_triage is now at version 2" in answer.out
    assert "stage: “approved” → “assisted”" in answer.out
    assert line.well("brief", "show", "support_triage").out == FILE.replace('stage = "approved"', 'stage = "assisted"')


def test_what_is_changed_counts_for_the_next_run(line: Line, waiting: str) -> None:
    line.well("brief", "set", "support_triage", "stage", "shadow", *OWNER)
    assert line.show(line.start("outage"))["stage"] == "shadow"
    assert line.show(waiting)["stage"] == "approved"


@pytest.mark.parametrize(
    ("path", "value", "line_of_the_text"),
    [
        ("reviewers.support.needed", "2", "needed = 2"),
        ("reviewers.support.members", '["@mia"]', 'members = ["@mia"]'),
        ("confidence.draft", "80 %", 'draft = "80 %"'),
        ("limits.cost_per_day", "20 USD", 'cost_per_day = "20 USD"'),
        ("owner", "@jonas", 'owner = "@jonas"'),
        ('levels."helpdesk.SendReply"', "draft", '"helpdesk.SendReply" = "draft"'),
    ],
)
def test_any_setting_is_typed_as_it_reads(path: str, value: str, line_of_the_text: str, line: Line) -> None:
    line.well("brief", "set", "support_triage", path, value, *OWNER)
    assert line_of_the_text in line.well("brief", "show", "support_triage").out


def test_every_version_says_who_when_why_and_what(line: Line) -> None:
    line.well("brief", "set", "support_triage", "stage", "assisted", *OWNER)
    second, first = versions(line)
    assert (first["n"], first["by"], second["n"], second["by"]) == (1, "file", 2, "sample/olga")
    assert (second["why"], second["diff"]) == ("first steps", ["stage: “approved” → “assisted”"])
    shown = line.well("brief", "history", "support_triage").out
    assert "Olga Petrova: first steps" in shown


def test_a_version_is_gone_back_to(line: Line) -> None:
    line.well("brief", "set", "support_triage", "stage", "assisted", *OWNER)
    answer = line.well("brief", "rollback", "support_triage", "1", *OWNER)
    assert "is now at version 3" in answer.out
    assert stage(line) == 'stage = "approved"'
    assert versions(line)[0]["why"] == "Back to version 1. first steps"


def test_a_setting_is_taken_out(line: Line) -> None:
    line.well("brief", "unset", "support_triage", "review_date", *OWNER)
    assert "review_date" not in line.well("brief", "show", "support_triage").out


def test_what_changed_is_shown_line_by_line(line: Line) -> None:
    line.well("brief", "set", "support_triage", "stage", "assisted", *OWNER)
    for words in ([], ["1"]):
        changed = line.well("brief", "diff", "support_triage", *words).out.splitlines()
        assert '-stage = "approved"' in changed
        assert '+stage = "assisted"' in changed
    same = line.well("brief", "diff", "support_triage", "2")
    assert (same.out, same.err) == ("", "support_triage says what version 2 says.\n")


def test_an_old_version_can_still_be_read(line: Line) -> None:
    line.well("brief", "set", "support_triage", "stage", "assisted", *OWNER)
    assert line.well("brief", "show", "support_triage", "--version", "1").out == FILE


@pytest.mark.parametrize("person", ["@sam", "@jonas", "@mia", "@nadia"])
def test_only_the_owner_changes_it(person: str, line: Line) -> None:
    answer = line("brief", "set", "support_triage", "stage", "automatic", "--why", "faster", "--as", person)
    assert (answer.status, answer.err) == (1, "You may not change the brief here. Ask the owner @olga.\n")
    assert stage(line) == 'stage = "approved"'


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stage", "asisted"], "Did you mean “assisted”?"),
        (["stag", "assisted"], "`stag`"),
        (["reviewers.support.needed", "lots"], "must be a whole number"),
        (["limits.cost_per_day", "twenty"], "cost_per_day"),
        (["..", "x"], "names no setting"),
        (["reviewers", "x"], "is a whole section"),
        (["stage", "approved"], "Nothing would change"),
        (["owner", ""], "is empty"),
    ],
)
def test_a_change_that_would_not_load_is_refused_in_words(words: list[str], said: str, line: Line) -> None:
    answer = line("brief", "set", "support_triage", *words, *OWNER)
    assert answer.status == 1
    assert said in answer.err
    assert line.well("brief", "show", "support_triage").out == FILE


def test_a_change_says_why(line: Line) -> None:
    assert line("brief", "set", "support_triage", "stage", "assisted", "--as", "@olga").status == 2
    assert line("brief", "set", "support_triage", "stage", "assisted", "--why", " ", "--as", "@olga").status == 1


def test_a_change_on_top_of_an_older_version_is_refused(line: Line) -> None:
    line.well("brief", "set", "support_triage", "stage", "assisted", *OWNER)
    answer = line("brief", "set", "support_triage", "stage", "shadow", "--base", "1", *OWNER)
    assert answer.status == 1
    assert "was changed in the meantime" in answer.err
    assert stage(line) == 'stage = "assisted"'


# --- prompts, the house rules, whole texts -------------------------------------------------------------------------


def test_a_prompt_is_replaced_and_gone_back_to(line: Line) -> None:
    before = line.well("brief", "show", "support_triage", "--prompt", "triage").out
    after = before.replace("You sort support tickets", "You carefully sort support tickets")
    words = ("--prompt", "triage", *OWNER)
    line.well("brief", "replace", "support_triage", "-", *words, stdin=after)
    assert line.well("brief", "show", "support_triage", "--prompt", "triage").out == after
    run = line.start()
    line.well("brief", "rollback", "support_triage", "1", *words)
    prompts = {step["step"]: step["prompt"] for step in line.show(run)["steps"]}
    now = {step["step"]: step["prompt"] for step in line.show(line.start("outage"))["steps"]}
    assert prompts["triage"] != now["triage"]
    assert prompts["draft"] == now["draft"]


def test_the_house_rules_are_changed_for_all(line: Line) -> None:
    answer = line.well("brief", "set", "house", "limits.runs_per_user_per_hour", "3", *OWNER)
    assert "house is now at version 2" in answer.out
    assert "runs_per_user_per_hour = 3" in line.well("brief", "show", "house").out
    assert [version["n"] for version in versions(line, "house")] == [2, 1]


@every_bytes
def test_a_text_that_is_no_brief_replaces_nothing(raw: bytes, line: Line) -> None:
    answer = line("brief", "replace", "support_triage", "-", *OWNER, stdin=raw)
    assert answer.status == 1
    assert "the bot itself failed" not in answer.err
    assert line.well("brief", "show", "support_triage").out == FILE


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "suport_triage"], "Did you mean support_triage?"),
        (["show", "support_triage", "--prompt", "spam"], "has no prompt for a step “spam”. There is: triage, draft."),
        (["show", "support_triage", "--version", "9"], "There is only the file so far."),
        (["diff", "support_triage", "9"], "There is no version 9"),
        (["rollback", "support_triage", "9", *OWNER], "There is no version 9 of support_triage"),
        (["replace", "support_triage", "nowhere.toml", *OWNER], "cannot be read"),
    ],
)
def test_what_is_not_there_is_said(words: list[str], said: str, line: Line) -> None:
    answer = line("brief", *words)
    assert answer.status == 1
    assert said in answer.err


def test_without_a_change_there_is_only_the_file(line: Line) -> None:
    assert "its file is all there is" in line.well("brief", "history", "support_triage").out
    assert line.well("brief", "diff", "support_triage").out == ""
