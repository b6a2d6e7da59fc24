"""What waits is a row: no task, no thread and no timer stands for it, however many there are; and no timer is lost."""

import asyncio
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.run import RunState
from tests.audit.house import House, opened

FEW, MORE = 3, 15


def upkeep(house: House) -> tuple[int, int, int]:
    """Tasks, threads, and jobs of the scheduler. The pool of asyncio keeps a thread more or less, as it happens to."""
    threads = [one for one in threading.enumerate() if not one.name.startswith("asyncio_")]
    return len(asyncio.all_tasks()), len(threads), jobs(house)


def jobs(house: House) -> int:
    scheduler: Any = house.runtime._scheduler
    return len(scheduler.get_jobs())


async def test_many_waiting_runs_cost_no_more_than_a_few(tmp_path: Path) -> None:
    async with opened(tmp_path / "data") as house:
        runs = [await house.start(id=f"T-{1001 + n % 6}", subject=str(n)) for n in range(FEW)]
        few = upkeep(house)
        runs += [await house.start(id=f"T-{1001 + n % 6}", subject=str(n)) for n in range(FEW, MORE)]
        assert all(now <= once for now, once in zip(upkeep(house), few, strict=True))
        assert (
            few[2] == 6
        )  # the look around, the clock, the watch, the seal, what is kept no longer, whatever comes next
        for run in runs:
            assert (await house.store.queries.run(run)).state is RunState.WAITING
            assert len(await house.store.queries.pending(run)) == 1


async def test_after_a_restart_waiting_runs_cost_as_little(tmp_path: Path) -> None:
    async with opened(tmp_path / "data") as house:
        for n in range(MORE):
            await house.start(id=f"T-{1001 + n % 6}", subject=str(n))
        before = upkeep(house)
    async with opened(tmp_path / "data") as house:
        await house.runtime.settle()
        assert all(now <= once for now, once in zip(upkeep(house), before, strict=True))


async def test_a_run_that_ended_leaves_nothing_behind(tmp_path: Path) -> None:
    async with opened(tmp_path / "data") as house:
        before = len(asyncio.all_tasks())
        run = await house.start()
        assert (await house.approve(run)).state is RunState.DONE
        assert await house.store.queries.pending(run) == ()
        assert len(asyncio.all_tasks()) == before


async def test_a_timer_that_is_due_when_it_is_set_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one timer is set anew by what it calls, and may be due before that has returned."""
    async with opened(tmp_path / "data") as house:
        runtime, looked, twice = house.runtime, list[int](), asyncio.Event()

        async def collect() -> None:
            looked.append(1)
            if len(looked) == 1:
                runtime._set_timer(timedelta(seconds=-1))
                await house.store.run(lambda tx: None)  # what else a look does meanwhile
                await house.store.run(lambda tx: None)
            else:
                twice.set()

        monkeypatch.setattr(runtime, "collect", collect)
        runtime._set_timer(timedelta())
        async with asyncio.timeout(10):
            await twice.wait()
