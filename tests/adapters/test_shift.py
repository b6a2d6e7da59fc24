"""Working hours as people write them, and what is said where they say none."""

from datetime import time
from pathlib import Path

import pytest

from bot.domain.errors import Misdeclared
from bot.domain.person import Shift
from bot.settings import read_settings
from bot.settings.shift import shift_of

WEEK = frozenset(range(5))


@pytest.mark.parametrize(
    ("line", "shift"),
    [
        ("mon-fri 09:00-17:30", Shift(WEEK, time(9), time(17, 30))),
        ("Mon - Fri  9:00 – 17:30", None),
        ("Mon-Fri 9:00 – 17:30", Shift(WEEK, time(9), time(17, 30))),
        ("sat 10:00-12:00", Shift(frozenset({5}), time(10), time(12))),
        ("mon, wed,fri 08:00-12:00", Shift(frozenset({0, 2, 4}), time(8), time(12))),
        ("sat-mon 22:00-06:00", Shift(frozenset({5, 6, 0}), time(22), time(6))),
        ("sun-sun 0:00-24:00", Shift(frozenset({6}), time(0), time(0))),
        ("mon-sun 00:00-24:00", Shift(frozenset(range(7)), time(0), time(0))),
        ("", None),
        ("09:00-17:30", None),
        ("mon-fri", None),
        ("monday 09:00-17:30", None),
        ("mon-xyz 09:00-17:30", None),
        ("mon-fri 9-17", None),
        ("mon-fri 25:00-17:00", None),
        ("mon-fri 09:60-17:00", None),
        ("mon-fri ٠٩:٠٠-١٧:٠٠", None),
    ],
)
def test_hours_are_a_list_of_days_and_two_times(line: str, shift: Shift | None) -> None:
    if shift is not None:
        assert shift_of(line) == shift
        return
    with pytest.raises(ValueError, match="Write them like mon-fri 09:00-17:30"):
        shift_of(line)


PERSON = '[people.mia]\nname = "Mia"\nhandle = "@mia"\n'


def read(tmp_path: Path, more: str) -> Shift | tuple[object, ...]:
    file = tmp_path / "countersign.toml"
    file.write_text(PERSON + more)
    (mia,) = read_settings({"COUNTERSIGN_FILE": str(file)}, account="mia").people()
    return (mia.shifts, str(mia.zone))


def test_people_have_the_hours_and_the_clock_that_the_settings_give_them(tmp_path: Path) -> None:
    assert read(tmp_path, "") == ((), "None")
    both = 'hours = ["mon-fri 09:00-17:30", "sat 10:00-12:00"]\ntime_zone = "Asia/Tokyo"'
    found = ((Shift(WEEK, time(9), time(17, 30)), Shift(frozenset({5}), time(10), time(12))), "Asia/Tokyo")
    assert read(tmp_path, both) == found


def test_hours_that_say_nothing_are_refused_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(Misdeclared, match=r"4: `people.mia.hours\[1\]` is “always”, which says no hours"):
        read(tmp_path, 'hours = ["always"]')
