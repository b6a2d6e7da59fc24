"""`countersign backup` and `restore`, as people type them."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.store.lock import file_lock
from tests.commands.line import SAMPLES, Line

DATABASE = "countersign.sqlite3"


def test_a_copy_is_made_checked_and_written_down(line: Line, waiting: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    answer = line.well("backup", str(copy))
    assert "is a whole copy" in answer.out
    assert "The audit key is not in it" in answer.out
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(line.data / DATABASE)) as db:
        kinds = db.execute("SELECT outcome FROM entry WHERE kind = 'export.made'").fetchall()
    assert kinds == [("backup",)]
    assert [path.name for path in tmp_path.iterdir() if "audit.key" in path.name] == []


def test_the_key_is_copied_only_where_somebody_says_to(line: Line, waiting: str, tmp_path: Path) -> None:
    copy, key = tmp_path / "copy.sqlite3", tmp_path / "key"
    answer = line.well("backup", str(copy), "--key-to", str(key), "--json")
    assert (answer.json["file"], answer.json["key_to"]) == (str(copy), str(key))
    assert answer.json["bytes"] == copy.stat().st_size
    assert key.read_bytes() == (line.data / "audit.key").read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("taken", ["copy", "key"])
def test_a_backup_overwrites_nothing(line: Line, waiting: str, tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("mine")
    answer = line("backup", str(tmp_path / "copy"), "--key-to", str(tmp_path / "key"))
    assert (answer.status, (tmp_path / taken).read_text()) == (1, "mine")


def test_a_backup_that_has_no_place_is_a_sentence(line: Line, waiting: str, tmp_path: Path) -> None:
    for file in (tmp_path / "nowhere" / "copy", Path("/dev/null/copy")):
        answer = line("backup", str(file))
        assert (answer.status, f"The copy {file} cannot be written: " in answer.err) == (1, True), answer.err
        assert "Name a file elsewhere." in answer.err


def test_a_copy_is_put_back_and_everything_is_held(line: Line, waiting: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    line.well("backup", str(copy))
    line.well("decide", waiting, "approve", "--as", "@farah")
    assert line.show(waiting)["state"] == "done"
    answer = line.well("restore", str(copy), "--why", "The disk was broken.", "--yes")
    assert "Everything is held" in answer.out
    assert line.show(waiting)["state"] == "waiting"
    held = line("start", "support_triage", "--input", str(SAMPLES / "bug.json"))
    assert (held.status, "older copy of the database" in held.err) == (1, True)
    line.well("resume", "--all", "--why", "I have looked.", "--as", "@olga")
    line.well("decide", waiting, "approve", "--as", "@farah")
    assert line.show(waiting)["state"] == "done"
    assert line("audit", "verify").status == 2, "what the checkpoints know of the lost time is missing"


def test_nothing_is_put_back_without_a_yes(line: Line, waiting: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    line.well("backup", str(copy))
    for said in ("no\n", "\n", ""):
        answer = line("restore", str(copy), "--why", "A try.", stdin=said)
        assert (answer.status, "Nothing was changed" in answer.err) == (1, True)
    answer = line("restore", str(copy), "--why", "A try.", stdin="yes\n")
    assert answer.status == 0


def test_nothing_is_put_back_under_a_running_bot(line: Line, waiting: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    line.well("backup", str(copy))
    with file_lock(line.data / DATABASE):
        answer = line("restore", str(copy), "--why", "A try.", "--yes")
    assert (answer.status, "running on this data already" in answer.err) == (1, True)


def test_a_copy_goes_into_an_empty_folder_with_its_key(line: Line, waiting: str, tmp_path: Path) -> None:
    copy, key = tmp_path / "copy.sqlite3", tmp_path / "key"
    line.well("backup", str(copy), "--key-to", str(key))
    fresh = Line(tmp_path / "fresh")
    without = fresh("restore", str(copy), "--why", "Moved.", "--yes")
    assert (without.status, "--key FILE" in without.err) == (1, True)
    answer = fresh.well("restore", str(copy), "--key", str(key), "--why", "Moved.", "--yes", "--json")
    assert answer.json["paused"] is True
    assert fresh.show(waiting)["state"] == "waiting"
    assert fresh("audit", "verify").status == 0


def test_a_copy_from_before_a_rotation_goes_on_with_the_older_key_and_says_so(
    line: Line, waiting: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite3"
    line.well("backup", str(copy))
    line.well("audit", "rotate-key", "--why", "It is a year old.", "--as", "@nadia")
    answer = line.well("restore", str(copy), "--why", "The disk was broken.", "--yes")
    assert "older than the last rotation of the audit key" in answer.out
    assert "countersign audit rotate-key --why TEXT" in answer.out
    line.well("audit", "rotate-key", "--why", "Again.", "--as", "@nadia")
    assert "key in doubt" not in line("audit", "verify").out
    kept = next(line.data.glob("before-restore-*")) / "countersign.sqlite3"
    said = line("audit", "verify", "--db", str(kept))
    assert (said.status, "cannot be checked" in said.out) == (2, False), "its key is still there, and a newer one"


def test_a_copy_from_after_a_rotation_needs_the_key_from_after_it(line: Line, waiting: str, tmp_path: Path) -> None:
    copy, stale, key = tmp_path / "copy.sqlite3", tmp_path / "stale.key", tmp_path / "key"
    stale.write_bytes((line.data / "audit.key").read_bytes())
    line.well("audit", "rotate-key", "--why", "It is a year old.", "--as", "@nadia")
    line.well("backup", str(copy), "--key-to", str(key))
    fresh = Line(tmp_path / "fresh")
    refused = fresh("restore", str(copy), "--key", str(stale), "--why", "Moved.", "--yes")
    assert (refused.status, "is not in stale.key. Put the right" in refused.err) == (1, True), refused.err
    fresh.well("restore", str(copy), "--key", str(key), "--why", "Moved.", "--yes")
    assert fresh("audit", "verify").status == 0


@pytest.mark.parametrize("file", ["nowhere.sqlite3", "."])
def test_what_is_no_copy_is_said_to_be_none(line: Line, waiting: str, file: str) -> None:
    answer = line("restore", file, "--why", "A try.", "--yes")
    assert (answer.status, "countersign backup" in answer.err) == (1, True)
    assert line.show(waiting)["state"] == "waiting"


def test_nobody_restores_as_somebody_else(line: Line, waiting: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    line.well("backup", str(copy))
    assert line("restore", str(copy), "--why", "A try.", "--yes", "--as", "@olga").status == 2


def test_an_interrupted_restore_is_not_begun_anew_by_the_next_command(line: Line, waiting: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    line.well("backup", str(copy))
    os.replace(line.data / DATABASE, line.data / ".restoring.sqlite3")
    answer = line("start", "support_triage", "subject=Hello")
    assert (answer.status, "A restore was interrupted" in answer.err) == (1, True)
    line.well("restore", str(copy), "--why", "Once more.", "--yes")
    assert line.show(waiting)["state"] == "waiting"
