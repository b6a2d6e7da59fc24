"""What goes wrong on the way to an app when a test asks for it, over both transports."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.workspace.delivery.courier import Answer, Delivery, NoAnswer
from bot.workspace.fault import Fault, Trouble
from bot.workspace.payload import Json
from bot.workspace.state.app import Reached
from tests.workspace.delivery.bench import Bench, Heard, opened
from tests.workspace.delivery.made import click, command, event
from tests.workspace.made import SUPPORT

BOTH = pytest.mark.parametrize("reached", [*Reached])


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    async with opened() as bench:
        yield bench


@dataclass
class Listening:
    """A Bolt app that hears everything and answers at once."""

    bench: Bench
    heard: Heard[str]

    async def deliver(self, delivery: Delivery) -> Answer:
        """Bring something."""
        return await self.bench.carrier.deliver(delivery)

    async def deliver_in_vain(self, delivery: Delivery, *, hears: bool) -> Answer:
        """Bring something that nothing comes back of; three seconds pass once it is under way, or the app has it."""
        delivering = asyncio.ensure_future(self.bench.carrier.deliver(delivery))
        await self.bench.until(lambda: self.heard if hears else self.bench.lines(delivery.name))
        self.bench.clock.advance(3)
        return await delivering


async def listening(bench: Bench, reached: Reached) -> Listening:
    heard = bench.heard()
    app = bench.bolt()

    async def message(event: Json) -> None:
        heard.append("event")

    async def ops(ack: Any) -> None:
        heard.append("command")
        await ack("Done.")

    app.event("message")(message)
    app.command("/ops")(ops)
    await bench.run(app, reached)
    return Listening(bench, heard)


# What happens: whether the app hears it, and what the workspace sees of it over HTTP. Over a socket it sees silence.
TROUBLES = {
    Trouble.DROP_BEFORE: (False, NoAnswer.UNREACHABLE),
    Trouble.DROP_AFTER: (True, NoAnswer.REFUSED),
    Trouble.STATUS: (False, NoAnswer.REFUSED),
    Trouble.ERROR: (False, NoAnswer.REFUSED),
    Trouble.GARBAGE: (True, NoAnswer.REFUSED),
    Trouble.NONE: (True, None),
}


@BOTH
@pytest.mark.parametrize("trouble", [*Trouble])
async def test_a_command_meets_each_trouble_once(bench: Bench, reached: Reached, trouble: Trouble) -> None:
    app = await listening(bench, reached)
    bench.desk.faults.pending.append(Fault(name="/o*", trouble=trouble, delivery=True))
    hears, seen = TROUBLES[trouble]
    in_vain = reached is Reached.SOCKET and seen is not None
    given = command(bench.app)
    answer = await (app.deliver_in_vain(given, hears=hears) if in_vain else app.deliver(given))
    assert answer.trouble is (seen if reached is Reached.HTTP or seen is None else NoAnswer.TIMEOUT)
    assert app.heard == (["command"] if hears else [])
    if in_vain:
        # It comes again over the socket, though the person was told that nothing came.
        await bench.carrier.wait_idle()
        assert app.heard == ["command"] * (2 if hears else 1)
    assert (await app.deliver(command(bench.app))).body == {"text": "Done."}


@BOTH
@pytest.mark.parametrize("trouble", [Trouble.DROP_BEFORE, Trouble.DROP_AFTER, Trouble.STATUS])
async def test_an_event_that_met_trouble_comes_again(bench: Bench, reached: Reached, trouble: Trouble) -> None:
    app = await listening(bench, reached)
    bench.desk.faults.pending.append(Fault(name="message.*", trouble=trouble, delivery=True, channel=SUPPORT))
    bench.carrier.announce(event(bench.app))
    if reached is Reached.SOCKET:
        await bench.until(lambda: bench.lines("message.channels"))
        if TROUBLES[trouble][0]:
            await bench.until(lambda: app.heard)
        bench.clock.advance(3)
    await bench.until(lambda: len(bench.lines("message.channels")) == 2)
    await bench.carrier.wait_idle()
    await bench.until(lambda: len(app.heard) == (2 if TROUBLES[trouble][0] else 1))


@BOTH
async def test_what_is_held_up_longer_than_slack_waits_arrives_late(bench: Bench, reached: Reached) -> None:
    app = await listening(bench, reached)
    bench.desk.faults.pending.append(Fault(name="/ops", delay=5, delivery=True))
    delivering = asyncio.ensure_future(bench.carrier.deliver(command(bench.app)))
    await bench.until(lambda: bench.lines("/ops"))
    bench.clock.advance(3)
    assert (await delivering).trouble is NoAnswer.TIMEOUT
    if reached is Reached.SOCKET:
        await bench.until(lambda: [line.status for line in bench.lines("/ops")][1:] == ["ok"])
    bench.clock.advance(2)
    await bench.carrier.wait_idle()
    assert app.heard == ["command"]


@BOTH
async def test_what_is_held_up_for_a_moment_is_answered_all_the_same(bench: Bench, reached: Reached) -> None:
    app = await listening(bench, reached)
    bench.desk.faults.pending.append(Fault(name="/ops", delay=2, delivery=True))
    delivering = asyncio.ensure_future(bench.carrier.deliver(command(bench.app)))
    await bench.until(lambda: bench.lines("/ops"))
    bench.clock.advance(1.9)
    assert app.heard == []
    bench.clock.advance(0.1)
    assert await delivering == Answer(body={"text": "Done."})


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        (Fault(name="*", trouble=Trouble.STATUS, status=503, delivery=True), "HTTP 503"),
        (Fault(name="*", trouble=Trouble.STATUS, delivery=True), "HTTP 500"),
        (Fault(name="*", trouble=Trouble.STATUS, status=308, delivery=True), "HTTP 308, which leads elsewhere"),
        (Fault(name="*", trouble=Trouble.GARBAGE, delivery=True), "an answer that is no JSON object"),
        (Fault(name="*", trouble=Trouble.DROP_AFTER, delivery=True), "the connection broke after"),
        (Fault(name="*", trouble=Trouble.DROP_BEFORE, delivery=True), "the connection broke before"),
    ],
)
async def test_the_log_says_what_went_wrong(bench: Bench, fault: Fault, detail: str) -> None:
    await listening(bench, Reached.HTTP)
    bench.desk.faults.pending.append(replace(fault))  # it is used up
    assert (await bench.carrier.deliver(click(bench.app))).detail == detail
    assert bench.lines("block_actions")[0].status == detail


async def test_a_fault_for_calls_leaves_deliveries_alone_and_one_for_another_channel_too(bench: Bench) -> None:
    app = await listening(bench, Reached.HTTP)
    bench.desk.faults.pending += [
        Fault(name="/ops", trouble=Trouble.STATUS),
        Fault(name="/ops", trouble=Trouble.STATUS, delivery=True, channel="C0ANOTHER0"),
    ]
    assert (await app.deliver(command(bench.app))).ok
