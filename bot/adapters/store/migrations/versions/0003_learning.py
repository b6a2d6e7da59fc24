"""What people made of models' answers, in numbers; and which records they decided about."""

from alembic import op
from sqlalchemy import Boolean, Column, ForeignKey, Integer, PrimaryKeyConstraint, Text, text

revision = "0003"
down_revision = "0002"

_ID = Text().with_variant(Text(collation="C"), "postgresql")


def _texts(names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names.split()]


def upgrade() -> None:
    op.create_table(
        "judgement",
        Column("run", _ID, ForeignKey("run.id"), nullable=False),
        *_texts("step workflow prompt model"),
        Column("confidence", Integer),
        Column("taken", Boolean, nullable=False),
        *_texts("at"),
        Column("mended_at", Text),
        PrimaryKeyConstraint("run", "step"),
        sqlite_with_rowid=False,
    )
    said = ["workflow", "step", "prompt", "model", "at", "confidence", "taken"]
    _index("judgement_by_model", said, where="confidence IS NOT NULL")
    _index("judgement_mended", ["workflow", "step", "mended_at"], where="mended_at IS NOT NULL")
    op.create_table(
        "precedent",
        *_texts("workflow about"),
        Column("run", _ID, ForeignKey("run.id"), nullable=False),
        *_texts("at"),
        PrimaryKeyConstraint("workflow", "about", "run"),
        sqlite_with_rowid=False,
    )
    op.create_index("precedent_by_run", "precedent", ["run"])
    op.create_index("precedent_by_time", "precedent", ["workflow", "about", "at"])


def _index(name: str, columns: list[str], *, where: str) -> None:
    op.create_index(name, "judgement", columns, sqlite_where=text(where), postgresql_where=text(where))
