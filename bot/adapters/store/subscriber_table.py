"""How far everybody who is sent events was told, as a table. It is a place in the record, and holds nothing of it."""

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from bot.adapters.store.column import METADATA

SUBSCRIBER = Table(
    "subscriber",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("workflows", Text, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("since", Text),
    sqlite_with_rowid=False,
)
"""What they want stands here as well, so that what waits for them can be counted without the settings."""
