"""The clock of a workspace: it stands, moves and runs as it is told, and what is due happens in its order."""

import asyncio
from functools import partial

import pytest

from bot.workspace.clock import Clock

NOON = 1_800_000_000.0


@pytest.fixture
async def clock() -> Clock:
    return Clock(stands_at=NOON)


async def test_time_stands_until_somebody_moves_it(clock: Clock) -> None:
    assert (clock.now(), clock.stands) == (NOON, True)
    clock.advance(5)
    assert (clock.now(), clock.stands) == (NOON + 5, True)
    clock.set(NOON)
    assert clock.now() == NOON


async def test_timers_go_off_in_order_and_see_their_own_time(clock: Clock) -> None:
    seen: list[tuple[str, float]] = []

    def ring(name: str) -> None:
        seen.append((name, clock.now()))

    for name, after in (("late", 30.0), ("soon", 10.0), ("also soon", 10.0), ("never", 61.0)):
        clock.at(NOON + after, partial(ring, name))
    clock.advance(60)
    assert seen == [("soon", NOON + 10), ("also soon", NOON + 10), ("late", NOON + 30)]
    assert clock.now() == NOON + 60


async def test_a_timer_that_a_timer_sets_goes_off_in_the_same_move(clock: Clock) -> None:
    seen: list[float] = []

    def again() -> None:
        seen.append(clock.now())
        if len(seen) < 3:
            clock.at(clock.now() + 10, again)

    clock.at(NOON + 10, again)
    clock.advance(100)
    assert seen == [NOON + 10, NOON + 20, NOON + 30]


async def test_a_timer_that_is_called_off_does_not_go_off(clock: Clock) -> None:
    seen: list[int] = []
    clock.at(NOON + 1, lambda: seen.append(1)).off = True
    clock.advance(10)
    assert seen == []


async def test_going_back_calls_nothing_again(clock: Clock) -> None:
    seen: list[int] = []
    clock.at(NOON + 1, lambda: seen.append(1))
    clock.advance(10)
    clock.set(NOON)
    clock.advance(10)
    assert seen == [1]


async def test_a_timer_in_the_past_goes_off_with_the_next_move_and_time_does_not_go_back(clock: Clock) -> None:
    seen: list[float] = []
    clock.at(NOON - 100, lambda: seen.append(clock.now()))
    clock.advance(1)
    assert seen == [NOON]


async def test_whoever_sleeps_wakes_when_the_time_has_come(clock: Clock) -> None:
    sleeper = asyncio.create_task(clock.sleep(60))
    await asyncio.sleep(0)
    clock.advance(59)
    await asyncio.sleep(0)
    assert not sleeper.done()
    clock.advance(1)
    await sleeper


async def test_a_sleeper_that_is_cancelled_leaves_nothing_behind(clock: Clock) -> None:
    sleeper = asyncio.create_task(clock.sleep(60))
    await asyncio.sleep(0)
    sleeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeper
    clock.advance(100)


async def test_a_clock_that_runs_follows_the_machine_and_its_timers_go_off_by_themselves() -> None:
    clock = Clock()
    assert not clock.stands
    rang = asyncio.Event()
    clock.at(clock.now() + 60, lambda: None).off = True
    clock.at(clock.now() + 0.001, rang.set)
    async with asyncio.timeout(5):
        await rang.wait()


async def test_a_clock_that_is_let_go_catches_up_with_what_is_due() -> None:
    clock, rang = Clock(stands_at=1000.0), asyncio.Event()
    clock.at(2000.0, rang.set)
    clock.release()
    async with asyncio.timeout(5):
        await rang.wait()
    assert not clock.stands


async def test_a_clock_that_is_stopped_rings_no_more() -> None:
    clock = Clock()
    seen: list[int] = []
    clock.at(clock.now() + 3600, lambda: seen.append(1))
    clock.set(1000.0)
    assert (clock.stands, seen) == (True, [])
