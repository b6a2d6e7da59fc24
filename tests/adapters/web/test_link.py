"""A link lets in whoever has it, for one form and for some days; nothing about it can be changed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.web.link import Link, is_token, new_token, read_link, write_link
from bot.adapters.web.pace import Pace

KEY, NOW = b"k" * 32, datetime(2026, 3, 2, 12, tzinfo=UTC)
LINK = Link("one_act", NOW + timedelta(days=1), {"customer_id": "C-105", "n": 3, "yes": True, "names": ["ä"]})
TEXT = write_link(KEY, LINK)


def test_what_was_written_is_read_again() -> None:
    assert read_link(KEY, "one_act", TEXT, now=NOW) == LINK


def test_a_link_is_for_one_form_and_until_a_time_and_of_one_key() -> None:
    assert read_link(KEY, "other", TEXT, now=NOW) is None
    assert read_link(KEY, "one_act", TEXT, now=LINK.until) is None
    assert read_link(b"x" * 32, "one_act", TEXT, now=NOW) is None


@pytest.mark.parametrize("n", range(0, len(TEXT), 7))
def test_not_one_letter_of_it_can_be_changed(n: int) -> None:
    other = "A" if TEXT[n] != "A" else "B"
    assert read_link(KEY, "one_act", TEXT[:n] + other + TEXT[n + 1 :], now=NOW) is None


@given(st.text(st.characters(codec=None), max_size=60))
def test_whatever_somebody_types_is_no_link_and_no_token(text: str) -> None:
    assert read_link(KEY, "one_act", text, now=NOW) is None
    assert not is_token(KEY, TEXT, text)


def test_a_token_belongs_to_the_link_it_was_shown_behind() -> None:
    token = new_token(KEY, TEXT)
    assert is_token(KEY, TEXT, token)
    assert not is_token(KEY, f"{TEXT}x", token)
    assert token != new_token(KEY, TEXT)


def test_a_bucket_fills_up_again_and_each_has_their_own() -> None:
    now = [0.0]
    pace = Pace(2, 60, now=lambda: now[0])
    assert [pace.allows("a") for _ in range(3)] == [True, True, False]
    assert pace.allows("b")
    now[0] += 1
    assert [pace.allows("a") for _ in range(2)] == [True, False]
    now[0] += 3600
    assert [pace.allows("a") for _ in range(3)] == [True, True, False]
    now[0] -= 60
    assert not pace.allows("a")


def test_there_are_no_more_buckets_than_there_is_room_for() -> None:
    pace = Pace(1, 0, now=lambda: 0.0, most=2)
    assert [pace.allows(who) for who in "abcb"] == [True, True, True, False]
    assert pace.allows("a"), "Who came longest ago was forgotten."
