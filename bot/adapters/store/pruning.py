"""Taking away the oldest part of the record, up to a checkpoint; the hashes of its subtrees stay in its place."""

from collections.abc import Iterable

from sqlalchemy import bindparam, delete, exists, func, select

from bot.adapters.store.codec import written
from bot.adapters.store.meta import keep_pruned, read_pruned
from bot.adapters.store.statement import Row, Statement
from bot.adapters.store.tables import (
    ANCHOR,
    ATTEMPT,
    BLOB,
    BLOB_USE,
    CARD,
    CHECKPOINT,
    EFFECT,
    ENTRY,
    ENTRY_FIELD,
    JUDGEMENT,
    LEAF,
    PRECEDENT,
    RUN,
    SUGGESTION,
)
from bot.adapters.store.unit import Unit
from bot.domain.errors import StoreFailed
from bot.domain.run import ENDED
from bot.ports.ledger import Cut, Keeping, Prunable
from bot.ports.record import Pruned

RUN_CHAIN = "run:"

_E = ENTRY.c
_OLDEST = Statement(
    select(LEAF.c.n, _E.chain, _E.seq, _E.at, RUN.c.workflow, RUN.c.state, RUN.c.ended_at)
    .join(ENTRY, _E.id == LEAF.c.entry)
    .join(RUN, RUN.c.id == _E.run, isouter=True)
    .where(LEAF.c.n >= bindparam("after"))
    .order_by(LEAF.c.n)
    .limit(bindparam("most"))
)
_CHECKPOINT = Statement(select(func.max(CHECKPOINT.c.size)).where(CHECKPOINT.c.size <= bindparam("size")))
_GOING = Statement(
    select(LEAF.c.entry, _E.chain, _E.seq, _E.hash)
    .join(ENTRY, _E.id == LEAF.c.entry)
    .where(LEAF.c.n < bindparam("size"))
    .order_by(LEAF.c.n)
)
_ROOT = Statement(select(CHECKPOINT.c.root).where(CHECKPOINT.c.size == bindparam("size")))
_GOES_ON = Statement(select(_E.seq).where(_E.chain == bindparam("chain")).limit(1))
_DROP_FIELDS = Statement(delete(ENTRY_FIELD).where(ENTRY_FIELD.c.entry == bindparam("id_")))
_DROP_ENTRY = Statement(delete(ENTRY).where(_E.id == bindparam("id_")))
_DROP_LEAVES = Statement(delete(LEAF).where(LEAF.c.n < bindparam("size_")))
_DROP_OLD = (
    Statement(delete(ANCHOR).where(ANCHOR.c.size < bindparam("size_"))),
    Statement(delete(CHECKPOINT).where(CHECKPOINT.c.size < bindparam("size_"))),
)
_OF_RUN = (ATTEMPT, EFFECT, CARD, SUGGESTION, BLOB_USE, JUDGEMENT, PRECEDENT)
_DROP_OF_RUN = (
    *[Statement(delete(table).where(table.c.run == bindparam("run_"))) for table in _OF_RUN],
    Statement(delete(RUN).where(RUN.c.id == bindparam("run_"))),
)
_DROP_UNUSED = Statement(delete(BLOB).where(~exists().where(BLOB_USE.c.digest == BLOB.c.digest)))


def find_prunable(unit: Unit, keeping: Keeping, *, most: int) -> Prunable:
    """How much of the beginning may go, and what stops it there."""
    gone = read_pruned(unit.link).tree.size
    rows = unit.link.rows(_OLDEST, after=gone, most=most)
    end, stays = gone + len(rows), ""
    for n, *entry in rows:
        stays = _stays(entry, keeping)
        if stays:
            end = n
            break
    row = unit.link.row(_CHECKPOINT, size=end)
    size = row[0] if row and row[0] else 0
    return Prunable(size if size > gone else 0, stays or "Nothing older is left.")


def _stays(entry: list[object], keeping: Keeping) -> str:
    chain, seq, at, workflow, state, ended_at = entry
    if not str(chain).startswith(RUN_CHAIN) or state is None:
        return "" if str(at) < written(keeping.before) else f"Entry {seq} of {chain} is of {at}, not old enough yet."
    if state not in ENDED:
        return f"{chain} has not ended; it is {state}."
    until = keeping.ended.get(str(workflow), keeping.before)
    return "" if str(ended_at) < written(until) else f"{chain} ended {ended_at}, not long enough ago."


def cut(unit: Unit, size: int) -> Cut:
    """Take everything below this size away. StoreFailed where it is not what its checkpoint witnessed."""
    link, before = unit.link, read_pruned(unit.link)
    rows = link.rows(_GOING, size=size)
    tree = before.tree.extend(hashed for *_, hashed in rows)
    if (tree.size, (tree.root,)) != (size, link.row(_ROOT, size=size)):
        raise StoreFailed("What would be pruned is not what was sealed. Run `countersign audit verify` first.")
    ids = [{"id_": id} for id, *_ in rows]
    link.change(_DROP_LEAVES, size_=size)
    link.add_all(_DROP_FIELDS, ids)
    link.add_all(_DROP_ENTRY, ids)
    for statement in _DROP_OLD:
        link.change(statement, size_=size)
    starts, over = _go_on(unit, before, rows)
    _drop_runs(unit, over)
    keep_pruned(link, Pruned(tree, starts))
    return Cut(size, tree.root, len(rows), len(over))


def _go_on(unit: Unit, before: Pruned, rows: Iterable[Row]) -> tuple[dict[str, tuple[int, bytes]], list[str]]:
    """Where each chain goes on, and the runs of which nothing is left."""
    starts = {**before.starts, **{chain: (seq, hashed) for _, chain, seq, hashed in rows}}
    over = [chain for chain in starts if chain.startswith(RUN_CHAIN) and unit.link.row(_GOES_ON, chain=chain) is None]
    return {chain: start for chain, start in starts.items() if chain not in over}, over


def _drop_runs(unit: Unit, chains: Iterable[str]) -> None:
    for chain in chains:
        for statement in _DROP_OF_RUN:
            unit.link.change(statement, run_=chain.removeprefix(RUN_CHAIN))
    unit.link.change(_DROP_UNUSED)
