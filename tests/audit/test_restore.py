"""Backup and restore: a copy is whole, what it replaces is kept, and nothing that happened since is done twice."""

import asyncio
import os
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.adapters.store.audit_key import keys_in
from bot.adapters.store.lock import file_lock
from bot.adapters.store.record import examine
from bot.adapters.store.restoring import READY, refuse_half_restored
from bot.adapters.store.sqlite import backup
from bot.adapters.systems.sandbox import Backstage, Fault
from bot.application.audit_verify import Status, Verdict, verify
from bot.application.steer import Move, Order, steer
from bot.application.switch import Flip, switch
from bot.commands.work.copies import put_copy_back
from bot.domain.audit.anchor import notes_in
from bot.domain.audit.verify import ProblemKind, Witness
from bot.domain.errors import BotRuns, Misdeclared, StoreBusy, StoreFailed, Unfit
from bot.domain.person import Door, person_actor
from bot.domain.run import ActionStatus, Run, RunId, RunState
from bot.settings import Settings, read_settings
from bot.wiring import BACK_OFFICE, CHECKPOINTS, DATABASE
from tests.audit.house import MIA, OLGA, Hand, House, opened
from tests.gathered import TRIAGE_ALONE

WORKFLOWS = "tests.audit.workflows"
CREDIT, NOTICE, TAG = "helpdesk.GrantCredit", "helpdesk.NotifyPartner", "helpdesk.AddTag"


@dataclass
class World:
    """A data folder with a bot that comes and goes, and a help desk that remembers everything."""

    data: Path
    clock: Hand = field(default_factory=Hand)

    @property
    def copy(self) -> Path:
        return self.data.parent / "copy.sqlite3"

    @property
    def settings(self) -> Settings:
        return read_settings({}, data=str(self.data), workflows=str(TRIAGE_ALONE))

    def bot(self) -> AbstractAsyncContextManager[House]:
        return opened(self.data, clock=self.clock, workflows=WORKFLOWS)

    def back_up(self) -> None:
        backup(self.data / DATABASE, self.copy)

    async def put_back(self, why: str = "A test.") -> Path:
        by = person_actor(OLGA.id, Door.TERMINAL)
        return await put_copy_back(self.settings, self.copy, key_file=None, actor=by, why=why, clock=self.clock)

    def effects(self) -> Counter[str]:
        """What truly happened at the help desk, by kind."""
        return Counter(call.kind for call in Backstage(self.data / BACK_OFFICE).effects())

    def keys(self) -> Counter[str]:
        """How often each key had an effect."""
        return Counter(call.key for call in Backstage(self.data / BACK_OFFICE).effects())

    def verified(self) -> Verdict:
        text = (self.data / CHECKPOINTS).read_text()
        anchors = [Witness("the anchor", note) for note in notes_in(text)]
        key, now = (self.data / "audit.key").read_bytes(), self.clock.now()
        return examine(self.data / DATABASE, lambda record: verify(record, keys=keys_in(key), now=now, anchors=anchors))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "data")


async def go_on(house: House) -> None:
    """Let enough time pass for everything that is tried again."""
    for _ in range(8):
        house.clock.forward(minutes=2)
        await house.runtime.settle()


async def resume(house: House) -> None:
    await switch(house.parts, Flip("*", False, OLGA, Door.TERMINAL, "I have looked."))
    await house.runtime.settle()


async def say(house: House, run: RunId, move: Move) -> Run:
    await steer(house.parts, Order(run, move, OLGA, Door.TERMINAL, "I have asked the partner."))
    await house.runtime.settle()
    return await house.store.queries.run(run)


async def stop_before_credit(world: World, house: House, run: RunId) -> None:
    """The tag is there, and the credit cannot be given yet."""
    Backstage(world.data / BACK_OFFICE).fault(CREDIT, Fault.DOWN, times=None)
    await house.approve(run, MIA)
    assert world.effects() == {TAG: 1}


async def stop_at_credit(world: World, house: House, run: RunId) -> None:
    """The credit was given, and its answer got lost."""
    Backstage(world.data / BACK_OFFICE).fault(CREDIT, Fault.LOST_ANSWER)
    await house.approve(run, MIA)
    assert world.effects() == {TAG: 1, CREDIT: 1}


async def stop_before_approval(world: World, house: House, run: RunId) -> None:
    """Somebody is still asked."""
    assert world.effects() == {}


Stop = Callable[[World, House, RunId], Awaitable[None]]


@pytest.mark.parametrize("stop", [stop_before_approval, stop_before_credit, stop_at_credit])
async def test_nothing_is_executed_twice_after_a_restore(world: World, stop: Stop) -> None:
    async with world.bot() as house:
        run = await house.start("three_changes")
        await stop(world, house, run)
        world.back_up()
        Backstage(world.data / BACK_OFFICE).clear()
        if stop is stop_before_approval:
            await house.approve(run, MIA)
        await go_on(house)
        assert (await house.store.queries.run(run)).state is RunState.DONE
    happened = world.effects()
    assert happened == {TAG: 1, CREDIT: 1, NOTICE: 1}

    world.clock.forward(days=2)  # the help desk has forgotten the keys by then; only its history knows
    await world.put_back()
    async with world.bot() as house:
        await go_on(house)
        assert world.effects() == happened, "nothing at all before a person says so"
        await resume(house)
        if stop is stop_before_approval:
            await house.approve(run, MIA)
        await go_on(house)
        after = await house.store.queries.run(run)
        assert world.effects() == happened
        assert max(world.keys().values()) == 1
        assert [action.status for action in after.actions] == [
            ActionStatus.DONE,
            ActionStatus.DONE,
            ActionStatus.IN_DOUBT,
        ]
        assert after.state is RunState.PARKED
        after = await say(house, run, Move.HAPPENED)
        assert after.state is RunState.DONE
    assert world.effects() == happened
    assert world.verified().status is Status.GAPS


async def test_what_did_not_happen_is_done_once_after_a_restore(world: World) -> None:
    """Asking first is no reason to leave something undone."""
    async with world.bot() as house:
        run = await house.start("three_changes")
        await stop_before_credit(world, house, run)
        world.back_up()
    Backstage(world.data / BACK_OFFICE).clear()
    await world.put_back()
    async with world.bot() as house:
        await resume(house)
        await go_on(house)
        assert world.effects() == {TAG: 1, CREDIT: 1}
        after = await say(house, run, Move.DID_NOT_HAPPEN)
        assert (after.state, world.effects()) == (RunState.DONE, {TAG: 1, CREDIT: 1, NOTICE: 1})


async def test_what_was_taken_back_since_is_not_taken_back_twice(world: World) -> None:
    async with world.bot() as house:
        run = await house.start("three_changes")
        await house.approve(run, MIA)
        world.back_up()
        await steer(house.parts, Order(run, Move.UNDO, OLGA, Door.TERMINAL))
        await go_on(house)
    happened = world.effects()
    assert happened["helpdesk.WithdrawCredit"] == happened["helpdesk.DeleteTag"] == 1
    await world.put_back()
    async with world.bot() as house:
        await resume(house)
        await steer(house.parts, Order(run, Move.UNDO, OLGA, Door.TERMINAL))
        await go_on(house)
        statuses = {action.status for action in (await house.store.queries.run(run)).actions}
    assert (world.effects(), statuses) == (happened, {ActionStatus.UNDONE, ActionStatus.STUCK})


async def test_a_run_from_after_the_restore_does_not_ask_first(world: World) -> None:
    async with world.bot() as house:
        await house.start("three_changes")
        world.back_up()
    await world.put_back()
    async with world.bot() as house:
        await resume(house)
        run = await house.start("three_changes", id="T-1002")
        await house.approve(run, MIA)
        assert (await house.store.queries.run(run)).state is RunState.DONE
    calls = Backstage(world.data / BACK_OFFICE).calls()
    assert "find" not in {call.operation.value for call in calls}


# --- the files ------------------------------------------------------------------------------------------------------


async def test_a_restore_is_written_down_with_who_and_why(world: World) -> None:
    async with world.bot() as house:
        await house.start("three_changes")
        world.back_up()
    await world.put_back("The disk was broken.")
    async with world.bot() as house:
        (entry,) = [one for one in await house.store.queries.entries("system") if one.kind == "restore"]
        held = await house.store.run(lambda tx: tx.limits.paused("three_changes"))
    assert (entry.actor, entry.notes["outcome"]) == (OLGA.id, "ordered")
    assert [(one.name, one.value) for one in entry.fields] == [("why", "The disk was broken.")]
    assert "older copy" in held


async def test_what_a_restore_replaces_is_kept(world: World) -> None:
    async with world.bot() as house:
        await house.start("three_changes")
        world.back_up()
        later = await house.start("three_changes", id="T-1002")
    aside = await world.put_back()
    with closing(sqlite3.connect(aside / DATABASE)) as db:
        assert db.execute("SELECT count(*) FROM run WHERE id = ?", [later]).fetchone() == (1,)
    with closing(sqlite3.connect(world.data / DATABASE)) as db:
        assert db.execute("SELECT count(*) FROM run WHERE id = ?", [later]).fetchone() == (0,)
    assert aside.stat().st_mode & 0o777 == 0o700


async def test_checkpoints_from_the_lost_time_are_explained_by_the_restore(world: World) -> None:
    async with world.bot() as house:
        await house.start("three_changes")
        world.back_up()
        await house.start("three_changes", id="T-1002")
    await world.put_back()
    async with world.bot() as house:
        await resume(house)
        await house.start("three_changes", id="T-1003")
    verdict = world.verified()
    assert [problem.kind for problem in verdict.problems] == [ProblemKind.LOST]
    assert "from before the restore" in verdict.problems[0].sentence


async def test_a_copy_can_be_put_back_twice(world: World) -> None:
    async with world.bot() as house:
        await house.start("three_changes")
        world.back_up()
    await world.put_back()
    world.clock.forward(seconds=1)
    await world.put_back()
    async with world.bot() as house:
        kinds = [one.kind for one in await house.store.queries.entries("system")]
    assert kinds.count("restore") == 1, "the second copy does not know of the first restore"


async def test_nothing_is_restored_under_a_running_bot(world: World) -> None:
    async with world.bot():
        world.back_up()
        with file_lock(world.data / DATABASE), pytest.raises(BotRuns):
            await world.put_back()
    assert not (world.data / READY).exists()


async def test_nothing_is_restored_under_another_command(world: World) -> None:
    async with world.bot():
        world.back_up()
        with pytest.raises(StoreBusy, match="Another command"):
            await world.put_back()


async def test_a_copy_of_another_record_is_refused(world: World, tmp_path: Path) -> None:
    other = World(tmp_path / "other")  # whose copy lies where that of the first would
    async with other.bot() as house:
        await house.start("three_changes")
    other.back_up()
    async with world.bot() as house:
        await house.start("three_changes")
    with pytest.raises(StoreFailed, match="is not in audit"):
        await world.put_back()
    assert world.verified().status is Status.WHOLE


@pytest.mark.parametrize("damage", ["cut", "flipped", "other", "gone"])
async def test_a_copy_that_is_damaged_is_refused_and_changes_nothing(world: World, damage: str) -> None:
    async with world.bot() as house:
        run = await house.start("three_changes")
    world.back_up()
    data = world.copy.read_bytes()
    match damage:
        case "cut":
            world.copy.write_bytes(data[: len(data) // 2])
        case "flipped":
            world.copy.write_bytes(data[:5000] + bytes(8192) + data[13192:])
        case "other":
            world.copy.write_text("Something else.")
        case _:
            world.copy.unlink()
    with pytest.raises(StoreFailed):
        await world.put_back()
    async with world.bot() as house:
        assert (await house.store.queries.run(run)).state is RunState.WAITING
        assert await house.store.run(lambda tx: tx.ledger.restored_at()) is None


async def test_a_record_without_its_key_does_not_go_on(world: World, tmp_path: Path) -> None:
    async with world.bot() as house:
        await house.start("three_changes")
    world.back_up()
    key = tmp_path / "key"
    (world.data / "audit.key").rename(key)
    with pytest.raises(Unfit, match="no audit key"):
        await world.put_back()
    by = person_actor(OLGA.id, Door.TERMINAL)
    fresh = World(tmp_path / "fresh", world.clock)
    await put_copy_back(fresh.settings, world.copy, key_file=key, actor=by, why="Moved.", clock=world.clock)
    assert (fresh.data / "audit.key").read_bytes() == key.read_bytes()
    assert fresh.verified().status is Status.WHOLE


async def test_a_restore_that_was_killed_half_way_is_not_started_over_silently(world: World) -> None:
    async with world.bot():
        world.back_up()
    os.replace(world.copy, world.data / READY)
    refuse_half_restored(world.data / DATABASE)  # the database is still there: nothing was swapped yet
    (world.data / DATABASE).rename(world.data / "aside")
    with pytest.raises(StoreFailed, match="countersign restore"):
        refuse_half_restored(world.data / DATABASE)


async def test_a_backup_is_consistent_while_runs_go_on(world: World) -> None:
    async with world.bot() as house:
        runs = [asyncio.create_task(house.start("three_changes", body=f"Ticket {n}.")) for n in range(12)]
        await asyncio.wait(runs[:3])
        pages: list[tuple[int, int]] = []

        def tell(left: int, every: int) -> None:
            pages.append((left, every))

        await asyncio.to_thread(backup, world.data / DATABASE, world.copy, progress=tell)
        await asyncio.gather(*runs)
    key = (world.data / "audit.key").read_bytes()
    verdict = examine(world.copy, lambda record: verify(record, keys=keys_in(key), now=world.clock.now()))
    assert verdict.status is Status.WHOLE
    assert pages[-1][0] == 0


# --- put back by hand -----------------------------------------------------------------------------------------------


async def test_an_older_copy_put_back_by_hand_is_noticed_and_everything_is_held(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async with world.bot() as house:
        run = await house.start("three_changes")
        await stop_before_credit(world, house, run)
        world.back_up()
        Backstage(world.data / BACK_OFFICE).clear()
        await go_on(house)
    happened = world.effects()
    os.replace(world.copy, world.data / DATABASE)
    async with world.bot() as house:
        await go_on(house)
        assert "An older copy of the database" in caplog.text
        assert world.effects() == happened
        entries = await house.store.queries.entries("system")
        await resume(house)
        await go_on(house)
        assert (await house.store.queries.run(run)).state is RunState.PARKED
    assert world.effects() == happened
    assert [one.notes["outcome"] for one in entries if one.kind == "restore"] == ["found"]
    assert world.verified().status is Status.TAMPERED, "nobody ordered it, so nothing explains what is gone"


async def test_it_is_noticed_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    async with world.bot() as house:
        await house.start("three_changes")
        world.back_up()
    async with world.bot() as house:
        await house.start("three_changes", id="T-1002")
    os.replace(world.copy, world.data / DATABASE)
    async with world.bot() as house:
        await house.store.run(lambda tx: tx.limits.resume("*"))
    caplog.clear()
    async with world.bot() as house:
        assert await house.store.run(lambda tx: tx.limits.paused("*")) == ""
    assert "older copy" not in caplog.text


async def test_an_empty_database_beside_a_long_record_is_not_begun(world: World) -> None:
    async with world.bot() as house:
        await house.start("three_changes")
    (world.data / DATABASE).unlink()
    with pytest.raises(StoreFailed, match="The database is empty"):
        async with world.bot():
            pass


async def test_checkpoints_of_another_record_stop_the_start(world: World) -> None:
    async with world.bot() as house:
        await house.start("three_changes")
    for name in ("audit.key", DATABASE):
        (world.data / name).unlink()
    with pytest.raises(Misdeclared, match="of another record"):
        async with world.bot():
            pass


async def test_an_anchor_that_cannot_be_read_does_not_stop_the_start(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.data.mkdir()
    (world.data / CHECKPOINTS).write_text('{"checkpoint": "no checkpoint"}\n')
    async with world.bot() as house:
        await house.start("three_changes")
    assert "cannot be read" in caplog.text
