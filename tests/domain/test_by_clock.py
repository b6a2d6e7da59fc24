"""What the clock starts a workflow from, and since when a brief has asked for that."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import pytest
from pydantic import AwareDatetime, NaiveDatetime

from bot.authoring import Fact, Field
from bot.domain.brief import Triggers
from bot.domain.by_clock import Clock, key_of, left_open, stands_since, time_in, unfit, value_by

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


def by(moment: str = "", schedule: str = "0 9 * * *") -> Triggers:
    return Triggers(who=("staff",), doors=("schedule",), schedule=schedule, moment=moment)


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
