"""Dates as people read them: every token of Slack's, in every zone, across the change of clocks."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.workspace.page.render.dates import ago, day_of, full_of, ordinal, short_of, time_of, with_dates
from bot.workspace.page.render.viewer import Viewer
from tests.workspace.made import MIA, NOON, OLGA, SAM
from tests.workspace.page.render.tree import looking

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2027, 1, 15, 9, 0, tzinfo=ROME)
THEN = datetime(2026, 2, 3, 14, 5, 7, tzinfo=ROME)

TOKENS = {
    "{date_num}": "2026-02-03",
    "{date_slash}": "02/03/2026",
    "{date}": "February 3rd, 2026",
    "{date_short}": "Feb 3, 2026",
    "{date_long}": "Tuesday, February 3rd, 2026",
    "{date_long_full}": "February 3, 2026",
    "{date_pretty}": "February 3rd, 2026",
    "{date_short_pretty}": "Feb 3, 2026",
    "{date_long_pretty}": "Tuesday, February 3rd, 2026",
    "{day_divider_pretty}": "Tuesday, February 3rd, 2026",
    "{time}": "2:05 PM",
    "{time_secs}": "2:05:07 PM",
    "{ago}": "345 days ago",
    "on {date_num} at {time}": "on 2026-02-03 at 2:05 PM",
    "{unheard} {date": "{unheard} {date",
    "": "",
}


@pytest.mark.parametrize("form", TOKENS)
def test_each_token_is_written_as_slack_writes_it(form: str) -> None:
    assert with_dates(form, THEN, NOW) == TOKENS[form]


@pytest.mark.parametrize(("days", "said"), [(0, "today"), (-1, "yesterday"), (1, "tomorrow")])
@pytest.mark.parametrize("token", ["date_pretty", "date_short_pretty", "date_long_pretty"])
def test_pretty_tokens_say_how_near_a_day_is(token: str, days: int, said: str) -> None:
    at = NOW + timedelta(days=days)
    assert with_dates(f"it was {{{token}}}", at, NOW) == f"it was {said}"
    assert with_dates(f"{{{token}}} it was", at, NOW) == f"{said.capitalize()} it was"


def test_a_day_two_days_off_is_no_longer_near() -> None:
    assert with_dates("{date_short_pretty}", NOW - timedelta(days=2), NOW) == "Jan 13, 2027"


def test_near_is_a_matter_of_days_not_of_hours() -> None:
    midnight = datetime(2027, 1, 15, 0, 1, tzinfo=ROME)
    assert day_of(midnight - timedelta(minutes=2), midnight) == "Yesterday"
    assert day_of(midnight + timedelta(hours=23), midnight) == "Today"


def test_a_day_of_this_year_needs_no_year() -> None:
    assert day_of(datetime(2027, 3, 22, tzinfo=ROME), NOW) == "Monday, March 22nd"
    assert day_of(datetime(2028, 3, 22, tzinfo=ROME), NOW) == "Wednesday, March 22nd, 2028"


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [(0, 0, "12:00 AM"), (0, 5, "12:05 AM"), (11, 59, "11:59 AM"), (12, 0, "12:00 PM"), (13, 1, "1:01 PM")],
)
def test_the_clock_has_twelve_hours(hour: int, minute: int, said: str) -> None:
    assert time_of(NOW.replace(hour=hour, minute=minute)) == said


def test_the_full_time_says_everything() -> None:
    assert full_of(NOW.replace(second=7)) == "Friday, January 15, 2027 at 9:00:07 AM CET"
    assert full_of(datetime(2027, 7, 1, 9, tzinfo=ROME)).endswith("CEST")
    assert short_of(NOW) == "Jan 15, 2027"


def test_days_are_counted_in_english() -> None:
    said = {
        1: "1st",
        2: "2nd",
        3: "3rd",
        4: "4th",
        11: "11th",
        12: "12th",
        13: "13th",
        21: "21st",
        22: "22nd",
        31: "31st",
    }
    assert {day: ordinal(day) for day in said} == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "just now"), (59, "just now"), (60, "1 minute ago"), (3_599, "59 minutes ago"), (3_600, "1 hour ago"),
        (86_399, "23 hours ago"), (86_400, "1 day ago"), (172_800, "2 days ago"), (-60, "in 1 minute"),
        (-7_200, "in 2 hours"),
    ],
)  # fmt: skip
def test_how_long_ago_is_said_in_the_largest_unit(seconds: int, said: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == said


def test_everybody_reads_a_moment_in_their_own_zone() -> None:
    seen = {person: time_of(looking(person).moment(NOON)) for person in (OLGA, MIA, SAM)}
    assert seen == {OLGA: "8:00 AM", MIA: "9:00 AM", SAM: "3:00 AM"}


def test_the_change_of_clocks_is_heeded() -> None:
    before = datetime(2027, 3, 28, 1, 59, tzinfo=ROME).timestamp()
    viewer = looking()
    assert (time_of(viewer.moment(before)), time_of(viewer.moment(before + 60))) == ("1:59 AM", "3:00 AM")


@pytest.mark.parametrize("seconds", [-1e15, 1e15, float("inf"), -62_135_596_800, 253_402_300_799])
def test_a_moment_beyond_the_calendar_is_the_last_one_in_it(seconds: float) -> None:
    viewer = looking(SAM)
    assert full_of(viewer.moment(seconds))


def test_now_is_the_time_of_the_workspace() -> None:
    viewer: Viewer = looking()
    viewer.workspace.clock.advance(3_600)
    assert time_of(viewer.now()) == "10:00 AM"
