"""What few cases prove."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chance import wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 1, 0.0, 0.793),
        (1, 1, 0.207, 1.0),
        (8, 8, 0.676, 1.0),
        (4, 8, 0.215, 0.785),
        (90, 100, 0.826, 0.945),
        (500, 1000, 0.469, 0.531),
    ],
)
def test_the_interval_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    found = wilson(hits, of)
    assert (round(found[0], 3), round(found[1], 3)) == (low, high)


@given(st.integers(0, 2000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_share_that_was_seen_is_within_its_interval(counted: tuple[int, int]) -> None:
    hits, of = counted
    low, high = wilson(hits, of)
    assert 0.0 <= low <= high <= 1.0
    assert of == 0 or low - 1e-12 <= hits / of <= high + 1e-12
