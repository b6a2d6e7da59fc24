"""When something is tried again, and what may be done with a call nobody heard of since: all of it in tables."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.binding import Binding, Retry
from bot.domain.retrying import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    LOOK_AGAIN,
    SHOWN_WITHIN,
    Next,
    Patience,
    after_interruption,
    after_looking,
    next_try,
    remembered,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
FOR_EVER = Patience(retries=1000, within=timedelta(days=3650))

SECOND = timedelta(seconds=1)


def pause(attempt: int, *, seed: str = "r/1", asked: timedelta | None = None, patience: Patience = FOR_EVER) -> float:
    """How many seconds lie before the next try."""
    until = next_try(patience=patience, attempt=attempt, since=NOW, now=NOW, seed=seed, asked=asked)
    assert until is not None
    return (until - NOW).total_seconds()


# --- when ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attempt", "usual"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 64), (8, 128), (9, 256), (10, 300), (11, 300), (50, 300)],
)
def test_the_pause_doubles_from_a_second_to_five_minutes_give_or_take_a_half(attempt: int, usual: int) -> None:
    pauses = [pause(attempt, seed=f"run/{n}") for n in range(200)]
    assert min(pauses) >= usual * 0.5
    assert max(pauses) <= usual * 1.5
    assert min(pauses) < usual * 0.6
    assert max(pauses) > usual * 1.4, "Jitter that does not spread is none."


def test_the_bounds_are_a_second_and_five_minutes() -> None:
    assert (SECOND, timedelta(minutes=5)) == (FIRST_PAUSE, LONGEST_PAUSE)


@given(st.integers(1, 500), st.text(max_size=40))
def test_no_pause_is_ever_outside_its_bounds(attempt: int, seed: str) -> None:
    assert FIRST_PAUSE.total_seconds() * 0.5 <= pause(attempt, seed=seed) <= LONGEST_PAUSE.total_seconds() * 1.5


def test_an_absurd_number_of_tries_is_no_number_too_large() -> None:
    patience = Patience(retries=10**9, within=timedelta(days=3650))
    assert 150 <= pause(10**9, patience=patience) <= 450


def test_the_same_effect_waits_equally_long_in_every_process() -> None:
    assert pause(3, seed="run/7") == pause(3, seed="run/7")


def test_two_effects_do_not_come_back_at_the_same_moment() -> None:
    assert len({pause(4, seed=f"run/{n}") for n in range(500)}) > 490


def test_each_try_of_an_effect_has_a_jitter_of_its_own() -> None:
    shares = {round(pause(attempt) / min(2 ** (attempt - 1), 300), 6) for attempt in range(1, 12)}
    assert len(shares) == 11


# --- never earlier than asked, never past the patience ---------------------------------------------------------------


@pytest.mark.parametrize("seconds", [2, 60, 301, 3600])
def test_what_the_other_side_asked_for_is_waited(seconds: int) -> None:
    assert pause(1, asked=timedelta(seconds=seconds)) == seconds


@pytest.mark.parametrize("seconds", [0, -5, 0.1])
def test_whoever_asks_for_less_than_is_decent_is_not_hurried(seconds: float) -> None:
    assert pause(1, asked=timedelta(seconds=seconds)) == pause(1) >= 0.5


@given(st.integers(1, 60), st.floats(0, 100_000))
def test_a_wait_that_was_asked_for_is_never_cut_short(attempt: int, seconds: float) -> None:
    asked = timedelta(seconds=seconds)
    assert timedelta(seconds=pause(attempt, asked=asked)) >= asked - timedelta(microseconds=1)


@pytest.mark.parametrize("retries", [0, 1, 2, 4])
def test_there_are_as_many_tries_as_the_patience_says_and_the_first(retries: int) -> None:
    patience = Patience(retries, within=DAY)
    tries = [next_try(patience=patience, attempt=n, since=NOW, now=NOW, seed="s") for n in range(1, retries + 3)]
    assert [one is not None for one in tries] == [True] * retries + [False, False]


@pytest.mark.parametrize(("gone", "again"), [(0, True), (29, True), (30, False), (31, False)])
def test_nothing_is_tried_after_the_time_its_owner_gives_it(gone: int, again: bool) -> None:
    patience = Patience(retries=100, within=timedelta(minutes=30))
    now = NOW + timedelta(minutes=gone)
    assert (next_try(patience=patience, attempt=1, since=NOW, now=now, seed="s") is not None) is again


def test_whoever_asks_for_a_longer_wait_than_there_is_time_is_not_tried_again() -> None:
    patience = Patience(retries=100, within=timedelta(minutes=30))
    asked = timedelta(minutes=30, seconds=1)
    assert next_try(patience=patience, attempt=1, since=NOW, now=NOW, seed="s", asked=asked) is None
    just = next_try(patience=patience, attempt=1, since=NOW, now=NOW, seed="s", asked=timedelta(minutes=30))
    assert just == NOW + timedelta(minutes=30)


@given(st.integers(0, 30), st.integers(0, 7200), st.text(max_size=10))
def test_every_series_of_tries_ends_in_count_and_in_time(retries: int, within: int, seed: str) -> None:
    patience = Patience(retries, timedelta(seconds=within))
    at: datetime | None = NOW
    times: list[datetime] = []
    while at is not None:
        times.append(at)
        at = next_try(patience=patience, attempt=len(times), since=NOW, now=at, seed=seed)
    assert len(times) <= retries + 1
    assert times[-1] <= NOW + patience.within
    assert times == sorted(set(times))


# --- what may be done with a call nobody heard of --------------------------------------------------------------------


def binding(retry: Retry, memory: str) -> Binding:
    """`surely`: the key is still known; `no longer`: it may be forgotten; `never`: the system keeps no keys."""
    keeps = {"surely": DAY, "no longer": timedelta(minutes=10), "never": None}[memory]
    return Binding("helpdesk.SendReply", retry, remembers=keeps)


BEGUN = NOW - timedelta(hours=1)

INTERRUPTED: dict[tuple[Retry, bool, str], Next] = {
    (Retry.IDEMPOTENT, True, "surely"): Next.CALL,
    (Retry.IDEMPOTENT, True, "no longer"): Next.LOOK,
    (Retry.IDEMPOTENT, True, "never"): Next.LOOK,
    (Retry.IDEMPOTENT, False, "surely"): Next.LOOK,
    (Retry.IDEMPOTENT, False, "no longer"): Next.LOOK,
    (Retry.IDEMPOTENT, False, "never"): Next.LOOK,
    (Retry.SEARCHABLE, True, "surely"): Next.LOOK,
    (Retry.SEARCHABLE, True, "no longer"): Next.LOOK,
    (Retry.SEARCHABLE, True, "never"): Next.LOOK,
    (Retry.SEARCHABLE, False, "surely"): Next.LOOK,
    (Retry.SEARCHABLE, False, "no longer"): Next.LOOK,
    (Retry.SEARCHABLE, False, "never"): Next.LOOK,
    (Retry.BLIND, True, "surely"): Next.DOUBT,
    (Retry.BLIND, True, "no longer"): Next.DOUBT,
    (Retry.BLIND, True, "never"): Next.DOUBT,
    (Retry.BLIND, False, "surely"): Next.DOUBT,
    (Retry.BLIND, False, "no longer"): Next.DOUBT,
    (Retry.BLIND, False, "never"): Next.DOUBT,
}
MEMORIES = ("surely", "no longer", "never")
CASES = [*product(Retry, (True, False), MEMORIES)]


def test_the_table_has_every_case() -> None:
    assert set(INTERRUPTED) == set(CASES)


@pytest.mark.parametrize(("retry", "reversible", "memory"), CASES)
def test_an_interrupted_call_goes_by_the_table(retry: Retry, reversible: bool, memory: str) -> None:
    first = after_interruption(binding(retry, memory), reversible=reversible, begun_at=BEGUN, now=NOW)
    assert first is INTERRUPTED[retry, reversible, memory]


def seen_nothing(retry: Retry, reversible: bool, memory: str, looks: int) -> Next:
    one = binding(retry, memory)
    return after_looking(one, reversible=reversible, looks=looks, begun_at=BEGUN, now=NOW)


@pytest.mark.parametrize(("reversible", "looks"), [*product((True, False), (1, 2, 3, 4, 9))])
@pytest.mark.parametrize(("memory", "then"), [("surely", Next.CALL), ("no longer", Next.DOUBT), ("never", Next.DOUBT)])
def test_what_has_a_key_is_repeated_while_the_key_is_known(
    reversible: bool, looks: int, memory: str, then: Next
) -> None:
    assert seen_nothing(Retry.IDEMPOTENT, reversible, memory, looks) is then


@pytest.mark.parametrize("reversible", [True, False])
@pytest.mark.parametrize("looks", [LOOK_AGAIN, 2 * LOOK_AGAIN])
def test_what_its_system_may_show_yet_is_looked_for_however_often_it_was(reversible: bool, looks: int) -> None:
    one, last = binding(Retry.SEARCHABLE, "never"), BEGUN + SHOWN_WITHIN
    just_before, then = (
        after_looking(one, reversible=reversible, looks=looks, begun_at=BEGUN, now=now) for now in (last - SECOND, last)
    )
    assert (just_before, then) == (Next.LOOK, Next.CALL if reversible else Next.DOUBT)


@pytest.mark.parametrize(
    ("reversible", "looks", "then"),
    [
        (True, 1, Next.LOOK),
        (True, 2, Next.LOOK),
        (True, 3, Next.CALL),
        (True, 4, Next.CALL),
        (False, 1, Next.LOOK),
        (False, 2, Next.LOOK),
        (False, 3, Next.DOUBT),
        (False, 4, Next.DOUBT),
    ],
)
@pytest.mark.parametrize("memory", MEMORIES)
@pytest.mark.parametrize("retry", [Retry.SEARCHABLE, Retry.BLIND])
def test_what_is_looked_up_is_looked_for_three_times(
    retry: Retry, memory: str, reversible: bool, looks: int, then: Next
) -> None:
    assert LOOK_AGAIN == 3
    assert seen_nothing(retry, reversible, memory, looks) is then


@given(st.sampled_from(Retry), st.sampled_from(MEMORIES), st.integers(1, 100))
def test_what_cannot_be_undone_is_called_again_only_under_a_key_that_is_surely_known(
    retry: Retry, memory: str, looks: int
) -> None:
    if seen_nothing(retry, False, memory, looks) is Next.CALL:
        assert (retry, memory) == (Retry.IDEMPOTENT, "surely")
    begun = after_interruption(binding(retry, memory), reversible=False, begun_at=BEGUN, now=NOW)
    assert begun is not Next.CALL


@pytest.mark.parametrize(
    ("keeps", "ago", "known"),
    [
        (DAY, timedelta(), True),
        (DAY, DAY * 0.9 - SECOND, True),
        (DAY, DAY * 0.9, False),
        (DAY, DAY, False),
        (timedelta(), timedelta(), False),
        (None, timedelta(), False),
    ],
)
def test_a_tenth_of_the_memory_of_a_system_is_not_relied_on(
    keeps: timedelta | None, ago: timedelta, known: bool
) -> None:
    one = Binding("helpdesk.SendReply", Retry.IDEMPOTENT, remembers=keeps)
    assert remembered(one, begun_at=NOW - ago, now=NOW) is known
