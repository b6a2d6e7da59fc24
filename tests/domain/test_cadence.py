"""The next touch of a cadence: one number on, after the brief's interval, until there is none."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.brief import Cadence
from bot.domain.cadence import next_touch
from bot.intents.crm import NextTouch

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CADENCE = Cadence(intervals=(timedelta(days=2), timedelta(days=5)), stop_when="the customer has answered")


@pytest.mark.parametrize(("n", "days"), [(1, 2), (2, 5)])
def test_each_touch_is_followed_by_one_after_the_interval_of_the_brief(n: int, days: int) -> None:
    found = NextTouch.model_validate(next_touch(CADENCE, {"deal_id": "D-1", "n": n, "due": None}, NOW))
    (touch,) = found.records
    assert (touch.deal_id, touch.n, touch.due) == ("D-1", n + 1, NOW + timedelta(days=days))
    assert found.why == f"Touch {n + 1} of 3 is due {days}d after touch {n}, unless the customer has answered."


@pytest.mark.parametrize("n", [3, 9])
def test_after_the_last_touch_there_is_none_and_it_says_so(n: int) -> None:
    found = NextTouch.model_validate(next_touch(CADENCE, {"deal_id": "D-1", "n": n}, NOW))
    assert (found.records, found.why) == ((), f"Touch {n} was the last: the brief has 3 at most.")
