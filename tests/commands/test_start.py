"""Starting a workflow: what was typed is taken strictly, is kept where it is refused, and can be tried for free."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.systems.sandbox import Backstage, Operation
from bot.wiring import BACK_OFFICE
from tests.commands.line import SAMPLES, WORKFLOWS, Line, process
from tests.naughty import INJECTIONS, every_bytes, every_json

BILLING = str(SAMPLES / "billing.json")
TICKET = {
    "id": "T-1001",
    "customer_id": "C-105",
    "email": "desk@brambleside-bikes.example",
    "subject": "Charged twice",
    "body": "We were charged twice for one invoice. Please refund one payment.",
}


def test_a_run_starts_and_comes_to_its_gate(line: Line) -> None:
    answer = line.well("start", "support_triage", "--input", BILLING)
    assert "Started support_triage as run " in answer.out
    assert "Waits for 1 approval by finance." in answer.out
    assert "Asked: Farah Haddad, Tom Whitfield." in answer.out


def test_the_next_command_is_there_to_be_typed(line: Line) -> None:
    answer = line.well("start", "support_triage", "--input", BILLING)
    command = next(row for row in answer.out.splitlines() if "approve --digest" in row)
    line.well(*command.split()[1:], "--as", "@farah")


def test_fields_can_be_typed_one_by_one(line: Line) -> None:
    fields = [f"{name}={value}" for name, value in TICKET.items()]
    answer = line.well("start", "support_triage", *fields, "--json")
    trigger = line.show(answer.json["id"])["steps"][0]
    assert trigger["value"] == {**TICKET, "language": "en"}
    assert trigger["source"] == "trigger"


def test_a_typed_field_wins_over_the_file(line: Line) -> None:
    answer = line.well("start", "support_triage", "language=de", "--input", BILLING, "--json")
    assert line.show(answer.json["id"])["steps"][0]["value"]["language"] == "de"


def test_the_input_may_come_through_a_pipe(line: Line) -> None:
    answer = line.well("start", "support_triage", "--input", "-", "--json", stdin=json.dumps(TICKET))
    assert answer.json["state"] == "waiting"


def test_the_answer_for_scripts_says_what_waits_for_whom(line: Line) -> None:
    run = line.well("start", "support_triage", "--input", BILLING, "--json").json
    assert (run["fresh"], run["carried_out"], run["state"], run["stage"]) == (True, True, "waiting", "approved")
    (waits,) = run["waiting"]
    assert (waits["kind"], waits["step"], waits["group"]) == ("gate", "approved", "finance")
    assert waits["people"] == ["sample/farah", "sample/tom"]
    assert waits["proposals"][0]["kind"] == "helpdesk.SendReply"
    assert waits["verbs"][0] == "approve"


def test_the_same_request_twice_is_one_run(line: Line) -> None:
    first = line.start()
    answer = line.well("start", "support_triage", "--input", BILLING)
    assert f"has started run {first} already" in answer.out
    assert len(line.well("runs", "--json").json["runs"]) == 1
    assert "run.duplicate" in line.events(first)


def test_a_key_tells_two_requests_apart(line: Line) -> None:
    assert line.start("billing", "--key", "a") != line.start("billing", "--key", "b")
    assert line.start("billing", "--key", "a") == line.start("billing", "--key", "a")


def test_where_it_came_from_stands_in_the_record(line: Line) -> None:
    run = line.start("billing", "--record", "https://desk.example/T-1001")
    assert line.show(run)["record"] == "https://desk.example/T-1001"


def test_a_workflow_without_fields_says_what_it_takes(line: Line) -> None:
    answer = line("start", "support_triage")
    assert answer.status == 1
    assert "customer_id  text" in answer.err
    assert "language     text, may be left out (then en)" in answer.err
    assert f"--input {SAMPLES / 'ambiguous.json'}" in answer.err


@pytest.mark.parametrize(("typed", "meant"), [("suport_triage", "Did you mean support_triage?"), ("x", "There is: ")])
def test_a_workflow_that_does_not_exist_is_refused(typed: str, meant: str, line: Line) -> None:
    answer = line("start", typed, "a=b")
    assert answer.status == 1
    assert f"There is no workflow “{typed}”. {meant}" in answer.err


def test_a_guest_may_not_start_it(line: Line) -> None:
    answer = line("start", "support_triage", "--input", BILLING, "--as", "@gus")
    assert (answer.status, answer.err) == (1, "Guests cannot do this here.\n")


# --- what does not fit ---------------------------------------------------------------------------------------------


def test_every_field_that_does_not_fit_is_named(line: Line) -> None:
    answer = line(
        "start", "support_triage", "id=T 1", "email=nobody", "extra=1", "customer_id=C-1", "subject=s", "body=b"
    )
    assert answer.status == 1
    assert all(f"{name}:" in answer.err for name in ("id", "email", "extra"))
    assert answer.err.rstrip().endswith("Nothing was started.")
    assert line.well("runs", "--json").json["runs"] == []


@pytest.mark.parametrize("word", ["subject", "=x", "a b=c", "", ":=1"])
def test_a_word_that_is_no_field_is_mistyped(word: str, line: Line) -> None:
    answer = line("start", "support_triage", word)
    assert answer.status == 2
    assert "is no field: write FIELD=TEXT" in answer.err


def test_a_field_is_given_once(line: Line) -> None:
    assert "given twice" in line("start", "support_triage", "id=1", "id=2").err


def test_what_came_through_a_pipe_is_kept_where_it_is_refused(line: Line) -> None:
    typed = json.dumps({**TICKET, "email": "no address"})
    answer = line("start", "support_triage", "--input", "-", stdin=typed)
    kept = line.data / "refused-support_triage.json"
    assert answer.status == 1
    assert answer.err.rstrip().endswith(f"What you sent is kept in {kept}.")
    assert kept.read_text("utf-8") == typed
    assert kept.stat().st_mode & 0o077 == 0


def test_a_secret_is_not_kept_with_it(line: Line) -> None:
    secret = "sk-live-4eC39HqLyjWDarjtT1zdp7dc"
    line("start", "support_triage", "--input", "-", stdin=json.dumps({"body": f"my key is {secret}"}))
    kept = (line.data / "refused-support_triage.json").read_text("utf-8")
    assert secret not in kept
    assert "my key is" in kept


def test_a_file_stays_where_it_is(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "ticket.json"
    file.write_text("{}")
    answer = line("start", "support_triage", "--input", str(file))
    assert answer.status == 1
    assert "kept in" not in answer.err


@every_json
def test_json_that_is_not_strict_is_refused(raw: bytes, line: Line) -> None:
    answer = line("start", "support_triage", "--input", "-", stdin=raw)
    assert answer.status == 1
    assert answer.err.startswith(("What is in the standard input is no JSON", "support_triage starts from a Ticket"))
    assert "Traceback" not in answer.err


@every_bytes
def test_bytes_that_are_no_json_are_refused(raw: bytes, line: Line) -> None:
    assert line("start", "support_triage", "--input", "-", stdin=raw).status == 1


@pytest.mark.parametrize("text", ["[]", "1", '"text"', "null", "[" * 200 + "]" * 200])
def test_json_that_is_no_object_is_refused(text: str, line: Line) -> None:
    assert line("start", "support_triage", "--input", "-", stdin=text).status == 1


def test_a_megabyte_is_enough(line: Line) -> None:
    answer = line("start", "support_triage", "--input", "-", stdin=json.dumps({"body": "a" * 1_100_000}))
    assert answer.status == 1
    assert "are too many" in answer.err


@pytest.mark.parametrize("where", ["nowhere.json", ".", "a\nb", "x" * 5000])
def test_a_file_that_cannot_be_read_is_said(where: str, line: Line) -> None:
    answer = line("start", "support_triage", "--input", where)
    assert answer.status == 1
    assert "cannot be read" in answer.err


def test_nothing_typed_into_a_field_leaves_it(line: Line) -> None:
    ticket = {**TICKET, "body": "\n".join(INJECTIONS.values())}
    answer = line("start", "support_triage", "--input", "-", stdin=json.dumps(ticket))
    assert answer.status == 0
    assert not {"\x1b", "\u202e", "\x07"} & set(answer.out)
    assert "is waiting." in answer.out


# --- a dry run -----------------------------------------------------------------------------------------------------


def calls(line: Line) -> list[Operation]:
    """What the help desk was asked to do, as it noted itself."""
    return [call.operation for call in Backstage(line.data / BACK_OFFICE).calls()]


def test_a_dry_run_says_what_would_change(line: Line) -> None:
    answer = line.well("start", "support_triage", "--input", BILLING, "--dry-run")
    assert "Send an answer to desk@brambleside-bikes.example on ticket T-1001." in answer.out
    assert "status: open → answered" in answer.out
    assert "“approved” is for finance (Farah Haddad, Tom Whitfield)." in answer.out
    assert answer.out.endswith("This was a dry run: nothing was changed, nothing was stored.\n")


def test_a_dry_run_changes_and_stores_nothing(line: Line) -> None:
    line.well("start", "support_triage", "--input", BILLING, "--dry-run")
    assert calls(line) == []
    assert line.well("runs", "--json").json["runs"] == []
    with closing(sqlite3.connect(line.data / "countersign.sqlite3")) as db:
        for table in ("run", "entry", "attempt", "effect"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_a_dry_run_tells_scripts_the_same(line: Line) -> None:
    tried = line.well("start", "support_triage", "--input", BILLING, "--dry-run", "--json").json
    steps = {step["step"]: step for step in tried["steps"]}
    assert steps["triage"]["value"]["category"] == "billing"
    assert steps["triage"]["prompt"].startswith("triage@")
    assert steps["spam"]["status"] == "skipped"
    assert tried["would"][0]["after"]["status"] == "answered"
    assert (tried["would_ask"], tried["stops_at"]) == (["finance"], "")


def test_a_dry_run_says_where_the_model_is_not_sure_enough(line: Line) -> None:
    words = ("start", "support_triage", "--input", str(SAMPLES / "ambiguous.json"), "--dry-run")
    said = "The brief wants “triage” at least 60 % sure: support would be asked about it first."
    assert said in line.well(*words).out
    assert line.well(*words, "--json").json["unsure"] == ["triage"]
    assert said not in line.well("start", "support_triage", "--input", BILLING, "--dry-run").out


def test_a_dry_run_of_what_stops_says_so(line: Line) -> None:
    answer = line.well("start", "support_triage", "--input", str(SAMPLES / "spam.json"), "--dry-run")
    assert "It would have been stopped: Spam: nothing to answer." in answer.out


def test_a_dry_run_is_for_those_who_may_start_it(line: Line) -> None:
    assert line("start", "support_triage", "--input", BILLING, "--dry-run", "--as", "@gus").status == 1


# --- a process of its own ------------------------------------------------------------------------------------------


def test_the_whole_way_works_in_processes_of_their_own(tmp_path: Path) -> None:
    data = tmp_path / "data"
    started = process(["start", "support_triage", "--input", BILLING, "--json"], data)
    run = json.loads(started.stdout)["id"]
    decided = process(["decide", run, "approve", "--as", "@farah"], data)
    assert decided.returncode == 0, decided.stderr
    assert f"Run {run[-7:]} of support_triage is done." in decided.stdout.decode()


def test_data_goes_where_it_is_told(tmp_path: Path) -> None:
    data = tmp_path / "default"
    process(["start", "support_triage", "--input", BILLING, "--data", "elsewhere"], data, cwd=tmp_path)
    assert (tmp_path / "elsewhere" / "countersign.sqlite3").is_file()
    assert not data.exists()


def test_without_a_word_data_goes_below_the_folder_one_is_in(tmp_path: Path) -> None:
    process(["start", "support_triage", "--input", BILLING], tmp_path / "x", cwd=tmp_path, COUNTERSIGN_DATA="")
    assert (tmp_path / ".countersign" / "countersign.sqlite3").is_file()


def test_workflows_are_found_where_they_are_said_to_be(line: Line, tmp_path: Path) -> None:
    line.workflows = tmp_path / "nothing here"
    assert "There is no folder of workflows here." in line("start", "support_triage", "a=b").err
    assert line.well("start", "support_triage", "--input", BILLING, "--workflows", str(WORKFLOWS)).status == 0
