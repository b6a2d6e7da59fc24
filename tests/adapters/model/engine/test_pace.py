"""How fast a server is asked: so many calls at once, so many a minute, and not before it said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.model.engine.pace import MINUTE, Pace


def test_so_many_calls_are_under_way_at_once_and_no_more() -> None:
    pace = Pace(2)
    for _ in range(2):
        assert pace.wait(0.0) == 0
        pace.leave(0.0)
    assert pace.wait(0.0) is None, "until another comes back, nobody knows how long it takes"
    pace.back()
    assert pace.wait(0.0) == 0


def test_so_many_leave_in_a_minute_and_the_next_when_the_first_is_a_minute_old() -> None:
    pace = Pace(9, per_minute=3)
    for second in (0.0, 10.0, 20.0):
        assert pace.wait(second) == 0
        pace.leave(second)
        pace.back()
    assert pace.wait(20.0) == 40.0
    assert pace.wait(60.0) == 0


def test_what_the_server_asked_for_is_waited_for_by_all() -> None:
    pace = Pace(2)
    pace.leave(0.0)
    pace.back(not_before=30.0)
    assert pace.wait(0.0) == 30.0
    assert pace.wait(30.0) == 0


def test_who_asks_for_less_later_does_not_shorten_it() -> None:
    pace = Pace(2)
    for moment in (30.0, 5.0):
        pace.leave(0.0)
        pace.back(not_before=moment)
    assert pace.wait(0.0) == 30.0


@pytest.mark.parametrize("not_before", [None, -5.0, 0.0])
def test_nothing_asked_for_is_nothing_to_wait_for(not_before: float | None) -> None:
    pace = Pace(1)
    pace.leave(10.0)
    pace.back(not_before=not_before)
    assert pace.wait(10.0) == 0


@given(st.integers(1, 4), st.integers(1, 6), st.lists(st.tuples(st.floats(0, 30), st.booleans()), max_size=60))
def test_neither_limit_is_ever_passed(at_once: int, per_minute: int, steps: list[tuple[float, bool]]) -> None:
    pace, now, left, out = Pace(at_once, per_minute), 0.0, list[float](), 0
    for seconds, back in steps:
        now += seconds
        if back and out:
            pace.back()
            out -= 1
        elif pace.wait(now) == 0:
            pace.leave(now)
            left.append(now)
            out += 1
        assert out <= at_once
        assert sum(now - one < MINUTE for one in left) <= per_minute
