"""A version changes where somebody changed something, and nowhere else; what changed can be read."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.version import difference, digest_of_text
from tests.naughty import SHORT_TEXTS

BRIEF = 'owner = "@olga"\npager = "@priya"\nstage = "approved"\n'

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a\nb\n", "a\r\nb\r\n"),
        ("a\nb\n", "a\r\nb\n"),
        ("caf\u00e9", "cafe\u0301"),
        ("\u212b", "\u00c5"),
        ("s\u0323\u0307", "s\u0307\u0323"),
    ],
)
def test_another_way_to_write_the_same_is_the_same_version(one: str, other: str) -> None:
    assert digest_of_text(one) == digest_of_text(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "A"),
        ("a", "a "),
        ("a\n", "a"),
        ("a\nb", "a\rb"),
        ("a\nb", "b\na"),
        ("\ufb01", "fi"),
        ("2\u00b2", "22"),
        ("", "\u200b"),
        ("аpprove", "approve"),
    ],
)
def test_a_real_change_is_another_version(one: str, other: str) -> None:
    assert digest_of_text(one) != digest_of_text(other)


def test_a_digest_is_the_one_anybody_can_make_with_a_tool_of_their_own() -> None:
    assert digest_of_text("a\r\nb") == hashlib.sha256(b"a\nb").hexdigest()


@pytest.mark.parametrize("text", [t for t in SHORT_TEXTS.values() if t.isprintable()])
def test_a_digest_fits_where_digests_are_kept(text: str) -> None:
    digest = digest_of_text(text)
    assert len(digest) == 64
    assert set(digest) <= set("0123456789abcdef")


@given(texts)
def test_line_ends_never_make_a_version(text: str) -> None:
    text = text.replace("\r", "")
    assert digest_of_text(text) == digest_of_text(text.replace("\n", "\r\n"))


def test_a_difference_has_what_went_what_came_and_a_line_around() -> None:
    assert difference(BRIEF, BRIEF.replace("@priya", "@mia")).splitlines() == [
        "@@ -1,3 +1,3 @@",
        ' owner = "@olga"',
        '-pager = "@priya"',
        '+pager = "@mia"',
        ' stage = "approved"',
    ]


def test_a_difference_names_no_file() -> None:
    assert "---" not in difference("a\n", "b\n")
    assert "+++" not in difference("a\n", "b\n")


def test_no_difference_is_no_text() -> None:
    assert difference(BRIEF, BRIEF) == ""
    assert difference("a\r\n", "a\n") == ""


@pytest.mark.parametrize("fence", ["---", "+++", "-- a", "++ b", "--", "++i"])
def test_a_line_that_looks_like_a_file_name_is_not_lost(fence: str) -> None:
    """Prompts begin and end with such lines."""
    assert f"+{fence}" in difference("a\n", f"a\n{fence}\n").splitlines()
    assert f"-{fence}" in difference(f"a\n{fence}\n", "a\n").splitlines()


@given(texts, texts)
def test_every_line_that_came_or_went_is_in_the_difference(before: str, after: str) -> None:
    lines = difference(before, after).split("\n") if before != after else []
    for line in after.splitlines():
        if line not in before.splitlines() and line.isprintable():
            assert f"+{line}" in lines
    for line in before.splitlines():
        if line not in after.splitlines() and line.isprintable():
            assert f"-{line}" in lines
