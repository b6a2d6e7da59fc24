"""What an answer over HTTP means, kind by kind."""

import pytest

from bot.workspace.delivery.courier import DeliveryKind, NoAnswer
from bot.workspace.delivery.letter import Reason
from bot.workspace.delivery.reading import read_answer
from bot.workspace.payload import Json

EVENT, COMMAND, CLICK = DeliveryKind.EVENT, DeliveryKind.COMMAND, DeliveryKind.INTERACTION
JSON, TEXT = "application/json", "text/plain"


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_success_acknowledges_an_event_whatever_it_says(status: int) -> None:
    reply = read_answer(EVENT, status, content_type=JSON, raw=b"<no json")
    assert reply.trouble is None
    assert reply.status == str(status)


@pytest.mark.parametrize("kind", [COMMAND, CLICK])
@pytest.mark.parametrize("status", [201, 202, 204, 400, 401, 404, 500, 503])
def test_a_command_or_a_click_wants_exactly_200(kind: DeliveryKind, status: int) -> None:
    reply = read_answer(kind, status, content_type=JSON, raw=b"{}")
    assert (reply.trouble, reply.reason) == (NoAnswer.REFUSED, Reason.STATUS)
    assert reply.status == f"HTTP {status}"


@pytest.mark.parametrize("kind", [*DeliveryKind])
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_answer_leads_elsewhere(kind: DeliveryKind, status: int) -> None:
    reply = read_answer(kind, status)
    assert (reply.trouble, reply.reason) == (NoAnswer.REFUSED, Reason.REDIRECT)


@pytest.mark.parametrize("status", [400, 404, 500])
def test_an_event_that_was_refused_comes_again_because_of_the_status(status: int) -> None:
    reply = read_answer(EVENT, status)
    assert (reply.trouble, reply.reason) == (NoAnswer.REFUSED, Reason.STATUS)


@pytest.mark.parametrize(
    ("content_type", "raw", "body"),
    [
        (TEXT, b"", {}),
        (JSON, b"", {}),
        (JSON, b" \n ", {}),
        (TEXT, b"Started.", {"text": "Started."}),
        ("text/html", b'{"text": "not read"}', {"text": '{"text": "not read"}'}),
        (TEXT, b"\xff\xfe", {"text": "��"}),
        (JSON, b"{}", {}),
        (JSON, b'{"text": "hi", "response_type": "in_channel"}', {"text": "hi", "response_type": "in_channel"}),
        ("application/json; charset=utf-8", b'{"a": 1}', {"a": 1}),
        (JSON, b'{"text": "\\ud800"}', {"text": "�"}),
    ],
)
def test_an_answer_is_read_by_its_content_type(content_type: str, raw: bytes, body: Json) -> None:
    for kind in (COMMAND, CLICK):
        reply = read_answer(kind, 200, content_type=content_type, raw=raw)
        assert reply.trouble is None
        assert reply.body == body


@pytest.mark.parametrize("raw", [b"[]", b'"text"', b"1", b"null", b"{", b"\xff", b'{"a": NaN}', b"[" * 100_000])
def test_json_that_is_no_object_is_no_answer(raw: bytes) -> None:
    reply = read_answer(COMMAND, 200, content_type=JSON, raw=raw)
    assert reply.trouble is NoAnswer.REFUSED
    assert reply.answer().detail == "an answer that is no JSON object"
