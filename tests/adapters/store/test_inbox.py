"""A delivery is accepted once, ever, and acted on until it is finished."""

from bot.adapters.store.store import SqliteStore
from bot.domain.plain import Plain
from bot.ports.store import Transaction
from tests.adapters.store.made import Hand, accept, delivery, opened


async def test_a_delivery_is_accepted_once(store: SqliteStore) -> None:
    assert await accept(store, delivery("d-1"))
    assert not await accept(store, delivery("d-1", {"text": "something else"}))
    assert await store.run(lambda tx: tx.inbox.waiting(10)) == (delivery("d-1"),)


async def test_a_delivery_is_not_accepted_again_after_it_was_finished(store: SqliteStore) -> None:
    await accept(store, delivery("d-1"))
    await store.run(lambda tx: tx.inbox.finish("d-1"))
    assert not await accept(store, delivery("d-1"))
    assert await store.run(lambda tx: tx.inbox.waiting(10)) == ()


async def test_deliveries_wait_in_the_order_they_came(store: SqliteStore) -> None:
    late, early, middle = delivery("a", minutes=9), delivery("b", minutes=1), delivery("c", minutes=5)
    for one in (late, early, middle):
        await accept(store, one)
    assert await store.run(lambda tx: tx.inbox.waiting(10)) == (early, middle, late)
    assert await store.run(lambda tx: tx.inbox.waiting(1)) == (early,)


async def test_a_delivery_survives_the_process(store: SqliteStore) -> None:
    body: dict[str, Plain] = {"text": "naïve “quotes” \U0001f600", "n": 10**20, "list": [None, True]}
    await accept(store, delivery("d-1", body))
    async with opened(store._path) as other:
        assert await other.run(lambda tx: tx.inbox.waiting(10)) == (delivery("d-1", body),)


async def test_what_was_done_keeps_its_identity_and_loses_its_body(store: SqliteStore, clock: Hand) -> None:
    await accept(store, delivery("d-1", {"text": "a canary in the inbox"}))
    await store.run(lambda tx: tx.inbox.finish("d-1"))
    await store.run(lambda tx: tx.inbox.finish("d-1"))
    row = store._writer and store._writer._connection.execute("SELECT id, body, finished_at FROM inbox").fetchall()
    assert row == [("d-1", None, "2026-03-02T12:00:00.123456Z")]


async def test_finishing_what_never_came_changes_nothing(store: SqliteStore) -> None:
    await store.run(lambda tx: tx.inbox.finish("nobody"))
    assert (await store.queries.counts())["deliveries waiting"] == 0


async def test_a_body_that_was_let_go_stands_in_no_file(store: SqliteStore) -> None:
    await accept(store, delivery("d-1", {"text": "a canary in the inbox"}))
    await store.run(lambda tx: tx.inbox.finish("d-1"))
    assert store._writer is not None
    store._writer._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in store._path.parent.iterdir():
        assert b"canary" not in file.read_bytes()


async def test_what_waits_is_counted_up_to_as_many_as_are_asked_for(store: SqliteStore) -> None:
    for n in range(3):
        await accept(store, delivery(f"d-{n}"))
    await store.run(lambda tx: tx.inbox.finish("d-0"))

    def piles(tx: Transaction) -> list[int]:
        return [tx.inbox.pile(most) for most in (0, 1, 2, 9)]

    assert await store.run(piles) == [0, 1, 2, 2]


async def test_what_is_put_back_comes_behind_everything_else(store: SqliteStore, clock: Hand) -> None:
    for n in range(3):
        await accept(store, delivery(f"d-{n}", minutes=n - 60))
    await store.run(lambda tx: tx.inbox.put_back("d-0"))
    assert [one.id for one in await store.run(lambda tx: tx.inbox.waiting(9))] == ["d-1", "d-2", "d-0"]
