"""What tables are made of: kinds of columns and indexes that each database spells in its own way."""

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Text, text

METADATA = MetaData()
"""Every table there is."""


def number() -> BigInteger:
    """A key that the database gives."""
    # SQLite gives keys by itself only where the type is spelled INTEGER.
    return BigInteger().with_variant(Integer, "sqlite")


def id_text() -> Text:
    """An id, sorted by bytes on every database: a search by its beginning goes by that."""
    return Text().with_variant(Text(collation="C"), "postgresql")


def partial(name: str, *columns: Column[Any], where: str) -> Index:
    """An index of some rows only."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))
