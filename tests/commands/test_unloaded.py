"""A workflow that is refused says so wherever somebody looks, with file, line and mend; and its owner mends it."""

import shutil
from pathlib import Path

import pytest

from bot.commands.work.serve import _greet
from bot.settings import read_settings
from bot.wiring import opened
from tests.commands.line import SAMPLES, SHIPPED, WORKFLOWS, Line

OWNER = ("--why", "It was wrong.", "--as", "@olga")
PLACE = "support_triage/__init__.py:"
SAID = "proposes helpdesk.SendReply, which the brief does not allow."
MEND = 'Add it under [changes]: helpdesk = ["SendReply"]'


@pytest.fixture
def brief(line: Line, tmp_path: Path) -> Path:
    """The brief of support triage, in a copy that a test may spoil."""
    line.workflows = tmp_path / "workflows"
    shutil.copytree(WORKFLOWS, line.workflows, ignore=shutil.ignore_patterns("__pycache__"))
    return line.workflows / "support_triage" / "brief.toml"


def spoil(brief: Path) -> None:
    text = brief.read_text("utf-8")
    brief.write_text(text.replace('helpdesk = ["SendReply"]', 'helpdesk = ["AddTag"]'), "utf-8")
    assert brief.read_text("utf-8") != text


def words(text: str) -> bool:
    """Whether somebody who reads this knows what is wrong, where, and what to write instead."""
    return PLACE in text and SAID in text and MEND in text


@pytest.mark.parametrize(
    "typed",
    [
        ["start", "support_triage", "subject=x"],
        ["start", "support_triage"],
        ["start", "support_triage", "--dry-run", "subject=x"],
        ["try", "--ticket", "how-to", "--approve"],
    ],
)
def test_it_is_not_started_and_that_is_said(typed: list[str], line: Line, brief: Path) -> None:
    spoil(brief)
    answer = line(*typed)
    assert answer.status == 1
    assert words(answer.err)
    assert "bot itself failed" not in answer.err


def test_the_doctor_names_file_line_and_mend(line: Line, brief: Path) -> None:
    spoil(brief)
    answer = line("doctor")
    assert answer.status == 1
    (row,) = [row for row in answer.out.splitlines() if "is not run: " in row]
    assert words(row)
    assert "support_triage loads" not in answer.out


def test_a_list_of_runs_says_why_they_stand_still(line: Line, brief: Path) -> None:
    line.start()
    spoil(brief)
    for typed in (["runs"], ["runs", "--workflow", "support_triage"]):
        answer = line.well(*typed)
        assert "waiting" in answer.out
        assert words(answer.err)
        assert "Its runs stand still until that is mended." in answer.err


def test_a_run_says_why_it_stands_still_and_asks_nobody(line: Line, brief: Path) -> None:
    run = line.start()
    spoil(brief)
    shown = line.well("show", run).out
    assert words(shown)
    assert "Asked:" not in shown
    looked = line.well("decide", run)
    assert words(looked.out)
    assert "It stands still until that is mended." in looked.out
    refused = line("decide", run, "approve", "--as", "@farah")
    assert (refused.status, words(refused.err)) == (1, True)
    assert line.well("runs", "--waiting-for-me", "--as", "@farah").out == "Nothing waits for you.\n"


def test_a_run_whose_steps_are_gone_is_shown_and_cancelled(line: Line, brief: Path) -> None:
    run = line.start()
    (brief.parent / "__init__.py").write_text("def (", "utf-8")
    assert "This is not Python" in line.well("show", run).out
    assert "is stopped" in line.well("cancel", run, "--as", "@olga").out


async def test_serving_goes_on_and_its_log_says_what_does_not_load(
    line: Line, brief: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(brief)
    settings = read_settings({}, data=str(line.data), workflows=str(line.workflows))
    with caplog.at_level("INFO"):
        async with opened(settings) as bot:
            _greet(bot)
    assert words(caplog.text)
    assert "Running no workflow" in caplog.text


# --- the way back -----------------------------------------------------------------------------------------------------


def unfit_after_a_deploy(line: Line, brief: Path) -> None:
    """The owner has changed the brief; then the steps change, and what she stored does not fit any more."""
    line.start()
    line.well("brief", "set", "support_triage", "levels.approved", "recommend", *OWNER)
    steps = brief.parent / "__init__.py"
    steps.write_text(steps.read_text("utf-8").replace("approved", "signed"), "utf-8")
    assert line("check").status == 1


def test_what_an_owner_stored_is_gone_back_from_after_a_deploy_made_it_unfit(line: Line, brief: Path) -> None:
    unfit_after_a_deploy(line, brief)
    refused = line("start", "support_triage", "subject=x")
    command = "countersign brief rollback support_triage 1 --why"
    assert command in refused.err
    assert command in line("doctor").out
    answer = line.well("brief", "rollback", "support_triage", "1", *OWNER)
    assert "support_triage is now at version 3" in answer.out
    assert line("check").status == 0
    assert line.show(line.start("outage"))["state"] == "waiting"


def test_a_setting_that_does_not_fit_any_more_is_taken_out(line: Line, brief: Path) -> None:
    unfit_after_a_deploy(line, brief)
    line.well("brief", "unset", "support_triage", "levels.approved", *OWNER)
    assert line("check").status == 0


def test_a_brief_that_does_not_fit_is_read_and_compared_as_ever(line: Line, brief: Path) -> None:
    unfit_after_a_deploy(line, brief)
    assert 'approved = "recommend"' in line.well("brief", "show", "support_triage").out
    assert '+approved = "recommend"' in line.well("brief", "diff", "support_triage").out
    assert "2  " in line.well("brief", "history", "support_triage").out


def test_two_slips_are_mended_one_by_one(line: Line, brief: Path) -> None:
    line.start()
    spoil(brief)
    brief.write_text(brief.read_text("utf-8").replace("[confidence]\ntriage", "[confidence]\ntraige"), "utf-8")
    line.well("brief", "unset", "support_triage", "confidence.traige", *OWNER)
    assert words(line("start", "support_triage", "subject=x").err)
    assert line("brief", "set", "support_triage", "owner", "@nobody-here", *OWNER).status == 1
    line.well("brief", "set", "support_triage", "changes.helpdesk", '["SendReply"]', *OWNER)
    assert line.well("start", "support_triage", "--input", str(SAMPLES / "billing.json"), "--key", "again").status == 0


@pytest.mark.parametrize("who", ["@mia", "@jonas", "@sam"])
def test_nobody_but_its_owner_puts_it_right(who: str, line: Line, brief: Path) -> None:
    unfit_after_a_deploy(line, brief)
    answer = line("brief", "rollback", "support_triage", "1", "--why", "x", "--as", who)
    assert (answer.status, answer.err) == (1, "You may not change the brief here. Ask the owner @olga.\n")


def test_a_change_that_check_refuses_is_not_taken(line: Line, brief: Path) -> None:
    line.start()
    answer = line("brief", "set", "support_triage", "changes.helpdesk", '["AddTag"]', *OWNER)
    assert (answer.status, words(answer.err)) == (1, True)
    assert [one["n"] for one in line.well("brief", "history", "support_triage", "--json").json["versions"]] == [1]


def test_a_routing_table_has_versions_as_well(line: Line) -> None:
    line.workflows, leads = SHIPPED, ("lead_intake", "--routes")
    before = (SHIPPED / "lead_intake" / "routes.toml").read_text("utf-8")
    sample = str(SHIPPED / "lead_intake" / "samples" / "rental.json")
    line.well("start", "lead_intake", "--input", sample)
    after = before.replace('to = ["@mia", "@leo", "@ines"]', 'to = ["@leo"]')
    line.well("brief", "replace", "lead_intake", "-", "--routes", *OWNER, stdin=after)
    assert line.well("brief", "show", *leads).out == after != before
    line.well("brief", "rollback", "lead_intake", "1", "--routes", *OWNER)
    assert line.well("brief", "show", *leads).out == before
    assert line("brief", "show", *leads, "--prompt", "draft").status == 2


def test_a_workflow_without_a_routing_table_says_so(line: Line, brief: Path) -> None:
    answer = line("brief", "show", "support_triage", "--routes")
    assert (answer.status, "has no routing table" in answer.err) == (1, True)
