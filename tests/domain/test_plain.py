"""One byte form for what is hashed, one strict way in for what comes from outside."""

import json
from collections import OrderedDict
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plain import MAX_EXPONENT, MAX_NUMBER_LENGTH, NotPlain, Unreadable, canonical, read_json
from tests.naughty import every_bytes, every_json, every_short_text, every_text

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


def read(raw: bytes | str, *, max_bytes: int = 2_000_000, max_depth: int = 64) -> object:
    return read_json(raw, max_bytes=max_bytes, max_depth=max_depth)


def refusal(raw: bytes | str, **limits: int) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(raw, **limits)
    return caught.value


# --- canonical --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, b"null"),
        (True, b"true"),
        (-17, b"-17"),
        (2**60 + 1, b"1152921504606846977"),
        ("", b'""'),
        ([], b"[]"),
        ({}, b"{}"),
        ({"b": 1, "a": [None, False, {"d": "", "c": 2}]}, b'{"a":[null,false,{"c":2,"d":""}],"b":1}'),
        ((1, (2, 3)), b"[1,[2,3]]"),
        ("é€", '"é€"'.encode()),
        ("\u2028\x7f/", '"\u2028\x7f/"'.encode()),
        ('\x00\x08\t\n\x0c\r\x1f"\\', rb'"\u0000\b\t\n\f\r\u001f\"\\"'),
    ],
)
def test_there_is_one_form_for_each_value(value: object, expected: bytes) -> None:
    assert canonical(value) == expected


def test_keys_are_sorted_as_the_example_of_rfc_8785_has_them() -> None:
    keys = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\x80": "Control",
        "\xf6": "Latin Small Letter O With Diaeresis",
    }
    in_order = ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(keys))) == in_order
    assert list(json.loads(canonical([{"deep": keys}]))[0]["deep"]) == in_order


def test_the_largest_number_that_can_be_read_back_is_written() -> None:
    for number in (2**63, 2**64, -(10**4299), int("9" * 4300)):
        assert json.loads(canonical(number)) == number


@given(plain)
def test_it_is_what_the_standard_library_writes_with_its_keys_sorted(value: object) -> None:
    """But for keys beyond the basic plane, which RFC 8785 sorts otherwise."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if max(text, default="") < "\U00010000":
        assert canonical(value) == text.encode()


@given(plain)
def test_what_is_written_reads_back_as_it_was(value: object) -> None:
    assert read(canonical(value)) == value


@given(st.dictionaries(text, st.integers(), max_size=6), st.randoms())
def test_the_order_in_which_keys_were_set_leaves_no_trace(value: dict[str, int], chance: Random) -> None:
    shuffled = list(value.items())
    chance.shuffle(shuffled)
    assert canonical(dict(shuffled)) == canonical(value)


@given(plain, plain)
def test_two_values_share_their_bytes_only_if_they_are_the_same(one: object, other: object) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical(one) == canonical(other)) is same


@every_short_text
def test_any_text_is_carried_whole_or_refused(text: str) -> None:
    try:
        assert json.loads(canonical({text: text})) == {text: text}
    except NotPlain:
        assert any("\ud800" <= letter <= "\udfff" for letter in text)


class Colour(StrEnum):
    RED = "red"


class Size(IntEnum):
    BIG = 3


def test_members_of_enumerations_are_written_as_their_values() -> None:
    assert canonical({Colour.RED: Colour.RED, "size": Size.BIG}) == b'{"red":"red","size":3}'


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (1.0, "the value is of type float"),
        ({"a": {"b": [1, 2.5]}}, "the value.a.b[1] is of type float"),
        ({1: 2}, "the value has a key of type int"),
        ({"a": [{None: 2}]}, "the value.a[0] has a key of type NoneType"),
        ({True: 1}, "the value has a key of type bool"),
        (OrderedDict([("a", 0.5)]), "the value.a is of type float"),
        (float("nan"), "the value is of type float"),
        ([float("-inf")], "the value[0] is of type float"),
        (Decimal("1.50"), "Decimal"),
        (b"bytes", "bytes"),
        (datetime(2026, 1, 1, tzinfo=UTC), "datetime"),
        ({"a", "b"}, "set"),
        ({1: 1, "1": 1}, "the value has a key of type int"),
        ([10**5000], "the value[0] is a number of more than 4300 digits"),
        ({"n": -(10**5000)}, "the value.n is a number of more than 4300 digits"),
        ("half \ud83d a pair", "half a surrogate pair"),
        ({"\udfff": 1}, "half a surrogate pair"),
    ],
)
def test_what_json_would_bend_is_refused_with_its_place(value: object, place: str) -> None:
    with pytest.raises(NotPlain, match=place.replace("[", r"\[").replace("(", r"\(")):
        canonical(value)


def test_a_value_that_holds_itself_is_refused() -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(NotPlain, match="nested too deep"):
        canonical(loop)


@pytest.mark.parametrize("depth", [300, 600, 900, 100_000])
def test_a_value_too_deep_to_write_is_refused_and_never_crashes(depth: int) -> None:
    deep: list[object] = ["\U0001f600"]
    for _ in range(depth):
        deep = [deep]
    with pytest.raises(NotPlain, match="nested too deep"):
        canonical(deep)


@pytest.mark.parametrize("depth", [64, 250])
def test_a_value_as_deep_as_anything_we_read_is_written(depth: int) -> None:
    deep: list[object] = ["\U0001f600"]
    for _ in range(depth):
        deep = [deep]
    assert canonical(deep) == b"[" * depth + '["\U0001f600"]'.encode() + b"]" * depth


# --- reading ----------------------------------------------------------------------------------------------


@every_json
def test_no_trick_of_json_comes_in(raw: bytes) -> None:
    assert str(refusal(raw)).startswith("Line ")


@every_bytes
def test_bytes_that_are_no_json_are_refused_in_words(raw: bytes) -> None:
    assert str(refusal(raw)).startswith("Line ")


@every_text
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    reason = "read"
    try:
        read(text)
    except Unreadable as error:
        reason = str(error)
    assert reason == "read" or (reason.startswith("Line ") and len(reason) < 300)


@every_short_text
def test_any_text_inside_a_string_comes_through_unchanged(text: str) -> None:
    raw = json.dumps({"text": text})
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        assert "surrogate" in refusal(raw).why
    else:
        assert read(raw) == read(raw.encode()) == {"text": text}


@pytest.mark.parametrize(
    ("raw", "line", "column", "why"),
    [
        ('{"a": 1,\n "b": {"a": 2, "c": 3,\n  "\\u0063": 4}}', 3, 3, 'the key "c" stands twice in one object.'),
        ('[{"a": 1}, {"a": 1, "b":[{"a": 2}], "a" : 2}]', 1, 37, 'the key "a" stands twice in one object.'),
        ('["NaN",\n NaN]', 2, 2, "NaN is not a number we accept."),
        ("[1, -Infinity]", 1, 5, "-Infinity is not a number we accept."),
        ("[1e309]", 1, 2, "1e309 is not a number we accept."),
        ("[0e-9999]", 1, 2, "0e-9999 is not a number we accept."),
        ("1" * 41, 1, 1, "1" * 40 + " is not a number we accept."),
        ("0." + "1" * 39, 1, 1, "0." + "1" * 38 + " is not a number we accept."),
        ('["fine",\n"\\ud83d\\ude00", "\\uD83D\\u0041"]', 2, 17, "half a surrogate pair, which is not text."),
        ('"\n\ud800"', 2, 1, "half a surrogate pair, which is not text."),
        (b'{\n"a": "\xff"}', 2, 7, "this is not UTF-8. Save the file as UTF-8."),
        (b"\xef\xbb\xbf{}", 1, 1, "it begins with a byte order mark. Save the file as UTF-8 without one."),
        ('{"a": 1,}', 1, 9, "expecting property name enclosed in double quotes."),
        ('{"a": "b\nc"}', 1, 9, "invalid control character."),
        ("[1] [2]", 1, 5, "extra data."),
        ("", 1, 1, "expecting value."),
    ],
)
def test_a_refusal_says_where_and_why(raw: bytes | str, line: int, column: int, why: str) -> None:
    error = refusal(raw)
    assert (error.line, error.column, error.why) == (line, column, why)
    assert str(error) == f"Line {line}, column {column}: {why}"


def test_a_fraction_comes_in_exactly_as_it_was_written() -> None:
    value = read('{"amount": 1234567890123.10, "rate": 1.5e-3}')
    assert value == {"amount": Decimal("1234567890123.10"), "rate": Decimal("0.0015")}
    assert "'1234567890123.10'" in repr(value)


def test_whole_numbers_keep_all_their_digits() -> None:
    assert read("[9007199254740993, -0]") == [9007199254740993, 0]


def test_the_longest_and_the_largest_numbers_still_come_in() -> None:
    assert read("9" * MAX_NUMBER_LENGTH) == int("9" * MAX_NUMBER_LENGTH)
    assert read(f"[1e{MAX_EXPONENT}, 1e-{MAX_EXPONENT}]")


def test_the_size_is_counted_in_bytes_before_anything_is_read() -> None:
    assert read('"ééé"', max_bytes=8) == "ééé"
    assert refusal('"ééé"', max_bytes=7).why == "8 bytes are too many; at most 7 are read."
    assert "bytes are too many" in refusal(b"\xff" * 9, max_bytes=8).why


@given(st.integers(1, 90), st.integers(1, 90), st.sampled_from(["[", '{"a":']))
def test_depth_is_counted_exactly(depth: int, allowed: int, opening: str) -> None:
    raw = opening * depth + "1" + ("]" if opening == "[" else "}") * depth
    if depth <= allowed:
        assert read(raw, max_depth=allowed)
    else:
        assert refusal(raw, max_depth=allowed).column == len(opening) * allowed + 1


def test_brackets_in_a_text_are_not_depth() -> None:
    raw = json.dumps({"a": "[{" * 200, "b": '\\"[' * 200, "c": "\\"})
    assert read(raw, max_depth=1) == json.loads(raw)
    assert refusal('"' + "[" * 99 + "\\").why == "unterminated string starting."


@pytest.mark.parametrize("unit", ['"\\"', '\\"', '{"a":', "[", "\\", '["', '"'])
def test_hostile_quoting_and_nesting_costs_no_more_than_its_length(unit: str) -> None:
    refusal('"' + unit * 400_000 + "[" * 65)
    refusal(unit * 400_000)


@given(st.text(st.sampled_from('{}[]",:\\u0aA1e.-+ \nNtfnd8'), max_size=30))
def test_nothing_is_read_that_json_would_not_read(raw: str) -> None:
    with suppress(Unreadable):
        value = read(raw, max_depth=5)
        assert json.dumps(value, default=float) == json.dumps(json.loads(raw))
