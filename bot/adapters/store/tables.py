"""What is kept, as tables. Times are ISO text in UTC: they sort, and an auditor can read them.

run ─┬─ effect          what is to be done next, and who is at it
     ├─ attempt         calls to a model
     ├─ card            where in a chat its cards and messages stand
     ├─ suggestion      what was understood from plain words, until somebody clicks; some are of no run
     ├─ judgement       what people made of a model's answers, in numbers; precedent: which records they decided about
     └─ entry ── entry_field     the record: headers that stay, content that can be erased
chain  leaf  checkpoint  anchor  its heads, its tree, what the tree was at some moment and where that is kept
wait  alert             what nobody has seen to yet, and who was told of it
subscriber              who is sent events of the record, and how far they were
inbox  version  counter  record_lock  switch  blob  tally  meta
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from bot.adapters.store.chat_tables import CARD as CARD
from bot.adapters.store.chat_tables import PERSON as PERSON
from bot.adapters.store.chat_tables import SUGGESTION as SUGGESTION
from bot.adapters.store.column import METADATA as METADATA
from bot.adapters.store.column import id_text, number, partial
from bot.adapters.store.learned_tables import JUDGEMENT as JUDGEMENT
from bot.adapters.store.learned_tables import PRECEDENT as PRECEDENT
from bot.adapters.store.subscriber_table import SUBSCRIBER as SUBSCRIBER
from bot.domain.audit.entry import NUMBER_NOTES, TEXT_NOTES

RUN = Table(
    "run",
    METADATA,
    Column("n", number(), primary_key=True),
    Column("id", id_text(), nullable=False, unique=True),
    Column("backwards", id_text(), nullable=False),
    Column("team", Text, nullable=False),
    Column("workflow", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("requester", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("stage", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asks", Text),
    Column("waiting_for", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("spent_micros", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("ordered", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("erased_at", Text),
    UniqueConstraint("workflow", "key", name="run_started_once"),
    Index("run_by_end_of_id", "backwards"),
    Index("run_by_start", "requester", "workflow", "started_at"),
)
_UNDER_WAY, _ENDED = "ended_at IS NULL", "ended_at IS NOT NULL"
# A run changes its state again and again until it has ended, and each index that holds the state is rewritten with it.
# So there is one for runs under way, which a list walks along, and those that a million runs need are written once.
partial("run_under_way", RUN.c.state, RUN.c.n, RUN.c.workflow, RUN.c.requester, where=_UNDER_WAY)
partial("run_ended", RUN.c.state, RUN.c.n, where=_ENDED)
partial("run_ended_of_workflow", RUN.c.workflow, RUN.c.state, RUN.c.n, where=_ENDED)
partial("run_ended_of_requester", RUN.c.requester, RUN.c.state, RUN.c.n, where=_ENDED)
partial("run_by_group", RUN.c.asks, RUN.c.n, where="asks IS NOT NULL")
partial("run_by_end", RUN.c.workflow, RUN.c.ended_at, where=f"{_ENDED} AND erased_at IS NULL")

TALLY = Table(
    "tally",
    METADATA,
    Column("state", Text, primary_key=True),
    Column("runs", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How many runs ended how. The others are few enough to be counted."""

CHAIN = Table(
    "chain",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Heads of the chains that are not a run's; a run's head stands on its row, which changes anyway."""

ENTRY = Table(
    "entry",
    METADATA,
    Column("id", number(), primary_key=True),
    Column("chain", id_text(), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("run", Text),
    Column("step", Text),
    Column("attempt", Integer),
    Column("writer", Text, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("prev", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    *[Column(name, Text) for name in sorted(TEXT_NOTES)],
    *[Column(name, BigInteger) for name in sorted(NUMBER_NOTES)],
    UniqueConstraint("chain", "seq", name="entry_in_chain"),
)

ENTRY_FIELD = Table(
    "entry_field",
    METADATA,
    Column("entry", BigInteger, ForeignKey("entry.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text),
    Column("salt", LargeBinary),
    Column("value_json", Text),
    Column("erased_by", Text),
    PrimaryKeyConstraint("entry", "name"),
    sqlite_with_rowid=False,
)
partial("entry_field_by_subject", ENTRY_FIELD.c.subject, where="subject IS NOT NULL")

LEAF = Table(
    "leaf",
    METADATA,
    Column("n", number(), primary_key=True, autoincrement=False),
    Column("entry", BigInteger, ForeignKey("entry.id"), nullable=False, unique=True),
)

CHECKPOINT = Table(
    "checkpoint",
    METADATA,
    Column("size", number(), primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("at", Text, nullable=False),
    Column("note", Text, nullable=False),
)

ANCHOR = Table(
    "anchor",
    METADATA,
    Column("size", BigInteger, ForeignKey("checkpoint.size"), nullable=False),
    Column("place", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("receipt", Text, nullable=False),
    PrimaryKeyConstraint("size", "place"),
)

EFFECT = Table(
    "effect",
    METADATA,
    Column("run", id_text(), ForeignKey("run.id"), nullable=False),
    Column("n", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("due_at", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("token", Integer, nullable=False),
    Column("lease_owner", Text),
    Column("lease_until", Text),
    PrimaryKeyConstraint("run", "n"),
    Index("effect_by_time", "due_at"),
    sqlite_with_rowid=False,
)
"""Numbered by run; no number comes twice, for a fencing token would be worth nothing then."""

ATTEMPT = Table(
    "attempt",
    METADATA,
    Column("id", number(), primary_key=True),
    Column("run", Text, ForeignKey("run.id"), nullable=False),
    Column("step", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("cost_micros", BigInteger),
    Column("body", Text, nullable=False),
    Index("attempt_by_run", "run"),
)

INBOX = Table(
    "inbox",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("body", Text),
    Column("finished_at", Text),
)
partial("inbox_waiting", INBOX.c.received_at, where="finished_at IS NULL")

VERSION = Table(
    "version",
    METADATA,
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("diff", Text, nullable=False),
    PrimaryKeyConstraint("kind", "name", "n"),
    Index("version_by_digest", "kind", "digest"),
)

COUNTER = Table(
    "counter",
    METADATA,
    Column("scope", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("n", BigInteger, nullable=False),
    PrimaryKeyConstraint("scope", "day"),
    Index("counter_by_day", "day"),
    sqlite_with_rowid=False,
)

RECORD_LOCK = Table(
    "record_lock",
    METADATA,
    Column("record", Text, primary_key=True),
    Column("run", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("record_lock_by_run", "run"),
    sqlite_with_rowid=False,
)

SWITCH = Table(
    "switch",
    METADATA,
    Column("scope", Text, primary_key=True),
    Column("why", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_with_rowid=False,
)

BLOB = Table(
    "blob",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("kept_at", Text, nullable=False),
    Column("data", LargeBinary),
)

BLOB_USE = Table(
    "blob_use",
    METADATA,
    Column("run", Text, nullable=False),
    Column("digest", Text, ForeignKey("blob.digest"), nullable=False),
    PrimaryKeyConstraint("run", "digest"),
    sqlite_with_rowid=False,
)

META = Table(
    "meta",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)
