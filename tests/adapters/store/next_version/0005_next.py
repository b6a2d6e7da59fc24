"""What a later version may bring: a column that is filled, an index, a table that is rebuilt."""

from alembic import op
from sqlalchemy import Column, Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("run", Column("region", Text, nullable=False, server_default=""))
    op.execute("UPDATE run SET region = 'here'")
    op.create_index("run_by_region", "run", ["region"])
    with op.batch_alter_table("switch") as switch:
        switch.add_column(Column("by", Text, nullable=False, server_default=""))
        switch.alter_column("why", new_column_name="reason")
    op.create_table("holiday", Column("day", Text, primary_key=True))
