"""What the clock starts a workflow from, and since when a brief has asked for that."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import AwareDatetime, NaiveDatetime

from bot.authoring import Fact, Field
from bot.domain.brief import Triggers
from bot.domain.by_clock import (
    Clock,
    Passed,
    Turn,
    key_of,
    left_open,
    said_of,
    schedule_of,
    stands_since,
    time_in,
    time_of,
    turn,
    unfit,
    value_by,
)

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Nothing(Fact):
    most: int = 5


class Day(Fact):
    day: date
    most: int = 5


class Moment(Fact):
    at: Annotated[datetime, Field(description="When it was due.")]
    since: datetime | None = None
    either: date | datetime | None = None
    whose: str = ""


class Open(Fact):
    day: date
    whose: str
    number: int


class Mistaken(Fact):
    most: int = Field(default=500, le=100, validate_default=True)


class Local(Fact):
    at: NaiveDatetime


class Aware(Fact):
    at: AwareDatetime


def by(moment: str = "", **more: Any) -> Triggers:
    return Triggers(who=("staff",), doors=("schedule",), schedule="0 9 * * *", moment=moment, **more)


@pytest.mark.parametrize(
    ("fact", "moment", "value"),
    [
        (Nothing, "", {}),
        (Day, "day", {"day": date(2026, 3, 2)}),
        (Moment, "at", {"at": NINE}),
        (Moment, "since", {"since": NINE}),
        (Moment, "either", {}),
        (Moment, "whose", {}),
        (Day, "", {}),
        (Day, "gone", {}),
    ],
)
def test_it_is_the_time_it_was_due_where_the_brief_names_a_field_for_it(
    fact: type[Fact], moment: str, value: dict[str, object]
) -> None:
    assert value_by(fact, by(moment), NINE) == value


def test_the_day_is_the_one_that_the_clock_of_the_place_shows() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert value_by(Day, by("day", time_zone="Europe/Berlin"), late) == {"day": date(2026, 3, 3)}
    assert value_by(Day, by("day", time_zone="America/New_York"), late) == {"day": date(2026, 3, 2)}
    (moment,) = value_by(Moment, by("at", time_zone="Europe/Berlin"), late).values()
    assert (moment, str(moment)) == (late, "2026-03-03 00:30:00+01:00")


def test_what_the_brief_fills_in_needs_no_default_and_has_to_fit() -> None:
    whose = by("day", values={"whose": "Ana", "number": 3})
    assert value_by(Open, whose, NINE) == {"day": date(2026, 3, 2), "whose": "Ana", "number": 3}
    assert (left_open(Open, whose), unfit(Open, whose, NINE)) == ((), "")
    assert left_open(Open, by("day", values={"whose": "Ana"})) == ("number",)
    assert unfit(Open, by("day", values={"whose": "Ana", "number": "three"}), NINE).startswith("number: ")
    assert unfit(Day, by("day", values={"mots": 3}), NINE) == "mots: Extra inputs are not permitted"


TEN, ELEVEN = NINE + timedelta(minutes=10), NINE + timedelta(minutes=11)


@pytest.mark.parametrize(
    ("missed", "overlap", "now", "going", "does"),
    [
        ("latest", "start", ELEVEN, True, Turn.START),
        ("all", "start", ELEVEN, True, Turn.START),
        ("latest", "skip", NINE, True, Turn.OVERLAP),
        ("latest", "skip", NINE, False, Turn.START),
        ("all", "wait", ELEVEN, True, Turn.WAIT),
        ("all", "wait", ELEVEN, False, Turn.START),
        ("skip", "start", TEN, True, Turn.START),
        ("skip", "start", ELEVEN, False, Turn.MISSED),
        ("skip", "wait", TEN, True, Turn.WAIT),
        ("skip", "wait", ELEVEN, True, Turn.MISSED),
        ("skip", "skip", TEN, True, Turn.OVERLAP),
    ],
)
def test_what_is_done_about_a_time_is_as_the_brief_says(
    missed: str, overlap: str, now: datetime, going: bool, does: Turn
) -> None:
    assert turn(by(missed=missed, overlap=overlap), NINE, now, going=going) is does


@pytest.mark.parametrize(
    ("fact", "name", "kind"),
    [
        *((Day, "day", date), (Moment, "at", datetime), (Moment, "since", datetime), (Aware, "at", datetime)),
        *((Day, "most", None), (Day, "x", None), (Local, "at", None)),
    ],
)
def test_a_time_goes_into_a_field_for_a_day_or_a_moment(fact: type[Fact], name: str, kind: type | None) -> None:
    assert time_in(fact, name) is kind


@pytest.mark.parametrize(
    ("fact", "moment", "names"),
    [(Nothing, "", ()), (Day, "day", ()), (Day, "", ("day",)), (Open, "day", ("whose", "number")), (Moment, "at", ())],
)
def test_everything_else_needs_a_default(fact: type[Fact], moment: str, names: tuple[str, ...]) -> None:
    assert left_open(fact, by(moment)) == names


@pytest.mark.parametrize(
    ("fact", "moment", "says"),
    [
        (Day, "day", ""),
        (Moment, "at", ""),
        (Mistaken, "", "most: Input should be less than or equal to 100"),
        (Local, "at", "at: Field required"),
        (Aware, "at", ""),
        (Day, "", "day: Field required"),
    ],
)
def test_what_nothing_could_start_from_is_said(fact: type[Fact], moment: str, says: str) -> None:
    assert unfit(fact, by(moment), NINE) == says


def test_a_key_is_the_same_as_long_as_the_time_is() -> None:
    assert key_of(NINE) == key_of(NINE + timedelta(seconds=59)) == "schedule/2026-03-02T09:00Z"
    assert len({key_of(NINE + timedelta(minutes=n)) for n in range(3_000)}) == 3_000
    assert key_of(NINE.astimezone(ZoneInfo("Asia/Tokyo"))) == key_of(NINE)
    assert time_of(key_of(NINE)) == NINE


def test_a_brief_without_a_schedule_or_with_one_that_nobody_can_read_is_never_due() -> None:
    assert schedule_of(Triggers(who=("staff",))) is None
    assert schedule_of(by().model_copy(update={"schedule": "each morning"})) is None
    assert schedule_of(by().model_copy(update={"time_zone": "Mars/Olympus"})) is None


@pytest.mark.parametrize(
    ("why", "says"),
    [
        (Turn.MISSED, "x was not started for 2026-03-02 09:00 UTC: nobody looked in time."),
        (Turn.OVERLAP, "x was not started for 2026-03-02 09:00 UTC: the run before had not ended."),
        (Turn.BEYOND, "x has missed more than 24 times: those until 2026-03-02 09:00 UTC are not caught up."),
    ],
)
def test_what_is_passed_over_is_said_with_its_reason(why: Turn, says: str) -> None:
    assert said_of("x", Passed(NINE, why, ELEVEN)) == says


A, B, C = ("0 9 * * *", "UTC"), ("0 21 * * *", "UTC"), ("0 9 * * *", "Europe/Berlin")


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ([], None),
        ([(A, 3)], 3),
        ([(A, 5), (A, 4), (A, 3)], 3),
        ([(A, 5), (B, 4), (A, 3)], 5),
        ([(B, 5), (A, 4)], None),
        ([(A, 5), (("", "UTC"), 4)], 5),
        ([(A, 5), (C, 4), (A, 3)], 5),
    ],
)
def test_a_schedule_stands_since_the_first_version_that_named_it_without_a_break(
    said: list[tuple[Clock, int]], since: int | None
) -> None:
    stands = stands_since(A, ((named, NINE + timedelta(days=day)) for named, day in said))
    assert stands == (NINE + timedelta(days=since) if since is not None else None)
