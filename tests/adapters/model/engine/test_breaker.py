"""A server that fails again and again is left alone; then one call tries it, and that one alone decides."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.adapters.model.engine.breaker import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, MOST_FAILURES, Breaker
from bot.domain.outcome import Outcome

FINE = [outcome for outcome in Outcome if outcome not in FAILURES]


def called(breaker: Breaker, outcome: Outcome | None, now: float = 0.0) -> None:
    assert breaker.wait(now) == 0
    breaker.came(outcome, now, probe=breaker.leave())


def opened(now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(MOST_FAILURES):
        called(breaker, Outcome.CONNECTION, now)
    return breaker


def test_a_few_failures_open_nothing() -> None:
    breaker = Breaker()
    for _ in range(MOST_FAILURES - 1):
        called(breaker, Outcome.TIMEOUT)
    assert breaker.wait(0.0) == 0


@pytest.mark.parametrize("outcome", sorted(FAILURES))
def test_so_many_in_a_row_open_it_for_a_while(outcome: Outcome) -> None:
    breaker = Breaker()
    for _ in range(MOST_FAILURES):
        called(breaker, outcome)
    assert breaker.wait(0.0) == FIRST_PAUSE
    assert breaker.wait(FIRST_PAUSE - 1) == 1.0
    assert breaker.wait(FIRST_PAUSE) == 0


@pytest.mark.parametrize("outcome", FINE)
def test_whoever_answers_at_all_is_well(outcome: Outcome) -> None:
    breaker = Breaker()
    for _ in range(MOST_FAILURES - 1):
        called(breaker, Outcome.TIMEOUT)
    called(breaker, outcome)
    called(breaker, Outcome.TIMEOUT)
    assert breaker.failures == 1


def test_what_was_given_up_proves_nothing() -> None:
    breaker = Breaker()
    for _ in range(MOST_FAILURES * 2):
        called(breaker, None)
    assert breaker == Breaker()


def test_one_call_alone_tries_it() -> None:
    breaker = opened()
    assert breaker.leave() is True
    assert breaker.wait(FIRST_PAUSE) > 0


def test_where_the_trial_succeeds_all_come_back() -> None:
    breaker = opened()
    called(breaker, Outcome.ANSWERED, FIRST_PAUSE)
    assert breaker == Breaker()


def test_where_it_fails_the_next_pause_is_twice_as_long_and_never_endless() -> None:
    breaker, now, pauses = opened(), 0.0, list[float]()
    for _ in range(8):
        pauses.append(breaker.wait(now))
        now += pauses[-1]
        called(breaker, Outcome.CONNECTION, now)
    assert pauses == [10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0, 300.0]
    assert pauses[-1] == LONGEST_PAUSE


def test_where_the_trial_is_given_up_the_next_call_tries() -> None:
    breaker = opened()
    called(breaker, None, FIRST_PAUSE)
    assert breaker.wait(FIRST_PAUSE) == 0
    assert breaker.leave() is True


@pytest.mark.parametrize("late", [None, Outcome.TIMEOUT])
def test_a_call_from_before_that_comes_back_during_the_trial_lets_no_second_one_out(late: Outcome | None) -> None:
    breaker = opened()
    assert breaker.leave() is True
    breaker.came(late, FIRST_PAUSE, probe=False)
    assert breaker.wait(FIRST_PAUSE * 3) > 0
    assert breaker.pause == FIRST_PAUSE


class Life(RuleBasedStateMachine):
    """Calls that leave when they may and come back in any order, with any outcome."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker, self.now = Breaker(), 0.0
        self.out: list[bool] = []

    @rule(seconds=st.floats(0, 400))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: self.breaker.wait(self.now) == 0)
    @rule()
    def one_leaves(self) -> None:
        self.out.append(self.breaker.leave())

    @precondition(lambda self: self.out)
    @rule(which=st.integers(0, 99), outcome=st.none() | st.sampled_from(Outcome))
    def one_is_back(self, which: int, outcome: Outcome | None) -> None:
        self.breaker.came(outcome, self.now, probe=self.out.pop(which % len(self.out)))

    @invariant()
    def at_most_one_tries(self) -> None:
        assert self.out.count(True) <= 1

    @invariant()
    def nobody_waits_for_ever(self) -> None:
        assert 0 <= self.breaker.wait(self.now) <= LONGEST_PAUSE
        assert not self.breaker.probing or True in self.out


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=15, stateful_step_count=25)
