"""How often something is brought, whatever comes of each try: until it is acknowledged, and never after."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from bot.workspace.clock import Clock
from bot.workspace.delivery.carrying import Carrier
from bot.workspace.delivery.courier import Answer, DeliveryKind, NoAnswer
from bot.workspace.delivery.http import EVENT_PAUSES
from bot.workspace.delivery.letter import Letter, Reason, Reply
from bot.workspace.delivery.socket import Sockets
from bot.workspace.fault import Fault, Faults
from bot.workspace.limit import Limits
from bot.workspace.log import Log
from bot.workspace.state.app import App
from tests.workspace.delivery.bench import LONGEST, opened
from tests.workspace.delivery.made import click, command, event
from tests.workspace.made import APP, NOON, made_workspace

TAKEN = Reply(status="200")
FAILED = Reply(status="HTTP 500", trouble=NoAnswer.REFUSED, reason=Reason.STATUS)
UNWANTED = Reply(status="HTTP 500", trouble=NoAnswer.REFUSED, final=True)
NEVER: Reply | None = None


@dataclass
class Way:
    """A transport that answers by its script, then takes everything."""

    script: list[Reply | None] = field(default_factory=list[Reply | None])
    brought: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])
    forgotten: int = 0
    name: str = "http"
    clock: Clock = field(default_factory=Clock)

    def pauses(self, letter: Letter) -> tuple[float, ...]:
        return EVENT_PAUSES if letter.delivery.kind is DeliveryKind.EVENT else ()

    async def bring(self, letter: Letter) -> Reply:
        self.brought.append((self.clock.now() - NOON, letter.attempt))
        reply = self.script.pop(0) if self.script else TAKEN
        if reply is None:
            silence: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
            return await silence
        return reply

    async def spoil(self, kind: DeliveryKind, fault: Fault) -> Reply:
        del kind, fault
        return FAILED

    def forget(self, letter: Letter) -> None:
        self.forgotten += 1


def carried(way: Way) -> tuple[Carrier, App]:
    workspace = made_workspace()
    way.clock = workspace.clock
    carrier = Carrier(
        workspace=workspace,
        log=Log(),
        faults=Faults(),
        limits=Limits(),
        http=way,
        socket=cast("Sockets", way),
    )
    return carrier, workspace.apps[APP]


async def pass_time(carrier: Carrier) -> None:
    """Let time pass in steps, in which everything that is due happens, until nothing more can come."""
    for seconds in (3.0, 300.0) * 5:
        for _ in range(20):
            await asyncio.sleep(0)
        carrier.workspace.clock.advance(seconds)
    await asyncio.wait_for(carrier.wait_idle(), LONGEST)


REPLIES = st.sampled_from([TAKEN, FAILED, UNWANTED, NEVER])


@given(st.lists(REPLIES, max_size=5))
async def test_an_event_is_brought_until_it_is_taken_and_never_after(script: list[Reply | None]) -> None:
    way = Way([*script])
    carrier, app = carried(way)
    carrier.announce(event(app))
    await pass_time(carrier)
    tries = 1 + next((at for at, reply in enumerate(script) if reply in (TAKEN, UNWANTED)), len(script))
    assert [attempt for _, attempt in way.brought] == list(range(min(tries, 4)))
    assert way.forgotten == 1
    assert [line.attempt for line in carrier.log.lines] == list(range(min(tries, 4)))


@given(REPLIES)
async def test_a_command_or_a_click_is_brought_once_whatever_comes_of_it(reply: Reply | None) -> None:
    for make in (command, click):
        way = Way([reply])
        carrier, app = carried(way)
        delivering = asyncio.ensure_future(carrier.deliver(make(app)))
        await pass_time(carrier)
        answer = await delivering
        assert answer.ok is (reply is TAKEN)
        assert answer.trouble is (NoAnswer.TIMEOUT if reply is None else reply.trouble)
        assert (len(way.brought), way.forgotten) == (1, 1)


async def test_each_try_comes_at_its_time() -> None:
    way = Way([FAILED] * 4)
    carrier, app = carried(way)
    carrier.announce(event(app))
    await carrier.wait_idle()
    clock = carrier.workspace.clock
    for seconds in (60, 300, 10_000):
        clock.advance(seconds)
        await carrier.wait_idle()
    assert way.brought == [(0, 0), (0, 1), (60, 2), (360, 3)]


async def test_what_waits_for_its_minute_is_not_under_way() -> None:
    way = Way([FAILED, FAILED])
    carrier, app = carried(way)
    carrier.announce(event(app))
    await asyncio.wait_for(carrier.wait_idle(), 5)
    assert len(way.brought) == 2


async def test_what_has_not_begun_yet_is_under_way_already() -> None:
    way = Way()
    carrier, app = carried(way)
    carrier.announce(event(app))
    assert way.brought == []
    await carrier.wait_idle()
    assert len(way.brought) == 1


async def test_several_may_wait_until_nothing_is_under_way() -> None:
    way = Way([NEVER])
    carrier, app = carried(way)
    waiting = [asyncio.ensure_future(carrier.deliver(click(app)))]
    await asyncio.sleep(0)
    waits = [asyncio.ensure_future(carrier.wait_idle()) for _ in range(3)]
    await asyncio.sleep(0)
    assert not any(wait.done() for wait in waits)
    carrier.workspace.clock.advance(3)
    await asyncio.gather(*waits)
    assert (await waiting[0]).trouble is NoAnswer.TIMEOUT


async def test_time_that_passes_by_itself_does_as_well() -> None:
    async with opened(clock=Clock()) as bench:
        app = bench.bolt()

        async def ops(ack: Any) -> None:
            await ack("Done.")

        app.command("/ops")(ops)
        await bench.run(app, bench.app.reached)
        assert await bench.carrier.deliver(command(bench.app)) == Answer(body={"text": "Done."})
        bench.carrier.announce(event(bench.app))
        await bench.carrier.wait_idle()
