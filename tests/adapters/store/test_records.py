"""Entries stand in their chain as they were sealed; calls to models and attachments stand beside them."""

import hashlib

import pytest

from bot.adapters.store.store import SqliteStore
from bot.domain.attempt import Attempt
from bot.domain.audit.chain import SealedField, genesis
from bot.domain.audit.entry import EntryKind, FieldKind
from bot.domain.audit.verify import Content, Row, StoredField, verify_chain, verify_contents
from bot.domain.errors import OutOfDate, Unknown
from bot.ports.store import Transaction
from tests.adapters.store.made import KEY, NOON, entry, moved, opened, run_of, started, two_fields, waiting

CALL = Attempt("rehearsal", "draft@abc1234", "answered", cost_micros=1_250, input_tokens=300, request_id="r-1")


def sealed_rows(store: SqliteStore) -> list[Row]:
    assert store._writer is not None
    rows = store._writer._connection.execute(
        "SELECT chain, seq, header, prev, hash, mac FROM entry ORDER BY chain, seq"
    )
    return [Row(*row) for row in rows]


def contents(store: SqliteStore) -> list[Content]:
    assert store._writer is not None
    connection = store._writer._connection
    cursor = connection.execute("SELECT * FROM entry ORDER BY id")
    names = [column[0] for column in cursor.description]
    found: list[Content] = []
    for row in cursor.fetchall():
        columns = dict(zip(names, row, strict=True))
        id, header = columns.pop("id"), columns.pop("header")
        for name in ("prev", "hash", "mac"):
            del columns[name]
        fields = connection.execute(
            "SELECT name, kind, subject, salt, value_json, erased_by FROM entry_field WHERE entry = ?", [id]
        )
        found.append(Content(columns, header, [StoredField(*field) for field in fields]))
    return found


async def a_history(store: SqliteStore) -> None:
    run = await store.run(lambda tx: tx.runs.create(started(run_of())))
    run = await store.run(lambda tx: tx.runs.save(waiting(run)))
    await store.run(lambda tx: tx.runs.save(moved(run)))
    await store.run(lambda tx: tx.records.write("config", [entry(EntryKind.CONFIG_CHANGED)]))


async def test_what_is_stored_verifies(store: SqliteStore) -> None:
    await a_history(store)
    assert list(verify_chain(sealed_rows(store), keys=lambda _: KEY)) == []
    assert list(verify_contents(contents(store), erasures={})) == []


async def test_the_verifier_sees_what_the_store_keeps(store: SqliteStore) -> None:
    await a_history(store)
    rows = sealed_rows(store)
    assert [(row.chain, row.seq) for row in rows] == [("config", 1), *[(f"run:{run_of().id}", n) for n in range(1, 7)]]
    assert list(verify_chain([row._replace(header=row.header + b" ") for row in rows], keys=lambda _: KEY))
    assert list(verify_chain(rows[2:], keys=lambda _: KEY))
    assert list(verify_chain(rows, keys=lambda _: bytes(32)))


async def test_every_chain_begins_at_its_own_beginning(store: SqliteStore) -> None:
    await a_history(store)
    first = {row.chain: row.prev for row in sealed_rows(store) if row.seq == 1}
    assert first == {chain: genesis(chain) for chain in ("config", f"run:{run_of().id}")}


async def test_an_entry_is_read_back_with_its_notes_and_fields(store: SqliteStore) -> None:
    line = entry(EntryKind.GATE_DECIDED, *two_fields("s-1"), step="approved", outcome="approve", version=2)
    await store.run(lambda tx: tx.records.write("config", [line]))
    (recorded,) = await store.queries.entries("config")
    assert (recorded.chain, recorded.seq, recorded.at, recorded.kind) == ("config", 1, NOON, "gate.decided")
    assert (recorded.actor_kind, recorded.actor, recorded.step) == ("system", "engine", "approved")
    assert recorded.notes == {"outcome": "approve", "version": 2}
    body, email = recorded.fields
    assert (email.name, email.value, email.kind, email.subject, email.erased) == (
        "email",
        "ana@example.com",
        "pii",
        "s-1",
        False,
    )
    assert (body.name, body.kind) == ("body", FieldKind.CONTENT)


async def test_an_erased_field_is_read_back_as_erased(store: SqliteStore) -> None:
    await store.run(lambda tx: tx.records.write("config", [entry(EntryKind.CONFIG_CHANGED, *two_fields("s-1"))]))
    assert store._writer is not None
    store._writer._connection.execute(
        "UPDATE entry_field SET value_json = NULL, salt = NULL, erased_by = 'erase:1' WHERE name = 'email'"
    )
    (recorded,) = await store.queries.entries("config")
    assert [(one.name, one.value is None, one.erased) for one in recorded.fields] == [
        ("body", False, False),
        ("email", True, True),
    ]
    assert list(verify_contents(contents(store), erasures={"erase:1": 1})) == []


async def test_a_chain_goes_on_in_another_process(store: SqliteStore) -> None:
    await store.run(lambda tx: tx.records.write("config", [entry(), entry()]))
    async with opened(store._path) as other:
        await other.run(lambda tx: tx.records.write("config", [entry()]))
    await store.run(lambda tx: tx.records.write("config", [entry()]))
    assert [row.seq for row in sealed_rows(store)] == [1, 2, 3, 4]
    assert list(verify_chain(sealed_rows(store), keys=lambda _: KEY)) == []


async def test_a_run_can_be_written_about_without_a_move(store: SqliteStore) -> None:
    run = await store.run(lambda tx: tx.runs.create(started(run_of())))
    chain = f"run:{run.id}"
    await store.run(lambda tx: tx.records.write(chain, [entry(EntryKind.GATE_REFUSED)], run=run))
    loaded = await store.run(lambda tx: tx.runs.load(run.id))
    assert loaded.seq == 3
    assert (await store.queries.run(run.id)).seq == 3
    with pytest.raises(OutOfDate):
        await store.run(lambda tx: tx.runs.save(moved(run)))
    await store.run(lambda tx: tx.runs.save(moved(loaded)))
    assert list(verify_chain(sealed_rows(store), keys=lambda _: KEY)) == []


async def test_a_run_is_loaded_anew_after_something_was_written_about_it(store: SqliteStore) -> None:
    run = await store.run(lambda tx: tx.runs.create(started(run_of())))

    def work(tx: Transaction) -> None:
        tx.records.write(f"run:{run.id}", [entry(EntryKind.GATE_REFUSED)], run=tx.runs.load(run.id))
        tx.runs.save(moved(tx.runs.load(run.id)))

    await store.run(work)
    assert [row.seq for row in sealed_rows(store)] == [1, 2, 3, 4, 5]


async def test_an_entry_elsewhere_can_be_about_a_run(store: SqliteStore) -> None:
    run = await store.run(lambda tx: tx.runs.create(started(run_of())))
    await store.run(lambda tx: tx.records.write("auth", [entry(EntryKind.AUTH_REFUSED)], run=run))
    assert store._writer is not None
    rows = store._writer._connection.execute("SELECT chain, seq, run FROM entry WHERE chain = 'auth'").fetchall()
    assert rows == [("auth", 1, run.id)]
    assert (await store.queries.run(run.id)).seq == run.seq


async def test_an_unknown_run_cannot_be_written_about(store: SqliteStore) -> None:
    with pytest.raises(Unknown):
        await store.run(lambda tx: tx.records.write(f"run:{run_of().id}", [entry()], run=run_of()))


async def test_each_salt_is_its_own(store: SqliteStore) -> None:
    await a_history(store)
    salts = [field.salt for one in contents(store) for field in one.fields]
    assert len(salts) == len(set(salts)) > 5


async def test_the_key_stands_in_no_file(store: SqliteStore) -> None:
    await a_history(store)
    for file in (one for one in store._path.parent.iterdir() if one.name != "audit.key"):
        assert KEY not in file.read_bytes()
        assert KEY.hex().encode() not in file.read_bytes()


async def test_calls_to_a_model_are_rows(store: SqliteStore) -> None:
    run = await store.run(lambda tx: tx.runs.create(started(run_of())))
    unknown = Attempt("rehearsal", "draft@abc1234", "timeout", n=2)
    await store.run(lambda tx: tx.records.attempts(run.id, "draft", [CALL, unknown]))
    lines = await store.queries.attempts(run.id)
    assert [(one.step, one.at, one.attempt) for one in lines] == [("draft", NOON, CALL), ("draft", NOON, unknown)]
    await store.run(lambda tx: tx.records.attempts(run.id, "draft", []))
    assert len(await store.queries.attempts(run.id)) == 2


async def test_an_attachment_is_kept_once_whoever_brings_it(store: SqliteStore) -> None:
    data = b"%PDF-1.7 an invoice"
    digest = await store.run(lambda tx: tx.records.keep_blob(data, kind="application/pdf", run=run_of(1).id))
    again = await store.run(lambda tx: tx.records.keep_blob(data, kind="application/pdf", run=run_of(2).id))
    assert digest == again == hashlib.sha256(data).hexdigest()
    assert store._writer is not None
    connection = store._writer._connection
    assert connection.execute("SELECT digest, size, data FROM blob").fetchall() == [(digest, len(data), data)]
    assert len(connection.execute("SELECT run FROM blob_use").fetchall()) == 2


async def test_an_attachment_that_was_erased_can_come_again(store: SqliteStore) -> None:
    await store.run(lambda tx: tx.records.keep_blob(b"data", kind="text/plain", run=run_of(1).id))
    assert store._writer is not None
    connection = store._writer._connection
    connection.execute("UPDATE blob SET data = NULL")
    await store.run(lambda tx: tx.records.keep_blob(b"data", kind="text/plain", run=run_of(1).id))
    assert connection.execute("SELECT data FROM blob").fetchall() == [(b"data",)]


def test_a_sealed_field_has_the_columns_of_its_table() -> None:
    assert SealedField._fields == ("name", "kind", "subject", "salt", "value_json")
