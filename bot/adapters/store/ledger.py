"""The record as a whole: entries get their place in the tree, content goes when it has to."""

import json
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select

from bot.adapters.store.codec import moment, written
from bot.adapters.store.emptying import empty_run
from bot.adapters.store.meta import EMPTIED, META_OF, RESTORED, SET_META, TREE, read_pruned
from bot.adapters.store.pruning import cut, find_prunable
from bot.adapters.store.statement import Statement, insert_of
from bot.adapters.store.tables import ANCHOR, CHECKPOINT, ENTRY, ENTRY_FIELD, INBOX, LEAF, RUN
from bot.adapters.store.unit import Unit
from bot.domain.audit.anchor import WRITTEN
from bot.domain.audit.checkpoint import write_checkpoint
from bot.domain.audit.entry import EntryKind
from bot.domain.audit.keys import mark_of
from bot.domain.audit.tree import Frontier
from bot.domain.errors import StoreFailed
from bot.domain.run import RunId
from bot.ports.ledger import Cut, Keeping, Latest, NextKey, Prunable, Sealing, Taken, Unsealed

LATE = 1000
"""How far back sealing looks for entries that were overtaken: where many write at once, numbers may commit late."""

_E = ENTRY.c
_LAST_LEAF = Statement(select(LEAF.c.entry).order_by(LEAF.c.n.desc()).limit(1))
_NEWEST = Statement(select(_E.id).order_by(_E.id.desc()).limit(1))
_SINCE = Statement(
    select(_E.at)
    .where(_E.id > bindparam("after"), _E.kind != EntryKind.CHECKPOINT_SEALED.value)
    .order_by(_E.id)
    .limit(1)
)
_UNSEALED = Statement(
    select(_E.id, _E.hash)
    .where(_E.id > bindparam("after"), ~exists().where(LEAF.c.entry == _E.id))
    .order_by(_E.id)
    .limit(bindparam("limit"))
)
_ADD_LEAVES = Statement(insert_of(LEAF))
_ADD_CHECKPOINT = Statement(insert_of(CHECKPOINT, "size", "root", "at", "note"))
_LAST_CHECKPOINT = Statement(
    select(CHECKPOINT.c.size, CHECKPOINT.c.root, CHECKPOINT.c.note).order_by(CHECKPOINT.c.size.desc()).limit(1)
)
_ROOT = Statement(select(CHECKPOINT.c.root).where(CHECKPOINT.c.size == bindparam("size")))
_PLACES = Statement(select(ANCHOR.c.place).where(ANCHOR.c.size == bindparam("size")))
_ADD_ANCHOR = Statement(insert_of(ANCHOR, "size", "place", "at", "receipt"))

_has_value = ENTRY_FIELD.c.value_json.is_not(None)
_of_chain = ENTRY_FIELD.c.entry.in_(select(_E.id).where(_E.chain == bindparam("chain")))
_ABOUT = Statement(
    select(_E.run)
    .join(ENTRY_FIELD, ENTRY_FIELD.c.entry == _E.id)
    .where(ENTRY_FIELD.c.subject == bindparam("subject"), _has_value, _E.run.is_not(None))
    .distinct()
    .order_by(_E.run)
)
_CONTENT = Statement(select(func.count()).select_from(ENTRY_FIELD).where(_of_chain, _has_value))
_ENDED_BEFORE = Statement(
    select(RUN.c.id)
    .where(
        RUN.c.workflow == bindparam("workflow"),
        RUN.c.ended_at.is_not(None),
        RUN.c.erased_at.is_(None),
        RUN.c.ended_at < bindparam("moment"),
    )
    .order_by(RUN.c.ended_at)
    .limit(bindparam("limit"))
)
_NEXT_WITH_CONTENT = Statement(
    select(func.min(RUN.c.workflow)).where(
        RUN.c.workflow > bindparam("after"), RUN.c.ended_at.is_not(None), RUN.c.erased_at.is_(None)
    )
)
_MENTIONED = Statement(
    select(func.count()).where(func.lower(INBOX.c.body).contains(bindparam("text"), autoescape=False))
)
_FIRST_ROTATION = Statement(
    select(_E.source).where(_E.chain == "system", _E.kind == EntryKind.KEY_ROTATED.value).order_by(_E.seq).limit(1)
)


class SqlLedger:
    """`Ledger`, in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._link = unit.link

    # --- the tree -------------------------------------------------------------------------------------------------

    def unsealed(self) -> Unsealed | None:
        newest, last = self._link.row(_NEWEST), self._last_sealed()
        since = self._link.row(_SINCE, after=last)
        return Unsealed(newest[0] - last, moment(since[0])) if newest and since else None

    def _last_sealed(self) -> int:
        row = self._link.row(_LAST_LEAF)
        return row[0] if row else 0

    def seal(self, *, limit: int, thorough: bool = False) -> Sealing | None:
        if not thorough and self.unsealed() is None:
            return None
        rows = self._link.rows(_UNSEALED, after=0 if thorough else self._last_sealed() - LATE, limit=limit)
        if not rows:
            return None
        before = self._frontier()
        tree = before.extend(hashed for _, hashed in rows)
        self._link.add_all(_ADD_LEAVES, [{"n": before.size + n, "entry": id} for n, (id, _) in enumerate(rows)])
        note = self._write_checkpoint(tree)
        return Sealing(tree.size, tree.root, len(rows), note)

    def _frontier(self) -> Frontier:
        """The tree so far. StoreFailed where what is kept of it is not what the last checkpoint saw."""
        row, latest = self._link.row(META_OF, name=TREE), self.latest()
        if latest is None:
            return Frontier()
        peaks = tuple(bytes.fromhex(peak) for peak in json.loads(row[0])) if row else ()
        tree = Frontier(latest.size, peaks) if len(peaks) == latest.size.bit_count() else Frontier()
        if (tree.size, tree.root) != (latest.size, latest.root):
            raise StoreFailed(
                "The record does not go on from its last checkpoint, so nothing more is sealed. "
                "Run `countersign audit verify`: it says what was changed."
            )
        return tree

    def _write_checkpoint(self, tree: Frontier) -> str:
        now, key, origin = self._unit.now, self._unit.pen.key, self.origin()
        extensions = (f"{WRITTEN}{now}",)
        note = write_checkpoint(origin=origin, size=tree.size, root=tree.root, key=key, extensions=extensions)
        self._link.change(_ADD_CHECKPOINT, size=tree.size, root=tree.root, at=now, note=note)
        self._link.change(SET_META, name=TREE, value=json.dumps([peak.hex() for peak in tree.peaks]))
        return note

    def latest(self) -> Latest | None:
        row = self._link.row(_LAST_CHECKPOINT)
        if row is None:
            return None
        size, root, note = row
        return Latest(size, root, note, self._places(size))

    def anchored(self, size: int, place: str, receipt: str) -> None:
        if place not in self._places(size):  # another process may have had it kept there at the same time
            self._link.change(_ADD_ANCHOR, size=size, place=place, at=self._unit.now, receipt=receipt)

    def _places(self, size: int) -> frozenset[str]:
        return frozenset(place for (place,) in self._link.rows(_PLACES, size=size))

    # --- content --------------------------------------------------------------------------------------------------

    def about(self, subject: str) -> tuple[RunId, ...]:
        return tuple(RunId(run) for (run,) in self._link.rows(_ABOUT, subject=subject))

    def with_content(self) -> tuple[str, ...]:
        names: list[str] = []
        while (row := self._link.row(_NEXT_WITH_CONTENT, after=names[-1] if names else "")) and row[0]:
            names.append(row[0])  # one step along the index for each, however many runs there are
        return tuple(names)

    def ended_before(self, workflow: str, moment: datetime, *, limit: int) -> tuple[RunId, ...]:
        rows = self._link.rows(_ENDED_BEFORE, workflow=workflow, moment=written(moment), limit=limit)
        return tuple(RunId(run) for (run,) in rows)

    def content(self, run: RunId) -> int:
        row = self._link.row(_CONTENT, chain=f"run:{run}")
        return row[0] if row else 0

    def empty(self, run: RunId, *, by: str) -> Taken:
        return empty_run(self._unit, run, by=by)

    def must_forget(self) -> bool:
        return bool(self._link.row(META_OF, name=EMPTIED))

    def prunable(self, keeping: Keeping, *, most: int) -> Prunable:
        return find_prunable(self._unit, keeping, most=most)

    def prune(self, size: int) -> Cut:
        return cut(self._unit, size)

    def deliveries_about(self, text: str) -> int:
        row = self._link.row(_MENTIONED, text=text.casefold())
        return row[0] if row else 0

    def origin(self) -> str:
        return self._unit.pen.record

    def knows(self, size: int, root: bytes) -> bool:
        row = self._link.row(_ROOT, size=size)
        return row == (root,) if row else size < read_pruned(self._link).tree.size

    # --- the keys -------------------------------------------------------------------------------------------------

    def add_key(self) -> NextKey:
        mark = mark_of(self._unit.pen.key)
        return NextKey(mark, self._unit.pens.file.add(mark))

    def rotate(self, mark: str) -> None:
        self._unit.rotate(mark)

    def drop_keys(self) -> int:
        oldest = self._link.row(_FIRST_ROTATION)
        return self._unit.pens.file.drop_before(str(oldest[0]) if oldest else mark_of(self._unit.pen.key))

    # --- the past -------------------------------------------------------------------------------------------------

    def restored_at(self) -> datetime | None:
        row = self._link.row(META_OF, name=RESTORED)
        return moment(row[0]) if row else None

    def mark_restored(self, at: datetime) -> None:
        self._link.change(SET_META, name=RESTORED, value=written(at))
