"""What people were called: the last name counts, and whoever wants to be forgotten is."""

from datetime import timedelta

import pytest

from bot.adapters.store.store import SqliteStore
from bot.domain.person import PersonId
from tests.adapters.store.made import NOON

MIA, LEO = PersonId("T1/U1MIA"), PersonId("T1/U1LEO")


async def keep(store: SqliteStore, person: PersonId, name: str) -> None:
    await store.run(lambda tx: tx.names.keep(person, name))


async def test_the_last_name_of_somebody_counts(store: SqliteStore) -> None:
    await keep(store, MIA, "Mia Lindqvist")
    await keep(store, LEO, "Leo Marchetti")
    await keep(store, MIA, "Mia Berg")
    assert await store.queries.names() == {MIA: "Mia Berg", LEO: "Leo Marchetti"}


@pytest.mark.parametrize("subject", ["mia lindqvist", " Mia Lindqvist ", "t1/u1mia"])
async def test_whoever_has_this_name_or_id_is_forgotten_and_nobody_else(store: SqliteStore, subject: str) -> None:
    await keep(store, MIA, "Mia Lindqvist")
    await keep(store, LEO, "Leo Marchetti")
    assert await store.run(lambda tx: tx.names.drop_about(subject)) == 1
    assert await store.queries.names() == {LEO: "Leo Marchetti"}
    assert await store.run(lambda tx: tx.names.drop_about(subject)) == 0


async def test_a_part_of_a_name_forgets_nobody(store: SqliteStore) -> None:
    await keep(store, MIA, "Mia Lindqvist")
    assert await store.run(lambda tx: tx.names.drop_about("Mia")) == 0


async def test_whoever_was_seen_since_then_stays(store: SqliteStore) -> None:
    await keep(store, MIA, "Mia Lindqvist")
    assert await store.run(lambda tx: tx.names.drop_before(NOON - timedelta(days=400))) == 0
    assert await store.run(lambda tx: tx.names.drop_before(NOON + timedelta(days=40_000))) == 1
    assert await store.queries.names() == {}
