"""Checkpoints in a file that is only ever appended to; best on another disk, or on another machine."""

import asyncio
import os
from pathlib import Path

from bot.domain.audit.anchor import line_of, notes_in
from bot.domain.errors import Transient

TAIL = 1 << 17
"""How much of the end of a file surely holds its last line."""


class AnchorFile:
    """One line per checkpoint, on the disk before `publish` returns."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def place(self) -> str:
        return str(self._path)

    async def publish(self, checkpoint: str) -> str:
        try:
            return await asyncio.to_thread(self._append, line_of(checkpoint))
        except OSError as error:
            raise Transient(f"The anchor file {self._path} cannot be written: {error.strerror}.") from error

    async def last(self) -> str | None:
        try:
            notes = await asyncio.to_thread(lambda: [*notes_in(self._tail())])
        except OSError as error:
            raise Transient(f"The anchor file {self._path} cannot be read: {error.strerror}.") from error
        return notes[-1] if notes and notes[-1].strip() else None

    def _append(self, line: str) -> str:
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        try:
            at = os.fstat(handle).st_size
            torn = at > 0 and os.pread(handle, 1, at - 1) != b"\n"  # the process was killed while it wrote
            os.write(handle, (f"\n{line}" if torn else line).encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        return f"byte {at}"

    def _tail(self) -> str:
        if not self._path.exists():
            return ""
        with self._path.open("rb") as file:
            file.seek(max(0, self._path.stat().st_size - TAIL))
            whole = file.read().rpartition(b"\n")[0]  # what was not finished was never kept
        return whole.decode(errors="replace")
