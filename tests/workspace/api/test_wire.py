"""Calls as they come over the wire: every form a client may send, every form nobody should."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator

import aiohttp
import pytest
import pytest_asyncio

from bot.workspace.payload import Json
from tests.workspace.api.desk import Caller, served
from tests.workspace.made import BOT_TOKEN, SUPPORT

BEARER = {"Authorization": f"Bearer {BOT_TOKEN}"}
FORM, JSON = "application/x-www-form-urlencoded", "application/json; charset=utf-8"


class Wire:
    """A plain client, which sends what it is told."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self.address, self.session = address, session

    async def post(self, method: str, body: object = None, kind: str = JSON, **headers: str) -> Json:
        """What comes back for a body sent as it is; everything Slack answers is JSON."""
        sent = {**BEARER, "Content-Type": kind, **headers}
        async with self.session.post(f"{self.address}/api/{method}", data=body, headers=sent) as response:
            assert response.status == 200
            assert response.headers["Content-Type"] == "application/json; charset=utf-8"
            found: Json = await response.json()
            return found


@pytest_asyncio.fixture
async def wire(call: Caller) -> AsyncGenerator[Wire]:
    async with served(call) as address, aiohttp.ClientSession() as session:
        yield Wire(address, session)


# --- every form a client may send --------------------------------------------------------------------------------


async def test_arguments_come_as_json_as_form_and_in_the_address(wire: Wire) -> None:
    as_json = await wire.post("chat.postMessage", json.dumps({"channel": SUPPORT, "text": "one"}))
    as_form = await wire.post("chat.postMessage", f"channel={SUPPORT}&text=two+%C3%BC", FORM)
    in_address = await wire.post(f"chat.postMessage?channel={SUPPORT}&text=three")
    split = await wire.post(f"chat.postMessage?channel={SUPPORT}", json.dumps({"text": "four"}))
    assert [one["message"]["text"] for one in (as_json, as_form, in_address, split)] == [
        "one",
        "two ü",
        "three",
        "four",
    ]


async def test_a_multipart_form_is_read_too(wire: Wire) -> None:
    with aiohttp.MultipartWriter("form-data") as writer:
        for name, value in (("channel", SUPPORT), ("text", "in pärts")):
            writer.append(value).set_content_disposition("form-data", name=name)
        headers = {**BEARER, **writer.headers}
        url = f"{wire.address}/api/chat.postMessage"
        async with wire.session.post(url, data=writer, headers=headers) as response:
            found: Json = await response.json()
    assert found["message"]["text"] == "in pärts"


async def test_structures_in_a_form_are_json(wire: Wire, call: Caller) -> None:
    blocks = json.dumps([{"type": "divider"}])
    found = await wire.post("chat.postMessage", aiohttp.FormData({"channel": SUPPORT, "blocks": blocks})(), FORM)
    assert found["message"]["blocks"][0]["type"] == "divider"


async def test_the_token_comes_in_a_header_or_among_the_arguments(wire: Wire) -> None:
    nothing = {"Authorization": ""}
    assert (await wire.post("auth.test", **nothing))["error"] == "not_authed"
    assert (await wire.post(f"auth.test?token={BOT_TOKEN}", **nothing))["ok"] is True
    assert (await wire.post("auth.test", f"token={BOT_TOKEN}", FORM, **nothing))["ok"] is True
    assert (await wire.post("auth.test", json.dumps({"token": BOT_TOKEN}), **nothing))["ok"] is True
    assert (await wire.post("auth.test?token=xoxb-wrong"))["ok"] is True, "the header wins"


async def test_every_method_may_be_called_by_get(wire: Wire) -> None:
    async with wire.session.get(f"{wire.address}/api/auth.test", headers=BEARER) as response:
        assert (await response.json())["ok"] is True
        assert "chat:write" in response.headers["x-oauth-scopes"]


async def test_a_method_that_takes_no_json_sees_none(wire: Wire) -> None:
    found = await wire.post("conversations.info", json.dumps({"channel": SUPPORT}))
    assert found["error"] == "invalid_arguments"
    assert found["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


@pytest.mark.parametrize(
    ("kind", "body", "warning"),
    [
        ("application/json", "{}", "missing_charset"),
        (JSON, "{}", None),
        (f"{FORM}; charset=utf-8", "a=b", "superfluous_charset"),
        (FORM, "a=b", None),
    ],
)
async def test_slack_warns_of_how_a_body_is_labelled(wire: Wire, kind: str, body: str, warning: str | None) -> None:
    found = await wire.post("api.test", body, kind)
    assert found.get("warning") == warning
    if warning:
        assert found["response_metadata"]["warnings"] == [warning]


async def test_warnings_stand_beside_each_other(wire: Wire) -> None:
    long = json.dumps({"channel": SUPPORT, "text": "x" * 40_001})
    found = await wire.post("chat.postMessage", long, "application/json")
    assert found["warning"] == "message_truncated,missing_charset"
    assert len(found["message"]["text"]) == 40_000


# --- every form nobody should ------------------------------------------------------------------------------------

DEEP = 100_000


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        pytest.param(JSON, b'{"channel":', "invalid_json", id="cut short"),
        pytest.param(JSON, b"[1]", "json_not_object", id="a list"),
        pytest.param(JSON, b'"text"', "json_not_object", id="a text"),
        pytest.param(JSON, b"{'a': 1}", "invalid_json", id="no JSON"),
        pytest.param(JSON, b'{"a": NaN}', "invalid_json", id="no number"),
        pytest.param(JSON, b'{"a": Infinity}', "invalid_json", id="endless"),
        pytest.param(JSON, b'{"a": 1e999}', "invalid_json", id="endless in disguise"),
        pytest.param(JSON, b'{"a": ' + b"9" * 5_000 + b"}", "invalid_json", id="more digits than fit"),
        pytest.param(JSON, b"\xff\xfe{}", "invalid_json", id="no UTF-8"),
        pytest.param(JSON, b'{"a": "\xed\xa0\x80"}', "invalid_json", id="half a character in UTF-8"),
        pytest.param(JSON, b'{"a":' * DEEP + b"1" + b"}" * DEEP, "invalid_json", id="very deep"),
        pytest.param(JSON, b'{"a":' + b"[" * 80 + b"]" * 80 + b"}", "invalid_json", id="too deep"),
        pytest.param(FORM, b"a=1&" * 2_000, "invalid_form_data", id="too many fields"),
        pytest.param("multipart/form-data; boundary=x", b"nothing of the kind", "invalid_form_data", id="no parts"),
        pytest.param("multipart/form-data", b"--x--", "invalid_form_data", id="no boundary"),
        pytest.param("application/xml", b"<a/>", "invalid_post_type", id="XML"),
        pytest.param("application/json; charset=utf-16", b"{}", "invalid_charset", id="another charset"),
    ],
)
async def test_a_body_that_is_none_is_refused_in_slacks_word(wire: Wire, kind: str, body: bytes, error: str) -> None:
    assert (await wire.post("api.test", body, kind))["error"] == error


@pytest.mark.parametrize("method", ["chat.postMessage", "views.open", "blocks.validate", "chat.unfurl"])
@pytest.mark.parametrize(
    "field", [b'"\\ud800"', b'"\\u0000\\udfff x"', b"[[[[[[[[]]]]]]]]", b"-1.5e-300", b'{"\\ud83d": null}', b"null"]
)
async def test_odd_values_are_refused_or_taken_but_never_trip_anybody(wire: Wire, method: str, field: bytes) -> None:
    names = ("text", "blocks", "attachments", "metadata", "view", "thread_ts", "unfurls", "trigger_id", "message")
    for name in names:
        body = b'{"channel": "%s", "%s": %s}' % (SUPPORT.encode(), name.encode(), field)
        found = await wire.post(method, body)
        json.dumps(found).encode()
        as_form = await wire.post(method, b"channel=%s&%s=%s" % (SUPPORT.encode(), name.encode(), field), FORM)
        assert found.keys() & as_form.keys() >= {"ok"}


async def test_half_a_character_becomes_the_sign_for_what_cannot_be_read(wire: Wire) -> None:
    found = await wire.post(
        "chat.postMessage", b'{"channel": "%s", "text": "a\\ud800b \\ud83d\\ude00"}' % SUPPORT.encode()
    )
    assert found["message"]["text"] == "a\ufffdb 😀"
    as_form = await wire.post("chat.postMessage", b"channel=%s&text=a%%ED%%A0%%80b" % SUPPORT.encode(), FORM)
    assert as_form["message"]["text"].startswith("a\ufffd")


async def test_a_body_without_a_label_is_refused(wire: Wire) -> None:
    assert (await raw(wire, b"{}", "Content-Length: 2"))["error"] == "missing_post_type"


async def test_a_body_of_five_megabytes_is_refused(wire: Wire) -> None:
    url = f"{wire.address}/api/chat.postMessage"
    for body in (b"x" * 5_000_000, b'{"text": "' + b"x" * 5_000_000 + b'"}'):
        async with wire.session.post(url, data=io.BytesIO(body), headers=BEARER | {"Content-Type": JSON}) as response:
            assert response.status == 413
            assert (await response.json())["error"] == "request_too_large"


async def test_a_body_of_unknown_length_is_counted_as_it_comes(wire: Wire) -> None:
    async def endless() -> AsyncGenerator[bytes]:
        for _ in range(60):
            yield b"x" * 100_000

    url = f"{wire.address}/api/chat.postMessage"
    try:
        async with wire.session.post(url, data=endless(), headers=BEARER | {"Content-Type": JSON}) as response:
            assert response.status == 413
    except aiohttp.ClientConnectionError:
        pass  # the server had heard enough before everything was said


async def test_a_connection_that_breaks_in_a_body_harms_nobody(wire: Wire, call: Caller) -> None:
    _, writer = await connected(wire)
    writer.write(head("Content-Length: 500", "Content-Type: application/json") + b'{"channel": ')
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await wire.post("auth.test"))["ok"] is True
    assert call.workspace.channels[SUPPORT].messages == {}


async def test_bytes_that_are_no_gzip_are_refused(wire: Wire) -> None:
    found = await raw(wire, b"nothing zipped", "Content-Length: 14", "Content-Encoding: gzip", f"Content-Type: {FORM}")
    assert found["error"] == "request_timeout"


# --- raw bytes ---------------------------------------------------------------------------------------------------


def head(*lines: str) -> bytes:
    first = [
        "POST /api/auth.test HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {BOT_TOKEN}",
        "Connection: close",
    ]
    return "\r\n".join([*first, *lines, "", ""]).encode()


async def connected(wire: Wire) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = wire.address.removeprefix("http://").partition(":")
    return await asyncio.open_connection(host, int(port))


async def raw(wire: Wire, body: bytes, *lines: str) -> Json:
    reader, writer = await connected(wire)
    writer.write(head(*lines) + body)
    await writer.drain()
    received = await reader.read()
    writer.close()
    await writer.wait_closed()
    found: Json = json.loads(received.partition(b"\r\n\r\n")[2])
    return found
