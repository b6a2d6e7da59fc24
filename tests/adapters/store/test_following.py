"""What follows a run: the store tells which runs moved, and knows afterwards what lags behind."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.store.store import SqliteStore
from bot.domain.person import ChannelId, Door
from bot.domain.run import Run, RunState
from bot.ports.cards import CardId, Placed
from tests.adapters.store.made import NOON, create, moved, opened, run_of, save


def placed(run: Run, *, seq: int | None, step: str = "the progress") -> Placed:
    channel, card = ChannelId("T1/D0SAM"), CardId("c" * 32)
    return Placed(card=card, run=run.id, step=step, channel=channel, ts=f"17.{len(step)}", since=NOON, seq=seq)


async def put(store: SqliteStore, one: Placed) -> None:
    await store.run(lambda tx: tx.cards.put(one))


async def of_slack(store: SqliteStore, n: int) -> Run:
    run = run_of(n)
    return await create(store, replace(run, origin=replace(run.origin, door=Door.SLACK)))


async def test_whoever_watches_hears_of_each_run_that_moved_as_it_stands_then(store: SqliteStore) -> None:
    heard: list[tuple[str, RunState, int]] = []
    store.watch(lambda runs: heard.extend((run.id, run.state, run.seq) for run in runs))
    run = await create(store, 1)
    after = await save(store, moved(run, state=RunState.WAITING))
    assert heard == [(run.id, RunState.RUNNING, run.seq), (run.id, RunState.WAITING, after.seq)]


async def test_a_unit_that_fails_tells_nobody(store: SqliteStore) -> None:
    heard: list[Run] = []
    store.watch(heard.extend)
    with pytest.raises(ZeroDivisionError):
        await store.run(lambda tx: (tx.runs.create(moved(run_of(1))), 1 // 0))
    assert heard == []


async def test_what_another_process_moved_is_told_without_a_name(tmp_path: Path) -> None:
    heard: list[int] = []
    async with opened(tmp_path / "one.db") as store:
        store.watch(lambda runs: heard.append(len(runs)))
        async with opened(tmp_path / "one.db") as other:
            await create(other, 1)
        assert heard == []
        assert await store.changed_elsewhere()
        assert heard == [0]


async def test_only_what_has_a_seq_follows_its_run(store: SqliteStore) -> None:
    run = await create(store, 1)
    await put(store, placed(run, seq=None, step="approved"))
    await put(store, placed(run, seq=1))
    (found,) = await store.run(lambda tx: tx.cards.following(run.id))
    assert found == placed(run, seq=1)
    await put(store, replace(found, gone=True))
    assert await store.run(lambda tx: tx.cards.following(run.id)) == ()


async def test_a_message_is_behind_once_its_run_has_moved_on(store: SqliteStore) -> None:
    run = await create(store, 1)
    await put(store, placed(run, seq=run.seq))
    assert await store.queries.behind(Door.SLACK) == ()
    await save(store, moved(run, state=RunState.DONE))
    assert await store.queries.behind(Door.SLACK) == (run.id,)


async def test_a_run_of_the_door_that_nothing_follows_yet_is_behind_while_it_is_under_way(store: SqliteStore) -> None:
    run, other = await of_slack(store, 1), await create(store, 2)
    assert await store.queries.behind(Door.SLACK) == (run.id,)
    assert await store.queries.behind(Door.TERMINAL) == (other.id,)
    await save(store, moved(run, state=RunState.DONE, ended_at=NOON))
    assert await store.queries.behind(Door.SLACK) == ()
