"""What a test makes go wrong, as a client of Slack meets it."""

import asyncio
from collections.abc import AsyncGenerator

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.errors import SlackApiError

from bot.workspace.fault import Fault, Trouble
from bot.workspace.log import Line
from tests.workspace.api.desk import Caller, Sdk, plain, served
from tests.workspace.made import ALONE, BOT_TOKEN, NOON, SUPPORT

BEARER = {"Authorization": f"Bearer {BOT_TOKEN}"}


@pytest_asyncio.fixture
async def sdk(call: Caller) -> AsyncGenerator[Sdk]:
    async with served(call) as address:
        yield Sdk(address)


def texts(call: Caller) -> list[str]:
    return [message.text for message in call.workspace.channels[SUPPORT].messages.values()]


def statuses(call: Caller) -> list[str]:
    return [line.status for line in call.desk.log.lines]


async def test_an_error_is_said_and_nothing_done(call: Caller, sdk: Sdk) -> None:
    call.desk.faults.pending.append(Fault(name="chat.*", trouble=Trouble.ERROR, error="fatal_error"))
    with pytest.raises(SlackApiError) as failed:
        await sdk("chat_postMessage", channel=SUPPORT, text="one")
    assert plain(vars(failed.value)["response"]) == {"ok": False, "error": "fatal_error"}
    await sdk("chat_postMessage", channel=SUPPORT, text="two")
    assert texts(call) == ["two"]
    assert statuses(call) == ["fatal_error", "ok"]


async def test_a_status_comes_with_its_body_and_its_header(call: Caller, sdk: Sdk) -> None:
    call.desk.faults.pending.append(
        Fault(name="chat.postMessage", trouble=Trouble.STATUS, status=503, body="upstream sad", retry_after="so\r\non")
    )
    url = f"{sdk.address}/api/chat.postMessage?channel={SUPPORT}&text=x"
    async with aiohttp.ClientSession(headers=BEARER) as session, session.post(url) as response:
        assert (response.status, await response.text()) == (503, "upstream sad")
        assert response.headers["Retry-After"] == "so on"
    assert texts(call) == []
    assert statuses(call) == ["503"]


async def test_garbage_is_no_json(call: Caller, sdk: Sdk) -> None:
    call.desk.faults.pending.append(Fault(name="auth.test", trouble=Trouble.GARBAGE))
    url = f"{sdk.address}/api/auth.test"
    async with aiohttp.ClientSession(headers=BEARER) as session, session.post(url) as response:
        assert response.status == 200
        assert (await response.text()).startswith("<html>")


@pytest.mark.parametrize(("trouble", "applied"), [(Trouble.DROP_BEFORE, []), (Trouble.DROP_AFTER, ["x"])])
async def test_a_connection_drops_before_or_after_everything_was_done(
    call: Caller, sdk: Sdk, trouble: Trouble, applied: list[str]
) -> None:
    call.desk.faults.pending.append(Fault(name="chat.postMessage", trouble=trouble))
    url = f"{sdk.address}/api/chat.postMessage?channel={SUPPORT}&text=x"
    async with aiohttp.ClientSession(headers=BEARER) as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.post(url)
    assert texts(call) == applied
    assert statuses(call) == ["dropped"]
    assert (await sdk("auth_test"))["ok"] is True


async def test_a_delay_passes_on_the_clock_of_the_workspace(call: Caller, sdk: Sdk) -> None:
    call.desk.faults.pending.append(Fault(name="chat.postMessage", delay=20.0))
    begun = asyncio.Event()
    call.desk.log.listeners.append(lambda _: begun.set())
    posting = asyncio.create_task(sdk("chat_postMessage", channel=SUPPORT, text="late"))
    await begun.wait()
    call.workspace.clock.advance(19)
    await sdk("auth_test")
    assert not posting.done()
    assert texts(call) == []
    call.workspace.clock.advance(1)
    assert (await posting)["ts"] == f"{NOON + 20:.6f}"


async def test_a_fault_is_for_one_channel_where_it_says_so(call: Caller, sdk: Sdk) -> None:
    call.desk.faults.pending.append(Fault(name="chat.postMessage", trouble=Trouble.ERROR, error="x", channel=SUPPORT))
    await sdk("chat_postMessage", channel=ALONE, text="elsewhere")
    with pytest.raises(SlackApiError):
        await sdk("chat_postMessage", channel=SUPPORT, text="here")


async def test_a_fault_goes_on_as_often_as_it_says(call: Caller, sdk: Sdk) -> None:
    call.desk.faults.pending.append(Fault(name="auth.test", trouble=Trouble.ERROR, error="x", times=2, after=1))
    heard: list[Line] = []
    call.desk.log.listeners.append(heard.append)
    for expected in ("ok", "x", "x", "ok"):
        try:
            await sdk("auth_test")
        except SlackApiError:
            assert expected == "x"
        assert heard[-1].status == expected


async def test_too_many_requests_carry_the_seconds_to_wait(call: Caller, sdk: Sdk) -> None:
    call.desk.limits.factor = 1.0
    url = f"{sdk.address}/api/apps.connections.open"
    headers = {"Authorization": f"Bearer {call.workspace.apps['A0OPSBOT00'].app_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.post(url) as response:
            assert response.status == 200
        async with session.post(url) as response:
            assert (response.status, response.headers["Retry-After"]) == (429, "60")
            assert await response.json() == {"ok": False, "error": "ratelimited"}
