"""What a reminder says: how long it has waited, and what happens when, in the order in which it does."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.effect import Tell, Telling
from bot.domain.frozen import replace
from bot.domain.reminding import span, waited, what_comes
from bot.domain.wanted import depends_on_others, is_wanted
from bot.testing.play import MORNING
from tests.made import LEO, MIA, credit_run

NOW = MORNING + timedelta(hours=4)


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(0), "1m"),
        (timedelta(seconds=59), "1m"),
        (timedelta(minutes=90, seconds=30), "1h 30m"),
        (timedelta(days=2, hours=3, minutes=4), "2d 3h"),
        (timedelta(days=400), "400d"),
    ],
)
def test_two_units_say_enough(time: timedelta, said: str) -> None:
    assert span(time) == said
    assert waited(MORNING - time, MORNING) == f"It has waited for {said}."


@pytest.mark.parametrize(
    ("clock", "rejects", "said"),
    [
        ({"expires_at": 24}, False, "In 20h it runs out, and nothing is done."),
        ({"expires_at": 24}, True, "In 20h it is rejected."),
        (
            {"remind_at": 8, "escalate_at": 12, "expires_at": 24},
            False,
            "The next reminder comes in 4h. In 8h others are asked as well. In 20h it runs out, and nothing is done.",
        ),
        (
            {"remind_at": 8, "escalate_at": 6, "expires_at": 24},
            True,
            "In 2h others are asked as well. The next reminder comes in 4h. In 20h it is rejected.",
        ),
        ({"remind_at": 30, "expires_at": 24}, False, "In 20h it runs out, and nothing is done."),
    ],
)
def test_what_comes_is_told_in_its_order(clock: dict[str, int], said: str, *, rejects: bool) -> None:
    times: dict[str, Any] = {"remind_at": None, "escalate_at": None, "expires_at": None}
    times |= {name: MORNING + timedelta(hours=hours) for name, hours in clock.items()}
    gate = replace(credit_run().gate, opened_at=MORNING, **times)
    assert what_comes(gate, NOW, rejects=rejects) == f"It has waited for 4h. {said}"


@pytest.mark.parametrize("how", [Telling.ASKED, Telling.REMINDED])
def test_nobody_is_asked_or_reminded_once_it_is_decided(how: Telling) -> None:
    played = credit_run()
    told = Tell("group:support", "Please.", "approved", how)
    assert (is_wanted(played.run, told), depends_on_others(told)) == (True, True)
    assert not is_wanted(played.run, replace(told, step="nowhere"))
    played.approve(MIA)
    assert not is_wanted(played.run, told)


def test_what_came_of_it_is_told_at_any_time() -> None:
    played = credit_run()
    told = Tell(LEO.id, "It is done.", "approved")
    played.approve(MIA)
    assert (is_wanted(played.run, told), depends_on_others(told)) == (True, False)
