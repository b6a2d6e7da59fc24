"""Names look like Slack's, never come twice, and are the same every time where a seed is given."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workspace.ids import Ids


def test_a_seed_gives_the_same_names_and_no_seed_others() -> None:
    def some(seed: int | None) -> list[str]:
        ids = Ids(seed)
        return [ids.new("U"), ids.block_id(), ids.view_hash(1.0), ids.trigger(), ids.secret(8), ids.uuid()]

    assert some(5) == some(5)
    assert some(5) != some(6)
    assert some(None) != some(None)


@pytest.mark.parametrize(
    ("made", "pattern"),
    [
        (Ids(1).new("C"), r"C[A-Z0-9]{10}"),
        (Ids(1).block_id(), r"[A-Za-z0-9]{5}"),
        (Ids(1).ts(1_700_000_000.5), r"1700000000\.500000"),
        (Ids(1).view_hash(1_700_000_000.9), r"1700000000\.[A-Za-z0-9]{8}"),
        (Ids(1).trigger(), r"\d{13}\.\d{12}\.[0-9a-f]{32}"),
        (Ids(1).secret(32), r"[0-9a-f]{32}"),
        (Ids(1).uuid(), r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    ],
)
def test_a_name_looks_like_one_of_slack(made: str, pattern: str) -> None:
    assert re.fullmatch(pattern, made)


@given(st.lists(st.floats(min_value=0, max_value=4e9), min_size=2, max_size=50))
def test_a_message_comes_later_than_every_one_before_whatever_the_clock_says(times: list[float]) -> None:
    ids = Ids(1)
    made = [ids.ts(now) for now in times]
    numbers = [(int(ts.partition(".")[0]), int(ts.partition(".")[2])) for ts in made]
    assert all(earlier < later for earlier, later in pairwise(numbers))


def test_a_time_that_was_given_out_before_is_not_given_again() -> None:
    ids = Ids(1)
    ids.seen("1700000000.000100")
    assert ids.ts(1_600_000_000) == "1700000000.000101"
    ids.seen("1600000000.000000")
    assert ids.ts(1_600_000_000) == "1700000000.000102"
    ids.seen("1700000009")
    assert ids.ts(0) == "1700000009.000001"


def test_ten_thousand_names_are_all_different() -> None:
    ids = Ids(1)
    assert len({ids.new("U") for _ in range(10_000)}) == 10_000
