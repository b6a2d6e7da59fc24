"""Another key: what was written stays provable under the old one, what comes is under the new one, nobody gets between.

Whoever has a key that was rotated out can write nothing that is taken for ours: neither anew nor into what was.
"""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.adapters.store.audit_key import KeyFile
from bot.adapters.store.record import examine, reading
from bot.adapters.store.sqlite import backup
from bot.adapters.store.store import SqliteStore
from bot.application.audit_erase import Erasure, erase
from bot.application.audit_prune import Pruned, Pruning, prune
from bot.application.audit_rotate import Rotation, rotate
from bot.application.audit_verify import Status, Verdict, verify
from bot.application.seal import BATCH, publish, seal, seal_rest
from bot.domain.audit.anchor import notes_in
from bot.domain.audit.chain import entry_hash, header_of, mac_of
from bot.domain.audit.checkpoint import read_checkpoint, write_checkpoint
from bot.domain.audit.entry import Entry, EntryKind
from bot.domain.audit.keys import Keys, mark_of, short
from bot.domain.audit.tree import Frontier
from bot.domain.audit.verify import Row, Witness
from bot.domain.errors import NotAllowed, StoreFailed
from bot.domain.person import ENGINE, Door, Person
from bot.domain.run import RunState
from bot.wiring import AUDIT_KEY, CHECKPOINTS, DATABASE
from tests.audit.house import FARAH, MIA, NADIA, NOON, OLGA, Hand, House, opened
from tests.audit.tamper import Scene, found, lie, regrow, rewrite, sql

STRANGER = b"x" * 32


def keys_of(data: Path) -> Keys:
    return KeyFile(data / AUDIT_KEY).read()


def check(data: Path, house: House, keys: Keys | None = None) -> Verdict:
    """The record with every key there is, and every checkpoint that was ever kept."""
    anchors = [Witness("the anchor", note) for note in notes_in((data / CHECKPOINTS).read_text())]
    known, now = keys or keys_of(data), house.clock.now()
    return examine(data / DATABASE, lambda record: verify(record, keys=known, now=now, anchors=anchors))


def rows(data: Path) -> list[Row]:
    with reading(data / DATABASE) as record:
        return [*record.rows()]


def written_with(data: Path, key: bytes) -> list[Row]:
    return [row for row in rows(data) if mac_of(row.hash, key) == row.mac]


async def write(store: SqliteStore, count: int = 1) -> None:
    """Entries of no run."""
    entry = Entry(EntryKind.BOOT, NOON, ENGINE.kind, ENGINE.ref)
    await store.run(lambda tx: tx.records.write("system", [entry] * count))


# --- what a rotation leaves -------------------------------------------------------------------------------------------


async def test_everything_before_is_under_the_old_key_and_everything_after_under_the_new(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        run = await house.start()
        rotated = await house.rotate()
        assert (await house.approve(run)).state is RunState.DONE
        await seal(house.parts)
        verdict = check(tmp_path, house)
        assert (verdict.status, verdict.problems) == (Status.WHOLE, ())
    old, new = keys_of(tmp_path).signing
    assert (rotated.old, rotated.new) == (mark_of(old), mark_of(new))
    assert {row.leaf for row in written_with(tmp_path, old)} == set(range(rotated.size))
    assert len(written_with(tmp_path, old)) + len(written_with(tmp_path, new)) == verdict.entries
    assert [(span.since, span.mark) for span in verdict.spans] == [(0, rotated.old), (rotated.size, rotated.new)]


async def test_the_record_says_who_rotated_the_key_when_why_and_to_which(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        rotated = await house.rotate()
        (entry,) = [one for one in await house.store.queries.entries("system") if one.kind == "key.rotated"]
    assert (entry.actor, entry.notes["door"]) == (NADIA.id, "terminal")
    assert (entry.notes["source"], entry.notes["digest"]) == (rotated.old, rotated.new)
    assert [(one.name, one.value) for one in entry.fields] == [("why", "It is a year old.")]
    (old, _) = keys_of(tmp_path).signing
    last = max(written_with(tmp_path, old), key=lambda row: row.leaf or 0)
    assert (last.chain, last.seq) == ("system", entry.seq), "it is the last one under the old key"


async def test_the_first_checkpoint_of_the_new_key_covers_everything_under_the_old(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        rotated = await house.rotate()
        latest = await house.store.run(lambda tx: tx.ledger.latest())
    assert latest is not None
    old, new = keys_of(tmp_path).signing
    note = read_checkpoint(latest.note)
    assert (note.size, note.signed_with(new), note.signed_with(old)) == (rotated.size, True, False)
    assert [*notes_in((tmp_path / CHECKPOINTS).read_text())][-1] == latest.note, "and it is kept elsewhere at once"


async def test_everything_is_sealed_in_one_unit_however_much_there_is(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await write(house.store, 2 * BATCH + 5)
        await house.store.run(lambda tx: seal_rest(house.parts, tx))
        await publish(house.parts)
        verdict = check(tmp_path, house)
    assert (verdict.status, verdict.unsealed, verdict.checkpoints) == (Status.WHOLE, 1, 3)


async def test_a_key_is_rotated_again_and_again_and_the_bot_restarts_between(tmp_path: Path) -> None:
    clock, sizes = Hand(), [0]
    for n in range(1, 4):
        async with opened(tmp_path, clock=clock) as house:
            await house.start(id=f"T-{1000 + n}")
            sizes.append((await house.rotate()).size)
    async with opened(tmp_path, clock=clock) as house:
        await house.start(id="T-1004")
        await seal(house.parts)
        verdict = check(tmp_path, house)
    assert (verdict.status, verdict.problems) == (Status.WHOLE, ())
    assert [span.since for span in verdict.spans] == sizes
    assert [*map(mark_of, keys_of(tmp_path).signing)] == [span.mark for span in verdict.spans]


async def test_a_person_keeps_their_pseudonym_and_the_record_its_name(tmp_path: Path) -> None:
    clock = Hand()
    async with opened(tmp_path, clock=clock) as house:
        await house.approve(await house.start())
        origin = await house.store.run(lambda tx: tx.ledger.origin())
        await house.rotate()
    async with opened(tmp_path, clock=clock) as house:
        await house.approve(await house.start(id="T-1002"))
        erased = await erase(house.parts, Erasure("ana@example.com", "She asked.", NADIA, Door.TERMINAL))
        assert erased.runs == 2, "one from before and one from after"
        assert await house.store.run(lambda tx: tx.ledger.origin()) == origin
        assert check(tmp_path, house).status is Status.WHOLE


@pytest.mark.parametrize("by", [OLGA, MIA, FARAH], ids=lambda person: person.name)
async def test_auditors_alone_rotate_the_key(tmp_path: Path, by: Person) -> None:
    async with opened(tmp_path) as house:
        before = (tmp_path / AUDIT_KEY).read_bytes()
        with pytest.raises(NotAllowed, match=r"may not rotate the audit key here\. Ask the group auditors\."):
            await house.rotate(by)
        (refusal,) = await house.store.queries.entries("auth")
    assert (refusal.actor, refusal.notes["outcome"]) == (by.id, "rotate the audit key")
    assert (tmp_path / AUDIT_KEY).read_bytes() == before


# --- beside others ----------------------------------------------------------------------------------------------------


async def test_a_running_bot_goes_on_with_the_key_that_another_process_has_made(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        run = await house.start()
        other = SqliteStore(tmp_path / DATABASE, keys=KeyFile(tmp_path / AUDIT_KEY), writer="other", clock=house.clock)
        async with other.open():
            there = replace(house.parts, store=other)
            await rotate(there, Rotation("It is a year old.", NADIA, Door.TERMINAL))
            await house.approve(run)
            await house.rotate()
            await write(other)
        await seal(house.parts)
        verdict = check(tmp_path, house)
    assert (verdict.status, verdict.problems) == (Status.WHOLE, ())
    assert [len(written_with(tmp_path, key)) > 2 for key in keys_of(tmp_path).signing] == [True] * 3


async def test_processes_that_rotate_at_once_lose_no_key(tmp_path: Path) -> None:
    async with opened(tmp_path) as house, AsyncExitStack() as stack:
        stores = [
            SqliteStore(tmp_path / DATABASE, keys=KeyFile(tmp_path / AUDIT_KEY), writer=f"{n}", clock=house.clock)
            for n in range(4)
        ]
        for store in stores:
            await stack.enter_async_context(store.open())
        wish = Rotation("All at once.", NADIA, Door.TERMINAL)
        await asyncio.gather(*(rotate(replace(house.parts, store=store), wish) for store in stores))
        verdict = check(tmp_path, house)
    assert (verdict.status, verdict.problems, len(verdict.spans)) == (Status.WHOLE, (), 5)


# --- interrupted ------------------------------------------------------------------------------------------------------


async def test_a_rotation_that_is_interrupted_has_not_happened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is in the file already; the record goes on with the old one, says so, and can be rotated again."""
    clock = Hand()
    async with opened(tmp_path, clock=clock) as house:
        await house.start()
        with monkeypatch.context() as broken:
            broken.setattr("bot.application.audit_rotate.Entry", Killed)
            with pytest.raises(ZeroDivisionError):
                await house.rotate()
    (old, unused) = keys_of(tmp_path).signing
    async with opened(tmp_path, clock=clock) as house:
        await house.start(id="T-1002")
        verdict = check(tmp_path, house)
        assert (verdict.status, found(verdict)) == (Status.GAPS, "key in doubt")
        assert f"The key {short(mark_of(unused))} is there, and no entry names it" in verdict.problems[0].sentence
        assert written_with(tmp_path, unused) == []
        await house.rotate()
        assert check(tmp_path, house).status is Status.WHOLE
    assert keys_of(tmp_path).aside == (unused,)
    assert keys_of(tmp_path).signing[0] == old


class Killed:
    def __init__(self, *_: object, **__: object) -> None:
        raise ZeroDivisionError


async def test_where_the_key_cannot_be_kept_nothing_is_rotated(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        (tmp_path / f".{AUDIT_KEY}.{os.getpid()}").mkdir()
        with pytest.raises(StoreFailed, match="cannot be written"):
            await house.rotate()
        assert (check(tmp_path, house).status, len(keys_of(tmp_path).signing)) == (Status.WHOLE, 1)


# --- old copies, lost keys --------------------------------------------------------------------------------------------


async def test_an_older_copy_goes_on_with_its_own_key_and_says_that_there_is_a_newer_one(tmp_path: Path) -> None:
    clock, copy = Hand(), tmp_path / "copy.sqlite3"
    async with opened(tmp_path, clock=clock) as house:
        await house.start()
        await seal(house.parts)
        backup(tmp_path / DATABASE, copy)
        await house.rotate()
    put_in_place(copy, tmp_path)
    (tmp_path / CHECKPOINTS).unlink()
    async with opened(tmp_path, clock=clock) as house:
        await house.start(id="T-1002")
        keys, now = keys_of(tmp_path), house.clock.now()
        verdict = examine(tmp_path / DATABASE, lambda record: verify(record, keys=keys, now=now))
        assert (verdict.status, found(verdict)) == (Status.GAPS, "key in doubt")
        await house.rotate()
        assert check(tmp_path, house).status is Status.WHOLE
    assert len(keys_of(tmp_path).aside) == 1


async def test_a_newer_copy_does_not_go_on_with_an_older_key_file(tmp_path: Path) -> None:
    old = tmp_path / "old.key"
    async with opened(tmp_path) as house:
        await house.start()
        shutil.copy(tmp_path / AUDIT_KEY, old)
        rotated = await house.rotate()
    shutil.copy(old, tmp_path / AUDIT_KEY)
    with pytest.raises(StoreFailed, match=f"{short(rotated.new)}, is not in audit.key. Put the right audit.key beside"):
        async with opened(tmp_path):
            pass
    assert (tmp_path / AUDIT_KEY).read_bytes() == old.read_bytes()


async def test_a_lost_key_file_is_not_replaced_by_a_new_key(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
    (tmp_path / AUDIT_KEY).unlink()
    with pytest.raises(StoreFailed, match=r"The record cannot go on without it\. Put it back"):
        async with opened(tmp_path):
            pass
    assert not (tmp_path / AUDIT_KEY).exists()


# --- pruned -----------------------------------------------------------------------------------------------------------


async def test_a_key_goes_with_the_last_entry_it_vouches_for(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        names = keys_of(tmp_path).names
        await house.approve(await house.start())
        await house.rotate()
        await house.approve(await house.start(id="T-1002"))
        await house.rotate()
        first, second, third = keys_of(tmp_path).signing
        house.clock.forward(days=200)
        await house.approve(await house.start(id="T-1003"))
        await seal(house.parts)
        house.clock.forward(days=201)
        assert (await pruned(house)).runs == 2
        assert keys_of(tmp_path).signing == (third,), "nothing is left that the others have written"
        await seal(house.parts)
        verdict = check(tmp_path, house)
        assert (verdict.status, verdict.problems) == (Status.WHOLE, ())
        await house.rotate()
        await house.start(id="T-1004")
        assert check(tmp_path, house).status is Status.WHOLE
    assert keys_of(tmp_path).names == names
    assert not [key for key in (first, second) if key.hex().encode() in (tmp_path / AUDIT_KEY).read_bytes()]


async def test_a_key_stays_as_long_as_a_run_still_waits_from_its_time(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.approve(await house.start())
        await seal(house.parts)
        await house.start(id="T-1002")
        await house.rotate()
        house.clock.forward(days=500)
        gone = await pruned(house)
        await seal(house.parts)
        assert (gone.runs, len(keys_of(tmp_path).signing)) == (1, 2)
        verdict = check(tmp_path, house)
    assert (verdict.status, verdict.spans[0].since) == (Status.WHOLE, gone.size)


async def pruned(house: House) -> Pruned:
    return await prune(house.parts, Pruning(house.clock.now(), "Past its time.", NADIA, Door.TERMINAL))


def put_in_place(copy: Path, data: Path) -> None:
    for part in ("", "-wal", "-shm"):
        (data / (DATABASE + part)).unlink(missing_ok=True)
    shutil.copy(copy, data / DATABASE)


# --- attacks ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rotated(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A record under two keys: a run from before that goes on after, one of each time, and a little unsealed."""
    return asyncio.run(make_rotated(tmp_path_factory.mktemp("rotated")))


async def make_rotated(folder: Path) -> Scene:
    data, file, old = folder / "data", folder / "whole.sqlite3", folder / "old.sqlite3"
    async with opened(data) as house:
        await house.approve(await house.start())
        waiting = await house.start(id="T-1002")
        await seal(house.parts)
        backup(data / DATABASE, old)
        await house.rotate()
        await house.approve(waiting)
        await seal(house.parts)
        await house.start(id="T-1003")
        backup(data / DATABASE, file)
    keys = keys_of(data)
    with reading(file) as record:
        notes = tuple(str(one.note) for one in record.checkpoints())
    return Scene(file, keys.signing[0], notes, old, keys)


def test_the_whole_of_it_is_whole(rotated: Scene) -> None:
    assert rotated.verified(rotated.file).problems == ()


def only(rotated: Scene, *signing: int) -> Keys:
    assert rotated.keys is not None
    return replace(rotated.keys, signing=tuple(rotated.keys.signing[n] for n in signing))


@pytest.mark.parametrize(("kept", "said"), [(1, "Entries 1 to {size} cannot"), (0, "Entries from {next} on cannot")])
def test_a_lost_key_leaves_what_it_wrote_unchecked_and_says_so(rotated: Scene, kept: int, said: str) -> None:
    size = rotated.verified(rotated.file).spans[1].since
    verdict = rotated.verified(rotated.file, keys=only(rotated, kept))
    assert (verdict.status, found(verdict)) == (Status.GAPS, "key in doubt")
    (problem,) = verdict.problems
    assert problem.sentence.startswith(said.format(size=f"{size:,}", next=f"{size + 1:,}"))


@pytest.mark.parametrize("kept", [0, 1])
def test_what_was_changed_is_found_without_the_key_of_its_time(rotated: Scene, kept: int) -> None:
    keys = only(rotated, kept)
    for entry in (5, rotated.verified(rotated.file).spans[1].since + 5):
        verdict = rotated.after(partial(lie, key=STRANGER, entry=entry), keys=keys)
        assert verdict.status is Status.TAMPERED


def append(db: sqlite3.Connection, key: bytes, *, kind: str = "boot", **notes: str | int) -> None:
    """One more entry at the end of `system`, signed with a key, its head set."""
    names = [row[1] for row in db.execute("PRAGMA table_info(entry)")]
    last = db.execute("SELECT * FROM entry WHERE chain = 'system' ORDER BY seq DESC LIMIT 1").fetchone()
    row = dict.fromkeys(names) | {"chain": "system", "kind": kind, "at": "2026-03-02T13:00:00.000000Z"}
    row |= {"actor_kind": "system", "actor": "engine", "writer": "house", **notes}
    row |= {"seq": dict(zip(names, last, strict=True))["seq"] + 1}
    before = dict(zip(names, last, strict=True))["hash"]
    header = header_of({name: value for name, value in row.items() if value is not None}, {})
    hashed = entry_hash(before, header)
    row |= {"header": header, "prev": before, "hash": hashed, "mac": mac_of(hashed, key)}
    row["id"] = db.execute("SELECT max(id) + 1 FROM entry").fetchone()[0]
    columns = ", ".join(f'"{name}"' for name in names)
    db.execute(f"INSERT INTO entry ({columns}) VALUES ({', '.join('?' * len(names))})", [row[name] for name in names])
    db.execute("UPDATE chain SET seq = ?, head = ? WHERE name = 'system'", [row["seq"], hashed])


def grow(db: sqlite3.Connection, key: bytes) -> None:
    """Seal whatever is not in the tree, as somebody does who has a key."""
    for (entry,) in db.execute("SELECT id FROM entry WHERE id NOT IN (SELECT entry FROM leaf) ORDER BY id").fetchall():
        db.execute("INSERT INTO leaf SELECT max(n) + 1, ? FROM leaf", [entry])
    hashes = db.execute("SELECT hash FROM entry JOIN leaf ON id = entry ORDER BY leaf.n").fetchall()
    tree = Frontier().extend(hashed for (hashed,) in hashes)
    at, note = db.execute("SELECT at, note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    text = write_checkpoint(
        origin=note.split("\n")[0], size=tree.size, root=tree.root, key=key, extensions=[f"at {at}"]
    )
    db.execute("INSERT INTO checkpoint (size, root, at, note) VALUES (?, ?, ?, ?)", [tree.size, tree.root, at, text])
    append(db, key, kind="checkpoint.sealed", size=tree.size, digest=tree.root.hex())


def test_who_has_a_key_that_was_rotated_out_can_add_nothing(rotated: Scene) -> None:
    assert found(rotated.after(lambda db: append(db, rotated.key))) == "mac"


def test_nor_seal_what_they_add(rotated: Scene) -> None:
    def attack(db: sqlite3.Connection) -> None:
        append(db, rotated.key)
        grow(db, rotated.key)

    assert found(rotated.after(attack)) == "checkpoint, mac"


def test_nor_write_anew_what_they_wrote_when_it_was_theirs(rotated: Scene) -> None:
    """The checkpoints of the new key cover it, so not even the old checkpoints can be made to fit."""

    def attack(db: sqlite3.Connection) -> None:
        lie(db, rotated.key, entry=5)
        regrow(db, rotated.key)

    assert "checkpoint" in found(rotated.after(attack, anchored=False))


def test_a_rotation_that_somebody_makes_up_is_found(rotated: Scene) -> None:
    """Without a key of ours, whether or not they have got their own key into the file."""
    old = rotated.verified(rotated.file).spans[-1].mark

    def attack(db: sqlite3.Connection) -> None:
        append(db, STRANGER, kind="key.rotated", source=old, digest=mark_of(STRANGER))
        grow(db, STRANGER)
        append(db, STRANGER)
        db.execute("UPDATE meta SET value = ? WHERE name = 'audit key'", [mark_of(STRANGER)])

    assert found(rotated.after(attack)) == "key in doubt, mac"
    planted = replace(only(rotated, 0, 1), signing=(*only(rotated, 0, 1).signing, STRANGER))
    assert found(rotated.after(attack, keys=planted)) == "mac"
    verdict = rotated.verified(rotated.file, keys=planted)
    assert (verdict.status, found(verdict)) == (Status.GAPS, "key in doubt"), "the key alone is noticed, too"


def test_a_whole_record_that_somebody_signs_with_a_key_of_their_own_is_found(rotated: Scene) -> None:
    def attack(db: sqlite3.Connection) -> None:
        for (chain,) in db.execute("SELECT DISTINCT chain FROM entry").fetchall():
            rewrite(db, chain, STRANGER)
        regrow(db, STRANGER)
        db.execute("UPDATE meta SET value = ? WHERE name = 'audit key'", [mark_of(STRANGER)])

    verdict = rotated.after(attack, anchored=False)
    assert verdict.status is Status.TAMPERED
    assert {"mac", "checkpoint"} <= set(found(verdict).split(", "))


ROTATION = "(SELECT id FROM entry WHERE kind = 'key.rotated')"
TAKEN_OUT = "behind, checkpoint, leaf, mac, root"
DEEDS: Mapping[str, tuple[str, str]] = {
    "it is deleted": (f"DELETE FROM entry WHERE id = {ROTATION}", "checkpoint, leaf, link, mac, number, root"),
    "it is taken out of the tree": (f"DELETE FROM leaf WHERE entry = {ROTATION}", f"{TAKEN_OUT}, unsealed"),
    "it shows another key": (f"UPDATE entry SET digest = 'f' WHERE id = {ROTATION}", "column, key, key in doubt"),
    "it shows another key before it": (f"UPDATE entry SET source = 'f' WHERE id = {ROTATION}", "column, key"),
    "it shows no key": (
        f"UPDATE entry SET digest = NULL, source = NULL WHERE id = {ROTATION}",
        "column, key, key in doubt",
    ),
    "it is of another kind": (f"UPDATE entry SET kind = 'boot' WHERE id = {ROTATION}", "checkpoint, column, mac"),
    "the database goes by the old key again": (
        f"UPDATE meta SET value = (SELECT source FROM entry WHERE id = {ROTATION}) WHERE name = 'audit key'",
        "key",
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_done_to_the_rotation_itself_is_found(rotated: Scene, deed: str) -> None:
    statement, expected = DEEDS[deed]
    verdict = rotated.after(sql(statement), anchored=False)
    assert verdict.status is Status.TAMPERED
    assert found(verdict) == expected


def test_going_back_behind_the_rotation_shows(rotated: Scene) -> None:
    """Without a checkpoint from elsewhere, at least the key tells that there has been more."""
    verdict = rotated.verified(rotated.old, anchored=False)
    assert (verdict.status, found(verdict)) == (Status.GAPS, "key in doubt")
    assert "an older copy" in verdict.problems[0].sentence
    assert "behind" in found(rotated.verified(rotated.old))
