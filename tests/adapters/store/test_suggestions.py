"""Suggestions wait a while for a click, and leave nothing behind."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.store.store import SqliteStore
from bot.domain.person import PersonId
from bot.domain.suggestion import Filling, Rewording, Suggestion, Sureness
from tests.adapters.store.made import NOON, create, run_of

RUN = run_of(1).id
SURE = Sureness(60, ("It may be another one.",), rehearsed=True)
FILLING = Suggestion(
    "a" * 32, PersonId("T1/U1"), NOON + timedelta(hours=1), Filling("tag", {"id": "T-1", "n": 3}, ("email",), SURE)
)
REWORDING = Suggestion(
    "b" * 32,
    PersonId("T1/U2"),
    NOON + timedelta(hours=2),
    Rewording("c" * 32, "approved", 3, "make it 40", 1, {"cents": 4000, "tags": ["x"]}, others=True, sure=SURE),
    RUN,
)
BOTH = (FILLING, REWORDING)


@pytest.fixture(autouse=True)
async def kept(store: SqliteStore) -> None:
    await create(store, 1)
    for one in BOTH:
        await keep(store, one)


async def keep(store: SqliteStore, one: Suggestion) -> None:
    await store.run(lambda tx: tx.suggestions.keep(one))


async def there(store: SqliteStore) -> list[str]:
    found = await store.run(lambda tx: [tx.suggestions.by_id(one.id) for one in BOTH])
    return [one.id for one in found if one is not None]


@pytest.mark.parametrize("one", BOTH, ids=["filling", "rewording"])
async def test_a_suggestion_comes_back_as_it_was(store: SqliteStore, one: Suggestion) -> None:
    assert await store.run(lambda tx: tx.suggestions.by_id(one.id)) == one
    assert await store.run(lambda tx: tx.suggestions.by_id("x")) is None


async def test_the_same_id_stands_for_the_last_that_was_kept(store: SqliteStore) -> None:
    other = replace(FILLING, what=Filling("plan_visit"))
    await keep(store, other)
    assert await store.run(lambda tx: tx.suggestions.by_id(FILLING.id)) == other


async def test_what_is_dropped_is_gone(store: SqliteStore) -> None:
    await store.run(lambda tx: tx.suggestions.drop(FILLING.id))
    assert await there(store) == [REWORDING.id]


async def test_those_whose_time_is_over_go_and_are_owed_to_the_log(store: SqliteStore) -> None:
    assert await store.run(lambda tx: tx.suggestions.drop_due(NOON)) == 0
    assert not await store.run(lambda tx: tx.ledger.must_forget())
    assert await store.run(lambda tx: tx.suggestions.drop_due(FILLING.until)) == 1
    assert await store.run(lambda tx: tx.ledger.must_forget())
    assert await there(store) == [REWORDING.id]


@pytest.mark.parametrize(("text", "left"), [("t-1", [REWORDING.id]), ("MAKE IT 40", [FILLING.id]), ("Ana", None)])
async def test_those_about_somebody_go(store: SqliteStore, text: str, left: list[str] | None) -> None:
    gone = await store.run(lambda tx: tx.suggestions.drop_about(text))
    assert (gone, await there(store)) == ((1, left) if left else (0, [one.id for one in BOTH]))


@pytest.mark.parametrize("text", ["Jörg ÖSTERREICH", 'O"Neil', "back\\slash", "100%_sure"])
async def test_those_about_somebody_go_however_their_name_is_written(store: SqliteStore, text: str) -> None:
    await keep(store, replace(FILLING, what=Filling("tag", {"name": f"of {text.upper()}."})))
    assert await store.run(lambda tx: tx.suggestions.drop_about(text)) == 1
    assert await there(store) == [REWORDING.id]


async def test_a_sign_that_stands_for_anything_elsewhere_is_only_itself(store: SqliteStore) -> None:
    assert await store.run(lambda tx: tx.suggestions.drop_about("%")) == 0
    assert await there(store) == [one.id for one in BOTH]


async def test_what_was_suggested_for_a_run_goes_with_its_content(store: SqliteStore) -> None:
    await store.run(lambda tx: tx.ledger.empty(RUN, by="x"))
    assert await there(store) == [FILLING.id]
