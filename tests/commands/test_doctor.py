"""The doctor finds what is wrong, says what to do about it, and changes nothing."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.health import Health, health_of
from bot.commands.work.doctor import _backup
from bot.domain.audit.keys import mark_of
from bot.domain.errors import StoreFailed
from bot.settings import read_settings
from bot.wiring import AUDIT_KEY, DATABASE
from tests.commands.line import Line
from tests.naughty import every_bytes


def found(line: Line, about: str) -> list[dict[str, Any]]:
    answer = line("doctor", "--json")
    return [one for one in answer.json["findings"] if one["about"] == about]


def test_a_fresh_folder_is_well(line: Line) -> None:
    answer = line.well("doctor")
    assert "is not there yet; the first start makes it." in answer.out
    assert not line.data.exists()


def test_everything_is_looked_at(line: Line, waiting: str) -> None:
    about = {one["about"] for one in line.well("doctor", "--json").json["findings"]}
    assert about >= {
        *("python", "settings", "you", "folders", "data", "disk", "database", "bot", "audit key", "record", "backup"),
        *("workflow", "system", "model"),
    }


def test_quiet_says_only_what_needs_somebody(line: Line, waiting: str) -> None:
    shown = line.well("doctor", "--quiet").out.splitlines()
    assert shown
    assert not [row for row in shown if row.startswith("ok")]


def test_scripts_hear_whether_it_is_well(line: Line, waiting: str) -> None:
    answer = line.well("doctor", "--json").json
    assert answer["well"] is True
    assert answer["findings"][0].keys() == {"sign", "about", "text"}


def test_the_sample_company_is_pointed_out(line: Line) -> None:
    (said,) = found(line, "settings")
    assert (said["sign"], "built-in sample company" in said["text"]) == ("note", True)


def test_an_account_that_is_nobody_is_told_what_to_write(line: Line, tmp_path: Path) -> None:
    (tmp_path / "countersign.toml").write_text('[people.mia]\nname = "Mia"\nhandle = "@mia"\n', "utf-8")
    answer = line("doctor")
    assert answer.status == 1
    assert "mend  you" in answer.out
    assert "[people." in answer.out


def test_settings_that_do_not_load_are_the_first_thing_to_mend(line: Line, tmp_path: Path) -> None:
    (tmp_path / "countersign.toml").write_text("[people.mia]\nnam = 1\n", "utf-8")
    answer = line("doctor")
    assert answer.status == 1
    assert "mend  settings" in answer.out
    assert "countersign.toml:" in answer.out


@every_bytes
def test_settings_in_any_bytes_break_no_doctor(raw: bytes, line: Line, tmp_path: Path) -> None:
    (tmp_path / "countersign.toml").write_bytes(raw)
    answer = line("doctor")
    assert answer.status == 1
    assert "mend  settings" in answer.out


# --- the data ------------------------------------------------------------------------------------------------------


def test_a_folder_that_others_may_read_is_pointed_out(line: Line, waiting: str) -> None:
    line.data.chmod(0o755)
    (said,) = found(line, "data")
    assert (said["sign"], f"chmod 700 {line.data}" in said["text"]) == ("note", True)


class Usage(NamedTuple):
    free: int


@pytest.mark.parametrize(("free", "sign"), [(10**12, "ok"), (500_000_000, "note"), (50_000_000, "mend")])
def test_a_full_disk_is_seen_coming(free: int, sign: str, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def usage(path: object) -> Usage:
        return Usage(free)

    monkeypatch.setattr("shutil.disk_usage", usage)
    (said,) = found(line, "disk")
    assert said["sign"] == sign


@every_bytes
def test_a_database_in_any_bytes_is_to_be_mended(raw: bytes, line: Line) -> None:
    line.data.mkdir(mode=0o700)
    (line.data / DATABASE).write_bytes(raw)
    (said,) = found(line, "database")
    assert said["sign"] == ("note" if not raw else "mend")
    assert (line.data / DATABASE).read_bytes() == raw


def test_a_page_that_was_flipped_is_found(line: Line, waiting: str) -> None:
    path = line.data / DATABASE
    whole = bytearray(path.read_bytes())
    for at in range(9 * 4096, 20 * 4096, 256):
        whole[at] ^= 0xFF
    path.write_bytes(bytes(whole))
    (said,) = found(line, "database")
    assert said["sign"] == "mend"
    assert "damaged" in said["text"]


def test_a_database_of_another_version_is_brought_up_to_date_later(line: Line, waiting: str) -> None:
    with closing(sqlite3.connect(line.data / DATABASE)) as db:
        db.execute("UPDATE alembic_version SET version_num = '0000'")
        db.commit()
    (said,) = found(line, "database")
    assert (said["sign"], "at revision 0000" in said["text"]) == ("note", True)


def test_what_is_due_without_a_bot_is_pointed_out(line: Line, waiting: str) -> None:
    with closing(sqlite3.connect(line.data / DATABASE)) as db:
        db.execute("UPDATE effect SET due_at = '2020-01-01T00:00:00.000000Z'")
        db.commit()
    (said,) = found(line, "bot")
    assert (said["sign"], said["text"]) == ("note", "1 thing due, and no bot is running. Start it: countersign serve")


def test_what_is_paused_is_pointed_out_with_the_way_back(line: Line, waiting: str) -> None:
    line.well("pause", "support_triage", "--why", "look first.", "--as", "@olga")
    line.well("pause", "--all", "--why", "fire drill.", "--as", "@olga")
    said = [one["text"] for one in found(line, "paused")]
    assert said == [
        "Everything is paused: fire drill. Go on with: countersign resume --all",
        "support_triage is paused: look first. Go on with: countersign resume support_triage",
    ]


def test_the_last_backup_has_an_age(line: Line, waiting: str, tmp_path: Path) -> None:
    (said,) = found(line, "backup")
    assert "There is none yet" in said["text"]
    line.well("backup", str(tmp_path / "copy.sqlite3"))
    (said,) = found(line, "backup")
    assert (said["sign"], said["text"].startswith("The last one was made ")) == ("ok", True)


def test_an_old_backup_is_pointed_out(line: Line, waiting: str, tmp_path: Path) -> None:
    line.well("backup", str(tmp_path / "copy.sqlite3"))
    later = health_of(line.data / DATABASE, datetime.now(UTC))
    assert later.copied_at is not None
    settings = read_settings({}, data=str(line.data))
    assert _backup(settings, later, later.copied_at + timedelta(days=8)).sign == "note"
    assert _backup(settings, Health("0001"), later.copied_at).sign == "ok", "nobody backs the sample company up"


def test_a_key_that_others_may_read_is_to_be_mended(line: Line, waiting: str) -> None:
    (line.data / AUDIT_KEY).chmod(0o644)
    (said,) = found(line, "audit key")
    assert (said["sign"], "chmod 600" in said["text"]) == ("mend", True)


def test_a_key_that_is_gone_is_to_be_put_back(line: Line, waiting: str) -> None:
    (line.data / AUDIT_KEY).unlink()
    (said,) = found(line, "audit key")
    assert said["sign"] == "mend"
    assert not (line.data / AUDIT_KEY).exists()


def test_a_key_that_is_none_or_not_the_one_of_the_record_is_to_be_mended(line: Line, waiting: str) -> None:
    for content, says in ((b"none", "is not the key of a record"), (bytes(32), "has not the key that the record")):
        (line.data / AUDIT_KEY).write_bytes(content)
        (said,) = found(line, "audit key")
        assert (said["sign"], says in said["text"]) == ("mend", True)


def test_a_rotated_key_says_when(line: Line, waiting: str) -> None:
    line.well("audit", "rotate-key", "--why", "It is a year old.", "--as", "@nadia")
    (said,) = found(line, "audit key")
    assert (said["sign"], " Rotated " in said["text"]) == ("ok", True), said


def test_a_key_that_the_record_does_not_go_by_is_pointed_out(line: Line, waiting: str) -> None:
    file = KeyFile(line.data / AUDIT_KEY)
    file.add(mark_of(file.read().signing[0]))
    (said,) = found(line, "audit key")
    assert (said["sign"], "countersign audit rotate-key" in said["text"]) == ("note", True)
    line.well("audit", "rotate-key", "--why", "A stray key.", "--as", "@nadia")
    (said,) = found(line, "audit key")
    assert said["sign"] == "ok"


def test_a_workflow_that_is_not_run_is_to_be_mended(line: Line, tmp_path: Path) -> None:
    line.workflows = tmp_path / "workflows"
    (line.workflows / "odd").mkdir(parents=True)
    (line.workflows / "odd" / "__init__.py").write_text("x = 1\n", "utf-8")
    (said,) = found(line, "workflow")
    assert said["sign"] == "mend"
    assert said["text"].startswith("odd is not run: ")


def test_no_workflows_at_all_are_to_be_mended(line: Line, tmp_path: Path) -> None:
    line.workflows = tmp_path / "none"
    assert found(line, "workflows")[0]["sign"] == "mend"
    line.workflows.mkdir()
    assert found(line, "workflows")[0]["text"] == f"There are none in {line.workflows}."


def test_the_health_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE letters (a)")
        db.commit()
    with pytest.raises(StoreFailed, match="something else"):
        health_of(path, datetime.now(UTC))
