"""One bot for each database: a lock beside the file, which goes when its process goes."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bot.domain.errors import BotRuns


@contextmanager
def file_lock(database: Path) -> Generator[None]:
    """Be the one bot that runs on this database. BotRuns where there is one already."""
    path = database.with_name(f"{database.name}.lock")
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        _lock(handle, path)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def lock_holder(database: Path) -> str:
    """The process that runs the bot on this database, as it calls itself; empty where none does."""
    path = database.with_name(f"{database.name}.lock")
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        # Many may look at once, and looking never keeps a bot from starting for longer than this takes.
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(handle, 20, 0).decode(errors="replace") or "?"
    finally:
        os.close(handle)
    return ""


def _lock(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        other = os.pread(handle, 20, 0).decode(errors="replace") or "?"
        raise BotRuns(
            f"A bot is running on this data already (process {other}, {path}). Stop it first, or use another --data."
        ) from None
