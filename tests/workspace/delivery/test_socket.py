"""Socket Mode, frame by frame: opened by ticket, each envelope over one socket, acknowledged there or brought again."""

import asyncio
from collections.abc import AsyncGenerator

import aiohttp
import pytest

from bot.workspace.delivery.courier import Answer, NoAnswer
from bot.workspace.delivery.socket import MOST, TICKET_SECONDS, Goodbye
from bot.workspace.log import Way
from bot.workspace.payload import Json
from bot.workspace.state.app import Reached
from tests.workspace.delivery.bench import LONGEST, Bench, opened
from tests.workspace.delivery.made import click, command, event
from tests.workspace.made import APP, made_app


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    async with opened() as bench:
        bench.app.reached = Reached.SOCKET
        yield bench


class Plug:
    """One end of a socket, in the hands of a test."""

    def __init__(self, stream: aiohttp.ClientWebSocketResponse) -> None:
        self.stream = stream

    async def frame(self) -> Json:
        """The next frame; at the end, what closed it."""
        message = await self.stream.receive(timeout=LONGEST)
        if message.type is not aiohttp.WSMsgType.TEXT:
            return {"closed": message.data}
        frame: Json = message.json()
        return frame

    async def acknowledge(self, frame: Json, payload: object = None) -> None:
        said: Json = {"envelope_id": frame["envelope_id"]}
        await self.stream.send_json(said | ({} if payload is None else {"payload": payload}))


async def plug(bench: Bench, url: str = "") -> Plug:
    session = await bench.stack.enter_async_context(aiohttp.ClientSession())
    stream = await session.ws_connect(url or bench.sockets.open(bench.app))
    bench.stack.push_async_callback(stream.close)
    return Plug(stream)


async def greeted(bench: Bench) -> Plug:
    """A socket that has had its hello."""
    made = await plug(bench)
    assert (await made.frame())["type"] == "hello"
    return made


# --- opening -------------------------------------------------------------------------------------------------------


async def test_the_app_is_greeted_with_how_many_sockets_it_has(bench: Bench) -> None:
    first, second = await plug(bench), await plug(bench)
    hellos = [await first.frame(), await second.frame()]
    assert [hello["num_connections"] for hello in hellos] == [1, 2]
    assert hellos[0]["type"] == "hello"
    assert hellos[0]["connection_info"] == {"app_id": APP}
    assert {"host", "approximate_connection_time"} <= {*hellos[0]["debug_info"]}


async def test_who_is_connected_is_in_the_log(bench: Bench) -> None:
    socket = await greeted(bench)
    await socket.stream.close()
    await plugless(bench)
    notes = [(line.name, line.request) for line in bench.lines(way=Way.NOTE)]
    assert notes == [("socket opened", {"open": 1}), ("socket closed", {"open": 0})]


async def test_an_address_comes_from_the_web_api_and_is_good_once(bench: Bench) -> None:
    answer = await bench.client().apps_connections_open(app_token=bench.app.app_token)
    assert answer["url"].startswith("ws://127.0.0.1:")
    await plug(bench, answer["url"])
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await plug(bench, answer["url"])
    assert refused.value.status == 404


@pytest.mark.parametrize("ticket", ["", "made-up", "%00", "x" * 10_000])
async def test_an_address_nobody_gave_is_no_good(bench: Bench, ticket: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await plug(bench, f"{bench.desk.address}/link/?ticket={ticket[:4_000]}")


async def test_an_address_is_good_for_half_a_minute(bench: Bench) -> None:
    in_time, late = bench.sockets.open(bench.app), bench.sockets.open(bench.app)
    bench.clock.advance(TICKET_SECONDS)
    await plug(bench, in_time)
    bench.clock.advance(1)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await plug(bench, late)


async def test_an_app_whose_tokens_are_gone_opens_no_socket(bench: Bench) -> None:
    url = bench.sockets.open(bench.app)
    bench.app.revoked = True
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await plug(bench, url)


async def test_the_eleventh_socket_is_one_too_many(bench: Bench) -> None:
    for _ in range(MOST):
        await greeted(bench)
    eleventh = await plug(bench)
    assert await eleventh.frame() == {
        "type": "disconnect",
        "reason": "too_many_websockets",
        "debug_info": {"host": "desk"},
    }
    assert "closed" in await eleventh.frame()
    assert bench.sockets.count(APP) == MOST


# --- envelopes -----------------------------------------------------------------------------------------------------


async def test_an_event_comes_in_an_envelope_that_takes_no_answer(bench: Bench) -> None:
    socket = await greeted(bench)
    bench.carrier.announce(event(bench.app))
    frame = await socket.frame()
    assert frame == {
        "envelope_id": frame["envelope_id"],
        "payload": event(bench.app).payload,
        "type": "events_api",
        "accepts_response_payload": False,
        "retry_attempt": 0,
        "retry_reason": "",
    }
    await socket.acknowledge(frame)
    await bench.carrier.wait_idle()
    [line] = bench.lines()
    assert (line.status, line.transport) == ("ok", "socket")


@pytest.mark.parametrize(("make", "kind"), [(command, "slash_commands"), (click, "interactive")])
async def test_a_command_or_a_click_is_answered_in_its_acknowledgement(bench: Bench, make: type, kind: str) -> None:
    socket = await greeted(bench)
    delivering = asyncio.ensure_future(bench.carrier.deliver(make(bench.app)))
    frame = await socket.frame()
    assert {*frame} == {"envelope_id", "payload", "type", "accepts_response_payload"}
    assert (frame["type"], frame["accepts_response_payload"]) == (kind, True)
    await socket.acknowledge(frame, {"text": "Done."})
    assert await delivering == Answer(body={"text": "Done."})


@pytest.mark.parametrize(
    ("payload", "body"),
    [(None, {}), ({}, {}), ("Done.", {"text": "Done."}), ("", {}), (["x"], {}), (7, {}), ({"a": 1}, {"a": 1})],
)
async def test_whatever_an_acknowledgement_holds_is_taken(bench: Bench, payload: object, body: Json) -> None:
    socket = await greeted(bench)
    delivering = asyncio.ensure_future(bench.carrier.deliver(command(bench.app)))
    await socket.acknowledge(await socket.frame(), payload)
    assert await delivering == Answer(body=body)


@pytest.mark.parametrize(
    "noise", ["", "hello", "[]", "{}", '{"envelope_id": 7}', '{"envelope_id": "none"}', "[" * 50_000, '{"type": "x"}']
)
async def test_what_is_no_acknowledgement_is_passed_over(bench: Bench, noise: str) -> None:
    socket = await greeted(bench)
    delivering = asyncio.ensure_future(bench.carrier.deliver(command(bench.app)))
    frame = await socket.frame()
    await socket.stream.send_str(noise)
    await socket.stream.send_bytes(b"\x00\xff")
    await socket.acknowledge(frame)
    await socket.acknowledge(frame, {"text": "too late"})
    assert await delivering == Answer()


async def test_an_app_cannot_acknowledge_what_is_another_apps(bench: Bench) -> None:
    other = made_app()
    other.id, other.app_token, other.reached = "A0OTHER000", "xapp-other", Reached.SOCKET
    bench.workspace.apps[other.id] = other
    mine, theirs = await greeted(bench), await plug(bench, bench.sockets.open(other))
    await theirs.frame()
    delivering = asyncio.ensure_future(bench.carrier.deliver(command(bench.app)))
    frame = await mine.frame()
    await theirs.acknowledge(frame, {"text": "forged"})
    await theirs.stream.ping()
    await mine.acknowledge(frame, {"text": "Done."})
    assert (await delivering).body == {"text": "Done."}


async def test_the_sockets_of_an_app_take_turns(bench: Bench) -> None:
    sockets = [await greeted(bench) for _ in range(3)]
    seen: list[str] = []
    for _ in range(2):
        for _ in sockets:
            bench.carrier.announce(event(bench.app))
        for socket in sockets:
            frame = await socket.frame()
            seen.append(frame["envelope_id"])
            await socket.acknowledge(frame)
        await bench.carrier.wait_idle()
    assert len({*seen}) == 6


async def test_without_a_socket_nothing_is_reached(bench: Bench) -> None:
    answer = await bench.carrier.deliver(command(bench.app))
    assert (answer.trouble, answer.detail) == (NoAnswer.UNREACHABLE, "no socket is open")


# --- again ---------------------------------------------------------------------------------------------------------


async def test_an_event_that_is_not_acknowledged_comes_again_in_the_same_envelope(bench: Bench) -> None:
    socket = await greeted(bench)
    bench.carrier.announce(event(bench.app))
    frames = [await socket.frame()]
    for pause in (0, 60, 300):
        bench.clock.advance(3)
        if pause:
            await bench.carrier.wait_idle()
            bench.clock.advance(pause)
        frames.append(await socket.frame())
    assert [frame["retry_attempt"] for frame in frames] == [0, 1, 2, 3]
    assert [frame["retry_reason"] for frame in frames] == ["", "timeout", "timeout", "timeout"]
    assert len({frame["envelope_id"] for frame in frames}) == 1


async def test_a_command_that_is_not_acknowledged_comes_once_more_and_its_answer_counts_no_more(bench: Bench) -> None:
    socket = await greeted(bench)
    delivering = asyncio.ensure_future(bench.carrier.deliver(command(bench.app)))
    first = await socket.frame()
    bench.clock.advance(3)
    assert (await delivering).trouble is NoAnswer.TIMEOUT
    again = await socket.frame()
    assert (again["envelope_id"], again["retry_attempt"]) == (first["envelope_id"], 1)
    bench.clock.advance(3)
    await bench.carrier.wait_idle()
    bench.clock.advance(3_600)
    await bench.carrier.wait_idle()
    assert [line.attempt for line in bench.lines("/ops")] == [0, 1]


async def test_an_acknowledgement_that_comes_late_still_ends_it(bench: Bench) -> None:
    socket = await greeted(bench)
    bench.carrier.announce(event(bench.app))
    await socket.frame()
    bench.clock.advance(3)
    again = await socket.frame()
    bench.clock.advance(3)
    await bench.carrier.wait_idle()
    await socket.acknowledge(again)
    await settled(bench, socket)
    bench.clock.advance(3_600)
    await bench.carrier.wait_idle()
    assert [line.attempt for line in bench.lines()] == [0, 1, 0]


async def settled(bench: Bench, socket: Plug) -> None:
    """Have something else acknowledged over the same socket, so that all before it was taken too."""
    bench.carrier.announce(event(bench.app, "another"))
    await socket.acknowledge(await socket.frame())
    await bench.carrier.wait_idle()


async def test_what_a_socket_did_not_acknowledge_before_it_ended_goes_over_another(bench: Bench) -> None:
    first, second = await greeted(bench), await greeted(bench)
    delivering = asyncio.ensure_future(bench.carrier.deliver(command(bench.app)))
    frames = {asyncio.ensure_future(one.frame()): one for one in (first, second)}
    [done], [waiting] = await asyncio.wait(frames, return_when=asyncio.FIRST_COMPLETED)
    await frames[done].stream.close()
    again = await waiting
    assert again["envelope_id"] == done.result()["envelope_id"]
    await frames[waiting].acknowledge(again, {"text": "Done."})
    assert (await delivering).body == {"text": "Done."}
    assert [line.attempt for line in bench.lines()] == [0]


async def test_what_a_socket_did_not_acknowledge_waits_for_the_next_one(bench: Bench) -> None:
    first = await greeted(bench)
    delivering = asyncio.ensure_future(bench.carrier.deliver(command(bench.app)))
    await first.frame()
    await first.stream.close()
    await plugless(bench)
    second = await greeted(bench)
    await second.acknowledge(await second.frame(), {"text": "Done."})
    assert (await delivering).body == {"text": "Done."}


# --- ending --------------------------------------------------------------------------------------------------------


async def test_a_warned_socket_has_ten_seconds_left(bench: Bench) -> None:
    socket = await greeted(bench)
    assert await bench.sockets.disconnect(APP) == 1
    assert (await socket.frame())["reason"] == "warning"
    assert bench.sockets.count(APP) == 1
    bench.clock.advance(10)
    assert (await socket.frame())["reason"] == "refresh_requested"
    assert "closed" in await socket.frame()


async def test_a_warned_socket_is_used_only_while_there_is_no_other(bench: Bench) -> None:
    old = await greeted(bench)
    await bench.sockets.disconnect(APP)
    await old.frame()
    bench.carrier.announce(event(bench.app, "over the old"))
    await old.acknowledge(await old.frame())
    new = await greeted(bench)
    for _ in range(3):
        bench.carrier.announce(event(bench.app, "over the new"))
        frame = await new.frame()
        assert frame["payload"]["event"]["text"] == "over the new"
        await new.acknowledge(frame)


@pytest.mark.parametrize("reason", [Goodbye.REFRESH, Goodbye.DISABLED])
async def test_a_socket_is_ended_at_once_where_that_is_asked(bench: Bench, reason: Goodbye) -> None:
    socket = await greeted(bench)
    ending = asyncio.ensure_future(bench.sockets.disconnect(APP, reason))
    assert (await socket.frame())["reason"] == reason.value
    assert "closed" in await socket.frame()
    assert await ending == 1
    assert await bench.sockets.disconnect(APP) == 0


async def test_an_app_pings_and_is_answered(bench: Bench) -> None:
    socket = await greeted(bench)
    await socket.stream.ping(b"are you there")
    bench.carrier.announce(event(bench.app))
    assert (await socket.frame())["type"] == "events_api"


async def test_the_app_is_pinged_so_that_it_stays(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.workspace.delivery.socket.HEARTBEAT", 0.02)
    session = await bench.stack.enter_async_context(aiohttp.ClientSession())
    stream = await session.ws_connect(bench.sockets.open(bench.app), autoping=False)
    assert (await stream.receive(timeout=LONGEST)).type is aiohttp.WSMsgType.TEXT
    for _ in range(3):
        ping = await stream.receive(timeout=LONGEST)
        assert ping.type is aiohttp.WSMsgType.PING
        await stream.pong(ping.data)
    assert bench.sockets.count(APP) == 1
    # One that does not answer is given up, and what it has not acknowledged would go over another.
    while (await stream.receive(timeout=LONGEST)).type is aiohttp.WSMsgType.PING:
        pass
    await stream.close()
    await plugless(bench)


async def plugless(bench: Bench) -> None:
    """Wait until no socket is open."""
    await bench.until(lambda: bench.sockets.count(APP) == 0)


async def test_the_server_stops_though_sockets_are_open(bench: Bench) -> None:
    socket = await greeted(bench)
    closing = asyncio.ensure_future(bench.sockets.close())
    assert "closed" in await socket.frame()
    await closing
