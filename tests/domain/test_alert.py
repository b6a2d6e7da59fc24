"""When something is wrong, whom that concerns, and what is said: one table for each."""

from datetime import timedelta

import pytest

from bot.domain.alert import TECHNICAL, TELLS_WHEN_OVER, Alert, AlertKind, is_deserted, is_silent, over, whom, words
from bot.domain.attendance import Absence, Link
from bot.testing.play import MORNING
from tests.made import LEO, MIA, OLGA, brief_of

AWAY, LEFT, OFF, QUIET = (
    (MIA, Absence.AWAY),
    (LEO, Absence.LEFT),
    (OLGA, Absence.OFF),
    (OLGA, Absence.QUIET),
)


@pytest.mark.parametrize(
    ("links", "deserted"),
    [
        ([Link("support", (MIA,)), Link("owner", ())], False),
        ([Link("support", ()), Link("owner", (OLGA,))], False),
        ([Link("support", (), (AWAY,)), Link("owner", (), (LEFT,))], True),
        ([Link("support", (), (AWAY, OFF)), Link("owner", (), (LEFT,))], False),
        ([Link("support", (), (AWAY,)), Link("owner", (), (QUIET,))], False),
        ([Link("support", ()), Link("owner", ())], True),
    ],
)
def test_a_chain_is_empty_where_nobody_is_there_and_nobody_comes_back_by_themselves(
    links: list[Link], *, deserted: bool
) -> None:
    assert is_deserted(links) is deserted


@pytest.mark.parametrize(
    ("today", "before", "silent"),
    [
        (0, [3, 3, 3, 3], True),
        (1, [3, 3, 3, 3], False),
        (0, [9, 9, 2, 9], False),
        (0, [9, 9, 9], False),
        (0, [], False),
        (0, [0, 0, 0, 0], False),
    ],
)
def test_silence_is_a_day_without_what_every_such_day_had(today: int, before: list[int], *, silent: bool) -> None:
    assert is_silent(today, before) is silent


def test_technical_trouble_goes_to_the_pager_and_the_rest_to_the_owner() -> None:
    brief = brief_of(owner="@olga", maintainer="@jonas", pager="#ops")
    assert {kind: whom(kind, brief)[0] for kind in AlertKind} == {
        AlertKind.WAITS: "@olga",
        AlertKind.EMPTY: "@olga",
        AlertKind.SILENCE: "@olga",
        AlertKind.QUEUE: "#ops",
        AlertKind.STUCK: "#ops",
        AlertKind.SCHEDULE: "#ops",
        AlertKind.EVENTS: "#ops",
    }
    assert whom(AlertKind.WAITS, brief) == ("@olga", "@jonas", "#ops")
    assert whom(AlertKind.STUCK, brief) == ("#ops", "@jonas", "@olga")
    alone = brief_of(owner="@olga", maintainer="@olga", pager="@olga")
    assert whom(AlertKind.WAITS, alone) == ("@olga",)


@pytest.mark.parametrize("kind", AlertKind)
def test_every_alert_says_what_since_when_and_what_to_do(kind: AlertKind) -> None:
    run = "r-1" if kind in (AlertKind.WAITS, AlertKind.STUCK) else ""
    alert = Alert(kind, "support_triage", MORNING - timedelta(hours=5), run, "approved: support")
    first, *_, last = words([alert], MORNING).splitlines()
    assert first.startswith("support_triage: ")
    assert first.endswith(".")
    assert last.split()[0] in {"Decide,", "Name", "Look"}
    assert over(alert).startswith("Over: ")
    assert "support_triage" in over(alert)
    assert len(words([alert] * 500, MORNING)) < 2_000
    assert kind in TELLS_WHEN_OVER or kind not in TECHNICAL


def test_the_same_trouble_has_the_same_name_and_another_has_another() -> None:
    late = Alert(AlertKind.QUEUE, "a", MORNING, about="3 steps are")
    assert late.key == Alert(AlertKind.QUEUE, "a", MORNING + timedelta(1), about="9 steps are").key
    keys = {
        late.key,
        Alert(AlertKind.QUEUE, "b", MORNING).key,
        Alert(AlertKind.STUCK, "a", MORNING, "r-1").key,
        Alert(AlertKind.STUCK, "a", MORNING, "r-2").key,
        Alert(AlertKind.EMPTY, "a", MORNING, about="x: support").key,
        Alert(AlertKind.EMPTY, "a", MORNING, about="x: finance").key,
    }
    assert len(keys) == 6
