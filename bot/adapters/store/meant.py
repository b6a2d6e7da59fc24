"""Which runs somebody may mean by a few letters: of its id, or of what a person outside was told to name."""

from sqlalchemy import ColumnElement, Select, or_, select

from bot.adapters.store.tables import ENTRY, RUN
from bot.domain.audit.entry import EntryKind
from bot.domain.person import Door
from bot.domain.reference import end_meant

_AFTER_EVERY_LETTER = "\U0010ffff"
_TAKEN_IN = (EntryKind.RUN_STARTED, EntryKind.RUN_DUPLICATE)


def meant(part: str) -> ColumnElement[bool]:
    """Whether an id begins or ends like this, or its run stands for the form that has this reference."""
    backwards = part[::-1]
    begins = RUN.c.id.between(part, part + _AFTER_EVERY_LETTER)
    alike = or_(begins, RUN.c.backwards.between(backwards, backwards + _AFTER_EVERY_LETTER))
    end = end_meant(part)
    return or_(alike, RUN.c.id.in_(_of_form(end))) if end else alike


def _of_form(end: str) -> Select[tuple[str]]:
    return select(ENTRY.c.run).where(ENTRY.c.kind.in_(_TAKEN_IN), ENTRY.c.source.like(f"{Door.FORM}:%{end}"))
