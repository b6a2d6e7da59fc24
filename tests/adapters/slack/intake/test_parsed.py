"""A body is one JSON object, or a form that is one or holds one; all else is refused, and never by an error."""

import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.intake.parsed import MOST_BYTES, Unparsed, parsed, parsed_json
from tests.adapters.slack.intake.made import FORM, JSON, body_of
from tests.adapters.slack.intake.payloads import RECORDED, slash


@pytest.mark.parametrize("name", RECORDED)
def test_what_slack_sends_is_read_as_it_was_meant(name: str) -> None:
    assert parsed(*body_of(RECORDED[name])) == RECORDED[name]


@pytest.mark.parametrize("text", ["restart payload-api", "payload", "payload=1", "a&payload={}", "päyload 😀", ""])
def test_a_command_may_speak_of_a_payload(text: str) -> None:
    assert parsed(*body_of(slash(text)))["text"] == text


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", " application/json ;charset=utf-16"],
)
def test_the_content_type_is_read_as_http_has_it(content_type: str) -> None:
    assert parsed(b'{"a": 1}', content_type) == {"a": 1}


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/jsonp", "multipart/form-data; boundary=x", "json", "\udcff", ";"]
)
def test_another_content_type_is_refused(content_type: str) -> None:
    with pytest.raises(Unparsed, match="content type"):
        parsed(b"{}", content_type)


DEEP, DEEPER = 100, 101

REFUSED: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", JSON, "json"),
    "half an object": (b'{"a": 1', JSON, "json"),
    "an array": (b"[1, 2]", JSON, "no object"),
    "a text": (b'"a"', JSON, "no object"),
    "null": (b"null", JSON, "no object"),
    "two objects": (b"{}{}", JSON, "json"),
    "a byte order mark": (b"\xef\xbb\xbf{}", JSON, "json"),
    "UTF-16": ("{}".encode("utf-16"), JSON, "json"),
    "no UTF-8": (b'{"a": "\xff"}', JSON, "json"),
    "half a surrogate pair": (rb'{"a": "\ud800"}', JSON, "json"),
    "a key twice": (b'{"a": 1, "a": 2}', JSON, "json"),
    "a key twice, deep": (b'{"x": [{"a": 1, "a": 2}]}', JSON, "json"),
    "NaN": (b'{"a": NaN}', JSON, "json"),
    "infinity": (b'{"a": -Infinity}', JSON, "json"),
    "a number nobody needs": (b'{"a": 1' + b"0" * 50 + b"}", JSON, "json"),
    "a fraction nobody needs": (b'{"a": 1e99999}', JSON, "json"),
    "deeper than asked": (b'{"a":' * DEEPER + b"1" + b"}" * DEEPER, JSON, "json"),
    "very deep": (b'{"a":' + b"[" * 100_000, JSON, "json"),
    "a trailing comma": (b'{"a": 1,}', JSON, "json"),
    "a comment": (b"{} // x", JSON, "json"),
    "too long": (b'{"a": "' + b"x" * MOST_BYTES + b'"}', JSON, "json"),
    "no form": (b"\xff=1", FORM, "form"),
    "no pairs": (b"payload", FORM, "form"),
    "an empty pair": (b"a=1&&b=2", FORM, "form"),
    "escaped bytes that are no text": (b"a=%FF", FORM, "form"),
    "a name that is no text": (b"%FF=1", FORM, "form"),
    "text that should have been escaped": ("a=é".encode(), FORM, "form"),
    "a field twice": (b"text=1&text=2", FORM, "a field twice"),
    "two payloads": (b"payload=%7B%7D&payload=%7B%7D", FORM, "a field twice"),
    "more fields than Slack has": (b"&".join(b"f%d=1" % n for n in range(65)), FORM, "form"),
    "a payload that is no JSON": (b"payload=%7Bx", FORM, "json"),
    "an empty payload": (b"payload=", FORM, "json"),
    "a payload that is an array": (b"payload=%5B%5D", FORM, "no object"),
    "a payload that is a form": (b"payload=a%3D1", FORM, "json"),
}


@pytest.mark.parametrize(("body", "content_type", "why"), REFUSED.values(), ids=[*REFUSED])
def test_what_is_odd_is_refused_and_not_guessed(body: bytes, content_type: str, why: str) -> None:
    with pytest.raises(Unparsed) as refusal:
        parsed(body, content_type)
    assert str(refusal.value) == why, "the log quotes nothing of it"
    assert refusal.value.__cause__ is None


def test_what_is_as_deep_as_allowed_is_read() -> None:
    assert parsed_json(b'{"a":' * DEEP + b"1" + b"}" * DEEP)


def test_an_empty_form_is_an_empty_object() -> None:
    assert parsed(b"", FORM) == {}


def test_a_blank_field_is_kept() -> None:
    assert parsed(b"text=&command=%2Fops", FORM) == {"text": "", "command": "/ops"}


@given(st.binary(max_size=200), st.sampled_from([JSON, FORM, "text/html"]))
def test_any_bytes_are_an_object_or_refused(body: bytes, content_type: str) -> None:
    with suppress(Unparsed):
        assert isinstance(parsed(body, content_type), dict)


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        ("a+b", "a b"),
        ("a%2Bb", "a+b"),
        ("%2522", "%22"),
        ("%252522", "%2522"),
        ("%25%32%32", "%22"),
        ("%c3%A9", "é"),
        ("%E2%82%ac", "€"),
        ("%00", "\0"),
        ("=%3D=", "==="),
    ],
)
def test_escapes_are_read_once(escaped: str, text: str) -> None:
    assert parsed(f"text={escaped}".encode(), FORM) == {"text": text}


LETTERS = st.text(st.characters(codec="utf-8") | st.sampled_from("%25+& =é"), max_size=30)


@given(st.dictionaries(LETTERS, LETTERS, max_size=5))
def test_any_form_is_read_as_it_was_written(form: dict[str, str]) -> None:
    if "payload" not in form:
        assert parsed(urlencode(form).encode(), FORM) == form


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**38), 10**38) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), ANY_JSON, max_size=5))
def test_any_object_comes_through_both_ways_as_it_is(payload: dict[str, Any]) -> None:
    assert parsed(json.dumps(payload).encode(), JSON) == payload
    assert parsed(urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode(), FORM) == payload
