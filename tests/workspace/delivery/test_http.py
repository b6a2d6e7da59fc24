"""Signed HTTP over the wire: what Slack sends, how long it waits, when it comes again."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.workspace.delivery.courier import Answer, Delivery, DeliveryKind, NoAnswer
from bot.workspace.delivery.http import LONGEST_ANSWER, address_of
from bot.workspace.state.app import Command
from tests.workspace.delivery.bench import Bench, opened
from tests.workspace.delivery.made import click, command, event
from tests.workspace.delivery.receiver import Receiver, Script
from tests.workspace.made import made_app


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    async with opened() as bench:
        yield bench


@pytest.fixture
async def receiver(bench: Bench) -> Receiver:
    receiver = Receiver(bench.moved)
    bench.app.url = await receiver.start(bench.stack)
    return receiver


async def brought(bench: Bench, receiver: Receiver, times: int) -> None:
    """Wait until so many requests came, and nothing is under way."""
    await bench.until(lambda: len(receiver.received) >= times)
    await bench.carrier.wait_idle()
    assert len(receiver.received) == times


async def late(bench: Bench, receiver: Receiver, delivery: Delivery) -> Answer:
    """Deliver to an app that does not answer, and let the time pass."""
    delivering = asyncio.ensure_future(bench.carrier.deliver(delivery))
    await bench.until(lambda: receiver.received)
    bench.clock.advance(2.9)
    await asyncio.sleep(0)
    assert not delivering.done()
    bench.clock.advance(0.1)
    return await delivering


# --- what is sent --------------------------------------------------------------------------------------------------


async def test_an_event_is_json_signed_and_without_retry_headers(bench: Bench, receiver: Receiver) -> None:
    bench.carrier.announce(event(bench.app, "größer"))
    await brought(bench, receiver, 1)
    [request] = receiver.received
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["User-Agent"].startswith("Slackbot 1.0")
    assert json.loads(request.body)["event"]["text"] == "größer"
    assert SignatureVerifier(bench.app.signing_secret).is_valid_request(request.body, {**request.headers})
    assert "X-Slack-Retry-Num" not in request.headers


async def test_a_command_is_a_form(bench: Bench, receiver: Receiver) -> None:
    assert await bench.carrier.deliver(command(bench.app)) == Answer()
    [request] = receiver.received
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.body.decode())["text"] == ["run & x=1"]
    assert SignatureVerifier(bench.app.signing_secret).is_valid_request(request.body, {**request.headers})


async def test_a_click_is_json_in_a_form(bench: Bench, receiver: Receiver) -> None:
    receiver.script = [Script(body=b'{"response_action": "clear"}', content_type="application/json")]
    assert await bench.carrier.deliver(click(bench.app)) == Answer(body={"response_action": "clear"})
    [request] = receiver.received
    [payload] = parse_qs(request.body.decode())["payload"]
    assert json.loads(payload) == click(bench.app).payload
    assert SignatureVerifier(bench.app.signing_secret).is_valid_request(request.body, {**request.headers})


def test_each_kind_goes_to_the_address_it_was_given() -> None:
    app = made_app()
    app.url = "http://one/"
    kinds = (event(app), command(app), click(app), click(app, "block_suggestion", wants_options=True))
    assert [address_of(kind) for kind in kinds] == ["http://one/"] * 4
    app.events_url, app.interactions_url = "http://events/", "http://clicks/"
    app.commands = {"/ops": Command(name="/ops", url="http://ops/")}
    assert [address_of(kind) for kind in kinds] == ["http://events/", "http://ops/", "http://clicks/", "http://clicks/"]
    app.options_url = "http://options/"
    assert address_of(kinds[3]) == "http://options/"
    app.commands = {}
    assert address_of(kinds[1]) == "http://one/"


async def test_what_was_delivered_is_in_the_log_without_its_token(bench: Bench, receiver: Receiver) -> None:
    receiver.script = [Script(body=b"Done")]
    await bench.carrier.deliver(command(bench.app))
    [line] = bench.lines("/ops")
    assert (line.status, line.response, line.transport, line.attempt) == ("ok", {"text": "Done"}, "http", 0)
    assert line.request == {
        "command": "/ops",
        "text": "run & x=1",
        "channel_id": command(bench.app).payload["channel_id"],
    }
    assert line.ms is not None
    assert line.ms > 0


# --- trouble: commands and clicks, once ----------------------------------------------------------------------------


@pytest.mark.parametrize("make", [command, click])
async def test_a_command_or_a_click_waits_three_seconds_and_is_never_sent_again(
    bench: Bench, receiver: Receiver, make: type
) -> None:
    receiver.script = [Script(hangs=True)]
    answer = await late(bench, receiver, make(bench.app))
    assert answer.trouble is NoAnswer.TIMEOUT
    bench.clock.advance(3_600)
    await bench.carrier.wait_idle()
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("script", "detail"),
    [
        (Script(status=500), "HTTP 500"),
        (Script(status=404, body=b"no such listener"), "HTTP 404"),
        (Script(status=302, headers={"Location": "/elsewhere"}), "HTTP 302, which leads elsewhere"),
        (Script(breaks=True), "the connection broke"),
        (Script(body=b"<html>", content_type="application/json"), "an answer that is no JSON object"),
        (Script(body=b"x" * (LONGEST_ANSWER + 1)), "an answer that does not end"),
    ],
)
async def test_an_answer_that_is_none_is_told_at_once(
    bench: Bench, receiver: Receiver, script: Script, detail: str
) -> None:
    receiver.script = [script]
    assert await bench.carrier.deliver(click(bench.app)) == Answer(trouble=NoAnswer.REFUSED, detail=detail)
    assert [request.path for request in receiver.received] == ["/slack/events"]
    [line] = bench.lines("block_actions")
    assert line.status == detail


@pytest.mark.parametrize("url", ["", "http://", "nonsense", "http://127.0.0.1:{port}/", "http://[::1"])
async def test_where_nobody_listens_nothing_is_reached(bench: Bench, url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bench.app.url = url.format(port=taken.getsockname()[1]) if "{" in url else url
    answer = await bench.carrier.deliver(command(bench.app))
    assert answer.trouble is NoAnswer.UNREACHABLE


# --- trouble: events, again and again ------------------------------------------------------------------------------


async def test_an_event_comes_at_once_after_a_minute_and_after_five_then_never(
    bench: Bench, receiver: Receiver
) -> None:
    receiver.script = [Script(status=500)] * 10
    bench.carrier.announce(event(bench.app))
    await brought(bench, receiver, 2)
    bench.clock.advance(59.9)
    await brought(bench, receiver, 2)
    bench.clock.advance(0.1)
    await brought(bench, receiver, 3)
    bench.clock.advance(299.9)
    await brought(bench, receiver, 3)
    bench.clock.advance(0.1)
    await brought(bench, receiver, 4)
    bench.clock.advance(86_400)
    await brought(bench, receiver, 4)
    headers = [request.headers for request in receiver.received]
    assert [one.get("X-Slack-Retry-Num") for one in headers] == [None, "1", "2", "3"]
    assert [one.get("X-Slack-Retry-Reason") for one in headers] == [None, *["http_error"] * 3]
    assert len({request.body for request in receiver.received}) == 1
    assert [(line.attempt, line.reason) for line in bench.lines()] == [
        (0, ""), (1, "http_error"), (2, "http_error"), (3, "http_error"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (Script(status=404), "http_error"),
        (Script(status=307, headers={"Location": "/"}), "too_many_redirects"),
        (Script(breaks=True), "unknown_error"),
    ],
)
async def test_the_next_try_says_why_it_comes(bench: Bench, receiver: Receiver, script: Script, reason: str) -> None:
    receiver.script = [script]
    bench.carrier.announce(event(bench.app))
    await brought(bench, receiver, 2)
    assert receiver.received[1].headers["X-Slack-Retry-Reason"] == reason


async def test_an_event_nobody_answers_comes_again_after_three_seconds(bench: Bench, receiver: Receiver) -> None:
    receiver.script = [Script(hangs=True)]
    bench.carrier.announce(event(bench.app))
    await bench.until(lambda: receiver.received)
    bench.clock.advance(3)
    await brought(bench, receiver, 2)
    assert receiver.received[1].headers["X-Slack-Retry-Reason"] == "http_timeout"


async def test_an_event_for_an_app_that_is_down_comes_when_it_is_up(bench: Bench) -> None:
    bench.app.url = "http://127.0.0.1:9/slack/events"
    bench.carrier.announce(event(bench.app))
    await bench.carrier.wait_idle()
    assert [line.status for line in bench.lines()] == ["nobody listens there"] * 2
    receiver = Receiver(bench.moved)
    bench.app.url = await receiver.start(bench.stack)
    bench.clock.advance(60)
    await brought(bench, receiver, 1)
    assert receiver.received[0].headers["X-Slack-Retry-Reason"] == "connection_failed"
    bench.clock.advance(3_600)
    await brought(bench, receiver, 1)


async def test_an_app_can_say_that_it_does_not_want_it_again(bench: Bench, receiver: Receiver) -> None:
    receiver.script = [Script(status=500, headers={"X-Slack-No-Retry": "1"})]
    bench.carrier.announce(event(bench.app))
    await brought(bench, receiver, 1)
    bench.clock.advance(3_600)
    await brought(bench, receiver, 1)


async def test_what_was_acknowledged_never_comes_again(bench: Bench, receiver: Receiver) -> None:
    receiver.script = [Script(status=500), Script(status=202)]
    bench.carrier.announce(event(bench.app))
    await brought(bench, receiver, 2)
    bench.clock.advance(86_400)
    await brought(bench, receiver, 2)


async def test_an_app_that_hangs_gets_a_few_at_a_time_and_then_all(bench: Bench, receiver: Receiver) -> None:
    receiver.script = [Script(hangs=True)] * 200
    for n in range(250):
        bench.carrier.announce(event(bench.app, str(n)))
    await bench.until(lambda: len(receiver.received) == 200)
    bench.clock.advance(3)
    await brought(bench, receiver, 450)


async def test_what_is_under_way_when_the_workspace_stops_is_given_up(bench: Bench, receiver: Receiver) -> None:
    receiver.script = [Script(hangs=True), Script(status=500)]
    bench.carrier.announce(event(bench.app))
    await bench.until(lambda: receiver.received)
    await bench.carrier.close()
    bench.clock.advance(3_600)
    bench.carrier.announce(event(bench.app))
    await bench.carrier.wait_idle()
    assert len(receiver.received) == 1


# --- too many ------------------------------------------------------------------------------------------------------


async def test_an_app_that_hears_too_much_is_told_so_once_a_minute(bench: Bench, receiver: Receiver) -> None:
    bench.desk.limits.factor = 2 / 30_000
    for n in range(5):
        bench.carrier.announce(event(bench.app, str(n)))
    await brought(bench, receiver, 3)
    said = [json.loads(request.body) for request in receiver.received]
    assert [one["type"] for one in said] == ["event_callback", "event_callback", "app_rate_limited"]
    minute = int(bench.clock.now() // 60 * 60)
    assert said[2] == {
        "token": bench.app.verification_token,
        "type": "app_rate_limited",
        "team_id": bench.workspace.team.id,
        "minute_rate_limited": minute,
        "api_app_id": bench.app.id,
    }


def test_every_kind_of_delivery_is_tested_here() -> None:
    app = made_app()
    assert {event(app).kind, command(app).kind, click(app).kind} == {*DeliveryKind}
