"""Few cases prove little, and the figures say so: a version is worse only where chance does not explain it."""

import pytest

from bot.domain.attempt import Attempt
from bot.domain.comparing import Compared, Match
from bot.domain.measuring import Measured, regressions, rows_of, spent, spread, turned

E, C, W, D = Match.EXACT, Match.CLOSE, Match.WRONG, Match.DOUBT


def measured(side: str, *matches: Match, step: str = "triage", cost: int | None = 5) -> list[Measured]:
    """A case for each of these, with one field that came out like that."""
    tried = Attempt("main/m", "triage@1", "answered", cost_micros=cost, latency_ms=100)
    return [
        Measured(f"case {n}", step, side, (Compared("kind", one, "a", "b"),), (tried,)) for n, one in enumerate(matches)
    ]


def test_a_row_counts_how_each_field_came_out_on_each_side() -> None:
    (row,) = rows_of([*measured("now", E, E, C, W), *measured("new", E, D)], ("now", "new"))
    assert (row.step, row.field) == ("triage", "kind")
    now, new = row.tallies
    assert [now[one] for one in (E, C, W, D)] == [2, 1, 1, 0]
    assert [new[one] for one in (E, C, W, D)] == [1, 0, 0, 1]
    assert (now.of, new.of) == (4, 2)


@pytest.mark.parametrize(
    ("before", "after", "worse"),
    [
        ([E] * 8, [E] * 7 + [W], False),
        ([E] * 8, [E] * 3 + [W] * 5, False),
        ([E] * 8, [E] + [W] * 7, True),
        ([E] * 100, [E] * 90 + [D] * 10, True),
        ([W] * 8, [E] * 8, False),
        ([E] * 8, [], False),
    ],
)
def test_a_version_is_worse_only_beyond_chance(before: list[Match], after: list[Match], worse: bool) -> None:
    found = [*measured("now", *before), *measured("new", *after)]
    rows = rows_of(found, ("now", "new"))
    assert rows[0].worse is worse
    said = regressions(rows, turned(found, "now", "new"), strict=False)
    assert said == (("triage.kind is worse beyond chance.",) if worse else ())


def test_strictly_no_answer_that_was_exact_may_be_wrong() -> None:
    found = [*measured("now", E, E, E, W), *measured("new", W, D, C, E)]
    changes = turned(found, "now", "new")
    assert [(one.case, one.before, one.after, one.better) for one in changes] == [
        ("case 0", E, W, False),
        ("case 1", E, D, False),
        ("case 2", E, C, False),
        ("case 3", W, E, True),
    ]
    rows = rows_of(found, ("now", "new"))
    assert regressions(rows, changes, strict=False) == ()
    assert regressions(rows, changes, strict=True) == ("case 0: triage.kind was exact, and is wrong now.",)


def test_what_was_measured_on_one_side_only_did_not_turn() -> None:
    assert turned([*measured("now", E, W), *measured("new", E)], "now", "new") == ()


def test_a_cost_nobody_knows_is_not_taken_for_nothing() -> None:
    assert spent([*measured("now", E, E), *measured("new", E, cost=None)]).unknown == 1
    assert spent(measured("now", E, E)).micros == 10
    refused = Measured("c", "s", "now", (), (Attempt("m", "p", "rate limited"),))
    assert spent([refused]).unknown == 0


def test_a_time_is_that_of_all_calls_of_an_answer() -> None:
    one, two, mute = (Attempt("m", "p", "answered", latency_ms=ms) for ms in (100, 20, None))
    assert Measured("c", "s", "now", (), (one, two)).latency_ms == 120
    assert Measured("c", "s", "now", (), (one, mute)).latency_ms is None
    assert Measured("c", "s", "now", ()).latency_ms is None


def test_the_spread_is_of_known_times() -> None:
    assert spread([]) is None
    assert spread([None]) is None
    assert spread([7]) == (7, 7)
    assert spread([*range(1, 101), None]) == (50, 95)
