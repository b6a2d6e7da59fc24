"""What is kept so that nothing waits unwatched, as tables."""

from sqlalchemy import Column, Index, Integer, Table, Text

from bot.adapters.store.column import id_text
from bot.adapters.store.tables import METADATA as METADATA

WAIT = Table(
    "wait",
    METADATA,
    Column("run", id_text(), primary_key=True),
    Column("workflow", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("since", Text, nullable=False),
    Index("wait_by_age", "workflow", "since"),
    Index("wait_by_standing", "workflow", "standing", "since"),
    sqlite_with_rowid=False,
)
"""Runs that wait for people, and since when. It follows the record once a minute, so that no run pays for it."""

ALERT = Table(
    "alert",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("workflow", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("since", Text, nullable=False),
    Column("raised_at", Text, nullable=False),
    Column("cleared_at", Text),
    Column("told_at", Text),
    Column("tries", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""What is wrong now, and what is over and was not told yet. The record has the rest."""
