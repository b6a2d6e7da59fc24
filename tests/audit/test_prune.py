"""Pruning: the oldest part goes, up to a checkpoint; what stays still verifies, against old anchors too."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.store.audit_key import keys_in
from bot.adapters.store.record import examine
from bot.application.audit_prune import Pruned, Pruning, prune
from bot.application.audit_verify import Status, Verdict, verify
from bot.application.seal import seal
from bot.domain.audit.anchor import notes_in
from bot.domain.audit.verify import Witness
from bot.domain.errors import NotAllowed, StoreFailed, Unknown
from bot.domain.person import Door, Person
from bot.domain.run import RunId
from bot.ports.ledger import Keeping
from bot.wiring import CHECKPOINTS, DATABASE
from tests.audit.house import FARAH, NADIA, OLGA, House, opened


def check(data: Path, house: House) -> Verdict:
    keys, now = keys_in((data / "audit.key").read_bytes()), house.clock.now()
    anchors = [Witness("the anchor", note) for note in notes_in((data / CHECKPOINTS).read_text())]
    return examine(data / DATABASE, lambda record: verify(record, keys=keys, now=now, anchors=anchors))


def count(data: Path, table: str) -> int:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def ended(house: House, n: int) -> RunId:
    run = await house.start(id=f"T-{1000 + n}")
    await house.approve(run)
    await seal(house.parts)
    return run


async def pruned(house: House, *, by: Person = NADIA, days_ago: float = 0) -> Pruned:
    before = house.clock.now() - timedelta(days=days_ago)
    return await prune(house.parts, Pruning(before, "Past its time.", by, Door.TERMINAL))


async def test_what_was_kept_long_enough_goes_and_the_rest_verifies(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        old = [await ended(house, n) for n in (1, 2)]
        house.clock.forward(days=401)
        young = await ended(house, 3)
        before = count(tmp_path, "entry")
        gone = await pruned(house)
        await seal(house.parts)
        verdict = check(tmp_path, house)
        assert (verdict.status, verdict.problems) == (Status.WHOLE, ())
        assert verdict.anchors == 4
        for run in old:
            with pytest.raises(Unknown):
                await house.store.queries.run(run)
        assert (await house.store.queries.run(young)).id == young
    assert (gone.runs, gone.entries) == (2, gone.size)
    assert count(tmp_path, "entry") == before - gone.entries + 2


async def test_pruning_stands_in_the_record_with_what_went(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await ended(house, 1)
        house.clock.forward(days=401)
        gone = await pruned(house)
        (entry,) = [one for one in await house.store.queries.entries("system") if one.kind == "prune.applied"]
    assert (entry.actor, entry.notes["count"], entry.notes["n"]) == (NADIA.id, gone.entries, 1)
    assert [(one.name, one.value) for one in entry.fields] == [("why", "Past its time.")]


async def test_a_record_can_be_pruned_again_and_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        for n in range(1, 5):
            await ended(house, n)
            house.clock.forward(days=199)
            await pruned(house)
            await seal(house.parts)
            assert check(tmp_path, house).status is Status.WHOLE, n
    assert count(tmp_path, "run") == 2
    async with opened(tmp_path, clock=house.clock) as house:
        await ended(house, 5)
        assert check(tmp_path, house).status is Status.WHOLE


async def test_a_run_that_still_waits_keeps_everything_after_its_beginning(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await ended(house, 1)
        waiting = await house.start(id="T-1002")
        await seal(house.parts)
        await ended(house, 3)
        house.clock.forward(days=500)
        gone = await pruned(house)
        assert (gone.runs, gone.stays) == (1, f"run:{waiting} has not ended; it is waiting.")
        assert await pruned(house) == Pruned(stays=gone.stays)
        await seal(house.parts)
        assert check(tmp_path, house).status is Status.WHOLE


async def test_a_run_goes_whole_or_not_at_all(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        run = await house.start()
        await seal(house.parts)
        house.clock.forward(days=2)
        await house.approve(run)
        await seal(house.parts)
        house.clock.forward(days=399)
        assert (await pruned(house)).entries == 0, "its beginning is old enough, its end is not"
        house.clock.forward(days=2)
        assert (await pruned(house)).runs == 1
        await seal(house.parts)
        assert check(tmp_path, house).status is Status.WHOLE


async def test_a_chain_that_lost_its_beginning_still_verifies(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        run = await house.start()
        await seal(house.parts)
        await house.approve(run)
        await seal(house.parts)
        house.clock.forward(days=401)
        limits = Keeping(house.clock.now(), {"support_triage": house.clock.now()})
        first = await house.store.run_pruning(lambda tx: tx.ledger.prunable(limits, most=12))
        cut = await house.store.run_pruning(lambda tx: tx.ledger.prune(first.size))
        assert (cut.runs, await house.store.queries.run(run)) == (0, await house.store.queries.run(run))
        verdict = check(tmp_path, house)
    said = [problem.sentence for problem in verdict.problems]
    assert len(said) == 1, "nothing but that no entry speaks of it"
    assert said[0].startswith(f"The first {cut.size} entries are gone; the record says 0 were pruned.")


async def test_nothing_younger_than_the_day_that_was_said_goes(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await ended(house, 1)
        house.clock.forward(days=401)
        assert (await pruned(house, days_ago=450)).entries == 0
        assert (await pruned(house, days_ago=0)).entries > 0


async def test_what_the_briefs_want_kept_is_kept_whatever_day_was_said(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await ended(house, 1)
        house.clock.forward(days=399)
        gone = await pruned(house)
        assert gone.entries == 0
        assert "not long enough ago" in gone.stays


async def test_nobody_but_an_auditor_prunes(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await ended(house, 1)
        house.clock.forward(days=401)
        for somebody in (OLGA, FARAH):
            with pytest.raises(NotAllowed):
                await pruned(house, by=somebody)
    assert count(tmp_path, "run") == 1


async def test_a_record_that_was_changed_is_not_pruned(tmp_path: Path) -> None:
    """The proof would go with it."""
    async with opened(tmp_path) as house:
        await ended(house, 1)
        house.clock.forward(days=401)
        with closing(sqlite3.connect(tmp_path / DATABASE)) as db:
            db.execute("DROP TRIGGER entry_is_final")
            db.execute("UPDATE entry SET hash = randomblob(32) WHERE id = 3")
            db.commit()
        before = count(tmp_path, "entry")
        with pytest.raises(StoreFailed, match="audit verify"):
            await pruned(house)
    assert count(tmp_path, "entry") == before


async def test_the_rules_stand_again_after_pruning_and_after_a_failure(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await ended(house, 1)
        house.clock.forward(days=401)
        with pytest.raises(ZeroDivisionError):
            await house.store.run_pruning(lambda tx: 1 // 0)
        await pruned(house)
    with (
        closing(sqlite3.connect(tmp_path / DATABASE)) as db,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        db.execute("DELETE FROM entry")


async def test_a_bot_goes_on_while_its_record_is_pruned(tmp_path: Path) -> None:
    async with opened(tmp_path) as bot:
        await ended(bot, 1)
        bot.clock.forward(days=401)
        async with opened(tmp_path, clock=bot.clock) as other:
            assert (await pruned(other)).runs == 1
        await ended(bot, 2)
        assert check(tmp_path, bot).status is Status.WHOLE


async def test_what_was_pruned_is_in_no_file(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        run = await ended(house, 1)
        house.clock.forward(days=401)
        await pruned(house)
    assert run.encode() not in (tmp_path / DATABASE).read_bytes()
