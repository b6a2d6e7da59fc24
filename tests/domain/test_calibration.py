"""What a confidence is worth: the fit against curves that are known, and against everything that may come."""

import time
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calibration import (
    LEAST_CASES,
    Calibration,
    Case,
    Curve,
    Finding,
    Worth,
    calibrate,
    fit,
    sureness,
)

WORDS = (15, 40, 65, 85, 95)
"""How sure a model of the engine can say it is."""


def cases(*groups: tuple[int, int, int]) -> list[Case]:
    """So sure, so many of so many taken: mixed as evenly as they can be."""
    mixed = [
        ((n + 0.5) / of, said, n * taken // of != (n + 1) * taken // of)
        for said, taken, of in groups
        for n in range(of)
    ]
    return [Case(said, is_taken) for _, said, is_taken in sorted(mixed)]


def following(slope: float, intercept: float, *, each: int) -> list[Case]:
    """Cases that follow a curve as well as whole numbers can."""
    shares = {said: 1 / (1 + exp(-(slope * log(said / (100 - said)) + intercept))) for said in WORDS}
    return cases(*[(said, round(share * each), each) for said, share in shares.items()])


SOME = st.lists(st.builds(Case, st.integers(-5, 105), st.booleans()), max_size=120)


# --- the fit ----------------------------------------------------------------------------------------------------------


@given(st.floats(0.2, 2.0), st.floats(-1.0, 1.0))
def test_a_curve_that_is_known_is_found_again(slope: float, intercept: float) -> None:
    found = fit(following(slope, intercept, each=2_000))
    assert found.slope == pytest.approx(slope, abs=0.06)
    assert found.intercept == pytest.approx(intercept, abs=0.06)


@given(SOME)
def test_whatever_the_cases_are_there_is_a_curve_and_it_gives_shares(some: list[Case]) -> None:
    curve = fit(some)
    assert all(0 < curve.at(said) < 1 for said in range(101))


@given(SOME, st.integers(0, 100))
def test_what_was_learned_never_raises_a_confidence(some: list[Case], said: int) -> None:
    worth = calibrate([*some, *some, *some]).worth(said)
    assert worth is None or worth.counts <= said
    assert worth is None or 0 <= worth.learned <= 100


@given(SOME)
def test_what_is_used_never_falls(some: list[Case]) -> None:
    known = calibrate([*some, *some])
    learned = [worth.learned for said in range(101) if (worth := known.worth(said)) is not None]
    assert learned == sorted(learned)


def test_a_steep_fall_is_cut_short_and_not_lost() -> None:
    split = fit(cases((15, 0, 100), (95, 100, 100)))
    assert split.slope > 0.5
    assert split.at(15) < 0.03
    assert split.at(95) > 0.97


def test_ten_thousand_decisions_are_learned_from_at_once() -> None:
    many = following(0.8, 0.2, each=2_000)
    began = time.process_time()
    assert calibrate(many).finding is Finding.USED
    # The budget is 0.05 s on an idle machine; this only tells a loop over pairs from one over counts.
    assert time.process_time() - began < 2


# --- what is used -----------------------------------------------------------------------------------------------------


def test_before_fifty_are_decided_nothing_is_known() -> None:
    few = [Case(95, taken=True)] * (LEAST_CASES - 1)
    assert calibrate(few) == Calibration(Finding.TOO_FEW, 49, 49)
    assert calibrate(few).worth(95) is None
    assert calibrate([*few, Case(95, taken=True)]).worth(95) is not None
    assert calibrate([]).finding is Finding.TOO_FEW


def test_a_model_that_thinks_too_much_of_itself_is_brought_down() -> None:
    known = calibrate(cases((65, 20, 50), (85, 30, 50), (95, 40, 50)))
    assert known.finding is Finding.USED
    worth = known.worth(95)
    assert worth is not None
    assert (worth.cases, worth.taken, worth.share, worth.counts) == (150, 90, 60, worth.learned)
    assert 70 <= worth.learned <= 85


def test_a_model_that_thinks_too_little_of_itself_is_not_lifted() -> None:
    known = calibrate(cases((40, 50, 60), (65, 58, 60)))
    worth = known.worth(40)
    assert worth is not None
    assert worth.learned > 60
    assert worth.counts == 40


@pytest.mark.parametrize(("taken", "learned"), [(100, 99), (0, 0), (80, 79)])
def test_where_it_always_says_the_same_the_plain_share_is_what_that_is_worth(taken: int, learned: int) -> None:
    known = calibrate(cases((95, taken, 100)))
    assert known.finding is Finding.USED
    assert known.curve is not None
    assert known.curve.slope == pytest.approx(0, abs=1e-6)
    worth = known.worth(95)
    assert worth is not None
    assert worth.learned == pytest.approx(learned, abs=1)


def test_where_surer_answers_are_taken_less_often_nothing_is_known() -> None:
    known = calibrate(cases((40, 45, 50), (95, 20, 50)))
    assert known.finding is Finding.FALLING
    assert known.worth(95) is None
    assert known.brier is not None, "How wrong it would have been is worth knowing all the same."


def test_a_curve_that_tells_less_than_the_plain_share_is_not_used() -> None:
    # In each fifth another story: what four of them teach does not hold in the next.
    rising, falling = [Case(95, taken=True), Case(15, taken=False)], [Case(95, taken=False), Case(15, taken=True)]
    turning = [case for pair in (rising, falling, rising, falling, rising) for case in pair * 10]
    known = calibrate(turning)
    assert known.curve is not None
    assert known.curve.slope > 0
    assert known.brier is not None
    assert known.base is not None
    assert known.brier > known.base
    assert known.finding is Finding.NO_BETTER
    assert known.worth(95) is None


def test_how_far_it_is_off_is_measured_on_what_it_has_not_seen() -> None:
    good = calibrate(following(1.0, 0.0, each=100))
    assert good.brier is not None
    assert good.base is not None
    assert good.gap is not None
    assert good.brier < good.base
    assert good.gap < 0.05


# --- in words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("confidence", "worth", "words"),
    [
        (None, None, "not known"),
        (95, None, "95 %"),
        (
            71,
            Worth(95, 71, 120, 84),
            "71 % (the model says 95 %; of 120 answers like it that people decided, 70 % were taken)",
        ),
        (40, Worth(40, 71, 120, 84), "40 % (of 120 answers like it that people decided, 70 % were taken)"),
    ],
)
def test_how_sure_it_is_says_how_that_is_known(confidence: int | None, worth: Worth | None, words: str) -> None:
    assert sureness(confidence, worth) == words


def test_a_curve_takes_0_and_100_for_1_and_99() -> None:
    curve = Curve(1.0, 0.0)
    assert (curve.at(0), curve.at(100)) == (curve.at(1), curve.at(99))
