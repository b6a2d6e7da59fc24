"""Real disks under the whole bot: full, mounted read-only, broken by the kernel at work, without power.

Nothing leaves, people read what to do, and the bot goes on where it stood once the disk is well again. Machines that
mount nothing for the tests skip these.
"""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.adapters.store.store import SqliteStore
from bot.adapters.systems.sandbox import Backstage
from bot.application.decide import Wish, decide
from bot.commands import dispatch
from bot.domain.errors import StoreFailed
from bot.domain.event import Verdict
from bot.domain.person import Door
from bot.domain.run import RunId
from bot.wiring import BACK_OFFICE, DATABASE
from tests.audit.house import MIA, NOON, Hand, opened, ticket
from tests.commands.line import process
from tests.gathered import TRIAGE_ALONE
from tests.scenarios.disk import Disk, image_disk, memory_disk
from tests.scenarios.struck import approve, go_on, strike, three_changes, violations

READ_ONLY = "The database may not be written. Nothing was changed: look at the rights of the file and its folder, and"
FULL = "The disk is full. Nothing was changed: free some space, then try again."
SAMPLED = (1, 2, 3, 5, 8, 12)
"""Of the units of work that three changes take; `make certify` goes through all of them."""


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Disk]:
    with memory_disk(tmp_path / "disk") as disk:
        yield disk


def elsewhere(data: Path, desk: Path) -> Path:
    """A data folder whose back office is on a disk that nothing happens to: so that something could leave."""
    data.mkdir()
    (data / BACK_OFFICE).symlink_to(desk)
    return data


# --- on the command line ----------------------------------------------------------------------------------------------


class Line:
    """A command line on data that lie on a disk of their own, in which a run waits for finance."""

    def __init__(self, disk: Disk, capsys: pytest.CaptureFixture[str]) -> None:
        self.disk, self._capsys = disk, capsys
        self.start(1)
        with closing(sqlite3.connect(disk.folder / "data" / DATABASE)) as db:
            self.run = str(db.execute("SELECT id FROM run").fetchone()[0])

    def __call__(self, *words: str) -> tuple[int, str]:
        self._capsys.readouterr()
        status = dispatch(words)
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out + err

    def start(self, n: int) -> tuple[int, str]:
        return self("start", "support_triage", *[f"{name}={value}" for name, value in ticket(n).items()])

    def approve(self) -> tuple[int, str]:
        return self("decide", self.run, "approve", "--as", "@farah")

    def effects(self) -> int:
        return len(Backstage(self.disk.folder / "data" / BACK_OFFICE).effects())


@pytest.fixture
def line(memory: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Line:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERSIGN_DATA", str(elsewhere(memory.folder / "data", tmp_path / "desk.sqlite3")))
    monkeypatch.setenv("COUNTERSIGN_WORKFLOWS", str(TRIAGE_ALONE))
    return Line(memory, capsys)


WRITING: Sequence[Sequence[str]] = (
    ("serve",),
    ("pause", "support_triage", "--why", "Lunch."),
    ("audit", "rotate-key", "--why", "It is a year old.", "--as", "@nadia"),
    ("audit", "checkpoint"),
)


def test_on_a_disk_that_is_mounted_read_only_nothing_leaves_and_everybody_is_told(line: Line) -> None:
    line.disk.read_only()
    for said in (line.approve(), line.start(2), *(line(*words) for words in WRITING)):
        assert said[0] == 1
        assert READ_ONLY in said[1]
        assert "whether the disk is mounted read-only" in said[1]
    assert line.effects() == 0
    line.disk.writable()
    assert line.approve()[0] == 0
    assert line.effects() == 1
    assert line("audit", "verify")[0] == 0


@pytest.mark.parametrize("words", [("audit", "verify"), ("check",), ("brief", "history", "support_triage")])
def test_what_only_looks_works_on_a_disk_that_is_mounted_read_only(line: Line, words: Sequence[str]) -> None:
    line.disk.read_only()
    assert line(*words)[0] == 0


def test_a_doctor_says_of_a_disk_that_is_mounted_read_only_what_it_is(line: Line) -> None:
    line.disk.read_only()
    status, said = line("doctor")
    assert (status, "may not be written" in said, "Traceback" in said) == (1, True, False)


def test_a_database_that_was_left_in_use_on_a_disk_now_read_only_is_a_sentence_and_nothing_else(line: Line) -> None:
    """In a process of its own, where whatever ends late would be heard."""
    data, left = line.disk.folder / "data", line.disk.folder / "left"
    left.mkdir()
    with closing(sqlite3.connect(data / DATABASE)) as db:
        db.execute("SELECT count(*) FROM run").fetchone()
        for part in ("", "-wal"):
            shutil.copy(data / (DATABASE + part), left)
    line.disk.read_only()
    for words in (["doctor"], ["check"], ["draw", "support_triage"]):
        done = process(words, left)
        assert b"The database cannot be opened." in done.stdout + done.stderr
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr


def test_a_backup_is_verified_where_it_is_kept(line: Line, tmp_path: Path) -> None:
    assert line.approve()[0] == 0
    with memory_disk(tmp_path / "kept") as kept:
        assert line("backup", str(kept.folder / "copy.sqlite3"))[0] == 0
        kept.read_only()
        status, said = line("audit", "verify", "--db", str(kept.folder / "copy.sqlite3"))
        assert (status, "The record is whole." in said) == (0, True), said


def test_on_a_full_disk_nothing_leaves_and_everybody_is_told(line: Line) -> None:
    with line.disk.filled():
        for status, said in (line.approve(), line.start(2), *(line(*words) for words in WRITING)):
            assert (status, FULL in said) == (1, True), said
        status, said = line("doctor", "--quiet")
        assert (status, "0 bytes are free. Make some room." in said) == (1, True)
        assert line.effects() == 0
    assert line.approve()[0] == 0
    assert line.effects() == 1
    assert line("audit", "verify")[0] == 0


# --- under a bot at work ----------------------------------------------------------------------------------------------


async def filled_up(disk: Disk, data: Path, at: int) -> int:
    """One run during which the disk was full for one unit of work; how many units it took."""
    async with three_changes(data) as (house, run):
        count = strike(house, lambda _store: disk.filled(), at)
        await approve(house, run)
        after = await go_on(house, run)
        assert list(violations(house, after)) == [], f"full at unit {at}"
        return count[0]


@pytest.mark.parametrize("at", SAMPLED)
async def test_a_disk_that_fills_up_at_work_repeats_nothing_and_loses_nothing(
    memory: Disk, tmp_path: Path, at: int
) -> None:
    await filled_up(memory, elsewhere(memory.folder / "data", tmp_path / "desk.sqlite3"), at)


@pytest.mark.certify
async def test_a_disk_that_fills_up_at_any_unit_repeats_nothing_and_loses_nothing(tmp_path: Path) -> None:
    at, units = 0, 1
    while at <= units:
        with memory_disk(tmp_path / f"disk{at}") as disk:
            units = await filled_up(disk, elsewhere(disk.folder / "data", tmp_path / f"desk{at}.sqlite3"), at)
        at += 1
    assert units > 10


async def test_whoever_decides_on_a_full_disk_reads_what_to_do_and_decides_later(memory: Disk, tmp_path: Path) -> None:
    data = elsewhere(memory.folder / "data", tmp_path / "desk.sqlite3")
    async with three_changes(data) as (house, run):
        before = await house.store.queries.run(run)
        strike(house, lambda _store: memory.filled(), 1)
        with pytest.raises(StoreFailed, match="The disk is full"):
            await decide(house.parts, wish(run))
        assert await house.store.queries.run(run) == before
        assert house.desk.backstage.effects() == ()
        await decide(house.parts, wish(run))
        await house.runtime.settle()
        assert len(house.desk.backstage.effects()) == 3


def wish(run: RunId) -> Wish:
    return Wish(run, Verdict.APPROVE, MIA, Door.TERMINAL)


# --- lost for good ----------------------------------------------------------------------------------------------------

BREAKS = ("read only", "no power")
Tell = Callable[[str], object]
Life = Callable[[Tell], Awaitable[None]]


def broken_down(folder: Path, how: str, at: int) -> int:
    """One run whose disk was lost at a unit of work, and that the next bot takes up once the disk is repaired."""
    with image_disk(folder / "disk") as disk:
        data = elsewhere(disk.folder / "data", folder / "desk.sqlite3")
        told = [line.split() for line in last_words(partial(live, data, disk, how, at))]
        left = len(Backstage(folder / "desk.sqlite3").effects())
        disk.repair()
        run = RunId(next(words[1] for words in told if words[0] == "run"))
        asyncio.run(taken_up(data, run, approved=["approved"] in told, left=left))
        return max([int(words[1]) for words in told if words[0] == "units"], default=0)


def last_words(life: Life) -> list[str]:
    """What a process says that lives until it has nothing more to say, or is gone."""
    heard, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(_lived(life, lambda line: os.write(tell, f"{line}\n".encode())))
        except BaseException as error:
            os.write(tell, f"failed {error!r}\n".encode())
        os._exit(0)
    os.close(tell)
    with os.fdopen(heard, encoding="utf-8") as words:
        said = words.read().splitlines()
    os.waitpid(child, 0)
    assert not [line for line in said if line.startswith("failed")], said
    return said


async def _lived(life: Life, tell: Tell) -> None:
    await life(tell)


async def live(data: Path, disk: Disk, how: str, at: int, tell: Tell) -> None:
    """A bot whose disk is lost at a unit of work; without power, it is gone with it."""
    with suppress(StoreFailed, sqlite3.OperationalError):  # on its way out it may have nothing left to write to
        async with three_changes(data) as (house, run):
            tell(f"run {run}")
            count = strike(house, partial(breaking, disk, how), at)
            with suppress(StoreFailed):
                await decide(house.parts, wish(run))
                tell("approved")
            with suppress(StoreFailed):
                await house.runtime.settle()
            tell(f"units {count[0]}")
            if 0 < at <= count[0]:
                with pytest.raises(StoreFailed, match=r"may not be written|The disk does not answer"):
                    await decide(house.parts, wish(run))


@contextmanager
def breaking(disk: Disk, how: str, _store: SqliteStore) -> Generator[None]:
    """A fault that stays."""
    if how == "no power":
        disk.lose_power()
        os._exit(0)
    disk.fail()
    yield


async def taken_up(data: Path, run: RunId, *, approved: bool, left: int) -> None:
    """The next bot: what a person was told is there, nothing is done twice, and it comes to its end."""
    async with opened(data, workflows="tests.audit.workflows", clock=Hand(NOON + timedelta(hours=1))) as house:
        there = (await house.store.queries.run(run)).gates["approved"].approvals
        assert there or not approved, "An approval that was confirmed is lost."
        if not there:
            assert left == 0
            await decide(house.parts, wish(run))
        await house.runtime.settle()
        after = await go_on(house, run)
        assert list(violations(house, after)) == []


@pytest.mark.parametrize("at", SAMPLED[1::2])
@pytest.mark.parametrize("how", BREAKS)
def test_a_disk_that_is_lost_at_work_repeats_nothing_and_loses_nothing(tmp_path: Path, how: str, at: int) -> None:
    broken_down(tmp_path, how, at)


@pytest.mark.certify
@pytest.mark.parametrize("how", BREAKS)
def test_a_disk_that_is_lost_at_any_unit_repeats_nothing_and_loses_nothing(tmp_path: Path, how: str) -> None:
    units = broken_down(tmp_path / "whole", how, 0)
    assert units > 10
    for at in range(1, units + 1):
        broken_down(tmp_path / str(at), how, at)
