"""Every verdict can be given from the command line; what is carried out is what was decided on, by whoever may."""

import re
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage, Fault
from bot.wiring import BACK_OFFICE
from tests.commands.line import OWN, Line
from tests.naughty import every_bytes


def sent(line: Line) -> list[str]:
    """What the help desk has truly carried out: the kind of each change."""
    return [call.kind for call in Backstage(line.data / BACK_OFFICE).effects()]


def reply(line: Line, run: str) -> str:
    """The body that was sent."""
    actions = line.show(run)["actions"]
    assert actions[0]["status"] == "done"
    intended = [step for step in line.show(run)["steps"] if step["step"] == "reply"]
    return str(intended[0]["value"]["body"])


# --- looking -------------------------------------------------------------------------------------------------------


def test_without_a_verdict_the_card_is_shown(line: Line, waiting: str) -> None:
    answer = line.well("decide", waiting)
    assert "Send an answer to the customer → helpdesk:T-1001" in answer.out
    assert "ticket_id  T-1001 (fixed)" in answer.out
    assert f"countersign decide {waiting[-7:]} approve --digest" in answer.out


def test_scripts_see_what_can_be_done(line: Line, waiting: str) -> None:
    (waits,) = line.well("decide", waiting, "--json").json["waiting"]
    assert "reject" in waits["verbs"]
    assert waits["version"] == 1


@pytest.mark.parametrize("part", [slice(None), slice(0, 12), slice(-7, None), slice(-3, None)])
def test_a_beginning_or_an_end_is_enough_of_a_name(part: slice, line: Line, waiting: str) -> None:
    assert line.well("decide", waiting[part], "--json").json["id"] == waiting


def test_an_id_may_be_typed_as_it_was_heard(line: Line, waiting: str) -> None:
    heard = waiting.upper().replace("0", "O").replace("1", "l")
    assert line.well("decide", f"run:{heard}", "--json").json["id"] == waiting


@pytest.mark.parametrize("typed", ["", " ", "run:", "…"])
def test_no_letters_are_no_run(typed: str, line: Line, waiting: str) -> None:
    answer = line("decide", typed, "approve", "--as", "@farah")
    assert (answer.status, answer.err.partition(":")[0]) == (1, "Say which run")


def test_letters_that_two_runs_share_are_not_enough(line: Line, waiting: str) -> None:
    line.start("outage")
    answer = line("decide", waiting[:1])
    assert answer.status == 1
    assert f"More than one run begins or ends with “{waiting[:1]}”" in answer.err


@pytest.mark.parametrize("typed", ["zzzz", "../..", "%", "' OR 1=1", "-5", "*", "a\nb", "7" * 500])
def test_nothing_else_is_a_run(typed: str, line: Line, waiting: str) -> None:
    answer = line("decide", "--", typed)
    assert (answer.status, answer.out, answer.err.count("\n")) == (1, "", 1)


# --- approving -----------------------------------------------------------------------------------------------------


def test_what_is_approved_is_carried_out_once(line: Line, waiting: str) -> None:
    answer = line.well("decide", waiting, "approve", "--as", "@farah")
    assert "helpdesk.SendReply on helpdesk:T-1001: done, R-" in answer.out
    assert f"Run {waiting[-7:]} of support_triage is done." in answer.out
    assert sent(line) == ["helpdesk.SendReply"]


def test_who_really_typed_stands_in_the_record(line: Line, waiting: str) -> None:
    line.well("decide", waiting, "approve", "--as", "Farah Haddad")
    entry = line.entry(waiting, "gate.decided")
    assert (entry["actor"], entry["notes"]["door"]) == ("sample/farah", "terminal")
    assert entry["fields"]["at_the_keyboard"] == "sample/sam"


def test_whoever_speaks_for_themselves_is_not_named_twice(line: Line, waiting: str) -> None:
    line("decide", waiting, "comment", "--text", "mine", "--as", "@sam")
    assert "at_the_keyboard" not in line.entry(waiting, "gate.remarked")["fields"]


def test_the_requester_does_not_approve(line: Line, waiting: str) -> None:
    answer = line("decide", waiting, "approve")
    assert answer.status == 1
    assert "finance (@farah, @tom) decide this." in answer.err
    assert sent(line) == []
    assert line.entry(waiting, "auth.refused")["actor"] == "sample/sam"


@pytest.mark.parametrize("person", ["@gus", "@pat", "@vera", "@mia", "@nadia", "@olga"])
def test_nobody_approves_who_was_not_asked(person: str, line: Line, waiting: str) -> None:
    assert line("decide", waiting, "approve", "--as", person).status == 1
    assert sent(line) == []


@pytest.mark.parametrize(("typed", "meant"), [("@fara", "Did you mean @farah?"), ("zzz", "There is: @farah, ")])
def test_somebody_unknown_decides_nothing(typed: str, meant: str, line: Line, waiting: str) -> None:
    answer = line("decide", waiting, "approve", "--as", typed)
    assert answer.status == 1
    assert f"Nobody here is called “{typed}”. {meant}" in answer.err


def test_a_fingerprint_that_is_not_the_current_one_approves_nothing(line: Line, waiting: str) -> None:
    answer = line("decide", waiting, "approve", "--digest", "0000000000", "--as", "@farah")
    assert answer.status == 1
    assert "Look at the current version" in answer.err
    assert sent(line) == []


def test_a_version_that_is_not_the_current_one_approves_nothing(line: Line, waiting: str) -> None:
    answer = line("decide", waiting, "approve", "--version", "7", "--as", "@farah")
    assert "You saw version 7; version 1 is the current one." in answer.err
    assert sent(line) == []


def test_the_second_approval_is_too_late(line: Line, waiting: str) -> None:
    line.well("decide", waiting, "approve", "--as", "@farah")
    answer = line("decide", waiting, "approve", "--as", "@tom")
    assert answer.status == 1
    assert re.match(
        r"This is approved already, by Farah Haddad at \d\d:\d\d UTC on \d\d \w+\. "
        r"It was carried out, and cannot be undone\.\n",
        answer.err,
    ), answer.err
    assert sent(line) == ["helpdesk.SendReply"]


def test_what_was_approved_in_a_pause_can_still_be_rejected(line: Line, waiting: str) -> None:
    line.well("pause", waiting, "--as", "@olga")
    approved = line.well("decide", waiting, "approve", "--as", "@farah")
    rejects = f'countersign decide {waiting[-7:]} reject --reason "…" --step approved'
    assert "“approved” can still be rejected, by: Farah Haddad, Tom Whitfield." in approved.out
    for shown in (approved, line.well("show", waiting), line.well("decide", waiting)):
        assert rejects in shown.out
    card = " ".join(line.well("decide", waiting).out.split())
    assert "It can still be rejected until it is carried out." in card
    assert line("decide", waiting, "approve", "--as", "@tom").status == 1
    ended = line.well("decide", waiting, "reject", "--reason", "wrong-facts", "--as", "@tom")
    assert (
        f"Run {waiting[-7:]} of support_triage is stopped, paused: Rejected by Tom Whitfield: wrong facts." in ended.out
    )
    assert "can still be rejected" not in ended.out
    assert sent(line) == []


def test_what_somebody_took_over_says_so_to_whoever_comes_after(line: Line, waiting: str) -> None:
    line.well("decide", waiting, "take-over", "--as", "@farah")
    answer = line("decide", waiting, "approve", "--as", "@tom")
    assert (answer.status, "This is closed already, at " in answer.err) == (1, True)
    assert "Taken over by Farah Haddad." in answer.err
    assert "sample/" not in answer.err


def test_scripts_hear_how_it_ended(line: Line, waiting: str) -> None:
    run = line.well("decide", waiting, "approve", "--as", "@farah", "--json").json
    assert (run["state"], run["carried_out"], run["waiting"]) == ("done", True, [])
    assert run["actions"][0]["record"] == "helpdesk:T-1001"
    assert run["actions"][0]["receipt"]["id"].startswith("R-")


# --- editing -------------------------------------------------------------------------------------------------------


def test_what_is_sent_is_what_the_reviewer_edited(line: Line, waiting: str) -> None:
    line.well("decide", waiting, "edit", "body=We will look into it.", "--as", "@farah")
    line.well("decide", waiting, "approve", "--as", "@tom")
    (call,) = Backstage(line.data / BACK_OFFICE).effects()
    assert call.record == "helpdesk:T-1001"
    assert line.entry(waiting, "gate.decided")["actor"] == "sample/tom"
    edits = [entry for entry in line.show(waiting)["timeline"] if "after.body" in entry["fields"]]
    assert edits[0]["fields"]["after.body"] == "We will look into it."


def test_whoever_edits_does_not_approve(line: Line, waiting: str) -> None:
    line.well("decide", waiting, "edit", "body=Mine.", "--as", "@farah")
    answer = line("decide", waiting, "approve", "--as", "@farah")
    assert "You changed this yourself" in answer.err
    assert "Asked: Tom Whitfield." in line.well("decide", waiting).out


def test_an_edit_makes_the_old_fingerprint_worthless(line: Line, waiting: str) -> None:
    (before,) = line.well("decide", waiting, "--json").json["waiting"]
    line.well("decide", waiting, "edit", "body=Another.", "--as", "@farah")
    answer = line("decide", waiting, "approve", "--digest", before["digest"], "--as", "@tom")
    assert answer.status == 1
    assert sent(line) == []


@pytest.mark.parametrize("where", ["-", "body=-"])
def test_a_long_text_comes_through_a_pipe(where: str, line: Line, waiting: str) -> None:
    text = "Dear customer,\n\nwe look into it.\n\n– us"
    line.well("decide", waiting, "edit", "--file", where, "--as", "@farah", stdin=text + "\n")
    (waits,) = line.well("decide", waiting, "--json").json["waiting"]
    assert waits["proposals"][0]["data"]["body"] == text


def test_a_long_text_comes_from_a_file(line: Line, waiting: str, tmp_path: Path) -> None:
    (tmp_path / "answer.txt").write_text("From a file.")
    line.well("decide", waiting, "edit", "--file", "answer.txt", "--as", "@farah")
    (waits,) = line.well("decide", waiting, "--json").json["waiting"]
    assert waits["proposals"][0]["data"]["body"] == "From a file."


def test_an_edit_that_is_refused_is_kept(line: Line, waiting: str) -> None:
    text = "x" * 5_000
    answer = line("decide", waiting, "edit", "--file", "-", "--as", "@farah", stdin=text)
    kept = line.data / f"refused-{waiting}.txt"
    assert answer.status == 1
    assert answer.err.rstrip().endswith(f"What you sent is kept in {kept}.")
    assert kept.read_text("utf-8") == text


@every_bytes
def test_an_edit_that_is_no_text_changes_nothing(raw: bytes, line: Line, waiting: str) -> None:
    before = line.well("decide", waiting, "--json").json["waiting"][0]
    answer = line("decide", waiting, "edit", "--file", "-", "--as", "@farah", stdin=raw)
    after = line.well("decide", waiting, "--json").json["waiting"][0]
    assert "Traceback" not in answer.err
    assert (answer.status == 0) is (before["digest"] != after["digest"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["edit", "ticket_id=T-9"], "says which record this is about"),
        (["edit", "bodi=x"], "There is no field “bodi” here. What can be changed: body."),
        (["edit", "body="], "This does not fit: body"),
        (["edit"], "Nothing was changed."),
        (["edit", "body=x", "--proposal", "2"], "There is no proposal 2 here; there are 1."),
        (["edit", "body=Dear {{name}}"], "An answer has no unfilled placeholder."),
        (["edit", "body:=[1]"], "This does not fit"),
    ],
)
def test_an_edit_that_does_not_fit_says_why(words: list[str], said: str, line: Line, waiting: str) -> None:
    answer = line("decide", waiting, *words, "--as", "@farah")
    assert answer.status == 1
    assert said in answer.err
    assert line.well("decide", waiting, "--json").json["waiting"][0]["version"] == 1


def test_fields_belong_to_verdicts_that_take_some(line: Line, waiting: str) -> None:
    answer = line("decide", waiting, "approve", "body=x", "--as", "@farah")
    assert (answer.status, answer.err) == (2, "approve takes no fields. Did you mean: edit body=x?\n")
    assert sent(line) == []


# --- the other verdicts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["wrong tone", "wrong-tone", "Wrong_Tone"])
def test_a_rejection_ends_the_run_with_its_reason(reason: str, line: Line, waiting: str) -> None:
    answer = line.well("decide", waiting, "reject", "--reason", reason, "--text", "too stiff", "--as", "@tom")
    assert "is stopped: Rejected by Tom Whitfield: wrong tone. too stiff" in answer.out
    assert line.entry(waiting, "gate.decided")["notes"]["reason"] == "wrong tone"
    assert sent(line) == []


@pytest.mark.parametrize(
    ("reason", "hint"), [("rong tone", "Did you mean “wrong tone”?"), ("", "Say why, with one of")]
)
def test_a_rejection_needs_one_of_the_reasons(reason: str, hint: str, line: Line, waiting: str) -> None:
    answer = line("decide", waiting, "reject", "--reason", reason, "--as", "@tom")
    assert answer.status == 1
    assert hint in answer.err


def test_a_redraft_asks_the_model_again_with_the_remark(line: Line, waiting: str) -> None:
    answer = line.well("decide", waiting, "redraft", "--text", "shorter, please", "--as", "@farah")
    assert "version 2" in answer.out
    assert len(line.show(waiting)["attempts"]) == 3
    assert sent(line) == []


def test_a_corrected_fact_takes_the_run_another_way(line: Line, waiting: str) -> None:
    answer = line.well("decide", waiting, "correct", "triage", "category=bug", "--as", "@farah")
    assert "Asked: Mia Lindqvist, Leo Marchetti." in answer.out
    assert "step.corrected" in line.events(waiting)


@pytest.mark.parametrize("words", [[], ["category=bug"]])
def test_a_correction_names_its_step_first(words: list[str], line: Line, waiting: str) -> None:
    answer = line("decide", waiting, "correct", *words, "--as", "@farah")
    assert answer.status == 2
    assert "correct triage category=bug" in answer.err


def test_a_correction_can_name_its_step_as_an_option(line: Line, waiting: str) -> None:
    line.well("decide", waiting, "correct", "--step", "triage", "category=bug", "--as", "@farah")


def test_an_escalation_invites_the_next_group(line: Line, waiting: str) -> None:
    answer = line.well("decide", waiting, "escalate", "--text", "is this a fraud?", "--as", "@farah")
    assert f"→ Olga Petrova: Run {waiting[-7:]} of support_triage needs you" in answer.out
    line.well("decide", waiting, "approve", "--as", "@olga")
    assert sent(line) == ["helpdesk.SendReply"]


def test_a_card_is_handed_to_somebody_who_may_decide_it(line: Line, waiting: str) -> None:
    answer = line.well("decide", waiting, "reassign", "--to", "@tom", "--as", "@farah")
    assert "Asked: Tom Whitfield, Farah Haddad." in answer.out
    refused = line("decide", waiting, "reassign", "--to", "@nadia", "--as", "@farah")
    assert "Nadia Brandt cannot decide this" in refused.err


def test_a_card_is_handed_to_somebody(line: Line, waiting: str) -> None:
    assert "Say to whom, for example --to @mia." in line("decide", waiting, "reassign", "--as", "@farah").err


def test_whoever_takes_over_ends_the_run(line: Line, waiting: str) -> None:
    answer = line.well("decide", waiting, "take-over", "--text", "I will call them", "--as", "@farah")
    assert "is stopped: Taken over by Farah Haddad. I will call them" in answer.out


def test_a_comment_decides_nothing(line: Line, waiting: str) -> None:
    answer = line.well("decide", waiting, "comment", "--text", "I know them", "--as", "@mia")
    assert "Mia Lindqvist (comment): I know them" in answer.out
    assert "Asked: Farah Haddad, Tom Whitfield." in answer.out


def test_nobody_says_done_by_me_where_the_bot_does_it(line: Line, waiting: str) -> None:
    assert "The bot carries this out itself." in line("decide", waiting, "done-by-me", "--as", "@farah").err


def test_done_by_me_closes_an_assisted_run(line: Line) -> None:
    line.well("brief", "set", "support_triage", "stage", "assisted", "--why", "try", "--as", "@olga")
    run = line.start()
    words = ("done-by-me", "--link", "https://desk.example/1", "--minutes", "12", "--as", "@farah")
    answer = line.well("decide", run, *words)
    assert "is done: Done by Farah Haddad." in answer.out
    assert line.entry(run, "action.observed")["notes"]["minutes"] == 12
    assert sent(line) == []


# --- questions -----------------------------------------------------------------------------------------------------


def test_what_the_model_doubts_is_filled_in_by_a_person(line: Line) -> None:
    run = line.start("ambiguous")
    assert "Waits for support." in line.well("decide", run).out
    answer = line.well("decide", run, "answer", "category=billing", "urgent:=true", "--as", "@mia")
    assert "Asked: Farah Haddad, Tom Whitfield." in answer.out
    triage = next(step for step in line.show(run)["steps"] if step["step"] == "triage")
    assert (triage["value"]["category"], triage["value"]["urgent"]) == ("billing", True)
    assert triage["source"] == "person"


@pytest.mark.parametrize("words", [["category=nonsense"], ["colour=red"], ["urgent=maybe"]])
def test_an_answer_that_does_not_fit_says_why(words: list[str], line: Line) -> None:
    run = line.start("ambiguous")
    answer = line("decide", run, "answer", *words, "--as", "@mia")
    assert answer.status == 1
    assert "This does not fit" in answer.err
    assert "Nothing was lost" in answer.err


def test_an_answer_is_no_approval(line: Line, waiting: str) -> None:
    assert "asks for a decision, not for an answer" in line("decide", waiting, "answer", "a=b", "--as", "@farah").err


def test_a_stop_that_rests_on_the_model_is_confirmed_by_a_person(line: Line) -> None:
    run = line.start("spam")
    shown = line.well("decide", run).out
    assert f"countersign decide {run[-7:]} correct triage FIELD=VALUE" in shown
    answer = line.well("decide", run, "approve", "--as", "@mia")
    assert "is stopped: Spam: nothing to answer." in answer.out


def test_a_stop_that_rests_on_an_error_is_corrected(line: Line) -> None:
    run = line.start("spam")
    answer = line.well("decide", run, "correct", "triage", "category=how-to", "--as", "@mia")
    assert "Send an answer to the customer" in answer.out


# --- in doubt ------------------------------------------------------------------------------------------------------


def test_an_answer_that_was_lost_is_looked_up_and_not_repeated(line: Line, waiting: str) -> None:
    Backstage(line.data / BACK_OFFICE).fault("helpdesk.SendReply", Fault.LOST_ANSWER)
    answer = line.well("decide", waiting, "approve", "--as", "@farah")
    assert "helpdesk.SendReply on helpdesk:T-1001: begun" in answer.out
    assert "It goes on at " in answer.out
    assert sent(line) == ["helpdesk.SendReply"]


@pytest.fixture
def doubtful(line: Line) -> str:
    """A run whose action may have happened: the answer was lost, and the other side keeps no record."""
    line.workflows = OWN
    run = line.start_ticket("notice")
    Backstage(line.data / BACK_OFFICE).fault("helpdesk.NotifyPartner", Fault.LOST_ANSWER)
    answer = line.well("decide", run, "approve", "--as", "@mia")
    assert "is parked: It is not known whether helpdesk.NotifyPartner on helpdesk:T-1001 happened" in answer.out
    assert f"countersign decide {run[-7:]} not-done" in answer.out
    assert "→ Olga Petrova:" in answer.out
    shown = line.well("show", run).out
    assert "it is not known whether it happened" in shown
    assert "Look in the other system whether it happened" in shown
    return run


def test_what_happened_after_all_is_not_done_again(line: Line, doubtful: str) -> None:
    words = ("done", "--receipt", "N-7", "--link", "https://partner.example/N-7", "--text", "I asked", "--as", "@olga")
    answer = line.well("decide", doubtful, *words, "--json")
    assert answer.json["state"] == "done"
    assert answer.json["actions"][0]["receipt"]["id"] == "N-7"
    assert sent(line) == ["helpdesk.NotifyPartner"]


def test_what_did_not_happen_is_done_now(line: Line, doubtful: str) -> None:
    line.well("decide", doubtful, "not-done", "--as", "@olga")
    assert sent(line) == ["helpdesk.NotifyPartner", "helpdesk.NotifyPartner"]


def test_a_doubt_is_for_the_owner_to_clear(line: Line, doubtful: str) -> None:
    assert line("decide", doubtful, "not-done", "--as", "@leo").status == 1
    assert sent(line) == ["helpdesk.NotifyPartner"]


@pytest.mark.parametrize("verdict", ["done", "not-done"])
def test_nothing_is_in_doubt_where_nothing_happened(verdict: str, line: Line, waiting: str) -> None:
    answer = line("decide", waiting, verdict, "--as", "@olga")
    assert answer.status == 1
    assert sent(line) == []
    assert "action.reconciled" not in line.events(waiting)


# --- a plan --------------------------------------------------------------------------------------------------------


@pytest.fixture
def plan(line: Line) -> str:
    """A run that waits for support with two changes under one gate."""
    line.workflows = OWN
    run = line.start_ticket("labelling")
    line.well("decide", run, "answer", "tag=vip")
    return run


def test_both_changes_of_a_plan_are_shown_and_carried_out_in_order(line: Line, plan: str) -> None:
    shown = line.well("decide", plan).out
    assert "Put a tag on a ticket → helpdesk:T-1001; Close a ticket → helpdesk:T-1001" in shown
    answer = line.well("decide", plan, "approve", "--as", "@mia")
    assert sent(line) == ["helpdesk.AddTag", "helpdesk.CloseTicket"]
    assert "It goes on at " in answer.out, "two days later"


def test_one_change_of_a_plan_can_be_edited(line: Line, plan: str) -> None:
    assert (
        "There is no field “tag” here." in line("decide", plan, "edit", "tag=x", "--proposal", "2", "--as", "@mia").err
    )
    line.well("decide", plan, "edit", "tag=gold", "--proposal", "1", "--as", "@mia")
    (waits,) = line.well("decide", plan, "--json").json["waiting"]
    assert [proposal["data"].get("tag") for proposal in waits["proposals"]] == ["gold", None]


@pytest.mark.parametrize("number", ["0", "-1", "3"])
def test_a_change_that_is_not_in_the_plan_is_refused(number: str, line: Line, plan: str) -> None:
    answer = line("decide", plan, "edit", f"--proposal={number}", "tag=x", "--as", "@mia")
    assert (answer.status, "There is no proposal" in answer.err) == (1, True)


def test_a_file_for_a_change_without_fields_is_refused(line: Line, plan: str) -> None:
    words = ("edit", "--proposal", "2", "--file", "-", "--as", "@mia")
    assert "Say which field the file is for" in line("decide", plan, *words, stdin="x").err
