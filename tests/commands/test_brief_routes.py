"""Routing tables from the command line: shown, tried on past runs, changed and gone back to, as a brief is."""

from pathlib import Path

from tests.commands.line import Line

FLOWS = Path(__file__).parents[1] / "application" / "flows"
FILE = (FLOWS / "chase_ticket" / "routes.toml").read_text("utf-8")
OWNER = ("--routes", "--why", "first steps", "--as", "@olga")


def test_tables_are_tried_then_changed_then_gone_back_to(line: Line, tmp_path: Path) -> None:
    line.workflows = FLOWS
    assert line.well("brief", "show", "chase_ticket", "--routes").out == FILE
    line.well("start", "chase_ticket", "id=T-1001", "language=de", "--as", "@sam")
    wanted = ("brief", "set", "chase_ticket", "tickets[2].to", "@tom", *OWNER)
    foreseen = line.well(*wanted, "--try").out.splitlines()
    assert foreseen[0] == "chase_ticket would change like this:"
    assert "  Of the last run, 1 would go to somebody else:" in foreseen
    assert foreseen[-2].startswith("  1 from @mia to @tom, by “German speakers”; such as ")
    assert foreseen[-1] == "Nothing was saved."
    assert line.well("brief", "show", "chase_ticket", "--routes").out == FILE
    said = line.well(*wanted).out
    assert "chase_ticket is now at version 2" in said
    assert "Of the last run, 1 would go to somebody else:" in said
    back = ("brief", "rollback", "chase_ticket", "1", *OWNER)
    assert line.well(*back, "--try").out.splitlines()[-2] == "  Of the last run, none would go to somebody else."
    assert "at version 3" in line.well(*back).out
    assert line.well("brief", "show", "chase_ticket", "--routes").out == FILE
    wrong = tmp_path / "routes.toml"
    wrong.write_text(FILE.replace('to = "@mia"', 'to = "@nobody"'))
    refused = line("brief", "replace", "chase_ticket", str(wrong), *OWNER)
    assert refused.status == 1
    assert "gives work to @nobody, whom nobody here knows" in refused.err


def test_the_run_shows_whom_it_went_to_and_by_which_rule(line: Line) -> None:
    line.workflows = FLOWS
    run = line.well("start", "chase_ticket", "id=T-1001", "--as", "@sam", "--json").json["id"]
    shown = line.well("show", run).out
    assert "Everybody, in turn: @mia is next in turn." in shown
