"""The plain view answers the eight questions anybody asks of a log, one row per entry."""

import sqlite3
from contextlib import closing
from typing import Any

from bot.adapters.store.store import SqliteStore
from bot.domain.audit.entry import Entry, EntryKind, Field
from bot.domain.machine import Moved
from bot.domain.person import ActorKind
from tests.adapters.store.made import NOON, entry, run_of


def by(actor: str, kind: EntryKind, **notes: Any) -> Entry:
    return Entry(kind, NOON, ActorKind.USER, actor, step="approved", notes=notes)


async def log(store: SqliteStore, *entries: Entry) -> list[dict[str, Any]]:
    await store.run(lambda tx: tx.runs.create(Moved(run_of(), entries, ())))
    with closing(sqlite3.connect(store._path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM audit_log ORDER BY chain, seq")]


async def test_every_entry_is_a_row_and_says_what_started_its_run(store: SqliteStore) -> None:
    rows = await log(store, entry(EntryKind.RUN_STARTED, *[Field("a", 1), Field("b", 2)]), entry())
    assert len(rows) == 2
    assert {row["trigger_event"] for row in rows} == {"terminal: terminal:1"}
    assert {(row["workflow"], row["owner"], row["at"]) for row in rows} == {
        ("support_triage", "T1/olga", "2026-03-02T12:00:00.123456Z")
    }


async def test_it_shows_the_records_used(store: SqliteStore) -> None:
    read, other = await log(store, entry(EntryKind.STEP_DONE, records="helpdesk:C-7"), entry())
    assert read["source_records"] == "helpdesk:C-7"
    assert other["source_records"] == "helpdesk:T-1001"


async def test_it_shows_prompt_model_and_how_the_answer_was(store: SqliteStore) -> None:
    (row,) = await log(
        store, entry(EntryKind.MODEL_ASKED, prompt="draft@abc1234", model="gpt", outcome="answered", cost_micros=7)
    )
    assert (row["prompt_version"], row["model"], row["output_status"]) == ("draft@abc1234", "gpt", "answered")
    assert row["decision"] is None


async def test_it_shows_the_decision_and_who_took_it(store: SqliteStore) -> None:
    approved, asked = await log(
        store,
        by("T1/rita", EntryKind.GATE_DECIDED, outcome="reject", reason="wrong facts"),
        entry(EntryKind.GATE_OPENED, group="support"),
    )
    assert (approved["decision"], approved["reason"], approved["reviewer"]) == ("reject", "wrong facts", "T1/rita")
    assert (asked["decision"], asked["reviewer"]) == (None, "support")


async def test_it_shows_the_action_and_what_it_brought_back(store: SqliteStore) -> None:
    intended, done = await log(
        store,
        entry(EntryKind.ACTION_INTENDED, key="k-1", records="helpdesk:T-1001", outcome="helpdesk.SendReply"),
        entry(EntryKind.ACTION_DONE, key="k-1", ext_ref="R-9", outcome="done"),
    )
    assert intended["external_action"] == "action.intended helpdesk.SendReply"
    assert intended["idempotency_key"] == done["idempotency_key"] == "k-1"
    assert (done["external_action"], done["output_status"]) == ("action.done done R-9", None)


async def test_it_shows_errors_and_retries_until_they_are_erased(store: SqliteStore) -> None:
    failed = Entry(
        EntryKind.STEP_RETRIED,
        NOON,
        ActorKind.SYSTEM,
        "engine",
        attempt=2,
        notes={"until": "2026-03-02T12:05:00Z"},
        fields=(Field("error", "The help desk does not answer."),),
    )
    (row,) = await log(store, failed)
    assert row["error"] == '"The help desk does not answer."'
    assert (row["attempt"], row["next_try"]) == (2, "2026-03-02T12:05:00Z")
    with closing(sqlite3.connect(store._path, isolation_level=None)) as connection:
        connection.execute("UPDATE entry_field SET value_json = NULL, salt = NULL, erased_by = 'erase:1'")
        assert connection.execute("SELECT error FROM audit_log").fetchall() == [(None,)]


async def test_entries_outside_runs_are_rows_too(store: SqliteStore) -> None:
    await store.run(lambda tx: tx.records.write("config", [entry(EntryKind.CONFIG_CHANGED)]))
    row = (await log(store))[0]
    assert (row["chain"], row["event"], row["run"], row["owner"]) == ("config", "config.changed", None, None)
