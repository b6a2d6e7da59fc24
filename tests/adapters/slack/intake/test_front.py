"""Real requests over real sockets: what is hostile gets 401, 400, 408 or 413, one line in the log, and nothing else."""

import asyncio
import gzip
import json
import logging
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from bot.adapters.slack.intake.front import WITHIN, Front
from bot.adapters.slack.intake.intake import Checked
from bot.adapters.slack.intake.parsed import MOST_BYTES
from bot.adapters.slack.intake.serving import PATH, mount_of
from bot.adapters.slack.intake.signed import signed
from bot.adapters.web.serving import served
from bot.domain.errors import StoreBusy
from bot.ports.store import Delivery
from bot.wiring.slack import SLACK
from tests.adapters.slack.intake.made import (
    FORM,
    JSON,
    OLD_SECRET,
    SECRET,
    Door,
    Wall,
    actions,
    body_of,
    headers_of,
)
from tests.adapters.slack.intake.payloads import RECORDED, slash

REFUSED = "slack.refused"
COMMAND, COMMAND_TYPE = body_of(slash("a canary"))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str


@dataclass
class Line:
    """A served door, and a way to say anything at all to it."""

    port: int
    door: Door
    answers: list[Answer] = field(default_factory=list[Answer])

    async def send(self, raw: bytes, *, more: bytes = b"") -> Answer | None:
        """Send bytes and read until the door closes; None where it said nothing."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            async with asyncio.timeout(20):
                writer.write(raw)
                writer.write(more)
                try:
                    await writer.drain()
                    said = await reader.read()
                except ConnectionError:
                    said = b""
        finally:
            writer.close()
        return answer_of(said)

    async def post(self, body: bytes, headers: Mapping[str, str], *, length: bool = True) -> Answer:
        answer = await self.send(
            request({**headers, **({"Content-Length": str(len(body))} if length else {})}), more=body
        )
        assert answer is not None
        return answer

    async def signed(self, body: bytes, content_type: str, **more: str) -> Answer:
        return await self.post(body, headers_of(body, content_type) | more)


class Noted(logging.Handler):
    """Tells that something was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.event = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.event.set()


def request(headers: Mapping[str, str], *, method: str = "POST", path: str = PATH) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: bot", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")


def answer_of(said: bytes) -> Answer | None:
    if not said:
        return None
    head, _, body = said.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(first.split()[1]), headers, body)


@asynccontextmanager
async def opened(*, within: float = WITHIN) -> AsyncGenerator[Line]:
    door = Door()
    front = Front(door.intake().take, secrets=(SECRET, OLD_SECRET), clock=Wall(), within=within)
    listening = socket.create_server(("127.0.0.1", 0))
    port: int = listening.getsockname()[1]
    async with served([mount_of(front)], listening, SLACK):
        yield Line(port, door)


@pytest.fixture
async def line() -> AsyncGenerator[Line]:
    async with opened() as line:
        yield line


# --- what is let in ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RECORDED)
async def test_what_slack_sends_is_answered_with_200(line: Line, name: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = await line.signed(*body_of(RECORDED[name]))
    assert answer.status == 200
    assert "x-slack-no-retry" not in answer.headers
    assert [one for one in actions(caplog) if one[0] == REFUSED] == []


async def test_a_command_that_speaks_of_a_payload_is_run(line: Line) -> None:
    assert (await line.signed(*body_of(slash("restart payload-api")))).status == 200
    assert [one.body["text"] for one in line.door.kept] == ["restart payload-api"]


async def test_an_acknowledgement_has_no_words(line: Line) -> None:
    assert (await line.signed(COMMAND, COMMAND_TYPE)).body == ""


async def test_an_answer_is_json(line: Line) -> None:
    line.door.checked = Checked({"response_action": "errors", "errors": {"b1": "“No”"}}, keep=False)
    answer = await line.signed(*body_of(RECORDED["submitted form"]))
    assert answer.headers["content-type"].startswith(JSON)
    assert json.loads(answer.body) == {"response_action": "errors", "errors": {"b1": "“No”"}}


async def test_the_secret_before_is_good_too(line: Line) -> None:
    answer = await line.post(COMMAND, headers_of(COMMAND, COMMAND_TYPE, secret=OLD_SECRET))
    assert (answer.status, len(line.door.kept)) == (200, 1)


async def test_the_same_request_twice_is_kept_once(line: Line) -> None:
    headers = headers_of(COMMAND, COMMAND_TYPE)
    assert [(await line.post(COMMAND, headers)).status for _ in range(3)] == [200, 200, 200]
    assert len(line.door.kept) == len(line.door.woken) == 1


async def test_a_redelivery_that_is_signed_afresh_is_kept_once(line: Line) -> None:
    now = datetime.now(UTC).timestamp()
    for seconds in (0, 1, 60):
        retried = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
        headers = headers_of(COMMAND, COMMAND_TYPE, at=now - seconds) | retried
        assert (await line.post(COMMAND, headers)).status == 200
    assert len(line.door.kept) == len(line.door.woken) == 1


async def test_headers_that_slack_does_not_sign_change_nothing(line: Line) -> None:
    lazy = {"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "z"}
    assert (await line.signed(COMMAND, COMMAND_TYPE, **lazy)).status == 200
    assert len(line.door.kept) == 1


async def test_a_body_in_chunks_is_read_as_any_other(line: Line) -> None:
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (COMMAND[:7], COMMAND[7:])) + b"0\r\n\r\n"
    headers = headers_of(COMMAND, COMMAND_TYPE) | {"Transfer-Encoding": "chunked"}
    assert (await line.post(chunked, headers, length=False)).status == 200
    assert len(line.door.kept) == 1


async def test_what_cannot_be_kept_now_may_come_again(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    async def keep(delivery: Delivery) -> bool:
        raise StoreBusy("busy")

    line.door.keep = keep
    front = Front(line.door.intake().take, secrets=[SECRET], clock=Wall())
    listening = socket.create_server(("127.0.0.1", 0))
    port: int = listening.getsockname()[1]
    async with served([mount_of(front)], listening, SLACK):
        answer = await Line(port, line.door).signed(COMMAND, COMMAND_TYPE)
    assert answer.status == 503
    assert "x-slack-no-retry" not in answer.headers
    assert actions(caplog) == [("slack.put_off", "")]


async def test_what_is_under_way_when_the_door_shuts_is_answered_first() -> None:
    held, go = asyncio.Event(), asyncio.Event()

    async def keep(delivery: Delivery) -> bool:
        held.set()
        await go.wait()
        return True

    async with opened() as line:
        line.door.keep = keep
        front = Front(line.door.intake().take, secrets=[SECRET], clock=Wall())
        listening = socket.create_server(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        async with served([mount_of(front)], listening, SLACK):
            asking = asyncio.create_task(Line(port, line.door).signed(COMMAND, COMMAND_TYPE))
            await held.wait()
            asyncio.get_running_loop().call_soon(go.set)
        assert (await asking).status == 200


# --- what is not -------------------------------------------------------------------------------------------------

TS, SIG = "X-Slack-Request-Timestamp", "X-Slack-Signature"


def good() -> dict[str, str]:
    """Signed now: what was signed when the tests were collected is too old by the time they run."""
    return headers_of(COMMAND, COMMAND_TYPE)


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in good().items() if key != name}


def signed_at(timestamp: str) -> dict[str, str]:
    return {**good(), TS: timestamp, SIG: signed(COMMAND, timestamp, SECRET)}


def unsigned() -> dict[str, tuple[bytes, dict[str, str], str]]:
    now = datetime.now(UTC).timestamp()
    return {
        "no headers at all": (COMMAND, {}, "timestamp"),
        "no timestamp": (COMMAND, without(TS), "timestamp"),
        "no signature": (COMMAND, without(SIG), "signature"),
        "a wrong signature": (COMMAND, {**good(), SIG: "v0=" + "0" * 64}, "signature"),
        "a signature that is no ASCII": (COMMAND, {**good(), SIG: "v0=é\udcff"}, "signature"),
        "a signature in capitals": (COMMAND, {**good(), SIG: good()[SIG].upper()}, "signature"),
        "a time that is no number": (COMMAND, {**good(), TS: "yesterday"}, "timestamp"),
        "a time that is no ASCII": (COMMAND, {**good(), TS: "٣٣٣"}, "timestamp"),
        "an old time": (COMMAND, headers_of(COMMAND, FORM, at=now - 1_000), "stale"),
        "a time ahead": (COMMAND, headers_of(COMMAND, FORM, at=now + 1_000), "stale"),
        "an endless time": (COMMAND, signed_at("9" * 300), "timestamp"),
        "another secret": (COMMAND, headers_of(COMMAND, FORM, secret="guessed"), "signature"),
        "another body": (COMMAND + b"&x=1", good(), "signature"),
        "unsigned half JSON": (b'{"a canary', {"Content-Type": JSON}, "timestamp"),
        "unsigned JSON array": (b"[1]", {"Content-Type": JSON}, "timestamp"),
        "unsigned deep JSON": (b"[" * 100_000, {"Content-Type": JSON}, "timestamp"),
        "unsigned half payload": (b"payload=%7Bx", {"Content-Type": FORM}, "timestamp"),
        "unsigned, of an unknown charset": (b"a=1", {"Content-Type": f"{FORM}; charset=nonsense"}, "timestamp"),
        "unsigned certificate check": (b"ssl_check=1&token=x", {"Content-Type": FORM}, "timestamp"),
        "unsigned nothing": (b"", {}, "timestamp"),
    }


STRANGE: dict[str, tuple[bytes, str, str]] = {
    "half JSON": (b'{"a canary', JSON, "json"),
    "a JSON array": (b"[1]", JSON, "no object"),
    "deep JSON": (b"[" * 100_000, JSON, "json"),
    "half a payload": (b"payload=%7Bx", FORM, "json"),
    "no text": (b"\xff\xfe\x00", JSON, "json"),
    "an unknown content type": (COMMAND, "text/html", "content type"),
    "no content type": (COMMAND, "", "content type"),
    "a charset that is not what it says": ('{"type": "é"}'.encode("latin-1"), f"{JSON}; charset=latin-1", "json"),
    "nothing": (b"", JSON, "json"),
    "an empty form": (b"", FORM, "type"),
    "an unknown type": (urlencode({"payload": '{"type": "a canary"}'}).encode(), FORM, "type"),
    "a person that is none": (
        urlencode({"payload": '{"type": "shortcut", "user": 1}'}).encode(),
        FORM,
        "user is no object",
    ),
    "a team of a list": (
        urlencode({"payload": '{"type": "shortcut", "team": []}'}).encode(),
        FORM,
        "team is no object",
    ),
}


@pytest.mark.parametrize("name", unsigned())
async def test_what_slack_did_not_sign_is_401(line: Line, name: str, caplog: pytest.LogCaptureFixture) -> None:
    body, headers, why = unsigned()[name]
    answer = await line.post(body, headers)
    assert (answer.status, answer.body, answer.headers["x-slack-no-retry"]) == (401, "", "1")
    assert actions(caplog) == [(REFUSED, why)]
    assert "canary" not in caplog.text
    assert line.door.kept == []


@pytest.mark.parametrize(("body", "content_type", "why"), STRANGE.values(), ids=[*STRANGE])
async def test_what_is_signed_and_strange_is_400(
    line: Line, body: bytes, content_type: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await line.signed(body, content_type)
    assert (answer.status, answer.body, answer.headers["x-slack-no-retry"]) == (400, "", "1")
    assert actions(caplog) == [(REFUSED, why)]
    assert "canary" not in caplog.text
    assert line.door.kept == []


async def test_a_refusal_says_from_where_and_how_long(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    await line.post(COMMAND, {})
    (record,) = caplog.records
    assert (record.__dict__["remote"], record.__dict__["size"]) == ("127.0.0.1", len(COMMAND))


async def test_two_signatures_are_one_too_many_or_the_first_counts(line: Line) -> None:
    raw = request({**good(), "Content-Length": str(len(COMMAND)), SIG.lower(): "v0=" + "0" * 64})
    answer = await line.send(raw, more=COMMAND)
    assert answer is not None
    assert answer.status in (200, 400, 401)


# --- size and time -----------------------------------------------------------------------------------------------


async def test_a_body_that_says_it_is_too_large_is_not_waited_for(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    answer = await line.send(request({**good(), "Content-Length": str(MOST_BYTES + 1)}))
    assert answer is not None
    assert answer.status == 413
    assert actions(caplog) == [(REFUSED, "size")]


async def test_a_body_in_chunks_that_becomes_too_large_is_413(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    answer = await line.send(request({**good(), "Transfer-Encoding": "chunked"}), more=chunk * 17)
    assert answer is None or answer.status == 413
    assert actions(caplog) == [(REFUSED, "size")]


async def test_the_largest_body_is_read(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    body, content_type = body_of(slash())
    body += b"&rest=" + b"x" * (MOST_BYTES - len(body) - len(b"&rest="))
    assert len(body) == MOST_BYTES
    assert (await line.signed(body, content_type)).status == 200
    assert actions(caplog) == []


async def test_a_small_body_that_unpacks_to_a_large_one_is_413(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    packed = gzip.compress(b"x" * (MOST_BYTES * 4))
    answer = await line.post(packed, {**good(), "Content-Encoding": "gzip"})
    assert answer.status == 413
    assert actions(caplog) == [(REFUSED, "size")]


async def test_a_body_that_is_packed_badly_is_400(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    answer = await line.post(b"no gzip at all", {**good(), "Content-Encoding": "gzip"})
    assert answer.status == 400
    assert [action for action, _ in actions(caplog)] == [REFUSED]


async def test_a_body_that_does_not_come_is_not_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    async with opened(within=0.01) as line:
        answer = await line.send(request({**good(), "Content-Length": "100"}), more=b"token=")
    assert answer is not None
    assert answer.status == 408
    assert "x-slack-no-retry" not in answer.headers, "of Slack's own the next one may be faster"
    assert actions(caplog) == [(REFUSED, "slow")]
    assert line.door.kept == []


async def test_the_time_is_for_the_whole_body_and_not_for_each_part(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever sends a byte now and then holds nothing open."""
    async with opened(within=0.05) as line:
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(request({**good(), "Content-Length": "100000"}))
        answered = asyncio.create_task(reader.read(12))
        while not answered.done():
            writer.write(b"x")
            await asyncio.wait({answered}, timeout=0.005)
        writer.close()
    assert answered.result() == b"HTTP/1.1 408"
    assert actions(caplog) == [(REFUSED, "slow")]


async def test_a_client_that_leaves_in_the_middle_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    async with opened() as line:
        _, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(request({**good(), "Content-Length": "100"}) + b"a canary")
        await writer.drain()
        noted = Noted()
        logging.getLogger().addHandler(noted)
        writer.close()
        await writer.wait_closed()
        async with asyncio.timeout(10):
            await noted.event.wait()
        logging.getLogger().removeHandler(noted)
    assert actions(caplog) == [(REFUSED, "broken")]
    assert "canary" not in caplog.text


# --- what is hardly HTTP -----------------------------------------------------------------------------------------

NO_HTTP: dict[str, bytes] = {
    "no request": b"a canary\r\n\r\n",
    "a secure greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a canary\r\n\r\n",
    "a length that is no number": request({"Content-Length": "canary"}),
    "a length below nought": request({"Content-Length": "-5"}),
    "two lengths": request({"Content-Length": "5", "content-length": "6"}),
    "a length and chunks": request({"Content-Length": "5", "Transfer-Encoding": "chunked"}) + b"0\r\n\r\n",
    "chunks that are none": request({"Transfer-Encoding": "chunked"}) + b"a canary\r\n",
    "a header without a name": b"POST /slack/events HTTP/1.1\r\n: canary\r\n\r\n",
    "a header with a null": b"POST /slack/events HTTP/1.1\r\nHost: a\r\nX: can\0ary\r\n\r\n",
    "an endless header": b"POST /slack/events HTTP/1.1\r\nX: " + b"canary" * 10_000 + b"\r\n\r\n",
    "an endless path": b"POST /" + b"canary" * 10_000 + b" HTTP/1.1\r\n\r\n",
    "another version": b"POST /slack/events HTTP/9.9\r\n\r\n",
}


@pytest.mark.parametrize("raw", NO_HTTP.values(), ids=[*NO_HTTP])
async def test_what_is_no_http_is_400_without_a_trace(line: Line, raw: bytes, caplog: pytest.LogCaptureFixture) -> None:
    answer = await line.send(raw)
    assert answer is None or answer.status in (400, 401)
    assert {action for action, _ in actions(caplog)} <= {REFUSED}
    assert len(actions(caplog)) <= 1
    assert "canary" not in caplog.text
    assert line.door.kept == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", PATH, 405), ("PUT", PATH, 405), ("POST", "/", 404), ("POST", PATH + "/../x", 404), ("POST", "*", 404)],
)
async def test_there_is_one_way_in(line: Line, method: str, path: str, status: int) -> None:
    answer = await line.send(request({**good(), "Content-Length": "0"}, method=method, path=path))
    assert answer is not None
    assert answer.status in (status, 400)
    assert line.door.kept == []


@pytest.mark.parametrize("secrets", [(), ("",), (SECRET, "")])
def test_there_is_no_door_without_a_secret(secrets: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="forgery"):
        Front(Door().intake().take, secrets=secrets, clock=Wall())
