"""The inbox's worker: in order for one person, beside each other for several; what fails is tried a few times more."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.store.store import SqliteStore
from bot.domain.errors import OverLimit, StoreBusy, StoreFailed
from bot.ports.store import Delivery
from bot.runtimes.inbox import PAUSES, InboxWorker
from tests.adapters.store.made import accept, delivery, opened

AT_ONCE = (0.0, 0.0, 0.0)
"""Pauses of no length: three tries more."""


@dataclass
class Desk:
    """A worker, its store, and a hand on everything that is handled."""

    store: SqliteStore
    begun: list[str] = field(default_factory=list[str])
    ended: list[str] = field(default_factory=list[str])
    held: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    """What is not let go before its event."""
    failing: dict[str, list[Exception]] = field(default_factory=dict[str, list[Exception]])
    """What each try of a delivery meets; then it goes well."""
    finishing: bool = False
    """Whether the handler finishes deliveries itself."""
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, delivery: Delivery) -> None:
        self.begun.append(delivery.id)
        self.moved.set()
        if delivery.id in self.held:
            await self.held[delivery.id].wait()
        errors = self.failing.get(delivery.id)
        if errors:
            raise errors.pop(0)
        if self.finishing:
            await self.store.run(lambda tx: tx.inbox.finish(delivery.id))
        self.ended.append(delivery.id)
        self.moved.set()

    def worker(self, **settings: Any) -> InboxWorker:
        given: dict[str, Any] = {"pauses": AT_ONCE, **settings}
        return InboxWorker(self.store, self.handle, **given)

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not true():
                self.moved.clear()
                await self.moved.wait()

    async def reach(self, *, begun: int = 0, ended: int = 0) -> None:
        await self.until(lambda: len(self.begun) >= begun and len(self.ended) >= ended)

    async def waiting(self) -> list[str]:
        return [one.id for one in await self.store.run(lambda tx: tx.inbox.waiting(100))]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(tmp_path / "data.db") as store:
        yield Desk(store)


def of(person: str, id: str, minutes: float = 0) -> Delivery:
    return replace(delivery(id, minutes=minutes), actor=person)


async def come(desk: Desk, worker: InboxWorker, *deliveries: Delivery) -> None:
    """As the intake does it: kept, then told."""
    for one in deliveries:
        assert await accept(desk.store, one)
        worker.woken(one)


MIA = [of("T1/mia", f"mia-{n}", n) for n in range(3)]
SAM = [of("T1/sam", f"sam-{n}", n) for n in range(3)]


# --- order -------------------------------------------------------------------------------------------------------


async def test_what_came_is_handled_and_finished(desk: Desk) -> None:
    worker = desk.worker()
    await worker.start()
    await come(desk, worker, *MIA, *SAM)
    await worker.settle()
    assert sorted(desk.ended) == sorted(one.id for one in [*MIA, *SAM])
    assert await desk.waiting() == []
    await worker.stop()


async def test_what_one_person_asked_for_is_done_in_order(desk: Desk) -> None:
    worker = desk.worker()
    desk.held["mia-0"] = asyncio.Event()
    await come(desk, worker, *MIA)
    await desk.until(lambda: desk.begun)
    assert desk.begun == ["mia-0"]
    desk.held["mia-0"].set()
    await worker.settle()
    assert desk.ended == ["mia-0", "mia-1", "mia-2"]


async def test_nobody_waits_for_somebody_else(desk: Desk) -> None:
    worker = desk.worker()
    desk.held["mia-0"] = asyncio.Event()
    await come(desk, worker, *MIA, *SAM)
    await desk.until(lambda: len(desk.ended) == 3)
    assert desk.ended == ["sam-0", "sam-1", "sam-2"]
    desk.held["mia-0"].set()
    await worker.settle()
    assert desk.ended[3:] == ["mia-0", "mia-1", "mia-2"]


async def test_what_nobody_caused_waits_for_nothing(desk: Desk) -> None:
    worker = desk.worker()
    desk.held["e-0"] = asyncio.Event()
    await come(desk, worker, of("", "e-0"), of("", "e-1"))
    await desk.until(lambda: desk.ended == ["e-1"])
    desk.held["e-0"].set()
    await worker.settle()


async def test_no_more_than_so_many_are_handled_at_once(desk: Desk) -> None:
    worker = desk.worker(at_once=2)
    people = [of(f"T1/{n}", f"d-{n}") for n in range(6)]
    desk.held = {one.id: asyncio.Event() for one in people}
    await come(desk, worker, *people)
    for n, one in enumerate(people):
        await desk.reach(begun=min(n + 2, 6))
        assert len(desk.begun) - len(desk.ended) <= 2
        desk.held[one.id].set()
        await desk.reach(ended=n + 1)
    await worker.settle()


# --- taking over -------------------------------------------------------------------------------------------------


async def test_what_the_last_process_left_behind_is_taken_over_in_order(desk: Desk) -> None:
    for one in reversed(MIA):
        await accept(desk.store, one)
    worker = desk.worker()
    await worker.start()
    await worker.settle()
    assert desk.ended == ["mia-0", "mia-1", "mia-2"]
    assert await desk.waiting() == []
    await worker.stop()


@pytest.mark.parametrize("held", [1, 2, 3, 7, 50])
async def test_more_than_is_held_waits_in_the_store_and_comes_in_order(desk: Desk, held: int) -> None:
    old = [of("T1/mia", f"d-{n:02}", n) for n in range(10)]
    for one in old:
        await accept(desk.store, one)
    desk.held["d-00"] = asyncio.Event()
    worker = desk.worker(held=held)
    await worker.start()
    new = [of("T1/mia", f"d-{n:02}", n) for n in range(10, 20)]
    await come(desk, worker, *new)
    desk.held["d-00"].set()
    await worker.settle()
    assert desk.ended == [one.id for one in [*old, *new]], "in order, and each once"
    await worker.stop()


async def test_what_is_new_does_not_overtake_what_waits_in_the_store(desk: Desk) -> None:
    others = [of("T1/x", "x"), of("T1/y", "y"), of("T1/z", "z")]
    for one in (MIA[0], *others, MIA[1]):
        await accept(desk.store, one)
    desk.held = {id: asyncio.Event() for id in ("mia-0", "x", "y")}
    worker = desk.worker(held=4)
    await worker.start()
    async with asyncio.timeout(10):
        while worker._held != 3:
            assert set(await desk.waiting()) >= {"mia-0", "x", "y", "mia-1"}
    await come(desk, worker, MIA[2])
    for event in desk.held.values():
        event.set()
    await worker.settle()
    assert [id for id in desk.ended if id.startswith("mia")] == ["mia-0", "mia-1", "mia-2"]
    await worker.stop()


async def test_what_comes_while_the_store_is_asked_is_done_once(desk: Desk) -> None:
    """Its row may be in the answer or not; it is not forgotten, and not done twice."""
    for one in MIA:
        await accept(desk.store, one)
    worker = desk.worker(held=4)
    starting = asyncio.create_task(worker.start())
    people = [of(f"T1/{n}", f"d-{n}", n) for n in range(20)]
    for one in people:
        await come(desk, worker, one)
    await starting
    await worker.settle()
    assert sorted(desk.ended) == sorted(one.id for one in [*MIA, *people])
    assert await desk.waiting() == []
    await worker.stop()


async def test_what_is_told_twice_is_done_once(desk: Desk) -> None:
    worker = desk.worker()
    desk.held["mia-0"] = asyncio.Event()
    await come(desk, worker, MIA[0])
    worker.woken(MIA[0])
    await desk.reach(begun=1)
    desk.held["mia-0"].set()
    await worker.settle()
    worker.woken(MIA[0])
    await worker.settle()
    assert desk.begun == ["mia-0"]


async def test_what_was_finished_is_remembered_for_a_while_only(desk: Desk) -> None:
    worker = desk.worker(held=5)
    await worker.start()
    for n in range(50):
        await come(desk, worker, of("T1/mia", f"d-{n}", n))
        await worker.settle()
    assert len(worker._known) == len(worker._lately) == 10
    await worker.stop()


async def test_what_was_kept_and_never_told_is_found_later(desk: Desk) -> None:
    worker = desk.worker(look_round=0.0)
    await worker.start()
    await accept(desk.store, MIA[0])
    await desk.until(lambda: desk.ended)
    await worker.stop()
    assert desk.ended == ["mia-0"]


# --- finishing ---------------------------------------------------------------------------------------------------


async def test_a_handler_may_finish_a_delivery_itself(desk: Desk) -> None:
    desk.finishing = True
    worker = desk.worker()
    await come(desk, worker, *MIA)
    await worker.settle()
    assert desk.ended == ["mia-0", "mia-1", "mia-2"]
    assert await desk.waiting() == []


@pytest.mark.parametrize("error", [ValueError("Slack is away."), StoreBusy("The store is busy.")])
async def test_what_was_done_in_the_commit_of_its_handler_is_not_done_again_where_telling_of_it_fails(
    desk: Desk, error: Exception
) -> None:
    done: list[str] = []

    async def handle(delivery: Delivery) -> None:
        done.append(delivery.id)
        await desk.store.run(lambda tx: tx.inbox.finish(delivery.id))
        raise error

    worker = InboxWorker(desk.store, handle, pauses=AT_ONCE)
    await come(desk, worker, of("mia", "a"), of("mia", "b"))
    await worker.settle()
    assert done == ["a", "b"]
    assert await desk.waiting() == []
    await worker.stop()


async def test_what_is_under_way_is_finished_before_the_end(desk: Desk) -> None:
    worker = desk.worker()
    desk.held["mia-0"] = asyncio.Event()
    await come(desk, worker, *MIA)
    await desk.until(lambda: desk.begun)
    stopping = asyncio.create_task(worker.stop())
    desk.held["mia-0"].set()
    await stopping
    assert desk.ended == ["mia-0"]
    assert await desk.waiting() == ["mia-1", "mia-2"], "the next process takes it over"
    worker.woken(of("T1/mia", "mia-9"))
    await worker.settle()
    assert desk.begun == ["mia-0"], "nothing is begun after the end"


async def test_what_is_under_way_goes_on_in_the_next_process(desk: Desk) -> None:
    worker = desk.worker(pauses=(60.0,))
    desk.failing["mia-0"] = [ValueError()]
    await come(desk, worker, *MIA)
    await desk.until(lambda: desk.begun)
    await worker.stop()
    assert await desk.waiting() == ["mia-0", "mia-1", "mia-2"]
    following = desk.worker()
    await following.start()
    await following.settle()
    await following.stop()
    assert desk.ended == ["mia-0", "mia-1", "mia-2"]


# --- failing -----------------------------------------------------------------------------------------------------


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, int]]:
    return [
        (record.__dict__["action"], record.__dict__.get("tries", 0))
        for record in caplog.records
        if record.name == "bot.runtimes.inbox"
    ]


async def test_what_fails_is_tried_again_in_its_place(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.failing["mia-0"] = [ValueError("a canary"), KeyError("a canary")]
    worker = desk.worker()
    await come(desk, worker, *MIA)
    await worker.settle()
    assert desk.begun == ["mia-0", "mia-0", "mia-0", "mia-1", "mia-2"]
    assert desk.ended == ["mia-0", "mia-1", "mia-2"]
    assert said(caplog) == [("inbox.failed", 1), ("inbox.failed", 2)]
    assert "ValueError at tests.runtimes.test_inbox:" in caplog.text
    assert "canary" not in caplog.text
    assert [record for record in caplog.records if record.exc_info] == []


async def test_what_always_fails_is_given_up_and_said(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.failing["mia-0"] = [ValueError("a canary")] * 10
    worker = desk.worker()
    await come(desk, worker, *MIA)
    await worker.settle()
    assert desk.begun == ["mia-0"] * 4 + ["mia-1", "mia-2"]
    assert said(caplog) == [("inbox.failed", 1), ("inbox.failed", 2), ("inbox.failed", 3), ("inbox.given_up", 4)]
    assert caplog.records[-1].levelno == logging.CRITICAL
    assert caplog.records[-1].__dict__["delivery"] == "mia-0"
    assert await desk.waiting() == []


async def test_whoever_waits_is_told_what_was_given_up(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []

    async def tell(delivery: Delivery) -> None:
        told.append(delivery.id)
        raise OSError("nobody there")

    desk.failing["mia-0"] = [ValueError()] * 10
    worker = desk.worker(given_up=tell)
    await come(desk, worker, *MIA)
    await worker.settle()
    assert told == ["mia-0"]
    assert desk.ended == ["mia-1", "mia-2"]
    assert [name for name, _ in said(caplog)][-2:] == ["inbox.given_up", "inbox.untold"]
    assert await desk.waiting() == []


async def test_what_fails_holds_up_nobody_else(desk: Desk) -> None:
    desk.failing["mia-0"] = [ValueError()]
    worker = desk.worker(pauses=(60.0,), at_once=1)
    await come(desk, worker, *MIA, *SAM)
    await desk.until(lambda: len(desk.ended) == 3)
    assert desk.ended == ["sam-0", "sam-1", "sam-2"]
    await worker.stop()


async def test_what_hangs_is_ended_and_tried_again(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.held["mia-0"] = asyncio.Event()
    worker = desk.worker(longest=0.01)
    await come(desk, worker, *MIA)
    await worker.settle()
    assert desk.ended == ["mia-1", "mia-2"]
    assert said(caplog)[-1] == ("inbox.given_up", 4)


@pytest.mark.parametrize("error", [StoreBusy("busy"), StoreFailed("full")])
async def test_nothing_is_given_up_because_the_store_cannot_be_used(
    desk: Desk, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    desk.failing["mia-0"] = [error] * 20
    worker = desk.worker()
    await come(desk, worker, *MIA)
    await worker.settle()
    assert desk.begun == ["mia-0"] * 21 + ["mia-1", "mia-2"]
    assert said(caplog) == [("store.failed", 0)] * 20


async def test_what_was_done_is_not_done_again_because_it_could_not_be_finished(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, errors = desk.store.run, [StoreBusy("busy"), StoreFailed("full"), StoreBusy("busy")]
    worker = desk.worker()
    await accept(desk.store, MIA[0])

    async def run(work: Any, *, patient: bool = False) -> Any:
        if errors:
            raise errors.pop()
        return await real(work, patient=patient)

    monkeypatch.setattr(desk.store, "run", run)
    worker.woken(MIA[0])
    await worker.settle()
    assert (desk.begun, errors) == (["mia-0"], [])
    assert await desk.waiting() == []


async def test_what_waits_is_taken_over_as_soon_as_the_store_can_be_used(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, errors = desk.store.run, [StoreBusy("busy"), StoreFailed("full")]
    await accept(desk.store, MIA[0])

    async def run(work: Any, *, patient: bool = False) -> Any:
        if errors:
            raise errors.pop()
        return await real(work, patient=patient)

    monkeypatch.setattr(desk.store, "run", run)
    worker = desk.worker()
    await worker.start()
    await worker.settle()
    assert desk.ended == ["mia-0"]
    await worker.stop()


async def test_a_worker_that_stops_does_not_wait_for_a_store_that_cannot_be_used(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(work: Any, *, patient: bool = False) -> Any:
        desk.moved.set()
        raise StoreFailed("full")

    await accept(desk.store, MIA[0])
    worker = desk.worker(pauses=(60.0,))
    with monkeypatch.context() as broken:
        broken.setattr(desk.store, "run", run)
        worker.woken(MIA[0])
        await desk.until(lambda: desk.ended)
        async with asyncio.timeout(10):
            await worker.stop()
    assert await desk.waiting() == ["mia-0"]


def test_the_pauses_grow_and_end_within_a_minute() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert timedelta(seconds=sum(PAUSES)) < timedelta(minutes=1)


# --- limits ------------------------------------------------------------------------------------------------------


def limited(desk: Desk, *ids: str, tries: int = 1) -> None:
    desk.failing |= {id: [OverLimit() for _ in range(tries)] for id in ids}


async def test_what_a_limit_holds_stays_in_the_store_and_is_taken_up_in_a_later_round(desk: Desk) -> None:
    worker = desk.worker(look_round=0.01)
    limited(desk, "e-0", tries=3)
    await worker.start()
    await come(desk, worker, of("", "e-0"))
    await desk.until(lambda: desk.ended == ["e-0"])
    await worker.stop()
    assert desk.begun == ["e-0"] * 4
    assert await desk.waiting() == []


async def test_what_a_limit_holds_is_neither_given_up_nor_lost(desk: Desk) -> None:
    given_up: list[str] = []

    async def give_up(delivery: Delivery) -> None:
        given_up.append(delivery.id)

    worker = desk.worker(given_up=give_up)
    limited(desk, "e-0", tries=99)
    await worker.start()
    await come(desk, worker, of("", "e-0"))
    await worker.settle()
    await worker.stop()
    assert (desk.begun, given_up, await desk.waiting()) == (["e-0"], [], ["e-0"])


async def test_however_much_a_limit_holds_what_came_later_is_done(desk: Desk) -> None:
    held = [of("", f"e-{n}", n - 60) for n in range(12)]
    limited(desk, *(one.id for one in held), tries=99)
    for one in (*held, of("", "later", -1)):
        assert await accept(desk.store, one)
    worker = desk.worker(held=4)
    await worker.start()
    await worker.settle()
    assert desk.ended == ["later"]
    assert sorted(desk.begun) == sorted(["later", *(one.id for one in held)])
    await worker.stop()
