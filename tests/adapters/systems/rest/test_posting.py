"""What an address makes of an event: every answer becomes a status or a sentence, and none an exception."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.domain.subscriber import Answered
from tests.made import Hand
from tests.subscriber import Answering, Listener, listening

EVENT = b'{"specversion":"1.0"}'
OLD, NEW = "the-one-that-was-before", "whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0"


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening(Hand()) as listener:
        yield listener


async def take(listener: Listener, **how: Any) -> Answered:
    posting = listener.posting(**how)
    try:
        return await posting.take("run:x/1/ab", EVENT, now=listener.clock.now())
    finally:
        await posting.close()


def saying(status: int, **headers: str) -> Answering:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={name.replace("_", "-"): text for name, text in headers.items()})

    return answer


async def silence(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    return web.Response()


async def endless(_: web.Request) -> web.StreamResponse:
    return web.Response(body=b"x" * 70_000)


async def hangs_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.mark.parametrize(
    ("answer", "status", "asked", "why"),
    [
        (saying(204), 204, None, ""),
        (saying(503, Retry_After="90"), 503, timedelta(seconds=90), "it answers 503."),
        (saying(302, Location="http://127.0.0.1:1/"), 302, None, "it answers 302."),
        (saying(410), 410, None, "it answers 410."),
        (silence, 0, None, "warehouse did not answer in time."),
        (endless, 0, None, "The answer of warehouse is longer than 65,536 bytes."),
        (hangs_up, 0, None, "The line to warehouse broke before it had answered."),
    ],
)
async def test_every_answer_is_told_from_the_others(
    listener: Listener, answer: Answering, status: int, asked: timedelta | None, why: str
) -> None:
    listener.script = [answer]
    within = 0.1 if answer is silence else 5.0
    assert await take(listener, within=within) == Answered(status=status, asked=asked, why=why)
    assert (listener.ids, len(listener.heard)) == (["run:x/1/ab"], 1)


async def test_an_address_of_this_machine_gets_nothing_unless_that_is_meant(listener: Listener) -> None:
    listener.url = listener.url.replace("127.0.0.1", "localhost")
    answered = await take(listener, private=False)
    assert (answered.barred, answered.status, listener.heard) == (True, 0, [])
    assert "private = true" in answered.why


async def test_while_a_secret_is_exchanged_either_one_verifies(listener: Listener) -> None:
    for known in (OLD, NEW):
        listener.secrets = [known]
        assert (await take(listener, secrets=(NEW, OLD))).status == 204


async def test_the_path_is_kept_to_its_last_letter(listener: Listener) -> None:
    listener.url += "/"
    assert (await take(listener)).status == 404
    listener.url = listener.url[:-1] + "?for=us%20all"
    assert (await take(listener)).status == 204
    assert b"/countersign?for=us%20all" in listener.raw
