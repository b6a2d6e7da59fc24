"""What owners change is kept in every version, newest first."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.store.store import SqliteStore
from bot.domain.errors import StoreFailed
from bot.ports.store import Transaction
from bot.ports.version import Version, VersionKind
from tests.adapters.store.made import NOON

BRIEF = Version(VersionKind.BRIEF, "support_triage", 0, "d1", "stage = 'shadow'", NOON, "T1/olga", "first", "")


async def add(store: SqliteStore, *versions: Version) -> list[Version]:
    return await store.run(lambda tx: [tx.versions.add(one) for one in versions])


async def test_versions_are_numbered_from_one(store: SqliteStore) -> None:
    first, second = await add(store, BRIEF, replace(BRIEF, digest="d2", why="more"))
    assert (first.n, second.n) == (1, 2)
    assert second == replace(BRIEF, digest="d2", why="more", n=2)


async def test_the_number_is_the_stores_to_give(store: SqliteStore) -> None:
    (added,) = await add(store, replace(BRIEF, n=99))
    assert added.n == 1


async def test_the_current_version_is_the_newest(store: SqliteStore) -> None:
    assert await store.run(lambda tx: tx.versions.current(VersionKind.BRIEF, "support_triage")) is None
    _, second = await add(store, BRIEF, replace(BRIEF, digest="d2"))
    await add(store, replace(BRIEF, name="refunds"), replace(BRIEF, kind=VersionKind.ROUTES))
    assert await store.run(lambda tx: tx.versions.current(VersionKind.BRIEF, "support_triage")) == second
    assert await store.queries.version(VersionKind.BRIEF, "support_triage") == second
    assert await store.queries.version(VersionKind.BRIEF, "nothing") is None


async def test_a_rollback_is_a_new_version_with_an_old_text(store: SqliteStore) -> None:
    first, second, third = await add(store, BRIEF, replace(BRIEF, digest="d2", text="x"), replace(BRIEF, why="back"))
    history = await store.run(lambda tx: tx.versions.history(VersionKind.BRIEF, "support_triage"))
    assert history == (third, second, first)
    assert await store.queries.history(VersionKind.BRIEF, "support_triage") == history
    assert third.text == first.text


async def test_a_version_is_found_by_its_digest_and_kind(store: SqliteStore) -> None:
    def by_digest(tx: Transaction) -> list[Version | None]:
        kinds = [(VersionKind.BRIEF, "d1"), (VersionKind.BRIEF, "d9"), (VersionKind.PROMPT, "d1")]
        return [tx.versions.by_digest(kind, digest) for kind, digest in kinds]

    first, again = await add(store, BRIEF, replace(BRIEF, at=NOON + timedelta(days=1)))
    assert await store.run(by_digest) == [again, None, None]
    assert again.digest == first.digest


async def test_a_version_cannot_be_changed_from_the_bot(store: SqliteStore) -> None:
    await add(store, BRIEF)
    assert store._writer is not None
    with pytest.raises(StoreFailed, match="append-only"):
        await store.run(lambda tx: execute(tx, "UPDATE version SET text = 'stage = ''automatic'''"))
    with pytest.raises(StoreFailed, match="append-only"):
        await store.run(lambda tx: execute(tx, "DELETE FROM version"))


def execute(tx: Transaction, sql: str) -> None:
    """What a bug in the bot could try on its own connection."""
    cursor = vars(tx)["_unit"].link._cursor
    cursor.execute(sql)
