"""The tables of what is known of a chat: cards, what was understood from plain words there, what people are called."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text

from bot.adapters.store.column import METADATA, id_text, partial

CARD = Table(
    "card",
    METADATA,
    Column("run", id_text(), ForeignKey("run.id"), nullable=False),
    Column("step", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("ts", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("drawn", Text, nullable=False),
    Column("overflow", Integer, nullable=False),
    Column("since", Text, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("seq", Integer),
    PrimaryKeyConstraint("run", "step", "channel", "ts"),
    Index("card_by_id", "card"),
    Index("card_by_place", "channel", "ts"),
    sqlite_with_rowid=False,
)
"""Without a `ts` it is being posted. What has a `seq` follows its run."""
partial("card_following", CARD.c.run, CARD.c.seq, where="seq IS NOT NULL")

SUGGESTION = Table(
    "suggestion",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("run", id_text(), ForeignKey("run.id")),
    Column("until", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("suggestion_by_run", "run"),
    Index("suggestion_by_time", "until"),
    sqlite_with_rowid=False,
)

PERSON = Table(
    "person",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    sqlite_with_rowid=False,
)
