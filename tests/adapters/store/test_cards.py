"""Where cards stand: one place for each step in a channel, and a memory of the places before."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.store.store import SqliteStore
from bot.domain.person import ChannelId
from bot.domain.run import RunId
from bot.ports.cards import CardId, Placed
from tests.adapters.store.made import NOON, create, create_waiting, opened, run_of

RUN = run_of(1).id
SUPPORT, FINANCE = ChannelId("T1/C0SUPPORT"), ChannelId("T1/C0FINANCE")
BEGUN = Placed(card=CardId("g" * 32), run=RUN, step="approved", channel=SUPPORT, since=NOON)
STANDS = replace(BEGUN, ts="1700000000.000100", version=1, drawn="d" * 64)


@pytest.fixture(autouse=True)
async def a_run_to_show(store: SqliteStore) -> None:
    await create(store, 1)


async def put(store: SqliteStore, placed: Placed) -> None:
    await store.run(lambda tx: tx.cards.put(placed))


async def of(store: SqliteStore, run: RunId = RUN, step: str = "approved") -> Placed | None:
    return next(iter(await everywhere(store, run, step)), None)


async def everywhere(store: SqliteStore, run: RunId = RUN, step: str = "approved") -> tuple[Placed, ...]:
    return await store.run(lambda tx: tx.cards.of(run, step))


async def at(store: SqliteStore, channel: ChannelId, ts: str) -> Placed | None:
    return await store.run(lambda tx: tx.cards.at(channel, ts))


async def by_id(store: SqliteStore, card: CardId) -> Placed | None:
    return await store.run(lambda tx: tx.cards.by_id(card))


async def test_what_was_never_posted_stands_nowhere(store: SqliteStore) -> None:
    assert await of(store) is None
    assert await by_id(store, STANDS.card) is None
    assert await at(store, SUPPORT, STANDS.ts) is None


async def test_a_card_that_is_being_posted_is_known_and_stands_nowhere_yet(store: SqliteStore) -> None:
    await put(store, BEGUN)
    assert await of(store) == await by_id(store, BEGUN.card) == BEGUN
    assert await at(store, SUPPORT, "") is None


async def test_a_card_is_found_by_its_step_its_id_and_its_place(store: SqliteStore) -> None:
    await put(store, BEGUN)
    await put(store, STANDS)
    assert await of(store) == await by_id(store, STANDS.card) == await at(store, SUPPORT, STANDS.ts) == STANDS


async def test_a_card_that_is_drawn_again_stays_where_it_is(store: SqliteStore) -> None:
    await put(store, STANDS)
    again = replace(STANDS, version=2, drawn="e" * 64, overflow=2)
    await put(store, again)
    assert await of(store) == await at(store, SUPPORT, STANDS.ts) == again


async def test_the_place_a_card_had_before_in_a_channel_is_remembered_as_gone(store: SqliteStore) -> None:
    await put(store, STANDS)
    again = replace(STANDS, ts="1700000009.000100", since=NOON + timedelta(minutes=1))
    await put(store, again)
    assert await everywhere(store) == (again,)
    assert await by_id(store, STANDS.card) == again
    assert await at(store, SUPPORT, STANDS.ts) == replace(STANDS, gone=True, drawn="")


DIRECT = replace(
    STANDS, channel=ChannelId("T1/D0OLGA"), person="T1/U0OLGA", ts="1700000009.000100", since=NOON + timedelta(hours=1)
)


async def test_a_card_may_stand_with_people_besides_where_it_belongs(store: SqliteStore) -> None:
    await put(store, DIRECT)
    await put(store, STANDS)
    second = replace(DIRECT, channel=ChannelId("T1/D0MIA"), person="T1/U0MIA")
    await put(store, second)
    assert await everywhere(store) == (STANDS, second, DIRECT)
    assert await by_id(store, STANDS.card) == STANDS
    assert await at(store, DIRECT.channel, DIRECT.ts) == DIRECT


async def test_of_several_places_each_is_left_for_itself(store: SqliteStore) -> None:
    for one in (STANDS, DIRECT):
        await put(store, one)
    await put(store, replace(STANDS, gone=True))
    assert await everywhere(store) == (DIRECT,)
    assert await by_id(store, STANDS.card) == DIRECT


async def test_what_is_being_posted_to_somebody_leaves_the_card_where_it_is(store: SqliteStore) -> None:
    await put(store, STANDS)
    begun = replace(DIRECT, ts="", drawn="")
    await put(store, begun)
    assert await everywhere(store) == (STANDS, begun)
    await put(store, DIRECT)
    assert await everywhere(store) == (STANDS, DIRECT)


async def test_a_card_that_is_gone_stands_nowhere_and_is_still_known(store: SqliteStore) -> None:
    await put(store, STANDS)
    gone = replace(STANDS, gone=True)
    await put(store, gone)
    assert await of(store) is None
    assert await by_id(store, STANDS.card) == gone


async def test_cards_of_other_steps_and_runs_stay_as_they_are(store: SqliteStore) -> None:
    await create(store, 2)
    other_step = replace(STANDS, step="second", card=CardId("h" * 32), ts="1700000001.000100")
    other_run = replace(STANDS, run=run_of(2).id, card=CardId("i" * 32), ts="1700000002.000100")
    for one in (other_step, other_run, STANDS):
        await put(store, one)
    assert await of(store, step="second") == other_step
    assert await of(store, run_of(2).id) == other_run


async def test_a_place_survives_the_process(store: SqliteStore) -> None:
    await put(store, STANDS)
    async with opened(store._path) as other:
        assert await of(other) == STANDS


async def test_an_emptied_run_forgets_what_was_drawn_but_not_where(store: SqliteStore) -> None:
    run = (await create_waiting(store, 3)).id
    shown = replace(STANDS, run=run)
    await put(store, shown)
    await store.run(lambda tx: tx.ledger.empty(run, by="erasure"))
    assert await of(store, run) == replace(shown, drawn="")


def test_nothing_that_somebody_said_has_a_column(path: Path, store: SqliteStore) -> None:
    with closing(sqlite3.connect(path)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(card)")]
    assert columns == "run step channel person ts card version drawn overflow since gone seq".split()
