"""How far everybody who is sent events was told."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "subscriber",
        Column("name", Text, primary_key=True),
        Column("position", BigInteger, nullable=False),
        *[Column(name, Text, nullable=False) for name in "kinds workflows trouble why".split()],
        Column("tries", Integer, nullable=False),
        Column("since", Text),
        sqlite_with_rowid=False,
    )
