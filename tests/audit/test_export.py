"""The export: whoever may gets what they may see, and a program without our database, key or code checks it."""

import base64
import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.record import reading
from bot.application.audit_export import CSV_COLUMNS, Export, Permitted, lines, permit, rows
from bot.application.audit_prune import Pruning, prune
from bot.application.seal import seal
from bot.domain.audit.anchor import notes_in
from bot.domain.audit.chain import mac_of
from bot.domain.errors import NotAllowed, Unknown
from bot.domain.person import Door, Person
from bot.domain.run import RunId
from bot.wiring import CHECKPOINTS, DATABASE
from tests.audit.house import MIA, NADIA, OLGA, ROOT, House, opened

CHECKER = ROOT / "bot" / "domain" / "audit" / "standalone" / "verify_export.py"
FORMULA = "=cmd|' /C calc'!A0"


async def exported(
    house: House, data: Path, *, by: Person = NADIA, known: Sequence[str] = (), **what: Any
) -> tuple[Path, list[dict[str, Any]]]:
    """The file that goes out, and its lines read."""
    permitted = await permit(house.parts, Export(by, Door.TERMINAL, **what))
    file = data / "export.ndjson"
    with reading(data / DATABASE) as record:
        file.write_text("".join(lines(record, permitted, known=known)), encoding="utf-8")
    return file, [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def checked(file: Path, *options: object) -> tuple[int, str]:
    """What a plain Python says to it: no package is in its way, the folder of the project is not on its path."""
    command = [sys.executable, "-I", "-S", str(CHECKER), str(file), *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=file.parent, env={}, timeout=50)
    return done.returncode, done.stdout + done.stderr


def headers(exported: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [json.loads(line["header"]) for line in exported[1:-1]]


def shown(exported: list[dict[str, Any]]) -> set[str]:
    return {field["kind"] for line in exported[1:-1] for field in line["fields"]}


async def test_an_export_is_verified_by_the_program_that_goes_out_with_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.approve(await house.start())
        file, read = await exported(house, tmp_path)
    status, says = checked(file, "--key", tmp_path / "audit.key")
    assert (status, "0 problems" in says) == (0, True), says
    assert read[-1] == {"entries": len(read) - 2}
    assert all(line["leaf"] is not None for line in read[1:-2]), "all but the entry of the last checkpoint"


async def test_a_changed_export_is_found(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.approve(await house.start())
        file, _ = await exported(house, tmp_path)
    whole = file.read_text()
    for change in (
        whole.replace("sample/farah", "sample/nobody"),
        whole.replace("charged twice", "charged once"),
        "".join(line for n, line in enumerate(whole.splitlines(keepends=True)) if n != 5),
        whole[: len(whole) // 2],
    ):
        assert change != whole
        file.write_text(change)
        assert checked(file)[0] == 1


async def test_an_export_goes_on_from_a_checkpoint_that_the_reader_holds(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        await seal(house.parts)
        note = [*notes_in((tmp_path / CHECKPOINTS).read_text())][-1]
        mine = tmp_path / "mine.txt"
        mine.write_text(note)
        await house.start(id="T-1002")
        await seal(house.parts)
        await house.start(id="T-1003")
        file, read = await exported(house, tmp_path)
        assert len(read[0]["earlier"]) == 1, "the last one of each day"
        status, says = checked(file, "--anchor", mine)
        assert (status, "Ask for an export that does" in says) == (1, True)
        file, read = await exported(house, tmp_path, known=[note])
        assert len(read[0]["earlier"]) == 2
        assert checked(file, "--anchor", mine)[0] == 0
        everything = [*notes_in((tmp_path / CHECKPOINTS).read_text())]
        file, _ = await exported(house, tmp_path, known=everything)
    (tmp_path / "kept.ndjson").write_text("".join((tmp_path / CHECKPOINTS).read_text().splitlines(keepends=True)[:-2]))
    assert checked(file, "--anchor", tmp_path / "kept.ndjson")[0] == 0


async def test_the_last_checkpoint_of_each_day_is_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        for n in range(1, 4):
            await house.start(id=f"T-100{n}")
            await seal(house.parts)
            await house.start(id=f"T-100{n}", body="Again.")
            await seal(house.parts)
            house.clock.forward(days=1)
        file, read = await exported(house, tmp_path)
    assert len(read[0]["earlier"]) == 3
    assert checked(file)[0] == 0


async def test_an_export_of_a_pruned_record_says_where_its_chains_begin(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.approve(await house.start())
        await seal(house.parts)
        house.clock.forward(days=401)
        await prune(house.parts, Pruning(house.clock.now(), "Old.", NADIA, Door.TERMINAL))
        await house.start(id="T-1002")
        file, read = await exported(house, tmp_path)
    assert read[0]["starts"] == {} or list(read[0]["starts"]) == ["system"]
    status, says = checked(file)
    assert status == 0, says


# --- what goes out ----------------------------------------------------------------------------------------------------


async def test_an_auditor_sees_everything_of_everybody(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        run = await house.start()
        file, read = await exported(house, tmp_path)
    assert {one["chain"] for one in headers(read)} == {f"run:{run}", "system"}
    assert shown(read) == {"content", "pii"}
    assert "ana@example.com" in file.read_text()


async def test_an_owner_sees_runs_of_theirs_and_nothing_personal(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        run = await house.start()
        file, read = await exported(house, tmp_path, by=OLGA, workflow="support_triage")
    assert {one["chain"] for one in headers(read)} == {f"run:{run}"}
    assert shown(read) == {"content"}
    assert "ana@example.com" not in file.read_text()
    status, says = checked(file)
    assert (status, "1 withheld" in says) == (0, True), says


async def test_headers_alone_can_go_out(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        file, read = await exported(house, tmp_path, content=False)
    assert shown(read) == set()
    assert checked(file)[0] == 0


async def test_one_run_can_go_out(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        run = await house.start(id="T-1002")
        file, read = await exported(house, tmp_path, run=run)
        with pytest.raises(Unknown):
            await exported(house, tmp_path, run=RunId("nobody"))
    assert {one["chain"] for one in headers(read)} == {f"run:{run}"}
    assert checked(file)[0] == 0


async def test_a_time_can_go_out(tmp_path: Path) -> None:
    """Of runs, those that started in it; of everything else, what was written in it."""
    async with opened(tmp_path) as house:
        await house.start(id="T-1001")
        await seal(house.parts)
        house.clock.forward(days=1)
        since = house.clock.now()
        middle = await house.start(id="T-1002")
        await seal(house.parts)
        house.clock.forward(days=1)
        until = house.clock.now()
        await house.start(id="T-1003")
        await seal(house.parts)
        file, read = await exported(house, tmp_path, since=since, until=until)
        later, _ = await exported(house, tmp_path, since=until + timedelta(days=9))
    assert [one["seq"] for one in headers(read) if one["chain"] == "system"] == [2]
    assert {one["chain"] for one in headers(read)} == {f"run:{middle}", "system"}
    assert list(read[0]["starts"]) == ["system"]
    assert checked(file)[0] == checked(later)[0] == 0


@pytest.mark.parametrize("by", [MIA, OLGA])
async def test_whoever_may_not_gets_nothing_and_the_record_says_who_asked(tmp_path: Path, by: Person) -> None:
    async with opened(tmp_path, workflows="workflows" if by is MIA else "tests.workflows.fixtures") as house:
        with pytest.raises(NotAllowed):
            await exported(house, tmp_path, by=by)
        (refused,) = await house.store.queries.entries("auth")
    assert (refused.actor, refused.notes["outcome"]) == (by.id, "export")
    assert not (tmp_path / "export.ndjson").exists()


async def test_an_export_stands_in_the_record_and_in_itself(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        _, read = await exported(house, tmp_path, content=False)
        (entry,) = [one for one in await house.store.queries.entries("system") if one.kind == "export.made"]
    assert (entry.actor, entry.notes["outcome"]) == (NADIA.id, "ndjson")
    assert {one.name: one.value for one in entry.fields} == {"shown": "no fields"}
    assert "export.made" in {one["kind"] for one in headers(read)}


# --- as a table -------------------------------------------------------------------------------------------------------


async def test_a_table_has_a_row_for_each_entry_and_no_formula(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        run = await house.start(subject=FORMULA)
        entries = await house.store.queries.entries(f"run:{run}")
        permitted: Permitted = await permit(house.parts, Export(NADIA, Door.TERMINAL, run=run, form="csv"))
        out = StringIO()
        with reading(tmp_path / DATABASE) as record:
            csv.writer(out).writerows(rows(record, permitted))
    read = [*csv.DictReader(StringIO(out.getvalue()))]
    assert list(read[0]) == list(CSV_COLUMNS)
    assert [row["kind"] for row in read] == [entry.kind for entry in entries]
    assert json.loads(read[0]["fields"])["subject"] == FORMULA
    assert not [cell for row in read for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {cell for row in read for cell in row.values()} & {"None"} == set()


# --- several keys ---------------------------------------------------------------------------------------------------


async def exported_under_two_keys(data: Path) -> tuple[Path, list[dict[str, Any]]]:
    """An export of everything, from before and after a rotation, with what is not sealed yet; the first key aside."""
    async with opened(data) as house:
        run = await house.start()
        (data / "first.key").write_bytes((data / "audit.key").read_bytes())
        await house.rotate()
        await house.approve(run)
        return await exported(house, data)


async def test_an_export_from_under_several_keys_is_verified_with_all_of_them(tmp_path: Path) -> None:
    file, read = await exported_under_two_keys(tmp_path)
    status, says = checked(file, "--key", tmp_path / "audit.key")
    assert (status, "0 problems" in says) == (0, True), says
    assert [since for since, _ in read[0]["keys"]] == [0, min(line["leaf"] for line in late(read))]
    assert checked(file)[0] == 0, "and without any, it holds as far as it can"


def late(read: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What stands behind the rotation in the tree."""
    since = read[0]["keys"][1][0]
    return [line for line in read[1:-1] if line["leaf"] is not None and line["leaf"] >= since]


async def test_a_key_that_the_reader_has_not_is_named(tmp_path: Path) -> None:
    file, read = await exported_under_two_keys(tmp_path)
    status, says = checked(file, "--key", tmp_path / "first.key")
    mark = read[0]["keys"][1][1]
    assert (status, "1 problems" in says) == (1, True), says
    assert f"The key {mark[:8]} is not in your key file, so nobody can say who wrote " in says


@pytest.mark.parametrize("when", ["before", "after"])
async def test_what_another_key_has_written_is_found_in_the_time_of_each_key(tmp_path: Path, when: str) -> None:
    """Also by the key of the other time: the one that was rotated out signs nothing new."""
    file, read = await exported_under_two_keys(tmp_path)
    keys, since = KeyFile(tmp_path / "audit.key").read().signing, read[0]["keys"][1][0]
    lines = file.read_text().splitlines(keepends=True)
    leaf = 2 if when == "before" else since + 2
    (n,) = [n for n, line in enumerate(read) if line.get("leaf") == leaf]
    hashed = base64.b64decode(read[n]["hash"])
    other = base64.b64encode(mac_of(hashed, keys[1 if when == "before" else 0])).decode()
    lines[n] = lines[n].replace(read[n]["mac"], other)
    file.write_text("".join(lines))
    status, says = checked(file, "--key", tmp_path / "audit.key")
    assert (status, "was not written by a holder of the key" in says, "1 problems" in says) == (1, True, True), says


async def test_one_run_goes_out_with_the_keys_of_its_time(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        run = await house.start()
        await house.rotate()
        await house.approve(run)
        await house.rotate()
        file, read = await exported(house, tmp_path, run=run)
    assert len(read[0]["keys"]) == 3
    status, says = checked(file, "--key", tmp_path / "audit.key")
    assert (status, "0 problems" in says) == (0, True), says


async def test_an_export_from_before_the_first_rotation_is_still_verified(tmp_path: Path) -> None:
    """Such an export says nothing of keys."""
    async with opened(tmp_path) as house:
        await house.approve(await house.start())
        file, read = await exported(house, tmp_path)
        await house.rotate()
    lines = file.read_text().splitlines(keepends=True)
    lines[0] = json.dumps({name: value for name, value in read[0].items() if name != "keys"}) + "\n"
    file.write_text("".join(lines))
    assert checked(file, "--key", tmp_path / "audit.key")[0] == 0
