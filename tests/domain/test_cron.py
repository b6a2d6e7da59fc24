"""When a schedule is due, by the clock of a place: on ordinary days, and on those when that clock is changed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.brief import Triggers
from bot.domain.cron import Schedule, due_until, last_due, next_due, read_schedule, zone_of
from bot.domain.cron_words import due_words

BERLIN, NEW_YORK, LORD_HOWE, APIA = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"


def read(text: str, time_zone: str = "UTC") -> Schedule:
    schedule = read_schedule(text, time_zone)
    assert schedule is not None
    return schedule


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- ordinary days ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "before", "due"),
    [
        ("0 9 * * *", "2026-03-02 09:00:01", "2026-03-02 09:00"),
        ("0 9 * * *", "2026-03-02 09:00", "2026-03-02 09:00"),
        ("0 9 * * *", "2026-03-02 08:59:59", "2026-03-01 09:00"),
        ("0 9 * * 1-5", "2026-03-01 12:00", "2026-02-27 09:00"),
        ("0 9 * * mon-fri", "2026-03-01 12:00", "2026-02-27 09:00"),
        ("0 9 * * MON-FRI", "2026-03-01 12:00", "2026-02-27 09:00"),
        ("0 9 * * sat-sun", "2026-03-02 12:00", "2026-03-01 09:00"),
        ("0 9 * * sun,wed", "2026-03-03 12:00", "2026-03-01 09:00"),
        ("0 9 * * sun-tue", "2026-03-05 12:00", "2026-03-03 09:00"),
        ("*/15 * * * *", "2026-03-02 10:14", "2026-03-02 10:00"),
        ("5/20 8-9 * * *", "2026-03-02 09:30", "2026-03-02 09:25"),
        ("0 0 1 * *", "2026-03-31 10:00", "2026-03-01 00:00"),
        ("30 6 31 * *", "2026-03-30 10:00", "2026-01-31 06:30"),
        ("30 6 31 jan,dec *", "2026-03-30 10:00", "2026-01-31 06:30"),
        ("0 12 29 2 *", "2026-03-02 10:00", "2024-02-29 12:00"),
        ("0 12 * * 0", "2026-03-03 10:00", "2026-03-01 12:00"),
        ("0 12 * * 7", "2026-03-03 10:00", "2026-03-01 12:00"),
        ("0 12 13 * 5", "2026-03-03 10:00", "2026-02-27 12:00"),
        ("0 12 1 * 5", "2026-03-03 10:00", "2026-03-01 12:00"),
        ("0,30 8,20 * 1,12 *", "2026-03-03 10:00", "2026-01-31 20:30"),
    ],
)
def test_when_a_schedule_was_last_due(schedule: str, before: str, due: str) -> None:
    assert last_due(read(schedule), at(before)) == at(due)


def test_a_day_that_never_comes_is_never_due() -> None:
    never = read("0 9 30 2 *")
    assert (last_due(never, at("2026-03-03 10:00")), next_due(never, at("2026-03-03 10:00"))) == (None, None)


@pytest.mark.parametrize(
    "text", ["0 9 * * mon-foo", "0 9 * mon *", "0 9 jan * *", "0 9 * * fri-mon", "mon 9 * * *", ""]
)
def test_a_name_out_of_place_is_no_schedule(text: str) -> None:
    assert read_schedule(text) is None


@pytest.mark.parametrize("name", ["", "Europe", "Mars/Olympus", "../etc/passwd", "europe/nowhere", "\0"])
def test_a_place_without_a_clock_has_no_schedule(name: str) -> None:
    assert (zone_of(name), read_schedule("0 9 * * *", name)) == (None, None)


@pytest.mark.parametrize(
    ("time_zone", "winter", "summer"),
    [(BERLIN, "08:00", "07:00"), (NEW_YORK, "14:00", "13:00"), (LORD_HOWE, "22:30", "22:00")],
)
def test_nine_is_nine_by_the_clock_of_the_place_all_year(time_zone: str, winter: str, summer: str) -> None:
    schedule, south = read("0 9 * * mon-fri", time_zone), time_zone == LORD_HOWE
    january, july = last_due(schedule, at("2027-01-15 23:59")), last_due(schedule, at("2027-07-16 23:59"))
    assert january is not None
    assert july is not None
    assert f"{january:%H:%M}" == (summer if south else winter)
    assert f"{july:%H:%M}" == (winter if south else summer)
    assert all(due.astimezone(ZoneInfo(time_zone)).isoweekday() == 5 for due in (january, july))


# --- the days on which a clock is changed -----------------------------------------------------------------------------


def on(schedule: str, time_zone: str, day: str) -> list[str]:
    """What is due on that day, as the clock there shows it, with what it is off by."""
    zone = ZoneInfo(time_zone)
    begin = datetime.fromisoformat(day).replace(tzinfo=zone)
    end = (begin + timedelta(days=1)).astimezone(UTC) - timedelta(minutes=1)
    dues = takewhile(lambda due: due >= begin, due_until(read(schedule, time_zone), end))
    return [f"{due.astimezone(zone):%H:%M%z}" for due in reversed([*dues])]


def half_past(hours: range, offset: str = "+0200") -> list[str]:
    return [f"{hour:02}:30{offset}" for hour in hours]


@pytest.mark.parametrize(
    ("schedule", "time_zone", "day", "dues"),
    [
        # What is jumped over is due once, at the first moment after.
        ("30 2 * * *", BERLIN, "2027-03-28", ["03:00+0200"]),
        ("0,15,30 2 * * *", BERLIN, "2027-03-28", ["03:00+0200"]),
        ("0 2,3 * * sun", BERLIN, "2027-03-28", ["03:00+0200"]),
        ("30 2 * * *", NEW_YORK, "2027-03-14", ["03:00-0400"]),
        ("15 2 * * *", LORD_HOWE, "2027-10-03", ["02:30+1100"]),
        ("30 2 * * *", LORD_HOWE, "2027-10-03", ["02:30+1100"]),
        # What comes twice is due once, the first time.
        ("30 2 * * *", BERLIN, "2026-10-25", ["02:30+0200"]),
        ("30 1 * * sun", NEW_YORK, "2026-11-01", ["01:30-0400"]),
        ("45 1 * * *", LORD_HOWE, "2027-04-04", ["01:45+1100"]),
        ("*/20 2 * * *", BERLIN, "2026-10-25", ["02:00+0200", "02:20+0200", "02:40+0200"]),
        # Every so many hours are times of the day.
        ("0 */6 * * *", BERLIN, "2026-10-25", ["00:00+0200", "06:00+0100", "12:00+0100", "18:00+0100"]),
        ("0 2/7 * * *", BERLIN, "2026-10-25", ["02:00+0200", "09:00+0100", "16:00+0100", "23:00+0100"]),
        ("30 */2 * * *", BERLIN, "2027-03-28", ["00:30+0100", "03:00+0200", *half_past(range(4, 24, 2))]),
        # Every hour is each that passes.
        ("30 0-3 * * *", BERLIN, "2026-10-25", ["00:30+0200", "01:30+0200", "02:30+0200", "03:30+0100"]),
        ("30 * * * *", NEW_YORK, "2026-11-01", ["00:30-0400", "01:30-0400", *half_past(range(1, 24), "-0500")]),
        ("30 * * * *", BERLIN, "2027-03-28", ["00:30+0100", "01:30+0100", *half_past(range(3, 24))]),
    ],
)  # fmt: skip
def test_on_the_day_of_a_change_each_time_is_due_once(schedule: str, time_zone: str, day: str, dues: list[str]) -> None:
    assert on(schedule, time_zone, day) == dues


def test_where_a_whole_day_is_left_out_its_times_are_due_with_the_next() -> None:
    assert on("0 9 30 12 *", APIA, "2011-12-31") == ["00:00+1400"]
    assert on("0 9 * * fri", APIA, "2011-12-31") == ["00:00+1400"]


def test_in_an_hour_that_comes_again_the_last_time_is_still_the_first_one() -> None:
    schedule, second = read("30 2 * * *", BERLIN), at("2026-10-25 01:10")  # 02:10 again
    assert last_due(schedule, second) == at("2026-10-25 00:30")
    assert next_due(schedule, second) == at("2026-10-26 01:30")


# --- compared with another program ------------------------------------------------------------------------------------

CHANGES = {
    BERLIN: ("2026-10-25", "2027-03-28"),
    NEW_YORK: ("2026-11-01", "2027-03-14"),
    LORD_HOWE: ("2027-04-04", "2027-10-03"),
}


def field(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    span = st.lists(number, min_size=2, max_size=2, unique=True).map(lambda two: f"{min(two)}-{max(two)}")
    step = st.tuples(st.one_of(st.just("*"), span), st.integers(1, high)).map(lambda two: f"{two[0]}/{two[1]}")
    listed = st.lists(st.one_of(number.map(str), span), min_size=1, max_size=3).map(",".join)
    return st.one_of(st.just("*"), listed, step)


SCHEDULES = st.tuples(field(0, 59), st.one_of(st.just("*"), field(0, 23), field(0, 4)), field(1, 31), field(0, 6))


def theirs(text: str, schedule: Schedule, begin: datetime, end: datetime) -> Iterator[datetime]:
    """What cronsim finds. It takes a star for an interval; so every time of a day is written out."""
    minutes, hours = (",".join(map(str, sorted(some))) for some in (schedule.minutes, schedule.hours))
    _, _, *rest = text.split(" ")
    found = CronSim(" ".join([minutes, "*" if schedule.hourly else hours, *rest]), begin.astimezone(schedule.zone))
    return takewhile(lambda due: due <= end, (due.astimezone(UTC) for due in found))


@settings(max_examples=60, deadline=None)
@given(fields=SCHEDULES, time_zone=st.sampled_from([*CHANGES]), change=st.sampled_from([0, 1]))
@example(fields=("*/7", "*/7", "*", "*"), time_zone=BERLIN, change=0)
@example(fields=("*/7", "1-3", "*", "*"), time_zone=LORD_HOWE, change=1)
@example(fields=("*/7", "*", "*", "*"), time_zone=LORD_HOWE, change=0)
@example(fields=("0", "*/5", "1", "0"), time_zone=NEW_YORK, change=1)
def test_around_a_change_another_program_finds_the_same(
    fields: tuple[str, str, str, str], time_zone: str, change: int
) -> None:
    minute, hour, day, weekday = fields
    text = f"{minute} {hour} {day} * {weekday}"
    schedule, changed = read(text, time_zone), datetime.fromisoformat(CHANGES[time_zone][change]).replace(tzinfo=UTC)
    begin, end = changed - timedelta(days=1), changed + timedelta(days=2)
    ours = [*takewhile(lambda due: due > begin, due_until(schedule, end))][::-1]
    try:
        expected = [*theirs(text, schedule, begin, end)]
    except StopIteration:
        expected = []
    assert ours == expected
    assert all(last_due(schedule, due) == due for due in ours[:20])
    assert all(next_due(schedule, one) == other for one, other in pairwise(ours[:20]))


# --- in words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("0 9 * * 1-5", "every weekday at 09:00, Europe/Berlin; next at 2026-03-09 09:00"),
        (
            "0 9,17 * * mon,wed",
            "every Monday and Wednesday at 09:00 and 17:00, Europe/Berlin; next at 2026-03-09 09:00",
        ),
        ("0 9 * * sat-sun", "every Saturday and Sunday at 09:00, Europe/Berlin; next at 2026-03-07 09:00"),
        ("0 9 * * 0-6", "every day at 09:00, Europe/Berlin; next at 2026-03-07 09:00"),
        ("*/15 * * * mon-fri", "every 15 minutes, every weekday, Europe/Berlin; next at 2026-03-06 10:15"),
        ("* * * * *", "every minute, Europe/Berlin; next at 2026-03-06 10:01"),
        ("30 * * * *", "every hour at minute 30, Europe/Berlin; next at 2026-03-06 10:30"),
        ("0 8 1,15 * *", "every month on days 1 and 15 at 08:00, Europe/Berlin; next at 2026-03-15 08:00"),
        ("0 8 1 * *", "every month on day 1 at 08:00, Europe/Berlin; next at 2026-04-01 08:00"),
        ("*/25 * * * *", "by “*/25 * * * *”, Europe/Berlin; next at 2026-03-06 10:25"),
        ("0 9 13 * fri", "by “0 9 13 * fri”, Europe/Berlin; next at 2026-03-13 09:00"),
        ("0 2-8 * * *", "by “0 2-8 * * *”, Europe/Berlin; next at 2026-03-07 02:00"),
        ("", ""),
    ],
)
def test_a_schedule_is_said_as_people_say_it(schedule: str, said: str) -> None:
    triggers = Triggers(who=("everyone",), schedule=schedule, time_zone=BERLIN)
    assert due_words(triggers, at("2026-03-06 09:00")) == said


def test_many_times_are_found_one_after_the_other() -> None:
    newest = [*islice(due_until(read("0 9 * * *", BERLIN), at("2027-03-29 10:00")), 3)]
    assert newest == [at("2027-03-29 07:00"), at("2027-03-28 07:00"), at("2027-03-27 08:00")]
