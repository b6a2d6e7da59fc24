"""One measured process of `audit_verify`: the four steps of `ours_run`, with the record or without.

A bot without a record exists nowhere but here.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from unittest.mock import patch

from benchmarks.measure import Job, Play, main
from benchmarks.ours_run import opened as opened_whole
from bot.adapters.store.sealing import Sheet
from bot.adapters.store.unit import Unit
from bot.domain.audit.chain import Sealed
from bot.domain.audit.entry import Entry
from bot.domain.run import RunId

WITHOUT = "no entries"

_NONE = Sealed("", 0, b"", b"", b"", b"", {}, ())


@asynccontextmanager
async def opened(job: Job) -> AsyncGenerator[Play]:
    if job.variant != WITHOUT:
        async with opened_whole(job) as play:
            yield play
        return
    with (
        patch.multiple("bot.adapters.store.runs", seal_entries=_seal, keep_entries=_keep),
        patch.multiple("bot.adapters.store.records", seal_entries=_seal, keep_entries=_keep),
    ):
        async with opened_whole(job) as play:
            yield play


def _seal(unit: Unit, entries: Sequence[Entry], *, chain: str, seq: int, head: bytes, run: RunId | None) -> Sheet:
    """A head that tells one state of a run from the next, as a hash would."""
    del unit, chain, head, run
    seq += len(entries)
    return Sheet((_NONE,) if entries else (), seq, seq.to_bytes(32))


def _keep(unit: Unit, sheet: Sheet) -> None:
    del unit, sheet


if __name__ == "__main__":
    main("countersign", opened)
