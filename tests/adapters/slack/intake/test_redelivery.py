"""Slack sends again what it heard no answer to: nothing is lost by that, and nothing is kept or told twice."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.domain.errors import StoreBusy
from bot.ports.store import Delivery
from bot.runtimes.inbox import InboxWorker
from bot.workspace.delivery.socket import Goodbye
from bot.workspace.fault import Fault, Trouble
from bot.workspace.payload import Json
from bot.workspace.state.app import Reached
from tests.adapters.slack.intake.made import actions
from tests.adapters.slack.intake.room import OPS, Room, opened
from tests.workspace.made import APP

MESSAGE = "message.channels"
BOTH = pytest.mark.parametrize("reached", [*Reached])


@pytest.fixture
async def room(tmp_path: Path) -> AsyncGenerator[Room]:
    async with opened(tmp_path) as room:
        yield room


def trouble(room: Room, name: str, trouble: Trouble = Trouble.NONE, *, delay: float = 0.0, times: int = 1) -> None:
    room.bench.desk.faults.pending.append(Fault(name=name, trouble=trouble, delay=delay, times=times, delivery=True))


def tries(room: Room, name: str) -> list[int]:
    return [line.attempt for line in room.bench.lines(name)]


@BOTH
async def test_an_event_whose_answer_was_lost_is_kept_once(room: Room, reached: Reached) -> None:
    async with room.over(reached):
        trouble(room, MESSAGE, Trouble.DROP_AFTER)
        await room.say()
        if reached is Reached.SOCKET:
            await room.bench.until(lambda: room.door.woken)
            room.bench.clock.advance(3)
        await room.bench.until(lambda: len(room.bench.lines(MESSAGE)) == 2)
        await room.bench.carrier.wait_idle()
    assert tries(room, MESSAGE) == [0, 1]
    assert list(await room.inbox()) == room.door.woken
    assert len(room.door.woken) == 1


@BOTH
async def test_an_event_that_came_late_and_again_is_kept_once(room: Room, reached: Reached) -> None:
    async with room.over(reached):
        trouble(room, MESSAGE, delay=5)
        await room.say()
        await room.bench.until(lambda: room.bench.lines(MESSAGE))
        room.bench.clock.advance(3)
        await room.bench.until(lambda: room.door.woken)
        room.bench.clock.advance(2)
        await room.bench.carrier.wait_idle()
    assert tries(room, MESSAGE) == [0, 1]
    assert len(room.door.woken) == len(await room.inbox()) == 1


async def test_an_event_that_comes_again_over_the_other_connection_is_kept_once(room: Room) -> None:
    async def after() -> None:
        raise RuntimeError("it was kept, and the answer was lost")

    room.after = after
    async with room.over(Reached.SOCKET), room.over(Reached.HTTP):
        await room.say()
        await room.bench.until(lambda: len(room.bench.lines(MESSAGE)) == 2)
        await room.bench.carrier.wait_idle()
        room.after, room.bench.app.reached = None, Reached.SOCKET
        room.bench.clock.advance(60)
        await room.bench.until(lambda: len(room.bench.lines(MESSAGE)) == 3)
        await room.bench.carrier.wait_idle()
    said = [(line.transport, line.status) for line in room.bench.lines(MESSAGE)]
    assert said == [("http", "HTTP 503"), ("http", "HTTP 503"), ("socket", "ok")]
    assert len(await room.inbox()) == 1
    assert room.door.woken == [], "it was known already"


async def test_a_command_that_comes_again_over_a_socket_is_kept_once(room: Room) -> None:
    async with room.over(Reached.SOCKET):
        trouble(room, OPS, Trouble.DROP_AFTER)
        acting = asyncio.create_task(room.act("command", channel="#support", text=f"{OPS} x"))
        await room.bench.until(lambda: room.door.woken)
        room.bench.clock.advance(3)
        assert not (await acting)["ok"], "the person was told that nothing came"
        await room.bench.until(lambda: len(room.bench.lines(OPS)) == 2)
        await room.bench.carrier.wait_idle()
    assert [line.status for line in room.bench.lines(OPS)][-1] == "ok"
    assert len(room.door.woken) == len(await room.inbox()) == 1


@BOTH
async def test_what_could_not_be_kept_is_kept_when_it_comes_again(
    room: Room, reached: Reached, caplog: pytest.LogCaptureFixture
) -> None:
    busy = [StoreBusy("busy")]

    async def before() -> None:
        room.bench.move()
        if busy:
            raise busy.pop()

    room.before = before
    async with room.over(reached):
        await room.say()
        await room.bench.until(lambda: not busy)
        assert room.door.woken == []
        if reached is Reached.SOCKET:
            room.bench.clock.advance(3)
        await room.bench.until(lambda: len(room.bench.lines(MESSAGE)) == 2)
        await room.bench.carrier.wait_idle()
    assert ("slack.put_off", "") in actions(caplog)
    assert len(room.door.woken) == len(await room.inbox()) == 1


@BOTH
async def test_a_process_that_ended_between_the_commit_and_the_answer_doubles_nothing(
    room: Room, reached: Reached
) -> None:
    """The next process takes it over from the inbox; what Slack brings again is known, and nobody is told of it."""
    ended = [True]

    async def after() -> None:
        room.bench.move()
        if ended.pop() if ended else False:
            raise RuntimeError("the process ended here")

    room.after = after
    async with room.over(reached):
        await room.say()
        await room.bench.until(lambda: not ended)
        assert room.door.woken == []
        handled: list[Delivery] = []
        worker = InboxWorker(room.store, lambda delivery: noted(handled, delivery))
        await worker.start()
        if reached is Reached.SOCKET:
            room.bench.clock.advance(3)
        await room.bench.until(lambda: len(room.bench.lines(MESSAGE)) == 2)
        await room.bench.carrier.wait_idle()
        await worker.settle()
    assert room.bench.lines(MESSAGE)[-1].status == "ok"
    assert room.door.woken == []
    assert len(handled) == 1
    assert await room.inbox() == ()


async def noted(handled: list[Delivery], delivery: Delivery) -> None:
    handled.append(delivery)


async def test_a_socket_that_ends_before_the_acknowledgement_doubles_nothing(room: Room) -> None:
    held, go = asyncio.Event(), asyncio.Event()

    async def after() -> None:
        held.set()
        await go.wait()

    room.after = after
    async with room.over(Reached.SOCKET):
        await room.say()
        await held.wait()
        await room.bench.sockets.disconnect(APP, Goodbye.REFRESH)
        await room.bench.until(lambda: len(notes(room, "socket opened")) == 2)
        room.after = None
        room.bench.clock.advance(3)
        await room.bench.until(lambda: len(room.bench.lines(MESSAGE)) == 2)
        await room.bench.carrier.wait_idle()
        go.set()
    assert len(room.door.woken) == len(await room.inbox()) == 1


def notes(room: Room, name: str) -> list[object]:
    return [line.request for line in room.bench.desk.log.lines if line.name == name]


async def test_what_is_under_way_when_a_socket_is_shut_is_answered_first(room: Room) -> None:
    held, go = asyncio.Event(), asyncio.Event()

    async def after() -> None:
        held.set()
        await go.wait()

    room.after = after
    shut = asyncio.Event()

    async def open_and_shut() -> None:
        async with room.over(Reached.SOCKET):
            acting.append(asyncio.create_task(room.act("command", channel="#support", text=f"{OPS} x")))
            await held.wait()
        shut.set()

    acting: list[asyncio.Task[Json]] = []
    shutting = asyncio.create_task(open_and_shut())
    await held.wait()
    assert not shut.is_set()
    go.set()
    await shutting
    assert (await acting[0])["ok"]
    assert len(room.door.woken) == 1
