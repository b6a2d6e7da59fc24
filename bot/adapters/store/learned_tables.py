"""What is learned from people's decisions, as tables: numbers, names of versions and pseudonyms, nothing said."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text

from bot.adapters.store.column import METADATA, id_text, partial

JUDGEMENT = Table(
    "judgement",
    METADATA,
    Column("run", id_text(), ForeignKey("run.id"), nullable=False),
    Column("step", Text, nullable=False),
    Column("workflow", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("confidence", Integer),
    Column("taken", Boolean, nullable=False),
    Column("at", Text, nullable=False),
    Column("mended_at", Text),
    PrimaryKeyConstraint("run", "step"),
    sqlite_with_rowid=False,
)
"""One row for each answer of a model that people decided; a run asked twice for one step counts once."""
_J = JUDGEMENT.c
_SAID = (_J.workflow, _J.step, _J.prompt, _J.model, _J.at, _J.confidence, _J.taken)
partial("judgement_by_model", *_SAID, where="confidence IS NOT NULL")
partial("judgement_mended", _J.workflow, _J.step, _J.mended_at, where="mended_at IS NOT NULL")

PRECEDENT = Table(
    "precedent",
    METADATA,
    Column("workflow", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("run", id_text(), ForeignKey("run.id"), nullable=False),
    Column("at", Text, nullable=False),
    PrimaryKeyConstraint("workflow", "about", "run"),
    Index("precedent_by_time", "workflow", "about", "at"),
    Index("precedent_by_run", "run"),
    sqlite_with_rowid=False,
)
"""Which records, under a pseudonym, people have decided about in which runs."""
