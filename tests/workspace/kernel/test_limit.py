"""How often an app may call: as on Slack, by a factor, or as often as it likes."""

from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workspace.limit import Limits, Tier

NOON = 1_800_000_000.0


def burst(limits: Limits, tier: Tier, *, now: float = NOON, channel: str = "C1") -> int:
    """How many calls go through at once."""
    calls = (limits.refuse("A1", "m", tier, now=now, channel=channel) for _ in range(10_000))
    return len([*takewhile(lambda wait: wait == 0, calls)])


def test_nothing_is_counted_where_no_limit_is_wanted() -> None:
    assert burst(Limits(), Tier.ONE) == 10_000


@pytest.mark.parametrize(
    ("tier", "calls"),
    [(Tier.ONE, 1), (Tier.TWO, 20), (Tier.THREE, 50), (Tier.FOUR, 100), (Tier.POSTING, 5), (Tier.SPECIAL, 600)],
)
def test_a_burst_is_as_large_as_the_tier_and_a_factor_makes_it_larger(tier: Tier, calls: int) -> None:
    assert burst(Limits(1.0), tier) == calls
    assert burst(Limits(10.0), tier) == calls * 10


def test_the_wait_is_as_long_as_it_takes() -> None:
    limits = Limits(1.0)
    assert burst(limits, Tier.TWO) == 20
    wait = limits.refuse("A1", "m", Tier.TWO, now=NOON)
    assert wait == 3
    assert limits.refuse("A1", "m", Tier.TWO, now=NOON + 2.9) > 0
    assert limits.refuse("A1", "m", Tier.TWO, now=NOON + 3) == 0


def test_posting_is_counted_for_each_channel_and_all_else_for_each_method() -> None:
    limits = Limits(1.0)
    assert burst(limits, Tier.POSTING, channel="C1") == 5
    assert burst(limits, Tier.POSTING, channel="C2") == 5
    assert burst(limits, Tier.TWO, channel="C1") == 20
    assert burst(limits, Tier.TWO, channel="C2") == 0


def test_one_message_a_second_goes_through_for_ever() -> None:
    limits = Limits(1.0)
    assert burst(limits, Tier.POSTING) == 5
    assert [limits.refuse("A1", "m", Tier.POSTING, now=NOON + n, channel="C1") for n in range(1, 60)] == [0] * 59


def test_each_app_has_its_own_count() -> None:
    limits = Limits(1.0)
    assert burst(limits, Tier.ONE) == 1
    assert limits.refuse("A2", "m", Tier.ONE, now=NOON) == 0


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    limits = Limits(1.0)
    assert burst(limits, Tier.ONE) == 1
    assert limits.refuse("A1", "m", Tier.ONE, now=NOON - 1e6) > 0
    assert limits.refuse("A1", "m", Tier.ONE, now=NOON - 1e6 + 61) == 0


def test_what_was_counted_can_be_forgotten() -> None:
    limits = Limits(1.0)
    burst(limits, Tier.ONE)
    limits.forget()
    assert limits.refuse("A1", "m", Tier.ONE, now=NOON) == 0


@given(
    factor=st.floats(min_value=0.001, max_value=1e6),
    tier=st.sampled_from(Tier),
    steps=st.lists(st.floats(min_value=0, max_value=100), max_size=50),
)
def test_whoever_waits_as_long_as_was_said_is_let_through(factor: float, tier: Tier, steps: list[float]) -> None:
    limits, now = Limits(factor), NOON
    for step in steps:
        now += step
        wait = limits.refuse("A1", "m", tier, now=now)
        if wait:
            now += wait + 1e-6
            assert limits.refuse("A1", "m", tier, now=now) == 0
