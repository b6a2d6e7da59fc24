"""How the record is read as a whole, in SQL: everything in the order of its chains."""

from sqlalchemy import bindparam, exists, func, or_, select

from bot.adapters.store.statement import Statement
from bot.adapters.store.tables import CHAIN, CHECKPOINT, ENTRY, ENTRY_FIELD, LEAF, META, RUN
from bot.domain.audit.chain import COLUMNS
from bot.domain.audit.entry import NOTE_NAMES, EntryKind

SHOWN = tuple(sorted({*COLUMNS, *NOTE_NAMES}))
"""The columns that say again what is in the header, in its order."""

RUN_COLUMNS = tuple(column.name for column in RUN.c if column.name != "n")

_E, _F = ENTRY.c, ENTRY_FIELD.c
_EVENTS = (EntryKind.CHECKPOINT_SEALED, EntryKind.PRUNE_APPLIED, EntryKind.RESTORE)
_in_order = (_E.chain, _E.seq, _E.id)
_row = (_E.chain, _E.seq, _E.header, _E.prev, _E.hash, _E.mac, LEAF.c.n)
_entry = (_E.id, *_row, *[_E[name] for name in SHOWN])
_field = (_F.entry, _F.name, _F.kind, _F.subject, _F.salt, _F.value_json, _F.erased_by)
_chosen = (_E.chain == bindparam("chain"), _E.seq >= bindparam("first"), _E.seq <= bindparam("last"))
_newest = select(func.max(LEAF.c.entry)).scalar_subquery()

_placed = ENTRY.join(LEAF, LEAF.c.entry == _E.id, isouter=True)

SIZE = Statement(select(func.count()).select_from(ENTRY))
SEALED = Statement(select(func.count()).select_from(LEAF))
ROWS = Statement(select(*_row).select_from(_placed).order_by(*_in_order))
ENTRIES = Statement(select(*_entry).select_from(_placed).order_by(*_in_order))
FIELDS = Statement(select(*_field).join(ENTRY, _E.id == _F.entry).order_by(*_in_order, _F.name))
CHAINS = Statement(select(CHAIN.c.name, CHAIN.c.seq, CHAIN.c.head).order_by(CHAIN.c.name))
HEADS = Statement(select(RUN.c.id, RUN.c.seq, RUN.c.head).order_by(RUN.c.id))
RUNS = Statement(select(*[RUN.c[name] for name in RUN_COLUMNS]).order_by(RUN.c.id))
LEAVES = Statement(select(LEAF.c.n, _E.hash).join(ENTRY, _E.id == LEAF.c.entry, isouter=True).order_by(LEAF.c.n))
_kept = (CHECKPOINT.c.size, CHECKPOINT.c.root, CHECKPOINT.c.at, CHECKPOINT.c.note)
CHECKPOINTS = Statement(select(*_kept).order_by(CHECKPOINT.c.size))
TOLD = Statement(
    select(_E.seq, _E.kind, _E.at, _E.size, _E.digest, _E.outcome)
    .where(_E.chain == "system", or_(*[_E.kind == kind.value for kind in _EVENTS]))
    .order_by(_E.seq)
)
ROTATIONS = Statement(
    select(_E.seq, LEAF.c.n, _E.source, _E.digest)
    .join(LEAF, LEAF.c.entry == _E.id)
    .where(_E.chain == "system", _E.kind == EntryKind.KEY_ROTATED.value)
    .order_by(LEAF.c.n)
)
LOOSE = Statement(
    select(_E.chain, _E.seq, _E.kind, _E.at, func.coalesce(_E.id < _newest, 0))
    .where(~exists().where(LEAF.c.entry == _E.id))
    .order_by(_E.id)
)
META_VALUE = Statement(select(META.c.value).where(META.c.name == bindparam("name")))

CHOSEN_RUNS = Statement(
    select(RUN.c.id)
    .where(
        or_(bindparam("workflow").is_(None), RUN.c.workflow == bindparam("workflow")),
        RUN.c.started_at >= bindparam("since"),
        RUN.c.started_at < bindparam("until"),
    )
    .order_by(RUN.c.id)
)
WINDOW = Statement(
    select(
        func.min(_E.seq).filter(_E.at >= bindparam("since")), func.max(_E.seq).filter(_E.at < bindparam("until"))
    ).where(_E.chain == bindparam("chain"))
)
FIRST = Statement(
    select(_E.seq, _E.prev)
    .where(_E.chain == bindparam("chain"), _E.seq >= bindparam("first"))
    .order_by(_E.seq)
    .limit(1)
)
CHOSEN = Statement(select(*_entry).select_from(_placed).where(*_chosen).order_by(_E.seq))
CHOSEN_FIELDS = Statement(select(*_field).join(ENTRY, _E.id == _F.entry).where(*_chosen).order_by(_E.seq, _F.name))
