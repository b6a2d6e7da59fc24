"""The record beyond the entries that come with a run: other chains, calls to models, attachments."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import bindparam, select

from bot.adapters.store.codec import Codec
from bot.adapters.store.runs import chain_of
from bot.adapters.store.sealing import keep_entries, seal_entries
from bot.adapters.store.statement import Statement, Upsert, insert_of
from bot.adapters.store.tables import ATTEMPT, BLOB, BLOB_USE, CHAIN, RUN
from bot.adapters.store.unit import Unit
from bot.domain.attempt import Attempt
from bot.domain.audit.chain import genesis
from bot.domain.audit.entry import Entry
from bot.domain.errors import Unknown
from bot.domain.run import Run, RunId

CALL = Codec(Attempt)

_HEAD = Statement(select(CHAIN.c.seq, CHAIN.c.head).where(CHAIN.c.name == bindparam("name")).with_for_update())
_MOVE_HEAD = Statement(Upsert(CHAIN, keys=("name",), replace=("seq", "head")))
_HEAD_OF_RUN = Statement(select(RUN.c.seq, RUN.c.head).where(RUN.c.id == bindparam("id")).with_for_update())
_MOVE_HEAD_OF_RUN = Statement(
    RUN.update().where(RUN.c.id == bindparam("id_")).values(seq=bindparam("seq"), head=bindparam("head"))
)
_ADD_ATTEMPTS = Statement(insert_of(ATTEMPT))
_KEEP = Statement(Upsert(BLOB, keys=("digest",), replace=("data", "kept_at")))
_USE = Statement(Upsert(BLOB_USE, keys=("run", "digest")))


class SqlRecords:
    """`Records`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def write(self, chain: str, entries: Sequence[Entry], *, run: Run | None = None) -> None:
        if run is not None and chain == chain_of(run.id):
            self._write_to_run(run.id, entries)
            return
        link = self._unit.link
        seq, head = link.row(_HEAD, name=chain) or (0, genesis(chain))
        id = None if run is None else run.id
        sheet = seal_entries(self._unit, entries, chain=chain, seq=seq, head=head, run=id)
        link.change(_MOVE_HEAD, name=chain, seq=sheet.seq, head=sheet.head)
        keep_entries(self._unit, sheet)

    def _write_to_run(self, id: RunId, entries: Sequence[Entry]) -> None:
        row = self._unit.link.row(_HEAD_OF_RUN, id=id)
        if row is None:
            raise Unknown(f"There is no run {id}.")
        seq, head = row
        sheet = seal_entries(self._unit, entries, chain=chain_of(id), seq=seq, head=head, run=id)
        self._unit.link.change(_MOVE_HEAD_OF_RUN, id_=id, seq=sheet.seq, head=sheet.head)
        keep_entries(self._unit, sheet)
        self._unit.seen.pop(id, None)

    def attempts(self, run: RunId, step: str, attempts: Sequence[Attempt]) -> None:
        self._unit.link.add_all(
            _ADD_ATTEMPTS,
            [
                {
                    "run": run,
                    "step": step,
                    "at": self._unit.now,
                    "model": one.model,
                    "prompt": one.prompt,
                    "outcome": one.outcome,
                    "cost_micros": one.cost_micros,
                    "body": CALL.encode(one),
                }
                for one in attempts
            ],
        )

    def keep_blob(self, data: bytes, *, kind: str, run: RunId) -> str:
        digest = hashlib.sha256(data).hexdigest()
        link, now = self._unit.link, self._unit.now
        link.change(_KEEP, digest=digest, kind=kind, size=len(data), kept_at=now, data=data)
        link.change(_USE, run=run, digest=digest)
        return digest
