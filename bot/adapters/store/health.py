"""How the database is doing, for `countersign doctor`: read without changing anything, whatever shape it is in."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, func, select

from bot.adapters.store.codec import moment, written
from bot.adapters.store.meta import EMPTIED, META_OF
from bot.adapters.store.pens import CURRENT
from bot.adapters.store.schema import HEAD, revision
from bot.adapters.store.sqlite import SqliteLink, errors_in_words, reading_uri, refuse_damage
from bot.adapters.store.statement import Statement
from bot.adapters.store.tables import ANCHOR, CHECKPOINT, EFFECT, ENTRY, LEAF, RUN, SWITCH
from bot.adapters.store.watched import ALERT
from bot.domain.audit.entry import EntryKind

CHECKED_BELOW = 200_000_000
"""Files of fewer bytes are read whole, to find damage."""

_DUE = Statement(select(func.count()).where(EFFECT.c.due_at <= bindparam("now"), EFFECT.c.lease_until.is_(None)))
_PAUSED = Statement(select(SWITCH.c.scope, SWITCH.c.why).order_by(SWITCH.c.scope))
_LAST_CHECKPOINT = Statement(select(CHECKPOINT.c.size, CHECKPOINT.c.at).order_by(CHECKPOINT.c.size.desc()).limit(1))
_LAST_ANCHORS = Statement(select(ANCHOR.c.place, func.max(ANCHOR.c.at)).group_by(ANCHOR.c.place))
_LAST_BACKUP = Statement(
    select(ENTRY.c.at)
    .where(ENTRY.c.chain == "system", ENTRY.c.kind == EntryKind.EXPORT_MADE.value, ENTRY.c.outcome == "backup")
    .order_by(ENTRY.c.seq.desc())
    .limit(1)
)
_LAST_ROTATION = Statement(
    select(ENTRY.c.at)
    .where(ENTRY.c.chain == "system", ENTRY.c.kind == EntryKind.KEY_ROTATED.value)
    .order_by(ENTRY.c.seq.desc())
    .limit(1)
)
_OVERDUE = Statement(
    select(func.count()).where(
        RUN.c.workflow == bindparam("workflow"), RUN.c.erased_at.is_(None), RUN.c.ended_at < bindparam("moment")
    )
)
_ALERTS = Statement(select(func.count()).where(ALERT.c.cleared_at.is_(None)))
_UNSEALED = Statement(
    select(func.count()).where(ENTRY.c.id > select(func.coalesce(func.max(LEAF.c.entry), 0)).scalar_subquery())
)


@dataclass(frozen=True, slots=True)
class Health:
    """What can be said of a database."""

    revision: str
    due: int = 0
    """Effects that are due and that nobody is at."""
    paused: Mapping[str, str] | None = None
    """What is held as a whole, and why."""
    sealed: int = 0
    sealed_at: datetime | None = None
    unsealed: int = 0
    anchored: Mapping[str, datetime] | None = None
    """When a checkpoint was last kept, by place."""
    copied_at: datetime | None = None
    """When a backup was last made."""
    key: str = ""
    """The mark of the key that the record goes on with."""
    rotated_at: datetime | None = None
    """When that one took over from another."""
    alerts: int = 0
    """How much is wrong that nobody has seen to, as a bot that runs has found it."""
    owes: bool = False
    """Whether something that was erased may still stand in the log of the database."""

    @property
    def is_current(self) -> bool:
        return self.revision == HEAD


def health_of(path: Path, now: datetime) -> Health:
    """Look at it. Raises StoreFailed where it is damaged, or holds something else."""
    with errors_in_words(), closing(sqlite3.connect(reading_uri(path), uri=True)) as connection:
        stands = revision(connection) or ""
        if path.stat().st_size < CHECKED_BELOW:
            refuse_damage(connection)
        if stands != HEAD:
            return Health(stands)
        return _health(SqliteLink(connection), now)


def _health(link: SqliteLink, now: datetime) -> Health:
    size, at = link.row(_LAST_CHECKPOINT) or (0, None)
    due, unsealed, copied = link.row(_DUE, now=written(now)), link.row(_UNSEALED), link.row(_LAST_BACKUP)
    key, rotated = link.row(META_OF, name=CURRENT), link.row(_LAST_ROTATION)
    return Health(
        revision=HEAD,
        due=due[0] if due else 0,
        paused=dict(link.rows(_PAUSED)),
        sealed=size,
        sealed_at=moment(at) if at else None,
        unsealed=unsealed[0] if unsealed else 0,
        anchored={place: moment(when) for place, when in link.rows(_LAST_ANCHORS)},
        copied_at=moment(copied[0]) if copied else None,
        key=str(key[0]) if key else "",
        rotated_at=moment(rotated[0]) if rotated else None,
        alerts=(link.row(_ALERTS) or (0,))[0],
        owes=link.row(META_OF, name=EMPTIED) is not None,
    )


def overdue(path: Path, until: Mapping[str, datetime]) -> int:
    """How many runs still have content although they ended before a moment, by workflow; 0 where nobody can tell."""
    with errors_in_words(), closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        if revision(connection) != HEAD:
            return 0
        link = SqliteLink(connection)
        rows = (link.row(_OVERDUE, workflow=name, moment=written(moment)) for name, moment in until.items())
        return sum(row[0] for row in rows if row is not None)
