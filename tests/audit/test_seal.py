"""Sealing: every entry enters the tree once, in order, and what the tree was is kept elsewhere."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.anchor.file import AnchorFile
from bot.application.seal import BATCH, seal, seal_when_due
from bot.domain.audit.anchor import notes_in, written_at
from bot.domain.audit.checkpoint import read_checkpoint
from bot.domain.audit.entry import Entry, EntryKind
from bot.domain.audit.tree import Frontier
from bot.domain.errors import StoreFailed, Transient
from bot.domain.person import ActorKind
from tests.audit.house import House, opened


def rows(data: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(data / "countersign.sqlite3")) as db:
        return db.execute(sql, values).fetchall()


async def write(house: House, count: int = 1, kind: EntryKind = EntryKind.BOOT) -> None:
    entries = [Entry(kind, house.clock.now(), ActorKind.SYSTEM, "engine") for _ in range(count)]
    await house.store.run(lambda tx: tx.records.write("auth", entries))


async def test_every_entry_has_a_leaf_once_the_bot_has_stopped(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.approve(await house.start())
        await house.start(body="Another one.")
    assert rows(tmp_path, "SELECT kind FROM entry WHERE id NOT IN (SELECT entry FROM leaf)") == [("checkpoint.sealed",)]
    ((count, last),) = rows(tmp_path, "SELECT count(*), max(n) FROM leaf")
    assert count == last + 1


async def test_leaves_come_in_the_order_in_which_entries_were_written(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        for n in range(3):
            await house.start(body=f"Ticket {n}.")
            await seal(house.parts)
    assert rows(tmp_path, "SELECT entry FROM leaf ORDER BY n") == rows(
        tmp_path, "SELECT entry FROM leaf ORDER BY entry"
    )


async def test_the_root_of_a_checkpoint_is_that_of_its_leaves(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        await seal(house.parts)
        await house.start(body="Another one.")
    hashes = [row[0] for row in rows(tmp_path, "SELECT hash FROM entry JOIN leaf ON id = entry ORDER BY leaf.n")]
    for size, root, note in rows(tmp_path, "SELECT size, root, note FROM checkpoint"):
        assert Frontier().extend(hashes[:size]).root == root == read_checkpoint(note).root


async def test_what_was_sealed_is_told_in_the_record_itself(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        sealed = await seal(house.parts)
        (entry,) = await house.store.queries.entries("system")
    assert (entry.kind, entry.notes["count"], entry.notes["size"]) == ("checkpoint.sealed", sealed, sealed)


async def test_nothing_is_sealed_where_only_the_last_checkpoint_is_new(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        assert await seal(house.parts) > 0
        assert await seal(house.parts) == 0
        house.clock.forward(hours=1)
        await seal_when_due(house.parts)
    assert rows(tmp_path, "SELECT count(*) FROM checkpoint") == [(1,)]


async def test_a_few_entries_wait_a_minute_for_the_tree(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await write(house)
        await seal_when_due(house.parts)
        assert rows(tmp_path, "SELECT count(*) FROM leaf") == [(0,)]
        house.clock.forward(seconds=61)
        await seal_when_due(house.parts)
        assert rows(tmp_path, "SELECT count(*) FROM leaf") == [(1,)]


async def test_many_entries_do_not_wait(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await write(house, 256)
        await seal_when_due(house.parts)
        assert rows(tmp_path, "SELECT count(*) FROM leaf") == [(256,)]


async def test_more_entries_than_fit_in_one_unit_of_work_are_all_sealed(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await write(house, BATCH + 10)
        assert await seal(house.parts) == BATCH + 11  # and the entry that tells of the first batch
    assert len(rows(tmp_path, "SELECT * FROM checkpoint")) == 2


async def test_an_entry_that_commits_late_is_not_missed(tmp_path: Path) -> None:
    """Where several write at once, a lower number may commit after a higher one was sealed."""
    async with opened(tmp_path) as house:
        await write(house, 3)
        with closing(sqlite3.connect(tmp_path / "countersign.sqlite3")) as db:
            for rule in [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
                db.execute(f"DROP TRIGGER {rule}")
            db.execute("UPDATE entry SET id = 100 WHERE id = 2")
            db.execute("CREATE TABLE late AS SELECT * FROM entry WHERE id = 3")
            db.execute("DELETE FROM entry WHERE id = 3")
            db.commit()
        await write(house)
        await seal(house.parts)
        with closing(sqlite3.connect(tmp_path / "countersign.sqlite3")) as db:
            db.execute("INSERT INTO entry SELECT * FROM late")
            db.commit()
        await write(house)
        await seal(house.parts)
        assert (3,) in rows(tmp_path, "SELECT entry FROM leaf")


async def test_a_record_that_does_not_go_on_from_its_checkpoint_is_not_sealed_over(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await write(house, 3)
        await seal(house.parts)
        with closing(sqlite3.connect(tmp_path / "countersign.sqlite3")) as db:
            db.execute("UPDATE meta SET value = replace(value, substr(value, 3, 8), '00000000') WHERE name = 'tree'")
            db.commit()
        await write(house)
        with pytest.raises(StoreFailed, match="audit verify"):
            await seal(house.parts)


# --- anchors ------------------------------------------------------------------------------------------------------


async def test_each_checkpoint_stands_in_the_file_in_a_line_of_its_own(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        await seal(house.parts)
        await house.start(body="Another one.")
    lines = (tmp_path / "checkpoints.ndjson").read_text().splitlines()
    assert [json.loads(line)["size"] for line in lines] == [
        row[0] for row in rows(tmp_path, "SELECT size FROM checkpoint")
    ]
    assert [*notes_in("\n".join(lines))] == [row[0] for row in rows(tmp_path, "SELECT note FROM checkpoint")]


async def test_where_a_checkpoint_is_kept_is_noted(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
    file = str(tmp_path / "checkpoints.ndjson")
    assert rows(tmp_path, "SELECT place, receipt FROM anchor ORDER BY place") == [(file, "byte 0"), ("log", "")]


async def test_the_log_has_each_checkpoint_in_a_line_of_json(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "countersign.audit")
    async with opened(tmp_path) as house:
        await house.start()
    (message,) = [record.getMessage() for record in caplog.records if record.name == "countersign.audit"]
    assert [*notes_in(f"12:00 INFO {message}\n")] == [row[0] for row in rows(tmp_path, "SELECT note FROM checkpoint")]


async def test_an_anchor_that_cannot_be_written_holds_nothing_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "checkpoints.ndjson").mkdir()
    async with opened(tmp_path) as house:
        await house.start()
        assert await seal(house.parts) > 0
    assert "not kept elsewhere" in caplog.text
    assert rows(tmp_path, "SELECT place FROM anchor") == [("log",)]


async def test_a_checkpoint_that_was_not_kept_yet_is_kept_after_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints.ndjson"
    folder.mkdir()
    async with opened(tmp_path) as house:
        await house.start()
    folder.rmdir()
    async with opened(tmp_path):
        pass
    assert len(folder.read_text().splitlines()) == 1


async def test_a_line_that_was_cut_short_spoils_no_other(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
    file = tmp_path / "checkpoints.ndjson"
    whole = file.read_text()
    file.write_text(whole + whole[:100])
    anchor = AnchorFile(file)
    (note,) = notes_in(whole)
    assert await anchor.last() == note
    await anchor.publish(note)
    assert [*notes_in(file.read_text())][-1] == note


async def test_an_anchor_file_says_when_it_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Transient, match="cannot be read"):
        await AnchorFile(tmp_path).last()
    assert await AnchorFile(tmp_path / "none").last() is None


def test_checkpoints_are_found_in_whatever_a_log_makes_of_them() -> None:
    note = "countersign/x\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nat 2026\n\n— x AbCd1234\n"
    line = json.dumps({"size": 1, "checkpoint": note})
    wrapped = json.dumps({"level": "info", "text": line})
    other = json.dumps({"text": 'A checkpoint is not kept elsewhere: "checkpoint" failed.'})
    assert [*notes_in(f"{line}\n2026 INFO {line}\n{wrapped}\nsomething else\n{other}\n")] == [note, note, note]
    assert [*notes_in(note)] == [note]
    assert [*notes_in('{"checkpoint": 3\n')] == ['{"checkpoint": 3']
    assert written_at("x\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— x AbCd1234\n") == ""


async def test_two_processes_that_keep_one_checkpoint_note_it_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        await seal(house.parts)
        latest = await house.store.run(lambda tx: tx.ledger.latest())
        assert latest is not None
        before = rows(tmp_path, "SELECT place, receipt FROM anchor")
        await house.store.run(lambda tx: tx.ledger.anchored(latest.size, "log", "a second time"))
        assert rows(tmp_path, "SELECT place, receipt FROM anchor") == before
