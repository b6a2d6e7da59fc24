"""Which runs somebody may mean by a few letters: of its id, or of what a person outside was told to name."""

from sqlalchemy import ColumnElement, Select, or_, select

from bot.adapters.store.tables import ENTRY, RUN
from bot.domain.audit.entry import EntryKind
from bot.domain.reference import record_meant

_AFTER_EVERY_LETTER = "\U0010ffff"
_TAKEN_IN = (EntryKind.RUN_STARTED, EntryKind.RUN_DUPLICATE)


def meant(part: str) -> ColumnElement[bool]:
    """Whether an id begins or ends like this, or its run stands for the form that has this reference."""
    backwards = part[::-1]
    begins = RUN.c.id.between(part, part + _AFTER_EVERY_LETTER)
    alike = or_(begins, RUN.c.backwards.between(backwards, backwards + _AFTER_EVERY_LETTER))
    record = record_meant(part)
    return or_(alike, RUN.c.id.in_(_taken_in(record))) if record else alike


def _taken_in(record: str) -> Select[tuple[str]]:
    return select(ENTRY.c.run).where(ENTRY.c.kind.in_(_TAKEN_IN), ENTRY.c.source == record)
