"""Everything there is at the beginning.

The tables stand here once more, as they were when this revision was made: `tables` goes on, a revision does not.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

from bot.adapters.store.audit_log import AUDIT_LOG
from bot.adapters.store.guard import append_only_rules

revision = "0001"
down_revision = None

_ID = Text().with_variant(Text(collation="C"), "postgresql")
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

_NOTES = (
    "brief dialect digest door error ext_ref gate group key level model outcome owner prompt reason records reviewer "
    "source stage standing state until workflow workflow_digest"
)
_NUMBER_NOTES = "confidence cost_micros count input_tokens latency_ms minutes n output_tokens size version"


def _texts(names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names.split()]


def _blobs(names: str) -> list[Column[bytes]]:
    return [Column(name, LargeBinary, nullable=False) for name in names.split()]


def upgrade() -> None:
    _create_runs()
    _create_record()
    _create_tree()
    _create_work()
    _create_cards()
    _create_limits()
    _create_blobs()
    if op.get_bind().dialect.name == "sqlite":
        for rule in append_only_rules("anchor", "checkpoint", "entry", "entry_field", "leaf", "version"):
            op.execute(rule)
    op.execute(AUDIT_LOG)


def _create_runs() -> None:
    op.create_table(
        "run",
        Column("n", _NUMBER, primary_key=True),
        Column("id", _ID, nullable=False, unique=True),
        Column("backwards", _ID, nullable=False),
        *_texts("team workflow key door record requester started_at state"),
        Column("paused", Boolean, nullable=False),
        *_texts("stage owner reason"),
        Column("asks", Text),
        *_texts("waiting_for changed_at"),
        Column("ended_at", Text),
        Column("spent_micros", BigInteger, nullable=False),
        Column("seq", Integer, nullable=False),
        *_blobs("head"),
        Column("ordered", Integer, nullable=False),
        *_texts("document"),
        Column("erased_at", Text),
        UniqueConstraint("workflow", "key", name="run_started_once"),
    )
    op.create_index("run_by_end_of_id", "run", ["backwards"])
    _partial("run_by_end", "run", "workflow", "ended_at", where="ended_at IS NOT NULL AND erased_at IS NULL")
    _partial("run_by_group", "run", "asks", "n", where="asks IS NOT NULL")
    op.create_index("run_by_start", "run", ["requester", "workflow", "started_at"])
    _partial("run_ended", "run", "state", "n", where="ended_at IS NOT NULL")
    _partial("run_ended_of_requester", "run", "requester", "state", "n", where="ended_at IS NOT NULL")
    _partial("run_ended_of_workflow", "run", "workflow", "state", "n", where="ended_at IS NOT NULL")
    _partial("run_under_way", "run", "state", "n", "workflow", "requester", where="ended_at IS NULL")
    op.create_table(
        "tally",
        Column("state", Text, primary_key=True),
        Column("runs", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _partial(name: str, table: str, *columns: str, where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=text(where), postgresql_where=text(where))


def _create_record() -> None:
    op.create_table(
        "chain",
        Column("name", Text, primary_key=True),
        Column("seq", Integer, nullable=False),
        *_blobs("head"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entry",
        Column("id", _NUMBER, primary_key=True),
        Column("chain", _ID, nullable=False),
        Column("seq", Integer, nullable=False),
        *_texts("kind at actor_kind actor"),
        Column("run", Text),
        Column("step", Text),
        Column("attempt", Integer),
        *_texts("writer"),
        *_blobs("header prev hash mac"),
        *[Column(name, Text) for name in _NOTES.split()],
        *[Column(name, BigInteger) for name in _NUMBER_NOTES.split()],
        UniqueConstraint("chain", "seq", name="entry_in_chain"),
    )
    op.create_table(
        "entry_field",
        Column("entry", BigInteger, ForeignKey("entry.id"), nullable=False),
        *_texts("name kind"),
        Column("subject", Text),
        Column("salt", LargeBinary),
        Column("value_json", Text),
        Column("erased_by", Text),
        PrimaryKeyConstraint("entry", "name"),
        sqlite_with_rowid=False,
    )
    _partial("entry_field_by_subject", "entry_field", "subject", where="subject IS NOT NULL")


def _create_tree() -> None:
    op.create_table(
        "leaf",
        Column("n", _NUMBER, primary_key=True, autoincrement=False),
        Column("entry", BigInteger, ForeignKey("entry.id"), nullable=False, unique=True),
    )
    op.create_table(
        "checkpoint",
        Column("size", _NUMBER, primary_key=True, autoincrement=False),
        *_blobs("root"),
        *_texts("at note"),
    )
    op.create_table(
        "anchor",
        Column("size", BigInteger, ForeignKey("checkpoint.size"), nullable=False),
        *_texts("place at receipt"),
        PrimaryKeyConstraint("size", "place"),
    )


def _create_work() -> None:
    op.create_table(
        "effect",
        Column("run", _ID, ForeignKey("run.id"), nullable=False),
        Column("n", Integer, nullable=False),
        *_texts("type lane step body created_at due_at"),
        Column("attempt", Integer, nullable=False),
        Column("token", Integer, nullable=False),
        Column("lease_owner", Text),
        Column("lease_until", Text),
        PrimaryKeyConstraint("run", "n"),
        sqlite_with_rowid=False,
    )
    op.create_index("effect_by_time", "effect", ["due_at"])
    op.create_table(
        "attempt",
        Column("id", _NUMBER, primary_key=True),
        Column("run", Text, ForeignKey("run.id"), nullable=False),
        *_texts("step at model prompt outcome"),
        Column("cost_micros", BigInteger),
        *_texts("body"),
    )
    op.create_index("attempt_by_run", "attempt", ["run"])
    op.create_table(
        "inbox",
        Column("id", Text, primary_key=True),
        *_texts("source kind actor team received_at"),
        Column("body", Text),
        Column("finished_at", Text),
    )
    _partial("inbox_waiting", "inbox", "received_at", where="finished_at IS NULL")


def _create_cards() -> None:
    op.create_table(
        "card",
        Column("run", _ID, ForeignKey("run.id"), nullable=False),
        *_texts("step channel ts card"),
        Column("version", Integer, nullable=False),
        *_texts("drawn"),
        Column("overflow", Integer, nullable=False),
        *_texts("since"),
        Column("gone", Boolean, nullable=False),
        PrimaryKeyConstraint("run", "step", "channel", "ts"),
        sqlite_with_rowid=False,
    )
    op.create_index("card_by_id", "card", ["card"])
    op.create_index("card_by_place", "card", ["channel", "ts"])


def _create_limits() -> None:
    op.create_table(
        "counter",
        *_texts("scope day"),
        Column("n", BigInteger, nullable=False),
        PrimaryKeyConstraint("scope", "day"),
        sqlite_with_rowid=False,
    )
    op.create_table("record_lock", Column("record", Text, primary_key=True), *_texts("run at"), sqlite_with_rowid=False)
    op.create_index("record_lock_by_run", "record_lock", ["run"])
    op.create_table("switch", Column("scope", Text, primary_key=True), *_texts("why at"), sqlite_with_rowid=False)
    op.create_table(
        "version",
        *_texts("kind name"),
        Column("n", Integer, nullable=False),
        *_texts("digest text at by why diff"),
        PrimaryKeyConstraint("kind", "name", "n"),
    )
    op.create_index("version_by_digest", "version", ["kind", "digest"])
    op.create_table("meta", Column("name", Text, primary_key=True), *_texts("value"), sqlite_with_rowid=False)


def _create_blobs() -> None:
    op.create_table(
        "blob",
        Column("digest", Text, primary_key=True),
        *_texts("kind"),
        Column("size", BigInteger, nullable=False),
        *_texts("kept_at"),
        Column("data", LargeBinary),
    )
    op.create_table(
        "blob_use",
        *_texts("run"),
        Column("digest", Text, ForeignKey("blob.digest"), nullable=False),
        PrimaryKeyConstraint("run", "digest"),
        sqlite_with_rowid=False,
    )
