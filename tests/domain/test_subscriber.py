"""What follows where somebody does not take what they are sent."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.alert import AlertKind, words
from bot.domain.subscriber import (
    LONGEST_ASKED,
    NEVER,
    Answered,
    Standing,
    Subscriber,
    Trouble,
    alerts_of,
    pause_after,
    trouble_of,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answered", "trouble"),
    [
        *[(Answered(status=status), Trouble.NONE) for status in (200, 202, 204)],
        *[(Answered(status=status), Trouble.AWAY) for status in (0, 408, 425, 429, 500, 502, 503, 599)],
        *[(Answered(status=status), Trouble.REFUSES) for status in (301, 302, 307, 400, 401, 403, 404, 413, 415)],
        (Answered(status=410), Trouble.GONE),
        (Answered(barred=True), Trouble.REFUSES),
    ],
)
def test_an_answer_means_one_of_four(answered: Answered, trouble: Trouble) -> None:
    assert trouble_of(answered) is trouble


def standing(trouble: Trouble, tries: int = 1, since: datetime | None = NOW) -> Standing:
    return Standing(name="warehouse", position=1, trouble=trouble, tries=tries, since=since, why="it answers 503.")


def test_each_pause_is_twice_as_long_up_to_a_limit() -> None:
    pauses = [pause_after(standing(Trouble.AWAY, n), None, chance=1).total_seconds() for n in (1, 2, 3, 7, 8, 900)]
    assert pauses == [5, 10, 20, 320, 600, 600]
    slow = [pause_after(standing(Trouble.REFUSES, n), None, chance=1) / timedelta(minutes=1) for n in (1, 2, 3, 4, 99)]
    assert slow == [10, 20, 40, 60, 60]


def test_chance_takes_up_to_half_of_a_pause_and_never_of_what_was_asked_for() -> None:
    assert pause_after(standing(Trouble.AWAY), None, chance=0) == timedelta(seconds=2.5)
    asked = timedelta(minutes=3)
    assert {pause_after(standing(Trouble.AWAY), asked, chance=chance) for chance in (0, 0.5, 1)} == {asked}


def test_what_is_asked_for_has_a_limit_and_makes_no_pause_shorter() -> None:
    assert pause_after(standing(Trouble.AWAY), timedelta(days=99), chance=0) == LONGEST_ASKED
    assert pause_after(standing(Trouble.REFUSES), timedelta(seconds=1), chance=1) == timedelta(minutes=10)


def test_who_is_gone_is_not_tried_again() -> None:
    assert pause_after(standing(Trouble.GONE), timedelta(seconds=1), chance=1) == NEVER


@pytest.mark.parametrize(
    ("trouble", "after", "number"),
    [
        (Trouble.REFUSES, timedelta(), 1),
        (Trouble.GONE, timedelta(), 1),
        (Trouble.AWAY, timedelta(minutes=59), 0),
        (Trouble.AWAY, timedelta(hours=1), 1),
    ],
)
def test_who_is_only_away_is_spoken_of_after_an_hour(trouble: Trouble, after: timedelta, number: int) -> None:
    assert len(alerts_of([standing(trouble)], NOW + after)) == number


def test_an_alert_says_who_what_since_when_and_what_to_do_and_is_the_same_whatever_is_answered() -> None:
    (alert,) = alerts_of([standing(Trouble.REFUSES)], NOW)
    said = words([alert], NOW + timedelta(hours=2))
    assert "Events: warehouse refuses them: it answers 503. Since 2h." in said
    assert "Nothing is lost" in said
    (other,) = alerts_of([Standing(name="warehouse", position=1, trouble=Trouble.REFUSES, why="x", since=NOW)], NOW)
    assert (alert.kind, alert.key) == (AlertKind.EVENTS, other.key)
    (gone,) = alerts_of([standing(Trouble.GONE)], NOW)
    assert gone.key != alert.key


def test_no_workflow_means_every_workflow() -> None:
    everything = Subscriber(name="a", of=(), source="/")
    assert everything.wants("whatever")
    assert not Subscriber(name="a", of=(), workflows=("one",), source="/").wants("other")
