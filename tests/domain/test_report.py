"""Figures are folded from what the record says, each beside what it is a share of; an undefined one is left out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.report import (
    NO_WORDS,
    Act,
    Cost,
    FieldsSeen,
    GatesSeen,
    Ratio,
    ReasonsSeen,
    Report,
    RunsSeen,
    Seen,
    Spread,
    Verdicts,
    fold,
)

UNTIL = datetime(2026, 3, 2, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=30)
EMPTY = Report("support_triage", SINCE, UNTIL)


def folded(*seen: Seen) -> Report:
    return fold(seen, workflow="support_triage", since=SINCE, until=UNTIL)


def seconds(n: int) -> timedelta:
    return timedelta(seconds=n)


def test_nothing_seen_gives_no_figure_at_all() -> None:
    assert folded() == EMPTY


APPROVED, REJECTED, TAKEN, NONE = Verdicts.APPROVED, Verdicts.REJECTED, Verdicts.TAKEN_OVER, Verdicts.NONE
TABLE: list[tuple[str, list[Seen], dict[str, Any]]] = [
    (
        "runs are shares of all that were started, the most frequent first",
        [RunsSeen("done", times=6), RunsSeen("waiting"), RunsSeen("stopped", times=3)],
        {"started": 10, "runs": {"done": Ratio(6, 10), "stopped": Ratio(3, 10), "waiting": Ratio(1, 10)}},
    ),
    (
        "only what was approved as it was proposed is accepted",
        [
            GatesSeen(APPROVED, unchanged=True, times=5),
            GatesSeen(APPROVED, unchanged=False, times=2),
            GatesSeen(REJECTED, unchanged=True, times=2),
            GatesSeen(TAKEN, unchanged=True),
        ],
        {"acceptance": Ratio(5, 10)},
    ),
    (
        "what nobody has decided yet is no decision",
        [GatesSeen(NONE, times=4)],
        {"acceptance": None, "escalated": Ratio(0, 4), "abandoned": Ratio(0, 4)},
    ),
    (
        "gates that were escalated or left are shares of those that opened",
        [GatesSeen(NONE, escalated=True), GatesSeen(APPROVED, abandoned=True, times=2), GatesSeen(REJECTED)],
        {"escalated": Ratio(1, 4), "abandoned": Ratio(2, 4)},
    ),
    (
        "a field is corrected so many times of those it was shown, the worst first",
        [
            FieldsSeen("approved", "body", changed=False, times=10),
            FieldsSeen("approved", "body", changed=True, times=4),
            FieldsSeen("triage", "category", changed=False, times=12),
            FieldsSeen("triage", "category", changed=True, times=6),
            FieldsSeen("triage", "urgent", changed=False, times=12),
        ],
        {
            "corrections": {
                "triage.category": Ratio(6, 12),
                "approved.body": Ratio(4, 10),
                "triage.urgent": Ratio(0, 12),
            }
        },
    ),
    (
        "a field that was changed and never shown has no share",
        [FieldsSeen("asked", "reason", changed=True)],
        {"corrections": {}},
    ),
    (
        "reasons are shares of all rejections, categories of all escalations",
        [
            ReasonsSeen(Act.REJECTED, "wrong facts", 3),
            ReasonsSeen(Act.REJECTED, "wrong tone"),
            ReasonsSeen(Act.ESCALATED, "not sure", 2),
            ReasonsSeen(Act.ESCALATED, ""),
        ],
        {
            "rejections": {"wrong facts": Ratio(3, 4), "wrong tone": Ratio(1, 4)},
            "escalations": {"not sure": Ratio(2, 3), NO_WORDS: Ratio(1, 3)},
        },
    ),
    (
        "times are counted where both ends are known",
        [
            RunsSeen("done", 60, times=9),
            RunsSeen("done", 600),
            RunsSeen("waiting"),
            GatesSeen(APPROVED, seconds=30),
            GatesSeen(REJECTED, seconds=10),
            GatesSeen(NONE),
        ],
        {"cycle": Spread(seconds(60), seconds(60), 10), "response": Spread(seconds(10), seconds(30), 2)},
    ),
    (
        "the cost is that of the runs that asked a model",
        [RunsSeen("done", times=3, asked=2, cost_micros=50_001), RunsSeen("stopped", asked=1, cost_micros=10_000)],
        {"cost": Cost(60_001, 3)},
    ),
    (
        "runs that asked no model have no cost, and free ones cost nothing",
        [RunsSeen("done", times=3), RunsSeen("stopped", asked=1)],
        {"cost": Cost(0, 1)},
    ),
    (
        "incidents are counted among runs",
        [RunsSeen("done", times=3, incidents=2), RunsSeen("failed", incidents=1)],
        {"incidents": Ratio(3, 4)},
    ),
]


@pytest.mark.parametrize(("name", "seen", "said"), TABLE, ids=[one[0] for one in TABLE])
def test_a_report_says(name: str, seen: list[Seen], said: dict[str, Any]) -> None:
    report = folded(*seen)
    assert {key: getattr(report, key) for key in said} == said
    for key in ("runs", "rejections", "escalations", "corrections"):
        assert [*getattr(report, key)] == [*said.get(key, getattr(report, key))], "The order says what matters most."


def test_the_cost_of_a_run_is_rounded_to_the_nearest_millionth() -> None:
    assert Cost(50_001, 2).per_run == 25_000
    assert Cost(10, 3).per_run == 3


def test_a_share_is_said_in_whole_per_cent() -> None:
    assert [Ratio(of, 3).percent for of in range(4)] == [0, 33, 67, 100]


@pytest.mark.parametrize("among", [0, -1])
def test_a_share_of_nothing_cannot_be_said(among: int) -> None:
    with pytest.raises(ValueError, match="leave it out"):
        Ratio(0, among)


@pytest.mark.parametrize(
    ("times", "median", "p90"),
    [
        ([5], 5, 5),
        ([1, 2], 1, 2),
        ([3, 1, 2], 2, 3),
        (range(1, 11), 5, 9),
        ([*range(1, 100), 10_000], 50, 90),
    ],
)
def test_the_median_and_the_ninetieth_are_times_that_were_taken(times: Any, median: int, p90: int) -> None:
    report = folded(*[RunsSeen("done", one) for one in times])
    assert report.cycle == Spread(seconds(median), seconds(p90), len(times))


SECONDS = st.none() | st.integers(0, 5)
RUNS = st.builds(
    RunsSeen,
    st.sampled_from(["done", "stopped", "waiting"]),
    SECONDS,
    st.integers(1, 9),
    st.integers(0, 9),
    st.integers(0, 9_999),
    st.integers(0, 2),
)
GATES = st.builds(
    GatesSeen, st.sampled_from(Verdicts), st.booleans(), st.booleans(), st.booleans(), SECONDS, st.integers(1, 9)
)
FIELDS = st.builds(FieldsSeen, st.sampled_from("ab"), st.sampled_from("xyz"), st.booleans(), st.integers(1, 9))
REASONS = st.builds(ReasonsSeen, st.sampled_from(Act), st.sampled_from(["", "tone", "facts"]), st.integers(1, 9))
SEEN = st.lists(RUNS | GATES | FIELDS | REASONS, max_size=20)


def apart(seen: Seen, first: int) -> list[Seen]:
    """The same, seen in two parts."""
    if seen.times <= first:
        return [seen]
    left = seen.times - first
    if isinstance(seen, RunsSeen):  # what was added up over all of them comes with one part
        return [replace(seen, times=first), replace(seen, times=left, asked=0, cost_micros=0, incidents=0)]
    return [replace(seen, times=first), replace(seen, times=left)]


@given(SEEN, st.integers(1, 8), st.randoms(use_true_random=False))
def test_folding_by_parts_in_any_order_equals_folding_the_whole(seen: list[Seen], first: int, chance: Any) -> None:
    parts = [part for one in seen for part in apart(one, first)]
    chance.shuffle(parts)
    assert folded(*parts) == folded(*seen)


@given(SEEN)
def test_no_share_is_of_nothing_and_shares_of_one_whole_add_up(seen: list[Seen]) -> None:
    report = folded(*seen)
    for key in ("runs", "rejections", "escalations"):
        shares = getattr(report, key)
        assert sum(one.of for one in shares.values()) == next((one.among for one in shares.values()), 0)
    for ratio in (report.acceptance, report.escalated, report.abandoned):
        assert ratio is None or 0 <= ratio.of <= ratio.among
