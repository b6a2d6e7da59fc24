"""What a verification says besides that the record was changed: what is missing, what waits, what was looked at."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.store.audit_key import keys_in
from bot.adapters.store.record import examine
from bot.application.audit_verify import MOST, Status, Verdict, verify
from bot.application.seal import seal
from bot.domain.audit.verify import GAPS, ProblemKind
from bot.wiring import DATABASE
from tests.audit.house import NOON, House, opened
from tests.audit.tamper import Scene, found

NOW = NOON + timedelta(minutes=1)


def check(data: Path, house: House, **how: object) -> Verdict:
    key, now = (data / "audit.key").read_bytes(), house.clock.now()
    quick = how.get("quick") is True
    return examine(data / DATABASE, lambda record: verify(record, keys=keys_in(key), now=now, quick=quick))


async def test_an_empty_record_is_whole(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        verdict = check(tmp_path, house)
    assert (verdict.status, verdict.entries, verdict.sealed) == (Status.WHOLE, 0, 0)


async def test_entries_that_wait_too_long_for_the_tree_are_a_gap(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        assert check(tmp_path, house).status is Status.WHOLE, "they are on their way"
        house.clock.forward(minutes=11)
        verdict = check(tmp_path, house)
        assert (verdict.status, found(verdict)) == (Status.GAPS, "unsealed")
        assert "audit checkpoint" in verdict.problems[0].sentence
        await seal(house.parts)
        assert check(tmp_path, house).status is Status.WHOLE


async def test_the_entry_of_the_last_checkpoint_may_wait_for_ever(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        await seal(house.parts)
        house.clock.forward(days=300)
        verdict = check(tmp_path, house)
    assert (verdict.status, verdict.unsealed) == (Status.WHOLE, 1)


async def test_a_change_outweighs_a_gap(scene: Scene, tmp_path: Path) -> None:
    verdict = scene.after(lambda db: db.execute("DELETE FROM leaf WHERE n = 22"))
    assert {problem.kind for problem in verdict.problems} & GAPS == {ProblemKind.UNSEALED}
    assert verdict.status is Status.TAMPERED


def test_a_quick_look_finds_what_the_tree_and_the_links_find(scene: Scene) -> None:
    key = scene.key

    def quick(file: Path) -> Verdict:
        return examine(file, lambda record: verify(record, keys=keys_in(key), now=NOW, quick=True))

    assert quick(scene.file).status is Status.WHOLE
    assert quick(scene.file).entries == scene.verified(scene.file).entries


def test_problems_are_counted_beyond_those_that_are_told(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.application.audit_verify.MOST", 5)
    verdict = scene.after(lambda db: db.execute("UPDATE entry SET writer = 'nobody'"))
    assert (len(verdict.problems), verdict.found) == (5, verdict.entries)
    assert MOST > 5


async def test_how_far_it_has_come_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.application.audit_walk.EVERY", 4)
    told = list[int]()
    async with opened(tmp_path) as house:
        await house.start()
        key, now = (tmp_path / "audit.key").read_bytes(), house.clock.now()
        examine(tmp_path / DATABASE, lambda record: verify(record, keys=keys_in(key), now=now, progress=told.append))
    assert told == [4, 8]


async def test_verification_reads_one_moment_while_the_bot_goes_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.start()
        key, now = (tmp_path / "audit.key").read_bytes(), house.clock.now() + timedelta(minutes=1)
        from bot.adapters.store.record import reading

        with reading(tmp_path / DATABASE) as record:
            before = record.size()
            await house.start(id="T-1002")
            assert record.size() == before
            assert verify(record, keys=keys_in(key), now=now).status is Status.WHOLE
        assert check(tmp_path, house).entries > before
