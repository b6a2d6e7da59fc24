"""One bot runs on a database; others may read and write beside it."""

import os
import signal
from pathlib import Path

import pytest

from bot.adapters.store.lock import file_lock
from bot.domain.errors import StoreBusy
from tests.adapters.store.made import opened, run_of, started


def test_a_second_bot_is_told_who_the_first_one_is(path: Path) -> None:
    refused = pytest.raises(StoreBusy, match=rf"running on this data already \(process {os.getpid()},")
    with file_lock(path), refused, file_lock(path):
        pass


def test_the_next_bot_may_run_once_the_first_one_has_stopped(path: Path) -> None:
    for _ in range(2):
        with file_lock(path):
            pass


def test_bots_on_other_data_do_not_meet(path: Path) -> None:
    with file_lock(path), file_lock(path.with_name("other.db")):
        pass


def test_a_bot_that_fails_lets_go(path: Path) -> None:
    with pytest.raises(LookupError), file_lock(path):
        raise LookupError
    with file_lock(path):
        pass


def test_a_bot_that_was_killed_lets_go(path: Path) -> None:
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        with file_lock(path):
            os.write(tell, b"!")
            signal.pause()
    os.read(ready, 1)
    with pytest.raises(StoreBusy, match=f"process {child}"), file_lock(path):
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with file_lock(path):
        pass


async def test_the_command_line_writes_beside_a_bot(path: Path) -> None:
    with file_lock(path):
        async with opened(path) as store:
            await store.run(lambda tx: tx.runs.create(started(run_of())))
