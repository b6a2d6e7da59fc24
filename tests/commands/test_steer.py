"""Runs and workflows are cancelled, held, taken back and remarked on by those who may, and by nobody else."""

import pytest

from bot.adapters.systems.sandbox import Backstage, Fault
from bot.wiring import BACK_OFFICE
from tests.commands.line import OWN, SAMPLES, Line

BILLING = str(SAMPLES / "billing.json")


def sent(line: Line) -> list[str]:
    return [call.kind for call in Backstage(line.data / BACK_OFFICE).effects()]


# --- one run -------------------------------------------------------------------------------------------------------


def test_a_cancelled_run_does_nothing_more(line: Line, waiting: str) -> None:
    answer = line.well("cancel", waiting, "--why", "asked twice", "--as", "@olga")
    assert "is stopped: Cancelled by Olga Petrova. asked twice" in answer.out
    assert line("decide", waiting, "approve", "--as", "@farah").status == 1
    assert sent(line) == []


def test_whoever_asked_for_it_may_cancel_it(line: Line, waiting: str) -> None:
    assert line.well("cancel", waiting, "--json").json["state"] == "stopped"


@pytest.mark.parametrize("command", ["cancel", "pause", "resume", "undo"])
def test_a_stranger_steers_nothing(command: str, line: Line, waiting: str) -> None:
    answer = line(command, waiting, "--as", "@nadia")
    assert answer.status == 1
    assert "You may not " in answer.err
    assert line.show(waiting)["state"] == "waiting"
    assert line.entry(waiting, "auth.refused")["actor"] == "sample/nadia"


@pytest.mark.parametrize("command", ["pause", "resume"])
def test_what_is_neither_a_run_nor_a_workflow_is_said_as_it_was_typed(command: str, line: Line, waiting: str) -> None:
    answer = line(command, "oil_triage", "--as", "@olga")
    said = "There is neither a workflow nor a run “oil_triage”. Workflows here: support_triage.\n"
    assert (answer.status, answer.err) == (1, said)


@pytest.mark.parametrize("command", ["cancel", "pause", "resume", "undo"])
@pytest.mark.parametrize("typed", ["zzzz", "", "../..", "%"])
def test_a_run_that_is_not_there_is_said(command: str, typed: str, line: Line, waiting: str) -> None:
    answer = line(command, typed, "--as", "@olga")
    assert answer.status in (1, 2)
    assert answer.err.count("\n") == 1


def test_a_paused_run_waits_until_it_is_resumed(line: Line, waiting: str) -> None:
    assert "is waiting, paused." in line.well("pause", waiting, "--why", "look first", "--as", "@olga").out
    line.well("decide", waiting, "approve", "--as", "@farah")
    assert sent(line) == []
    answer = line.well("resume", waiting, "--as", "@olga")
    assert "is done." in answer.out
    assert sent(line) == ["helpdesk.SendReply"]
    assert [kind for kind in line.events(waiting) if kind in ("run.paused", "run.resumed")]


def test_a_run_is_paused_once(line: Line, waiting: str) -> None:
    line.well("pause", waiting, "--as", "@olga")
    assert "paused already" in line("pause", waiting, "--as", "@olga").err


def test_what_runs_has_nothing_to_resume(line: Line, waiting: str) -> None:
    assert "there is nothing to resume" in line("resume", waiting, "--as", "@olga").err


def test_a_parked_run_is_tried_again(line: Line, waiting: str) -> None:
    Backstage(line.data / BACK_OFFICE).fault("helpdesk.SendReply", Fault.REFUSE)
    answer = line.well("decide", waiting, "approve", "--as", "@farah")
    assert "is parked: " in answer.out
    assert f"countersign resume {waiting[-7:]}" in answer.out
    assert f"→ Olga Petrova: Run {waiting[-7:]} of support_triage is parked" in answer.out
    shown = line.well("show", waiting).out
    assert "What it needs\n" in shown
    assert "failed; nothing was changed by it" in shown
    assert "is done." in line.well("resume", waiting, "--as", "@olga").out
    assert sent(line) == ["helpdesk.SendReply"]


# --- taking back ---------------------------------------------------------------------------------------------------


@pytest.fixture
def done(line: Line) -> str:
    """A run that has put a tag on a ticket and closed it."""
    line.workflows = OWN
    run = line.start_ticket("labelling")
    line.well("decide", run, "answer", "tag=vip")
    line.well("decide", run, "approve", "--as", "@mia")
    return run


def test_what_was_done_is_taken_back_in_reverse_order(line: Line, done: str) -> None:
    answer = line.well("undo", done, "--why", "the wrong ticket", "--as", "@olga")
    assert "is undone: Taken back for Olga Petrova. the wrong ticket" in answer.out
    assert sent(line) == [f"helpdesk.{kind}" for kind in ("AddTag", "CloseTicket", "ReopenTicket", "DeleteTag")]


def test_what_a_customer_has_read_cannot_be_taken_back(line: Line, waiting: str) -> None:
    line.well("decide", waiting, "approve", "--as", "@farah")
    answer = line("undo", waiting, "--as", "@olga")
    assert answer.status == 1
    assert "The customer has received it." in answer.err


# --- workflows and everything --------------------------------------------------------------------------------------


def test_a_paused_workflow_starts_nothing_new(line: Line, waiting: str) -> None:
    answer = line.well("pause", "support_triage", "--why", "a wave of spam", "--as", "@olga")
    assert "Go on with: countersign resume support_triage" in answer.out
    refused = line("start", "support_triage", "--input", str(SAMPLES / "outage.json"))
    assert refused.status == 1
    assert "support_triage is paused: a wave of spam" in refused.err


def test_nothing_leaves_a_paused_workflow_until_it_is_resumed(line: Line, waiting: str) -> None:
    line.well("pause", "support_triage", "--as", "@jonas")
    line.well("decide", waiting, "approve", "--as", "@farah")
    assert sent(line) == []
    answer = line.well("resume", "support_triage", "--as", "@jonas")
    assert "support_triage goes on" in answer.out
    assert sent(line) == ["helpdesk.SendReply"]
    assert line.show(waiting)["state"] == "done"


def test_everything_is_paused_and_goes_on(line: Line, waiting: str) -> None:
    line.well("pause", "--all", "--why", "fire drill", "--as", "@olga")
    line.well("decide", waiting, "approve", "--as", "@farah")
    assert "support_triage is paused already: fire drill" in line("pause", "support_triage", "--as", "@olga").err
    assert sent(line) == []
    line.well("resume", "--all", "--as", "@olga")
    assert sent(line) == ["helpdesk.SendReply"]


def test_a_workflow_that_goes_on_may_still_be_held_with_everything(line: Line, waiting: str) -> None:
    line.well("pause", "support_triage", "--as", "@olga")
    line.well("pause", "--all", "--why", "fire drill", "--as", "@olga")
    answer = line.well("resume", "support_triage", "--as", "@olga")
    assert "no longer paused itself, but everything is: fire drill" in answer.out


@pytest.mark.parametrize("what", ["support_triage", "--all"])
@pytest.mark.parametrize("command", ["pause", "resume"])
def test_only_those_responsible_hold_a_workflow(command: str, what: str, line: Line, waiting: str) -> None:
    answer = line(command, what, "--as", "@farah")
    assert answer.status == 1
    assert f"You may not {command} here." in answer.err


def test_what_stands_so_already_is_said(line: Line, waiting: str) -> None:
    assert "not paused; there is nothing to resume" in line("resume", "support_triage", "--as", "@olga").err
    line.well("pause", "support_triage", "--why", "x", "--as", "@olga")
    assert "support_triage is paused already: x" in line("pause", "support_triage", "--as", "@olga").err


@pytest.mark.parametrize("words", [["pause"], ["resume"], ["pause", "x", "--all"], ["resume", "x", "--all"]])
def test_it_is_said_what_to_hold(words: list[str], line: Line, waiting: str) -> None:
    assert line(*words).status == 2


# --- what people did themselves ------------------------------------------------------------------------------------


def test_what_a_person_did_is_kept_for_comparison(line: Line) -> None:
    line.well("brief", "set", "support_triage", "stage", "shadow", "--why", "first", "--as", "@olga")
    run = line.start()
    words = ("observe", run, "--outcome", "refunded by hand", "--minutes", "14", "--link", "https://desk.example/1")
    assert line.well(*words, "--as", "@farah", "--json").json["state"] == "done"
    entry = line.entry(run, "action.observed")
    assert (entry["notes"]["minutes"], entry["fields"]["outcome"]) == (14, "refunded by hand")
    assert sent(line) == []


def test_a_shadow_run_says_how_to_observe_it(line: Line) -> None:
    line.well("brief", "set", "support_triage", "stage", "shadow", "--why", "first", "--as", "@olga")
    answer = line.well("start", "support_triage", "--input", BILLING)
    assert "countersign observe " in answer.out


@pytest.mark.parametrize(
    ("words", "status"),
    [([], 2), (["--minutes", "many"], 2), (["--minutes=-1"], 1), (["--minutes", "99999999"], 1)],
)
def test_an_observation_says_something(words: list[str], status: int, line: Line, waiting: str) -> None:
    assert line("observe", waiting, *words, "--as", "@olga").status == status


# --- findings ------------------------------------------------------------------------------------------------------


def test_a_finding_stands_in_the_record_with_its_step(line: Line, waiting: str) -> None:
    answer = line.well("finding", "add", waiting, "triage", "Two categories would fit.", "--as", "@nadia")
    assert answer.out == f"Kept at “triage”. countersign show {waiting[-7:]} shows it.\n"
    entry = line.entry(waiting, "finding.added")
    assert (entry["step"], entry["actor"]) == ("triage", "sample/nadia")
    assert entry["fields"] == {"text": "Two categories would fit.", "at_the_keyboard": "sample/sam"}


def test_a_finding_may_be_about_the_whole_run(line: Line, waiting: str) -> None:
    line.well("finding", "add", waiting, "Why was nobody asked earlier?", "--as", "@olga")
    assert line.entry(waiting, "finding.added")["step"] is None


def test_a_finding_changes_nothing_about_the_run(line: Line, waiting: str) -> None:
    line.well("finding", "add", waiting, "-", "--as", "@nadia", stdin="long words\n")
    line.well("decide", waiting, "approve", "--as", "@farah")
    assert line.entry(waiting, "finding.added")["fields"]["text"] == "long words"


def test_a_secret_in_a_finding_is_not_kept(line: Line, waiting: str) -> None:
    secret = "sk-live-4eC39HqLyjWDarjtT1zdp7dc"
    line.well("finding", "add", waiting, f"They wrote {secret} into it", "--as", "@nadia")
    assert secret not in str(line.show(waiting))


@pytest.mark.parametrize("person", ["@farah", "@jonas", "@gus"])
def test_findings_are_for_auditors_and_the_owner(person: str, line: Line, waiting: str) -> None:
    answer = line("finding", "add", waiting, "x", "--as", person)
    assert answer.status == 1
    assert "finding.added" not in line.events(waiting)
    assert line.entry(waiting, "auth.refused")["notes"]["outcome"] == "add a finding"


def test_a_step_that_is_not_there_has_no_finding(line: Line, waiting: str) -> None:
    answer = line("finding", "add", waiting, "triag", "x", "--as", "@nadia")
    assert (answer.status, answer.err) == (1, "support_triage has no step “triag”. Did you mean triage?\n")


@pytest.mark.parametrize("text", ["", " ", "\n", "x" * 2001])
def test_a_finding_says_something_and_not_a_book(text: str, line: Line, waiting: str) -> None:
    answer = line("finding", "add", waiting, "-", "--as", "@nadia", stdin=text)
    assert (answer.status, answer.err) == (1, "Say what you found, in at most 2,000 letters.\n")


# --- a parked run and a changed brief ------------------------------------------------------------------------------


def over_limit(line: Line) -> str:
    """A run that was approved, and that a limit of the brief parks."""
    owner = ("--why", "Careful.", "--as", "@olga")
    line.well("brief", "set", "support_triage", "limits.actions_per_day", "1", *owner)
    line.well("decide", line.start("billing"), "approve", "--as", "@farah")
    run = line.start("how-to")
    line.well("decide", run, "approve", "--as", "@mia")
    assert line.show(run)["state"] == "parked"
    return run


def test_whoever_reads_why_it_is_parked_types_two_commands_and_it_is_done(line: Line) -> None:
    run = over_limit(line)
    shown = line.well("show", run).out
    path = "limits.actions_per_day"
    typed = f"Or raise {path} with `countersign brief set support_triage {path} …`, then `countersign resume {run}`."
    assert typed in shown
    line.well("brief", "set", "support_triage", path, "50", "--why", "Enough.", "--as", "@olga")
    changed = line.well("show", run).out
    assert "Resume goes on by the brief as it is now, which has changed:" in changed
    assert f"{path}: 1 → 50" in changed
    assert line.show(run)["brief_now"] == [f"{path}: 1 → 50"]
    answer = line.well("resume", run, "--why", "It was too low.", "--as", "@olga")
    assert "It goes on by the brief as it is now." in answer.out
    assert "is done" in answer.out
    told = line.well("show", run).out
    assert "brief version 2, house version 1 → brief version 3, house version 1" in told


def test_a_parked_run_may_keep_the_brief_it_began_with(line: Line) -> None:
    run = over_limit(line)
    line.well("brief", "set", "support_triage", "limits.actions_per_day", "50", "--why", "Enough.", "--as", "@olga")
    answer = line.well("resume", run, "--as-begun", "--as", "@olga")
    assert "It goes on by the brief as it is now." not in answer.out
    assert "is parked" in answer.out
