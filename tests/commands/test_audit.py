"""`countersign audit …`: verify, export, erase, prune, rotate-key, checkpoint, as people type them."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.domain.audit.checkpoint import read_checkpoint
from tests.commands.line import Answer, Line, process

DATABASE = "countersign.sqlite3"


@contextmanager
def tampering(line: Line) -> Generator[sqlite3.Connection]:
    with closing(sqlite3.connect(line.data / DATABASE, isolation_level=None)) as db:
        rules = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in rules:
            db.execute(f"DROP TRIGGER {name}")
        yield db
        for _, rule in rules:
            db.execute(rule)


@pytest.fixture
def done(line: Line, waiting: str) -> str:
    """A run that was approved and ended."""
    line.well("decide", waiting, "approve", "--as", "@farah")
    return waiting


# --- verify -----------------------------------------------------------------------------------------------------------


def test_a_whole_record_is_said_to_be_whole(line: Line, done: str) -> None:
    answer = line("audit", "verify")
    assert answer.status == 0
    assert "The record is whole." in answer.out
    assert "sealed" in answer.out.splitlines()[0]


def test_a_changed_record_is_found_with_the_entry_and_what_is_wrong(line: Line, done: str) -> None:
    with tampering(line) as db:
        db.execute("UPDATE entry SET actor = 'sample/nobody' WHERE kind = 'gate.decided'")
    answer = line("audit", "verify")
    assert answer.status == 1
    assert "The record was changed." in answer.out
    assert f"of run:{done} shows something else than was sealed: ['actor']" in answer.out


def test_a_script_reads_what_was_found(line: Line, done: str) -> None:
    whole = line("audit", "verify", "--json").json
    assert (whole["status"], whole["found"], whole["problems"], whole["with_key"]) == ("whole", 0, [], True)
    with tampering(line) as db:
        db.execute("UPDATE entry SET actor = x'00' WHERE kind = 'gate.decided'")
    changed = line("audit", "verify", "--json")
    assert (changed.status, changed.json["status"]) == (1, "tampered")
    (problem,) = changed.json["problems"]
    assert (problem["kind"], problem["chain"]) == ("column", f"run:{done}")


def test_more_problems_than_fit_on_a_screen_are_counted(line: Line, done: str) -> None:
    with tampering(line) as db:
        db.execute("UPDATE entry SET writer = 'nobody'")
        db.execute("UPDATE entry SET mac = zeroblob(32)")
    answer = line("audit", "verify")
    assert "… and " in answer.out
    assert len(answer.out.splitlines()) < 30


def test_an_older_copy_is_found_by_the_checkpoints_beside_it(line: Line, waiting: str) -> None:
    old = (line.data / DATABASE).read_bytes()
    line.well("decide", waiting, "approve", "--as", "@farah")
    (line.data / DATABASE).write_bytes(old)
    answer = line("audit", "verify")
    assert answer.status == 1
    assert "cut, or an old copy" in answer.out


def test_a_checkpoint_that_somebody_keeps_is_compared(line: Line, done: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(line.well("audit", "checkpoint").out)
    assert line("audit", "verify", "--anchor", str(kept)).status == 0
    origin, _, *rest = kept.read_text().split("\n")
    kept.write_text("\n".join([origin, "999", *rest]))
    assert line("audit", "verify", "--anchor", str(kept)).status == 1


def test_a_copy_far_away_is_verified_with_its_key_named(line: Line, done: str, tmp_path: Path) -> None:
    copy, key = tmp_path / "copy.sqlite3", tmp_path / "key"
    line.well("backup", str(copy), "--key-to", str(key))
    far = Line(tmp_path / "nothing here")
    without = far("audit", "verify", "--db", str(copy))
    assert (without.status, "nobody can say who wrote this" in without.out) == (0, True)
    with_key = far("audit", "verify", "--db", str(copy), "--key", str(key))
    assert (with_key.status, "nobody can say" in with_key.out) == (0, False)
    assert not far.data.exists(), "looking leaves nothing behind"


def test_a_quick_look_leaves_out_what_things_mean(line: Line, done: str) -> None:
    with tampering(line) as db:
        db.execute("UPDATE entry SET actor = 'sample/nobody' WHERE kind = 'gate.decided'")
    assert line("audit", "verify", "--quick").status == 0
    assert line("audit", "verify").status == 1


@pytest.mark.parametrize(
    "words",
    [
        ["--db", "nowhere.sqlite3"],
        ["--key", "nowhere.key"],
        ["--anchor", "nowhere.txt"],
        ["--nonsense"],
        ["--db"],
    ],
)
def test_where_there_is_nothing_to_verify_the_status_says_so(line: Line, done: str, words: list[str]) -> None:
    answer = line("audit", "verify", *words)
    assert (answer.status, answer.out) == (3, "")
    assert "Traceback" not in answer.err


def test_where_nothing_was_ever_started_there_is_nothing_to_verify(line: Line) -> None:
    assert line("audit", "verify").status == 3
    assert not line.data.exists()


def test_a_file_that_is_no_database_is_said_to_be_none(line: Line, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("Something else." * 100)
    answer = line("audit", "verify", "--db", str(other))
    assert (answer.status, "Traceback" in answer.err) == (1, False)
    assert "not a database" in answer.err


def test_a_usage_that_is_wrong_elsewhere_keeps_its_status(line: Line) -> None:
    assert line("audit", "erase").status == 2
    assert line("audit").status == 2


# --- export -----------------------------------------------------------------------------------------------------------


def test_an_export_goes_out_with_the_program_that_checks_it(line: Line, done: str, tmp_path: Path) -> None:
    out = tmp_path / "out" / "export.ndjson"
    out.parent.mkdir()
    answer = line.well("audit", "export", str(out), "--as", "@nadia")
    assert answer.out == ""
    assert out.stat().st_mode & 0o777 == 0o600
    command = [sys.executable, "-I", "-S", "verify_export.py", out.name]
    checked = subprocess.run(command, cwd=out.parent, capture_output=True, text=True, env={}, timeout=50)
    assert (checked.returncode, "0 problems" in checked.stdout) == (0, True), checked.stdout


def test_an_export_can_go_through_a_pipe(line: Line, done: str) -> None:
    answer = line.well("audit", "export", "--run", done[-6:], "--as", "@nadia")
    read = [json.loads(one) for one in answer.out.splitlines()]
    assert read[-1] == {"entries": len(read) - 2}
    assert "went out" in answer.err


def test_an_export_overwrites_nothing(line: Line, done: str, tmp_path: Path) -> None:
    out = tmp_path / "export.ndjson"
    out.write_text("mine")
    answer = line("audit", "export", str(out), "--as", "@nadia")
    assert (answer.status, out.read_text()) == (1, "mine")
    assert "Name a new file" in answer.err
    with closing(sqlite3.connect(line.data / DATABASE)) as db:
        assert db.execute("SELECT count(*) FROM entry WHERE kind = 'export.made'").fetchone() == (0,)


def test_a_table_opens_in_a_spreadsheet(line: Line, done: str) -> None:
    answer = line.well("audit", "export", "--csv", "--workflow", "support_triage", "--as", "@olga")
    assert answer.out.startswith("chain,seq,kind,at,")
    assert "run.done" in answer.out


@pytest.mark.parametrize("words", [["--since", "yesterday"], ["--until", "31.12.2026"]])
def test_a_day_that_is_none_is_said_to_be_none(line: Line, done: str, words: list[str]) -> None:
    answer = line("audit", "export", *words, "--as", "@nadia")
    assert (answer.status, "2026-01-31" in answer.err) == (2, True)


def test_whoever_may_not_export_is_told_whom_to_ask(line: Line, done: str) -> None:
    answer = line("audit", "export", "--as", "@sam")
    assert (answer.status, answer.out) == (1, "")
    assert "@olga" in answer.err


# --- erase, prune, checkpoint -----------------------------------------------------------------------------------------


def email(line: Line, run: str) -> str:
    return str(line.show(run)["steps"][0]["value"]["email"])


def test_somebody_is_erased_from_every_file(line: Line, done: str) -> None:
    who = email(line, done)
    answer = line.well("audit", "erase", "--subject", who, "--why", f"{who} asked.", "--as", "@nadia")
    assert "1 run about them emptied" in answer.out
    for path in line.data.iterdir():
        assert who.encode() not in path.read_bytes() or path.name.startswith("back-office"), path.name
    assert line("audit", "verify").status == 0
    assert line.show(done)["state"] == "done"


def test_a_file_that_still_mentions_them_is_named(line: Line, done: str) -> None:
    who = email(line, done)
    (line.data / "refused-notes.json").write_text(f'{{"email": "{who}"}}')
    answer = line("audit", "erase", "--subject", who, "--why", "They asked.", "--as", "@nadia")
    assert answer.status == 1
    assert "refused-notes.json still mentions them" in answer.out


def test_a_run_that_waits_has_to_end_first(line: Line, waiting: str) -> None:
    answer = line("audit", "erase", "--subject", email(line, waiting), "--why", "They asked.", "--as", "@nadia")
    assert (answer.status, waiting in answer.err) == (1, True)


def test_a_script_reads_what_was_erased(line: Line, done: str) -> None:
    who = email(line, done)
    answer = line.well("audit", "erase", "--subject", who, "--why", "They asked.", "--as", "@nadia", "--json")
    assert (answer.json["runs"], answer.json["left_in"]) == (1, [])
    assert answer.json["fields"] > 10


def test_nothing_is_pruned_before_its_time(line: Line, done: str) -> None:
    answer = line.well("audit", "prune", "--before", "2999-01-01", "--why", "Old.", "--as", "@nadia")
    assert "Nothing is old enough to go." in answer.out
    assert line.well("audit", "prune", "--before", "2999-01-01", "--why", "Old.", "--as", "@nadia", "--json").json == {
        "entries": 0,
        "runs": 0,
        "stays": answer.out.splitlines()[1].removeprefix("What stays: "),
        "emptied": 0,
    }
    assert answer.out.endswith("No content was kept for longer than its brief says.\n")


def long_ago(line: Line) -> None:
    """Whatever has ended here did so in another year."""
    with closing(sqlite3.connect(line.data / DATABASE)) as db:
        document = "json_set(document, '$.ended_at', '2020-01-01T00:00:00.000000Z')"
        db.execute(f"UPDATE run SET ended_at = '2020-01-01T00:00:00.000000Z', document = {document}")
        db.commit()


def test_pruning_says_of_how_many_runs_the_content_went(line: Line, done: str) -> None:
    long_ago(line)
    answer = line.well("audit", "prune", "--before", "2021-01-01", "--why", "Old.", "--as", "@nadia")
    assert "Of 1 run the content is gone as well" in answer.out
    assert all(step["value"] is None for step in line.show(done)["steps"])


def test_the_doctor_says_where_content_is_kept_for_too_long(line: Line, done: str) -> None:
    (said,) = [one for one in line.well("doctor", "--json").json["findings"] if one["about"] == "content"]
    assert said["sign"] == "ok"
    long_ago(line)
    (said,) = [one for one in line.well("doctor", "--json").json["findings"] if one["about"] == "content"]
    assert said["sign"] == "note"
    assert said["text"].startswith("1 run that ended long ago still has content. A running bot takes it away")
    line.well("audit", "prune", "--before", "2021-01-01", "--why", "Old.", "--as", "@nadia")
    (said,) = [one for one in line.well("doctor", "--json").json["findings"] if one["about"] == "content"]
    assert said["sign"] == "ok"


def test_a_checkpoint_can_be_kept_by_hand(line: Line, done: str) -> None:
    answer = line.well("audit", "checkpoint")
    checkpoint = read_checkpoint(answer.out)
    told = line.well("audit", "checkpoint", "--json").json
    assert told["size"] >= checkpoint.size > 10
    assert read_checkpoint(told["checkpoint"]).origin == checkpoint.origin


def test_the_record_is_verified_while_another_process_looks_at_it(line: Line, done: str) -> None:
    answer = process(["audit", "verify", "--json"], line.data)
    assert (answer.returncode, json.loads(answer.stdout)["status"]) == (0, "whole")


# --- the key ----------------------------------------------------------------------------------------------------------


def rotate(line: Line, *more: str) -> Answer:
    return line.well("audit", "rotate-key", "--why", "It is a year old.", "--as", "@nadia", *more)


def test_the_key_is_rotated_and_the_record_stays_whole(line: Line, waiting: str) -> None:
    answer = rotate(line)
    assert "From now on the record is sealed with the key " in answer.out
    assert "Copy" in answer.out
    line.well("decide", waiting, "approve", "--as", "@farah")
    verified = line.well("audit", "verify")
    assert "2 keys, the last one from entry " in verified.out
    assert "The record is whole." in verified.out


def test_a_script_reads_which_key_follows_which(line: Line, waiting: str) -> None:
    told = rotate(line, "--json").json
    keys = line.well("audit", "verify", "--json").json["keys"]
    assert keys == [{"key": told["old"][:8], "from": 1}, {"key": told["new"][:8], "from": told["entries_before"] + 1}]
    assert rotate(line, "--json").json["old"] == told["new"]


def test_only_an_auditor_rotates_the_key_and_says_why(line: Line, waiting: str) -> None:
    before = (line.data / "audit.key").read_bytes()
    answer = line("audit", "rotate-key", "--why", "Why not?", "--as", "@olga")
    assert (answer.status, answer.err) == (1, "You may not rotate the audit key here. Ask the group auditors.\n")
    assert line("audit", "rotate-key", "--as", "@nadia").status == 2
    assert (line.data / "audit.key").read_bytes() == before


def test_a_lost_key_is_named_and_the_rest_is_verified(line: Line, waiting: str, tmp_path: Path) -> None:
    older = tmp_path / "older.key"
    older.write_bytes((line.data / "audit.key").read_bytes())
    new = rotate(line, "--json").json["new"]
    answer = line("audit", "verify", "--key", str(older))
    assert answer.status == 2
    assert f"cannot be checked for who wrote them: the key {new[:8]} is missing." in answer.out
    assert "Nothing was changed, but something is missing." in answer.out


def test_an_export_from_under_two_keys_is_checked_without_our_code(line: Line, waiting: str, tmp_path: Path) -> None:
    rotate(line)
    line.well("audit", "export", str(tmp_path / "export.ndjson"), "--as", "@nadia")
    command = [sys.executable, "-I", "verify_export.py", "export.ndjson", "--key", str(line.data / "audit.key")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_a_key_file_that_is_none_is_no_key_to_verify_with(line: Line, done: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hello")
    answer = line("audit", "verify", "--key", str(tmp_path / "key"))
    assert (answer.status, "is not the key of a record: it has 5 bytes, not 32. Name the right" in answer.err) == (
        3,
        True,
    )
