"""What a function does that a pure one does not is read from its code, without running it."""

import datetime as clockwork
import os
import random
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.domain.checks.purity import impurities
from bot.intents import helpdesk

seen: list[str] = []
RATES = {"small": 5, "large": 9}
limits = ("small", "large")
GREETING = "Hello"
counter = 0


def plain(ticket: helpdesk.Ticket) -> str:
    words = [word.strip() for word in ticket.body.split()]
    return f"{GREETING} {min(words)} {RATES['small']} {limits[0]} {max(len(word) for word in words)}"


def with_inner(ticket: helpdesk.Ticket) -> int:
    total = 0

    def longer(word: str) -> bool:
        return len(word) > total

    return sum(longer(word) for word in ticket.body.split())


def of_a_day(day: date) -> date:
    return day + timedelta(days=date(2026, 1, 2).day)


def of_its_own_fields(now: Any) -> object:
    return now.now, now.today


def calls_plain(ticket: helpdesk.Ticket) -> str:
    return plain(ticket)


def calls_itself(n: int) -> int:
    return calls_itself(n - 1) if n else 0


def enclosing(suffix: str) -> Callable[[str], str]:
    return lambda text: text + suffix


PURE: list[Callable[..., object]] = [
    plain,
    with_inner,
    of_a_day,
    of_its_own_fields,
    calls_plain,
    calls_itself,
    enclosing("!"),
    lambda: GREETING,
]


@pytest.mark.parametrize("function", PURE, ids=range(len(PURE)))
def test_a_function_that_rests_on_its_arguments_and_constants_is_pure(function: Callable[..., object]) -> None:
    assert impurities(function) == ()


def reads_a_file(name: str) -> str:
    return open(name).read()


def asks_somebody(name: str) -> str:
    return input(name)


def runs_text(text: str) -> object:
    return eval(text)


def says_it(text: str) -> None:
    print(text)


def by_chance(cents: int) -> int:
    return random.randint(0, cents)


def looks_around(name: str) -> str:
    return os.environ[name]


def asks_the_time(at: datetime) -> bool:
    return at < datetime.now(tz=at.tzinfo)


def asks_the_day(at: date) -> bool:
    return at < clockwork.date.today()  # noqa: DTZ011 that is the mistake


def makes_an_id(name: str) -> str:
    return f"{name}{uuid.uuid4()}"


def imports_later(name: str) -> int:
    import math

    return math.isqrt(len(name))


def counts_up(n: int) -> int:
    global counter
    counter += n
    return counter


def remembers(name: str) -> int:
    seen.append(name)
    return len(seen)


async def waits(name: str) -> str:
    return name


def one_by_one(name: str) -> Iterator[str]:
    yield name


async def waits_one_by_one(name: str) -> AsyncIterator[str]:
    yield name


def hides_it_within(name: str) -> list[str]:
    return [open(one).read() for one in name]


def hides_it_behind(name: str) -> str:
    return reads_a_file(name)


def over_a_list(basket: list[str]) -> Callable[[str], bool]:
    return lambda name: name in basket


def over_a_count() -> Callable[[int], int]:
    count = 0

    def add(n: int) -> int:
        nonlocal count
        count += n
        return count

    return add


IMPURE: list[tuple[Callable[..., object], str]] = [
    (reads_a_file, "calls open"),
    (asks_somebody, "calls input"),
    (runs_text, "calls eval"),
    (says_it, "calls print"),
    (by_chance, "uses random"),
    (looks_around, "uses os"),
    (asks_the_time, "asks for the time or for chance (`now`)"),
    (asks_the_day, "asks for the time or for chance (`today`)"),
    (makes_an_id, "asks for the time or for chance (`uuid4`)"),
    (imports_later, "imports math"),
    (counts_up, "changes counter, which is not its own"),
    (remembers, "rests on seen, which can change"),
    (waits, "waits (`async`)"),
    (one_by_one, "gives its values one by one (`yield`)"),
    (waits_one_by_one, "waits (`async`) and gives its values one by one (`yield`)"),
    (hides_it_within, "calls open"),
    (hides_it_behind, "calls open"),
    (over_a_list([]), "rests on basket, which can change"),
    (over_a_count(), "changes count, which is not its own"),
    (partial(plain), "is not a plain function"),
    (helpdesk.SendReply, "is not a plain function"),
    (len, "is not a plain function"),
]


@pytest.mark.parametrize(("function", "what"), IMPURE, ids=range(len(IMPURE)))
def test_what_is_impure_is_said_in_words(function: Callable[..., object], what: str) -> None:
    assert what in impurities(function)


def test_each_thing_is_said_once() -> None:
    def twice(name: str) -> str:
        return open(name).read() + open(name).read()

    assert impurities(twice) == ("calls open",)


def test_a_name_that_is_filled_in_later_is_no_trouble() -> None:
    def early() -> int:
        return later

    assert impurities(early) == ()
    later = 1
    assert early() == later


def test_a_name_that_the_author_defined_hides_the_builtin() -> None:
    namespace: dict[str, Any] = {}
    exec("def open(name): return name\ndef own(name): return open(name)", namespace)
    assert impurities(namespace["own"]) == ()
