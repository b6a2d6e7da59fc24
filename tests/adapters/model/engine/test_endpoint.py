"""One server as all questions share it: each call has its place, gives it back, and waits for an event."""

import asyncio
from datetime import timedelta

import pytest

from bot.adapters.model.engine.breaker import FIRST_PAUSE, MOST_FAILURES
from bot.adapters.model.engine.endpoint import LONGEST_REST, Busy, Endpoint
from bot.adapters.model.engine.pace import Pace
from bot.adapters.model.engine.talk import Talk
from bot.adapters.model.wire import PLAIN, Dialect, Reply, Request
from bot.domain.outcome import Outcome
from tests.adapters.model.asking import Draft, question
from tests.adapters.model.wired import FENCES, Clock, Spoken, failed, said

ASKED = Talk.about(question(Draft, {"ticket": "x"}), FENCES[0]).request(
    "small", PLAIN, key="k", within=timedelta(seconds=60)
)
TEXT = Dialect.TEXT


def place(wire: Spoken, at_once: int = 8, *, per_minute: int | None = None) -> tuple[Endpoint, Clock]:
    clock = Clock()
    return Endpoint("main", wire, Pace(at_once, per_minute), clock), clock


async def sent(endpoint: Endpoint, seconds: float = 60.0) -> Reply | Busy:
    return await endpoint.send(ASKED, TEXT, until=endpoint.monotonic() + seconds)


async def turns() -> None:
    """Let everybody do what they can do now."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_never_more_calls_are_under_way_than_may_be_and_all_come_through() -> None:
    wire = Spoken([said("x")], gate=asyncio.Event())
    endpoint, _ = place(wire, at_once=3)
    calls = [asyncio.create_task(sent(endpoint)) for _ in range(20)]
    await turns()
    assert wire.under_way == 3
    assert wire.gate is not None
    wire.gate.set()
    assert all(isinstance(reply, Reply) for reply in await asyncio.gather(*calls))
    assert (wire.most, len(wire.sent), endpoint.pace.under_way) == (3, 20, 0)


async def test_who_came_first_is_served_first() -> None:
    order, gates = list[int](), [asyncio.Event() for _ in range(5)]

    class Numbered(Spoken):
        async def send(self, request: Request, dialect: Dialect) -> Reply:
            order.append(int(request.key))
            await gates[len(order) - 1].wait()
            return said("x")

    endpoint = Endpoint("main", Numbered([]), Pace(1), Clock())

    async def one(n: int) -> None:
        asked = Talk.about(question(Draft, {"ticket": "x"}), FENCES[0])
        request = asked.request("small", PLAIN, key=str(n), within=timedelta(seconds=9))
        await endpoint.send(request, TEXT, until=endpoint.monotonic() + 60)

    calls = [asyncio.create_task(one(n)) for n in range(5)]
    for gate in gates:
        await turns()
        gate.set()
    await asyncio.gather(*calls)
    assert order == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("waiting", [True, False], ids=["while it waits", "while it is under way"])
async def test_a_call_that_is_cancelled_gives_its_place_back(waiting: bool) -> None:
    wire = Spoken([said("x")], gate=asyncio.Event())
    endpoint, _ = place(wire, at_once=1)
    first, second, third = [asyncio.create_task(sent(endpoint)) for _ in range(3)]
    await turns()
    (second if waiting else first).cancel()
    await turns()
    assert wire.under_way == 1
    assert wire.gate is not None
    wire.gate.set()
    await asyncio.gather(*({first, second, third} - {second if waiting else first}))
    assert (endpoint.pace.under_way, endpoint.breaker.failures) == (0, 0)


async def test_a_wire_that_breaks_gives_its_place_back_too() -> None:
    def broken(request: Request, dialect: Dialect) -> Reply:
        raise ZeroDivisionError

    endpoint, _ = place(Spoken([broken, said("x")]), at_once=1)
    with pytest.raises(ZeroDivisionError):
        await sent(endpoint)
    assert isinstance(await sent(endpoint), Reply)


async def test_who_has_no_time_to_wait_is_told_at_once() -> None:
    endpoint, clock = place(Spoken([said("x")]), per_minute=1)
    await sent(endpoint)
    busy = await sent(endpoint, 59)
    assert busy == Busy("The server “main” is asked as often as it may be.", timedelta(seconds=60))
    clock.now += 60
    assert isinstance(await sent(endpoint, 1), Reply)


@pytest.mark.parametrize("seconds", [0.0, -5.0])
async def test_whose_time_is_up_leaves_no_more(seconds: float) -> None:
    wire = Spoken([said("x")])
    assert isinstance(await sent(place(wire)[0], seconds), Busy)
    assert wire.sent == []


async def test_a_call_has_no_more_time_than_is_left_once_it_has_its_place() -> None:
    wire = Spoken([said("x")], gate=asyncio.Event())
    endpoint, clock = place(wire, at_once=1)
    calls = [asyncio.create_task(sent(endpoint, 60)) for _ in range(2)]
    await turns()
    clock.now += 45
    assert wire.gate is not None
    wire.gate.set()
    await asyncio.gather(*calls)
    assert [request.within.total_seconds() for request in wire.requests] == [60, 15]


# --- a server that is not well ----------------------------------------------------------------------------------------


async def ill(wire: Spoken) -> tuple[Endpoint, Clock]:
    endpoint, clock = place(wire)
    for _ in range(MOST_FAILURES):
        await sent(endpoint)
    return endpoint, clock


async def test_a_server_that_fails_again_and_again_is_not_called() -> None:
    wire = Spoken([failed(Outcome.CONNECTION)])
    endpoint, _ = await ill(wire)
    busy = await sent(endpoint)
    assert isinstance(busy, Busy)
    assert "left alone" in busy.text
    assert (busy.again_in.total_seconds(), len(wire.sent)) == (FIRST_PAUSE, MOST_FAILURES)


async def test_after_the_pause_one_call_goes_and_the_others_wait_for_what_it_finds() -> None:
    wire = Spoken([failed(Outcome.CONNECTION)] * MOST_FAILURES + [said("x")])
    endpoint, clock = await ill(wire)
    clock.now += FIRST_PAUSE
    wire.gate = asyncio.Event()
    calls = [asyncio.create_task(sent(endpoint)) for _ in range(9)]
    await turns()
    assert wire.under_way == 1
    wire.gate.set()
    replies = await asyncio.gather(*calls)
    assert sum(isinstance(reply, Reply) for reply in replies) == 1
    assert isinstance(await sent(endpoint), Reply)


async def test_a_trial_that_is_cancelled_leaves_it_to_the_next() -> None:
    wire = Spoken([failed(Outcome.CONNECTION)] * MOST_FAILURES + [said("x")])
    endpoint, clock = await ill(wire)
    clock.now += FIRST_PAUSE
    wire.gate = asyncio.Event()
    trial = asyncio.create_task(sent(endpoint))
    await turns()
    trial.cancel()
    await turns()
    wire.gate = None
    assert isinstance(await sent(endpoint), Reply)


# --- what the server asks for -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.0, -10.0, -1e9])
async def test_a_wait_of_nothing_or_less_is_none(seconds: float) -> None:
    endpoint, _ = place(Spoken([failed(Outcome.RATE_LIMITED, after=seconds), said("x")]))
    await sent(endpoint)
    assert isinstance(await sent(endpoint), Reply)
    assert len(endpoint.known) == 0


async def test_all_wait_as_long_as_it_asks() -> None:
    endpoint, clock = place(Spoken([failed(Outcome.RATE_LIMITED, after=30), said("x")]))
    await sent(endpoint)
    busy = await sent(endpoint, 29)
    assert isinstance(busy, Busy)
    assert busy.again_in == timedelta(seconds=30)
    clock.now += 30
    assert isinstance(await sent(endpoint), Reply)


async def test_no_server_can_ask_us_to_stay_away_for_years() -> None:
    endpoint, clock = place(Spoken([failed(Outcome.OVERLOADED, after=9e9), said("x")]))
    await sent(endpoint)
    clock.now += LONGEST_REST.total_seconds()
    assert isinstance(await sent(endpoint), Reply)


# --- dialects ---------------------------------------------------------------------------------------------------------


def test_a_model_is_asked_in_the_best_dialect_until_it_is_known_to_need_another() -> None:
    endpoint, _ = place(Spoken([], dialects=(Dialect.SCHEMA, Dialect.OBJECT, Dialect.TEXT)))
    assert endpoint.dialect("small") is Dialect.SCHEMA
    assert endpoint.step_down("small", Dialect.SCHEMA) is True
    assert (endpoint.dialect("small"), endpoint.dialect("large")) == (Dialect.OBJECT, Dialect.SCHEMA)


def test_two_that_find_it_out_at_once_step_down_once() -> None:
    endpoint, _ = place(Spoken([]))
    assert endpoint.step_down("small", Dialect.STRICT) is True
    assert endpoint.step_down("small", Dialect.STRICT) is True
    assert endpoint.dialect("small") is Dialect.SCHEMA


def test_below_the_plainest_there_is_nothing() -> None:
    endpoint, _ = place(Spoken([], dialects=(Dialect.TEXT,)))
    assert endpoint.step_down("small", Dialect.TEXT) is False
    assert endpoint.step_down("small", Dialect.TOOL) is False
    assert endpoint.dialect("small") is Dialect.TEXT
