"""An app proves that an address is its own by sending a word back."""

from collections.abc import AsyncGenerator

import pytest

from bot.workspace.delivery.verifying import verify
from bot.workspace.state.app import Reached
from tests.workspace.delivery.bench import Bench, opened
from tests.workspace.delivery.receiver import Receiver, Script


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    async with opened() as bench:
        yield bench


async def judged(bench: Bench) -> str:
    return await verify(bench.workspace, bench.carrier, bench.app)


@pytest.mark.parametrize("reached", [*Reached])
async def test_a_bolt_app_is_verified(bench: Bench, reached: Reached) -> None:
    await bench.run(bench.bolt(), reached)
    assert await judged(bench) == ""


async def test_an_app_that_says_something_else_is_not(bench: Bench) -> None:
    receiver = Receiver(bench.moved, [Script(body=b"hello"), Script()])
    bench.app.url = await receiver.start(bench.stack)
    for _ in range(2):
        assert await judged(bench) == (
            f"opsbot did not send the challenge back from {receiver.url}. Check that events go to this address."
        )


async def test_an_app_that_is_not_there_is_told_of_and_not_asked_again(bench: Bench) -> None:
    bench.app.url = "http://127.0.0.1:9/"
    said = await judged(bench)
    assert said.startswith("opsbot could not be verified at http://127.0.0.1:9/: nobody listens there.")
    bench.clock.advance(3_600)
    await bench.carrier.wait_idle()
    assert len(bench.lines("url_verification")) == 1
