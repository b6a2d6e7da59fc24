"""Cards that stand with people, too; how far messages follow a run; what waits since when; alerts; suggestions; names.

The card of a run is a view, made anew from it: its table is copied, for a column in the middle of it.
"""

from alembic import op
from sqlalchemy import Boolean, Column, ForeignKey, Integer, PrimaryKeyConstraint, Text, text

revision = "0002"
down_revision = "0001"

_ID = Text().with_variant(Text(collation="C"), "postgresql")
_KEPT = "run, step, channel, ts, card, version, drawn, overflow, since, gone"


def _texts(names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names.split()]


def upgrade() -> None:
    _rebuild_cards()
    _create_waits()
    _create_alerts()
    _create_suggestions()
    op.create_index("counter_by_day", "counter", ["day"])
    op.create_table(
        "person",
        Column("id", Text, primary_key=True),
        *_texts("name seen_at"),
        sqlite_with_rowid=False,
    )


def _rebuild_cards() -> None:
    op.drop_index("card_by_id", "card")
    op.drop_index("card_by_place", "card")
    op.rename_table("card", "card_before")
    op.create_table(
        "card",
        Column("run", _ID, ForeignKey("run.id"), nullable=False),
        *_texts("step channel person ts card"),
        Column("version", Integer, nullable=False),
        *_texts("drawn"),
        Column("overflow", Integer, nullable=False),
        *_texts("since"),
        Column("gone", Boolean, nullable=False),
        Column("seq", Integer),
        PrimaryKeyConstraint("run", "step", "channel", "ts"),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO card ({_KEPT}, person) SELECT {_KEPT}, '' FROM card_before")  # noqa: S608  all of it is ours
    op.drop_table("card_before")
    op.create_index("card_by_id", "card", ["card"])
    op.create_index("card_by_place", "card", ["channel", "ts"])
    followed = text("seq IS NOT NULL")
    op.create_index("card_following", "card", ["run", "seq"], sqlite_where=followed, postgresql_where=followed)


def _create_waits() -> None:
    op.create_table(
        "wait",
        Column("run", _ID, primary_key=True),
        *_texts("workflow standing since"),
        sqlite_with_rowid=False,
    )
    op.create_index("wait_by_age", "wait", ["workflow", "since"])
    op.create_index("wait_by_standing", "wait", ["workflow", "standing", "since"])


def _create_alerts() -> None:
    op.create_table(
        "alert",
        Column("key", Text, primary_key=True),
        *_texts("kind workflow run about since raised_at"),
        Column("cleared_at", Text),
        Column("told_at", Text),
        Column("tries", Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def _create_suggestions() -> None:
    op.create_table(
        "suggestion",
        Column("id", Text, primary_key=True),
        *_texts("person"),
        Column("run", _ID, ForeignKey("run.id")),
        *_texts("until body"),
        sqlite_with_rowid=False,
    )
    op.create_index("suggestion_by_run", "suggestion", ["run"])
    op.create_index("suggestion_by_time", "suggestion", ["until"])
